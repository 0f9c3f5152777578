"""Checks on EBS snapshots: who may read them, and how long they are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.aws.accessanalyzer import EXTERNAL
from checks.aws.ebs import SETTINGS, SNAPSHOT
from checks.aws.recorded import use_recorded
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

AGE = timedelta(days=365)
# Tags of what AWS Backup and Data Lifecycle Manager made, and will delete.
KEPT_BY_POLICY = ("aws:backup:source-resource", "aws:dlm:lifecycle-policy-id")


@check(
    f"{SNAPSHOT}.not_public",
    on=SNAPSHOT,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Snapshot is not public",
    risk="Anybody with an AWS account makes a disk of it and reads whatever was on yours; lists of public ones are combed.",
    fix="aws ec2 modify-snapshot-attribute --snapshot-id {name} --region {region} --attribute createVolumePermission"
    " --operation-type remove --group-names all",
)
def not_public(snapshot: Resource, inventory: Inventory) -> Verdict:
    if snapshot["public"] is None:
        return passed("not public")
    for settings in inventory.all(SETTINGS, region=snapshot.region):
        if settings["public_sharing"]["State"] == "block-all-sharing":
            return passed("shared with everybody, but the region blocks all public sharing")
    return failed("everybody may make a volume of it")


@check(
    f"{SNAPSHOT}.encrypted",
    on=SNAPSHOT,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Snapshot is encrypted",
    risk="A copy of a disk is stored in the clear, and could be shared by mistake with anybody.",
    fix="aws ec2 copy-snapshot --source-snapshot-id {name} --source-region {region} --encrypted, then delete {name}",
)
def encrypted(snapshot: Resource) -> Verdict:
    return passed("encrypted") if snapshot["item"]["Encrypted"] else failed("not encrypted")


@check(
    f"{SNAPSHOT}.not_forgotten",
    on=SNAPSHOT,
    control="data.retention",
    severity=Severity.LOW,
    title="Snapshot is younger than a year, or kept on purpose",
    risk="Data that was deleted for good reason lives on in copies that nobody knows of.",
    fix="aws ec2 delete-snapshot --snapshot-id {name} --region {region}, or let a plan of AWS Backup keep it",
)
def not_forgotten(snapshot: Resource, inventory: Inventory, now: datetime) -> Verdict:
    item = snapshot["item"]
    taken = time_of(item.get("StartTime"))
    if taken is None:
        return unknown("AWS does not say when it was taken")
    if now - taken < AGE:
        return passed(f"taken on {day(taken)}", until=taken + AGE)
    if kept := [tag for tag in KEPT_BY_POLICY if tag in snapshot.tags]:
        return passed(f"a policy keeps it ({kept[0]})")
    path = "item.BlockDeviceMappings.Ebs.SnapshotId"
    for image in inventory.where("aws.ami.image", path, item["SnapshotId"], region=snapshot.region):
        return passed(f"the image {image.name} needs it")
    return failed(f"taken on {day(taken)}, and nothing says why it is kept")


@check(
    "aws.account.account.snapshot_reads_recorded",
    on="aws.account.account",
    service="aws.ebs",
    control="logging.data_events",
    severity=Severity.LOW,
    title="A trail records who reads the blocks of snapshots",
    risk="After a leak nobody can tell which disk was copied, block by block, and by whom.",
    fix="aws cloudtrail put-event-selectors with advanced selectors for data events of AWS::EC2::Snapshot",
)
def snapshot_reads_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return use_recorded(inventory, SNAPSHOT, "AWS::EC2::Snapshot")


@check(
    "aws.account.region.snapshot_sharing_watched",
    on="aws.account.region",
    service="aws.ebs",
    control="detection.external_access",
    severity=Severity.MEDIUM,
    title="Access Analyzer watches with whom snapshots are shared",
    risk="A disk is handed to somebody else's account, which is how data is carried off, and nobody is told.",
    fix="aws accessanalyzer create-analyzer --analyzer-name external --type ACCOUNT --region {region}",
)
def snapshot_sharing_watched(region: Resource, inventory: Inventory) -> Verdict:
    if not any(inventory.all(SNAPSHOT, region=region.region)):
        return skipped("no snapshots in the region")
    for each in inventory.all("aws.accessanalyzer.analyzer", region=region.region):
        if each["item"]["type"] in EXTERNAL and each["item"]["status"] == "ACTIVE":
            return passed(f"{each.name} watches what is shared outside")
    return failed("no analyzer of external access is at work")
