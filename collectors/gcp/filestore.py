"""Filestore."""

from collectors.gcp.spec import ETAG, Spec

SERVICE = "gcp.filestore"

INSTANCE = Spec(
    type="gcp.filestore.instance",
    service=SERVICE,
    title="Instance",
    asset="file.googleapis.com/Instance",
    schema="file.v1.Instance",
    tags="item.labels",
    volatile=ETAG,
)

BACKUP = Spec(
    type="gcp.filestore.backup",
    service=SERVICE,
    title="Backup",
    asset="file.googleapis.com/Backup",
    schema="file.v1.Backup",
    tags="item.labels",
    volatile=("item.downloadBytes", "item.storageBytes"),
)

SNAPSHOT = Spec(
    type="gcp.filestore.snapshot",
    service=SERVICE,
    title="Snapshot",
    asset="file.googleapis.com/Snapshot",
    schema="file.v1.Snapshot",
    tags="item.labels",
    volatile=("item.filesystemUsedBytes",),
)
