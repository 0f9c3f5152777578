"""Checks on Amazon EBS: volumes, and a region's defaults for them and for snapshots, which `ebs_snapshots.py` looks at."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.aws import keys
from checks.aws.instances import INSTANCE, group_of, ours
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

VOLUME, SNAPSHOT, SETTINGS = "aws.ebs.volume", "aws.ebs.snapshot", "aws.ebs.settings"
BACKED_UP = timedelta(days=7)
PROTECTED = "aws.backup.protected_resource"

# ---- volumes ---------------------------------------------------------------------------------------------------------


@check(
    f"{VOLUME}.encrypted",
    on=VOLUME,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Volume is encrypted",
    risk="Data, and every snapshot of it, is stored in the clear.",
    fix="Make a snapshot, copy it with --encrypted, make a volume of the copy and attach it in place of {name}",
    cis=("v5:5.1.1", "v6:6.1.1"),
)
@ours
def encrypted(volume: Resource) -> Verdict:
    return passed("encrypted") if volume["item"]["Encrypted"] else failed("not encrypted")


@check(
    f"{VOLUME}.customer_key",
    on=VOLUME,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Volume is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own.",
    fix="Make a snapshot, copy it with --encrypted --kms-key-id KEY, make a volume of the copy and attach it",
)
@ours
def customer_key(volume: Resource, inventory: Inventory) -> Verdict:
    if not volume["item"]["Encrypted"]:
        return skipped("not encrypted at all, which is judged elsewhere")
    return keys.customer_key(volume, volume["item"].get("KmsKeyId"), inventory)


@check(
    f"{VOLUME}.attached",
    on=VOLUME,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Volume is attached to an instance",
    risk="Forgotten data, which nobody would miss, can be copied by whoever may make a snapshot of it.",
    fix="aws ec2 create-snapshot --volume-id {name} --region {region} if it is needed, then aws ec2 delete-volume",
)
@ours
def attached(volume: Resource) -> Verdict:
    item = volume["item"]
    if item["State"] == "available":
        return failed("attached to nothing")
    return passed(f"the volume is {item['State']}")


@check(
    f"{VOLUME}.backed_up",
    on=VOLUME,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Volume in use was backed up within a week",
    risk="A slip, a fault or ransomware takes the data for good.",
    fix="Select {id} in a plan of AWS Backup, or tag it for a policy of Data Lifecycle Manager",
)
@ours
def backed_up(volume: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if volume["item"]["State"] != "in-use":
        return skipped(f"the volume is {volume['item']['State']}")
    if reason := _replaceable(volume, inventory):
        return skipped(reason)
    last = _last_backup(volume, inventory)
    if last is None:
        return failed("no backup and no snapshot")
    said = f"last backed up on {day(last)}"
    return failed(said) if now - last >= BACKED_UP else passed(said, until=last + BACKED_UP)


def _replaceable(volume: Resource, inventory: Inventory) -> str:
    """Return why nothing on the volume needs to last; empty when something may."""
    for attachment in volume["item"].get("Attachments") or []:
        for instance in inventory.where(INSTANCE, "item.InstanceId", attachment.get("InstanceId", ""), region=volume.region):
            group = group_of(instance)
            if group and attachment.get("DeleteOnTermination"):
                return f"comes and goes with the instances of the Auto Scaling group {group}"
    return ""


def _last_backup(volume: Resource, inventory: Inventory) -> datetime | None:
    """Return when AWS Backup saved the volume or its instance, or when it was last copied, whichever came last."""
    holders = [each["InstanceId"] for each in volume["item"].get("Attachments") or [] if each.get("InstanceId")]
    arns = [volume.id, *(f"{volume.id.rpartition(':')[0]}:instance/{id}" for id in holders)]
    saved = [each["item"].get("LastBackupTime") for arn in arns for each in inventory.where(PROTECTED, "item.ResourceArn", arn)]
    copies = inventory.where(SNAPSHOT, "item.VolumeId", volume["item"]["VolumeId"], region=volume.region)
    taken = [each["item"]["StartTime"] for each in copies if each["item"]["State"] == "completed"]
    return max((time for time in map(time_of, (*saved, *taken)) if time), default=None)


# ---- defaults --------------------------------------------------------------------------------------------------------


@check(
    f"{SETTINGS}.encryption_by_default",
    on=SETTINGS,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="New volumes are encrypted by default",
    risk="Whoever forgets the option stores data in the clear.",
    fix="aws ec2 enable-ebs-encryption-by-default --region {region}",
    service="aws.account",  # the default is the account's; volumes answer for themselves
    cis=("v7:6.1.1",),
)
def encryption_by_default(settings: Resource) -> Verdict:
    if settings["encryption"]["EbsEncryptionByDefault"]:
        return passed("every new volume is encrypted")
    return failed("encryption by default is off")


@check(
    f"{SETTINGS}.default_key_own",
    on=SETTINGS,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="New volumes are encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own, nor a snapshot shared on purpose.",
    fix="aws ec2 modify-ebs-default-kms-key-id --kms-key-id KEY --region {region}",
)
def default_key_own(settings: Resource, inventory: Inventory) -> Verdict:
    if not settings["encryption"]["EbsEncryptionByDefault"]:
        return skipped("encryption by default is off, which is judged elsewhere")
    return keys.customer_key(settings, settings["key"]["KmsKeyId"], inventory)


@check(
    f"{SETTINGS}.public_sharing_blocked",
    on=SETTINGS,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Snapshots cannot be made public",
    risk="One call, by slip or by an intruder, gives a disk to everybody.",
    fix="aws ec2 enable-snapshot-block-public-access --state block-all-sharing --region {region}",
)
def public_sharing_blocked(settings: Resource) -> Verdict:
    state = settings["public_sharing"]["State"]
    return (failed if state == "unblocked" else passed)(f"the state is {state}")


@check(
    f"{SETTINGS}.snapshots_recoverable",
    on=SETTINGS,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Deleted snapshots can be brought back",
    risk="Whoever deletes the backups, by slip or before asking for ransom, deletes them for good.",
    fix="aws rbin create-rule --resource-type EBS_SNAPSHOT --retention-period RetentionPeriodValue=14,"
    "RetentionPeriodUnit=DAYS --region {region}",
)
def snapshots_recoverable(settings: Resource, inventory: Inventory) -> Verdict:
    if not any(inventory.all(SNAPSHOT, region=settings.region)):
        return skipped("no snapshots in the region")
    rules = settings["recycle_bin"] or []
    return passed(f"{len(rules)} rules of the Recycle Bin") if rules else failed("no rule of the Recycle Bin")
