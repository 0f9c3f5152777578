"""Checks on a region's defaults for EC2 instances, on key pairs, and on what watches instances and their disks."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.aws.detectors import watched
from checks.aws.instances import INSTANCE
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SETTINGS, KEY_PAIR = "aws.ec2.settings", "aws.ec2.key_pair"
KEY_AGE = timedelta(days=365)

# ---- defaults --------------------------------------------------------------------------------------------------------


@check(
    f"{SETTINGS}.metadata_v2_by_default",
    on=SETTINGS,
    control="guest_os.metadata_service",
    severity=Severity.MEDIUM,
    title="New instances ask for a session token by default",
    risk="Whoever forgets the option starts an instance that hands out its role's keys.",
    fix="aws ec2 modify-instance-metadata-defaults --http-tokens required --region {region}",
)
def metadata_v2_by_default(settings: Resource) -> Verdict:
    defaults = settings["metadata_defaults"] or {}
    if defaults.get("HttpEndpoint") == "disabled":
        return passed("the metadata service is off by default")
    tokens = defaults.get("HttpTokens")
    return passed("session tokens are required") if tokens == "required" else failed(f"the default is {tokens or 'not set'}")


@check(
    f"{SETTINGS}.metadata_v2_enforced",
    on=SETTINGS,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Instances that ask for no session token cannot be started",
    risk="A default can be set aside with one option, and old templates do so.",
    fix="aws ec2 modify-instance-metadata-defaults --http-tokens-enforced enabled --region {region}",
)
def metadata_v2_enforced(settings: Resource) -> Verdict:
    enforced = (settings["metadata_defaults"] or {}).get("HttpTokensEnforced")
    return (passed if enforced == "enabled" else failed)(f"enforcement is {enforced or 'not set'}")


@check(
    f"{SETTINGS}.serial_console_off",
    on=SETTINGS,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Serial console is off",
    risk="Whoever has the right reaches a machine's login past its network and groups, and what is typed is not recorded.",
    fix="aws ec2 disable-serial-console-access --region {region}",
)
def serial_console_off(settings: Resource) -> Verdict:
    if settings["serial_console"]["SerialConsoleAccessEnabled"]:
        return failed("the serial console is on")
    return passed("the serial console is off")


# ---- key pairs -------------------------------------------------------------------------------------------------------


@check(
    f"{KEY_PAIR}.used",
    on=KEY_PAIR,
    control="identity.unused",
    severity=Severity.LOW,
    title="Key pair belongs to an instance or a template",
    risk="Nobody knows who holds the private key of a pair that is offered for every new instance.",
    fix="aws ec2 delete-key-pair --key-name {name} --region {region}",
)
def used(pair: Resource, inventory: Inventory) -> Verdict:
    for instance in inventory.where(INSTANCE, "item.KeyName", pair.name, region=pair.region):
        return passed(f"opens {instance.name}")
    for fact in ("default", "latest"):
        path = f"{fact}.LaunchTemplateData.KeyName"
        for template in inventory.where("aws.ec2.launch_template", path, pair.name, region=pair.region):
            return passed(f"given by the template {template.name}")
    return failed("no instance and no template has it")


@check(
    f"{KEY_PAIR}.younger_than_a_year",
    on=KEY_PAIR,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Key pair is younger than a year",
    risk="People leave and laptops are lost; the private key still opens every instance that was started with it.",
    fix="Enter by Session Manager or EC2 Instance Connect, which need no lasting key, or replace the pair",
)
def younger_than_a_year(pair: Resource, now: datetime) -> Verdict:
    made = time_of(pair["item"].get("CreateTime"))
    if made is None:
        return unknown("AWS does not say when it was made")
    said = f"made on {day(made)}"
    return failed(said) if now - made >= KEY_AGE else passed(said, until=made + KEY_AGE)


# ---- what watches ----------------------------------------------------------------------------------------------------


@check(
    "aws.account.region.instances_watched",
    on="aws.account.region",
    service="aws.ec2",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="GuardDuty watches what runs on instances",
    risk="An intruder on a machine that doesn't talk to known attackers is not noticed.",
    fix="aws guardduty update-detector --detector-id DETECTOR --region {region} --features Name=RUNTIME_MONITORING,"
    "Status=ENABLED, with the additional configuration EC2_AGENT_MANAGEMENT",
)
def instances_watched(region: Resource, inventory: Inventory) -> Verdict:
    if not any(inventory.all(INSTANCE, region=region.region)):
        return skipped("no instances in the region")
    return watched(inventory, region.region, "RUNTIME_MONITORING")


@check(
    "aws.account.region.disks_searched",
    on="aws.account.region",
    service="aws.ebs",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="GuardDuty searches disks for malware",
    risk="When a machine behaves as if it were taken over, nobody looks at what was put on its disks.",
    fix="aws guardduty update-detector --detector-id DETECTOR --region {region} --features"
    " Name=EBS_MALWARE_PROTECTION,Status=ENABLED",
)
def disks_searched(region: Resource, inventory: Inventory) -> Verdict:
    if not any(inventory.all("aws.ebs.volume", region=region.region)):
        return skipped("no volumes in the region")
    return watched(inventory, region.region, "EBS_MALWARE_PROTECTION")
