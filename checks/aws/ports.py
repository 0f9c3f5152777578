"""Which ports the rules of a security group open to the world, as `world.py` defines it.

Prefix lists count with their entries; those that AWS keeps name its own services and are never the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from checks.exposures import LAST_PORT, Span
from checks.world import FAMILIES, hold_world
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError

Permission = Mapping[str, Any]
Entries = Callable[[str], frozenset[str]]

PROTOCOLS = {"6": "tcp", "17": "udp"}


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one permission of a group means for one protocol."""

    low: int
    high: int
    cidrs: tuple[str, ...]
    lists: tuple[str, ...]


def open_spans(group: Resource, way: str, inventory: Inventory) -> Iterator[list[Span]]:
    """Yield what the rules of *group* under *way* open to the world: by addresses alone, then with their prefix lists.

    So what addresses open is known even where a list cannot be read; the last answer is the whole one.
    """
    permissions = group["item"].get(way) or []
    yield _spans(permissions, lambda _name: frozenset())
    if any(each.get("PrefixListIds") for each in permissions):
        yield _spans(permissions, lambda name: entries(name, group, inventory))


def entries(name: str, resource: Resource, inventory: Inventory) -> frozenset[str]:
    """Return the blocks of a prefix list that *resource* names. Raises :class:`UnreadError` for one not to be seen."""
    for each in inventory.where("aws.vpc.prefix_list", "item.PrefixListId", name, region=resource.region):
        return frozenset(entry["Cidr"] for entry in each["entries"] or [])
    for _ in inventory.where("aws.vpc.aws_prefix_list", "item.PrefixListId", name, region=resource.region):
        return frozenset()
    unseen = Unread(Reason.UNAVAILABLE, "NotListed", "ec2:DescribeManagedPrefixLists", "ec2:DescribeManagedPrefixLists")
    raise UnreadError(f"prefix list {name}", unseen)


def _spans(permissions: Iterable[Permission], entries: Entries) -> list[Span]:
    given = list(permissions)
    return [span for protocol in ("tcp", "udp") for span in _of_protocol(list(_rules(given, protocol)), protocol, entries)]


def _rules(permissions: Iterable[Permission], protocol: str) -> Iterator[_Rule]:
    for each in permissions:
        if ports := _ports(each, protocol):
            v4 = [block["CidrIp"] for block in each.get("IpRanges") or []]
            v6 = [block["CidrIpv6"] for block in each.get("Ipv6Ranges") or []]
            lists = tuple(named["PrefixListId"] for named in each.get("PrefixListIds") or [])
            yield _Rule(*ports, (*v4, *v6), lists)


def _ports(permission: Permission, protocol: str) -> tuple[int, int] | None:
    """Return the ports that *permission* opens for *protocol*; one that names none opens all."""
    given = str(permission["IpProtocol"])
    if given == "-1":
        return 0, LAST_PORT
    if PROTOCOLS.get(given, given) != protocol:
        return None
    low, high = permission.get("FromPort", -1), permission.get("ToPort", -1)
    return (0, LAST_PORT) if -1 in (low, high) else (low, high)


def _of_protocol(rules: list[_Rule], protocol: str, entries: Entries) -> Iterator[Span]:
    """Yield the spans of one protocol: between two edges of rules, every port is admitted by the same rules."""
    edges = sorted({each.low for each in rules} | {each.high + 1 for each in rules})
    for low, after in pairwise(edges):
        admitting = [each for each in rules if each.low <= low <= each.high]
        cidrs = frozenset(cidr for each in admitting for cidr in each.cidrs)
        cidrs = cidrs.union(*(entries(name) for each in admitting for name in each.lists))
        yield from (Span(protocol, low, after - 1, family) for family in FAMILIES if hold_world(cidrs, family))
