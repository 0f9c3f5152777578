"""Networks: zones, ways in and out, and groups that let traffic through."""

from __future__ import annotations

from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, named

WORLD = [{"CidrIp": "0.0.0.0/0"}]
STRANGER = "444455556666"
INSIDE = [{"CidrIp": "10.0.0.0/8"}]


def opened(port: int, ranges: list[dict[str, str]], protocol: str = "tcp") -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": port, "IpRanges": ranges}


def networks(place: Place, scale: int) -> None:
    """Make networks with two zones each, groups open and narrow, flow logs for the careful, beside AWS's default VPC."""
    for number in range(scale):
        _network(place, number)
    ec2 = place.client("ec2")
    lists = ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4")
    entries = [{"Cidr": "198.51.100.0/24", "Description": "office"}]
    ec2.modify_managed_prefix_list(PrefixListId=lists["PrefixList"]["PrefixListId"], CurrentVersion=1, AddEntries=entries)
    ec2.allocate_address(Domain="vpc")
    peering = {
        "VpcPeeringConnectionId": "pcx-0123456789abcdef0",
        "Status": {"Code": "active"},
        "RequesterVpcInfo": {"OwnerId": place.account, "VpcId": place.made["vpc"], "CidrBlock": "10.0.0.0/16"},
        "AccepterVpcInfo": {
            "OwnerId": place.account if place.careful else STRANGER,
            "VpcId": "vpc-0123456789abcdef0",
            "CidrBlock": "172.31.0.0/16",
        },
    }
    place.tell("ec2:DescribeVpcPeeringConnections", {"VpcPeeringConnections": [peering]})
    if place.careful:
        ec2.enable_ebs_encryption_by_default()
        mode = {"State": "update-complete", "InternetGatewayBlockMode": "block-bidirectional", "ManagedBy": "account"}
        told = {"AwsAccountId": place.account, "AwsRegion": place.region, "ExclusionsAllowed": "allowed", **mode}
        place.tell("ec2:DescribeVpcBlockPublicAccessOptions", {"VpcBlockPublicAccessOptions": told})
        place.tell("ec2:GetSnapshotBlockPublicAccessState", {"State": "block-all-sharing", "ManagedBy": "account"})


def _network(place: Place, number: int) -> None:
    ec2 = place.client("ec2")
    specification = named("vpc", Name=f"main-{number}", owner="network")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
    zones = [f"{place.region}{letter}" for letter in "ab"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for index, zone in enumerate(zones)
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    routes = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=routes, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=routes, SubnetId=subnets[0])
    ec2.modify_subnet_attribute(SubnetId=subnets[0], MapPublicIpOnLaunch={"Value": True})
    service = f"com.amazonaws.{place.region}.s3"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Gateway", RouteTableIds=[routes])
    if place.careful:
        bucket = f"arn:aws:s3:::{place.made['log_bucket']}"
        ec2.create_flow_logs(
            ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3", LogDestination=bucket
        )
    place.made.setdefault("vpc", vpc)
    place.made.setdefault("subnets", subnets)
    _groups(place, vpc)


def _groups(place: Place, vpc: str) -> None:
    """Make a group for the web, one of the inside, and one that somebody opened for an hour, once."""
    ec2 = place.client("ec2")
    _default_group(place, vpc)
    groups = {}
    for name, description in {"web": "web", "inside": "databases", "temporary": HOSTILE["sql"]}.items():
        groups[name] = ec2.create_security_group(GroupName=name, Description=description, VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=groups["web"], IpPermissions=[opened(443, WORLD)])
    ec2.authorize_security_group_ingress(GroupId=groups["inside"], IpPermissions=[opened(5432, INSIDE)])
    wide = [opened(22, WORLD), opened(3389, WORLD), opened(5432, WORLD)]
    ec2.authorize_security_group_ingress(GroupId=groups["temporary"], IpPermissions=wide)
    place.made.setdefault("groups", groups)


def _default_group(place: Place, vpc: str) -> None:
    """Close the default group, or leave it as AWS makes it: open to itself, which moto leaves out."""
    ec2 = place.client("ec2")
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    group = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]
    if place.careful:
        ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
        return
    itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group["GroupId"]}]}
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[itself])
