"""Checks on firewall rules of networks, and on firewall policies of networks, folders and organizations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checks import exposures
from checks.exposures import ADMINISTRATION, Exposure, Port, Span, opened, too_wide
from checks.gcp import lineage
from checks.gcp.firewall_rules import (
    BEFORE,
    FIREWALL,
    INGRESS,
    NETWORK,
    POLICY,
    Line,
    Rule,
    above_seen,
    from_above,
    is_shared,
    of_network,
    of_policy,
    open_spans,
    policies_of,
    rules_of,
)
from checks.gcp.read import linked, many, named, place, yes
from checks.kinds import Kind, each
from checks.world import PRIVATE, stretch, without
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

UPDATE = "gcloud compute firewall-rules update {name} --project={account} "
FILTERS = (
    Kind(FIREWALL, "Rule", UPDATE + "--source-ranges=RANGES"),
    Kind(
        POLICY,
        "Policy",
        "gcloud compute firewall-policies rules update PRIORITY --firewall-policy={name} --src-ip-ranges=RANGES",
    ),
)
# From where Google's load balancers and Identity-Aware Proxy reach machines. Source: Cloud Load Balancing documentation,
# "Firewall rules"; IAP documentation, "Using IAP for TCP forwarding".
GOOGLES = {
    4: [stretch(cidr)[1] for cidr in ("35.191.0.0/16", "130.211.0.0/22", "35.235.240.0/20")],
    6: [stretch(cidr)[1] for cidr in ("2600:2d00:1:b029::/64", "2600:2d00:1:1::/64")],
}
WEB: tuple[Port, ...] = (("tcp", 80), ("tcp", 443), ("tcp", 8080), ("tcp", 8443))


def _of(name: str) -> dict[Port, str]:
    return {port: said for port, said in ADMINISTRATION.items() if said == name}


EXPOSURES = (
    Exposure(
        "ssh_closed",
        "NOUN keeps SSH closed to the world",
        "Anybody may guess passwords and keys, or use the next hole in SSH, at their leisure.",
        _of("SSH"),
        Severity.HIGH,
        "network.admin_ports",
        cis=("v4:3.6", "v5:3.6"),
    ),
    Exposure(
        "rdp_closed",
        "NOUN keeps RDP closed to the world",
        "Anybody may guess passwords, or use the next hole in RDP, at their leisure.",
        _of("RDP"),
        Severity.HIGH,
        "network.admin_ports",
        cis=("v4:3.7", "v5:3.7"),
    ),
    *(replace(exposure, cis=()) for exposure in exposures.EXPOSURES),
)


# ---- what they open --------------------------------------------------------------------------------------------------


def _before(rule: Rule, link: str, inventory: Inventory) -> list[Rule]:
    """Return the rules of a network that are asked before *rule*: what they keep out, it does not let in."""
    return [one for one in rules_of(link, inventory) if (one.priority, one.action != "deny") < (rule.priority, True)]


def _earlier(rule: Resource, link: str, inventory: Inventory) -> list[Line]:
    """Return the policies that are asked before the rules of a network, as far as they are known.

    What is hidden above a project does not make a rule better: it stands for what it opens itself.
    """
    network, node = linked(link, NETWORK, rule, inventory), lineage.node_of(rule, inventory)
    first = network is not None and network["item"].get("networkFirewallPolicyEnforcementOrder") == BEFORE
    above = from_above(link, node, shared=is_shared(inventory)) if above_seen(node) else []
    return [*above, *(policies_of(link, inventory) if first else [])]


def _spans(resource: Resource, inventory: Inventory) -> tuple[list[Span], list[Rule]]:
    """Return what a rule or policy opens to the world, and its rules whose sources nobody here can see."""
    item = resource["item"]
    if resource.type == FIREWALL:
        rule = of_network(item)
        if rule is None or rule.action != "allow" or not rule.worldly:
            return [], []
        link = str(item.get("network") or "")
        before = _before(rule, link, inventory)
        if not list(open_spans(rule, before)):
            return [], []
        return list(open_spans(rule, before, _earlier(resource, link, inventory))), []
    rules = of_policy(item)
    allowing = [(number, rule) for number, rule in enumerate(rules) if rule.action == "allow"]
    spans = [span for number, rule in allowing for span in open_spans(rule, rules[:number])]
    return spans, [rule for _, rule in allowing if rule.unseen]


def _out_of_force(resource: Resource) -> str:
    """Return why a rule or policy lets nothing in; empty when it may."""
    item = resource["item"]
    if resource.type == POLICY:
        return "" if many(item, "associations") else "attached to nothing"
    if yes(item.get("disabled")):
        return "the rule is off"
    return "" if named(item.get("direction") or INGRESS, "INGRESS EGRESS") == INGRESS else "a rule for what goes out"


def _hidden(rules: Iterable[Rule], ports: Iterable[Port]) -> str:
    """Return which rule may open one of *ports* to sources that nobody here can see; empty when none does."""
    wanted = list(ports)
    for rule in rules:
        if any(rule.fits(*port) for port in wanted):
            return f"{rule.name} allows what comes from a{'n' if rule.unseen[0][0] in 'ae' else ''} {rule.unseen[0]}"
    return ""


def _exposed(exposure: Exposure) -> tuple[Check, ...]:
    @each(
        FILTERS,
        exposure.name,
        control=exposure.control,
        severity=exposure.severity,
        title=exposure.title,
        risk=exposure.risk,
        fix="MODIFY",
        cis=exposure.cis,
    )
    def judge(resource: Resource, inventory: Inventory) -> Verdict:
        if reason := _out_of_force(resource):
            return skipped(reason)
        spans, unseen = _spans(resource, inventory)
        if found := opened(exposure, spans):
            return failed(found)
        if hidden := _hidden(unseen, exposure.ports):
            return unknown(f"{hidden}, which is not listed here")
        return passed("closed to the world")

    return judge


EXPOSED = tuple(one for exposure in EXPOSURES for one in _exposed(exposure))


@each(
    FILTERS,
    "not_wide_open",
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="NOUN opens single ports to the world, not ranges",
    risk="Whatever listens on a machine, now or later, is offered to everybody.",
    fix="MODIFY",
)
def not_wide_open(resource: Resource, inventory: Inventory) -> Verdict:
    if reason := _out_of_force(resource):
        return skipped(reason)
    spans, _ = _spans(resource, inventory)
    wide = too_wide(spans)
    return failed(wide) if wide else passed("no range of ports is open to the world")


@check(
    f"{FIREWALL}.targets_named",
    on=FIREWALL,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Rule that lets the world in names the machines it is for",
    risk="Every machine of the network, those of tomorrow too, stands where one of them had to.",
    fix=UPDATE + "--target-tags=TAG, or --target-service-accounts=ACCOUNT",
)
def targets_named(rule: Resource, inventory: Inventory) -> Verdict:
    if reason := _out_of_force(rule):
        return skipped(reason)
    spans, _ = _spans(rule, inventory)
    if not spans:
        return skipped("nothing is open to the world")
    named_targets = [*many(rule["item"], "targetTags"), *many(rule["item"], "targetServiceAccounts")]
    return passed(f"for {', '.join(named_targets[:3])}") if named_targets else failed("for every machine of the network")


@check(
    f"{FIREWALL}.web_only_through_google",
    on=FIREWALL,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="Applications behind Identity-Aware Proxy are reached through it only",
    risk="Whoever goes to the machine itself is asked for no sign-in.",
    fix=UPDATE + "--source-ranges=35.191.0.0/16,130.211.0.0/22",
    cis=("v4:3.10", "v5:3.12"),
)
def web_only_through_google(rule: Resource, inventory: Inventory) -> Verdict:
    """Which machines are behind the proxy, no rule tells: where the project uses it, no web port is to be open past it."""
    if reason := _out_of_force(rule):
        return skipped(reason)
    services = [one for one in inventory.all("gcp.lb.backend_service") if yes((one["item"].get("iap") or {}).get("enabled"))]
    if not services:
        return skipped("no backend asks for a sign-in by Identity-Aware Proxy")
    known = of_network(rule["item"])
    if known is None or known.action != "allow" or not any(known.fits(*port) for port in WEB):
        return skipped("opens no port of the web")
    past = any(without(known.sources[family], (*PRIVATE[family], *GOOGLES[family])) for family in known.sources)
    if past:
        return failed(f"lets others than Google's front ends in on ports of the web, past the sign-in of {services[0].name}")
    return passed("only Google's front ends and the inside come in on ports of the web")


# ---- logs, leftovers -------------------------------------------------------------------------------------------------


@each(
    FILTERS,
    "connections_logged",
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="NOUN logs the connections that it decides on",
    risk="After a break-in nobody can tell who came in by which rule, and who was turned away.",
    fix="gcloud compute firewall-rules update {name} --project={account} --enable-logging; for rules of a policy:"
    " gcloud compute firewall-policies rules update PRIORITY --firewall-policy={name} --enable-logging",
)
def connections_logged(resource: Resource) -> Verdict:
    if reason := _out_of_force(resource):
        return skipped(reason)
    if resource.type == FIREWALL:
        rule = of_network(resource["item"])
        return passed("connections are logged") if rule and rule.logged else failed("connections are not logged")
    # What a rule hands on cannot be logged.
    silent = [one.name for one in of_policy(resource["item"]) if one.action != "goto_next" and not one.logged]
    return failed(f"not logged: {', '.join(silent[:3])}") if silent else passed("every rule that decides is logged")


@check(
    f"{FIREWALL}.in_force",
    on=FIREWALL,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Rule is in force",
    risk="A rule that was turned off for a test is turned on by mistake, when nobody remembers what it opens.",
    fix="gcloud compute firewall-rules delete {name} --project={account}",
)
def in_force(rule: Resource) -> Verdict:
    return failed("the rule is off") if yes(rule["item"].get("disabled")) else passed("the rule is on")


@check(
    f"{POLICY}.attached",
    on=POLICY,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Firewall policy is attached to something",
    risk="A policy that filters nothing gives false comfort.",
    fix="gcloud compute firewall-policies associations create --firewall-policy={name} --organization=ORGANIZATION, or for a"
    " network: gcloud compute network-firewall-policies associations create --firewall-policy={name} --network=NETWORK",
)
def attached(policy: Resource) -> Verdict:
    targets = [str(one.get("attachmentTarget")) for one in many(policy["item"], "associations")]
    return passed(f"attached to {', '.join(place(one) for one in targets[:3])}") if targets else failed("attached to nothing")
