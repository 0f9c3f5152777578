"""Cases of `checks/aws/exposure.py`. Each step of the way by itself: `test_exposure.py`."""

from __future__ import annotations

from typing import Any

from checks.aws import exposure
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def ruled(port: int, **source: Any) -> Any:
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **(source or WORLD)}
    return resource("aws.vpc.security_group", "sg-1", item={"GroupId": "sg-1", "IpPermissions": [permission]})


def routed(target: str) -> Any:
    item = {
        "RouteTableId": "rtb-1",
        "VpcId": "vpc-1",
        "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": target, "State": "active"}],
        "Associations": [{"SubnetId": "subnet-1"}],
    }
    return resource("aws.vpc.route_table", "rtb-1", item=item)


ENTRY = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "-1", "Egress": False, "CidrBlock": "0.0.0.0/0"}
ACL = resource(
    "aws.vpc.network_acl",
    "acl-1",
    item={"NetworkAclId": "acl-1", "Entries": [ENTRY, {**ENTRY, "Egress": True}], "Associations": [{"SubnetId": "subnet-1"}]},
)
AROUND = [routed("igw-1"), ACL]
INSIDE = {"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "Groups": [{"GroupId": "sg-1"}]}
ITEM = {**INSIDE, "Association": {"PublicIp": "203.0.113.7"}}
ON_INSTANCE = {**ITEM, "Attachment": {"InstanceId": "i-1"}}

STOPPED = resource("aws.ec2.instance", "arn:i-1", item={"InstanceId": "i-1", "State": {"Name": "stopped"}})

CASES = [
    case(exposure.remote_control_unreachable, FAIL, item=ITEM, inventory=[*AROUND, ruled(22)]),
    case(exposure.remote_control_unreachable, PASS, item=ITEM, inventory=[*AROUND, ruled(443)]),
    case(exposure.remote_control_unreachable, PASS, item=INSIDE, inventory=[*AROUND, ruled(22)]),
    case(exposure.remote_control_unreachable, PASS, item=ITEM, inventory=[routed("nat-1"), ACL, ruled(22)]),
    case(exposure.remote_control_unreachable, SKIP, item=ON_INSTANCE, inventory=[*AROUND, ruled(22)]),
    case(exposure.inner_services_unreachable, FAIL, item=ITEM, inventory=[*AROUND, ruled(5432)]),
    case(exposure.inner_services_unreachable, FAIL, item=ON_INSTANCE, inventory=[*AROUND, ruled(5432)]),
    case(exposure.inner_services_unreachable, PASS, item=ITEM, inventory=[*AROUND, ruled(22)]),
    # Nothing answers for now, and that is known.
    case(exposure.inner_services_unreachable, SKIP, item=ITEM | {"Status": "available"}, inventory=[*AROUND, ruled(5432)]),
    case(exposure.inner_services_unreachable, SKIP, item=ON_INSTANCE, inventory=[*AROUND, ruled(5432), STOPPED]),
    case(
        exposure.inner_services_unreachable,
        UNKNOWN,
        item=ON_INSTANCE,
        inventory=[*AROUND, ruled(5432), unlisted("aws.ec2.instance")],
    ),
    case(
        exposure.inner_services_unreachable,
        PASS,
        item=ITEM,
        inventory=[*AROUND, ruled(5432, IpRanges=[{"CidrIp": "198.51.100.0/24"}])],
    ),
    case(exposure.inner_services_unreachable, UNKNOWN, item=ITEM, inventory=[ACL, ruled(5432)]),
    case(
        exposure.inner_services_unreachable,
        UNKNOWN,
        item=ITEM,
        inventory=[*AROUND, ruled(5432), unlisted("aws.vpc.public_access_block")],
    ),
    case(exposure.inner_services_unreachable, UNKNOWN, item=ITEM, inventory=[*AROUND, unlisted("aws.vpc.security_group")]),
]
