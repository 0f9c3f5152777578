"""Checks on the export of the activity log, on workspaces that keep logs, and on Application Insights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.azure.read import CLOSED, SET, TARGETS, in_words, inner, is_on, last, many, not_handed_on, prop, same, word
from checks.azure.rights import SUBSCRIPTION
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SETTING, WORKSPACE, COMPONENT = (
    "azure.monitor.diagnostic_setting",
    "azure.monitor.workspace",
    "azure.monitor.component",
)
CATEGORIES = ("Administrative", "Security", "Alert", "Policy")
DAYS = 90
KINDS = (Kind(WORKSPACE, "Workspace", SET), Kind(COMPONENT, "Application Insights", SET))
EXPORT = (
    "az monitor diagnostic-settings subscription create --name NAME --subscription {account} --workspace WORKSPACE --logs with"
    f" the categories {', '.join(CATEGORIES)}"
)
APPS = ("azure.appservice.app", "azure.functions.app", "azure.containerapps.app")

Row = Mapping[str, Any]


def _led(setting: Row) -> bool:
    """Tell whether a diagnostic setting leads anywhere."""
    return any(inner(setting).get(target) for target in TARGETS)


def _exported(setting: Row) -> Iterator[str]:
    """Yield the categories that a setting hands on."""
    for log in many(inner(setting).get("logs")):
        if is_on(log.get("enabled")):
            yield word(log.get("category") or log.get("categoryGroup"))


@check(
    f"{SUBSCRIPTION}.activity_log_exported",
    on=SUBSCRIPTION,
    control="logging.audit_trail",
    severity=Severity.HIGH,
    title="Activity log of the subscription is exported",
    risk="After 90 days, nobody can tell any more who changed what.",
    fix=EXPORT,
    cis=("v6:6.1.1.1", "v3:6.1.1"),
)
def activity_log_exported(_subscription: Resource, inventory: Inventory) -> Verdict:
    settings = [each["item"] for each in inventory.all(SETTING)]
    if any(_led(each) and list(_exported(each)) for each in settings):
        return passed(f"{len(settings)} diagnostic setting(s)")
    return failed("no diagnostic setting hands it on" if settings else "it has no diagnostic setting")


@check(
    f"{SUBSCRIPTION}.activity_log_complete",
    on=SUBSCRIPTION,
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="Export of the activity log leaves out nothing that matters",
    risk="Changes, alerts or violations of policy are gone after 90 days.",
    fix=EXPORT,
    cis=("v6:6.1.1.2", "v3:6.1.2"),
)
def activity_log_complete(_subscription: Resource, inventory: Inventory) -> Verdict:
    given = {name for each in inventory.all(SETTING) if _led(each["item"]) for name in _exported(each["item"])}
    missing = [] if "alllogs" in given else [name for name in CATEGORIES if name.lower() not in given]
    return failed(f"{in_words(missing)} are not handed on") if missing else passed("all that matter are handed on")


@check(
    "azure.monitor.diagnostic_setting.account_with_own_key",
    on=SETTING,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Exported activity log is encrypted with a key of one's own",
    risk="Who may read the account reads the log; no key is there to be taken away.",
    fix="az storage account update --ids ACCOUNT --encryption-key-source Microsoft.Keyvault --encryption-key-vault VAULT"
    " --encryption-key-name KEY",
    cis=("v6:6.1.1.3", "v3:6.1.3"),
)
def account_with_own_key(setting: Resource, inventory: Inventory) -> Verdict:
    id = word(inner(setting["item"]).get("storageAccountId"))
    if not id:
        return skipped("it leads to no storage account")
    account = inventory.get("azure.storage.account", id)
    if account is None:
        return unknown(_not_here(id, setting.account))
    source = word(prop(account, "encryption.keySource"))
    return passed("a key of Key Vault") if source == "microsoft.keyvault" else failed("a key of Microsoft's")


def _not_here(id: str, subscription: str) -> str:
    """Return why an account is not known: a check sees the resources of its own subscription, and of those what it may read."""
    there = id.split("/")[2] if id.startswith("/subscriptions/") else ""
    if there and not same(there, subscription):
        return f"the storage account lies in the subscription {there}, whose resources are not known here"
    return "the storage account is not among those that could be read"


@each(
    (
        Kind(WORKSPACE, "Workspace", f"{SET}features.disableLocalAuth=true"),
        Kind(COMPONENT, "Application Insights", f"{SET}DisableLocalAuth=true"),
    ),
    "entra_only",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN takes no shared keys",
    risk="Whoever finds a key writes false logs, and nobody can tell who it was.",
    fix="MODIFY",
)
def entra_only(resource: Resource) -> Verdict:
    off = prop(resource, "features.disableLocalAuth" if resource.type == WORKSPACE else "DisableLocalAuth")
    return passed("they are off") if is_on(off) else failed("they are taken")


@each(
    KINDS,
    "queries_closed",
    control="network.public_access",
    severity=Severity.LOW,
    title="NOUN answers queries of private networks only",
    risk="With stolen credentials, logs are read from anywhere.",
    fix="MODIFYpublicNetworkAccessForQuery=Disabled",
)
def queries_closed(resource: Resource) -> Verdict:
    said = word(prop(resource, "publicNetworkAccessForQuery")) or "enabled"
    return passed(said) if said in CLOSED else failed("asked from public networks, too")


@each(
    KINDS,
    "ingestion_closed",
    control="network.public_access",
    severity=Severity.LOW,
    title="NOUN takes logs of private networks only",
    risk="Logs travel over public addresses, and may be sent from anywhere.",
    fix="MODIFYpublicNetworkAccessForIngestion=Disabled",
)
def ingestion_closed(resource: Resource) -> Verdict:
    said = word(prop(resource, "publicNetworkAccessForIngestion")) or "enabled"
    return passed(said) if said in CLOSED else failed("fed from public networks, too")


@check(
    "azure.monitor.workspace.kept_long_enough",
    on=WORKSPACE,
    control="logging.retention",
    severity=Severity.MEDIUM,
    title=f"Workspace keeps logs for {DAYS} days",
    risk="Intruders are noticed after months, and what they did at first is gone by then.",
    fix=f"az monitor log-analytics workspace update --ids {{id}} --retention-time {DAYS}",
)
def kept_long_enough(workspace: Resource) -> Verdict:
    days = prop(workspace, "retentionInDays")
    if days is None:
        return unknown("for how long is not told")
    said = f"{days} days"
    return passed(said) if int(days) >= DAYS else failed(said)


@check(
    "azure.monitor.workspace.resource_rights",
    on=WORKSPACE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Workspace gives logs of a resource to those who may read it",
    risk="To see the logs of one system, one must be admitted to those of all.",
    fix=f"{SET}features.enableLogAccessUsingOnlyResourcePermissions=true",
)
def resource_rights(workspace: Resource) -> Verdict:
    on = is_on(prop(workspace, "features.enableLogAccessUsingOnlyResourcePermissions"))
    return passed("by the rights on resources") if on else failed("by rights on the workspace only")


@check(
    "azure.monitor.workspace.own_key",
    on=WORKSPACE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Workspace is encrypted with a key of one's own",
    risk="No key is there that could be taken away, from Microsoft or from an intruder.",
    fix="az monitor log-analytics workspace linked-service create --name cluster --workspace-name {name} --resource-group GROUP"
    " --write-access-resource-id CLUSTER",
)
def own_key(workspace: Resource) -> Verdict:
    cluster = prop(workspace, "features.clusterResourceId")
    return passed(f"in the cluster {last(cluster)}") if cluster else failed("it is in no cluster of its own")


@check(
    "azure.monitor.workspace.not_purged_at_once",
    on=WORKSPACE,
    control="data.retention",
    severity=Severity.LOW,
    title="Workspace keeps logs for as long as it says",
    risk="A shorter retention set by mistake, or on purpose, takes away at once what it would spare for a month.",
    fix=f"{SET}features.immediatePurgeDataOn30Days=false",
)
def not_purged_at_once(workspace: Resource) -> Verdict:
    on = is_on(prop(workspace, "features.immediatePurgeDataOn30Days"))
    return failed("logs are purged at once after 30 days") if on else passed("nothing is purged at once")


@check(
    "azure.monitor.workspace.uncapped",
    on=WORKSPACE,
    control="logging.audit_trail",
    severity=Severity.LOW,
    title="Workspace does not stop to take logs within the day",
    risk="Whoever floods the workspace first does the rest unseen.",
    fix=f"{SET}workspaceCapping.dailyQuotaGb=-1, with an alert on what it takes",
)
def uncapped(workspace: Resource) -> Verdict:
    quota = prop(workspace, "workspaceCapping.dailyQuotaGb")
    if quota is None or float(quota) < 0:
        return passed("no daily cap")
    return failed(f"at most {quota} GB a day")


@check(
    "azure.monitor.workspace.queries_logged",
    on=WORKSPACE,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Who asks the workspace what is recorded",
    risk="When secrets or personal data in logs were read, nobody can tell by whom.",
    fix="az monitor diagnostic-settings create --name audit --resource {id} --workspace {id} --logs (category Audit)",
)
def queries_logged(workspace: Resource) -> Verdict:
    missing = not_handed_on(workspace, ["Audit"])
    return failed("queries are not recorded") if missing else passed("queries are recorded")


@check(
    "azure.monitor.workspace.replicated",
    on=WORKSPACE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Workspace is replicated to a second region",
    risk="When its region fails, nothing is recorded and no alert goes off.",
    fix=f"{SET}replication.enabled=true properties.replication.location=REGION",
)
def replicated(workspace: Resource) -> Verdict:
    on = is_on(prop(workspace, "replication.enabled"))
    return passed(f"in {prop(workspace, 'replication.location')}") if on else failed("in one region only")


@check(
    "azure.monitor.component.in_workspace",
    on=COMPONENT,
    control="logging.retention",
    severity=Severity.LOW,
    title="Application Insights keeps its logs in a workspace",
    risk="Logs lie outside of the workspace's retention, encryption and rights.",
    fix="az monitor app-insights component update --ids {id} --workspace WORKSPACE",
)
def in_workspace(component: Resource) -> Verdict:
    workspace = prop(component, "WorkspaceResourceId")
    return passed(f"in {last(workspace)}") if workspace else failed("it is of the classic kind")


@check(
    f"{SUBSCRIPTION}.applications_observed",
    on=SUBSCRIPTION,
    service="azure.monitor",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Applications send what they do to Application Insights",
    risk="When an application was attacked, nothing shows what it was asked and what it answered.",
    fix="az monitor app-insights component create --app NAME --location REGION --resource-group GROUP --workspace WORKSPACE",
    cis=("v6:6.1.3.1", "v3:6.3.1"),
)
def applications_observed(_subscription: Resource, inventory: Inventory) -> Verdict:
    if any(True for _ in inventory.all(COMPONENT)):
        return passed("there is one")
    if not any(True for kind in APPS for _ in inventory.all(kind)):
        return skipped("the subscription has no applications")
    return failed("there is none")


def elsewhere(subscription: Resource, inventory: Inventory) -> set[str]:
    """Return the workspaces outside of the subscription that its activity log is handed to."""
    found = {word(inner(each["item"]).get("workspaceId")) for each in inventory.all(SETTING)} - {""}
    return {id for id in found if not same(id.split("/")[2:3] and id.split("/")[2], subscription.account)}
