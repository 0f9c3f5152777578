"""What the internet reaches on AWS: the way to one machine, closed and opened step by step; then what else has an address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from checks.aws.exposure import EXPOSED, granted
from scanner.evaluation.exposure import Opening
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, REGION, FakeInventory, Unlisted, resource, unlisted

WORLD, WORLD6 = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
HALVES = {"IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]}
OFFICE = {"IpRanges": [{"CidrIp": "198.51.100.0/24"}]}
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
WEB = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
EVERYTHING = {"IpProtocol": "-1"}
IGW = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
IGW6 = {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"}
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}


def group(*permissions: dict[str, Any], id: str = "sg-1") -> Resource:
    return resource("aws.vpc.security_group", id, item={"GroupId": id, "IpPermissions": list(permissions)})


def table(*routes: dict[str, Any], main: bool = False) -> Resource:
    association = {"Main": True} if main else {"Main": False, "SubnetId": "subnet-1"}
    item = {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [LOCAL, *routes], "Associations": [association]}
    return resource("aws.vpc.route_table", "rtb-1", item=item)


def entry(number: int, action: str, cidr: str = "0.0.0.0/0", ports: tuple[int, int] | None = None, protocol: str = "-1") -> Any:
    block = {"Ipv6CidrBlock": cidr} if ":" in cidr else {"CidrBlock": cidr}
    range = {"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}
    return {"RuleNumber": number, "RuleAction": action, "Protocol": protocol, "Egress": False, **block, **range}


def outward(*args: Any, **more: Any) -> dict[str, Any]:
    return {**entry(*args, **more), "Egress": True}


EVERYTHING_OUT = (outward(100, "allow"), outward(101, "allow", "::/0"))


def acl(*entries: dict[str, Any], out: Iterable[dict[str, Any]] = EVERYTHING_OUT) -> Resource:
    last = entry(32767, "deny")
    item = {"NetworkAclId": "acl-1", "Entries": [*out, *entries, last], "Associations": [{"SubnetId": "subnet-1"}]}
    return resource("aws.vpc.network_acl", "acl-1", item=item)


def block(mode: str = "off", **more: str) -> Resource:
    return resource("aws.vpc.public_access_block", "block", options={"InternetGatewayBlockMode": mode, **more})


def interface(*, v4: bool = True, v6: bool = False, **more: Any) -> Resource:
    item: dict[str, Any] = {"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", **more}
    item.setdefault("Groups", [{"GroupId": "sg-1"}])
    item |= {"Association": {"PublicIp": "203.0.113.7"}} if v4 else {}
    item |= {"Ipv6Addresses": [{"Ipv6Address": "2001:db8::7"}]} if v6 else {}
    return resource("aws.vpc.network_interface", "eni-1", item=item)


def instance(state: str = "running") -> Resource:
    return resource("aws.ec2.instance", "arn:i-1", item={"InstanceId": "i-1", "State": {"Name": state}})


def gateway_table(target: str) -> Resource:
    """Return the route table of an internet gateway: where what comes in goes first."""
    key = "NetworkInterfaceId" if target.startswith("eni-") else "GatewayId"
    route = {"DestinationCidrBlock": "10.0.0.0/24", key: target, "State": "active"}
    item = {"RouteTableId": "rtb-9", "VpcId": "vpc-1", "Routes": [LOCAL, route], "Associations": [{"GatewayId": "igw-1"}]}
    return resource("aws.vpc.route_table", "rtb-9", item=item)


def shared() -> Resource:
    return resource("aws.vpc.subnet", "subnet-1", item={"SubnetId": "subnet-1", "VpcId": "vpc-1", "OwnerId": "999999999999"})


ELSEWHERE = {"TransitGatewayId": "tgw-1", "State": "active"}
THROUGH = {"DestinationCidrBlock": "0.0.0.0/0", "NetworkInterfaceId": "eni-9", "State": "active"}
ON_INSTANCE: dict[str, Any] = {"Attachment": {"InstanceId": "i-1"}}
SUBNET = resource("aws.vpc.subnet", "subnet-1", item={"SubnetId": "subnet-1", "VpcId": "vpc-1"})
OPEN_ACL = acl(entry(100, "allow"), entry(101, "allow", "::/0"))
SIX = (interface(v4=False, v6=True), group({**SSH, **WORLD6}))
# Everything on the way is open. Of each type, the first that a case brings takes the place of this one.
OPEN = (interface(), group({**SSH, **WORLD}), table(IGW, IGW6), OPEN_ACL, block(), SUBNET)


def found(there: Iterable[Resource | Unlisted], given: Iterable[Resource] = OPEN) -> list[Opening]:
    """Return what is reached of what is *given*, with some of it replaced, or not to be listed."""
    brought = list(there)
    types = {each.type for each in brought}
    every = [each for each in brought if isinstance(each, Resource)] + [each for each in given if each.type not in types]
    gaps = tuple(each for each in brought if isinstance(each, Unlisted))
    return list(EXPOSED.followed(FakeInventory(tuple(every), gaps)))


def told(openings: Iterable[Opening]) -> list[tuple[str, bool]]:
    return [(each.what, each.certain) for each in openings]


YES, POSSIBLY = True, False


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], [("tcp 22 (SSH)", YES)]),
        # security groups
        ([group({**SSH, **OFFICE})], []),
        ([group({**SSH, **HALVES})], [("tcp 22 (SSH)", YES)]),
        ([group({**SSH, **WORLD6})], []),
        ([group({**EVERYTHING, **WORLD})], [("tcp 0-65535", YES), ("udp 0-65535", YES)]),
        ([group({**SSH, **WORLD}, {**WEB, **WORLD})], [("tcp 22 (SSH)", YES), ("tcp 443", YES)]),
        ([group({**SSH, "FromPort": 20, **WORLD}, {**SSH, "ToPort": 30, **WORLD})], [("tcp 20-30", YES)]),
        ([group({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, **WORLD})], []),
        # addresses
        ([interface(v4=False)], []),
        ([interface(v4=False, v6=True)], []),
        ([interface(v4=False, v6=True), group({**SSH, **WORLD6})], [("tcp 22 (SSH)", YES)]),
        ([interface(v4=False, v6=True, DenyAllIgwTraffic=True), group({**SSH, **WORLD6})], []),
        ([interface(v4=False, Ipv6Addresses=[{"Ipv6Address": "fd00::7"}]), group({**SSH, **WORLD6})], []),
        ([interface(v4=False, PrivateIpAddresses=[{"Association": {"PublicIp": "203.0.113.8"}}])], [("tcp 22 (SSH)", YES)]),
        ([interface(InterfaceType="natGateway")], []),
        ([interface(v4=False, InterfaceType="global_accelerator_managed")], [("what Global Accelerator leads to", POSSIBLY)]),
        ([interface(Status="available")], [("tcp 22 (SSH)", POSSIBLY)]),
        # What no other way follows counts at its interface; how somebody describes its own machine hides nothing.
        ([interface(Description="DMSNetworkInterface")], [("tcp 22 (SSH)", YES)]),
        ([interface(Description="ELB app/web/1")], []),
        ([interface(Description="ELB of old, now a machine", **ON_INSTANCE), instance()], [("tcp 22 (SSH)", YES)]),
        ([interface(OwnerId="999999999999")], []),
        # routes
        ([table()], []),
        ([table({**IGW, "State": "blackhole"})], []),
        ([table({"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"})], []),
        ([table({**IGW, "DestinationCidrBlock": "198.51.100.0/24"})], []),
        ([table({**IGW, "DestinationCidrBlock": "0.0.0.0/1"})], [("tcp 22 (SSH)", YES)]),
        ([table({**IGW, "GatewayId": "vpce-1"})], [("tcp 22 (SSH)", POSSIBLY)]),
        ([table(IGW, main=True)], [("tcp 22 (SSH)", YES)]),
        ([table(IGW6)], []),
        ([table({"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}), *SIX], []),
        ([table(IGW, {"DestinationPrefixListId": "pl-unread", "GatewayId": "vpce-s3"})], [("tcp 22 (SSH)", YES)]),
        # Of two routes the narrower one counts.
        ([table(IGW, *({**ELSEWHERE, "DestinationCidrBlock": half} for half in ("0.0.0.0/1", "128.0.0.0/1")))], []),
        ([table(IGW, {**ELSEWHERE, "DestinationCidrBlock": "198.51.100.0/24"})], [("tcp 22 (SSH)", YES)]),
        # A machine on the way leads in only where the gateway has routes to it; a machine that translates only leads out.
        ([table({**THROUGH})], []),
        ([table({**THROUGH}), gateway_table("eni-9")], [("tcp 22 (SSH)", POSSIBLY)]),
        ([table(IGW), gateway_table("vpce-9")], [("tcp 22 (SSH)", POSSIBLY)]),
        ([table(IGW), gateway_table("local")], [("tcp 22 (SSH)", YES)]),
        # network ACLs
        ([acl()], []),
        ([acl(entry(100, "deny", ports=(22, 22), protocol="6"), entry(200, "allow"))], []),
        ([acl(entry(100, "deny", ports=(22, 22), protocol="17"), entry(200, "allow"))], [("tcp 22 (SSH)", YES)]),
        ([acl(entry(100, "allow"), entry(200, "deny", ports=(22, 22), protocol="6"))], [("tcp 22 (SSH)", YES)]),
        ([acl(entry(100, "allow", "198.51.100.0/24"))], []),
        ([acl(entry(100, "allow", ports=(0, 1023), protocol="6"))], [("tcp 22 (SSH)", YES)]),
        (
            [acl(entry(100, "allow", ports=(80, 90), protocol="6")), group({**EVERYTHING, **WORLD})],
            [("tcp 80-90", YES)],
        ),
        # what it answers has to leave: a network ACL keeps no connection in mind
        ([acl(entry(100, "allow"), out=[])], []),
        ([acl(entry(100, "allow"), out=[outward(100, "allow", ports=(443, 443), protocol="6")])], []),
        ([acl(entry(100, "allow"), out=[outward(100, "allow", ports=(32768, 60999), protocol="6")])], [("tcp 22 (SSH)", YES)]),
        # the block of the whole region
        ([block("block-ingress")], [("tcp 22 (SSH)", POSSIBLY)]),
        ([block("block-ingress", ExclusionsAllowed="not-allowed")], []),
        ([resource("aws.vpc.public_access_block", "block", options=None)], [("tcp 22 (SSH)", YES)]),
        # a subnet that another account shares: its block counts
        ([shared()], [("tcp 22 (SSH)", POSSIBLY)]),
        # what was not read leaves it open, perhaps
        ([unlisted("aws.vpc.route_table")], [("tcp 22 (SSH)", POSSIBLY)]),
        ([unlisted("aws.vpc.network_acl")], [("tcp 22 (SSH)", POSSIBLY)]),
        ([unlisted("aws.vpc.public_access_block")], [("tcp 22 (SSH)", POSSIBLY)]),
        ([unlisted("aws.vpc.security_group")], [("tcp 0-65535", POSSIBLY), ("udp 0-65535", POSSIBLY)]),
        ([unlisted("aws.vpc.network_interface")], [("what stands at network interfaces", POSSIBLY)]),
        ([group({**SSH, **WORLD}, id="sg-2")], [("tcp 0-65535", POSSIBLY), ("udp 0-65535", POSSIBLY)]),
    ],
)
def test_the_way_to_a_machine(there: list[Resource | Unlisted], expected: list[tuple[str, bool]]) -> None:
    assert told(found(there)) == expected


def test_the_path_names_each_step_from_the_outside_inwards() -> None:
    (opening,) = found([interface(**ON_INSTANCE), instance()])
    assert (opening.resource_type, opening.resource_id) == ("aws.ec2.instance", "arn:i-1")
    assert opening.path == ("203.0.113.7", "rtb-1: igw-1", "acl-1", "sg-1", "eni-1", "i-1")
    assert opening.source == "the internet (IPv4)"


def test_both_families_over_the_same_way_are_one_opening() -> None:
    (opening,) = found([interface(v6=True), group({**SSH, **WORLD, **WORLD6})])
    assert opening.source == "the internet (IPv4, IPv6)"


def test_a_machine_that_does_not_run_is_open_perhaps() -> None:
    (opening,) = found([interface(**ON_INSTANCE), instance("stopped")])
    assert opening.doubts == ("the instance is stopped",)


def test_a_prefix_list_counts_with_its_entries_and_unread_leaves_it_open() -> None:
    ruled = group({**SSH, "PrefixListIds": [{"PrefixListId": "pl-1"}]})
    listed = resource("aws.vpc.prefix_list", "pl-1", item={"PrefixListId": "pl-1"}, entries=[{"Cidr": "0.0.0.0/0"}])
    assert told(found([ruled, listed])) == [("tcp 22 (SSH)", YES)]
    assert {each.certain for each in found([ruled])} == {POSSIBLY}


def balancer(**more: Any) -> Resource:
    item = {
        "LoadBalancerArn": "arn:lb",
        "DNSName": "lb.example",
        "Scheme": "internet-facing",
        "Type": "application",
        "AvailabilityZones": [{"SubnetId": "subnet-0"}, {"SubnetId": "subnet-1"}],
        "SecurityGroups": ["sg-1"],
        **more,
    }
    return resource("aws.elb.load_balancer", "arn:lb", item=item)


def listener(port: int = 22, protocol: str = "TCP") -> Resource:
    action = {"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:r:1:targetgroup/web/1"}
    item = {"LoadBalancerArn": "arn:lb", "Port": port, "Protocol": protocol, "DefaultActions": [action]}
    return resource("aws.elb.listener", "arn:listener", item=item, rules=[])


NO_INTERFACE = interface(v4=False)


def test_a_load_balancer_is_reached_at_its_listeners_through_any_of_its_subnets() -> None:
    given = [NO_INTERFACE, balancer(), listener()]
    other = resource("aws.vpc.route_table", "rtb-0", item={"RouteTableId": "rtb-0", "VpcId": "vpc-1", "Routes": [LOCAL]})
    routed = [table(IGW), replace(other, facts=table().facts)]
    (opening,) = [each for each in found([*given, *routed]) if each.certain]
    assert (opening.what, opening.path[0], opening.path[-1]) == ("tcp 22 (SSH)", "lb.example", "target group web")
    assert found([*given, listener(80)]) != []
    assert found([*given[:2], listener(80)]) == []
    assert found([NO_INTERFACE, balancer(Scheme="internal"), listener()]) == []


@pytest.mark.parametrize(("protocol", "expected"), [("TCP", POSSIBLY), ("TLS", YES)])
def test_a_network_load_balancer_without_groups_leaves_it_to_its_targets(protocol: str, expected: bool) -> None:
    bare = balancer(Type="network", SecurityGroups=[], AvailabilityZones=[{"SubnetId": "subnet-1"}])
    assert told(found([NO_INTERFACE, bare, listener(443, protocol)])) == [("tcp 443", expected)]


def test_a_classic_load_balancer_is_reached_at_its_listeners() -> None:
    item = {
        "DNSName": "old.example",
        "Scheme": "internet-facing",
        "Subnets": ["subnet-1"],
        "SecurityGroups": ["sg-1"],
        "ListenerDescriptions": [{"Listener": {"Protocol": "tcp", "LoadBalancerPort": 22}}],
        "Instances": [{"InstanceId": "i-9"}],
    }
    (opening,) = found([NO_INTERFACE, resource("aws.elb.classic_load_balancer", "arn:clb", item=item)])
    assert (opening.what, opening.path[-1], opening.certain) == ("tcp 22 (SSH)", "i-9", YES)


RDS = {
    "PubliclyAccessible": True,
    "Endpoint": {"Port": 5432},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
    "DBSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-1"}]},
}
TWO = {"Subnets": [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}]}
INNER = resource("aws.vpc.subnet", "subnet-2", item={"SubnetId": "subnet-2", "VpcId": "vpc-2"})
INNER_TABLE = resource(
    "aws.vpc.route_table",
    "rtb-2",
    item={"RouteTableId": "rtb-2", "VpcId": "vpc-2", "Routes": [LOCAL], "Associations": [{"Main": True}]},
)
REDSHIFT = {"PubliclyAccessible": True, "Endpoint": {"Port": 5432}, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}]}
SERVERLESS = {"publiclyAccessible": True, "endpoint": {"port": 5432}, "securityGroupIds": ["sg-1"], "subnetIds": ["subnet-1"]}
BROKER = {
    "PubliclyAccessible": True,
    "SecurityGroups": ["sg-1"],
    "SubnetIds": ["subnet-1"],
    "BrokerInstances": [{"Endpoints": ["amqps://b-1.mq.r.amazonaws.com:5432"]}],
}
KAFKA = {
    "Provisioned": {
        "BrokerNodeGroupInfo": {
            "ClientSubnets": ["subnet-1"],
            "SecurityGroups": ["sg-1"],
            "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}},
        }
    }
}
DATABASE = group({"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 9194, **WORLD})


@pytest.mark.parametrize(
    ("type", "facts", "expected"),
    [
        ("aws.rds.instance", {"item": RDS}, [("tcp 5432 (PostgreSQL)", YES)]),
        ("aws.neptune.instance", {"item": RDS}, [("tcp 5432 (PostgreSQL)", YES)]),
        ("aws.rds.instance", {"item": {**RDS, "PubliclyAccessible": False}}, []),
        ("aws.rds.instance", {"item": {**RDS, "Endpoint": {"Port": 1433}}}, []),
        ("aws.rds.instance", {"item": {**RDS, "DBInstanceStatus": "stopped"}}, [("tcp 5432 (PostgreSQL)", POSSIBLY)]),
        # It stands in one of its subnets; where these differ, nobody says in which.
        ("aws.rds.instance", {"item": {**RDS, "DBSubnetGroup": TWO}}, [("tcp 5432 (PostgreSQL)", POSSIBLY)]),
        ("aws.rds.instance", {"item": {**RDS, "Endpoint": None}}, [("tcp 5432-9194", POSSIBLY)]),
        (
            "aws.rds.instance",
            {"item": {**RDS, "VpcSecurityGroups": []}},
            [("tcp 5432 (PostgreSQL)", POSSIBLY)],
        ),
        ("aws.redshift.cluster", {"item": REDSHIFT}, [("tcp 5432 (PostgreSQL)", POSSIBLY)]),
        ("aws.redshiftserverless.workgroup", {"item": SERVERLESS}, [("tcp 5432 (PostgreSQL)", YES)]),
        ("aws.mq.broker", {"broker": BROKER}, [("tcp 5432 (PostgreSQL)", YES)]),
        ("aws.mq.broker", {"broker": DENIED}, [("its ports", POSSIBLY)]),
        ("aws.msk.cluster", {"item": KAFKA}, [("tcp 9194", YES)]),
    ],
)
def test_databases_and_brokers(type: str, facts: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    assert (
        told(found([NO_INTERFACE, DATABASE, SUBNET, INNER, table(IGW, IGW6), INNER_TABLE, resource(type, "arn:it", **facts)]))
        == expected
    )


REST = {"id": "r1", "endpointConfiguration": {"types": ["REGIONAL"]}}
URL = {"FunctionUrl": "https://f", "FunctionArn": "arn:it", "AuthType": "NONE"}
INVOKE = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": "*"}
INVOKE_IF = {**INVOKE, "Condition": {"StringEquals": {"ours:unheard-of": "x"}}}
OPEN_TO_ALL = {"Statement": [{**INVOKE, "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}]}
INVOKE_BY_US = {"Statement": [{**INVOKE, "Principal": {"AWS": ACCOUNT}}]}
HTTP = {"ApiId": "h1", "ProtocolType": "HTTP"}


@pytest.mark.parametrize(
    ("type", "facts", "expected"),
    [
        ("aws.apigateway.rest_api", {"item": REST, "methods": []}, [("https 443", YES)]),
        ("aws.apigateway.rest_api", {"item": REST, "methods": DENIED}, [("https 443", YES)]),
        ("aws.apigateway.rest_api", {"item": {**REST, "endpointConfiguration": {"types": ["PRIVATE"]}}, "methods": []}, []),
        ("aws.apigateway.http_api", {"item": HTTP, "routes": []}, [("https 443", YES)]),
        (
            "aws.apigateway.http_api",
            {"item": {**HTTP, "DisableExecuteApiEndpoint": True}, "routes": []},
            [("https 443", POSSIBLY)],
        ),
        (
            "aws.apigateway.rest_api",
            {"item": {**REST, "policy": json.dumps(INVOKE_BY_US)}, "methods": []},
            [],
        ),
        (
            "aws.apigateway.rest_api",
            {"item": {**REST, "policy": json.dumps({"Statement": [INVOKE_IF]})}, "methods": []},
            [("https 443", POSSIBLY)],
        ),
        # An address without a sign-in answers whom the function's policy admits.
        ("aws.lambda.function", {"urls": [URL], "policy": OPEN_TO_ALL}, [("https 443", YES)]),
        ("aws.lambda.function", {"urls": [URL], "policy": {"Statement": [INVOKE_IF]}}, [("https 443", POSSIBLY)]),
        ("aws.lambda.function", {"urls": [URL], "policy": INVOKE_BY_US}, []),
        ("aws.lambda.function", {"urls": [URL], "policy": None}, []),
        ("aws.lambda.function", {"urls": [URL], "policy": DENIED}, [("https 443", POSSIBLY)]),
        ("aws.lambda.function", {"urls": [{**URL, "FunctionArn": "arn:it:alias"}], "policy": None}, [("https 443", POSSIBLY)]),
        ("aws.lambda.function", {"urls": [{**URL, "AuthType": "AWS_IAM"}], "policy": INVOKE_BY_US}, []),
        ("aws.lambda.function", {"urls": [{**URL, "AuthType": "AWS_IAM"}], "policy": OPEN_TO_ALL}, [("https 443", YES)]),
        ("aws.lambda.function", {"urls": []}, []),
        ("aws.lambda.function", {"urls": DENIED}, [("https 443", POSSIBLY)]),
        ("aws.cloudfront.distribution", {"item": {"Enabled": True, "DomainName": "d"}}, [("http 80, https 443", YES)]),
        ("aws.cloudfront.distribution", {"item": {"Enabled": False, "DomainName": "d"}}, []),
        ("aws.appsync.graphql_api", {"item": {"authenticationType": "API_KEY"}}, [("https 443", YES)]),
        ("aws.appsync.graphql_api", {"item": {"visibility": "PRIVATE"}}, []),
    ],
)
def test_what_aws_serves_to_the_internet(type: str, facts: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    assert told(found([NO_INTERFACE, resource(type, "arn:it", REGION, **facts)])) == expected


def test_an_open_policy_says_which_actions_it_opens() -> None:
    everyone = {"Effect": "Allow", "Principal": "*", "Resource": "*"}
    statements = [
        {**everyone, "Action": ["s3:GetObject", "s3:ListBucket"]},
        {**everyone, "Action": "s3:PutObject", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
        {**everyone, "Action": "s3:DeleteObject", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}},
    ]
    assert granted(resource("aws.s3.bucket", policy={"Statement": statements})) == "s3:GetObject, s3:ListBucket"
    assert granted(resource("aws.s3.bucket", policy=None)) == ""


@pytest.mark.parametrize(
    "type", sorted({"aws.elb.load_balancer", "aws.elb.classic_load_balancer", "aws.cloudfront.distribution"})
)
def test_what_could_not_be_listed_is_open_perhaps(type: str) -> None:
    (opening,) = found([NO_INTERFACE, unlisted(type)])
    assert (opening.certain, opening.resource_id) == (POSSIBLY, "")
    assert "could not be read" in opening.doubts[0]
