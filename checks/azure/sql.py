"""Checks on servers of SQL Database and on managed instances, which share most of their settings.

Source: Azure SQL REST API, "Servers", "Server Blob Auditing Policies", "Server Security Alert Policies".
"""

from __future__ import annotations

from checks.azure.read import SET, inner, is_on, prop, rows, word
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

SERVER, INSTANCE = "azure.sql.server", "azure.sqlmi.instance"
LEAST_AUDIT = 90  # days
KINDS = (Kind(SERVER, "Server", "az sql server"), Kind(INSTANCE, "Instance", "az sql mi"))


def _auditing(server: Resource) -> str:
    """Return why audits of a server reach nobody; empty where they reach somebody."""
    policy = server["auditing"] or {}
    if word(policy.get("state")) != "enabled":
        return "auditing is off"
    led = is_on(policy.get("isAzureMonitorTargetEnabled")) or bool(policy.get("storageEndpoint"))
    return "" if led else "auditing is on and leads nowhere"


@check(
    f"{SERVER}.audited",
    on=SERVER,
    control="logging.data_events",
    severity=Severity.MEDIUM,
    title="Server records who does what in its databases",
    risk="When data is missed or found elsewhere, nobody can say who took it, and when.",
    fix="az sql server audit-policy update --ids {id} --state Enabled --log-analytics-target-state Enabled"
    " --log-analytics-workspace-resource-id WORKSPACE",
    cis=("v3:5.1.1",),
)
def audited(server: Resource) -> Verdict:
    reason = _auditing(server)
    return failed(reason) if reason else passed("auditing is on")


@check(
    f"{SERVER}.audit_kept",
    on=SERVER,
    control="logging.retention",
    severity=Severity.LOW,
    title="Server keeps its audits for more than 90 days",
    risk="What is noticed after months can no longer be traced.",
    fix="az sql server audit-policy update --ids {id} --state Enabled --retention-days 180",
    cis=("v3:5.1.6",),
)
def audit_kept(server: Resource) -> Verdict:
    """Zero days stand for ever; what goes to Azure Monitor only, its workspace keeps."""
    if reason := _auditing(server):
        return failed(reason)
    policy = server["auditing"]
    if not policy.get("storageEndpoint"):
        return skipped("a workspace keeps them, and says how long")
    days = int(policy.get("retentionDays") or 0)
    said = f"kept for {days} days" if days else "kept for ever"
    return passed(said) if days == 0 or days > LEAST_AUDIT else failed(said)


@each(
    KINDS,
    "entra_administrator",
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="NOUN has an administrator of Entra ID",
    risk="Without one nobody can sign in but with a password of the database, which no second factor guards.",
    fix="MODIFY ad-admin create --ids {id} --display-name GROUP --object-id ID",
    cis=("v3:5.1.4",),
)
def entra_administrator(server: Resource) -> Verdict:
    named = prop(server, "administrators.sid") or prop(server, "administrators.login")
    return passed("one is set") if named else failed("none is set")


@each(
    KINDS,
    "administrator_is_group",
    control="access.groups",
    severity=Severity.LOW,
    title="NOUN is administered by a group, not by one person",
    risk="When that person leaves, either nobody can administer it, or somebody who shouldn't still can.",
    fix="MODIFY ad-admin update --ids {id} --display-name GROUP --object-id ID",
)
def administrator_is_group(server: Resource) -> Verdict:
    kind = word(prop(server, "administrators.principalType"))
    if not kind:
        return skipped("no administrator of Entra ID is set, or its kind isn't told")
    return failed("one person administers it") if kind == "user" else passed(f"its administrator is a {kind}")


@each(
    KINDS,
    "alerts_sent",
    control="detection.alarms",
    severity=Severity.LOW,
    title="NOUN has its alerts of threats sent to somebody",
    risk="An attack is seen, and nobody is told.",
    fix="MODIFY advanced-threat-protection-setting update --ids {id} --state Enabled",
)
def alerts_sent(server: Resource) -> Verdict:
    policy = server["alert_policy"] or {}
    if word(policy.get("state")) != "enabled":
        return failed("alerts are off")
    mailed = is_on(policy.get("emailAccountAdmins")) or any(policy.get("emailAddresses") or [])
    silent = [name for name in policy.get("disabledAlerts") or [] if name]
    if silent:
        return failed(f"no alert is given of {', '.join(map(str, silent))}")
    return passed("alerts are on and mailed") if mailed else failed("alerts are on and mailed to nobody")


@each(
    KINDS,
    "weaknesses_scanned",
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="NOUN has its databases scanned for weak settings and grants",
    risk="Grants to everybody, settings that open the door and data without protection stay unseen.",
    fix="Enable SQL vulnerability assessment on it, in Defender for Cloud",
)
def weaknesses_scanned(server: Resource) -> Verdict:
    """Two kinds of assessment: the newer keeps its results by itself, the older in a storage account."""
    classic = server["classic_assessment"] or {}
    express = rows(server, "assessments") if server.type == SERVER else []
    if any(word(inner(each).get("state")) == "enabled" for each in express):
        return passed("the express kind of assessment is on")
    if not classic.get("storageContainerPath"):
        return failed("no assessment is on")
    recurs = is_on((classic.get("recurringScans") or {}).get("isEnabled"))
    return passed("scans recur") if recurs else failed("an assessment is set up, and its scans don't recur")


@each(
    KINDS,
    "key_rotated",
    control="encryption.key_rotation",
    severity=Severity.LOW,
    title="NOUN moves to new versions of its key by itself",
    risk="The key that protects all backups stays the same for years.",
    fix="MODIFY tde-key set --ids {id} --server-key-type AzureKeyVault --kid KEY --auto-rotation-enabled true",
)
def key_rotated(server: Resource) -> Verdict:
    protector = server["protector"] or {}
    if word(protector.get("serverKeyType")) != "azurekeyvault":
        return skipped("the key is Microsoft's, who rotates it")
    return passed("it does") if is_on(protector.get("autoRotationEnabled")) else failed("it stays with one version")


@check(
    f"{INSTANCE}.backups_elsewhere",
    on=INSTANCE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Backups of the instance are kept in another region as well",
    risk="When the region is lost, the data is lost with its backups.",
    fix=f"{SET}requestedBackupStorageRedundancy=Geo",
)
def backups_elsewhere(instance: Resource) -> Verdict:
    kept = word(prop(instance, "currentBackupStorageRedundancy") or prop(instance, "requestedBackupStorageRedundancy") or "geo")
    return (passed if kept.startswith("geo") else failed)(f"the kind of storage is {kept}")


@check(
    f"{INSTANCE}.exports_off",
    on=INSTANCE,
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Instance writes no tables to storage outside of it",
    risk="Whoever may run statements copies whole tables into a storage account of his own.",
    fix="az resource update --ids {id}/serverConfigurationOptions/allowPolybaseExport"
    " --set properties.serverConfigurationOptionValue=0",
)
def exports_off(instance: Resource) -> Verdict:
    """Take exports as off where nothing is said."""
    options = {word(each.get("name")): each.get("properties") or {} for each in instance["options"] or []}
    allowed = is_on(options.get("allowpolybaseexport", {}).get("serverConfigurationOptionValue"))
    return failed("exports are allowed") if allowed else passed("exports are off")


@check(
    f"{INSTANCE}.newest_engine",
    on=INSTANCE,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Instance follows the newest engine",
    risk="It is tied to one version of SQL Server, whose support ends.",
    fix=f"{SET}databaseFormat=AlwaysUpToDate",
)
def newest_engine(instance: Resource) -> Verdict:
    """Pass those that were made before there was a choice: they tell nothing, and are tied to no version."""
    said = word(prop(instance, "databaseFormat")) or "alwaysuptodate"
    return passed("it is always up to date") if said == "alwaysuptodate" else failed(f"its format is {said}")
