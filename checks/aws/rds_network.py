"""Checks on who reaches databases of RDS and Aurora."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import reached
from checks.aws.ports import open_spans
from checks.aws.rds_read import AURORA, CLUSTER, INSTANCE, MEMBER, alone
from checks.kinds import each
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown


@each(
    (INSTANCE, CLUSTER, MEMBER, AURORA),
    "not_public",
    control="network.public_access",
    severity=Severity.HIGH,
    title="NOUN has no public address",
    risk="One slip in a security group, and anybody may guess passwords or use the next hole in the engine.",
    fix="aws rds modify-db-instance --db-instance-identifier {name} --no-publicly-accessible --region {region}; a cluster must"
    " be restored without a public address",
    cis=("v5:2.2.3", "v6:3.2.3", "v7:3.2.3"),
)
@alone
def not_public(database: Resource) -> Verdict:
    item = database["item"]
    if item.get("InternetAccessGatewayEnabled"):
        return failed("an internet access gateway leads to it")
    return failed("it has a public address") if item.get("PubliclyAccessible") else passed("it has no public address")


@each(
    (INSTANCE, CLUSTER, MEMBER),
    "closed_to_world",
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="NOUN does not let the world connect",
    risk="A password, or a hole in the engine, is all that stands between anybody and the data.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}; then take"
    " its public address: aws rds modify-db-instance --no-publicly-accessible",
)
@alone
def closed_to_world(database: Resource, inventory: Inventory) -> Verdict:
    item = database["item"]
    if not item.get("PubliclyAccessible"):
        return passed("it has no public address")
    number = port(item)
    if number is None:
        return skipped("it has no endpoint yet")
    names = [group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups") or []]
    for group in reached.groups(names, database, inventory):
        for spans in open_spans(group, "IpPermissions", inventory):
            if any(span.holds(("tcp", number)) for span in spans):
                return failed(f"{group['item']['GroupId']} opens port {number} to the world, and it has a public address")
    return passed(f"port {number} is closed to the world")


def port(item: Mapping[str, Any]) -> int | None:
    """Return the port on which the engine listens: an instance names it with its endpoint, a cluster beside it."""
    endpoint = item.get("Endpoint")
    return endpoint.get("Port") if isinstance(endpoint, Mapping) else item.get("Port")


@each(
    (INSTANCE, MEMBER),
    "private_subnets",
    control="network.segmentation",
    severity=Severity.LOW,
    title="NOUN stands in subnets without a way to the internet",
    risk="A public address, given by mistake, is all it takes to put the database on the internet.",
    fix="aws rds create-db-subnet-group with private subnets, then aws rds modify-db-instance --db-instance-identifier"
    " {name} --db-subnet-group-name GROUP --region {region}",
    cis=("v5:2.2.3", "v6:3.2.3", "v7:3.2.3"),
)
def private_subnets(database: Resource, inventory: Inventory) -> Verdict:
    group = database["item"].get("DBSubnetGroup") or {}
    subnets = [subnet["SubnetIdentifier"] for subnet in group.get("Subnets") or []]
    if not subnets:
        return skipped("it is in no subnet group")
    tables = {subnet: _tables(subnet, group["VpcId"], database, inventory) for subnet in subnets}
    for subnet, found in tables.items():
        for route in (route for table in found for route in table["item"].get("Routes") or []):
            if str(route.get("GatewayId", "")).startswith("igw-") and route.get("State") != "blackhole":
                return failed(f"{subnet} leads to the internet through {route['GatewayId']}")
    if unseen := [subnet for subnet, found in tables.items() if not found]:
        return unknown(f"the routes of {', '.join(unseen)} were not found")
    return passed(f"none of its {len(subnets)} subnets leads to the internet")


def _tables(subnet: str, vpc: str, database: Resource, inventory: Inventory) -> list[Resource]:
    """Return the route tables of a subnet: its own, or else the VPC's main one."""
    kind, region = "aws.vpc.route_table", database.region
    return list(inventory.where(kind, "item.Associations.SubnetId", subnet, region=region)) or [
        table
        for table in inventory.where(kind, "item.VpcId", vpc, region=region)
        if any(association.get("Main") for association in table["item"].get("Associations") or [])
    ]


@each(
    (AURORA,),
    "data_api_off",
    control="application.exposure",
    severity=Severity.INFORMATIONAL,
    title="NOUN takes no queries over the Data API",
    risk="Whoever holds credentials of the account, and a secret, queries the database from anywhere, past every network.",
    fix="aws rds disable-http-endpoint --resource-arn {id} --region {region}",
)
def data_api_off(cluster: Resource) -> Verdict:
    return failed("the Data API is on") if cluster["item"].get("HttpEndpointEnabled") else passed("the Data API is off")
