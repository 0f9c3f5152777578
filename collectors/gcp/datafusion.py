"""Data Fusion."""

from collectors.gcp.spec import UPDATED, Spec

INSTANCE = Spec(
    type="gcp.datafusion.instance",
    service="gcp.datafusion",
    title="Instance",
    asset="datafusion.googleapis.com/Instance",
    schema="datafusion.v1.Instance",
    iam=True,
    tags="item.labels",
    volatile=UPDATED,
    secret=("item.options",),
)
