"""Cases of storage accounts: their doors, keys and ciphers, and what they keep."""

from __future__ import annotations

from typing import Any

from checks.azure import storage, storage_kept
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import handed, row

ON, OFF = {"enabled": True, "days": 7}, {"enabled": False, "days": None}
HOME = "22222222-2222-2222-2222-222222222222"
# A setting, a value that passes and one that fails (in the casing of another time), and what holds where nothing is said.
SETTINGS: tuple[tuple[tuple[Check, ...], str, object, object, Any], ...] = (
    (storage.ANONYMOUS_OFF, "allowBlobPublicAccess", False, True, UNKNOWN),
    (storage.CROSS_TENANT_OFF, "allowCrossTenantReplication", False, "True", UNKNOWN),
    (storage.COPIED_WITHIN_TENANT, "allowedCopyScope", "aad", "All", FAIL),
    (storage.HTTPS_ONLY, "supportsHttpsTrafficOnly", True, False, FAIL),
    (storage.SHARED_KEY_OFF, "allowSharedKeyAccess", False, True, FAIL),
    (storage.ENTRA_FIRST, "defaultToOAuthAuthentication", True, False, FAIL),
)
SMB = {smb.name: check for smb, check in zip(storage_kept.SMB, storage_kept.SMB_CHECKS, strict=True)}
LOGS = list(zip(storage_kept.LOGGED, storage_kept.LOGS, strict=True))
ALL = ("StorageRead", "StorageWrite", "StorageDelete")


def doors(action: str | None, *addresses: str, bypass: str | None = "AzureServices", **more: Any) -> dict[str, Any]:
    """Return an account whose firewall admits *addresses*."""
    rules = [{"value": each, "action": "Allow"} for each in addresses]
    return row(networkAcls={"defaultAction": action, "ipRules": rules, "bypass": bypass}, **more)


def keys(first: str | None, second: str | None, **more: Any) -> dict[str, Any]:
    return row(keyCreationTime={"key1": first, "key2": second}, **more)


def smb(**settings: str) -> dict[str, Any]:
    return {"protocolSettings": {"smb": settings}}


def sized(name: str) -> dict[str, Any]:
    return row({"sku": {"name": name, "tier": "Standard"}})


def admitting(*tenants: str, home: str | None = HOME) -> dict[str, Any]:
    rules = [{"tenantId": each, "resourceId": "/subscriptions/x"} for each in tenants]
    return row({"tenantId": home}, networkAcls={"resourceAccessRules": rules})


def led(service: storage_kept.Logged, given: object) -> dict[str, Any]:
    """Return the fact that tells where a service's logs go."""
    return {service.fact: given}


OFFERED = row(primaryEndpoints=dict.fromkeys(("blob", "queue", "table", "file"), "https://x"))

CASES = [
    *(case(checks[0], PASS, item=row(**{path: good})) for checks, path, good, *_ in SETTINGS),
    *(case(checks[0], FAIL, item=row(**{path: bad})) for checks, path, _, bad, _ in SETTINGS),
    *(case(checks[0], unsaid, item=row(**{path: None})) for checks, path, *_, unsaid in SETTINGS),
    *(case(checks[0], unsaid, item=row()) for checks, *_, unsaid in SETTINGS),
    case(storage.ENCRYPTED_TWICE[0], PASS, item=row(encryption={"requireInfrastructureEncryption": True})),
    case(storage.ENCRYPTED_TWICE[0], FAIL, item=row(encryption={"keySource": "Microsoft.Storage"})),
    case(storage.CUSTOMER_KEY[0], PASS, item=row(encryption={"keySource": "Microsoft.KeyVault"})),
    case(storage.CUSTOMER_KEY[0], FAIL, item=row(encryption={"keySource": "Microsoft.Storage"})),
    case(storage.LOCAL_USERS_OFF[0], PASS, item=row(isSftpEnabled=True, isLocalUserEnabled=False)),
    case(storage.LOCAL_USERS_OFF[0], FAIL, item=row(isSftpEnabled=True, isLocalUserEnabled=None)),
    case(storage.LOCAL_USERS_OFF[0], SKIP, item=row(isSftpEnabled=False, isLocalUserEnabled=True)),
    case(storage.modern_tls, PASS, item=row(minimumTlsVersion="TLS1_2")),
    case(storage.modern_tls, PASS, item=row(minimumTlsVersion="TLS1_3")),
    case(storage.modern_tls, FAIL, item=row(minimumTlsVersion="TLS1_1")),
    case(storage.modern_tls, FAIL, item=row(minimumTlsVersion="none")),
    case(storage.modern_tls, FAIL, item=row()),
    case(storage.key_reminders, PASS, item=row(keyPolicy={"keyExpirationPeriodInDays": 90})),
    case(storage.key_reminders, FAIL, item=row(keyPolicy={"keyExpirationPeriodInDays": 0})),
    case(storage.key_reminders, FAIL, item=row(keyPolicy=None)),
    case(storage.key_reminders, SKIP, item=row(keyPolicy=None, allowSharedKeyAccess=False)),
    case(storage.keys_renewed, PASS, item=keys("2026-05-01T00:00:00.0000000Z", "2026-04-01T00:00:00Z")),
    case(storage.keys_renewed, PASS, item=keys(None, None, allowSharedKeyAccess=False)),
    case(storage.keys_renewed, FAIL, item=keys("2026-05-01T00:00:00Z", "2026-01-01T00:00:00Z")),
    case(storage.keys_renewed, FAIL, item=keys("2025-05-01T00:00:00Z", None)),
    case(storage.keys_renewed, UNKNOWN, item=keys("2026-05-01T00:00:00Z", None)),
    case(storage.keys_renewed, UNKNOWN, item=row(keyCreationTime=None)),
    case(storage.signatures_expire, PASS, item=row(sasPolicy={"sasExpirationPeriod": "1.00:00:00", "expirationAction": "Log"})),
    case(storage.signatures_expire, FAIL, item=row(sasPolicy=None)),
    case(storage.networks_narrow, PASS, item=doors("Deny")),
    case(storage.networks_narrow, PASS, item=doors("deny", "192.0.2.0/24", "198.51.100.7")),
    case(storage.networks_narrow, PASS, item=doors("Allow", publicNetworkAccess="Disabled")),
    case(storage.networks_narrow, PASS, item=doors("Allow", publicNetworkAccess="SecuredByPerimeter")),
    case(storage.networks_narrow, FAIL, item=doors("Allow")),
    case(storage.networks_narrow, FAIL, item=doors("Deny", "0.0.0.0/1", "128.0.0.0/1")),
    case(storage.networks_narrow, FAIL, item=row()),
    case(storage.trusted_services_admitted, PASS, item=doors("Deny", bypass="Logging, Metrics, AzureServices")),
    case(storage.trusted_services_admitted, PASS, item=doors("Deny", bypass=None)),
    case(storage.trusted_services_admitted, FAIL, item=doors("Deny", bypass="None")),
    case(storage.trusted_services_admitted, FAIL, item=doors("Allow", bypass="Logging", publicNetworkAccess="Disabled")),
    case(storage.trusted_services_admitted, SKIP, item=doors("Allow", bypass="None")),
    case(storage.resources_known, PASS, item=admitting(HOME.upper())),
    case(storage.resources_known, PASS, item=row()),
    case(storage.resources_known, FAIL, item=admitting(HOME, "33333333-3333-3333-3333-333333333333")),
    case(storage.resources_known, UNKNOWN, item=admitting(HOME, home=None)),
    case(storage_kept.deleted_blobs_kept, PASS, item=row(), blob_service={"deleteRetentionPolicy": ON}),
    case(storage_kept.deleted_blobs_kept, FAIL, item=row(), blob_service={"deleteRetentionPolicy": ON | {"days": 6}}),
    case(storage_kept.deleted_blobs_kept, FAIL, item=row(), blob_service={"deleteRetentionPolicy": OFF}),
    case(storage_kept.deleted_blobs_kept, SKIP, item=row(), blob_service=None),
    case(storage_kept.deleted_blobs_kept, UNKNOWN, item=row(), blob_service=DENIED),
    case(storage_kept.deleted_containers_kept, PASS, item=row(), blob_service={"containerDeleteRetentionPolicy": ON}),
    case(storage_kept.deleted_containers_kept, FAIL, item=row(), blob_service={"deleteRetentionPolicy": ON}),
    case(storage_kept.versions_kept, PASS, item=row(), blob_service={"isVersioningEnabled": True}),
    case(storage_kept.versions_kept, FAIL, item=row(isHnsEnabled=False), blob_service={}),
    case(storage_kept.versions_kept, SKIP, item=row(isHnsEnabled=True), blob_service={}),
    case(storage_kept.origins_known, PASS, item=row(), blob_service={"cors": {"corsRules": []}}),
    case(
        storage_kept.origins_known, PASS, item=row(), blob_service={"cors": {"corsRules": [{"allowedOrigins": ["https://a"]}]}}
    ),
    case(storage_kept.origins_known, FAIL, item=row(), blob_service={"cors": {"corsRules": [{"allowedOrigins": ["*"]}]}}),
    case(storage_kept.deleted_shares_kept, PASS, item=row(), file_service={"shareDeleteRetentionPolicy": ON}),
    case(storage_kept.deleted_shares_kept, FAIL, item=row(), file_service={"shareDeleteRetentionPolicy": OFF}),
    case(storage_kept.deleted_shares_kept, SKIP, item=row(), file_service=None),
    *(case(SMB[each.name], PASS, item=row(), file_service=smb(**{each.field: f"{each.good};"})) for each in storage_kept.SMB),
    *(case(SMB[each.name], FAIL, item=row(), file_service=smb()) for each in storage_kept.SMB),
    case(SMB["smb_current"], FAIL, item=row(), file_service=smb(versions="SMB3.0;SMB3.1.1;")),
    case(SMB["smb_encrypted"], PASS, item=row(), file_service=smb(channelEncryption="aes-256-gcm")),
    case(SMB["smb_kerberos"], UNKNOWN, item=row(), file_service=DENIED),
    *(case(check, PASS, item=OFFERED, **led(each, handed(*ALL))) for each, check in LOGS),
    *(case(check, FAIL, item=OFFERED, **led(each, handed("StorageRead", "StorageWrite"))) for each, check in LOGS),
    *(case(check, FAIL, item=OFFERED, **led(each, None)) for each, check in LOGS),
    *(case(check, SKIP, item=row(primaryEndpoints={}), **led(each, None)) for each, check in LOGS),
    *(case(check, UNKNOWN, item=OFFERED, **led(each, DENIED)) for each, check in LOGS),
    case(LOGS[0][1], PASS, item=OFFERED, blob_logs=handed(group="allLogs", target="storageAccountId")),
    case(LOGS[0][1], FAIL, item=OFFERED, blob_logs=handed(*ALL, target="")),
    *(case(storage_kept.several_zones, PASS, item=sized(name)) for name in ("Standard_ZRS", "Standard_RAGZRS", "premium_zrs")),
    *(case(storage_kept.several_zones, FAIL, item=sized(name)) for name in ("Standard_LRS", "Standard_GRS")),
    case(storage_kept.several_zones, FAIL, item=row()),
    *(case(storage_kept.several_regions, PASS, item=sized(name)) for name in ("Standard_GRS", "Standard_RAGZRS")),
    *(case(storage_kept.several_regions, FAIL, item=sized(name)) for name in ("Standard_ZRS", "Premium_LRS")),
]
