"""Bigtable."""

from collectors.gcp.spec import ETAG, Spec

SERVICE = "gcp.bigtable"

INSTANCE = Spec(
    type="gcp.bigtable.instance",
    service=SERVICE,
    title="Instance",
    asset="bigtableadmin.googleapis.com/Instance",
    schema="bigtableadmin.v2.Instance",
    iam=True,
    tags="item.labels",
)

CLUSTER = Spec(
    type="gcp.bigtable.cluster",
    service=SERVICE,
    title="Cluster",
    asset="bigtableadmin.googleapis.com/Cluster",
    schema="bigtableadmin.v2.Cluster",
)

TABLE = Spec(
    type="gcp.bigtable.table",
    service=SERVICE,
    title="Table",
    asset="bigtableadmin.googleapis.com/Table",
    schema="bigtableadmin.v2.Table",
    iam=True,
    volatile=("item.stats",),
)

BACKUP = Spec(
    type="gcp.bigtable.backup",
    service=SERVICE,
    title="Backup",
    asset="bigtableadmin.googleapis.com/Backup",
    schema="bigtableadmin.v2.Backup",
    iam=True,
    volatile=("item.sizeBytes",),
)

APP_PROFILE = Spec(
    type="gcp.bigtable.app_profile",
    service=SERVICE,
    title="App profile",
    asset="bigtableadmin.googleapis.com/AppProfile",
    schema="bigtableadmin.v2.AppProfile",
    volatile=ETAG,
)
