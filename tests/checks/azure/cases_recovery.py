"""Cases of vaults for backups, in the words of both kinds, and of what lies in them."""

from __future__ import annotations

from typing import Any

from checks.azure import recovery
from tests.cases import FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import row

OF_VAULT, OF_BACKUPS = 0, 1


def secured(**settings: Any) -> dict[str, Any]:
    return row(securitySettings=settings)


def item(state: str | None, made: str | None = None, **more: Any) -> dict[str, Any]:
    return row(protectionState=state, lastRecoveryPoint=made, **more)


KEY = {"keyVaultProperties": {"keyUri": "https://x/keys/data"}}

CASES = [
    *(case(check, PASS, item=secured(immutabilitySettings={"state": "Locked"})) for check in recovery.IMMUTABLE),
    *(case(check, FAIL, item=secured(immutabilitySettings={"state": "Disabled"})) for check in recovery.IMMUTABLE),
    *(case(check, FAIL, item=row(securitySettings=None)) for check in recovery.IMMUTABLE),
    *(
        case(check, PASS, item=row(monitoringSettings={"azureMonitorAlertSettings": {"alertsForAllJobFailures": "Enabled"}}))
        for check in recovery.ALARMED
    ),
    *(case(check, FAIL, item=row(monitoringSettings=None)) for check in recovery.ALARMED),
    case(
        recovery.RESTORED_WITHIN[0],
        PASS,
        item=row(
            restoreSettings={"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "PermanentlyDisabled"}}
        ),
    ),
    case(recovery.RESTORED_WITHIN[0], FAIL, item=row()),
    case(recovery.deleted_kept[OF_VAULT], PASS, item=secured(softDeleteSettings={"softDeleteState": "AlwaysON"})),
    case(
        recovery.deleted_kept[OF_VAULT],
        PASS,
        item=secured(softDeleteSettings={"softDeleteState": "enabled", "softDeleteRetentionPeriodInDays": 14}),
    ),
    case(recovery.deleted_kept[OF_VAULT], FAIL, item=secured(softDeleteSettings={"softDeleteState": "Disabled"})),
    case(recovery.deleted_kept[OF_VAULT], FAIL, item=secured(softDeleteSettings={"state": "On"})),
    case(
        recovery.deleted_kept[OF_BACKUPS],
        PASS,
        item=secured(softDeleteSettings={"state": "On", "retentionDurationInDays": 14.0}),
    ),
    case(recovery.deleted_kept[OF_BACKUPS], FAIL, item=secured(softDeleteSettings={"state": "Off"})),
    case(
        recovery.deleted_kept[OF_BACKUPS], FAIL, item=secured(softDeleteSettings={"state": "On", "retentionDurationInDays": 0})
    ),
    *(case(check, PASS, item=secured(multiUserAuthorization="Enabled")) for check in recovery.two_people),
    *(case(check, PASS, item=row(isVaultProtectedByResourceGuard=True)) for check in recovery.two_people),
    *(case(check, FAIL, item=secured(multiUserAuthorization="Disabled")) for check in recovery.two_people),
    *(case(check, PASS, item=row(encryption=KEY)) for check in recovery.customer_key),
    *(case(check, PASS, item=secured(encryptionSettings=KEY)) for check in recovery.customer_key),
    *(case(check, FAIL, item=row(encryption={"infrastructureEncryption": "Enabled"})) for check in recovery.customer_key),
    case(
        recovery.several_regions[OF_VAULT], PASS, item=row(redundancySettings={"standardTierStorageRedundancy": "GeoRedundant"})
    ),
    case(
        recovery.several_regions[OF_VAULT],
        FAIL,
        item=row(redundancySettings={"standardTierStorageRedundancy": "LocallyRedundant"}),
    ),
    case(recovery.several_regions[OF_BACKUPS], PASS, item=row(storageSettings=[{"type": "ZoneRedundant"}])),
    case(recovery.several_regions[OF_BACKUPS], FAIL, item=row(storageSettings=[{"type": "locallyRedundant"}])),
    case(recovery.several_regions[OF_VAULT], UNKNOWN, item=row()),
    *(case(check, PASS, item=row({"identity": {"type": "SystemAssigned"}})) for check in recovery.identified),
    *(case(check, FAIL, item=row({"identity": {"type": "None"}})) for check in recovery.identified),
    case(recovery.recent, PASS, item=item("Protected", "2026-05-31T00:00:00Z")),
    case(recovery.recent, PASS, item=row(currentProtectionState="ProtectionConfigured")),
    case(recovery.recent, PASS, item=row(protectionStatus={"status": "ProtectionConfigured"})),
    case(recovery.recent, FAIL, item=item("Protected", "2026-05-20T00:00:00Z")),
    case(recovery.recent, FAIL, item=item("ProtectionStopped", "2026-06-01T00:00:00Z")),
    case(recovery.recent, FAIL, item=row(currentProtectionState="BackupSchedulesSuspended")),
    case(recovery.recent, UNKNOWN, item=item("IRPending")),
    case(recovery.recent, UNKNOWN, item=row()),
]
