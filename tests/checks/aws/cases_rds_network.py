from typing import Any

from checks.aws import rds_network as network
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, prefix_list, rule
from tests.checks.aws.databases import cluster, every, instance, member, of

PUBLIC, CLOSED = of(network.not_public), of(network.closed_to_world)
GROUP, TABLE = "aws.vpc.security_group", "aws.vpc.route_table"
OPEN: dict[str, Any] = {"PubliclyAccessible": True, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}]}


def group(*rules: dict[str, Any]) -> Resource:
    return resource(GROUP, "sg-1", item={"GroupId": "sg-1", "IpPermissions": list(rules)})


def inside(*subnets: str) -> dict[str, Any]:
    return {"DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": name} for name in subnets]}}


def table(*subnets: str, main: bool = False, way: str = "nat-1", state: str = "active") -> Resource:
    associations = [{"SubnetId": name} for name in subnets] + ([{"Main": True}] if main else [])
    route = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": way, "State": state}
    item = {"VpcId": "vpc-1", "Associations": associations, "Routes": [route]}
    return resource(TABLE, f"{way}-{'-'.join(subnets)}", item=item)


CASES = [
    *every(network.not_public, PASS, PubliclyAccessible=False),
    *every(network.not_public, PASS),
    *every(network.not_public, FAIL, PubliclyAccessible=True),
    case(PUBLIC["aws.aurora.cluster"], FAIL, item=cluster(InternetAccessGatewayEnabled=True)),
    case(PUBLIC["aws.aurora.instance"], FAIL, item=instance("aurora-mysql", DBClusterIdentifier="orders", **OPEN)),
    member(network.not_public),
    *every(network.closed_to_world, PASS, [unlisted(GROUP)], PubliclyAccessible=False),
    *every(network.closed_to_world, PASS, [group(rule(5432, "198.51.100.7/32"))], **OPEN),
    *every(network.closed_to_world, PASS, [group(rule(443, WORLD))], **OPEN),
    *every(network.closed_to_world, PASS, [group()], **OPEN),
    *every(network.closed_to_world, FAIL, [group(rule(5432, WORLD))], **OPEN),
    *every(network.closed_to_world, FAIL, [group(rule((0, 65535), "::/0"))], **OPEN),
    *every(network.closed_to_world, FAIL, [group(rule(5432, lists=("pl-1",))), prefix_list(WORLD)], **OPEN),
    *every(network.closed_to_world, UNKNOWN, **OPEN),
    *every(network.closed_to_world, UNKNOWN, [unlisted(GROUP)], **OPEN),
    case(CLOSED["aws.rds.instance"], SKIP, item=instance(**OPEN) | {"Endpoint": {}}),
    member(network.closed_to_world),
    *every(network.private_subnets, PASS, [table("subnet-1", "subnet-2")], **inside("subnet-1", "subnet-2")),
    *every(network.private_subnets, PASS, [table(main=True)], **inside("subnet-1")),
    *every(network.private_subnets, PASS, [table("subnet-1"), table(main=True, way="igw-1")], **inside("subnet-1")),
    *every(network.private_subnets, PASS, [table("subnet-1", way="igw-1", state="blackhole")], **inside("subnet-1")),
    *every(network.private_subnets, FAIL, [table("subnet-1"), table(main=True, way="igw-1")], **inside("subnet-1", "subnet-2")),
    *every(network.private_subnets, FAIL, [table("subnet-1", way="igw-1")], **inside("subnet-1")),
    *every(network.private_subnets, UNKNOWN, **inside("subnet-1")),
    *every(network.private_subnets, UNKNOWN, [unlisted(TABLE)], **inside("subnet-1")),
    *every(network.private_subnets, SKIP),
    *every(network.data_api_off, PASS, HttpEndpointEnabled=False),
    *every(network.data_api_off, PASS),
    *every(network.data_api_off, FAIL, HttpEndpointEnabled=True),
]
