from typing import Any

from checks.aws import efs_mount_targets as targets
from scanner.model import Resource
from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted

ITEM = {"MountTargetId": "fsmt-1", "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1"}
LIST = {"PrefixListIds": [{"PrefixListId": "pl-1"}]}


def interface(*groups: str) -> Resource:
    row = {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": each} for each in groups]}
    return resource(targets.INTERFACE, item=row)


def group(id: str, *permissions: dict[str, Any]) -> Resource:
    return resource(targets.GROUP, id, item={"GroupId": id, "IpPermissions": list(permissions)})


def port(number: int, **sources: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": number, "ToPort": number, **sources}


def subnet(*, public: bool) -> Resource:
    return resource(targets.SUBNET, item={"SubnetId": "subnet-1", "MapPublicIpOnLaunch": public})


WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
CLIENTS = {"UserIdGroupPairs": [{"GroupId": "sg-clients"}]}
NARROW = group("sg-1", port(2049, **CLIENTS), port(443, **WORLD))
OPEN = group("sg-2", port(2049, **WORLD))

CASES = [
    case(targets.nfs_narrow, PASS, item=ITEM, inventory=[interface("sg-1"), NARROW, OPEN]),
    case(
        targets.nfs_narrow,
        PASS,
        item=ITEM,
        inventory=[interface("sg-3"), group("sg-3", port(2049, IpRanges=[{"CidrIp": "10.0.0.0/8"}]))],
    ),
    case(targets.nfs_narrow, FAIL, item=ITEM, inventory=[interface("sg-1", "sg-2"), NARROW, OPEN]),
    case(targets.nfs_narrow, FAIL, item=ITEM, inventory=[interface("sg-4"), group("sg-4", {"IpProtocol": "-1", **WORLD})]),
    case(targets.nfs_narrow, UNKNOWN, item=ITEM, inventory=[interface("sg-1", "sg-of-another-account"), NARROW]),
    case(targets.nfs_narrow, UNKNOWN, item=ITEM, inventory=[NARROW]),
    case(targets.nfs_narrow, UNKNOWN, item=ITEM, inventory=[interface("sg-5"), group("sg-5", port(2049, **LIST))]),
    case(targets.nfs_narrow, UNKNOWN, item=ITEM, inventory=[interface("sg-1"), unlisted(targets.GROUP)]),
    case(targets.in_private_subnet, PASS, item=ITEM, inventory=[subnet(public=False)]),
    case(targets.in_private_subnet, FAIL, item=ITEM, inventory=[subnet(public=True)]),
    case(targets.in_private_subnet, UNKNOWN, item=ITEM),
    case(targets.in_private_subnet, UNKNOWN, item=ITEM, inventory=[unlisted(targets.SUBNET)]),
]
