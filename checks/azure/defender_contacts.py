"""Checks on whom Microsoft Defender for Cloud calls, and of what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.azure.defender import SERVICE
from checks.azure.read import inner, is_on, many, word
from checks.azure.rights import SUBSCRIPTION
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

CONTACT = "azure.defender.contact"
SEVERITIES = ("low", "medium", "high")
RISKS = ("low", "medium", "high", "critical")

Row = Mapping[str, Any]


def _contacts(inventory: Inventory) -> list[Row]:
    """Return the contacts that are on."""
    found = [inner(each["item"]) for each in inventory.all(CONTACT)]
    return [each for each in found if each.get("isEnabled") is not False]


def _least(contact: Row, kind: str, field: str) -> str:
    """Return from which severity on somebody is told of something; empty where of nothing."""
    for source in many(contact.get("notificationsSources")):
        if word(source.get("sourceType")) == kind:
            return word(source.get(field)) or "low"
    older = contact.get("alertNotifications")
    if kind == "alert" and isinstance(older, Mapping) and is_on(older.get("state")):
        return word(older.get("minimalSeverity")) or "low"
    return ""


CONTACTS = "az security contact create --name default --subscription {account} --emails MAIL --alert-notifications"


@check(
    f"{SUBSCRIPTION}.owners_called",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="detection.contacts",
    severity=Severity.MEDIUM,
    title="Owners are told what Defender for Cloud finds",
    risk="Those who could act are the last to know.",
    fix=f"{CONTACTS} --notifications-by-role (state On, roles Owner)",
    cis=("v6:8.1.12", "v3:3.1.12"),
)
def owners_called(_subscription: Resource, inventory: Inventory) -> Verdict:
    for contact in _contacts(inventory):
        by_role = contact.get("notificationsByRole") or {}
        if is_on(by_role.get("state")) and "owner" in {word(each) for each in by_role.get("roles") or ()}:
            return passed("owners are")
    return failed("owners are not")


@check(
    f"{SUBSCRIPTION}.contact_named",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="detection.contacts",
    severity=Severity.MEDIUM,
    title="Defender for Cloud knows an address to write to",
    risk="Microsoft finds that something is stolen, and writes to nobody who reads it.",
    fix=f"{CONTACTS} (state On)",
    cis=("v6:8.1.13", "v3:3.1.13"),
)
def contact_named(_subscription: Resource, inventory: Inventory) -> Verdict:
    mails = [each for contact in _contacts(inventory) for each in str(contact.get("emails") or "").split(";") if "@" in each]
    return passed(f"{len(mails)} address(es)") if mails else failed("it has no address")


def _told(inventory: Inventory, kind: str, field: str, known: tuple[str, ...]) -> Verdict:
    said = [_least(each, kind, field) for each in _contacts(inventory)]
    found = [each for each in said if each in known]
    return passed(f"from {found[0]} on") if found else failed("nobody is told")


@check(
    f"{SUBSCRIPTION}.alerts_sent",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="detection.contacts",
    severity=Severity.MEDIUM,
    title="Alerts of Defender for Cloud are sent to somebody",
    risk="Alerts wait in a portal until somebody opens it.",
    fix=f"{CONTACTS} (state On, minimalSeverity High)",
    cis=("v6:8.1.14", "v3:3.1.14"),
)
def alerts_sent(_subscription: Resource, inventory: Inventory) -> Verdict:
    return _told(inventory, "alert", "minimalSeverity", SEVERITIES)


@check(
    f"{SUBSCRIPTION}.attack_paths_sent",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="detection.contacts",
    severity=Severity.LOW,
    title="Ways of attack that Defender finds are sent to somebody",
    risk="A way from the internet to what matters is known, and nobody closes it.",
    fix="Add a notification source AttackPath to the security contact of subscription {account}",
    cis=("v6:8.1.15",),
)
def attack_paths_sent(_subscription: Resource, inventory: Inventory) -> Verdict:
    return _told(inventory, "attackpath", "minimalRiskLevel", RISKS)
