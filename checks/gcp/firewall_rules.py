"""What the firewalls of a VPC network let in from the world, as `world.py` defines it.

Rules of the network itself stand in one line, in the order of their priorities, denials first; each firewall policy is a
line of its own, before or after that, and what a rule hands on (``goto_next``) is decided by the next line. Policies of the
organization and of folders come first, from the top down. What no rule allows does not come in. Policies that Google's own
services keep for a region (GKE's, say) are not in Asset Inventory. Sources that only name machines of the network (tags,
service accounts) are never the world.
Source: VPC documentation, "VPC firewall rules", "Network firewall policies", "Firewall policy rule evaluation order".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from checks.exposures import LAST_PORT, Span
from checks.gcp import lineage
from checks.gcp.read import either, last, many, named, place, project_of, yes
from checks.world import EVERYWHERE, FAMILIES, Stretch, is_world, merged, stretch, without
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError

Item = Mapping[str, Any]

NETWORK, FIREWALL, POLICY = "gcp.vpc.network", "gcp.vpc.firewall", "gcp.vpc.firewall_policy"
SETTINGS = "gcp.gce.project"
INGRESS = "INGRESS"
PROTOCOLS = ("tcp", "udp")
NUMBERS = {"6": "tcp", "17": "udp"}
EVERY_PROTOCOL = "all"
BEFORE = "BEFORE_CLASSIC_FIREWALL"
INSIDE = {"NON_INTERNET", "INTRA_VPC", "VPC_NETWORKS"}
# What policies match sources by that this inventory does not hold: what is behind a name, a group or a country's code.
UNSEEN = {
    "srcAddressGroups": "address group",
    "srcFqdns": "domain name",
    "srcRegionCodes": "country",
    "srcThreatIntelligences": "list of threats",
}
MACHINES = ("srcSecureTags", "srcNetworks")
LOWEST = 2147483647
WHOLE = tuple(EVERYWHERE.values())
HIDDEN = Unread(Reason.UNAVAILABLE, "NOT_LISTED", "cloudasset:ListAssets:RESOURCE", "cloudasset.assets.listResource")


@dataclass(frozen=True, slots=True)
class Targets:
    """Which machines a rule is for; all of the network where it names none. ``sealed``: by tags that nobody here can see."""

    tags: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        return not (self.tags or self.accounts or self.sealed)

    def hold(self, other: Targets) -> bool:
        """Tell whether whatever *other* is for, this is for too."""
        if self.everything or other.everything:
            return self.everything
        pairs = ((self.tags, other.tags), (self.accounts, other.accounts), (self.sealed, other.sealed))
        return all(theirs <= mine for mine, theirs in pairs)

    def meet(self, tags: Iterable[str], account: str) -> bool:
        """Tell whether this is certainly for a machine of these *tags* and *account*."""
        return self.everything or not self.tags.isdisjoint(tags) or account in self.accounts


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for traffic that comes in. ``action``: allow, deny or goto_next; ``unseen``: sources that nobody here can see.

    ``networks`` are links to the only networks that a rule of a folder or organization is for; none: all of them.
    """

    name: str
    priority: int
    action: str
    sources: Mapping[int, tuple[Stretch, ...]]
    ports: Mapping[str, tuple[tuple[int, int], ...]]
    targets: Targets
    unseen: tuple[str, ...] = ()
    logged: bool = False
    networks: tuple[str, ...] = ()

    @property
    def worldly(self) -> bool:
        """Whether its sources are the world, whatever other rules do."""
        return any(_is_world(sources, family) for family, sources in self.sources.items())

    def fits(self, protocol: str, port: int) -> bool:
        return any(low <= port <= high for low, high in self.ports.get(protocol, ()))


@lru_cache(maxsize=4096)
def _is_world(sources: tuple[Stretch, ...], family: int) -> bool:
    return is_world(sources, family)


Line = Sequence[Rule]
"""Rules in the order in which they are asked."""


# ---- what the API says -----------------------------------------------------------------------------------------------


def of_network(item: Item) -> Rule | None:
    """Return what a firewall rule of a network means; ``None`` when it is off, or for traffic that goes out."""
    if yes(item.get("disabled")) or named(item.get("direction") or INGRESS, "INGRESS EGRESS") != INGRESS:
        return None
    allowed = many(item, "allowed")
    targets = Targets(frozenset(many(item, "targetTags")), frozenset(many(item, "targetServiceAccounts")))
    ranges = many(item, "sourceRanges")
    # Source: gcloud reference, "compute firewall-rules create": with no source at all, all of IPv4 is meant.
    if not (ranges or many(item, "sourceTags") or many(item, "sourceServiceAccounts")):
        ranges = [EVERYWHERE[4]]
    return Rule(
        str(item.get("name", "")),
        int(item.get("priority", 1000)),
        "allow" if allowed else "deny",
        _by_family(ranges),
        _ports(allowed or many(item, "denied")),
        targets,
        logged=yes((item.get("logConfig") or {}).get("enable")),
    )


def of_policy(item: Item) -> list[Rule]:
    """Return what the rules of a firewall policy mean, in their order."""
    found = (_of_policy(each) for each in many(item, "rules"))
    return sorted((each for each in found if each), key=lambda rule: rule.priority)


def _of_policy(rule: Item) -> Rule | None:
    ours = named(rule.get("direction") or INGRESS, "INGRESS EGRESS") == INGRESS
    if not ours or yes(rule.get("disabled")) or rule.get("targetType", "INSTANCES") != "INSTANCES":
        return None
    match = rule.get("match") or {}
    sealed = frozenset(str(each.get("name")) for each in many(rule, "targetSecureTags"))
    action = str(rule.get("action", "")).lower()
    return Rule(
        str(rule.get("ruleName") or f"rule {rule.get('priority', 0)}"),
        int(rule.get("priority", 0)),
        # A rule that has traffic inspected lets in what the inspection finds harmless.
        "allow" if action.startswith("apply_security_profile") else action,
        _by_family(_ranges(match)),
        _ports(many(match, "layer4Configs")),
        Targets(accounts=frozenset(many(rule, "targetServiceAccounts")), sealed=sealed),
        () if _is_inside(match) else tuple(said for field, said in UNSEEN.items() if match.get(field)),
        yes(rule.get("enableLogging")),
        tuple(str(each) for each in many(rule, "targetResources")),
    )


def _ranges(match: Item) -> list[str]:
    if _is_inside(match):
        return []
    ranges = [str(each) for each in many(match, "srcIpRanges")]
    if ranges or any(match.get(field) for field in (*UNSEEN, *MACHINES)):
        return [each for each in ranges for each in (EVERYWHERE.values() if each == "*" else (each,))]
    return list(EVERYWHERE.values())


def _is_inside(match: Item) -> bool:
    return bool({match.get("srcNetworkType"), match.get("srcNetworkContext")} & INSIDE)


def _by_family(ranges: Iterable[str]) -> Mapping[int, tuple[Stretch, ...]]:
    return _merged(tuple(ranges))


@lru_cache(maxsize=4096)
def _merged(ranges: tuple[str, ...]) -> Mapping[int, tuple[Stretch, ...]]:
    known = [stretch(each) for each in ranges]
    return {family: tuple(merged(covered for version, covered in known if version == family)) for family in FAMILIES}


def _ports(tuples: Iterable[Item]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the ranges of ports that each protocol is meant with; one that names no ports means all."""
    found: dict[str, list[tuple[int, int]]] = {}
    for each in tuples:
        given = str(either(each, "IPProtocol", "ipProtocol") or EVERY_PROTOCOL).lower()
        ranges = [_range(str(port)) for port in many(each, "ports")] or [(0, LAST_PORT)]
        for protocol in PROTOCOLS if given in (EVERY_PROTOCOL, "*") else (NUMBERS.get(given, given),):
            found.setdefault(protocol, []).extend(ranges)
    return {protocol: tuple(ranges) for protocol, ranges in found.items()}


def _range(said: str) -> tuple[int, int]:
    low, _, high = said.partition("-")
    return int(low), int(high or low)


# ---- which rules are asked, and in which order -----------------------------------------------------------------------


def in_line(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules of a network in their order: by priority, and of one priority denials first."""
    return sorted(rules, key=lambda rule: (rule.priority, rule.action != "deny"))


def rules_of(network: str, inventory: Inventory) -> list[Rule]:
    """Return the firewall rules of a network, which *network* is a link to, in their order."""
    wanted = place(network)
    items = (each["item"] for each in inventory.all(FIREWALL))
    return in_line(rule for item in items if place(item.get("network")) == wanted and (rule := of_network(item)))


def policies_of(network: str, inventory: Inventory, region: str = "") -> list[list[Rule]]:
    """Return the rules of each firewall policy that this project attached to a network: the global one, then *region*'s."""
    wanted, found = place(network), list[tuple[bool, list[Rule]]]()
    for policy in inventory.all(POLICY):
        item = policy["item"]
        attached = any(place(each.get("attachmentTarget")) == wanted for each in many(item, "associations"))
        if attached and (not item.get("region") or last(item["region"]) == region):
            found.append((bool(item.get("region")), of_policy(item)))
    return [rules for _, rules in sorted(found, key=lambda each: each[0])]


def above_seen(node: Resource | None) -> bool:
    """Tell whether everything that folders and the organization attach to *node* is known."""
    if node is None or isinstance(node.facts.get("lineage"), Unread):
        return False
    return not lineage.untold(node, "firewall_policies")


def from_above(link: str, node: Resource | None, *, shared: bool = False) -> list[Line]:
    """Return the rules of the firewall policies above *node*, a project, that are for a network, from the top down.

    *shared*: machines of other projects may be in the network as well, so that only the organization's certainly hold.
    Raises :class:`UnreadError` where one of the nodes, or what is attached to it, cannot be seen.
    """
    nodes = lineage.ancestors(node) if node else ()
    if not above_seen(node):
        raise UnreadError("firewall policies of folders and the organization", HIDDEN)
    held = [each for each in nodes if not shared or each["name"].startswith("organizations/")]
    policies = [of_policy(item) for each in reversed(held) for item in each["firewall_policies"]]
    return [[rule for rule in rules if _is_for(rule, link)] for rules in policies]


def _is_for(rule: Rule, link: str) -> bool:
    """Tell whether a rule from above is for a network; links name projects by their ids."""
    ours = (project_of(link), place(link))
    return not rule.networks or any((project_of(each), place(each)) == ours for each in rule.networks)


def is_shared(inventory: Inventory) -> bool:
    """Tell whether other projects may put machines into the networks of this one."""
    return any(each["item"].get("xpnProjectStatus") == "HOST" for each in inventory.all(SETTINGS))


def lines(network: str, inventory: Inventory, holder: Resource, region: str = "") -> list[Line]:
    """Return all rules that decide on what comes into a network, to machines of *holder*'s project, line by line."""
    own, policies = rules_of(network, inventory), policies_of(network, inventory, region)
    known = inventory.get(NETWORK, f"//compute.googleapis.com/projects/{holder.account}/{place(network)}")
    order = known["item"].get("networkFirewallPolicyEnforcementOrder") if known else None
    above = from_above(network, lineage.node_of(holder, inventory))
    return [*above, *policies, own] if order == BEFORE else [*above, own, *policies]


# ---- what comes in ---------------------------------------------------------------------------------------------------


def meant_for(line: Line, tags: Collection[str], account: str, *, at_most: bool) -> list[Rule]:
    """Return the rules of *line* for a machine of these *tags* and *account*, where nobody here can see all of it.

    Which secure tags a machine has, and what is behind a name, is not told. *at_most*: as if that let in all that it may; else
    as if it kept out all that it may.
    """
    doubtful = "allow" if at_most else "deny"
    found = [each for each in line if each.targets.meet(tags, account) or (each.targets.sealed and each.action == doubtful)]
    return [
        replace(each, sources=_merged(WHOLE)) if at_most and each.unseen and each.action == "allow" else each for each in found
    ]


def admitted(decisive: Iterable[Line], protocol: str, port: int, family: int) -> list[Stretch]:
    """Return the addresses of *family* that come in on a port, of rules that are all for one machine."""
    left, found = [stretch(EVERYWHERE[family])[1]], list[Stretch]()
    for line in decisive:
        handed_on: list[Stretch] = []
        for rule in line:
            if not rule.fits(protocol, port):
                continue
            after = without(left, rule.sources[family])
            taken = without(left, after)
            found += taken if rule.action == "allow" else []
            handed_on += taken if rule.action == "goto_next" else []
            left = after
        left = merged([*left, *handed_on])
    return merged(found)


def open_spans(rule: Rule, before: Sequence[Rule], earlier: Sequence[Line] = ()) -> Iterator[Span]:
    """Yield what *rule* opens to the world, less what is kept out for all of its machines.

    That do the rules *before* it in its own line, and whole lines that are asked *earlier*.
    """
    stronger = [each for each in before if each.action != "allow" and each.targets.hold(rule.targets)]
    every = [rule, *stronger, *(each for line in earlier for each in line)]
    for protocol in PROTOCOLS:
        ranges = [span for each in every for span in each.ports.get(protocol, ())]
        edges = sorted({low for low, _ in ranges} | {high + 1 for _, high in ranges})
        for low, after in pairwise(edges):
            if not rule.fits(protocol, low):
                continue
            closed = [each for each in stronger if each.fits(protocol, low)]
            lines = [[each for each in line if each.fits(protocol, low)] for line in earlier]
            for family in FAMILIES:
                kept = [covered for line in lines for covered in _kept_out(line, rule.targets, family)]
                if _opens(rule, closed, kept, family):
                    yield Span(protocol, low, after - 1, family)


def _kept_out(line: Line, targets: Targets, family: int) -> list[Stretch]:
    """Return the addresses that *line*, of rules for one port, refuses to all machines of *targets*.

    What it lets in or hands on for some of them counts as not refused.
    """
    left, found = [stretch(EVERYWHERE[family])[1]], list[Stretch]()
    for rule in line:
        after = without(left, rule.sources[family])
        if rule.action != "deny":
            left = after
        elif rule.targets.hold(targets):
            found += without(left, after)
            left = after
    return found


def _opens(rule: Rule, closed: Iterable[Rule], kept: Sequence[Stretch], family: int) -> bool:
    kept_out = [each for denial in closed for each in denial.sources[family]]
    return is_world(without(rule.sources[family], [*kept_out, *kept]), family)
