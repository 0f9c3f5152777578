from __future__ import annotations

from typing import Any

from checks.azure import defender, sentinel
from checks.azure import defender_contacts as contacts
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import below, row

SUB = f"/subscriptions/{ACCOUNT}"


def plan(name: str, tier: str = "Standard", /, **extensions: Any) -> Resource:
    """Return one plan, with its extensions and whether each is on."""
    given = [{"name": each, "isEnabled": on} for each, on in extensions.items()]
    return resource(defender.PRICING, name, item=below(name, pricingTier=tier, extensions=given))


def some(type: str, *items: dict[str, Any]) -> list[Resource]:
    return [resource(type, f"x{number}", item=each) for number, each in enumerate(items)]


PLANS = [
    each
    for made, check in zip(defender.PLANS, defender.PLANNED, strict=False)
    for each in (
        case(check, PASS, inventory=[plan(made.api), plan("Dns", "Free")]),
        case(check, PASS, inventory=[plan(made.api.lower(), "standard")]),
        case(check, FAIL, inventory=[plan(made.api, "Free")]),
        case(check, FAIL, inventory=[plan("Dns")]),
        case(check, UNKNOWN, inventory=[unlisted(defender.PRICING)]),
    )
]
PARTS = [
    each
    for part, check in zip(defender.PARTS, defender.PLANNED[len(defender.PLANS) :], strict=True)
    for each in (
        *(case(check, PASS, inventory=[plan(name, **{part.api: "True"})]) for name in part.plans),
        case(check, PASS, inventory=[plan(part.plans[0], **{part.api: True})]),
        case(check, FAIL, inventory=[plan(part.plans[0], **{part.api: "False"})]),
        case(check, FAIL, inventory=[plan(part.plans[0])]),
        case(check, FAIL, inventory=[plan(part.plans[0], "Free", **{part.api: "True"})]),
        case(check, FAIL, inventory=[plan("Arm", **{part.api: "True"})]),
        case(check, UNKNOWN, inventory=[unlisted(defender.PRICING)]),
    )
]
INTEGRATIONS = [
    each
    for made, check in zip(defender.INTEGRATIONS, defender.INTEGRATED, strict=True)
    for each in (
        case(check, PASS, inventory=some(defender.SETTING, below(made.api, enabled=True))),
        case(check, FAIL, inventory=some(defender.SETTING, below(made.api, enabled=False), below("Sentinel", enabled=True))),
        case(check, FAIL, inventory=[]),
        case(check, UNKNOWN, inventory=[unlisted(defender.SETTING)]),
    )
]
MDE = below("azureServersSetting", selectedProvider="MdeTvm")
EXPORT = {"sources": [{"eventSource": "Alerts"}], "actions": [{"actionType": "Workspace"}]}
OTHERS = [
    case(defender.machines_assessed, PASS, inventory=some(defender.SERVERS, MDE)),
    case(defender.machines_assessed, FAIL, inventory=[]),
    case(defender.machines_assessed, UNKNOWN, inventory=[unlisted(defender.SERVERS)]),
    case(defender.findings_exported, PASS, inventory=some(defender.AUTOMATION, row(isEnabled=True, **EXPORT))),
    case(defender.findings_exported, PASS, inventory=some(defender.AUTOMATION, row(**EXPORT))),
    case(defender.findings_exported, FAIL, inventory=some(defender.AUTOMATION, row(isEnabled=False, **EXPORT))),
    case(defender.findings_exported, FAIL, inventory=some(defender.AUTOMATION, row(**EXPORT | {"actions": []}))),
    case(defender.findings_exported, FAIL, inventory=some(defender.AUTOMATION, row(sources=[{"eventSource": "Assessments"}]))),
    case(defender.findings_exported, FAIL, inventory=[]),
    case(defender.findings_exported, UNKNOWN, inventory=[unlisted(defender.AUTOMATION)]),
    case(defender.attack_surface_watched, PASS, inventory=some(defender.SURFACE, row())),
    case(defender.attack_surface_watched, FAIL, inventory=[]),
    case(defender.attack_surface_watched, UNKNOWN, inventory=[unlisted(defender.SURFACE)]),
]


def contact(**properties: Any) -> list[Resource]:
    return some(contacts.CONTACT, below("default", **properties))


UNASKED = unlisted(contacts.CONTACT)
ALERT, PATH = {"sourceType": "Alert", "minimalSeverity": "High"}, {"sourceType": "AttackPath", "minimalRiskLevel": "Critical"}
CONTACTS = [
    case(contacts.owners_called, PASS, inventory=contact(notificationsByRole={"state": "On", "roles": ["Owner"]})),
    case(contacts.owners_called, FAIL, inventory=contact(notificationsByRole={"state": "Off", "roles": ["Owner"]})),
    case(contacts.owners_called, FAIL, inventory=contact(notificationsByRole={"state": "On", "roles": ["AccountAdmin"]})),
    case(
        contacts.owners_called,
        FAIL,
        inventory=contact(isEnabled=False, notificationsByRole={"state": "On", "roles": ["Owner"]}),
    ),
    case(contacts.owners_called, FAIL, inventory=contact()),
    case(contacts.owners_called, FAIL, inventory=[]),
    case(contacts.owners_called, UNKNOWN, inventory=[UNASKED]),
    case(contacts.contact_named, PASS, inventory=contact(emails="soc@example.com;ops@example.com")),
    case(contacts.contact_named, FAIL, inventory=contact(emails="")),
    case(contacts.contact_named, FAIL, inventory=[]),
    case(contacts.contact_named, UNKNOWN, inventory=[UNASKED]),
    case(contacts.alerts_sent, PASS, inventory=contact(notificationsSources=[PATH, ALERT])),
    case(contacts.alerts_sent, PASS, inventory=contact(notificationsSources=[ALERT | {"minimalSeverity": "low"}])),
    case(contacts.alerts_sent, PASS, inventory=contact(alertNotifications={"state": "On", "minimalSeverity": "High"})),
    case(contacts.alerts_sent, FAIL, inventory=contact(alertNotifications={"state": "Off", "minimalSeverity": "High"})),
    case(contacts.alerts_sent, FAIL, inventory=contact(notificationsSources=[PATH])),
    case(contacts.alerts_sent, FAIL, inventory=contact(isEnabled=False, notificationsSources=[ALERT])),
    case(contacts.alerts_sent, FAIL, inventory=[]),
    case(contacts.alerts_sent, UNKNOWN, inventory=[UNASKED]),
    case(contacts.attack_paths_sent, PASS, inventory=contact(notificationsSources=[ALERT, PATH])),
    case(contacts.attack_paths_sent, FAIL, inventory=contact(notificationsSources=[ALERT])),
    case(contacts.attack_paths_sent, FAIL, inventory=[]),
    case(contacts.attack_paths_sent, UNKNOWN, inventory=[UNASKED]),
]
FAR = "/subscriptions/0000/resourceGroups/x/providers/Microsoft.OperationalInsights/workspaces/w"
SETTING = "azure.monitor.diagnostic_setting"
SENTINEL = [
    case(sentinel.sentinel_on, PASS, inventory=some(sentinel.ONBOARDING, below("default"))),
    case(sentinel.sentinel_on, FAIL, inventory=some(SETTING, below(workspaceId=f"{SUB}/x/workspaces/w"))),
    case(sentinel.sentinel_on, FAIL, inventory=[]),
    case(sentinel.sentinel_on, SKIP, inventory=some(SETTING, below(workspaceId=FAR))),
    case(sentinel.sentinel_on, UNKNOWN, inventory=[unlisted(sentinel.ONBOARDING)]),
    case(sentinel.sentinel_on, UNKNOWN, inventory=[unlisted(SETTING)]),
    case(sentinel.own_key, PASS, item=below("default", customerManagedKey=True)),
    case(sentinel.own_key, FAIL, item=below("default", customerManagedKey=False)),
    case(sentinel.own_key, FAIL, item=below("default")),
]
CASES = [*PLANS, *PARTS, *INTEGRATIONS, *OTHERS, *CONTACTS, *SENTINEL]
