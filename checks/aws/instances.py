"""What the checks on EC2 instances share: which of them are the customer's to answer for, and what they look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from scanner.model import Inventory, Resource, Verdict, skipped

Item = Mapping[str, Any]
Judge = Callable[..., Verdict]

INSTANCE = "aws.ec2.instance"


def operator(resource: Resource) -> str:
    """Return the AWS service that operates a resource within the account (nodes of EKS Auto Mode); empty when none does."""
    operated = resource["item"].get("Operator") or {}
    return str(operated.get("Principal") or "an AWS service") if operated.get("Managed") else ""


def ours(judge: Judge) -> Judge:
    """Make *judge* skip what an AWS service operates: the customer can neither change nor enter it."""

    @wraps(judge)
    def asked(resource: Resource, **given: Any) -> Verdict:
        if service := operator(resource):
            return skipped(f"operated by {service}, which answers for it")
        return judge(resource, **given)

    return asked


def running(judge: Judge) -> Judge:
    """Make *judge* skip instances of ours that do not run: nothing can be told of their guests."""

    @ours
    @wraps(judge)
    def asked(instance: Resource, **given: Any) -> Verdict:
        state = instance["item"]["State"]["Name"]
        return judge(instance, **given) if state == "running" else skipped(f"the instance is {state}")

    return asked


def group_of(instance: Resource) -> str:
    """Return the Auto Scaling group that replaces the instance when it fails; empty when none does."""
    return instance.tags.get("aws:autoscaling:groupName", "")


def addresses(interface: Item) -> dict[int, str]:
    """Return the address by which the internet may reach an interface, for each family that has one."""
    private = interface.get("PrivateIpAddresses") or []
    v4 = [each.get("PublicIp") for each in (_association(interface), *map(_association, private))]
    v6 = [each.get("Ipv6Address") for each in interface.get("Ipv6Addresses") or []]
    found = {family: next((str(each) for each in given if each), "") for family, given in ((4, v4), (6, v6))}
    return {family: address for family, address in found.items() if address}


def _association(holder: Item) -> Item:
    association: Item = holder.get("Association") or {}
    return association


def inspects(instance: Resource, inventory: Inventory) -> bool:
    """Tell whether Inspector is on for instances in the region."""
    for each in inventory.all("aws.inspector.settings", region=instance.region):
        parts = (each["account"] or {}).get("resourceState") or {}
        return bool((parts.get("ec2") or {}).get("status") == "ENABLED")
    return False


def disks(item: Item) -> Iterator[tuple[str, Item]]:
    """Yield the EBS disks of an instance, image or template with the names of their devices."""
    for each in item.get("BlockDeviceMappings") or []:
        if "Ebs" in each:
            yield each.get("DeviceName", ""), each["Ebs"]
