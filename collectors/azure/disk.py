"""Managed disks, their snapshots, the sets that name their keys, and the private ways to them."""

from __future__ import annotations

from collectors.azure.spec import Spec

SERVICE = "azure.disk"

DISK = Spec(
    type="azure.disk.disk",
    service=SERVICE,
    title="Disk",
    arm="microsoft.compute/disks",
    volatile=("item.properties.completionPercent",),
)

SNAPSHOT = Spec(
    type="azure.disk.snapshot",
    service=SERVICE,
    title="Snapshot",
    arm="microsoft.compute/snapshots",
    volatile=("item.properties.completionPercent",),
)

ENCRYPTION_SET = Spec(
    type="azure.disk.encryption_set",
    service=SERVICE,
    title="Disk encryption set",
    arm="microsoft.compute/diskencryptionsets",
    volatile=("item.properties.lastKeyRotationTimestamp",),
)

ACCESS = Spec(
    type="azure.disk.access",
    service=SERVICE,
    title="Disk access",
    arm="microsoft.compute/diskaccesses",
)
