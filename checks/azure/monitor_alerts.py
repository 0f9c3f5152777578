"""Checks that somebody is told of dangerous changes: one check for each row of a table.

Told means: an alert on the whole subscription's activity log is on, the entry of the change fulfils its conditions, and it has
an action group that reaches somebody. An alert is judged by the entry that it matches, not by how it is written.
Source: Azure Monitor documentation, "Activity log alert rules", "Azure Activity Log event schema".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.azure.read import inner, many, word
from checks.azure.rights import SUBSCRIPTION
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

ALERT, GROUP = "azure.monitor.activity_log_alert", "azure.monitor.action_group"
STATUSES = frozenset({"started", "accepted", "succeeded", "success"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind of change: each of ``operations`` must be noticed. Without any, it is what Azure says of its own health."""

    name: str
    what: str
    operations: tuple[str, ...]
    risk: str
    severity: Severity = Severity.MEDIUM
    cis: tuple[str, ...] = ()


def _cis(number: int) -> tuple[str, ...]:
    return (f"v6:6.1.2.{number}", f"v3:6.2.{number}")


POLICY, SQL = "Microsoft.Authorization/policyAssignments", "Microsoft.Sql/servers/firewallRules"
NSG, ADDRESS, SOLUTION = (
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/publicIPAddresses",
    "Microsoft.Security/securitySolutions",
)
OPENED = "Something is opened to the internet, and nobody looks."
GUARDRAIL = "Whoever takes a guardrail away first is free to do the rest."
WATCHED = (
    Watched("policy_written", "new and changed policy assignments", (f"{POLICY}/write",), GUARDRAIL, cis=_cis(1)),
    Watched("policy_deleted", "deleted policy assignments", (f"{POLICY}/delete",), GUARDRAIL, cis=_cis(2)),
    Watched("security_group_written", "new and changed security groups", (f"{NSG}/write",), OPENED, cis=_cis(3)),
    Watched("security_group_deleted", "deleted security groups", (f"{NSG}/delete",), OPENED, cis=_cis(4)),
    Watched("solution_written", "new and changed security solutions", (f"{SOLUTION}/write",), GUARDRAIL, cis=_cis(5)),
    Watched("solution_deleted", "deleted security solutions", (f"{SOLUTION}/delete",), GUARDRAIL, cis=_cis(6)),
    Watched("sql_rule_written", "new and changed firewall rules of SQL servers", (f"{SQL}/write",), OPENED, cis=_cis(7)),
    Watched("sql_rule_deleted", "deleted firewall rules of SQL servers", (f"{SQL}/delete",), OPENED, cis=_cis(8)),
    Watched("address_written", "new and changed public addresses", (f"{ADDRESS}/write",), OPENED, Severity.LOW, _cis(9)),
    Watched("address_deleted", "deleted public addresses", (f"{ADDRESS}/delete",), OPENED, Severity.LOW, _cis(10)),
    Watched(
        "service_health",
        "incidents of Azure's services",
        (),
        "What Azure broke is looked for in one's own systems, and its advisories on security are missed.",
        cis=("v6:6.1.2.11",),
    ),
    Watched(
        "role_assigned",
        "new role assignments",
        ("Microsoft.Authorization/roleAssignments/write",),
        "An intruder who makes himself an owner stays one.",
        Severity.HIGH,
    ),
    Watched(
        "role_defined",
        "new and changed custom roles",
        ("Microsoft.Authorization/roleDefinitions/write",),
        "A role that many hold grows, and no assignment shows it.",
    ),
    Watched(
        "logging_stopped",
        "deleted diagnostic settings",
        ("Microsoft.Insights/diagnosticSettings/delete",),
        "Logs end just before something happens.",
        Severity.HIGH,
    ),
    Watched(
        "lock_deleted",
        "deleted locks",
        ("Microsoft.Authorization/locks/delete",),
        "What was not to be deleted can be, from now on.",
    ),
    Watched(
        "vault_deleted",
        "deleted key vaults",
        ("Microsoft.KeyVault/vaults/delete",),
        "With the keys goes all that was encrypted with them.",
    ),
    Watched(
        "tenant_admitted",
        "delegations to other tenants",
        ("Microsoft.ManagedServices/registrationAssignments/write",),
        "Another tenant works here from now on, and no role assignment tells of it.",
        Severity.HIGH,
    ),
)


def _entry(operation: str) -> dict[str, str]:
    """Return what conditions may ask of the entry that a change leaves, in small letters."""
    lower = operation.lower()
    return {
        "category": "administrative",
        "level": "informational",
        "operationname": lower,
        "resourceprovider": lower.partition("/")[0],
        "resourcetype": lower.rpartition("/")[0],
    }


INCIDENT = {"category": "servicehealth", "properties.incidenttype": "incident"}
# Of services and places, each takes those that he uses.
CHOSEN = ("properties.impactedservices", "properties.cause", "properties.currenthealthstatus")


def _fits(condition: Row, entry: Mapping[str, str]) -> bool:
    """Tell whether an entry certainly fulfils one condition; one that asks for something else narrows the alert."""
    if either := many(condition.get("anyOf")):
        return any(_fits(each, entry) for each in either)
    name = word(condition.get("field"))
    given = condition.get("containsAny")
    wanted = [word(each) for each in given] if isinstance(given, list) else [word(condition.get("equals"))]
    if name in ("status", "properties.status"):
        return bool(STATUSES.intersection(wanted))
    if "properties.incidenttype" in entry and name.startswith(CHOSEN):
        return True
    return entry.get(name) in wanted


def _reaches(properties: Row, subscription: str) -> bool:
    """Tell whether an alert is on, and on the whole subscription."""
    scopes = {word(each).rstrip("/") for each in properties.get("scopes") or ()}
    return properties.get("enabled") is not False and f"/subscriptions/{subscription}" in scopes


def works(group: Row) -> bool:
    """Tell whether an action group is on and has anybody to tell; only mail and messages say whether one may be sent."""
    properties = inner(group)
    receivers = [each for name, some in properties.items() if name.endswith("Receivers") for each in many(some)]
    told = any(word(each.get("status")) != "disabled" for each in receivers)
    return properties.get("enabled") is not False and told


def _tells(properties: Row, groups: Mapping[str, Row]) -> bool:
    """Tell whether an alert reaches somebody; an action group of another subscription is taken for working."""
    actions = properties.get("actions")
    for each in many(actions.get("actionGroups") if isinstance(actions, Mapping) else actions):
        group = groups.get(word(each.get("actionGroupId")))
        if group is None or works(group):
            return True
    return False


def _alerts(subscription: Resource, inventory: Inventory) -> Iterator[list[Row]]:
    """Yield the conditions of each alert that tells somebody what happens in the subscription."""
    groups = {each.id: each["item"] for each in inventory.all(GROUP)}
    for alert in inventory.all(ALERT):
        properties = inner(alert["item"])
        if _reaches(properties, subscription.account.lower()) and _tells(properties, groups):
            condition = properties.get("condition")
            yield many(condition.get("allOf") if isinstance(condition, Mapping) else None)


def _noticed(entry: Mapping[str, str], alerts: Iterable[list[Row]]) -> bool:
    return any(conditions and all(_fits(each, entry) for each in conditions) for conditions in alerts)


def _judge(watched: Watched, subscription: Resource, inventory: Inventory) -> Verdict:
    alerts = list(_alerts(subscription, inventory))
    if not watched.operations:
        return passed("an alert tells somebody") if _noticed(INCIDENT, alerts) else failed("nobody is told")
    missed = [each for each in watched.operations if not _noticed(_entry(each), alerts)]
    return failed(f"nobody is told of {', '.join(missed)}") if missed else passed("an alert tells somebody")


def _alarm(watched: Watched) -> Check:
    @check(
        f"{SUBSCRIPTION}.alarm_on_{watched.name}",
        on=SUBSCRIPTION,
        service="azure.monitor",
        control="detection.alarms",
        severity=watched.severity,
        title=f"Somebody is told of {watched.what}",
        risk=watched.risk,
        fix="az monitor activity-log alert create --name NAME --resource-group GROUP --scope /subscriptions/{account}"
        " --condition category=Administrative and operationName=OPERATION --action-group ACTIONGROUP",
        cis=watched.cis,
    )
    def judge(subscription: Resource, inventory: Inventory) -> Verdict:
        return _judge(watched, subscription, inventory)

    return judge


ALARMS = tuple(_alarm(each) for each in WATCHED)


@check(
    "azure.monitor.activity_log_alert.tells_somebody",
    on=ALERT,
    control="detection.alarms",
    severity=Severity.LOW,
    title="Alert on the activity log tells somebody",
    risk="The alarm goes off, and nobody hears it.",
    fix="az monitor activity-log alert update --ids {id} --enabled true, with an action group that has a receiver",
)
def tells_somebody(alert: Resource, inventory: Inventory) -> Verdict:
    properties = inner(alert["item"])
    if properties.get("enabled") is False:
        return failed("the alert is off")
    groups = {each.id: each["item"] for each in inventory.all(GROUP)}
    return passed("an action group has a receiver") if _tells(properties, groups) else failed("it has nobody to tell")
