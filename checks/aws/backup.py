"""Checks on AWS Backup."""

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

LEAST_DAYS = 7
FAILURES = {"BACKUP_JOB_FAILED", "BACKUP_JOB_COMPLETED", "BACKUP_JOB_EXPIRED"}


@check(
    "aws.backup.plan.selects_resources",
    on="aws.backup.plan",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Backup plan has something to back up",
    risk="A plan without a selection looks like protection and saves nothing.",
    fix="aws backup create-backup-selection --backup-plan-id ID --backup-selection file://selection.json",
)
def selects_resources(plan: Resource) -> Verdict:
    selections = plan["selections"] or []
    return passed(f"{len(selections)} selections") if selections else failed("the plan selects nothing")


@check(
    "aws.backup.plan.retention",
    on="aws.backup.plan",
    control="data.retention",
    severity=Severity.MEDIUM,
    title="Backups are kept for a week or more, and not for ever",
    risk="Backups of a few days are gone before a loss is noticed; those without end outlive their purpose.",
    fix="Set Lifecycle.DeleteAfterDays in every rule: aws backup update-backup-plan",
)
def retention(plan: Resource) -> Verdict:
    lives = {rule["RuleName"]: rule.get("Lifecycle", {}) for rule in plan["plan"]["Rules"]}
    kept = {name: life["DeleteAfterDays"] for name, life in lives.items() if "DeleteAfterDays" in life}
    if short := [name for name, days in kept.items() if days < LEAST_DAYS]:
        return failed(f"kept for less than {LEAST_DAYS} days: {', '.join(short)}")
    if endless := [name for name, life in lives.items() if name not in kept and "DeleteAfterEvent" not in life]:
        return failed(f"kept without end: {', '.join(endless)}")
    return passed(f"kept for {min(kept.values())} days or more" if kept else "deleted once copied")


@check(
    "aws.backup.plan.copied_elsewhere",
    on="aws.backup.plan",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Backups are copied to another region or account",
    risk="Whoever takes over the account, or an outage of the region, takes the backups too.",
    fix="Add CopyActions with a vault in another region or account to a rule of the plan",
)
def copied_elsewhere(plan: Resource) -> Verdict:
    copies = [copy["DestinationBackupVaultArn"] for rule in plan["plan"]["Rules"] for copy in rule.get("CopyActions", [])]
    away = [arn for arn in copies if arn.split(":")[3:5] != [plan.region, plan.account]]
    return passed(f"copied to {away[0]}") if away else failed("no rule copies to another region or account")


@check(
    "aws.backup.vault.locked",
    on="aws.backup.vault",
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="Backup vault is locked",
    risk="Whoever may delete recovery points deletes them before asking for ransom.",
    fix="aws backup put-backup-vault-lock-configuration --backup-vault-name {name} --min-retention-days 7"
    " --changeable-for-days 3",
)
def locked(vault: Resource) -> Verdict:
    item = vault["item"]
    if item.get("VaultType") == "LOGICALLY_AIR_GAPPED_BACKUP_VAULT" or item.get("Locked"):
        return passed("recovery points cannot be deleted early")
    return failed("the vault has no lock")


@check(
    "aws.backup.vault.customer_key",
    on="aws.backup.vault",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Backup vault is encrypted with the customer's own key",
    risk="Who may read the backups cannot be limited, or ended, by a key of one's own.",
    fix="Create a vault with --encryption-key-arn; the key of a vault cannot be changed",
)
def customer_key(vault: Resource, inventory: Inventory) -> Verdict:
    if vault["item"].get("EncryptionKeyType") == "AWS_OWNED_KMS_KEY":
        return failed("encrypted with a key that AWS owns")
    return keys.customer_key(vault, vault["item"].get("EncryptionKeyArn"), inventory)


@check(
    "aws.backup.vault.not_public",
    on="aws.backup.vault",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Backup vault admits nobody unnamed",
    risk="Anybody may copy recovery points into or out of the vault.",
    fix="aws backup put-backup-vault-access-policy --backup-vault-name {name} --policy file://policy.json",
    cis=sharing.STRANGERS,
)
def not_public(vault: Resource) -> Verdict:
    return sharing.named(vault)


@check(
    "aws.backup.vault.outsiders_known",
    on="aws.backup.vault",
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Backup vault admits the organization's accounts only",
    risk="Another company's account may copy recovery points out of the vault, or fill it with its own.",
    fix="aws backup put-backup-vault-access-policy --backup-vault-name {name} --policy file://policy.json",
    cis=sharing.STRANGERS,
)
def outsiders_known(vault: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(vault, inventory)


@check(
    "aws.backup.vault.failures_reported",
    on="aws.backup.vault",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Somebody is told when a backup fails",
    risk="Backups fail for months, and it is noticed on the day of the restore.",
    fix="aws backup put-backup-vault-notifications --backup-vault-name {name} --sns-topic-arn TOPIC"
    " --backup-vault-events BACKUP_JOB_COMPLETED",
)
def failures_reported(vault: Resource, inventory: Inventory) -> Verdict:
    plans = inventory.all("aws.backup.plan", region=vault.region)
    if not any(rule["TargetBackupVaultName"] == vault.name for plan in plans for rule in plan["plan"]["Rules"]):
        return skipped("no plan backs up into this vault")
    events = set((vault["notifications"] or {}).get("BackupVaultEvents", []))
    if events & FAILURES:
        return passed(f"reported: {', '.join(sorted(events & FAILURES))}")
    return failed("the vault reports no failed jobs")
