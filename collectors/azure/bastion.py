"""Bastion."""

from collectors.azure.spec import DIAGNOSTICS, Spec

HOST = Spec(
    type="azure.bastion.host",
    service="azure.bastion",
    title="Bastion host",
    arm="microsoft.network/bastionhosts",
    facts={"diagnostics": DIAGNOSTICS},
)
