"""Checks on machine images that the account owns, and on a region's defaults for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from checks.aws import sharing
from checks.aws.instances import disks
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

IMAGE, SETTINGS = "aws.ami.image", "aws.ami.settings"
IN_USE = timedelta(days=90)
AGE = timedelta(days=180)
UNUSED = timedelta(days=365)
SCANNED = timedelta(days=30)
# The tag of images that AWS Backup makes: copies of one instance, not images to start others from.
BACKUP = "aws:backup:source-resource"


def _to_start_from(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip images that nobody starts instances from: disabled ones, and backups."""

    @wraps(judge)
    def asked(image: Resource, **given: Any) -> Verdict:
        if image["item"]["State"] != "available":
            return skipped(f"the image is {image['item']['State']}")
        if BACKUP in image.tags:
            return skipped("a backup of AWS Backup")
        return judge(image, **given)

    return asked


# ---- who may have it -------------------------------------------------------------------------------------------------


@check(
    f"{IMAGE}.not_public",
    on=IMAGE,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Image is not public",
    risk="Anybody with an AWS account starts it and reads whatever is on its disks; public images are combed for secrets.",
    fix="aws ec2 modify-image-attribute --image-id {name} --region {region} --attribute launchPermission"
    " --operation-type remove --user-groups all",
)
def not_public(image: Resource) -> Verdict:
    return failed("everybody may start it") if image["item"]["Public"] else passed("not public")


@check(
    f"{IMAGE}.known_accounts",
    on=IMAGE,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Image is shared only with accounts of the organization",
    risk="An account that nobody here runs may start the image and read its disks.",
    fix="aws ec2 modify-image-attribute --image-id {name} --region {region} --attribute launchPermission"
    " --operation-type remove --user-ids ACCOUNT",
)
def known_accounts(image: Resource, inventory: Inventory) -> Verdict:
    permissions = image["sharing"] or []
    if any(each.get("Group") == "all" for each in permissions):
        return failed("shared with everybody")
    if strange := sorted(_organizations(permissions) - _own(inventory)):
        return failed(f"shared with the organization {strange[0]}")
    return sharing.members_only({each["UserId"] for each in permissions if "UserId" in each} - {image.account}, inventory)


def _organizations(permissions: list[Mapping[str, str]]) -> set[str]:
    """Return the ids of the organizations with which, or with a unit of which, an image is shared."""
    arns = [each.get("OrganizationArn") or each.get("OrganizationalUnitArn") or "" for each in permissions]
    return {part for arn in arns for part in arn.split("/") if part.startswith("o-")}


def _own(inventory: Inventory) -> set[str]:
    described = [each["organization"] for each in inventory.all("aws.organizations.organization")]
    return {each["Id"] for each in described if each}


# ---- what is in it ---------------------------------------------------------------------------------------------------


@check(
    f"{IMAGE}.disks_encrypted",
    on=IMAGE,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Image's disks are encrypted",
    risk="A copy of a system, with what was left on it, is stored in the clear, and so are the disks made of it.",
    fix="aws ec2 copy-image --source-image-id {name} --source-region {region} --region {region} --encrypted --name NAME, then"
    " aws ec2 deregister-image --image-id {name}",
)
def disks_encrypted(image: Resource) -> Verdict:
    found = dict(disks(image["item"]))
    if not found:
        return skipped("no EBS disks")
    clear = [device for device, disk in found.items() if not disk.get("Encrypted")]
    return failed(f"not encrypted: {', '.join(clear)}") if clear else passed("every disk is encrypted")


@check(
    f"{IMAGE}.metadata_v2",
    on=IMAGE,
    control="guest_os.metadata_service",
    severity=Severity.LOW,
    title="Image's instances ask for a session token",
    risk="Whoever starts an instance without further thought starts one that hands out its role's keys.",
    fix="aws ec2 modify-image-attribute --image-id {name} --region {region} --imds-support v2.0",
)
@_to_start_from
def metadata_v2(image: Resource) -> Verdict:
    if image["item"].get("ImdsSupport") == "v2.0":
        return passed("its instances ask for session tokens by default")
    return failed("the image asks for no session tokens")


@check(
    f"{IMAGE}.recent",
    on=IMAGE,
    control="guest_os.image_age",
    severity=Severity.LOW,
    title="Image that is in use is younger than 180 days",
    risk="Each new instance starts with all the holes that became known since.",
    fix="Build the image anew, start instances from the new one, then: aws ec2 enable-image-deprecation --image-id {name}"
    " --deprecate-at TIME --region {region}",
)
@_to_start_from
def recent(image: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if not _in_use(image, inventory, now):
        return skipped("nobody starts instances from it")
    made = time_of(image["item"].get("CreationDate"))
    if made is None:
        return unknown("AWS does not say when it was made")
    return failed(f"made on {day(made)}") if now - made >= AGE else passed(f"made on {day(made)}", until=made + AGE)


def _in_use(image: Resource, inventory: Inventory, now: datetime) -> bool:
    """Tell whether there are instances of the image, or were started within 90 days."""
    launched = time_of(image["item"].get("LastLaunchedTime"))
    if launched and now - launched < IN_USE:
        return True
    return any(True for _ in inventory.where("aws.ec2.instance", "item.ImageId", image["item"]["ImageId"], region=image.region))


@check(
    f"{IMAGE}.scanned",
    on=IMAGE,
    control="application.scanning",
    severity=Severity.LOW,
    title="Image that is in use was scanned within 30 days",
    risk="Weaknesses are found on the instances, one by one, if anybody looks.",
    fix="Let Inspector scan machine images in {region}, or the instances of {name}",
)
@_to_start_from
def scanned(image: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if not _in_use(image, inventory, now):
        return skipped("nobody starts instances from it")
    last = time_of((image["item"].get("ScanResults") or {}).get("FindingScanDate"))
    if last is None:
        return failed("Inspector never scanned it")
    said = f"scanned on {day(last)}"
    return failed(said) if now - last >= SCANNED else passed(said, until=last + SCANNED)


@check(
    f"{IMAGE}.no_critical_weakness",
    on=IMAGE,
    control="runtime.known_weaknesses",
    severity=Severity.MEDIUM,
    title="Nothing in an image that is in use has a critical weakness",
    risk="Each instance can be taken over with ready-made tools from the moment it starts.",
    fix="Build the image anew with current packages, and start instances from the new one",
)
@_to_start_from
def no_critical_weakness(image: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if not _in_use(image, inventory, now):
        return skipped("nobody starts instances from it")
    results = image["item"].get("ScanResults")
    if not results:
        return unknown("Inspector never scanned it")
    worst = results.get("HighestFindingSeverityLabel", "none")
    return (failed if worst == "critical" else passed)(f"the worst weakness is {worst}")


# ---- its life --------------------------------------------------------------------------------------------------------


@check(
    f"{IMAGE}.deregistration_protected",
    on=IMAGE,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Image that is in use is protected from deregistration",
    risk="When it is gone, no instance can be replaced, nor a group grow.",
    fix="aws ec2 enable-image-deregistration-protection --image-id {name} --with-cooldown --region {region}",
)
@_to_start_from
def deregistration_protected(image: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if not _in_use(image, inventory, now):
        return skipped("nobody starts instances from it")
    state = str(image["item"].get("DeregistrationProtection", "not set"))
    return (passed if state.startswith("enabled") else failed)(f"protection is {state}")


@check(
    f"{IMAGE}.used",
    on=IMAGE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Image was used within a year",
    risk="Old systems, with their holes and whatever data was on them, can be started by mistake or copied.",
    fix="aws ec2 deregister-image --image-id {name} --delete-associated-snapshots --region {region}",
)
@_to_start_from
def used(image: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if _in_use(image, inventory, now):
        return passed("instances were started from it lately, or still run")
    item = image["item"]
    last = max((time for time in _times(item) if time), default=None)
    if last is None:
        return unknown("AWS does not say when it was made or used")
    said = f"last made or used on {day(last)}"
    return failed(said) if now - last >= UNUSED else passed(said, until=last + UNUSED)


def _times(item: Mapping[str, Any]) -> Iterator[datetime | None]:
    yield from (time_of(item.get(field)) for field in ("CreationDate", "LastLaunchedTime"))


# ---- defaults --------------------------------------------------------------------------------------------------------


@check(
    f"{SETTINGS}.public_sharing_blocked",
    on=SETTINGS,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Images cannot be made public",
    risk="One call, by slip or by an intruder, gives a system with all its disks to everybody.",
    fix="aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing --region {region}",
)
def public_sharing_blocked(settings: Resource) -> Verdict:
    state = settings["public_sharing"]["ImageBlockPublicAccessState"]
    return (passed if state == "block-new-sharing" else failed)(f"the state is {state}")


@check(
    f"{SETTINGS}.images_allowed_by_rule",
    on=SETTINGS,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Only images of chosen makers can be started",
    risk="Anybody may publish an image under a familiar name, and somebody here starts it.",
    fix="aws ec2 replace-image-criteria-in-allowed-images-settings --image-criteria file://criteria.json --region {region},"
    " then aws ec2 enable-allowed-images-settings --allowed-images-settings-state enabled --region {region}",
)
def images_allowed_by_rule(settings: Resource) -> Verdict:
    state = settings["allowed_images"]["State"]
    return (passed if state == "enabled" else failed)(f"the rule for allowed images is {state}")


@check(
    f"{SETTINGS}.images_recoverable",
    on=SETTINGS,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Deregistered images can be brought back",
    risk="Whoever deregisters an image, by slip or on purpose, does so for good, and nothing can be started from it.",
    fix="aws rbin create-rule --resource-type EC2_IMAGE --retention-period RetentionPeriodValue=14,"
    "RetentionPeriodUnit=DAYS --region {region}",
)
def images_recoverable(settings: Resource, inventory: Inventory) -> Verdict:
    if not any(inventory.all(IMAGE, region=settings.region)):
        return skipped("no images in the region")
    rules = settings["recycle_bin"] or []
    return passed(f"{len(rules)} rules of the Recycle Bin") if rules else failed("no rule of the Recycle Bin")
