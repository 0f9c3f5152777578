"""Checks on what leads out of a VPC: routes, peering connections and endpoints."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.aws import policy, sharing
from checks.aws.owned import owned
from checks.aws.policy import Level
from checks.aws.ports import entries
from checks.world import Stretch, stretch, without
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

# A peering connection in one of these states carries nothing, and never will again.
ENDED = {"deleted", "deleting", "rejected", "expired", "failed"}
ENDPOINT = "aws.vpc.endpoint"

# ---- routes ----------------------------------------------------------------------------------------------------------


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
        if str(each.get("GatewayId", "")).startswith("igw-") and each.get("State") != "blackhole":
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
    led: dict[str, set[str]] = defaultdict(set)
    for each in table["item"]["Routes"]:
        if each.get("VpcPeeringConnectionId") and each.get("State") != "blackhole":
            led[each["VpcPeeringConnectionId"]].add(_destination(each))
    if not led:
        return skipped("no route to a peer")
    unseen = []
    for id, destinations in sorted(led.items()):
        blocks = _peers_blocks(id, table, inventory)
        if whole := _whole(blocks, _cidrs(destinations, table, inventory)):
            return failed(f"{', '.join(sorted(destinations))} lead to all of {whole} through {id}")
        unseen += [] if blocks else [id]
    if unseen:
        return unknown(f"the networks behind {', '.join(unseen)} are not known")
    return passed(f"routes to {len(led)} peers, each to a part of a network")


def _cidrs(destinations: Iterable[str], table: Resource, inventory: Inventory) -> set[str]:
    """Return what routes lead to as blocks, prefix lists taken apart."""
    return {cidr for each in destinations for cidr in (entries(each, table, inventory) if each.startswith("pl-") else (each,))}


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

PARTNERS = ".vpce."  # in the name of a service that somebody other than AWS offers
# Conditions on these say whose the resources are.
OWNERS = {"aws:resourceorgid", "aws:resourceorgpaths", "aws:resourceaccount", "s3:resourceaccount"}


def _anybodys(resource: str) -> bool:
    """Tell whether an ARN takes in resources of accounts unnamed. A bucket's ARN has no account, but its own name."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return True
    account, name = parts[4:]
    return bool(set(account) & set("*?")) if account else name[:1] in ("*", "?", "")


def _bounded(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement says whose resources it is about."""
    if "Resource" in statement and not any(_anybodys(each) for each in sharing.strings(statement["Resource"])):
        return True
    return any(
        not operator.lower().rpartition(":")[2].startswith(("stringnot", "null"))
        and all(set(each) - set("*?") for each in values)
        for operator, values in _owners(statement)
    )


def _owners(statement: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield operator and values of the conditions on the owner of resources."""
    for operator, tests in (statement.get("Condition") or {}).items():
        yield from ((operator, sharing.strings(values)) for key, values in tests.items() if key.lower() in OWNERS)


@check(
    "aws.vpc.endpoint.policy_narrow",
    on=ENDPOINT,
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
    if item["VpcEndpointType"] not in ("Interface", "Gateway") or PARTNERS in item["ServiceName"]:
        return skipped("such endpoints have no policy")
    if not item.get("PolicyDocument"):
        return failed("no policy, which admits everything")
    statements = sharing.statements(json.loads(item["PolicyDocument"]))
    denials = [each for each in statements if each["Effect"] == "Deny"]
    wide = [each for each in statements if each["Effect"] == "Allow" and not _bounded(each)]
    reaches = [policy.reach({"Statement": [each, *denials]}, account=endpoint.account) for each in wide]
    if not any(each.level == Level.PUBLIC or each.possibly for each in reaches):
        return passed("each statement says whose principals or resources it admits")
    certain = any(each.level == Level.PUBLIC and not each.possibly for each in reaches)
    if certain and not any(True for each in denials for _ in _owners(each)):
        return failed("the policy admits everybody to everybody's resources")
    return unknown("the policy admits everybody to everything, but for conditions that cannot be judged")


@check(
    "aws.vpc.endpoint.stands_in_zones",
    on=ENDPOINT,
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
