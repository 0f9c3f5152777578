"""What the rules of network security groups let through from the world, as `world.py` defines it.

Rules are asked by priority, the lowest number first; the first that fits decides, and what none fits is denied (the default
rules that Azure adds let only the network itself and its load balancers in). A service tag that stands for one of Azure's
services is never the world. Groups see addresses of machines as they are within the network.
Source: Azure Virtual Network documentation, "Network security groups", "How network security groups filter network
traffic", "Virtual network service tags"; REST API, "Network Security Groups".
Not seen here: admin rules of Virtual Network Manager, which are asked before any group and may belong to other subscriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from checks.azure.read import Item, at, inner, many, needed, properties, word
from checks.exposures import LAST_PORT, Port, Span
from checks.world import EVERYWHERE, FAMILIES, Stretch, admitted, is_world, merged, stretch, without
from scanner.model import Resource

GROUP = "azure.vnet.security_group"
INBOUND, OUTBOUND = "inbound", "outbound"
PROTOCOLS = ("tcp", "udp")
ALL = {family: (stretch(cidr)[1],) for family, cidr in EVERYWHERE.items()}
# The last two are in what CIS has one look for; whether Azure takes them for everybody is not verified.
WORLD_WORDS = frozenset({"*", "any", "internet", "0.0.0.0", "/0"})  # noqa: S104 -- nothing listens here
NETWORK_WORD = "virtualnetwork"  # holds all machines of a network by their inner addresses, and never the world
EVERY_PORT = ((0, LAST_PORT),)
# The default rule that lets everything out to the internet.
LEAVES: Item = {
    "name": "AllowInternetOutBound",
    "properties": {
        "priority": 65001,
        "direction": "Outbound",
        "access": "Allow",
        "protocol": "*",
        "sourcePortRange": "*",
        "sourceAddressPrefix": "*",
        "destinationPortRange": "*",
        "destinationAddressPrefix": "Internet",
    },
}

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as its groups see it: its addresses within the network, and the application security groups it is in."""

    addresses: tuple[str, ...]
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class End:
    """One end of a rule: addresses by family, ids of application security groups, and service tags that hold others."""

    stretches: Mapping[int, tuple[Stretch, ...]]
    groups: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def has(self, family: int) -> bool:
        return bool(self.stretches[family] or self.groups or self.tags)

    def holds(self, other: End, family: int) -> bool:
        """Tell whether whatever is in *other* is in this, too."""
        mine = self.stretches[family]
        if not without(ALL[family], mine):
            return True
        return other.groups <= self.groups and other.tags <= self.tags and not without(other.stretches[family], mine)

    def meets(self, machine: Machine) -> bool:
        """Tell whether *machine* is in this."""
        if not self.groups.isdisjoint(machine.groups):
            return True
        known = [stretch(each) for each in machine.addresses]
        return any(not without([covered], self.stretches[family]) for family, covered in known)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one direction. ``remote``: the end outside, ``local``: the machines of the network.

    ``any_source_port``: it fits whatever port the caller sends from; a denial that doesn't, keeps nobody out.
    """

    name: str
    priority: int
    allows: bool
    protocols: tuple[str, ...]
    ports: Ranges
    remote: End
    local: End
    any_source_port: bool = True

    def fits(self, protocol: str, port: int) -> bool:
        return protocol in self.protocols and any(low <= port <= high for low, high in self.ports)

    @property
    def keeps_out(self) -> bool:
        return not self.allows and self.any_source_port


def rules(group: Resource, direction: str = INBOUND) -> list[Rule]:
    """Return the rules of a group for one direction, in the order in which they are asked.

    Every group ends in the default rules; where an answer leaves them out, the one that matters is added.
    """
    held = properties(group)
    own, usual = held.get("securityRules"), held.get("defaultSecurityRules")
    needed(usual if own is None else own, "its rules")
    given = [*many(own), *(many(usual) or [LEAVES])]
    found = [_rule(each, direction) for each in given if word(_said_of(each, "direction")) == direction]
    return sorted(found, key=lambda rule: rule.priority)


def _said_of(row: Item, field: str) -> Any:
    """Return a field of a rule that every rule has. Raises :class:`UnreadError` where it is missing."""
    return needed(inner(row).get(field), f"the {field} of the rule {row.get('name')}")


def _rule(row: Item, direction: str) -> Rule:
    said = inner(row)
    outside, inside = ("source", "destination") if direction == INBOUND else ("destination", "source")
    protocol = word(_said_of(row, "protocol"))
    return Rule(
        str(row.get("name") or ""),
        int(_said_of(row, "priority")),
        word(_said_of(row, "access")) == "allow",
        PROTOCOLS if protocol in ("*", "any") else (protocol,),
        _ports(said, "destination"),
        _end(said, outside, WORLD_WORDS),
        _end(said, inside, WORLD_WORDS | {NETWORK_WORD}),
        _ports(said, "source") == EVERY_PORT,
    )


def _said(rule: Item, singular: str, plural: str) -> list[str]:
    """Return what a rule lists under two names: one value, or several."""
    several = rule.get(plural)
    return [str(each) for each in (rule.get(singular), *(several if isinstance(several, list) else ())) if each]


def _end(rule: Item, side: str, everywhere: frozenset[str]) -> End:
    """Return one side of a rule. *everywhere*: words that hold whatever can be there."""
    words = _said(rule, f"{side}AddressPrefix", f"{side}AddressPrefixes")
    groups = frozenset(word(each.get("id")) for each in many(rule.get(f"{side}ApplicationSecurityGroups")))
    found: dict[int, list[Stretch]] = {family: [] for family in FAMILIES}
    tags: set[str] = set()
    for each in words:
        if word(each) in everywhere:
            for family in FAMILIES:
                found[family] += ALL[family]
        elif covered := _block(each):
            found[covered[0]].append(covered[1])
        else:
            tags.add(word(each))
    if not words and not groups:
        return End(ALL)  # a rule that names nobody is not known to leave anybody out
    return End({family: tuple(merged(found[family])) for family in FAMILIES}, groups, frozenset(tags))


def _block(said: str) -> tuple[int, Stretch] | None:
    """Return the family and addresses of a block; ``None`` for what is a service tag."""
    try:
        return stretch(said.strip())
    except ValueError:
        return None


def _ports(rule: Item, side: str) -> Ranges:
    said = _said(rule, f"{side}PortRange", f"{side}PortRanges")
    if "*" in said or not said:
        return EVERY_PORT
    ends = [each.partition("-") for each in said]
    return tuple(merged((int(low), int(high or low)) for low, _, high in ends))


def open_spans(given: Sequence[Rule]) -> Iterator[Span]:
    """Yield which ports *given*, in their order, open to the world: for some of the machines that they are for, at least."""
    for protocol in PROTOCOLS:
        fitting = [rule for rule in given if protocol in rule.protocols]
        ranges = [span for rule in fitting for span in rule.ports]
        edges = sorted({low for low, _ in ranges} | {high + 1 for _, high in ranges})
        for low, after in pairwise(edges):
            here = [rule for rule in fitting if rule.fits(protocol, low)]
            yield from (Span(protocol, low, after - 1, family) for family in FAMILIES if is_world(_open(here, family), family))


def _open(here: Sequence[Rule], family: int) -> list[Stretch]:
    """Return what *here*, rules that fit one port, allow, less what is denied before for all machines that a rule is for."""
    found: list[Stretch] = []
    for number, rule in enumerate(here):
        if rule.allows and rule.local.has(family):
            denials = [one for one in here[:number] if one.keeps_out and one.local.holds(rule.local, family)]
            found += without(rule.remote.stretches[family], [each for one in denials for each in one.remote.stretches[family]])
    return merged(found)


def admitted_to(given: Sequence[Rule], machine: Machine, port: Port, family: int) -> list[Stretch]:
    """Return the addresses of *family* from which *port* of *machine* is reached."""
    here = [rule for rule in given if rule.fits(*port) and rule.local.meets(machine)]
    deciding = [rule for rule in here if rule.allows or rule.keeps_out]
    return admitted([(rule.allows, rule.remote.stretches[family]) for rule in deciding], family)


def attached(group: Resource) -> list[str]:
    """Return the ids of the subnets and interfaces that a group is on."""
    held = properties(group)
    return [str(at(each, "id")) for field in ("subnets", "networkInterfaces") for each in many(held.get(field))]
