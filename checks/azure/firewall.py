"""Checks on Azure Firewall: what its rules let in and through, and what it looks for.

Rules stand in a policy, or as of old in the firewall itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, summarize_address_range

from checks.azure.read import Item, at, in_words, inner, last, many, prop, properties, rows, word
from checks.azure.settings import setting
from checks.azure.vm_exposure import INNER, REMOTE
from checks.azure.vnet_read import link
from checks.exposures import LAST_PORT, Port
from checks.kinds import Kind, each
from checks.world import EVERYWHERE, FAMILIES, hold_world, merged, stretch, without
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

FIREWALL, POLICY = "azure.firewall.firewall", "azure.firewall.policy"
KINDS = (
    Kind(
        FIREWALL,
        "Firewall",
        "az network firewall nat-rule delete --firewall-name {name} -g GROUP --collection-name COLLECTION -n RULE",
    ),
    Kind(
        POLICY,
        "Policy",
        "az network firewall policy rule-collection-group collection rule update --policy-name {name} -g GROUP",
    ),
)
ANYTHING = "*"
CLOSED: dict[Port, str] = {**INNER, **REMOTE}
# In which field a firewall of old keeps its rules, and by which word those of a policy say what they are.
OLD = {"natRuleCollections": "natrule", "networkRuleCollections": "networkrule"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that lets something pass. ``item``: as the API tells it; ``kind``: natrule, networkrule or applicationrule."""

    name: str
    kind: str
    item: Item

    def listed(self, *fields: str) -> list[str]:
        return [str(value) for field in fields for value in self.item.get(field) or []]

    @property
    def protocols(self) -> set[str]:
        return {word(each) for each in self.listed("ipProtocols", "protocols")}


def rules(resource: Resource) -> Iterator[Rule]:
    """Yield the rules that let something pass, or lead it in."""
    if resource.type == FIREWALL:
        for field, kind in OLD.items():
            for collection in many(prop(resource, field)):
                if word(at(inner(collection), "action.type")) != "deny":
                    yield from (Rule(str(one.get("name")), kind, one) for one in many(inner(collection).get("rules")))
        return
    for group in rows(resource, "rule_groups"):
        for collection in many(inner(group).get("ruleCollections")):
            if word(at(collection, "action.type")) != "deny":
                for one in many(collection.get("rules")):
                    yield Rule(str(one.get("name")), word(one.get("ruleType")), one)


def _elsewhere(resource: Resource) -> str:
    """Return why a firewall has no rules of its own."""
    policy = link(properties(resource), "firewallPolicy.id") if resource.type == FIREWALL else ""
    return f"its rules stand in the policy {last(policy)}" if policy else ""


def blocks(said: str) -> Iterator[str]:
    """Yield the blocks of addresses that one word of a rule means: everything, a block, or a range; nothing for a tag."""
    if said == ANYTHING:
        yield from EVERYWHERE.values()
        return
    low, _, high = said.partition("-")
    try:
        found = [str(one) for one in summarize_address_range(ip_address(low), ip_address(high))] if high else [said]
        for one in found:
            stretch(one)
    except (TypeError, ValueError):  # a service tag
        return
    yield from found


def _world(said: list[str]) -> bool:
    held = frozenset(block for one in said for block in blocks(one))
    return any(hold_world(held, family) for family in FAMILIES)


def _every_port(said: list[str]) -> bool:
    """Tell whether ports and ranges of them are all there are, but perhaps for the first, which nothing uses."""
    if ANYTHING in said:
        return True
    ends = [each.partition("-") for each in said]
    return not without([(1, LAST_PORT)], merged((int(low), int(high or low)) for low, _, high in ends))


def _led_to(rule: Rule) -> Iterator[str]:
    """Yield the services of the inside that a rule leads the world to."""
    port = str(rule.item.get("translatedPort") or "")
    for protocol in ("tcp", "udp"):
        if rule.protocols & {protocol, "any"} and port.isdigit() and (protocol, int(port)) in CLOSED:
            yield f"{protocol} {port} ({CLOSED[protocol, int(port)]}) by {rule.name}"


@each(
    KINDS,
    "inner_ports_closed",
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="NOUN leads the world to no inner service",
    risk="Anybody tries passwords on remote control and databases behind the firewall, or the next hole in them.",
    fix="MODIFY",
)
def inner_ports_closed(resource: Resource) -> Verdict:
    if reason := _elsewhere(resource):
        return skipped(reason)
    leading = [rule for rule in rules(resource) if rule.kind == "natrule"]
    open_ = [service for rule in leading if _world(rule.listed("sourceAddresses")) for service in _led_to(rule)]
    if open_:
        return failed(f"leads the world to {in_words(open_)}")
    grouped = [rule.name for rule in leading if rule.listed("sourceIpGroups") and list(_led_to(rule))]
    if grouped:
        return unknown(f"whom {in_words(grouped)} lets in stands in an IP group, which is not read")
    return passed(f"{len(leading)} rules lead in")


@each(
    KINDS,
    "rules_narrow",
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="NOUN has no rule that lets everything pass",
    risk="The firewall stands in the way and keeps nothing out, nor anything in.",
    fix="MODIFY",
)
def rules_narrow(resource: Resource) -> Verdict:
    if reason := _elsewhere(resource):
        return skipped(reason)
    wide = [
        rule.name
        for rule in rules(resource)
        if rule.kind == "networkrule"
        and _world(rule.listed("sourceAddresses"))
        and _world(rule.listed("destinationAddresses"))
        and _every_port(rule.listed("destinationPorts"))
    ]
    return failed(f"everything passes by {in_words(wide)}") if wide else passed("no rule lets everything pass")


THREATS_DENIED = setting(
    KINDS,
    "threats_denied",
    "threatIntelMode",
    "deny",
    "alert",
    exempt=_elsewhere,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="NOUN turns known attackers away",
    risk="Addresses and names that Microsoft knows for malware and attacks come in, and are called from within.",
    fix="az network firewall update --ids {id} --threat-intel-mode Deny, or: az network firewall policy update --ids {id}"
    " --threat-intel-mode Deny",
)


def _not_premium(policy: Resource) -> str:
    tier = word(prop(policy, "sku.tier"))
    return "" if tier == "premium" else f"the {tier or 'standard'} tier cannot"


ATTACKS_INSPECTED = setting(
    (Kind(POLICY, "Policy", "az network firewall policy update --ids {id}"),),
    "attacks_inspected",
    "intrusionDetection.mode",
    "alert deny",
    "off",
    exempt=_not_premium,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="NOUN has traffic looked through for attacks",
    risk="Known attacks pass unseen: rules look at addresses and ports only.",
    fix="MODIFY --idps-mode Alert",
)


@check(
    f"{POLICY}.tls_inspected",
    on=POLICY,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Policy has encrypted traffic looked through, too",
    risk="Attacks and stolen data travel encrypted, as all traffic does, and the firewall sees none of it.",
    fix="az network firewall policy update --ids {id} --cert-name NAME --key-vault-secret-id SECRET --identity IDENTITY",
)
def tls_inspected(policy: Resource) -> Verdict:
    if reason := _not_premium(policy):
        return skipped(reason)
    authority = prop(policy, "transportSecurity.certificateAuthority") or {}
    name = authority.get("name") or last(authority.get("keyVaultSecretId"))
    return passed(f"by certificates of {name}") if name else failed("no certificate to look into TLS with")


@check(
    f"{POLICY}.used",
    on=POLICY,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Firewall policy holds for a firewall",
    risk="A policy that filters nothing gives false comfort.",
    fix="az network firewall policy delete --ids {id}, or give it to a firewall: az network firewall update"
    " --firewall-policy {id}",
)
def used(policy: Resource) -> Verdict:
    users = [last(one.get("id")) for field in ("firewalls", "childPolicies") for one in many(prop(policy, field))]
    return passed(f"of {in_words(users)}") if users else failed("of no firewall")


@check(
    f"{FIREWALL}.spans_zones",
    on=FIREWALL,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Firewall stands in more than one zone",
    risk="When the zone fails, nothing passes any more, in or out.",
    fix="Create the firewall anew without naming a zone: az network firewall create; its zones cannot be changed in place",
)
def spans_zones(firewall: Resource) -> Verdict:
    """Accept no zones: Azure spreads such a firewall. Source: Azure Firewall documentation, "Availability zones"."""
    zones = [str(one) for one in firewall["item"].get("zones") or []]
    return failed(f"in zone {zones[0]} only") if len(zones) == 1 else passed(f"in {in_words(zones) or 'the zones Azure chose'}")
