from __future__ import annotations

from typing import Any

from checks.azure import monitor
from checks.azure import monitor_alerts as alerts
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import below, handed, row

SUB = f"/subscriptions/{ACCOUNT}"
HERE = f"{SUB}/resourceGroups/ops/providers"
GROUP = f"{HERE}/Microsoft.Insights/actionGroups/Ops"
STORE = f"{HERE}/Microsoft.Storage/storageAccounts/logs"
SPACE = f"{HERE}/Microsoft.OperationalInsights/workspaces/logs"
SETTINGS, STORES = unlisted("azure.monitor.diagnostic_setting"), unlisted("azure.storage.account")
MAIL = {"emailReceivers": [{"name": "ops", "emailAddress": "ops@example.com", "status": "Enabled"}]}
TOLD = [below(groupShortName="ops", enabled=True, **MAIL)]


def is_(field: str, *values: str) -> dict[str, Any]:
    return {"field": field, "equals": values[0]} if len(values) == 1 else {"field": field, "containsAny": list(values)}


ADMIN = is_("category", "Administrative")


def alert(*conditions: dict[str, Any], scope: str = SUB, enabled: Any = True, group: str = GROUP, **more: Any) -> Resource:
    """Return an alert on the activity log."""
    actions = {"actionGroups": [{"actionGroupId": group}]} if group else {"actionGroups": []}
    given = {"scopes": [scope], "enabled": enabled, "condition": {"allOf": list(conditions)}, "actions": actions, **more}
    return resource(alerts.ALERT, "alert", item=row(**given))


def groups(*rows: dict[str, Any]) -> list[Resource]:
    return [resource(alerts.GROUP, GROUP.lower(), item=each) for each in rows]


def setting(*rows: dict[str, Any]) -> list[Resource]:
    return [resource(monitor.SETTING, f"s{number}", item=each) for number, each in enumerate(rows)]


def named(operation: str, *others: dict[str, Any]) -> list[dict[str, Any]]:
    return [ADMIN, is_("operationName", operation), *others]


ALARM = {each.id.rpartition("alarm_on_")[2]: each for each in alerts.ALARMS}
POLICY = ALARM["policy_written"]
WRITE = "Microsoft.Authorization/policyAssignments/write"
EVERY_ALARM = [
    each
    for watched, check in zip(alerts.WATCHED, alerts.ALARMS, strict=True)
    if watched.operations
    for each in (
        case(check, PASS, item=row(), inventory=[*groups(*TOLD), *(alert(*named(op.upper())) for op in watched.operations)]),
        case(check, FAIL, item=row(), inventory=[]),
        case(check, UNKNOWN, item=row(), inventory=[unlisted(alerts.ALERT)]),
    )
]


def alarm(outcome: Any, *made: Resource, rows: Any = TOLD, check: Any = POLICY) -> Any:
    return case(check, outcome, item=row(), inventory=[*groups(*rows), *made])


HEALTH = ALARM["service_health"]
TELLS = [
    alarm(PASS, alert(ADMIN)),
    alarm(PASS, alert(is_("operationName", WRITE))),
    alarm(PASS, alert(*named(WRITE, is_("status", "Succeeded")), enabled=None)),
    alarm(PASS, alert(*named(WRITE, is_("level", "Informational"), is_("resourceType", WRITE.rpartition("/")[0])))),
    alarm(PASS, alert(ADMIN, {"anyOf": [is_("operationName", "x"), is_("operationName", WRITE)]})),
    alarm(PASS, alert(ADMIN, is_("operationName", "x", WRITE))),
    alarm(PASS, alert(*named(WRITE), scope=f"{SUB.upper()}/")),
    alarm(PASS, alert(*named(WRITE), group="/subscriptions/other/x")),
    alarm(PASS, alert(*named(WRITE), actions=[{"actionGroupId": GROUP}])),
    alarm(FAIL, alert(*named(WRITE), enabled=False)),
    alarm(FAIL, alert(*named(WRITE), scope=f"{SUB}/resourceGroups/ops")),
    alarm(FAIL, alert(*named(WRITE), scope="/subscriptions/other")),
    alarm(FAIL, alert(*named(WRITE, is_("caller", "eve@example.com")))),
    alarm(FAIL, alert(*named(WRITE, is_("resourceGroup", "prod")))),
    alarm(FAIL, alert(*named(WRITE, is_("status", "Failed")))),
    alarm(FAIL, alert(*named(WRITE, is_("level", "Critical", "Error")))),
    alarm(FAIL, alert(is_("category", "Security"), is_("operationName", WRITE))),
    alarm(FAIL, alert()),
    alarm(FAIL, alert(condition=None)),
    alarm(FAIL, alert(*named(WRITE), group="")),
    alarm(FAIL, alert(*named(WRITE)), rows=[below(enabled=False, **MAIL)]),
    alarm(FAIL, alert(*named(WRITE)), rows=[below(enabled=True, emailReceivers=[])]),
    alarm(FAIL, alert(*named(WRITE)), rows=[below(emailReceivers=[{"status": "Disabled"}])]),
    case(POLICY, UNKNOWN, item=row(), inventory=[unlisted(alerts.GROUP)]),
    alarm(PASS, alert(is_("category", "ServiceHealth")), check=HEALTH),
    alarm(PASS, alert(is_("category", "ServiceHealth"), is_("properties.incidentType", "Incident", "Security")), check=HEALTH),
    alarm(
        PASS,
        alert(is_("category", "ServiceHealth"), is_("properties.impactedServices[*].ServiceName", "Storage", "SQL")),
        check=HEALTH,
    ),
    alarm(FAIL, alert(is_("category", "ServiceHealth"), is_("properties.incidentType", "Informational")), check=HEALTH),
    alarm(FAIL, alert(ADMIN), check=HEALTH),
    case(alerts.tells_somebody, PASS, item=alert(ADMIN)["item"], inventory=groups(*TOLD)),
    case(alerts.tells_somebody, PASS, item=alert(ADMIN)["item"], inventory=[]),
    case(alerts.tells_somebody, FAIL, item=alert(ADMIN, enabled=False)["item"], inventory=groups(*TOLD)),
    case(alerts.tells_somebody, FAIL, item=alert(ADMIN, group="")["item"], inventory=groups(*TOLD)),
    case(alerts.tells_somebody, UNKNOWN, item=alert(ADMIN)["item"], inventory=[unlisted(alerts.GROUP)]),
]
ALL = handed("Administrative", "Security", "Alert", "Policy", "Recommendation")
SOME = handed("Administrative", "Security")
EXPORTS = [
    case(monitor.activity_log_exported, PASS, inventory=setting(*SOME)),
    case(monitor.activity_log_exported, PASS, inventory=setting(*handed("Administrative", target="storageAccountId"))),
    case(monitor.activity_log_exported, FAIL, inventory=[]),
    case(monitor.activity_log_exported, FAIL, inventory=setting(*handed("Administrative", target=""))),
    case(monitor.activity_log_exported, FAIL, inventory=setting(*handed("Administrative", on=False))),
    case(monitor.activity_log_exported, UNKNOWN, inventory=[SETTINGS]),
    case(monitor.activity_log_complete, PASS, inventory=setting(*ALL)),
    case(monitor.activity_log_complete, PASS, inventory=setting(*SOME, *handed("alert", "POLICY"))),
    case(monitor.activity_log_complete, PASS, inventory=setting(*handed(group="allLogs"))),
    case(monitor.activity_log_complete, FAIL, inventory=setting(*SOME)),
    case(monitor.activity_log_complete, FAIL, inventory=setting(*SOME, *handed("Alert", "Policy", target=""))),
    case(monitor.activity_log_complete, FAIL, inventory=[]),
    case(monitor.activity_log_complete, UNKNOWN, inventory=[SETTINGS]),
]


def kept(source: str | None) -> list[Resource]:
    return [resource("azure.storage.account", STORE.lower(), item=row(encryption={"keySource": source}))]


TO_STORE = below(storageAccountId=STORE, logs=[])
KEYED = [
    case(monitor.account_with_own_key, PASS, item=TO_STORE, inventory=kept("Microsoft.Keyvault")),
    case(monitor.account_with_own_key, FAIL, item=TO_STORE, inventory=kept("Microsoft.Storage")),
    case(monitor.account_with_own_key, FAIL, item=TO_STORE, inventory=kept(None)),
    case(monitor.account_with_own_key, SKIP, item=below(workspaceId=SPACE), inventory=[]),
    case(monitor.account_with_own_key, UNKNOWN, item=TO_STORE, inventory=[]),
    case(monitor.account_with_own_key, UNKNOWN, item=below(storageAccountId="not-an-id"), inventory=[]),
    case(monitor.account_with_own_key, UNKNOWN, item=TO_STORE, inventory=[STORES]),
]
SPACE_KEYS, PART_KEYS = monitor.entra_only
BOTH = [
    each
    for queries, ingestion in zip(monitor.queries_closed, monitor.ingestion_closed, strict=True)
    for each in (
        case(queries, PASS, item=row(publicNetworkAccessForQuery="Disabled")),
        case(queries, PASS, item=row(publicNetworkAccessForQuery="SecuredByPerimeter")),
        case(queries, FAIL, item=row(publicNetworkAccessForQuery="Enabled")),
        case(queries, FAIL, item=row()),
        case(queries, UNKNOWN, item=DENIED),
        case(ingestion, PASS, item=row(publicNetworkAccessForIngestion="disabled")),
        case(ingestion, FAIL, item=row(publicNetworkAccessForIngestion="Enabled")),
        case(ingestion, FAIL, item=row(publicNetworkAccessForIngestion=None)),
        case(ingestion, UNKNOWN, item=DENIED),
    )
]
WORKSPACES = [
    case(SPACE_KEYS, PASS, item=row(features={"disableLocalAuth": True})),
    case(SPACE_KEYS, FAIL, item=row(features={"disableLocalAuth": False})),
    case(SPACE_KEYS, FAIL, item=row()),
    case(PART_KEYS, PASS, item=row(DisableLocalAuth=True)),
    case(PART_KEYS, FAIL, item=row(DisableLocalAuth=None)),
    case(monitor.kept_long_enough, PASS, item=row(retentionInDays=90)),
    case(monitor.kept_long_enough, FAIL, item=row(retentionInDays=30)),
    case(monitor.kept_long_enough, UNKNOWN, item=row()),
    case(monitor.resource_rights, PASS, item=row(features={"enableLogAccessUsingOnlyResourcePermissions": True})),
    case(monitor.resource_rights, FAIL, item=row(features={"enableLogAccessUsingOnlyResourcePermissions": False})),
    case(monitor.resource_rights, FAIL, item=row(features=None)),
    case(monitor.own_key, PASS, item=row(features={"clusterResourceId": f"{HERE}/x/clusters/logs"})),
    case(monitor.own_key, FAIL, item=row(features={})),
    case(monitor.not_purged_at_once, PASS, item=row(features={})),
    case(monitor.not_purged_at_once, FAIL, item=row(features={"immediatePurgeDataOn30Days": True})),
    case(monitor.uncapped, PASS, item=row(workspaceCapping={"dailyQuotaGb": -1.0})),
    case(monitor.uncapped, PASS, item=row()),
    case(monitor.uncapped, FAIL, item=row(workspaceCapping={"dailyQuotaGb": 0.5})),
    case(monitor.queries_logged, PASS, item=row(), diagnostics=handed("Audit")),
    case(monitor.queries_logged, PASS, item=row(), diagnostics=handed(group="audit")),
    case(monitor.queries_logged, FAIL, item=row(), diagnostics=[]),
    case(monitor.queries_logged, FAIL, item=row(), diagnostics=handed("SummaryLogs")),
    case(monitor.queries_logged, UNKNOWN, item=row(), diagnostics=DENIED),
    case(monitor.replicated, PASS, item=row(replication={"enabled": True, "location": "westeurope"})),
    case(monitor.replicated, FAIL, item=row(replication={"enabled": False})),
    case(monitor.replicated, FAIL, item=row()),
    case(monitor.in_workspace, PASS, item=row(WorkspaceResourceId=SPACE)),
    case(monitor.in_workspace, FAIL, item=row(WorkspaceResourceId=None)),
    case(monitor.applications_observed, PASS, inventory=[resource(monitor.COMPONENT, item=row())]),
    case(monitor.applications_observed, FAIL, inventory=[resource("azure.functions.app", item=row())]),
    case(monitor.applications_observed, SKIP, inventory=[]),
    case(monitor.applications_observed, UNKNOWN, inventory=[unlisted(monitor.COMPONENT)]),
    case(monitor.applications_observed, UNKNOWN, inventory=[unlisted("azure.appservice.app")]),
]
CASES = [*EVERY_ALARM, *TELLS, *EXPORTS, *KEYED, *BOTH, *WORKSPACES]
