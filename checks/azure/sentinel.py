"""Checks on Microsoft Sentinel."""

from __future__ import annotations

from checks.azure import monitor
from checks.azure.read import inner, is_on
from checks.azure.rights import SUBSCRIPTION
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ONBOARDING = "azure.sentinel.onboarding"


@check(
    f"{SUBSCRIPTION}.sentinel_on",
    on=SUBSCRIPTION,
    service="azure.sentinel",
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Logs of the subscription are looked through for attacks",
    risk="Attacks show in logs that nobody holds against each other.",
    fix="az sentinel onboarding-state create --name default --workspace-name WORKSPACE --resource-group GROUP",
)
def sentinel_on(subscription: Resource, inventory: Inventory) -> Verdict:
    if any(True for _ in inventory.all(ONBOARDING)):
        return passed("Sentinel is on for a workspace")
    if monitor.elsewhere(subscription, inventory):
        return skipped("the activity log goes to a workspace of another subscription")
    return failed("Sentinel is on for no workspace")


@check(
    "azure.sentinel.onboarding.own_key",
    on=ONBOARDING,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Sentinel is encrypted with a key of one's own",
    risk="No key is there that could be taken away, from Microsoft or from an intruder.",
    fix="Take Sentinel off the workspace, link it to a cluster with a key, and turn Sentinel on again with customerManagedKey",
)
def own_key(onboarding: Resource) -> Verdict:
    on = is_on(inner(onboarding["item"]).get("customerManagedKey"))
    return passed("a key of one's own") if on else failed("a key of Microsoft's")
