"""Storage accounts, with the settings of their blobs and file shares."""

from __future__ import annotations

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.storage"
API = "2024-01-01"
# What the answer is where an account of that kind has no such service (premium accounts have one of them each).
# Source: reports of Azure's users; of diagnostic settings below such a service, not verified.
NOT_OFFERED = "FeatureNotSupportedForAccount"


def _logs(service: str) -> Get:
    return Get(
        f"/{service}/default{DIAGNOSTICS.path}",
        DIAGNOSTICS.answer,
        api=DIAGNOSTICS.api,
        action=DIAGNOSTICS.action,
        absent=f"{NOT_OFFERED} ResourceNotFound",
    )


ACCOUNT = Spec(
    type="azure.storage.account",
    service=SERVICE,
    title="Storage account",
    arm="microsoft.storage/storageaccounts",
    api=API,
    facts={
        "blob_service": Get(
            "/blobServices/default", action="Microsoft.Storage/storageAccounts/blobServices/read", absent=NOT_OFFERED
        ),
        "file_service": Get(
            "/fileServices/default", action="Microsoft.Storage/storageAccounts/fileServices/read", absent=NOT_OFFERED
        ),
        "blob_logs": _logs("blobServices"),
        "queue_logs": _logs("queueServices"),
        "table_logs": _logs("tableServices"),
        "file_logs": _logs("fileServices"),
    },
    volatile=(
        "item.properties.statusOfPrimary",
        "item.properties.statusOfSecondary",
        "item.properties.geoReplicationStats",
        "item.properties.encryption.keyvaultproperties.lastKeyRotationTimestamp",
        "blob_service.restorePolicy.minRestoreTime",
    ),
)
