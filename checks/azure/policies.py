"""Checks on Azure Policy: is a baseline of security in force, are assignments enforced, do exemptions end.

What is assigned or exempted above a subscription holds in it. It is judged once, in the tenant's account.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checks.azure import policy
from checks.azure.policy import Level
from checks.azure.read import in_words, inner, last, word
from checks.azure.rights import ABOVE, SUBSCRIPTION
from checks.times import time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ASSIGNMENT, EXEMPTION = "azure.policy.assignment", "azure.policy.exemption"
# The initiative of the Microsoft cloud security benchmark, which Defender for Cloud assigns by itself, and its second version.
BENCHMARKS = frozenset({"1f3afdf9-d0c9-4c3d-847f-89da613e70a8", "e3ec7e09-768c-4b64-882c-fcada3772047"})
DISABLED = "disabled"
SOON = 366  # days after which somebody should have looked again

Row = Mapping[str, Any]


def _made_above(resource: Resource) -> bool:
    """Tell whether something stands in this account only since it holds there from above."""
    item = resource["item"]
    scope = policy.plain(inner(item).get("scope") or item["id"].lower().rpartition("/providers/microsoft.authorization/")[0])
    tenant = policy.plain(item.get("tenantId"))
    return policy.level(scope) >= Level.MANAGEMENT_GROUP and bool(tenant) and resource.account.lower() != tenant


def _enforced(assignment: Row) -> bool:
    return word(inner(assignment).get("enforcementMode")) != "donotenforce"


def _is_benchmark(assignment: Row) -> bool:
    return last(word(inner(assignment).get("policyDefinitionId"))) in BENCHMARKS


@check(
    f"{SUBSCRIPTION}.security_baseline_assigned",
    on=SUBSCRIPTION,
    service="azure.policy",
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Microsoft cloud security benchmark is assigned",
    risk="Nothing holds the subscription's resources against a baseline.",
    fix="az policy assignment create --name SecurityCenterBuiltIn --scope /subscriptions/{account}"
    " --policy-set-definition 1f3afdf9-d0c9-4c3d-847f-89da613e70a8",
)
def security_baseline_assigned(subscription: Resource, inventory: Inventory) -> Verdict:
    whole = f"/subscriptions/{subscription.account.lower()}"
    for each in inventory.all(ASSIGNMENT):
        item = each["item"]
        spared = {policy.plain(scope) for scope in inner(item).get("notScopes") or ()}
        if _is_benchmark(item) and policy.covers(policy.plain(inner(item).get("scope")), whole) and whole not in spared:
            return passed(str(inner(item).get("displayName") or each.name))
    return failed("it is not assigned here, nor above")


@check(
    "azure.policy.assignment.benchmark_whole",
    on=ASSIGNMENT,
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="No policy of the security benchmark is switched off",
    risk="What is not looked at is not found, and nobody remembers why it was switched off.",
    fix="az policy assignment update --name {name} --params FILE, with the effect of each policy other than Disabled",
    cis=("v6:8.1.11", "v3:3.1.11"),
)
def benchmark_whole(assignment: Resource) -> Verdict:
    if not _is_benchmark(assignment["item"]):
        return skipped("not the security benchmark")
    if _made_above(assignment):
        return skipped(ABOVE)
    given = inner(assignment["item"]).get("parameters") or {}
    off = [name for name, each in given.items() if isinstance(each, Mapping) and word(each.get("value")) == DISABLED]
    return failed(f"{in_words(off)} is switched off") if off else passed("none is")


@check(
    "azure.policy.assignment.enforced",
    on=ASSIGNMENT,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Policy assignment is enforced",
    risk="What it was to deny is made, and what it was to put right stays.",
    fix="az policy assignment update --name {name} --scope SCOPE --enforcement-mode Default",
)
def enforced(assignment: Resource) -> Verdict:
    if _made_above(assignment):
        return skipped(ABOVE)
    return passed("it is") if _enforced(assignment["item"]) else failed("it reports only")


@check(
    "azure.policy.exemption.ends",
    on=EXEMPTION,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Exemption from a policy ends on some day",
    risk="An exception for a week becomes the rule.",
    fix="az policy exemption update --name {name} --scope SCOPE --expires-on DAY",
)
def ends(exemption: Resource, now: datetime) -> Verdict:
    if _made_above(exemption):
        return skipped(ABOVE)
    given = inner(exemption["item"])
    end = time_of(given.get("expiresOn"))
    if end is None:
        return failed(f"a {word(given.get('exemptionCategory')) or 'kind of exemption'} without an end")
    if end <= now:
        return passed(f"it ended on {end.date()}")
    return failed(f"it ends on {end.date()}, in years") if (end - now).days > SOON else passed(f"it ends on {end.date()}")


@check(
    "azure.policy.exemption.whole_subscription_kept",
    on=EXEMPTION,
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="No exemption spares a whole subscription or more",
    risk="A guardrail stands, and nothing is behind it.",
    fix="az policy exemption delete --name {name} --scope SCOPE, and exempt single resources instead",
)
def whole_subscription_kept(exemption: Resource, now: datetime) -> Verdict:
    if _made_above(exemption):
        return skipped(ABOVE)
    given, item = inner(exemption["item"]), exemption["item"]
    end = time_of(given.get("expiresOn"))
    if end and end <= now:
        return skipped("it has ended")
    scope = policy.plain(item["id"].lower().rpartition("/providers/microsoft.authorization/")[0])
    if given.get("policyDefinitionReferenceIds"):
        return passed("it spares from single policies of a set")
    return (
        failed(f"{scope or 'the tenant'} is spared") if policy.level(scope) >= Level.SUBSCRIPTION else passed("it spares less")
    )
