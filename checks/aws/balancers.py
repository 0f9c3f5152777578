"""What load balancers of either kind put before the world, by the ports of their listeners and their security groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checks.aws.ports import open_spans
from checks.aws.security_groups import EXPOSURES
from checks.exposures import Port
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError, Verdict, failed, passed

FACING = "internet-facing"
# Services that the world has no business with, by port: the same as for security groups.
INNER: Mapping[Port, str] = {port: name for each in EXPOSURES for port, name in each.ports.items()}
# What a listener's protocol is carried by.
CARRIED = {
    "HTTP": ("tcp",),
    "HTTPS": ("tcp",),
    "TCP": ("tcp",),
    "TLS": ("tcp",),
    "SSL": ("tcp",),
    "UDP": ("udp",),
    "QUIC": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
    "TCP_QUIC": ("tcp", "udp"),
}


def carried(protocol: str, port: int) -> list[Port]:
    """Return what a listener listens on."""
    return [(each, port) for each in CARRIED.get(protocol, ())]


def world_reaches(ports: Iterable[Port], groups: Iterable[str], region: str, inventory: Inventory) -> bool:
    """Tell whether *groups* let the world in on one of *ports*; without any group, nothing stands in its way."""
    names, wanted = list(groups), list(ports)
    return not names or any(_opens(_group(name, region, inventory), wanted, inventory) for name in names)


def _opens(group: Resource, ports: list[Port], inventory: Inventory) -> bool:
    spans = (span for found in open_spans(group, "IpPermissions", inventory) for span in found)
    return any(span.holds(port) for span in spans for port in ports)


def _group(name: str, region: str, inventory: Inventory) -> Resource:
    for group in inventory.where("aws.vpc.security_group", "item.GroupId", name, region=region):
        return group
    operation = "ec2:DescribeSecurityGroups"
    raise UnreadError(f"security group {name}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))


def inner_closed(ports: Iterable[Port], groups: Iterable[str], region: str, inventory: Inventory) -> Verdict:
    """Pass unless the world reaches one of *ports* that only the inside should."""
    inner = [port for port in ports if port in INNER]
    if not inner:
        return passed("listens on no port of an inner service")
    open_to_all = [port for port in inner if world_reaches([port], groups, region, inventory)]
    if not open_to_all:
        return passed("security groups keep the world out")
    named = ", ".join(f"{protocol} {port} ({INNER[protocol, port]})" for protocol, port in open_to_all)
    return failed(f"the world reaches {named}")
