"""Checks on EC2 launch templates: what instances get that are started from the default or the latest version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checks.aws.instances import disks, ours
from checks.verdicts import WORST_FIRST
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

TEMPLATE = "aws.ec2.launch_template"
CHANGE = (
    "aws ec2 create-launch-template-version --launch-template-name {name} --region {region} --source-version '$Latest'"
    " --launch-template-data file://change.json, then aws ec2 modify-launch-template --default-version VERSION"
)

Data = Mapping[str, Any]


def _versions(template: Resource) -> Iterator[tuple[int, Data]]:
    """Yield number and content of the versions that instances are started from: the default and the latest."""
    given = [template["default"], template["latest"]]
    yield from {each["VersionNumber"]: each["LaunchTemplateData"] for each in given if each}.items()


def _worst(template: Resource, judge: Callable[[Data], Verdict]) -> Verdict:
    """Return the worst verdict on a version, with its number."""
    said = [(number, judge(data)) for number, data in _versions(template)]
    if not said:
        return skipped("no version")
    number, verdict = min(said, key=lambda each: WORST_FIRST.index(each[1].outcome))
    return Verdict(verdict.outcome, f"version {number} {verdict.because}")


@check(
    f"{TEMPLATE}.metadata_v2",
    on=TEMPLATE,
    control="guest_os.metadata_service",
    severity=Severity.MEDIUM,
    title="Template's instances ask for a session token",
    risk="Every instance that is started from it hands out its role's keys to whoever can make it fetch an address.",
    fix=CHANGE,
)
@ours
def metadata_v2(template: Resource, inventory: Inventory) -> Verdict:
    return _worst(template, lambda data: _metadata(data, template.region, inventory))


def _metadata(data: Data, region: str, inventory: Inventory) -> Verdict:
    options = data.get("MetadataOptions") or {}
    if options.get("HttpEndpoint") == "disabled":
        return passed("turns the metadata service off")
    if "HttpTokens" in options:
        return (passed if options["HttpTokens"] == "required" else failed)(f"makes session tokens {options['HttpTokens']}")
    # What a template leaves open, the region's defaults decide before the image does. Source: EC2 user guide, "Order of
    # precedence for instance metadata options".
    for settings in inventory.all("aws.ec2.settings", region=region):
        if (settings["metadata_defaults"] or {}).get("HttpTokens") == "required":
            return passed("leaves it to the region, which asks for session tokens")
    return failed("leaves it to the image whether session tokens are asked for")


@check(
    f"{TEMPLATE}.disks_encrypted",
    on=TEMPLATE,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Template's disks are encrypted",
    risk="Every instance that is started from it stores its data in the clear.",
    fix=CHANGE,
)
@ours
def disks_encrypted(template: Resource, inventory: Inventory) -> Verdict:
    if _encrypts(template.region, inventory):
        return passed("the region encrypts every new disk")
    return _worst(template, _disks)


def _encrypts(region: str, inventory: Inventory) -> bool:
    settings = inventory.all("aws.ebs.settings", region=region)
    return any(each["encryption"].get("EbsEncryptionByDefault") for each in settings)


def _disks(data: Data) -> Verdict:
    clear = [device for device, disk in disks(data) if not disk.get("Encrypted")]
    if clear:
        return failed(f"does not encrypt {', '.join(clear)}")
    return passed("encrypts the disks it names") if any(disks(data)) else skipped("leaves the disks to the image")


@check(
    f"{TEMPLATE}.user_data_clean",
    on=TEMPLATE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Template's user data holds no secrets",
    risk="Everybody who may describe templates, and every process on their instances, reads the secret.",
    fix="Keep the secret in Secrets Manager, let instances read it with their role, and replace it: it must be taken for known",
)
@ours
def user_data_clean(template: Resource) -> Verdict:
    return _worst(template, _user_data)


def _user_data(data: Data) -> Verdict:
    if "UserData" not in data:
        return passed("has no user data")
    found = data["UserData"]["$secret"]["detected"]
    return failed(f"holds what looks like {', '.join(found)}") if found else passed("shows no secret")


@check(
    f"{TEMPLATE}.no_public_address",
    on=TEMPLATE,
    control="network.public_access",
    severity=Severity.LOW,
    title="Template gives no public address",
    risk="Every instance that is started from it stands on the internet.",
    fix=CHANGE,
)
@ours
def no_public_address(template: Resource) -> Verdict:
    return _worst(template, _address)


def _address(data: Data) -> Verdict:
    if any(each.get("AssociatePublicIpAddress") for each in data.get("NetworkInterfaces") or []):
        return failed("asks for a public address")
    return passed("asks for no public address")
