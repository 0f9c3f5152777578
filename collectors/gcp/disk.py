"""Persistent disks, their snapshots and the schedules of these. What a customer's own key encrypts names no key here."""

from collectors.gcp.spec import LABELLED, Spec

SERVICE = "gcp.disk"
ATTACHED = (*LABELLED, "item.lastAttachTimestamp", "item.lastDetachTimestamp")

DISK = Spec(
    type="gcp.disk.disk",
    service=SERVICE,
    title="Disk",
    asset="compute.googleapis.com/Disk compute.googleapis.com/RegionDisk",
    schema="compute.v1.Disk",
    iam=True,
    tags="item.labels",
    volatile=ATTACHED,
    secret=("item.diskEncryptionKey.rawKey", "item.diskEncryptionKey.rsaEncryptedKey"),
)

SNAPSHOT = Spec(
    type="gcp.disk.snapshot",
    service=SERVICE,
    title="Snapshot",
    asset="compute.googleapis.com/Snapshot",
    schema="compute.v1.Snapshot",
    iam=True,
    tags="item.labels",
    volatile=(*LABELLED, "item.downloadBytes", "item.storageBytes", "item.storageBytesStatus"),
    secret=("item.snapshotEncryptionKey.rawKey", "item.snapshotEncryptionKey.rsaEncryptedKey"),
)

RESOURCE_POLICY = Spec(
    type="gcp.disk.resource_policy",
    service=SERVICE,
    title="Snapshot schedule or other resource policy",
    asset="compute.googleapis.com/ResourcePolicy",
    schema="compute.v1.ResourcePolicy",
    iam=True,
    volatile=("item.resourceStatus",),
)
