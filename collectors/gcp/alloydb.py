"""AlloyDB."""

from collectors.gcp.spec import STAMPED, Spec

SERVICE = "gcp.alloydb"

CLUSTER = Spec(
    type="gcp.alloydb.cluster",
    service=SERVICE,
    title="Cluster",
    asset="alloydb.googleapis.com/Cluster",
    schema="alloydb.v1.Cluster",
    tags="item.labels",
    volatile=STAMPED,
    secret=("item.initialUser.password",),
)

INSTANCE = Spec(
    type="gcp.alloydb.instance",
    service=SERVICE,
    title="Instance",
    asset="alloydb.googleapis.com/Instance",
    schema="alloydb.v1.Instance",
    tags="item.labels",
    volatile=STAMPED,
)

BACKUP = Spec(
    type="gcp.alloydb.backup",
    service=SERVICE,
    title="Backup",
    asset="alloydb.googleapis.com/Backup",
    schema="alloydb.v1.Backup",
    tags="item.labels",
    volatile=(*STAMPED, "item.sizeBytes", "item.expiryQuantity"),
)
