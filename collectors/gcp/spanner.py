"""Spanner."""

from collectors.gcp.spec import UPDATED, Spec

SERVICE = "gcp.spanner"

INSTANCE = Spec(
    type="gcp.spanner.instance",
    service=SERVICE,
    title="Instance",
    asset="spanner.googleapis.com/Instance",
    schema="spanner.v1.Instance",
    iam=True,
    tags="item.labels",
    volatile=UPDATED,
)

DATABASE = Spec(
    type="gcp.spanner.database",
    service=SERVICE,
    title="Database",
    asset="spanner.googleapis.com/Database",
    schema="spanner.v1.Database",
    iam=True,
    volatile=("item.earliestVersionTime", "item.quorumInfo"),
)

BACKUP = Spec(
    type="gcp.spanner.backup",
    service=SERVICE,
    title="Backup",
    asset="spanner.googleapis.com/Backup",
    schema="spanner.v1.Backup",
    iam=True,
    volatile=("item.exclusiveSizeBytes", "item.freeableSizeBytes", "item.sizeBytes", "item.oldestVersionTime"),
)
