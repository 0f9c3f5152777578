import json
from typing import Any

from checks.aws import vpc_routes
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import MANAGED, ORGANIZATION, OTHER, STRANGER, account, document, statement

PEERING, LIST = "aws.vpc.peering_connection", "aws.vpc.prefix_list"
OWN = "123456789012"

WIDE, PEER = "10.0.0.0/8", "10.2.0.0/16"
TO_INTERNET = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
LOCAL = {"DestinationCidrBlock": "10.1.0.0/16", "GatewayId": "local", "State": "active"}
THROUGH = {"VpcPeeringConnectionId": "pcx-1", "State": "active"}


def table(*routes: dict[str, Any], main: bool = False, **more: Any) -> dict[str, Any]:
    return {"VpcId": "vpc-1", "Associations": [{"Main": main}], "Routes": [LOCAL, *routes], **more}


def to_peer(destination: str, **more: str) -> dict[str, Any]:
    field = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    return {**THROUGH, field: destination, **more}


def side(vpc_id: str, *blocks: str, owner: str = OWN) -> dict[str, Any]:
    v6 = [{"Ipv6CidrBlock": each} for each in blocks if ":" in each]
    return {
        "VpcId": vpc_id,
        "OwnerId": owner,
        "CidrBlockSet": [{"CidrBlock": e} for e in blocks if ":" not in e],
        "Ipv6CidrBlockSet": v6,
    }


def peering(requester: dict[str, Any], accepter: dict[str, Any], status: str = "active") -> dict[str, Any]:
    ends = {"RequesterVpcInfo": requester, "AccepterVpcInfo": accepter}
    return {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": status}, **ends}


OURS, THEIRS = side("vpc-1", "10.1.0.0/16"), side("vpc-2", PEER, "2001:db8:1::/56")
CONNECTION = resource(PEERING, item=peering(OURS, THEIRS))
REVERSED = resource(PEERING, item=peering(THEIRS, OURS))
BLANK = resource(PEERING, item=peering(OURS, {"VpcId": "vpc-2"}))
HALVES = resource(LIST, item={"PrefixListId": "pl-1"}, entries=[{"Cidr": "10.2.0.0/17"}, {"Cidr": "10.2.128.0/17"}])
ELSEWHERE = {"VpcPeeringConnectionId": "pcx-0"}
BY_LIST = {**THROUGH, "DestinationPrefixListId": "pl-1"}
NARROW = vpc_routes.peering_routes_narrow

ROUTE_CASES = [
    case(vpc_routes.main_private, PASS, item=table(main=True)),
    case(vpc_routes.main_private, FAIL, item=table(TO_INTERNET, main=True)),
    case(vpc_routes.main_private, PASS, item=table({**TO_INTERNET, "State": "blackhole"}, main=True)),
    case(vpc_routes.main_private, SKIP, item=table(TO_INTERNET)),
    case(vpc_routes.main_private, SKIP, item=table(TO_INTERNET, main=True, OwnerId=STRANGER)),
    case(NARROW, PASS, item=table(to_peer("10.2.7.0/24")), inventory=[CONNECTION]),
    case(NARROW, PASS, item=table(to_peer("2001:db8:1:1::/64")), inventory=[CONNECTION]),
    case(NARROW, PASS, item=table(to_peer("10.2.7.0/24")), inventory=[REVERSED]),
    case(NARROW, FAIL, item=table(to_peer(PEER)), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(to_peer(PEER)), inventory=[REVERSED]),
    case(NARROW, FAIL, item=table(to_peer(WIDE)), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(to_peer("10.2.7.0/24"), to_peer("2001:db8:1::/56")), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(to_peer("10.2.0.0/17"), to_peer("10.2.128.0/17")), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(to_peer("10.7.0.0/24", **ELSEWHERE), to_peer(PEER)), inventory=[CONNECTION]),
    case(NARROW, UNKNOWN, item=table(to_peer("10.7.0.0/24", **ELSEWHERE), to_peer("10.2.7.0/24")), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(BY_LIST), inventory=[CONNECTION, HALVES]),
    case(NARROW, UNKNOWN, item=table(BY_LIST), inventory=[CONNECTION]),
    case(NARROW, UNKNOWN, item=table(to_peer("10.2.7.0/24")), inventory=[BLANK]),
    case(NARROW, UNKNOWN, item=table(to_peer("10.2.7.0/24"))),
    case(NARROW, UNKNOWN, item=table(to_peer(WIDE)), inventory=[unlisted(PEERING)]),
    case(NARROW, SKIP, item=table(TO_INTERNET)),
    case(NARROW, SKIP, item=table(to_peer(WIDE, State="blackhole"))),
]


def to_stranger(status: str = "active") -> dict[str, Any]:
    return peering(OURS, side("vpc-9", PEER, owner=STRANGER), status)


PEERING_CASES = [
    case(vpc_routes.known_account, PASS, item=peering(OURS, THEIRS)),
    case(vpc_routes.known_account, PASS, item=peering(OURS, side("vpc-9", PEER, owner=OTHER)), inventory=MANAGED),
    case(vpc_routes.known_account, FAIL, item=to_stranger(), inventory=MANAGED),
    case(vpc_routes.known_account, FAIL, item=to_stranger("pending-acceptance"), inventory=MANAGED),
    case(vpc_routes.known_account, SKIP, item=to_stranger("deleted"), inventory=MANAGED),
    case(vpc_routes.known_account, UNKNOWN, item=to_stranger(), inventory=[ORGANIZATION]),
    case(vpc_routes.known_account, UNKNOWN, item=peering(OURS, {})),
]


def endpoint(*statements: dict[str, Any], kind: str = "Gateway", service: str = "s3", **more: Any) -> dict[str, Any]:
    policy = {"PolicyDocument": json.dumps(document(*statements))} if statements else {}
    return {"VpcEndpointType": kind, "ServiceName": f"com.amazonaws.eu-west-1.{service}", **policy, **more}


OPEN = statement()
OUR_BUCKET = {**OPEN, "Resource": "arn:aws:s3:::ours/*"}
IN_ORGANIZATION = statement(Condition={"StringEquals": {"aws:ResourceOrgID": "o-1234567890"}})
OURS_ONLY = statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}})
ANY_OWNER = {"StringLike": {"aws:ResourceOrgID": ["o-1234567890", "*"]}}
OUTSIDERS = statement(effect="Deny", Condition={"StringNotEquals": {"aws:ResourceOrgID": "o-1234567890"}})

ENDPOINT_CASES = [
    case(vpc_routes.policy_narrow, PASS, item=endpoint(OUR_BUCKET)),
    case(vpc_routes.policy_narrow, PASS, item=endpoint(IN_ORGANIZATION)),
    case(vpc_routes.policy_narrow, PASS, item=endpoint(OUTSIDERS, OUR_BUCKET, kind="Interface")),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(OPEN)),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(OUR_BUCKET, OPEN, kind="Interface")),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(statement(action="s3:*"))),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(statement({"AWS": ["*"]}))),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint()),
    case(vpc_routes.policy_narrow, PASS, item=endpoint(statement(account(OWN)))),
    case(vpc_routes.policy_narrow, PASS, item=endpoint(OURS_ONLY)),
    case(
        vpc_routes.policy_narrow, PASS, item=endpoint({**OPEN, "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/*"})
    ),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint({**OPEN, "Resource": "arn:aws:dynamodb:*:*:table/orders"})),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint({**OPEN, "Resource": ["arn:aws:s3:::ours/*", "arn:aws:s3:::*"]})),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(statement(Condition={"Bool": {"aws:SecureTransport": "true"}}))),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(statement(Condition={"StringLike": {"aws:ResourceOrgID": "*"}}))),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(statement(Condition=ANY_OWNER))),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(OPEN, statement(Condition={"StringEquals": {"ours:unheard-of": "x"}}))),
    case(vpc_routes.policy_narrow, FAIL, item=endpoint(OPEN, statement(effect="Deny", action="s3:DeleteBucket"))),
    case(vpc_routes.policy_narrow, UNKNOWN, item=endpoint(statement(Condition={"StringEquals": {"ours:unheard-of": "x"}}))),
    case(vpc_routes.policy_narrow, UNKNOWN, item=endpoint(OPEN, OUTSIDERS)),
    case(vpc_routes.policy_narrow, SKIP, item=endpoint(kind="GatewayLoadBalancer")),
    case(
        vpc_routes.policy_narrow,
        SKIP,
        item=endpoint(OPEN, kind="Interface", ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-1"),
    ),
    case(vpc_routes.policy_narrow, SKIP, item=endpoint(OPEN, OwnerId=STRANGER)),
    case(vpc_routes.stands_in_zones, PASS, item=endpoint(kind="Interface", SubnetIds=["subnet-1", "subnet-2"])),
    case(vpc_routes.stands_in_zones, FAIL, item=endpoint(kind="Interface", SubnetIds=["subnet-1"])),
    case(vpc_routes.stands_in_zones, SKIP, item=endpoint()),
]

CASES = [*ROUTE_CASES, *PEERING_CASES, *ENDPOINT_CASES]
