"""Checks on security policies of Cloud Armor."""

from __future__ import annotations

from collections.abc import Iterator

from checks.gcp.read import Item, many, place, yes
from checks.world import hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

POLICY = "gcp.armor.security_policy"
BACKEND, BUCKET = "gcp.lb.backend_service", "gcp.lb.backend_bucket"
RULE = "gcloud compute security-policies rules create PRIORITY --project={account} --security-policy={name} "
UPDATE = "gcloud compute security-policies update {name} --project={account} "
# How expressions ask for Google's collections of known attacks; the second is the older name.
KNOWN_ATTACKS = ("evaluatePreconfiguredWaf(", "evaluatePreconfiguredExpr(")
SLOWING = {"throttle", "rate_based_ban"}
EVERYBODY = {"*", "0.0.0.0/0"}


def _kind(policy: Resource) -> str:
    return str(policy["item"].get("type") or "CLOUD_ARMOR")


def _at_work(policy: Resource) -> Iterator[Item]:
    """Yield the rules that do something, in their order: what is in preview only writes to the log."""
    rules = sorted(many(policy["item"], "rules"), key=lambda rule: int(rule.get("priority", 0)))
    yield from (rule for rule in rules if not yes(rule.get("preview")))


def _expression(rule: Item) -> str:
    return str(((rule.get("match") or {}).get("expr") or {}).get("expression") or "")


@check(
    f"{POLICY}.known_attacks_refused",
    on=POLICY,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Policy refuses requests that look like known attacks",
    risk="Injections and other attacks of every textbook arrive at the application.",
    fix=RULE
    + "--expression=\"evaluatePreconfiguredWaf('sqli-v33-stable')\" --action=deny-403, and so for the other collections",
)
def known_attacks_refused(policy: Resource) -> Verdict:
    if _kind(policy) != "CLOUD_ARMOR":
        return skipped(f"a policy of type {_kind(policy)}, which looks into no requests")
    for rule in many(policy["item"], "rules"):
        if any(words in _expression(rule) for words in KNOWN_ATTACKS) and str(rule.get("action")) != "allow":
            if not yes(rule.get("preview")):
                return passed(f"rule {rule.get('priority')} asks for known attacks")
            return failed(f"rule {rule.get('priority')} asks for known attacks, but only in preview")
    return failed("no rule asks for known attacks")


@check(
    f"{POLICY}.denials_reached",
    on=POLICY,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="No rule lets everybody past the rules that follow",
    risk="Rules that seem to keep attackers out are never asked.",
    fix="gcloud compute security-policies rules delete PRIORITY --project={account} --security-policy={name}",
)
def denials_reached(policy: Resource) -> Verdict:
    rules = list(_at_work(policy))
    for number, rule in enumerate(rules):
        after = [str(each.get("priority")) for each in rules[number + 1 :] if each.get("action") != "allow"]
        if after and rule.get("action") == "allow" and _for_everybody(rule):
            return failed(f"rule {rule.get('priority')} allows everybody before {', '.join(after[:3])}")
    return passed("every rule can be reached")


def _for_everybody(rule: Item) -> bool:
    match = rule.get("match") or rule.get("networkMatch") or {}
    ranges = {str(each) for each in (*many(match.get("config") or {}, "srcIpRanges"), *many(match, "srcIpRanges"))}
    if _expression(rule).strip() == "true" or ranges & EVERYBODY:
        return True
    return bool(ranges) and hold_world(frozenset(ranges), 4)


@check(
    f"{POLICY}.floods_slowed",
    on=POLICY,
    control="resilience.floods",
    severity=Severity.LOW,
    title="Policy slows down whoever sends too much",
    risk="One client takes the application down, or guesses passwords as fast as it likes.",
    fix=RULE + "--src-ip-ranges='*' --action=throttle --rate-limit-threshold-count=COUNT --rate-limit-threshold-interval-sec=60"
    " --conform-action=allow --exceed-action=deny-429 --enforce-on-key=IP",
)
def floods_slowed(policy: Resource) -> Verdict:
    if _kind(policy) == "CLOUD_ARMOR_NETWORK":
        level = (policy["item"].get("ddosProtectionConfig") or {}).get("ddosProtection") or "STANDARD"
        return (passed if level == "ADVANCED" else failed)(f"protection from floods is {level}")
    if _kind(policy) != "CLOUD_ARMOR":
        return skipped("an edge policy, which counts no requests")
    for rule in _at_work(policy):
        if rule.get("action") in SLOWING:
            return passed(f"rule {rule.get('priority')}: {rule['action']}")
    return failed("no rule limits how much a client may send")


@check(
    f"{POLICY}.attacks_noticed",
    on=POLICY,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Adaptive Protection looks for floods of requests",
    risk="A flood that looks like visitors is noticed when the application is down.",
    fix=UPDATE + "--enable-layer7-ddos-defense",
)
def attacks_noticed(policy: Resource) -> Verdict:
    if _kind(policy) != "CLOUD_ARMOR" or policy["item"].get("region"):
        return skipped("not a policy for requests from all over the world, which alone has it")
    config = (policy["item"].get("adaptiveProtectionConfig") or {}).get("layer7DdosDefenseConfig") or {}
    return passed("Adaptive Protection is on") if yes(config.get("enable")) else failed("Adaptive Protection is off")


@check(
    f"{POLICY}.decisions_logged",
    on=POLICY,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="What the policy decides is logged by every backend that it filters",
    risk="Nobody can tell whom the policy turned away, or why a visitor was.",
    fix="gcloud compute backend-services update BACKEND --project={account} --global --enable-logging",
)
def decisions_logged(policy: Resource, inventory: Inventory) -> Verdict:
    """Decisions stand in the log of the load balancer. Source: Cloud Armor documentation, "Request logging"."""
    here = place(policy.id)
    backends = [each for each in inventory.all(BACKEND) if place(each["item"].get("securityPolicy")) == here]
    if not backends:
        return skipped("it filters no backend service")
    silent = [each.name for each in backends if not yes((each["item"].get("logConfig") or {}).get("enable"))]
    return failed(f"not logged by {', '.join(silent[:3])}") if silent else passed(f"logged by {len(backends)} backend(s)")


@check(
    f"{POLICY}.attached",
    on=POLICY,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Policy filters something",
    risk="A policy that filters nothing gives false comfort.",
    fix="gcloud compute backend-services update BACKEND --project={account} --global --security-policy={name}",
)
def attached(policy: Resource, inventory: Inventory) -> Verdict:
    here = place(policy.id)
    if many(policy["item"], "associations"):
        return passed("attached to folders or the organization")
    for holder in (BACKEND, BUCKET):
        for each in inventory.all(holder):
            if here in (place(each["item"].get("securityPolicy")), place(each["item"].get("edgeSecurityPolicy"))):
                return passed(f"filters {each.name}")
    if _kind(policy) == "CLOUD_ARMOR_NETWORK":
        return skipped("what a network policy filters, Asset Inventory does not hold")
    return failed("filters nothing")
