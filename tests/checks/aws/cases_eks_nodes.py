from datetime import UTC, datetime
from typing import Any

from checks.aws import eks_nodes as nodes
from checks.aws import eks_parts as parts
from scanner.model import Resource
from tests.cases import DENIED, FAIL, NOW, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_eks import ID as CLUSTER_ID
from tests.checks.aws.cases_eks import SUPPORT

CLUSTER, SUBNET, INSTANCE = "aws.eks.cluster", "aws.vpc.subnet", nodes.INSTANCE
ID = "arn:aws:eks:eu-west-1:123456789012:nodegroup/shop/web"
STANDING: dict[str, Any] = {
    "clusterName": "shop",
    "nodegroupName": "web",
    "status": "ACTIVE",
    "version": "1.34",
    "amiType": "AL2023_x86_64_STANDARD",
    "releaseVersion": "1.34.1-20260415",
}


def group(check: Any, outcome: Any, inventory: Any = (), now: datetime = NOW, **more: Any) -> Any:
    return case(check, outcome, id=ID, inventory=inventory, now=now, nodegroup={**STANDING, **more})


def release(outcome: Any, name: str | None, kind: str = "AL2023_x86_64_STANDARD") -> Any:
    return group(nodes.image_recent, outcome, releaseVersion=name, amiType=kind)


def cluster(support: Any = SUPPORT) -> Resource:
    return resource(CLUSTER, CLUSTER_ID, support=support)


MAINTAINED, VERSION, REPLACEABLE, REPAIRS = (
    nodes.system_maintained,
    nodes.supported_version,
    nodes.replaceable,
    nodes.repairs_itself,
)
IMAGE_CASES = [
    release(PASS, "1.34.1-20260415"),
    release(PASS, "1.34-2026.04.15", "WINDOWS_CORE_2022_x86_64"),
    release(FAIL, "1.29.0-20240129"),
    release(FAIL, "1.34.1-20260302"),
    release(UNKNOWN, "1.20.3-5d9ac849", "BOTTLEROCKET_x86_64"),
    release(UNKNOWN, "ami-0123456789abcdef0", "CUSTOM"),
    release(UNKNOWN, None),
    case(nodes.image_recent, UNKNOWN, id=ID, nodegroup=DENIED),
    group(nodes.image_recent, SKIP, status="DELETING"),
    group(MAINTAINED, PASS),
    group(MAINTAINED, PASS, amiType="BOTTLEROCKET_ARM_64"),
    group(MAINTAINED, PASS, amiType="AL2_x86_64", now=datetime(2025, 11, 25, tzinfo=UTC)),
    group(MAINTAINED, FAIL, amiType="AL2_x86_64"),
    group(MAINTAINED, FAIL, amiType="AL2_ARM_64"),
    group(MAINTAINED, SKIP, amiType="CUSTOM"),
    group(VERSION, PASS, inventory=[cluster()]),
    group(VERSION, FAIL, inventory=[cluster()], version="1.30"),
    group(VERSION, UNKNOWN, inventory=[cluster()], version=None),
    group(VERSION, UNKNOWN, inventory=[cluster(DENIED)]),
    group(VERSION, UNKNOWN),
    group(VERSION, UNKNOWN, inventory=[unlisted(CLUSTER)]),
    group(REPLACEABLE, PASS),
    group(REPLACEABLE, PASS, health={"issues": []}),
    group(REPLACEABLE, FAIL, status="DEGRADED"),
    group(REPLACEABLE, FAIL, health={"issues": [{"code": "AmiIdNotFound", "message": "..."}]}),
    group(REPLACEABLE, SKIP, status="CREATING"),
    group(REPAIRS, PASS, nodeRepairConfig={"enabled": True}),
    group(REPAIRS, FAIL, nodeRepairConfig={"enabled": False}),
    group(REPAIRS, FAIL),
]


def subnet(id: str, zone: str = "eu-west-1a", public: bool = False) -> Resource:
    return resource(SUBNET, id, item={"SubnetId": id, "AvailabilityZone": zone, "MapPublicIpOnLaunch": public})


def node(group: str = "web", cluster: str = "shop", **options: Any) -> Resource:
    tags = {"eks:nodegroup-name": group, "eks:cluster-name": cluster}
    return resource(INSTANCE, item={"MetadataOptions": options}, tags=tags)


CLOSED, PRIVATE, GUARDED, ZONES = (
    nodes.remote_access_closed,
    nodes.private_nodes,
    nodes.metadata_guarded,
    nodes.spans_zones,
)
GOOD: dict[str, Any] = {"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1}
TWO = ["subnet-1", "subnet-2"]
BOTH = [subnet("subnet-1"), subnet("subnet-2", "eu-west-1b")]
REACH_CASES = [
    group(CLOSED, PASS),
    group(CLOSED, PASS, remoteAccess={"ec2SshKey": "ops", "sourceSecurityGroups": ["sg-1"]}),
    group(CLOSED, FAIL, remoteAccess={"ec2SshKey": "ops"}),
    group(CLOSED, FAIL, remoteAccess={"ec2SshKey": "ops", "sourceSecurityGroups": []}),
    group(PRIVATE, PASS, subnets=TWO, inventory=BOTH),
    group(PRIVATE, FAIL, subnets=TWO, inventory=[subnet("subnet-2", public=True)]),
    group(PRIVATE, UNKNOWN, subnets=TWO, inventory=BOTH[:1]),
    group(PRIVATE, UNKNOWN, subnets=TWO, inventory=[unlisted(SUBNET)]),
    group(GUARDED, PASS, inventory=[node(**GOOD), node("batch", HttpTokens="optional")]),
    group(GUARDED, PASS, inventory=[node(HttpEndpoint="disabled", HttpTokens="optional")]),
    group(GUARDED, FAIL, inventory=[node(**GOOD), node(**{**GOOD, "HttpTokens": "optional"})]),
    group(GUARDED, FAIL, inventory=[node(**{**GOOD, "HttpPutResponseHopLimit": 2})]),
    group(GUARDED, SKIP, inventory=[node(cluster="other", HttpTokens="optional")]),
    group(GUARDED, UNKNOWN, inventory=[unlisted(INSTANCE)]),
    group(GUARDED, UNKNOWN, inventory=[resource(INSTANCE, item={}, tags=DENIED)]),
    group(ZONES, PASS, subnets=TWO, inventory=BOTH),
    group(ZONES, FAIL, subnets=TWO, inventory=[subnet("subnet-1"), subnet("subnet-2")]),
    group(ZONES, UNKNOWN, subnets=TWO, inventory=BOTH[1:]),
    group(ZONES, UNKNOWN, subnets=TWO, inventory=[unlisted(SUBNET)]),
]


def profile(outcome: Any, *inventory: Any, status: str = "ACTIVE") -> Any:
    return case(parts.spans_zones, outcome, profile={"status": status, "subnets": TWO}, inventory=inventory)


def addon(check: Any, outcome: Any, needs: Any = None, status: str = "ACTIVE", **more: Any) -> Any:
    return case(check, outcome, addon={"addonName": "vpc-cni", "status": status, **more}, needs=needs)


RIGHTS, NO_RIGHTS = ({"addonName": "vpc-cni", "requiresIamPermissions": needed} for needed in (True, False))
PART_CASES = [
    profile(PASS, *BOTH),
    profile(FAIL, subnet("subnet-1"), subnet("subnet-2")),
    profile(SKIP, status="DELETING"),
    profile(UNKNOWN, unlisted(SUBNET)),
    addon(parts.own_role, PASS, RIGHTS, serviceAccountRoleArn="arn:aws:iam::123456789012:role/cni"),
    addon(parts.own_role, PASS, RIGHTS, podIdentityAssociations=["arn:aws:eks:eu-west-1:123456789012:podidentity/1"]),
    addon(parts.own_role, FAIL, RIGHTS, podIdentityAssociations=[]),
    addon(parts.own_role, SKIP, NO_RIGHTS),
    addon(parts.own_role, SKIP),
    addon(parts.own_role, SKIP, RIGHTS, status="DELETING"),
    addon(parts.own_role, UNKNOWN, DENIED),
    addon(parts.updated, PASS),
    addon(parts.updated, FAIL, status="UPDATE_FAILED"),
    addon(parts.updated, FAIL, status="DEGRADED", health={"issues": [{"code": "InsufficientNumberOfReplicas"}]}),
]

CASES = [*IMAGE_CASES, *REACH_CASES, *PART_CASES]
