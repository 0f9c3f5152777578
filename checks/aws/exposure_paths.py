"""What lies between the internet and an address in a VPC: the block of public access, routes, network ACLs, security groups.

Each is asked in turn; what closes the way ends it, what was not read leaves it open, perhaps. That an answer may leave is asked
of routes and network ACLs; groups let it out by themselves. Firewalls within machines are not seen. Rules of one group count by
themselves.
Source: VPC user guide, "Internet gateways", "Control traffic with network ACLs", "Block public access"; EC2 API reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from checks.aws.ports import entries, open_spans
from checks.decided import Decided
from checks.exposures import ADMINISTRATION, EXPOSURES, LAST_PORT, Port, Span
from checks.world import FAMILIES, admitted, is_world, stretch
from scanner.evaluation.exposure import INTERNET, Opening
from scanner.model import Inventory, Resource, UnreadError

GROUP, ACL, TABLE, SUBNET = (f"aws.vpc.{each}" for each in ("security_group", "network_acl", "route_table", "subnet"))
BLOCK = "aws.vpc.public_access_block"
DESTINATIONS = {4: "DestinationCidrBlock", 6: "DestinationIpv6CidrBlock"}
BLOCKS = {4: "CidrBlock", 6: "Ipv6CidrBlock"}
FIRST_EPHEMERAL = 1024  # source: VPC user guide, "Ephemeral ports"
NUMBERS = {"tcp": "6", "udp": "17"}
ALL = "-1"
ELSEWHERE = "some of its subnets are closed, and in which it stands was not told"
SHARED = "the subnet is shared by another account, whose block of public access was not read"
NAMES: Mapping[Port, str] = {**{port: name for each in EXPOSURES for port, name in each.ports.items()}, **ADMINISTRATION}

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Something in a VPC that has addresses of the internet.

    ``address`` begins the path and ``onward`` ends it. ``groups``: none, and nothing filters. ``ports``: what it listens on;
    ``None``, and it may be anything. ``doubts``: why, whatever the way says, it may not be reached. ``single``: it stands in
    one of its subnets, and nobody says which. ``rest``: why nothing answers there for now; it is a doubt as well.
    """

    resource: Resource
    address: str
    families: tuple[int, ...]
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    ports: frozenset[Port] | None = None
    onward: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    single: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way: whether it lets in, and how the path tells it; of one that is not decided, why."""

    lets: Decided
    said: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A range of ports of a place that the world reaches over one family: through what, and what is not certain about it."""

    span: Span
    steps: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def certain(self) -> bool:
        return not self.doubts


def _asked(ask: Callable[[], Step]) -> Step:
    """Return what *ask* returns; where something was not read, that it is not decided."""
    try:
        return ask()
    except UnreadError as error:
        return Step(None, str(error))


def unblocked(region: str, inventory: Inventory) -> Step:
    """Tell whether the account lets the internet into VPCs of the region at all."""
    for each in inventory.all(BLOCK, region=region):
        options = each["options"] or {}
        mode = options.get("InternetGatewayBlockMode", "off")
        if mode != "off":
            shut = options.get("ExclusionsAllowed") == "not-allowed"
            return Step(False if shut else None, f"public access is blocked ({mode}); what is excluded from that is not read")
    return Step(True, "")


def gateway(subnet: str, family: int, region: str, inventory: Inventory) -> Step:
    """Tell whether the routes of a subnet join it with the internet, both ways. Of two routes the narrower one counts."""
    table = _table(subnet, region, inventory)
    if table is None:
        return Step(None, f"the routes of {subnet} were not seen")
    routes = [each for each in table["item"].get("Routes") or [] if each.get(DESTINATIONS[family])]
    listed = [each for each in table["item"].get("Routes") or [] if each.get("DestinationPrefixListId")]
    found = _outward(table, [(str(each[DESTINATIONS[family]]), each) for each in routes], family, inventory)
    if found.lets or not listed:
        return found
    named = [(block, each) for each in listed for block in entries(each["DestinationPrefixListId"], table, inventory)]
    return _outward(table, [*((str(each[DESTINATIONS[family]]), each) for each in routes), *named], family, inventory)


def _outward(table: Resource, routes: list[tuple[str, Entry]], family: int, inventory: Inventory) -> Step:
    fitting = [(*stretch(block), each) for block, each in routes]
    ordered = sorted(
        ((span, each) for version, span, each in fitting if version == family), key=lambda one: one[0][1] - one[0][0]
    )
    targets = {str(each.get("GatewayId") or each.get("NetworkInterfaceId") or "") for _, each in ordered}
    for target in sorted(each for each in targets if each.startswith(("igw-", "vpce-", "eni-"))):
        decided = [(_leads(each, target), [span]) for span, each in ordered]
        if not is_world(admitted(decided, family), family):
            continue
        inward = _inward(table, inventory)
        if target.startswith("igw-"):
            through = ", ".join(sorted(inward))
            return Step(None, f"traffic that comes in may pass {through}") if through else Step(True, f"{_id(table)}: {target}")
        if inward or target.startswith("vpce-"):  # without routes that lead in through it, a machine only takes out
            return Step(None, f"traffic passes {target}, and what stands there is not asked")
    return Step(False, "")


def _id(table: Resource) -> str:
    return str(table["item"]["RouteTableId"])


def _leads(route: Entry, target: str) -> bool:
    return route.get("State") != "blackhole" and target in (route.get("GatewayId"), route.get("NetworkInterfaceId"))


def _inward(table: Resource, inventory: Inventory) -> set[str]:
    """Return what stands between the gateways of a VPC and its subnets, by route tables that belong to a gateway.

    Source: VPC user guide, "Gateway route tables".
    """
    found = set()
    for each in inventory.where(TABLE, "item.VpcId", str(table["item"].get("VpcId")), region=table.region):
        if any(association.get("GatewayId") for association in each["item"].get("Associations") or []):
            targets = (route.get("NetworkInterfaceId") or route.get("GatewayId") for route in each["item"].get("Routes") or [])
            found |= {str(target) for target in targets if target and target != "local"}
    return found


def _table(subnet: str, region: str, inventory: Inventory) -> Resource | None:
    """Return the route table of a subnet: its own, or else the main one of its VPC."""
    for table in inventory.where(TABLE, "item.Associations.SubnetId", subnet, region=region):
        return table
    for each in inventory.where(SUBNET, "item.SubnetId", subnet, region=region):
        for table in inventory.where(TABLE, "item.VpcId", each["item"]["VpcId"], region=region):
            if any(association.get("Main") for association in table["item"].get("Associations") or []):
                return table
    return None


def let_in(acl: Resource, family: int) -> Iterator[Span]:
    """Yield the ports on which a network ACL lets the world in. Its entries are asked in the order of their numbers."""
    yield from _admitting(acl, family, outward=False)


def answers(acl: Resource, family: int) -> bool:
    """Tell whether a network ACL, which keeps no connections in mind, lets out what a TCP server answers."""
    return any(span.protocol == "tcp" and span.high >= FIRST_EPHEMERAL for span in _admitting(acl, family, outward=True))


def _admitting(acl: Resource, family: int, *, outward: bool) -> Iterator[Span]:
    asked = [each for each in acl["item"]["Entries"] if bool(each["Egress"]) is outward and each.get(BLOCKS[family])]
    asked.sort(key=lambda each: int(each["RuleNumber"]))
    for protocol, number in NUMBERS.items():
        rules = [(*_range(each), each) for each in asked if str(each["Protocol"]) in (ALL, number)]
        edges = sorted({low for low, _, _ in rules} | {high + 1 for _, high, _ in rules})
        for low, after in pairwise(edges):
            fitting = [each for first, last, each in rules if first <= low <= last]
            decided = [(each["RuleAction"] == "allow", [stretch(each[BLOCKS[family]])[1]]) for each in fitting]
            if is_world(admitted(decided, family), family):
                yield Span(protocol, low, after - 1, family)


def _range(entry: Entry) -> tuple[int, int]:
    ports = entry.get("PortRange")
    return (ports["From"], ports["To"]) if ports and str(entry["Protocol"]) != ALL else (0, LAST_PORT)


def _acl(subnet: str, region: str, inventory: Inventory) -> Resource | None:
    return next(iter(inventory.where(ACL, "item.Associations.SubnetId", subnet, region=region)), None)


def reached(place: Place, inventory: Inventory) -> list[Reached]:
    """Return the ports of *place* that the world reaches, or perhaps does."""
    region = place.resource.region
    block = _asked(lambda: unblocked(region, inventory))
    if block.lets is False:
        return []
    opened = [found for family in place.families for found in _opened(place, family, inventory)]
    found: dict[tuple[Span, str], Reached] = {}
    for family in place.families if opened else ():
        fitting = [one for one in opened if one.span.family == family]
        through = {subnet: list(_through(place, subnet, family, fitting, inventory)) for subnet in place.subnets or ("",)}
        unsure = (ELSEWHERE,) if place.single and not all(through.values()) else ()
        for each in (each for some in through.values() for each in some):
            doubts = (*each.doubts, *unsure) if block.lets else (*each.doubts, *unsure, block.said)
            key = (each.span, each.steps[-1] if each.steps else "")
            if (known := found.get(key)) is None or (not doubts and not known.certain):
                found[key] = Reached(each.span, each.steps, doubts)
    return list(found.values())


def _opened(place: Place, family: int, inventory: Inventory) -> list[Reached]:
    """Return what the security groups of *place* open to the world, of what it listens on."""
    if not place.groups:
        spans = [Span(protocol, 0, LAST_PORT, family) for protocol in NUMBERS]
        return list(_listening(place, [Reached(span, (), place.doubts) for span in spans]))
    region = place.resource.region
    found = [each for name in dict.fromkeys(place.groups) for each in _of_group(name, region, inventory)]
    fitting = (Reached(each.span, each.steps, (*place.doubts, *each.doubts)) for each in found if each.span.family == family)
    return list(_listening(place, fitting))


def _of_group(name: str, region: str, inventory: Inventory) -> Iterator[Reached]:
    spans: list[Span] = []
    doubt = ""
    try:
        group = next(iter(inventory.where(GROUP, "item.GroupId", name, region=region)), None)
        if group is None:
            doubt = f"the rules of {name} were not seen"
        else:
            for given in open_spans(group, "IpPermissions", inventory):
                spans = given
    except UnreadError as error:
        doubt = str(error)
    yield from (Reached(span, (name,), ()) for span in joined(spans))
    if doubt:
        for family in FAMILIES:
            yield from (Reached(Span(each, 0, LAST_PORT, family), (name,), (doubt,)) for each in NUMBERS)


def _listening(place: Place, found: Iterable[Reached]) -> Iterator[Reached]:
    for each in found:
        if place.ports is None:
            yield each
            continue
        for protocol, port in sorted(place.ports):
            if each.span.holds((protocol, port)):
                yield Reached(Span(protocol, port, port, each.span.family), each.steps, each.doubts)


def _through(place: Place, subnet: str, family: int, opened: list[Reached], inventory: Inventory) -> Iterator[Reached]:
    """Yield what of *opened* is reached through one subnet."""
    region = place.resource.region
    if not subnet:
        why = "in which subnets it stands was not told"
        yield from (Reached(each.span, each.steps, (*each.doubts, why)) for each in opened)
        return
    route = _asked(lambda: gateway(subnet, family, region, inventory))
    if route.lets is False:
        return
    name, passing, doubt = _passing(subnet, family, region, inventory)
    doubts = tuple(each for each in ("" if route.lets else route.said, doubt, _shared(subnet, region, inventory)) if each)
    steps = tuple(each for each in (route.said if route.lets else subnet, name) if each)
    for each in opened:
        for span in overlaps(each.span, passing):
            yield Reached(span, (*steps, *each.steps), (*each.doubts, *doubts))


def _passing(subnet: str, family: int, region: str, inventory: Inventory) -> tuple[str, list[Span], str]:
    """Return the network ACL of a subnet, what it lets in, and why that is not known."""
    everything = [Span(protocol, 0, LAST_PORT, family) for protocol in NUMBERS]
    try:
        acl = _acl(subnet, region, inventory)
    except UnreadError as error:
        return "", everything, str(error)
    if acl is None:
        return "", everything, f"the network ACL of {subnet} was not seen"
    answered = answers(acl, family)
    spans = [each for each in joined(let_in(acl, family)) if answered or each.protocol != "tcp"]
    return acl["item"]["NetworkAclId"], spans, ""


def _shared(subnet: str, region: str, inventory: Inventory) -> str:
    """Return why what the account blocks does not settle it: a block of public access is its owner's."""
    try:
        rows = list(inventory.where(SUBNET, "item.SubnetId", subnet, region=region))
    except UnreadError:
        return ""
    return SHARED if any(row["item"].get("OwnerId", row.account) != row.account for row in rows) else ""


def overlaps(span: Span, others: Iterable[Span]) -> Iterator[Span]:
    """Yield what *span* has in common with *others* of its protocol and family."""
    for each in others:
        low, high = max(span.low, each.low), min(span.high, each.high)
        if (each.protocol, each.family) == (span.protocol, span.family) and low <= high:
            yield Span(span.protocol, low, high, span.family)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the same ports, ranges that adjoin as one."""
    found: list[Span] = []
    for each in sorted(spans, key=lambda span: (span.protocol, span.family, span.low)):
        last = found[-1] if found else None
        if last and (last.protocol, last.family) == (each.protocol, each.family) and each.low <= last.high + 1:
            found[-1] = Span(last.protocol, last.low, max(last.high, each.high), last.family)
        else:
            found.append(each)
    return found


def openings(place: Place, inventory: Inventory) -> Iterator[Opening]:
    """Yield what the world reaches of *place*: one for each range of ports and way, whatever the family."""
    families: dict[tuple[str, int, int, tuple[str, ...], tuple[str, ...]], list[int]] = defaultdict(list)
    for each in reached(place, inventory):
        families[each.span.protocol, each.span.low, each.span.high, each.steps, each.doubts].append(each.span.family)
    for (protocol, low, high, steps, doubts), over in families.items():
        path = (place.address, *steps, *place.onward)
        source = f"{INTERNET} (IPv{', IPv'.join(map(str, sorted(over)))})"
        resource = place.resource
        yield Opening(
            resource.type, resource.id, resource.region, named(protocol, low, high), source, path, tuple(dict.fromkeys(doubts))
        )


def named(protocol: str, low: int, high: int) -> str:
    """Return a range of ports in words: ``tcp 22 (SSH)``, ``tcp 0-65535``."""
    if low == high:
        name = NAMES.get((protocol, low))
        return f"{protocol} {low} ({name})" if name else f"{protocol} {low}"
    return f"{protocol} {low}-{high}"
