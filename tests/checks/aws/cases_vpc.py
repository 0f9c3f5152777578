import json
from typing import Any

from checks.aws import vpc
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import MANAGED, ORGANIZATION, OTHER, STRANGER, document, statement

FLOW_LOG, SUBNET, INTERFACE = "aws.vpc.flow_log", "aws.vpc.subnet", "aws.vpc.network_interface"
PEERING, DETECTOR, LIST = "aws.vpc.peering_connection", "aws.guardduty.detector", "aws.vpc.prefix_list"
OWN = "123456789012"

VPC = {"VpcId": "vpc-1", "OwnerId": OWN, "IsDefault": False}
DEFAULT = {**VPC, "IsDefault": True}
SHARED = {**DEFAULT, "OwnerId": STRANGER}
WORKS = {"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS"}
REFUSED = {"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "FAILED", "DeliverLogsErrorMessage": "Access error"}


def log(on: str, region: str = REGION, **fields: str) -> Resource:
    return resource(FLOW_LOG, region=region, item={"ResourceId": on, "TrafficType": "ALL", **(fields or WORKS)})


def subnet(id: str, zone: str = "eu-west-1a") -> Resource:
    return resource(SUBNET, id, item={"VpcId": "vpc-1", "SubnetId": id, "AvailabilityZone": zone})


def detector(status: str = "ENABLED", **features: str) -> Resource:
    named = [{"Name": name, "Status": value} for name, value in features.items()]
    return resource(DETECTOR, detector={"Status": status, "Features": named})


ONE, TWO = subnet("subnet-1"), subnet("subnet-2", "eu-west-1b")
BOTH = [ONE, TWO]
HELD = resource(INTERFACE, item={"VpcId": "vpc-1"})

VPC_CASES = [
    case(vpc.flow_logs, PASS, item=VPC, inventory=[log("vpc-1")]),
    case(vpc.flow_logs, PASS, item=VPC, inventory=[log("vpc-1", **REFUSED), log("vpc-1")]),
    case(vpc.flow_logs, PASS, item=VPC, inventory=[log("vpc-1", FlowLogStatus="ACTIVE")]),
    case(vpc.flow_logs, PASS, item=VPC, inventory=[*BOTH, log("subnet-1"), log("subnet-2")]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[*BOTH, log("subnet-1")]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[*BOTH, log("subnet-1"), log("subnet-2", **REFUSED)]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[log("vpc-1", **REFUSED)]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[log("vpc-2")]),
    case(vpc.flow_logs, FAIL, item=VPC),
    case(vpc.flow_logs, SKIP, item=SHARED),
    case(vpc.flow_logs, UNKNOWN, item=VPC, inventory=[unlisted(FLOW_LOG, REGION)]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[unlisted(FLOW_LOG, "us-east-1")]),
    case(vpc.default_unused, PASS, item=DEFAULT),
    case(vpc.default_unused, FAIL, item=DEFAULT, inventory=[HELD]),
    case(vpc.default_unused, SKIP, item=VPC, inventory=[HELD]),
    case(vpc.default_unused, SKIP, item=SHARED, inventory=[HELD]),
    case(vpc.default_unused, UNKNOWN, item=DEFAULT, inventory=[unlisted(INTERFACE)]),
    case(vpc.spans_zones, PASS, item=VPC, inventory=BOTH),
    case(vpc.spans_zones, FAIL, item=VPC, inventory=[ONE]),
    case(vpc.spans_zones, SKIP, item=VPC),
    case(vpc.spans_zones, UNKNOWN, item=VPC, inventory=[unlisted(SUBNET)]),
    case(vpc.encryption_enforced, PASS, item={**VPC, "EncryptionControl": {"Mode": "enforce", "State": "available"}}),
    case(vpc.encryption_enforced, FAIL, item={**VPC, "EncryptionControl": {"Mode": "monitor", "State": "available"}}),
    case(vpc.encryption_enforced, FAIL, item={**VPC, "EncryptionControl": {"Mode": "enforce", "State": "enforce-failed"}}),
    case(vpc.encryption_enforced, FAIL, item=VPC),
    case(vpc.threats_watched, PASS, item=VPC, inventory=[detector()]),
    case(vpc.threats_watched, PASS, item=VPC, inventory=[detector(FLOW_LOGS="ENABLED")]),
    case(vpc.threats_watched, FAIL, item=VPC, inventory=[detector(FLOW_LOGS="DISABLED")]),
    case(vpc.threats_watched, FAIL, item=VPC, inventory=[detector("DISABLED")]),
    case(vpc.threats_watched, FAIL, item=VPC),
    case(vpc.threats_watched, UNKNOWN, item=VPC, inventory=[resource(DETECTOR, detector=DENIED)]),
]

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
BY_LIST = {**THROUGH, "DestinationPrefixListId": "pl-1"}
NARROW = vpc.peering_routes_narrow

ROUTE_CASES = [
    case(vpc.main_private, PASS, item=table(main=True)),
    case(vpc.main_private, FAIL, item=table(TO_INTERNET, main=True)),
    case(vpc.main_private, SKIP, item=table(TO_INTERNET)),
    case(vpc.main_private, SKIP, item=table(TO_INTERNET, main=True, OwnerId=STRANGER)),
    case(NARROW, PASS, item=table(to_peer("10.2.7.0/24")), inventory=[CONNECTION]),
    case(NARROW, PASS, item=table(to_peer("2001:db8:1:1::/64")), inventory=[CONNECTION]),
    case(NARROW, PASS, item=table(to_peer("10.2.7.0/24")), inventory=[REVERSED]),
    case(NARROW, FAIL, item=table(to_peer(PEER)), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(to_peer(PEER)), inventory=[REVERSED]),
    case(NARROW, FAIL, item=table(to_peer(WIDE)), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(to_peer("10.2.7.0/24"), to_peer("2001:db8:1::/56")), inventory=[CONNECTION]),
    case(NARROW, FAIL, item=table(BY_LIST), inventory=[CONNECTION, HALVES]),
    case(NARROW, UNKNOWN, item=table(BY_LIST), inventory=[CONNECTION]),
    case(NARROW, UNKNOWN, item=table(to_peer("10.2.7.0/24")), inventory=[BLANK]),
    case(NARROW, UNKNOWN, item=table(to_peer("10.2.7.0/24"))),
    case(NARROW, UNKNOWN, item=table(to_peer(WIDE)), inventory=[unlisted(PEERING)]),
    case(NARROW, SKIP, item=table(TO_INTERNET)),
    case(NARROW, SKIP, item=table(to_peer(WIDE, State="blackhole"))),
    case(vpc.no_automatic_public_address, PASS, item={"MapPublicIpOnLaunch": False, "OwnerId": OWN}),
    case(vpc.no_automatic_public_address, FAIL, item={"MapPublicIpOnLaunch": True, "OwnerId": OWN}),
    case(vpc.no_automatic_public_address, SKIP, item={"MapPublicIpOnLaunch": True, "OwnerId": STRANGER}),
]

FREE = {"PublicIp": "192.0.2.1", "AllocationId": "eipalloc-1"}


def to_stranger(status: str = "active") -> dict[str, Any]:
    return peering(OURS, side("vpc-9", PEER, owner=STRANGER), status)


PART_CASES = [
    case(vpc.delivering, PASS, item=WORKS),
    case(vpc.delivering, PASS, item={"FlowLogStatus": "ACTIVE"}),
    case(vpc.delivering, FAIL, item=REFUSED),
    case(vpc.delivering, FAIL, item={"FlowLogStatus": "INACTIVE", "DeliverLogsStatus": "SUCCESS"}),
    case(vpc.records_refusals, PASS, item={"TrafficType": "ALL"}),
    case(vpc.records_refusals, PASS, item={"TrafficType": "REJECT"}),
    case(vpc.records_refusals, FAIL, item={"TrafficType": "ACCEPT"}),
    case(vpc.records_refusals, SKIP, item={}),
    case(vpc.associated, PASS, item={**FREE, "AssociationId": "eipassoc-1"}),
    case(vpc.associated, PASS, item={**FREE, "InstanceId": "i-1"}),
    case(vpc.associated, FAIL, item=FREE),
    case(vpc.associated, FAIL, item={**FREE, "InstanceId": ""}),
    case(vpc.associated, SKIP, item={**FREE, "ServiceManaged": "alb"}),
    case(vpc.attached, PASS, item={"Status": "in-use"}),
    case(vpc.attached, FAIL, item={"Status": "available"}),
    case(vpc.attached, SKIP, item={"Status": "available", "RequesterManaged": True}),
    case(vpc.known_account, PASS, item=peering(OURS, THEIRS)),
    case(vpc.known_account, PASS, item=peering(OURS, side("vpc-9", PEER, owner=OTHER)), inventory=MANAGED),
    case(vpc.known_account, FAIL, item=to_stranger(), inventory=MANAGED),
    case(vpc.known_account, FAIL, item=to_stranger("pending-acceptance"), inventory=MANAGED),
    case(vpc.known_account, SKIP, item=to_stranger("deleted"), inventory=MANAGED),
    case(vpc.known_account, UNKNOWN, item=to_stranger(), inventory=[ORGANIZATION]),
    case(vpc.known_account, UNKNOWN, item=peering(OURS, {})),
]


def endpoint(*statements: dict[str, Any], kind: str = "Gateway", service: str = "s3", **more: Any) -> dict[str, Any]:
    policy = {"PolicyDocument": json.dumps(document(*statements))} if statements else {}
    return {"VpcEndpointType": kind, "ServiceName": f"com.amazonaws.eu-west-1.{service}", **policy, **more}


OPEN = statement()
OUR_BUCKET = {**OPEN, "Resource": "arn:aws:s3:::ours/*"}
IN_ORGANIZATION = statement(Condition={"StringEquals": {"aws:ResourceOrgID": "o-1234567890"}})
OUTSIDERS = statement(effect="Deny", Condition={"StringNotEquals": {"aws:ResourceOrgID": "o-1234567890"}})

ENDPOINT_CASES = [
    case(vpc.policy_narrow, PASS, item=endpoint(OUR_BUCKET)),
    case(vpc.policy_narrow, PASS, item=endpoint(IN_ORGANIZATION)),
    case(vpc.policy_narrow, PASS, item=endpoint(OUTSIDERS, OUR_BUCKET, kind="Interface")),
    case(vpc.policy_narrow, FAIL, item=endpoint(OPEN)),
    case(vpc.policy_narrow, FAIL, item=endpoint(OUR_BUCKET, OPEN, kind="Interface")),
    case(vpc.policy_narrow, FAIL, item=endpoint(statement(action="s3:*"))),
    case(vpc.policy_narrow, FAIL, item=endpoint(statement({"AWS": ["*"]}))),
    case(vpc.policy_narrow, FAIL, item=endpoint()),
    case(vpc.policy_narrow, UNKNOWN, item=endpoint(OPEN, OUTSIDERS)),
    case(vpc.policy_narrow, SKIP, item=endpoint(kind="GatewayLoadBalancer")),
    case(vpc.policy_narrow, SKIP, item=endpoint(OPEN, kind="Interface", ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-1")),
    case(vpc.policy_narrow, SKIP, item=endpoint(OPEN, OwnerId=STRANGER)),
    case(vpc.stands_in_zones, PASS, item=endpoint(kind="Interface", SubnetIds=["subnet-1", "subnet-2"])),
    case(vpc.stands_in_zones, FAIL, item=endpoint(kind="Interface", SubnetIds=["subnet-1"])),
    case(vpc.stands_in_zones, SKIP, item=endpoint()),
]

CASES = [*VPC_CASES, *ROUTE_CASES, *PART_CASES, *ENDPOINT_CASES]
