"""Checks on groups and launch configurations of EC2 Auto Scaling. Launch templates: `ec2_templates.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from checks.aws.eks_read import spread
from checks.aws.instances import disks
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

GROUP, CONFIGURATION = "aws.autoscaling.group", "aws.autoscaling.launch_configuration"
UPDATE = "aws autoscaling update-auto-scaling-group --auto-scaling-group-name {name} --region {region}"
ANEW = "Make a launch template of it and give that to the groups; launch configurations cannot be changed"
DAY = 86_400

Judge = Callable[..., Verdict]


def _ours(judge: Judge) -> Judge:
    """Make *judge* skip groups that are being deleted, or that an AWS service operates."""

    @wraps(judge)
    def asked(group: Resource, **given: Any) -> Verdict:
        item = group["item"]
        if service := (item.get("Operator") or {}).get("Principal"):
            return skipped(f"operated by {service}, which answers for it")
        return skipped("being deleted") if item.get("Status") else judge(group, **given)

    return asked


# ---- groups ----------------------------------------------------------------------------------------------------------


@check(
    f"{GROUP}.multi_zone",
    on=GROUP,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Group's machines stand in more than one zone",
    risk="When the zone fails, all machines of the group are gone, and none can be started.",
    fix=f"{UPDATE} --vpc-zone-identifier SUBNETS of several zones",
)
@_ours
def multi_zone(group: Resource, inventory: Inventory) -> Verdict:
    zones = sorted(group["item"].get("AvailabilityZones") or [])
    if zones:
        return passed(f"spread over {', '.join(zones)}") if len(zones) > 1 else failed(f"all in {zones[0]}")
    subnets = [each.strip() for each in group["item"].get("VPCZoneIdentifier", "").split(",") if each.strip()]
    return spread(subnets, group.region, inventory)


@check(
    f"{GROUP}.health_of_balancer",
    on=GROUP,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Machines that the load balancer finds unwell are replaced",
    risk="A machine whose program hangs stays in the group, and takes the place of one that works.",
    fix=f"{UPDATE} --health-check-type ELB --health-check-grace-period 300",
)
@_ours
def health_of_balancer(group: Resource) -> Verdict:
    item = group["item"]
    if not any(item.get(name) for name in ("LoadBalancerNames", "TargetGroupARNs", "TrafficSources")):
        return skipped("behind no load balancer")
    kinds = {each.strip() for each in item.get("HealthCheckType", "EC2").split(",")}
    asked = kinds & {"ELB", "VPC_LATTICE"}
    return passed(f"asks {', '.join(sorted(asked))}") if asked else failed("asks EC2 alone whether machines are well")


@check(
    f"{GROUP}.from_template",
    on=GROUP,
    control="governance.configuration_recording",
    severity=Severity.LOW,
    title="Group makes its machines of a launch template",
    risk="Launch configurations have no versions and lack newer settings, such as those that protect disks and metadata.",
    fix=f"{UPDATE} --launch-template LaunchTemplateId=ID,Version=VERSION",
)
@_ours
def from_template(group: Resource) -> Verdict:
    item = group["item"]
    if configuration := item.get("LaunchConfigurationName"):
        return failed(f"made of the launch configuration {configuration}")
    return passed("made of a launch template")


@check(
    f"{GROUP}.several_types",
    on=GROUP,
    control="resilience.quotas",
    severity=Severity.INFORMATIONAL,
    title="Group takes more than one type of machine",
    risk="When AWS has none of the one type left, no machine can be started.",
    fix=f"{UPDATE} --mixed-instances-policy file://types.json",
)
@_ours
def several_types(group: Resource) -> Verdict:
    template = (group["item"].get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    overrides = template.get("Overrides") or []
    if any(each.get("InstanceRequirements") for each in overrides):
        return passed("takes whatever meets its requirements")
    types = {each["InstanceType"] for each in overrides if each.get("InstanceType")}
    return passed(f"takes {len(types)} types") if len(types) > 1 else failed("takes one type only")


@check(
    f"{GROUP}.machines_renewed",
    on=GROUP,
    control="guest_os.image_age",
    severity=Severity.LOW,
    title="Group's machines are replaced from time to time",
    risk="Machines run for years with what was current when they were started, and with whatever settled on them.",
    fix=f"{UPDATE} --max-instance-lifetime SECONDS",
)
@_ours
def machines_renewed(group: Resource) -> Verdict:
    seconds = group["item"].get("MaxInstanceLifetime")
    return passed(f"after {seconds // DAY} days at most") if seconds else failed("machines may live for ever")


@check(
    f"{GROUP}.deletion_protected",
    on=GROUP,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Group cannot be deleted with its machines in one step",
    risk="One mistaken call takes all machines of the group.",
    fix=f"{UPDATE} --deletion-protection prevent-force-deletion",
)
@_ours
def deletion_protected(group: Resource) -> Verdict:
    said = group["item"].get("DeletionProtection") or "none"
    return failed("deletion protection is none") if said == "none" else passed(f"deletion protection is {said}")


# ---- launch configurations -------------------------------------------------------------------------------------------


@check(
    f"{CONFIGURATION}.metadata_v2",
    on=CONFIGURATION,
    control="guest_os.metadata_service",
    severity=Severity.HIGH,
    title="Machines of the configuration ask for a session token",
    risk="Every machine that is started from it hands out its role's keys to whoever can make it fetch an address.",
    fix=ANEW,
)
def metadata_v2(configuration: Resource, inventory: Inventory) -> Verdict:
    options = configuration["item"].get("MetadataOptions") or {}
    if options.get("HttpEndpoint") == "disabled":
        return passed("turns the metadata service off")
    if "HttpTokens" in options:
        return (passed if options["HttpTokens"] == "required" else failed)(f"makes session tokens {options['HttpTokens']}")
    for settings in inventory.all("aws.ec2.settings", region=configuration.region):
        if (settings["metadata_defaults"] or {}).get("HttpTokens") == "required":
            return passed("leaves it to the region, which asks for session tokens")
    return failed("leaves it to the image whether session tokens are asked for")


@check(
    f"{CONFIGURATION}.no_public_address",
    on=CONFIGURATION,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Machines of the configuration get no public address",
    risk="Every machine that is started from it stands on the internet.",
    fix=ANEW,
)
def no_public_address(configuration: Resource) -> Verdict:
    said = configuration["item"].get("AssociatePublicIpAddress")
    if said is None:
        return passed("asks for no public address: the subnet decides")
    return failed("asks for a public address") if said else passed("refuses public addresses")


@check(
    f"{CONFIGURATION}.disks_encrypted",
    on=CONFIGURATION,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Disks of the configuration are encrypted",
    risk="Every machine that is started from it stores its data in the clear.",
    fix=ANEW,
)
def disks_encrypted(configuration: Resource, inventory: Inventory) -> Verdict:
    named = list(disks(configuration["item"]))
    clear = [device for device, disk in named if not disk.get("Encrypted")]
    if named and not clear:
        return passed("encrypts the disks it names")
    for settings in inventory.all("aws.ebs.settings", region=configuration.region):
        if settings["encryption"].get("EbsEncryptionByDefault"):
            return passed("the region encrypts every new disk")
        return failed(f"does not encrypt {', '.join(clear)}") if clear else skipped("leaves the disks to the image")
    return unknown("whether the region encrypts new disks is not known")


@check(
    f"{CONFIGURATION}.user_data_clean",
    on=CONFIGURATION,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Configuration's user data holds no secrets",
    risk="Everybody who may describe launch configurations, and every process on their machines, reads the secret.",
    fix="Keep the secret in Secrets Manager, let machines read it with their role, and replace it: it must be taken for known",
)
def user_data_clean(configuration: Resource) -> Verdict:
    given = configuration["item"].get("UserData")
    if not given:
        return passed("has no user data")
    found = given["$secret"]["detected"]
    return failed(f"holds what looks like {', '.join(found)}") if found else passed("shows no secret")
