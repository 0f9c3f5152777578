"""Checks on images of machines. Their keys: `disk.py`; who may use them: `granted.py`."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.gcp.read import in_words, many
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

IMAGE = "gcp.image.image"
OLDEST = timedelta(days=180)
# Names of places that are several regions. Source: Compute Engine documentation, "Image storage location".
MANY = {"asia", "eu", "us"}


def _state(image: Resource) -> str:
    return str((image["item"].get("deprecated") or {}).get("state") or "ACTIVE")


@check(
    f"{IMAGE}.recent",
    on=IMAGE,
    control="guest_os.image_age",
    severity=Severity.LOW,
    title="Image in use is younger than 180 days",
    risk="What starts from it lacks half a year of patches until somebody installs them.",
    fix="gcloud compute images create NEW --project={account} --family=FAMILY, then gcloud compute images deprecate {name}"
    " --state=DEPRECATED --replacement=NEW",
)
def recent(image: Resource, now: datetime) -> Verdict:
    if (state := _state(image)) != "ACTIVE":
        return skipped(f"the image is {state}")
    made = time_of(image["item"].get("creationTimestamp"))
    if made is None:
        return unknown("Google does not say of when the image is")
    said = f"made on {day(made)}"
    return failed(said) if now - made >= OLDEST else passed(said, until=made + OLDEST)


@check(
    f"{IMAGE}.boots_shielded",
    on=IMAGE,
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="Machines of the image can tell what was started on them",
    risk="What hides below the operating system is never seen: machines of such an image cannot be Shielded VMs.",
    fix="gcloud compute images create NEW --project={account} --source-image={name} --guest-os-features=UEFI_COMPATIBLE, where"
    " the system starts from UEFI",
)
def boots_shielded(image: Resource) -> Verdict:
    features = {str(each.get("type")) for each in many(image["item"], "guestOsFeatures")}
    return passed("starts from UEFI") if "UEFI_COMPATIBLE" in features else failed("does not start from UEFI")


@check(
    f"{IMAGE}.outdated_deleted",
    on=IMAGE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Image that is out of use is deleted",
    risk="Somebody starts a machine from it, with holes that its makers meant to leave behind.",
    fix="gcloud compute images delete {name} --project={account}",
)
def outdated_deleted(image: Resource) -> Verdict:
    state = _state(image)
    return passed("in use") if state == "ACTIVE" else failed(f"the image is {state}, and still there")


@check(
    f"{IMAGE}.kept_in_many_regions",
    on=IMAGE,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Image is stored in more than one region",
    risk="When the region fails, machines cannot be made anew elsewhere.",
    fix="gcloud compute images create NEW --project={account} --source-image={name} --storage-location=eu",
)
def kept_in_many_regions(image: Resource) -> Verdict:
    places = [str(each) for each in many(image["item"], "storageLocations")]
    if not places:
        return unknown("Google does not say where the image is stored")
    return (passed if len(places) > 1 or set(places) & MANY else failed)(f"stored in {in_words(places)}")
