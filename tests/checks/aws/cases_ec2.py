from typing import Any

from checks.aws import ec2
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import STRANGER

GROUP, LIST, FLOW_LOG, ROLE = "aws.vpc.security_group", "aws.vpc.prefix_list", "aws.vpc.flow_log", "aws.iam.role"
WORLD, WORLD_6 = "0.0.0.0/0", "::/0"

INTERFACE = {
    "NetworkInterfaceId": "eni-1",
    "SubnetId": "subnet-1",
    "VpcId": "vpc-1",
    "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.4"}],
    "Ipv6Addresses": [],
    "Groups": [{"GroupId": "sg-1", "GroupName": "web"}],
    "SourceDestCheck": True,
}
SECOND = {**INTERFACE, "NetworkInterfaceId": "eni-2", "SubnetId": "subnet-2", "Description": "to the database"}
FOR_PODS = {**SECOND, "Description": "aws-K8S-i-1"}
SAFE = {"State": "applied", "HttpTokens": "required", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"}


def instance(**more: Any) -> dict[str, Any]:
    state = {"Code": 16, "Name": "running"}
    return {"InstanceId": "i-1", "ImageId": "ami-1", "State": state, "NetworkInterfaces": [INTERFACE], **more}


def stopped(told: str = "User initiated (2026-05-01 10:00:00 GMT)", **more: Any) -> dict[str, Any]:
    return instance(State={"Code": 80, "Name": "stopped"}, StateTransitionReason=told, **more)


NODE = {"Operator": {"Managed": True, "Principal": "eks.amazonaws.com"}}
OWN = {"Operator": {"Managed": False}}


def metadata(**options: Any) -> dict[str, Any]:
    return instance(MetadataOptions={**SAFE, **options})


METADATA_CASES = [
    case(ec2.metadata_v2, PASS, item=metadata()),
    case(ec2.metadata_v2, PASS, item={**metadata(), **OWN}),
    case(ec2.metadata_v2, PASS, item=metadata(HttpTokens="optional", HttpEndpoint="disabled")),
    case(ec2.metadata_v2, PASS, item=stopped(MetadataOptions=SAFE)),
    case(ec2.metadata_v2, FAIL, item=metadata(HttpTokens="optional")),
    case(ec2.metadata_v2, FAIL, item=stopped(MetadataOptions={**SAFE, "HttpTokens": "optional"})),
    case(ec2.metadata_v2, UNKNOWN, item=instance()),
    case(ec2.metadata_v2, SKIP, item={**metadata(HttpTokens="optional"), **NODE}),
    case(ec2.metadata_near, PASS, item=metadata()),
    case(ec2.metadata_near, FAIL, item=metadata(HttpPutResponseHopLimit=3)),
    case(ec2.metadata_near, SKIP, item=metadata(HttpPutResponseHopLimit=64, HttpEndpoint="disabled")),
    case(ec2.metadata_near, UNKNOWN, item=instance()),
]

PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
WITH_PROFILE = instance(IamInstanceProfile={"Arn": PROFILE, "Id": "AIPA1"})
ADMINISTRATOR = [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]
INLINE = [{"PolicyName": "all", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]
SECRET = {"$secret": {"hash": "1f" * 16, "detected": ["AWS Access Key", "Secret Keyword"]}}
NO_SECRET = {"$secret": {"hash": "1f" * 16, "detected": []}}


def role(profile: str = PROFILE, **more: Any) -> Resource:
    return resource(ROLE, name="web", item={"InstanceProfileList": [{"Arn": profile}], **more})


IDENTITY_CASES = [
    case(ec2.uses_role, PASS, item=WITH_PROFILE),
    case(ec2.uses_role, FAIL, item=instance()),
    case(ec2.uses_role, FAIL, item=stopped()),
    case(ec2.role_not_administrator, PASS, item=WITH_PROFILE, inventory=[role()]),
    case(ec2.role_not_administrator, PASS, item=WITH_PROFILE, inventory=[role(f"{PROFILE}-2", RolePolicyList=INLINE)]),
    case(ec2.role_not_administrator, FAIL, item=WITH_PROFILE, inventory=[role(AttachedManagedPolicies=ADMINISTRATOR)]),
    case(ec2.role_not_administrator, FAIL, item=WITH_PROFILE, inventory=[role(RolePolicyList=INLINE)]),
    case(ec2.role_not_administrator, SKIP, item=instance(), inventory=[role(RolePolicyList=INLINE)]),
    case(ec2.role_not_administrator, UNKNOWN, item=WITH_PROFILE, inventory=[unlisted(ROLE)]),
    case(ec2.user_data_clean, PASS, item=instance(), user_data=None),
    case(ec2.user_data_clean, PASS, item=instance(), user_data=NO_SECRET),
    case(ec2.user_data_clean, FAIL, item=instance(), user_data=SECRET),
    case(ec2.user_data_clean, FAIL, item=stopped(), user_data=SECRET),
]


def at(public: str = "", v6: str = "", **more: Any) -> dict[str, Any]:
    """Return an instance with addresses of the internet, as its interface holds them."""
    association = {"Association": {"PublicIp": public, "IpOwnerId": "amazon"}} if public else {}
    private = [{"PrivateIpAddress": "10.0.0.4", **association}]
    interface = {
        **INTERFACE,
        **association,
        "PrivateIpAddresses": private,
        "Ipv6Addresses": [{"Ipv6Address": v6}] if v6 else [],
    }
    return instance(NetworkInterfaces=[{**interface, **more}])


def secondary(public: str) -> dict[str, Any]:
    """Return an instance whose public address belongs to its second private one."""
    private = [{"PrivateIpAddress": "10.0.0.4"}, {"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": public}}]
    return instance(NetworkInterfaces=[{**INTERFACE, "PrivateIpAddresses": private}])


def group(port: int, *cidrs: str, id: str = "sg-1", lists: tuple[str, ...] = (), protocol: str = "tcp") -> Resource:
    rule = {
        "IpProtocol": protocol,
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": each} for each in cidrs if ":" not in each],
        "Ipv6Ranges": [{"CidrIpv6": each} for each in cidrs if ":" in each],
        "PrefixListIds": [{"PrefixListId": each} for each in lists],
    }
    return resource(GROUP, id, name=id, item={"GroupId": id, "IpPermissions": [rule]})


HALVES = resource(LIST, item={"PrefixListId": "pl-1"}, entries=[{"Cidr": "0.0.0.0/1"}, {"Cidr": "128.0.0.0/1"}])
IPV4, IPV6 = "203.0.113.5", "2001:db8::5"
TWO_GROUPS = [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]
CLOSED = ec2.admin_ports_closed
ANY = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "-1", "Egress": False}
CLOSING = {"NetworkAclId": "acl-1", "Entries": [], "Associations": [{"SubnetId": "subnet-1"}]}
WAY = [
    resource(
        "aws.vpc.route_table",
        item={
            "RouteTableId": "rtb-1",
            "Routes": [
                {"DestinationCidrBlock": WORLD, "GatewayId": "igw-1", "State": "active"},
                {"DestinationIpv6CidrBlock": WORLD_6, "GatewayId": "igw-1", "State": "active"},
            ],
            "Associations": [{"SubnetId": "subnet-1"}],
        },
    ),
    resource(
        "aws.vpc.network_acl",
        item={
            "NetworkAclId": "acl-1",
            "Entries": [
                {**ANY, "Egress": outward, **block}
                for outward in (False, True)
                for block in ({"CidrBlock": WORLD}, {"Ipv6CidrBlock": WORLD_6})
            ],
            "Associations": [{"SubnetId": "subnet-1"}],
        },
    ),
]


def log(on: str, **fields: str) -> Resource:
    return resource(FLOW_LOG, item={"ResourceId": on, "FlowLogStatus": "ACTIVE", **fields})


SECOND = {**INTERFACE, "NetworkInterfaceId": "eni-2", "SubnetId": "subnet-2"}
SHARED_SUBNET = resource("aws.vpc.subnet", item={"SubnetId": "subnet-1", "OwnerId": STRANGER})
OWN_SUBNET = resource("aws.vpc.subnet", item={"SubnetId": "subnet-1", "OwnerId": ACCOUNT})

NETWORK_CASES = [
    case(ec2.no_public_address, PASS, item=instance()),
    case(ec2.no_public_address, PASS, item=at(v6=IPV6)),
    case(ec2.no_public_address, FAIL, item=at(IPV4)),
    case(ec2.no_public_address, FAIL, item=secondary(IPV4)),
    case(CLOSED, PASS, item=instance(), inventory=[*WAY, group(22, WORLD)]),
    case(CLOSED, PASS, item=at(IPV4), inventory=[*WAY, group(443, WORLD)]),
    case(CLOSED, PASS, item=at(IPV4), inventory=[*WAY, group(22, "198.51.100.0/24")]),
    case(CLOSED, PASS, item=at(IPV4), inventory=[*WAY, group(22, WORLD_6)]),
    case(CLOSED, PASS, item=at(v6=IPV6), inventory=[*WAY, group(22, WORLD)]),
    case(CLOSED, FAIL, item=at(IPV4), inventory=[*WAY, group(22, WORLD)]),
    case(CLOSED, FAIL, item=at(v6=IPV6), inventory=[*WAY, group(3389, WORLD_6)]),
    case(CLOSED, FAIL, item=secondary(IPV4), inventory=[*WAY, group(22, WORLD)]),
    case(CLOSED, FAIL, item=at(IPV4), inventory=[*WAY, group(-1, WORLD, protocol="-1")]),
    case(CLOSED, FAIL, item=at(IPV4), inventory=[*WAY, group(22, lists=("pl-1",)), HALVES]),
    case(CLOSED, FAIL, item=at(IPV4, Groups=TWO_GROUPS), inventory=[*WAY, group(443, WORLD), group(5985, WORLD, id="sg-2")]),
    case(CLOSED, UNKNOWN, item=at(IPV4), inventory=[*WAY, group(22, lists=("pl-1",))]),
    case(CLOSED, UNKNOWN, item=at(IPV4), inventory=[*WAY, group(22, WORLD, id="sg-9")]),
    case(CLOSED, UNKNOWN, item=at(IPV4), inventory=[*WAY, unlisted(GROUP, REGION)]),
    case(CLOSED, PASS, item=at(IPV4), inventory=[WAY[0], resource("aws.vpc.network_acl", item=CLOSING), group(22, WORLD)]),
    case(CLOSED, UNKNOWN, item=at(IPV4), inventory=[WAY[1], group(22, WORLD)]),
    case(CLOSED, SKIP, item={**at(IPV4), **NODE}, inventory=[group(22, WORLD)]),
    case(ec2.addresses_checked, PASS, item=instance(SourceDestCheck=True)),
    case(ec2.addresses_checked, FAIL, item=instance(SourceDestCheck=False)),
    case(ec2.addresses_checked, FAIL, item=at(SourceDestCheck=False)),
    case(ec2.flows_logged, PASS, item=instance(), inventory=[log("vpc-1")]),
    case(ec2.flows_logged, PASS, item=instance(), inventory=[log("subnet-1")]),
    case(ec2.flows_logged, PASS, item=instance(), inventory=[log("eni-1")]),
    case(ec2.flows_logged, FAIL, item=instance()),
    case(ec2.flows_logged, FAIL, item=instance(), inventory=[log("vpc-2"), OWN_SUBNET]),
    case(ec2.flows_logged, FAIL, item=instance(), inventory=[log("vpc-1", DeliverLogsStatus="FAILED")]),
    case(ec2.flows_logged, FAIL, item=instance(NetworkInterfaces=[INTERFACE, SECOND]), inventory=[log("subnet-1")]),
    case(ec2.flows_logged, SKIP, item=instance(NetworkInterfaces=[])),
    case(ec2.flows_logged, UNKNOWN, item=instance(), inventory=[SHARED_SUBNET]),
    case(ec2.flows_logged, UNKNOWN, item=instance(), inventory=[unlisted(FLOW_LOG)]),
]


def with_disks(**ends: bool) -> dict[str, Any]:
    disks = [
        {"DeviceName": f"/dev/{name}", "Ebs": {"VolumeId": f"vol-{name}", "DeleteOnTermination": each}}
        for name, each in ends.items()
    ]
    return instance(RootDeviceName="/dev/xvda", RootDeviceType="ebs", BlockDeviceMappings=disks)


SCALED = {"aws:autoscaling:groupName": "web", "owner": "team-a"}

LIFE_CASES = [
    case(ec2.system_disk_ends_with_it, PASS, item=with_disks(xvda=True, sdb=False)),
    case(ec2.system_disk_ends_with_it, FAIL, item=with_disks(xvda=False, sdb=True)),
    case(ec2.system_disk_ends_with_it, SKIP, item=with_disks()),
    case(ec2.data_disks_survive, PASS, item=with_disks(xvda=True, sdb=False), tags={}),
    case(ec2.data_disks_survive, FAIL, item=with_disks(xvda=True, sdb=False, sdc=True), tags={}),
    case(ec2.data_disks_survive, SKIP, item=with_disks(xvda=True), tags={}),
    case(ec2.data_disks_survive, SKIP, item=with_disks(xvda=True, sdb=True), tags=SCALED),
    case(ec2.recovers, PASS, item=instance(MaintenanceOptions={"AutoRecovery": "default"}), tags={}),
    case(ec2.recovers, PASS, item=instance(MaintenanceOptions={"AutoRecovery": "disabled"}), tags=SCALED),
    case(ec2.recovers, FAIL, item=instance(MaintenanceOptions={"AutoRecovery": "disabled"}), tags={}),
    case(ec2.recovers, UNKNOWN, item=instance(), tags={}),
    case(ec2.not_left_stopped, PASS, item=stopped()),
    case(ec2.not_left_stopped, FAIL, item=stopped("User initiated (2026-01-02 03:04:05 GMT)")),
    case(ec2.not_left_stopped, UNKNOWN, item=stopped("Server.ScheduledStop: Stopped due to scheduled retirement")),
    case(ec2.not_left_stopped, UNKNOWN, item=stopped("")),
    case(ec2.not_left_stopped, SKIP, item=instance()),
    case(ec2.one_way_in, PASS, item=instance()),
    case(ec2.one_way_in, PASS, item=instance(NetworkInterfaces=[INTERFACE, {**INTERFACE, "NetworkInterfaceId": "eni-2"}])),
    case(ec2.one_way_in, PASS, item=instance(NetworkInterfaces=[INTERFACE, FOR_PODS])),
    case(ec2.one_way_in, FAIL, item=instance(NetworkInterfaces=[INTERFACE, SECOND])),
    case(ec2.one_way_in, SKIP, item=instance(NetworkInterfaces=[INTERFACE, SECOND], **NODE)),
    case(ec2.runs_on_hardware, PASS, item=instance(VirtualizationType="hvm")),
    case(ec2.runs_on_hardware, FAIL, item=instance(VirtualizationType="paravirtual")),
]

CASES = [*METADATA_CASES, *IDENTITY_CASES, *NETWORK_CASES, *LIFE_CASES]
