"""Vertex AI Workbench. The first version of its API has the machine's settings at the top, the second in ``gceSetup``."""

from collectors.gcp.spec import UPDATED, Spec

INSTANCE = Spec(
    type="gcp.workbench.instance",
    service="gcp.workbench",
    title="Workbench instance",
    asset="notebooks.googleapis.com/Instance",
    schema="notebooks.v2.Instance notebooks.v1.Instance",
    iam=True,
    tags="item.labels",
    volatile=(*UPDATED, "item.healthInfo"),
    metadata=("item.gceSetup.metadata", "item.metadata"),
)
