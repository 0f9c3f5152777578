"""Azure Backup and Site Recovery: their vaults, and what is backed up in them."""

from __future__ import annotations

from collectors.azure.spec import DIAGNOSTICS, Spec

SERVICE = "azure.recovery"
BACKUPS = "recoveryservicesresources"

VAULT = Spec(
    type="azure.recovery.vault",
    service=SERVICE,
    title="Recovery Services vault",
    arm="microsoft.recoveryservices/vaults",
    facts={"diagnostics": DIAGNOSTICS},
)

BACKUP_VAULT = Spec(
    type="azure.recovery.backup_vault",
    service=SERVICE,
    title="Backup vault",
    arm="microsoft.dataprotection/backupvaults",
    facts={"diagnostics": DIAGNOSTICS},
)

PROTECTED_ITEM = Spec(
    type="azure.recovery.protected_item",
    service=SERVICE,
    title="Backed-up item",
    arm="microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems"
    " microsoft.dataprotection/backupvaults/backupinstances",
    table=BACKUPS,
    volatile=(
        "item.properties.lastBackupTime",
        "item.properties.lastRecoveryPoint",
        "item.properties.protectedItemDataId",
        "item.properties.kpisHealths",
        "item.properties.healthDetails",
        "item.properties.extendedInfo",
    ),
    secret=("item.properties.datasourceAuthCredentials",),
)
