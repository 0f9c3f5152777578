"""Checks on vaults of Azure Backup and Site Recovery, and on what is backed up in them.

Backup vaults are the younger kind, and spell their settings otherwise. Sources: REST API, "Vaults - Get" of Recovery Services
and "Backup Vaults - Get" of Data Protection.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure import workloads
from checks.azure.read import at, is_on, many, prop, properties, same, word
from checks.azure.settings import setting
from checks.kinds import Kind, each
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, unknown

VAULT = Kind("azure.recovery.vault", "Recovery vault", "az backup vault update --ids {id} ")
BACKUPS = Kind("azure.recovery.backup_vault", "Backup vault", "az dataprotection backup-vault update --ids {id} ")
VAULTS = (VAULT, BACKUPS)
ITEM = "azure.recovery.protected_item"
RECENT = timedelta(days=2)
LEAST_DAYS = 14
CONFIGURED = "protectionconfigured"
STOPPED = frozenset(
    {
        "protectionstopped",
        "protectionpaused",
        "protectionerror",
        "backupssuspended",
        "notprotected",
        "backupschedulessuspended",
        "retentionschedulessuspended",
        "softdeleted",
        "softdeleting",
        "invalid",
        "configuringprotectionfailed",
    }
)
# Where each kind keeps a setting: the path, and what passes.
DELETED = {
    VAULT.type: "securitySettings.softDeleteSettings.softDeleteState",
    BACKUPS.type: "securitySettings.softDeleteSettings.state",
}
DAYS = {
    VAULT.type: "securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays",
    BACKUPS.type: "securitySettings.softDeleteSettings.retentionDurationInDays",
}

IMMUTABLE = setting(
    VAULTS,
    "immutable",
    "securitySettings.immutabilitySettings.state",
    "unlocked locked",
    "disabled",
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody delete backups before their time",
    risk="Ransomware deletes the backups first.",
    fix="MODIFY--immutability-state Unlocked, and Locked when it proved itself",
)
ALARMED = setting(
    VAULTS,
    "alarmed",
    "monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures",
    "enabled",
    "disabled",
    control="detection.alarms",
    severity=Severity.LOW,
    title="NOUN tells somebody when a backup fails",
    risk="Backups fail for months, and it shows on the day that one is needed.",
    fix="az resource update --ids {id} --set"
    " properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures=Enabled",
)
RESTORED_WITHIN = setting(
    (VAULT,),
    "restored_within",
    "restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState",
    "disabled permanentlydisabled",
    "enabled",
    control="data.external_sharing",
    severity=Severity.LOW,
    title="NOUN restores into its own subscription only",
    risk="Whoever may restore carries the data into a subscription where he is the owner.",
    fix="MODIFY--cross-subscription-restore-state Disable",
)


@each(
    VAULTS,
    "deleted_kept",
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="NOUN keeps deleted backups for two weeks at least",
    risk="Whoever deletes a backup, by mistake or on purpose, deletes it for good.",
    fix="MODIFY--soft-delete-state Enable (On for a backup vault)",
)
def deleted_kept(vault: Resource) -> Verdict:
    state, days = word(prop(vault, DELETED[vault.type])), prop(vault, DAYS[vault.type])
    if not (is_on(state) or same(state, "AlwaysOn")):
        return failed(f"soft delete is {state or 'not set'}")
    kept = float(LEAST_DAYS if days is None else days)
    return (passed if kept >= LEAST_DAYS else failed)(f"kept for {kept:g} days")


@each(
    VAULTS,
    "two_people",
    control="access.administrators",
    severity=Severity.LOW,
    title="NOUN asks a second person before it is weakened",
    risk="One stolen account stops all backups and deletes those that there are.",
    fix="Put it under a resource guard of another owner: az dataprotection resource-guard create, and then a mapping to it",
)
def two_people(vault: Resource) -> Verdict:
    guarded = is_on(prop(vault, "securitySettings.multiUserAuthorization")) or is_on(
        prop(vault, "isVaultProtectedByResourceGuard")
    )
    return passed("under a resource guard") if guarded else failed("under no resource guard")


@each(
    VAULTS,
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="az backup vault encryption update --encryption-key-id KEY, while the vault is empty",
)
def customer_key(vault: Resource) -> Verdict:
    found = prop(vault, "encryption") or prop(vault, "securitySettings.encryptionSettings")
    return passed("a key of the customer's own") if at(found, "keyVaultProperties.keyUri") else failed("the key is Microsoft's")


@each(
    VAULTS,
    "several_regions",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="NOUN keeps backups in several places",
    risk="What destroys the data center destroys the backups with it.",
    fix="The redundancy is chosen before anything is backed up: --backup-storage-redundancy GeoRedundant",
)
def several_regions(vault: Resource) -> Verdict:
    stores = many(properties(vault).get("storageSettings"))
    said = [word(prop(vault, "redundancySettings.standardTierStorageRedundancy")), *(word(each.get("type")) for each in stores)]
    found = [each for each in said if each]
    if not found:
        return unknown("its redundancy is not said")
    return (failed if "locallyredundant" in found else passed)(f"redundancy is {', '.join(found)}")


@each(
    VAULTS,
    "identified",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN has an identity of its own",
    risk="It cannot reach keys and data behind firewalls, so that those are opened further.",
    fix="az resource update --ids {id} --set identity.type=SystemAssigned",
)
def identified(vault: Resource) -> Verdict:
    return workloads.identified(vault["item"].get("identity"))


@check(
    f"{ITEM}.recent",
    on=ITEM,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="What is backed up was backed up within two days",
    risk="Everybody trusts in a backup that ended long ago.",
    fix="az backup job list --vault-name VAULT --resource-group GROUP --status Failed, and mend what it says",
)
def recent(item: Resource, now: datetime) -> Verdict:
    """Backup vaults tell no times: what is configured there counts as backed up."""
    state = word(prop(item, "protectionState") or prop(item, "currentProtectionState") or prop(item, "protectionStatus.status"))
    made = time_of(prop(item, "lastRecoveryPoint") or prop(item, "lastBackupTime"))
    if state in STOPPED:
        return failed(f"it is {state}")
    if made is None:
        return passed(f"it is {state}") if state == CONFIGURED else unknown("no backup is told of yet")
    said = f"the last one is of {day(made)}"
    return failed(said) if now - made >= RECENT else passed(said, until=made + RECENT)
