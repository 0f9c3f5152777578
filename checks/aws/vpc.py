"""Checks on VPCs and what stands in them: subnets, flow logs, addresses, interfaces. What leads out: `vpc_routes.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws.detectors import watched
from checks.aws.owned import owned
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

FLOW_LOG, INTERFACE, SUBNET = "aws.vpc.flow_log", "aws.vpc.network_interface", "aws.vpc.subnet"


def delivers(log: Mapping[str, Any]) -> bool:
    """Tell whether a flow log is on and its last delivery, if there was one yet, did not fail."""
    return log.get("FlowLogStatus") == "ACTIVE" and log.get("DeliverLogsStatus") != "FAILED"


def _watched(id: str, region: str, inventory: Inventory) -> Iterator[Resource]:
    """Yield the flow logs at work on a VPC or subnet."""
    return (each for each in inventory.where(FLOW_LOG, "item.ResourceId", id, region=region) if delivers(each["item"]))


# ---- VPCs ------------------------------------------------------------------------------------------------------------


@check(
    "aws.vpc.vpc.flow_logs",
    on="aws.vpc.vpc",
    control="logging.flow_logs",
    severity=Severity.MEDIUM,
    title="Flows of the VPC are logged",
    risk="After a break-in nobody can tell where it came from, or where the data went.",
    fix="aws ec2 create-flow-logs --resource-type VPC --resource-ids {name} --traffic-type ALL --region {region}"
    " --log-destination-type s3 --log-destination BUCKET",
    cis=("v5:3.7", "v6:4.7", "v7:4.7"),
)
@owned
def flow_logs(vpc: Resource, inventory: Inventory) -> Verdict:
    id = vpc["item"]["VpcId"]
    for each in _watched(id, vpc.region, inventory):
        return passed(f"flow log {each.name} is at work")
    subnets = [each["item"]["SubnetId"] for each in inventory.where(SUBNET, "item.VpcId", id, region=vpc.region)]
    if subnets and all(any(True for _ in _watched(each, vpc.region, inventory)) for each in subnets):
        return passed("each subnet has a flow log at work")
    for each in inventory.where(FLOW_LOG, "item.ResourceId", id, region=vpc.region):
        return failed(
            f"flow log {each.name} delivers nothing: {each['item'].get('DeliverLogsErrorMessage', 'it is not active')}"
        )
    return failed("no flow log")


@check(
    "aws.vpc.vpc.default_unused",
    on="aws.vpc.vpc",
    control="network.default_deny",
    severity=Severity.LOW,
    title="Default VPC is not used",
    risk="Its subnets are public, so whatever is started without a thought for the network stands on the internet.",
    fix="Move what runs in {name} to a VPC of its own, then: aws ec2 delete-vpc --vpc-id {name} --region {region}",
)
@owned
def default_unused(vpc: Resource, inventory: Inventory) -> Verdict:
    if not vpc["item"]["IsDefault"]:
        return skipped("not a default VPC")
    count = sum(1 for _ in inventory.where(INTERFACE, "item.VpcId", vpc["item"]["VpcId"], region=vpc.region))
    return failed(f"holds {count} network interfaces") if count else passed("holds no network interface")


@check(
    "aws.vpc.vpc.spans_zones",
    on="aws.vpc.vpc",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="VPC has subnets in more than one zone",
    risk="When the zone fails, there is no place to go on.",
    fix="aws ec2 create-subnet --vpc-id {name} --region {region} --availability-zone ANOTHER --cidr-block BLOCK",
)
@owned
def spans_zones(vpc: Resource, inventory: Inventory) -> Verdict:
    subnets = inventory.where(SUBNET, "item.VpcId", vpc["item"]["VpcId"], region=vpc.region)
    zones = sorted({each["item"]["AvailabilityZone"] for each in subnets})
    if not zones:
        return skipped("no subnets")
    return (passed if len(zones) > 1 else failed)(f"subnets in {', '.join(zones)}")


@check(
    "aws.vpc.vpc.encryption_enforced",
    on="aws.vpc.vpc",
    control="encryption.in_transit",
    severity=Severity.INFORMATIONAL,
    title="VPC lets only encrypted traffic pass",
    risk="Nobody knows which traffic within the VPC could be read on its way.",
    fix="aws ec2 create-vpc-encryption-control --vpc-id {name} --region {region}, then, when nothing unencrypted shows any"
    " more, aws ec2 modify-vpc-encryption-control with --mode enforce",
)
@owned
def encryption_enforced(vpc: Resource) -> Verdict:
    control = vpc["item"].get("EncryptionControl") or {}
    mode, state = control.get("Mode"), control.get("State")
    if mode == "enforce" and state == "available":
        return passed("encryption is enforced")
    return failed(f"encryption control is in mode {mode}, {state}" if mode else "no encryption control")


@check(
    "aws.vpc.vpc.threats_watched",
    on="aws.vpc.vpc",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="GuardDuty watches the VPC's traffic",
    risk="Contact with known attackers, and machines that mine or scan, go unnoticed.",
    fix="aws guardduty create-detector --enable --region {region}",
)
@owned
def threats_watched(vpc: Resource, inventory: Inventory) -> Verdict:
    return watched(inventory, vpc.region, "FLOW_LOGS")


# ---- subnets ---------------------------------------------------------------------------------------------------------


@check(
    "aws.vpc.subnet.no_automatic_public_address",
    on=SUBNET,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Subnet gives nobody a public address unasked",
    risk="Machines that were meant to be private stand on the internet.",
    fix="aws ec2 modify-subnet-attribute --subnet-id {name} --region {region} --no-map-public-ip-on-launch",
)
@owned
def no_automatic_public_address(subnet: Resource) -> Verdict:
    if subnet["item"]["MapPublicIpOnLaunch"]:
        return failed("machines get a public address when they start")
    return passed("public addresses are given on request only")


# ---- flow logs -------------------------------------------------------------------------------------------------------


@check(
    "aws.vpc.flow_log.delivering",
    on=FLOW_LOG,
    control="logging.flow_logs",
    severity=Severity.MEDIUM,
    title="Flow log arrives where it is to be kept",
    risk="The log looks as if it were on, and nothing is kept.",
    fix="Let the flow log's role, or the bucket's policy, write to its destination; a flow log cannot be changed, only"
    " deleted and created anew",
)
def delivering(log: Resource) -> Verdict:
    item = log["item"]
    if delivers(item):
        return passed(f"delivers to {item.get('LogDestination') or item.get('LogGroupName')}")
    reason = item.get("DeliverLogsErrorMessage", "no reason given")
    return failed(f"status {item.get('FlowLogStatus')}, delivery {item.get('DeliverLogsStatus')}: {reason}")


@check(
    "aws.vpc.flow_log.records_refusals",
    on=FLOW_LOG,
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="Flow log records refused traffic",
    risk="Whoever scans the network, or gropes about within it, leaves no trace.",
    fix="Create a flow log with --traffic-type ALL, then: aws ec2 delete-flow-logs --flow-log-ids {name} --region {region}",
)
def records_refusals(log: Resource) -> Verdict:
    # Flow logs of transit gateways know no refusals, and have no such field.
    kind = log["item"].get("TrafficType")
    if not kind:
        return skipped("the log knows no refusals")
    return (passed if kind in ("ALL", "REJECT") else failed)(f"records traffic of type {kind}")


# ---- addresses and interfaces ----------------------------------------------------------------------------------------


@check(
    "aws.vpc.address.associated",
    on="aws.vpc.address",
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Elastic IP address is in use",
    risk="Names and allowlists may still point to an address that somebody else gets when it is let go; it costs until then.",
    fix="Remove DNS records that name {name}, then: aws ec2 release-address --region {region} --allocation-id, of {id}",
)
def associated(address: Resource) -> Verdict:
    item = address["item"]
    for field in ("AssociationId", "NetworkInterfaceId", "InstanceId"):
        if item.get(field):
            return passed(f"associated: {item[field]}")
    if item.get("ServiceManaged"):
        return skipped(f"managed by a service ({item['ServiceManaged']})")
    return failed("associated with nothing")


@check(
    "aws.vpc.network_interface.attached",
    on=INTERFACE,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Network interface is in use",
    risk="It holds addresses and groups that nobody reviews, and hides that a group is unused.",
    fix="aws ec2 delete-network-interface --network-interface-id {name} --region {region}",
)
@owned
def attached(interface: Resource) -> Verdict:
    item = interface["item"]
    if item.get("RequesterManaged") or item.get("Operator", {}).get("Managed"):
        return skipped("managed by AWS")
    return (failed if item["Status"] == "available" else passed)(f"status is {item['Status']}")
