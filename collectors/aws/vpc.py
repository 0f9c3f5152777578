"""Amazon VPC: networks, what filters their traffic, and what leads out of them. Every type is one listing a region."""

from collectors.aws.spec import Call, Spec


def _arn(kind: str, field: str, owner: str = "account") -> str:
    """Return the template of an ARN, which most of these listings do not give.

    ``owner`` is the field that names the account, where others may share what they have, or stand in what is ours.
    """
    return f"arn:{{partition}}:ec2:{{region}}:{{{owner}}}:{kind}/{{{field}}}"


VPC = Spec(
    type="aws.vpc.vpc",
    service="aws.vpc",
    api="ec2",
    title="VPC",
    listing=Call("describe_vpcs", "Vpcs", MaxResults=1000),
    id=_arn("vpc", "VpcId", "OwnerId"),
    name="{VpcId}",
    tags="item.Tags",
)

SUBNET = Spec(
    type="aws.vpc.subnet",
    service="aws.vpc",
    api="ec2",
    title="Subnet",
    listing=Call("describe_subnets", "Subnets", MaxResults=1000),
    id="{SubnetArn}",
    name="{SubnetId}",
    tags="item.Tags",
    volatile=("item.AvailableIpAddressCount",),
)

SECURITY_GROUP = Spec(
    type="aws.vpc.security_group",
    service="aws.vpc",
    api="ec2",
    title="Security group",
    listing=Call("describe_security_groups", "SecurityGroups", MaxResults=1000),
    id=_arn("security-group", "GroupId", "OwnerId"),
    name="{GroupId}",
    tags="item.Tags",
)

NETWORK_ACL = Spec(
    type="aws.vpc.network_acl",
    service="aws.vpc",
    api="ec2",
    title="Network ACL",
    listing=Call("describe_network_acls", "NetworkAcls", MaxResults=1000),
    id=_arn("network-acl", "NetworkAclId", "OwnerId"),
    name="{NetworkAclId}",
    tags="item.Tags",
)

ROUTE_TABLE = Spec(
    type="aws.vpc.route_table",
    service="aws.vpc",
    api="ec2",
    title="Route table",
    listing=Call("describe_route_tables", "RouteTables", MaxResults=100),
    id=_arn("route-table", "RouteTableId", "OwnerId"),
    name="{RouteTableId}",
    tags="item.Tags",
)

FLOW_LOG = Spec(
    type="aws.vpc.flow_log",
    service="aws.vpc",
    api="ec2",
    title="Flow log",
    listing=Call("describe_flow_logs", "FlowLogs", MaxResults=1000),
    id=_arn("vpc-flow-log", "FlowLogId"),
    name="{FlowLogId}",
    tags="item.Tags",
)

# The listing knows no pages. Addresses outside of a VPC, which have no allocation, are no more.
ADDRESS = Spec(
    type="aws.vpc.address",
    service="aws.vpc",
    api="ec2",
    title="Elastic IP address",
    listing=Call("describe_addresses", "Addresses"),
    id=_arn("elastic-ip", "AllocationId"),
    name="{PublicIp}",
    tags="item.Tags",
)

# An account may choose that what services run for it, such as nodes of EKS, is left out unless asked for.
NETWORK_INTERFACE = Spec(
    type="aws.vpc.network_interface",
    service="aws.vpc",
    api="ec2",
    title="Network interface",
    listing=Call("describe_network_interfaces", "NetworkInterfaces", IncludeManagedResources=True, MaxResults=1000),
    id=_arn("network-interface", "NetworkInterfaceId", "OwnerId"),
    name="{NetworkInterfaceId}",
    tags="item.TagSet",
)

PEERING_CONNECTION = Spec(
    type="aws.vpc.peering_connection",
    service="aws.vpc",
    api="ec2",
    title="Peering connection",
    listing=Call("describe_vpc_peering_connections", "VpcPeeringConnections", MaxResults=1000),
    id=_arn("vpc-peering-connection", "VpcPeeringConnectionId"),
    name="{VpcPeeringConnectionId}",
    tags="item.Tags",
)

ENDPOINT = Spec(
    type="aws.vpc.endpoint",
    service="aws.vpc",
    api="ec2",
    title="VPC endpoint",
    listing=Call("describe_vpc_endpoints", "VpcEndpoints", MaxResults=1000),
    id=_arn("vpc-endpoint", "VpcEndpointId", "OwnerId"),
    name="{VpcEndpointId}",
    tags="item.Tags",
)

# Only lists that somebody made are read: those that AWS keeps are many in each region, and never hold the world.
PREFIX_LIST = Spec(
    type="aws.vpc.prefix_list",
    service="aws.vpc",
    api="ec2",
    title="Prefix list",
    listing=Call("describe_managed_prefix_lists", "PrefixLists[?OwnerId!='AWS']", MaxResults=100),
    id="{PrefixListArn}",
    name="{PrefixListId}",
    facts={
        "entries": Call("get_managed_prefix_list_entries", "Entries", PrefixListId="{PrefixListId}", MaxResults=100),
    },
    tags="item.Tags",
    gone=frozenset({"InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"}),
)

# What holds for all VPCs of the account in a region. An action that a region doesn't know yet is an invalid one.
PUBLIC_ACCESS_BLOCK = Spec(
    type="aws.vpc.public_access_block",
    service="aws.vpc",
    api="ec2",
    title="Block of public access to VPCs",
    id="arn:{partition}:ec2:{region}:{account}:vpc-block-public-access-options",
    name="{region}",
    facts={
        "options": Call(
            "describe_vpc_block_public_access_options",
            "VpcBlockPublicAccessOptions",
            disabled="InvalidAction UnsupportedOperation",
        ),
    },
)

AWS_PREFIX_LIST = Spec(
    type="aws.vpc.aws_prefix_list",
    service="aws.vpc",
    api="ec2",
    title="Prefix list of AWS",
    listing=Call(
        "describe_managed_prefix_lists",
        "PrefixLists[?OwnerId=='AWS']",
        MaxResults=100,
    ),
    id="{PrefixListArn}",
    name="{PrefixListId}",
)
