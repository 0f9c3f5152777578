"""Checks on EC2 instances as the control plane shows them: identity, rights, network, disks. Guests: `ec2_guests.py`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from checks.aws.exposure import unreachable
from checks.aws.exposure_places import standing
from checks.aws.iam_read import administers
from checks.aws.instances import INSTANCE, Item, addresses, disks, group_of, ours
from checks.aws.vpc import FLOW_LOG, SUBNET, delivers
from checks.exposures import ADMINISTRATION, REMOTE
from checks.times import day
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ADMIN_PORTS = {**ADMINISTRATION, **REMOTE}
LONG_STOPPED = timedelta(days=90)
# How descriptions of interfaces begin that EKS's network plug-in and ECS attach to a machine, for what runs on it.
FOR_GUESTS = ("aws-K8S-", "arn:aws:ecs:", "arn:aws-cn:ecs:", "arn:aws-us-gov:ecs:")
MOST_HOPS = 2  # what a container on the instance needs, and what images that ask for the second version set
STOPPED_AT = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")


# ---- metadata service ------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.metadata_v2",
    on=INSTANCE,
    control="guest_os.metadata_service",
    severity=Severity.HIGH,
    title="Instance gives its credentials only for a session token",
    risk="A web application that can be led to fetch an address hands out the keys of the instance's role.",
    fix="aws ec2 modify-instance-metadata-options --instance-id {name} --region {region} --http-tokens required",
    cis=("v5:5.7", "v6:6.7", "v7:6.7"),
)
@ours
def metadata_v2(instance: Resource) -> Verdict:
    options = instance["item"].get("MetadataOptions")
    if not options:
        return unknown("AWS told no options of the metadata service")
    if options.get("HttpEndpoint") == "disabled":
        return passed("the metadata service is off")
    return (passed if options["HttpTokens"] == "required" else failed)(f"session tokens are {options['HttpTokens']}")


@check(
    f"{INSTANCE}.metadata_near",
    on=INSTANCE,
    control="guest_os.metadata_service",
    severity=Severity.LOW,
    title="Answers of the metadata service do not travel far",
    risk="Whatever passes on traffic from the instance (a proxy, a VPN, a nested network) can fetch its credentials.",
    fix="aws ec2 modify-instance-metadata-options --instance-id {name} --region {region} --http-put-response-hop-limit 1",
)
@ours
def metadata_near(instance: Resource) -> Verdict:
    options = instance["item"].get("MetadataOptions") or {}
    if options.get("HttpEndpoint") == "disabled":
        return skipped("the metadata service is off")
    hops = options.get("HttpPutResponseHopLimit")
    if hops is None:
        return unknown("AWS told no limit of hops")
    return (passed if hops <= MOST_HOPS else failed)(f"answers travel {hops} hops")


# ---- identity and rights ---------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.uses_role",
    on=INSTANCE,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Instance has a role of its own",
    risk="What runs on it can call AWS only with keys that are stored there and never expire.",
    fix="aws ec2 associate-iam-instance-profile --instance-id {name} --region {region} --iam-instance-profile Name=PROFILE",
    cis=("v5:1.17", "v6:2.17", "v7:2.16"),
)
@ours
def uses_role(instance: Resource) -> Verdict:
    profile = _profile(instance)
    return passed(f"uses {profile}") if profile else failed("no instance profile")


def _profile(instance: Resource) -> str:
    return str((instance["item"].get("IamInstanceProfile") or {}).get("Arn", ""))


@check(
    f"{INSTANCE}.role_not_administrator",
    on=INSTANCE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Instance does not hold full administration",
    risk="Whoever gets a command to run on the instance holds the account.",
    fix="Replace the policy of the instance's role by one that names the actions that the workload needs",
)
@ours
def role_not_administrator(instance: Resource, inventory: Inventory) -> Verdict:
    profile = _profile(instance)
    if not profile:
        return skipped("no instance profile")
    roles = list(inventory.where("aws.iam.role", "item.InstanceProfileList.Arn", profile))
    for role in roles:
        if granting := administers(role, inventory):
            return failed(f"{role.name} holds every right through {granting}")
    return passed(f"{roles[0].name} holds less than every right" if roles else "the instance profile holds no role")


@check(
    f"{INSTANCE}.user_data_clean",
    on=INSTANCE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="User data holds no secrets",
    risk="Every process on the instance, and everybody who may describe it, reads the secret.",
    fix="Keep the secret in Secrets Manager, let the instance read it with its role, and replace it: it must be taken for"
    " known; then aws ec2 modify-instance-attribute --instance-id {name} --region {region} --user-data",
)
@ours
def user_data_clean(instance: Resource) -> Verdict:
    hidden = instance["user_data"]
    if hidden is None:
        return passed("no user data")
    found = hidden["$secret"]["detected"]
    return failed(f"holds what looks like {', '.join(found)}") if found else passed("no secret was detected")


# ---- network ---------------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.no_public_address",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.LOW,
    title="Instance has no public address",
    risk="One careless rule of a security group puts it on the internet; a load balancer or NAT gateway needs no such address.",
    fix="Start the instance anew in a private subnet, behind a load balancer or a NAT gateway",
)
@ours
def no_public_address(instance: Resource) -> Verdict:
    # An IPv6 address is public by nature; whether a route leads to it, the subnet decides.
    for interface in instance["item"].get("NetworkInterfaces") or []:
        if address := addresses(interface).get(4):
            return failed(f"has the public address {address}")
    return passed("no public IPv4 address")


@check(
    f"{INSTANCE}.admin_ports_closed",
    on=INSTANCE,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="Nobody on the internet reaches administration ports",
    risk="The instance stands on the internet, where passwords and holes of its remote access are tried within minutes.",
    fix="aws ec2 revoke-security-group-ingress on the group that opens the port, and enter by Session Manager instead",
)
@ours
def admin_ports_closed(instance: Resource, inventory: Inventory) -> Verdict:
    """By address, route, network ACL and group together, as ``demarc exposed`` follows them."""
    rows = instance["item"].get("NetworkInterfaces") or []
    return unreachable(ADMIN_PORTS, [standing(row, instance) for row in rows], inventory)


@check(
    f"{INSTANCE}.addresses_checked",
    on=INSTANCE,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Instance sends and receives only under its own address",
    risk="It can pass on or forge traffic of others, past the rules of their groups; only routers and NAT machines must.",
    fix="aws ec2 modify-instance-attribute --instance-id {name} --region {region} --source-dest-check",
)
@ours
def addresses_checked(instance: Resource) -> Verdict:
    item = instance["item"]
    for each in (item, *(item.get("NetworkInterfaces") or [])):
        if each.get("SourceDestCheck") is False:
            return failed(f"{each.get('NetworkInterfaceId', 'the instance')} does not check addresses")
    return passed("source and destination are checked")


@check(
    f"{INSTANCE}.flows_logged",
    on=INSTANCE,
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="The instance's network flows are logged",
    risk="After a break-in nobody can tell whom the instance talked to.",
    fix="aws ec2 create-flow-logs --resource-type VPC --resource-ids VPC --traffic-type ALL --region {region}"
    " --log-destination-type s3 --log-destination BUCKET",
)
@ours
def flows_logged(instance: Resource, inventory: Inventory) -> Verdict:
    interfaces = instance["item"].get("NetworkInterfaces") or []
    if not interfaces:
        return skipped("no network interface")
    for interface in interfaces:
        if not _logged(interface, instance.region, inventory):
            return _unlogged(interface, instance, inventory)
    return passed("a flow log covers each network interface")


def _logged(interface: Item, region: str, inventory: Inventory) -> bool:
    places = (interface[field] for field in ("NetworkInterfaceId", "SubnetId", "VpcId") if field in interface)
    logs = (log for place in places for log in inventory.where(FLOW_LOG, "item.ResourceId", place, region=region))
    return any(delivers(log["item"]) for log in logs)


def _unlogged(interface: Item, instance: Resource, inventory: Inventory) -> Verdict:
    for subnet in inventory.where(SUBNET, "item.SubnetId", interface.get("SubnetId", ""), region=instance.region):
        owner = subnet["item"].get("OwnerId", instance.account)
        if owner != instance.account:
            return unknown(f"the network is account {owner}'s, which alone sees its flow logs")
    return failed(f"no flow log at work on {interface['NetworkInterfaceId']}, its subnet or its VPC")


# ---- disks and life --------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.system_disk_ends_with_it",
    on=INSTANCE,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="Disk with the system is deleted with the instance",
    risk="Copies of the system, with whatever keys and data it holds, stay behind, and nobody looks after them.",
    fix="aws ec2 modify-instance-attribute --instance-id {name} --region {region} --block-device-mappings file://disk.json,"
    " with DeleteOnTermination true",
)
@ours
def system_disk_ends_with_it(instance: Resource) -> Verdict:
    item = instance["item"]
    for device, disk in disks(item):
        if device == item.get("RootDeviceName"):
            ends = disk.get("DeleteOnTermination")
            return passed(f"{device} is deleted with the instance") if ends else failed(f"{device} stays behind")
    return skipped("no EBS disk with the system")


@check(
    f"{INSTANCE}.data_disks_survive",
    on=INSTANCE,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Disks with data survive the instance",
    risk="Terminating the instance, which takes one call, deletes the data with it.",
    fix="aws ec2 modify-instance-attribute --instance-id {name} --region {region} --block-device-mappings file://disk.json,"
    " with DeleteOnTermination false",
)
@ours
def data_disks_survive(instance: Resource) -> Verdict:
    item = instance["item"]
    data = {device: disk for device, disk in disks(item) if device != item.get("RootDeviceName")}
    if not data:
        return skipped("no disk beside the system's")
    if group := group_of(instance):
        return skipped(f"of the Auto Scaling group {group}, whose instances come and go")
    lost = sorted(device for device, disk in data.items() if disk.get("DeleteOnTermination"))
    return failed(f"deleted with the instance: {', '.join(lost)}") if lost else passed("disks with data survive")


@check(
    f"{INSTANCE}.recovers",
    on=INSTANCE,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Instance recovers from faults of its host by itself",
    risk="When the host fails, the instance stays away until somebody notices.",
    fix="aws ec2 modify-instance-maintenance-options --instance-id {name} --region {region} --auto-recovery default",
)
@ours
def recovers(instance: Resource) -> Verdict:
    if group := group_of(instance):
        return passed(f"replaced by the Auto Scaling group {group}")
    options = instance["item"].get("MaintenanceOptions")
    if not options:
        return unknown("AWS told no maintenance options")
    if options.get("AutoRecovery") == "disabled":
        return failed("automatic recovery is off")
    return passed("automatic recovery is on, where the type of instance knows it")


@check(
    f"{INSTANCE}.not_left_stopped",
    on=INSTANCE,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Instance was not left stopped for 90 days",
    risk="It is not patched meanwhile; whoever starts it again puts old holes on the network.",
    fix="Keep a snapshot of what is needed, then: aws ec2 terminate-instances --instance-ids {name} --region {region}",
)
@ours
def not_left_stopped(instance: Resource, now: datetime) -> Verdict:
    item = instance["item"]
    if item["State"]["Name"] != "stopped":
        return skipped(f"the instance is {item['State']['Name']}")
    told = STOPPED_AT.search(item.get("StateTransitionReason") or "")
    if not told:
        return unknown("AWS does not say since when it is stopped")
    since = datetime.fromisoformat(told[1]).replace(tzinfo=UTC)
    if now - since >= LONG_STOPPED:
        return failed(f"stopped since {day(since)}")
    return passed(f"stopped on {day(since)}", until=since + LONG_STOPPED)


@check(
    f"{INSTANCE}.one_way_in",
    on=INSTANCE,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Instance stands in one network",
    risk="A machine with a foot in two networks is a bridge between them, past their filters.",
    fix="aws ec2 detach-network-interface --attachment-id ID --region {region}, for those that are not needed",
)
@ours
def one_way_in(instance: Resource) -> Verdict:
    interfaces = instance["item"].get("NetworkInterfaces") or []
    # Those for pods and tasks stand in the machine's network, and carry nothing across.
    own = {each["NetworkInterfaceId"]: each for each in interfaces if not str(each.get("Description")).startswith(FOR_GUESTS)}
    subnets = sorted({str(each.get("SubnetId")) for each in own.values()})
    if len(subnets) > 1:
        return failed(f"its interfaces stand in {', '.join(subnets)}")
    return passed(f"{len(own)} interface(s), in one subnet")


@check(
    f"{INSTANCE}.runs_on_hardware",
    on=INSTANCE,
    control="guest_os.supported_version",
    severity=Severity.LOW,
    title="Instance is virtualized by the hardware",
    risk="Kernels and types of machines that need the old way are no longer made or mended.",
    fix="Start an instance from an HVM image, move the data, and end {name}",
)
@ours
def runs_on_hardware(instance: Resource) -> Verdict:
    kind = str(instance["item"].get("VirtualizationType") or "hvm")
    return (failed if kind == "paravirtual" else passed)(f"virtualization is {kind}")
