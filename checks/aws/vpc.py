"""Checks on VPCs and their parts: subnets, routes, flow logs, addresses, interfaces, peering and endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.aws import sharing
from checks.aws.owned import owned
from checks.aws.ports import entries
from checks.aws.world import Stretch, stretch, without
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

FLOW_LOG, INTERFACE, SUBNET = "aws.vpc.flow_log", "aws.vpc.network_interface", "aws.vpc.subnet"
# A peering connection in one of these states carries nothing, and never will again.
ENDED = {"deleted", "deleting", "rejected", "expired", "failed"}


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
    found = [each["detector"] for each in inventory.all("aws.guardduty.detector", region=vpc.region)]
    for each in found:
        sources = {feature["Name"]: feature["Status"] for feature in each.get("Features") or []}
        if each["Status"] == "ENABLED" and sources.get("FLOW_LOGS", "ENABLED") == "ENABLED":
            return passed("a detector watches the region's flows")
    return failed("the detector does not watch flows" if found else "no detector in the region")


# ---- subnets and routes ----------------------------------------------------------------------------------------------


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


@check(
    "aws.vpc.route_table.main_private",
    on="aws.vpc.route_table",
    control="network.default_deny",
    severity=Severity.LOW,
    title="Main route table leads no traffic to the internet",
    risk="A subnet that nobody gave a route table of its own is public.",
    fix="aws ec2 delete-route --route-table-id {name} --region {region} --destination-cidr-block 0.0.0.0/0, after giving"
    " public subnets a table of their own",
)
@owned
def main_private(table: Resource) -> Verdict:
    item = table["item"]
    if not any(each.get("Main") for each in item.get("Associations") or []):
        return skipped("not a main route table")
    for each in item["Routes"]:
        if str(each.get("GatewayId", "")).startswith("igw-"):
            return failed(f"leads {_destination(each)} to {each['GatewayId']}")
    return passed("no route to an internet gateway")


def _destination(route: Mapping[str, Any]) -> str:
    fields = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return next((str(route[field]) for field in fields if route.get(field)), "")


@check(
    "aws.vpc.route_table.peering_routes_narrow",
    on="aws.vpc.route_table",
    control="network.segmentation",
    severity=Severity.LOW,
    title="Routes to a peer reach only a part of its network",
    risk="A break-in on one side of the peering reaches every machine on the other.",
    fix="aws ec2 replace-route --route-table-id {name} --region {region} with the peer's subnets that are needed",
    cis=("v5:5.6", "v6:6.6", "v7:6.6"),
)
@owned
def peering_routes_narrow(table: Resource, inventory: Inventory) -> Verdict:
    item = table["item"]
    routes = [each for each in item["Routes"] if each.get("VpcPeeringConnectionId") and each.get("State") != "blackhole"]
    if not routes:
        return skipped("no route to a peer")
    for route in routes:
        id, destination = route["VpcPeeringConnectionId"], _destination(route)
        blocks = _peers_blocks(id, table, inventory)
        if not blocks:
            return unknown(f"the networks behind {id} are not known")
        cidrs = entries(destination, table, inventory) if destination.startswith("pl-") else {destination}
        if whole := _whole(blocks, cidrs):
            return failed(f"{destination} leads to all of {whole} through {id}")
    return passed(f"{len(routes)} routes to peers, each to a part of a network")


def _peers_blocks(id: str, table: Resource, inventory: Inventory) -> list[str]:
    """Return the blocks of the VPC on the other side of a peering connection."""
    path = "item.VpcPeeringConnectionId"
    for each in inventory.where("aws.vpc.peering_connection", path, id, region=table.region):
        item = each["item"]
        ours = item["RequesterVpcInfo"].get("VpcId") == table["item"]["VpcId"]
        return _blocks(item["AccepterVpcInfo" if ours else "RequesterVpcInfo"])
    return []


def _blocks(side: Mapping[str, Any]) -> list[str]:
    v4 = [each["CidrBlock"] for each in side.get("CidrBlockSet") or []] or [side.get("CidrBlock")]
    return [each for each in (*v4, *(each["Ipv6CidrBlock"] for each in side.get("Ipv6CidrBlockSet") or [])) if each]


def _whole(blocks: Iterable[str], cidrs: Iterable[str]) -> str:
    """Return the first of *blocks* that *cidrs* cover to its end; empty when they cover none."""
    covered: list[tuple[int, Stretch]] = [stretch(each) for each in cidrs]
    for block in blocks:
        family, all_of_it = stretch(block)
        if not without([all_of_it], [each for version, each in covered if version == family]):
            return block
    return ""


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
    if item.get("RequesterManaged"):
        return skipped("managed by AWS")
    return (failed if item["Status"] == "available" else passed)(f"status is {item['Status']}")


# ---- peering ---------------------------------------------------------------------------------------------------------


@check(
    "aws.vpc.peering_connection.known_account",
    on="aws.vpc.peering_connection",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="VPC is peered only with accounts of the organization",
    risk="Machines of an account that nobody here runs stand in the private network.",
    fix="aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id {name} --region {region}",
)
def known_account(peering: Resource, inventory: Inventory) -> Verdict:
    item = peering["item"]
    if item["Status"]["Code"] in ENDED:
        return skipped(f"status is {item['Status']['Code']}")
    owners = {item[side].get("OwnerId", "") for side in ("RequesterVpcInfo", "AccepterVpcInfo")}
    if "" in owners:
        return unknown("whose VPC the peer is was not said")
    return sharing.members_only(owners - {peering.account}, inventory)


# ---- endpoints -------------------------------------------------------------------------------------------------------


def _is_open(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement lets everybody's identities reach everybody's resources."""
    principals, resources = statement.get("Principal", "*"), statement.get("Resource", [])
    return (
        statement["Effect"] == "Allow"
        and not statement.get("Condition")
        and ("NotPrincipal" in statement or "*" in sharing.strings(principals))
        and ("NotResource" in statement or "*" in sharing.strings(resources))
    )


@check(
    "aws.vpc.endpoint.policy_narrow",
    on="aws.vpc.endpoint",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Endpoint leads only to resources that are the organization's",
    risk="Data can be carried out to anybody's account through the endpoint, with keys brought along, past every firewall.",
    fix="aws ec2 modify-vpc-endpoint --vpc-endpoint-id {name} --region {region} --policy-document file://policy.json, with"
    " conditions on aws:PrincipalOrgID and aws:ResourceOrgID",
)
@owned
def policy_narrow(endpoint: Resource) -> Verdict:
    item = endpoint["item"]
    # Only endpoints of AWS's services have a policy; some of those services know none, which no field here tells.
    if item["VpcEndpointType"] not in ("Interface", "Gateway") or ".vpce." in item["ServiceName"]:
        return skipped("such endpoints have no policy")
    if not item.get("PolicyDocument"):
        return failed("no policy, which admits everything")
    statements = sharing.statements(json.loads(item["PolicyDocument"]))
    wide = [each for each in statements if _is_open(each)]
    if not wide:
        return passed("each statement names principals, resources or conditions")
    if any(each["Effect"] == "Deny" for each in statements):
        return unknown("the policy admits everything but for what it denies, which cannot be judged")
    return failed("the policy admits everybody to everything")


@check(
    "aws.vpc.endpoint.stands_in_zones",
    on="aws.vpc.endpoint",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Interface endpoint stands in more than one zone",
    risk="When the zone fails, all others lose the service as well.",
    fix="aws ec2 modify-vpc-endpoint --vpc-endpoint-id {name} --region {region} --add-subnet-ids SUBNET",
)
@owned
def stands_in_zones(endpoint: Resource) -> Verdict:
    item = endpoint["item"]
    if item["VpcEndpointType"] != "Interface":
        return skipped(f"an endpoint of type {item['VpcEndpointType']}")
    # There is one subnet for each zone at most.
    count = len(item.get("SubnetIds") or [])
    return (passed if count > 1 else failed)(f"stands in {count} zones")
