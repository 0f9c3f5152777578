"""Checks on policies of web firewalls, those of Application Gateway and those of Front Door alike.

Their settings go by different names (``state`` and ``enabledState``; a flag, and ``Enabled``). Source: REST API, "Web
Application Firewall Policies" of Microsoft.Network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checks.azure.read import Item, at, in_words, is_on, many, prop, properties, word
from checks.kinds import Kind, each
from scanner.evaluation.check import Check, Judge
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

GATEWAYS = Kind(
    "azure.appgw.waf_policy",
    "Policy",
    "az network application-gateway waf-policy policy-setting update --policy-name {name} -g GROUP",
)
FRONT_DOOR = Kind("azure.frontdoor.waf_policy", "Policy", "az network front-door waf-policy update --ids {id}")
STANDARD = "standard_azurefrontdoor"
# Sets of rules, with the first version that Azure still improves. Source: Web Application Firewall documentation, "DRS and CRS
# rule groups and rules", for both.
ATTACKS = {"owasp": (3, 2), "microsoft_defaultruleset": (2, 1), "defaultruleset": (2, 0)}
BOTS = {"microsoft_botmanagerruleset", "botprotection"}
USERS = (
    "applicationGateways",
    "httpListeners",
    "pathBasedRules",
    "frontendEndpointLinks",
    "routingRuleLinks",
    "securityPolicyLinks",
)


def _both(
    name: str, *, control: str, severity: Severity, title: str, risk: str, fix: str, cis: tuple[str, ...] = ()
) -> Callable[[Judge], tuple[Check, ...]]:
    """Ask one question of both kinds. *cis* counts for policies of Application Gateway, of which the benchmark speaks."""

    def wrap(judge: Judge) -> tuple[Check, ...]:
        made = (
            each((kind,), name, control=control, severity=severity, title=title, risk=risk, fix=fix, cis=ids)(judge)
            for kind, ids in ((GATEWAYS, cis), (FRONT_DOOR, ()))
        )
        return tuple(check for checks in made for check in checks)

    return wrap


def _settings(policy: Resource) -> Item:
    found = prop(policy, "policySettings")
    return found if isinstance(found, dict) else {}


def _state(policy: Resource) -> str:
    """Return whether a policy is on, in small letters. One of Front Door is where nothing is said."""
    said = word(_settings(policy).get("state") or _settings(policy).get("enabledState"))
    return said or ("enabled" if policy.type == FRONT_DOOR.type else "")


def _off(policy: Resource) -> str:
    """Return why a policy filters nothing; empty where it may."""
    return "the policy is off" if _state(policy) == "disabled" else ""


def _unmanaged(policy: Resource) -> str:
    """Return why rules of Azure's own don't work in a policy."""
    standard = word(at(policy["item"], "sku.name")) == STANDARD
    return "the standard tier has no managed rules" if standard else _off(policy)


def _sets(policy: Resource) -> list[Item]:
    return many(prop(policy, "managedRules.managedRuleSets"))


def version(said: object) -> tuple[int, ...]:
    """Return a version as numbers; what is no number counts as nothing."""
    return tuple(int(part) if part.isdigit() else 0 for part in str(said or "").split("."))


@_both(
    "on",
    control="application.web_protection",
    severity=Severity.HIGH,
    title="NOUN of the web firewall is on",
    risk="The firewall stands before the application and looks at nothing.",
    fix="MODIFY --state Enabled",
)
def on(policy: Resource) -> Verdict:
    state = _state(policy)
    return (passed if state == "enabled" else failed if state else unknown)(f"the policy is {state or 'in a state unsaid'}")


@_both(
    "prevents",
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="NOUN of the web firewall turns attacks away",
    risk="Attacks are written down, and let through.",
    fix="MODIFY --mode Prevention",
)
def prevents(policy: Resource) -> Verdict:
    if reason := _off(policy):
        return skipped(reason)
    mode = word(_settings(policy).get("mode"))
    return (passed if mode == "prevention" else failed if mode else unknown)(f"the mode is {mode or 'not said'}")


@_both(
    "bodies_inspected",
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="NOUN of the web firewall looks at bodies",
    risk="What is sent in forms, uploads and calls of APIs goes to the application unseen.",
    fix="MODIFY --request-body-check true (Front Door: Enabled)",
    cis=("v6:7.14",),
)
def bodies_inspected(policy: Resource) -> Verdict:
    """Take it for on at Application Gateway where nothing is said; what then holds at Front Door is not verified."""
    if reason := _off(policy):
        return skipped(reason)
    said = word(_settings(policy).get("requestBodyCheck")) or ("true" if policy.type == GATEWAYS.type else "")
    if not said:
        return unknown("the policy doesn't say whether it looks at bodies")
    return (passed if is_on(said) else failed)(f"inspection of bodies: {said}")


@_both(
    "bots_kept_out",
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="NOUN of the web firewall keeps bots out",
    risk="Machines known for attacks try passwords, copy content and look for holes undisturbed.",
    fix="az resource update --ids {id} --add properties.managedRules.managedRuleSets"
    " ruleSetType=Microsoft_BotManagerRuleSet ruleSetVersion=1.1",
    cis=("v6:7.15",),
)
def bots_kept_out(policy: Resource) -> Verdict:
    if reason := _unmanaged(policy):
        return skipped(reason)
    found = [one for one in _sets(policy) if word(one.get("ruleSetType")) in BOTS]
    return passed(f"rules of version {found[0].get('ruleSetVersion')}") if found else failed("no rules against bots")


@_both(
    "attacks_known",
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="NOUN of the web firewall has current rules against attacks",
    risk="Attacks that have been known for years pass, and those of today anyway.",
    fix="az resource update --ids {id} --add properties.managedRules.managedRuleSets"
    " ruleSetType=Microsoft_DefaultRuleSet ruleSetVersion=2.1",
)
def attacks_known(policy: Resource) -> Verdict:
    if reason := _unmanaged(policy):
        return skipped(reason)
    found = [one for one in _sets(policy) if word(one.get("ruleSetType")) in ATTACKS]
    if not found:
        return failed("no rules against attacks")
    said = in_words(f"{one['ruleSetType']} {one.get('ruleSetVersion')}" for one in found)
    current = [one for one in found if version(one.get("ruleSetVersion")) >= ATTACKS[word(one["ruleSetType"])]]
    return (passed if current else failed)(said)


def _disabled(policy: Resource) -> Iterator[str]:
    for held in _sets(policy):
        for group in many(held.get("ruleGroupOverrides")):
            for rule in many(group.get("rules")):
                # A rule that is named is off where nothing more is said. Source: REST API, "ManagedRuleOverride".
                if word(rule.get("state") or rule.get("enabledState") or "disabled") == "disabled":
                    yield str(rule.get("ruleId"))


@_both(
    "rules_kept",
    control="application.web_protection",
    severity=Severity.LOW,
    title="NOUN of the web firewall leaves all rules on",
    risk="The attacks that a rule is for come through, on every page, because of one form that it was in the way of.",
    fix="Leave single fields out instead of the rule: az network application-gateway waf-policy managed-rule exclusion add",
)
def rules_kept(policy: Resource) -> Verdict:
    if reason := _unmanaged(policy):
        return skipped(reason)
    if not _sets(policy):
        return skipped("no managed rules")
    rules = list(_disabled(policy))
    return failed(f"off: {in_words(rules)}") if rules else passed("no managed rule is off")


def _custom(policy: Resource) -> list[Item]:
    held = properties(policy).get("customRules")
    rules = many(held.get("rules")) if isinstance(held, dict) else many(held)
    return [one for one in rules if word(one.get("state") or one.get("enabledState") or "enabled") == "enabled"]


@_both(
    "floods_limited",
    control="resilience.floods",
    severity=Severity.LOW,
    title="NOUN of the web firewall limits how much one client asks",
    risk="One client takes all that the application can do, or tries passwords as fast as it answers.",
    fix="Add a custom rule of the type RateLimitRule to {name}: az network application-gateway waf-policy custom-rule create",
)
def floods_limited(policy: Resource) -> Verdict:
    if reason := _off(policy):
        return skipped(reason)
    limits = [one for one in _custom(policy) if word(one.get("ruleType")) == "ratelimitrule"]
    return passed(f"{len(limits)} limits") if limits else failed("no rule limits the rate")


@_both(
    "used",
    control="governance.hygiene",
    severity=Severity.LOW,
    title="NOUN of the web firewall stands before something",
    risk="A policy that filters nothing gives false comfort.",
    fix="az resource delete --ids {id}, or name it in the gateway or profile that it is for",
)
def used(policy: Resource) -> Verdict:
    users = [one for field in USERS for one in many(properties(policy).get(field))]
    return passed(f"used in {len(users)} places") if users else failed("nothing uses it")
