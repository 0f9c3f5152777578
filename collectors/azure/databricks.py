"""Databricks, as far as Azure's own API shows it: what is set inside a workspace, only Databricks' API tells."""

from collectors.azure.spec import DIAGNOSTICS, Spec

WORKSPACE = Spec(
    type="azure.databricks.workspace",
    service="azure.databricks",
    title="Workspace",
    arm="microsoft.databricks/workspaces",
    facts={"diagnostics": DIAGNOSTICS},
)
