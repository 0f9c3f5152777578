"""Checks on mount targets of Amazon EFS: the addresses in a VPC under which a file system is reached."""

from __future__ import annotations

from collections.abc import Iterator

from checks.aws.ports import open_spans
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, unknown

NFS = ("tcp", 2049)
INTERFACE, GROUP, SUBNET = "aws.vpc.network_interface", "aws.vpc.security_group", "aws.vpc.subnet"


def _groups(target: Resource, inventory: Inventory) -> list[str]:
    """Return the ids of the security groups around a mount target."""
    id = target["item"].get("NetworkInterfaceId", "")
    interfaces = inventory.where(INTERFACE, "item.NetworkInterfaceId", id, region=target.region)
    return [group["GroupId"] for each in interfaces for group in each["item"].get("Groups") or []]


def _opening(ids: list[str], target: Resource, inventory: Inventory) -> Iterator[str]:
    """Yield the groups of *ids* that let everybody in; raises :class:`UnreadError` where a rule cannot be read."""
    for id in ids:
        for group in inventory.where(GROUP, "item.GroupId", id, region=target.region):
            if any(span.holds(NFS) for spans in open_spans(group, "IpPermissions", inventory) for span in spans):
                yield id


@check(
    "aws.efs.mount_target.nfs_narrow",
    on="aws.efs.mount_target",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Mount target lets in NFS from named sources only",
    risk="Every machine in the VPC, and in the networks joined to it, may mount the file system.",
    fix="aws efs modify-mount-target-security-groups --mount-target-id {name} --region {region} --security-groups GROUP,"
    " which admits port 2049 from the clients' group only",
)
def nfs_narrow(target: Resource, inventory: Inventory) -> Verdict:
    ids = _groups(target, inventory)
    for id in _opening(ids, target, inventory):
        return failed(f"{id} opens NFS to every address")
    seen = {each["item"]["GroupId"] for id in ids for each in inventory.where(GROUP, "item.GroupId", id, region=target.region)}
    if not ids or set(ids) - seen:
        return unknown("the security groups around the mount target were not found")
    return passed(f"{', '.join(sorted(seen))} admit NFS from named sources, if at all")


@check(
    "aws.efs.mount_target.in_private_subnet",
    on="aws.efs.mount_target",
    control="network.segmentation",
    severity=Severity.LOW,
    title="Mount target stands in a subnet without public addresses",
    risk="The files stand next to machines that the internet reaches, with nothing between them but a rule.",
    fix="aws efs delete-mount-target --mount-target-id {name} --region {region}, then aws efs create-mount-target in a private"
    " subnet of the zone",
)
def in_private_subnet(target: Resource, inventory: Inventory) -> Verdict:
    id = target["item"]["SubnetId"]
    for subnet in inventory.where(SUBNET, "item.SubnetId", id, region=target.region):
        public = subnet["item"]["MapPublicIpOnLaunch"]
        return (failed if public else passed)(f"{id} gives {'' if public else 'no '}public addresses unasked")
    return unknown(f"the subnet {id} was not found")
