"""Checks on persistent disks, their snapshots and the schedules of these."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.gcp import read
from checks.gcp.machines import INSTANCE, NODE, group_of
from checks.gcp.read import Item, last, linked, many
from checks.kinds import Kind, each
from checks.times import time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

DISK, SNAPSHOT, SCHEDULE = "gcp.disk.disk", "gcp.disk.snapshot", "gcp.disk.resource_policy"
RECENT = timedelta(days=7)
LEAST_DAYS = 7
ENCRYPTED = (
    Kind(DISK, "Disk", "gcloud compute disks create NEW --project={account} --zone={region} --source-snapshot=SNAPSHOT"),
    Kind(SNAPSHOT, "Snapshot", "gcloud compute snapshots create NEW --project={account} --source-disk=DISK"),
    Kind("gcp.image.image", "Image", "gcloud compute images create NEW --project={account} --source-image={name}"),
    Kind(
        "gcp.gce.machine_image",
        "Machine image",
        "gcloud compute machine-images create NEW --project={account} --source-instance=VM",
    ),
)
KEYS = ("diskEncryptionKey", "snapshotEncryptionKey", "imageEncryptionKey", "machineImageEncryptionKey")


@each(
    ENCRYPTED,
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFY --kms-key=KEY, and delete {name}",
    cis=("v4:4.7", "v5:4.7", "gke-v1.6:5.9.1"),
)
def customer_key(resource: Resource) -> Verdict:
    key: Item = next((resource["item"][field] for field in KEYS if resource["item"].get(field)), {})
    if key.get("sha256") and not key.get("kmsKeyName"):
        return passed("encrypted with a key that is handed in with each request")
    return read.customer_key(key.get("kmsKeyName"))


def _passing(disk: Resource, inventory: Inventory) -> str:
    """Return why a disk holds nothing that lasts; empty where it may."""
    if NODE in disk.tags:
        return "of a node of GKE"
    for user in many(disk["item"], "users"):
        instance = linked(user, INSTANCE, disk, inventory)
        if instance and (group := group_of(instance)):
            return f"of the group {group}, whose instances come and go"
    return ""


@check(
    f"{DISK}.backed_up",
    on=DISK,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Snapshots of the disk are taken on a schedule",
    risk="What is deleted, encrypted or broken is gone.",
    fix="gcloud compute disks add-resource-policies {name} --project={account} --zone={region} --resource-policies=SCHEDULE",
)
def backed_up(disk: Resource, inventory: Inventory, now: datetime) -> Verdict:
    """Backups by Backup and DR Service are not told by the disk; snapshots that it takes are seen as such."""
    if reason := _passing(disk, inventory):
        return skipped(reason)
    for link in many(disk["item"], "resourcePolicies"):
        schedule = linked(link, SCHEDULE, disk, inventory)
        if schedule and schedule["item"].get("snapshotSchedulePolicy"):
            return passed(f"by the schedule {schedule.name}")
    for snapshot in inventory.where(SNAPSHOT, "item.sourceDisk", str(disk["item"].get("selfLink"))):
        made = time_of(snapshot["item"].get("creationTimestamp"))
        if made and now - made < RECENT:
            return passed(f"{snapshot.name} is of {made.date()}", until=made + RECENT)
    return failed("no schedule, and no snapshot of the last seven days")


@check(
    f"{DISK}.used",
    on=DISK,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Disk is attached to a machine",
    risk="Data that nobody looks after lies about, and is forgotten when its owner leaves.",
    fix="gcloud compute disks snapshot {name} --project={account} --zone={region}, then gcloud compute disks delete {name}",
)
def used(disk: Resource) -> Verdict:
    users = many(disk["item"], "users")
    return passed(f"attached to {last(users[0])}") if users else failed("attached to nothing")


@check(
    f"{SCHEDULE}.survives_the_disk",
    on=SCHEDULE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Snapshots outlive the disk that they are of",
    risk="Whoever deletes the disk by mistake, or on purpose, deletes its backups with it, sooner or later.",
    fix="gcloud compute resource-policies create snapshot-schedule NEW --project={account} --region={region}"
    " --on-source-disk-delete=keep-auto-snapshots",
)
def survives_the_disk(schedule: Resource) -> Verdict:
    policy = schedule["item"].get("snapshotSchedulePolicy")
    if not policy:
        return skipped("not a schedule of snapshots")
    said = str((policy.get("retentionPolicy") or {}).get("onSourceDiskDelete") or "KEEP_AUTO_SNAPSHOTS")
    return (failed if said == "APPLY_RETENTION_POLICY" else passed)(f"when the disk is deleted: {said}")


@check(
    f"{SCHEDULE}.kept_long_enough",
    on=SCHEDULE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Snapshots are kept for a week at least",
    risk="What is noticed after the weekend cannot be undone.",
    fix="gcloud compute resource-policies create snapshot-schedule NEW --project={account} --region={region}"
    " --max-retention-days=14",
)
def kept_long_enough(schedule: Resource) -> Verdict:
    policy = schedule["item"].get("snapshotSchedulePolicy")
    if not policy:
        return skipped("not a schedule of snapshots")
    days = (policy.get("retentionPolicy") or {}).get("maxRetentionDays")
    if days is None:
        return passed("kept until somebody deletes them")
    return (passed if int(days) >= LEAST_DAYS else failed)(f"kept for {days} day(s)")
