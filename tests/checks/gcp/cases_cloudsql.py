"""Cases of Cloud SQL: instances of each engine, replicas, and what stands for a server elsewhere."""

from __future__ import annotations

from typing import Any

from checks.gcp import cloudsql
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case


def instance(version: str = "POSTGRES_16", /, *, of: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    return {"name": "db", "databaseVersion": version, "instanceType": "CLOUD_SQL_INSTANCE", "settings": settings, **(of or {})}


def reached(connectors: str = "NOT_REQUIRED", **config: Any) -> dict[str, Any]:
    return instance(ipConfiguration=config, connectorEnforcement=connectors)


def admitting(*ranges: str, public: bool = True, connectors: str = "NOT_REQUIRED", until: str = "") -> dict[str, Any]:
    entries = [{"kind": "sql#aclEntry", "value": each} | ({"expirationTime": until} if until else {}) for each in ranges]
    return reached(connectors, ipv4Enabled=public, authorizedNetworks=entries)


def backups(version: str = "POSTGRES_16", **config: Any) -> dict[str, Any]:
    return instance(version, backupConfiguration=config)


def flagged(version: str, **flags: str) -> dict[str, Any]:
    return instance(version, databaseFlags=[{"name": name.replace("__", "."), "value": value} for name, value in flags.items()])


REPLICA = instance(of={"instanceType": "READ_REPLICA_INSTANCE", "masterInstanceName": "p:main"}, availabilityType="ZONAL")
OLD_REPLICA = instance(of={"instanceType": None, "masterInstanceName": "p:main"})
POOL = instance(of={"instanceType": 5})
OUTSIDE = instance(of={"instanceType": "ON_PREMISES_INSTANCE"}, ipConfiguration={"ipv4Enabled": True})
POLICY = {"enablePasswordPolicy": True}
OF_PRIMARIES = (
    cloudsql.passwords_ruled,
    cloudsql.backed_up,
    cloudsql.any_moment_restorable,
    cloudsql.backups_kept,
    cloudsql.several_zones,
)
OF_ALL = (
    cloudsql.encrypted_connections,
    cloudsql.networks_narrow,
    cloudsql.no_public_address,
    cloudsql.data_api_off,
    cloudsql.iam_sign_in,
    cloudsql.supported_version,
    cloudsql.patched,
)

CASES = [
    *(case(check, SKIP, item=item) for check in OF_PRIMARIES for item in (REPLICA, OLD_REPLICA, POOL)),
    *(case(check, SKIP, item=OUTSIDE) for check in (*OF_PRIMARIES, *OF_ALL)),
    case(cloudsql.encrypted_connections, PASS, item=reached(sslMode="ENCRYPTED_ONLY", requireSsl=False)),
    case(cloudsql.encrypted_connections, PASS, item=reached(sslMode=3)),
    case(cloudsql.encrypted_connections, PASS, item=reached(requireSsl=True)),
    case(cloudsql.encrypted_connections, PASS, item=reached("REQUIRED", sslMode="ALLOW_UNENCRYPTED_AND_ENCRYPTED")),
    case(cloudsql.encrypted_connections, FAIL, item=reached(sslMode="ALLOW_UNENCRYPTED_AND_ENCRYPTED", requireSsl=True)),
    case(cloudsql.encrypted_connections, FAIL, item=reached(requireSsl=False)),
    case(cloudsql.encrypted_connections, FAIL, item=instance()),
    case(cloudsql.encrypted_connections, FAIL, item={**REPLICA, "settings": {"ipConfiguration": {"requireSsl": False}}}),
    case(cloudsql.networks_narrow, PASS, item=admitting("192.0.2.0/24")),
    case(cloudsql.networks_narrow, PASS, item=admitting()),
    case(cloudsql.networks_narrow, PASS, item=admitting("0.0.0.0/0", public=False)),
    case(cloudsql.networks_narrow, PASS, item=admitting("0.0.0.0/0", connectors="REQUIRED")),
    case(cloudsql.networks_narrow, PASS, item=admitting("0.0.0.0/0", until="2026-05-01T00:00:00Z")),
    case(cloudsql.networks_narrow, FAIL, item=admitting("0.0.0.0/0", until="2026-07-01T00:00:00Z")),
    case(cloudsql.networks_narrow, FAIL, item=admitting("192.0.2.1", "0.0.0.0/0")),
    case(cloudsql.networks_narrow, FAIL, item=admitting("0.0.0.0/1", "128.0.0.0/1")),
    case(cloudsql.no_public_address, PASS, item=reached(ipv4Enabled=False, privateNetwork="projects/p/global/networks/n")),
    case(cloudsql.no_public_address, FAIL, item=reached(ipv4Enabled=True)),
    case(cloudsql.no_public_address, FAIL, item=instance(of={"ipAddresses": [{"type": "PRIMARY", "ipAddress": "192.0.2.1"}]})),
    case(cloudsql.no_public_address, PASS, item=instance(of={"ipAddresses": [{"type": "PRIVATE", "ipAddress": "10.0.0.1"}]})),
    case(cloudsql.data_api_off, PASS, item=instance()),
    case(cloudsql.data_api_off, PASS, item=instance(dataApiAccess="DISALLOW_DATA_API")),
    case(cloudsql.data_api_off, FAIL, item=instance(dataApiAccess="ALLOW_DATA_API")),
    case(cloudsql.iam_sign_in, PASS, item=flagged("POSTGRES_16", cloudsql__iam_authentication="on")),
    case(cloudsql.iam_sign_in, PASS, item=flagged("MYSQL_8_0_36", cloudsql_iam_authentication="ON")),
    case(cloudsql.iam_sign_in, FAIL, item=flagged("POSTGRES_16", cloudsql_iam_authentication="on")),
    case(cloudsql.iam_sign_in, FAIL, item=flagged("MYSQL_8_0", cloudsql_iam_authentication="off")),
    case(cloudsql.iam_sign_in, SKIP, item=instance("SQLSERVER_2022_STANDARD")),
    case(cloudsql.passwords_ruled, PASS, item=instance(passwordValidationPolicy=POLICY)),
    case(cloudsql.passwords_ruled, FAIL, item=instance(passwordValidationPolicy={"minLength": 8})),
    case(cloudsql.passwords_ruled, FAIL, item=instance("MYSQL_8_4")),
    case(cloudsql.passwords_ruled, SKIP, item=instance("SQLSERVER_2019_WEB")),
    case(cloudsql.passwords_ruled, SKIP, item=instance("MYSQL_5_7")),
    case(cloudsql.backed_up, PASS, item=backups(enabled=True)),
    case(cloudsql.backed_up, PASS, item=backups(enabled=False, backupTier="ENHANCED")),
    case(cloudsql.backed_up, FAIL, item=backups(enabled=False, backupTier="STANDARD")),
    case(cloudsql.backed_up, FAIL, item=instance()),
    case(cloudsql.any_moment_restorable, PASS, item=backups(pointInTimeRecoveryEnabled=True)),
    case(cloudsql.any_moment_restorable, PASS, item=backups("MYSQL_8_0", binaryLogEnabled=True)),
    case(cloudsql.any_moment_restorable, FAIL, item=backups(binaryLogEnabled=True)),
    case(cloudsql.any_moment_restorable, FAIL, item=backups("MYSQL_8_0", enabled=True)),
    case(cloudsql.backups_kept, PASS, item=backups(enabled=True)),
    case(cloudsql.backups_kept, PASS, item=backups(enabled=True, backupRetentionSettings={"retainedBackups": 30})),
    case(cloudsql.backups_kept, FAIL, item=backups(enabled=True, backupRetentionSettings={"retainedBackups": 2})),
    case(cloudsql.backups_kept, SKIP, item=backups(enabled=False)),
    case(cloudsql.several_zones, PASS, item=instance(availabilityType="REGIONAL")),
    case(cloudsql.several_zones, FAIL, item=instance(availabilityType="ZONAL")),
    case(cloudsql.several_zones, FAIL, item=instance()),
    case(cloudsql.supported_version, PASS, item=instance("POSTGRES_14")),
    case(cloudsql.supported_version, PASS, item=instance("MYSQL_8_0_36")),
    case(cloudsql.supported_version, PASS, item=instance("SQLSERVER_2017_EXPRESS")),
    case(cloudsql.supported_version, FAIL, item=instance("POSTGRES_13")),
    case(cloudsql.supported_version, FAIL, item=instance("MYSQL_5_7")),
    case(cloudsql.supported_version, UNKNOWN, item=instance("POSTGRES_99")),
    case(cloudsql.patched, PASS, item=instance()),
    case(cloudsql.patched, PASS, item=instance(of={"maintenanceVersion": "v1", "availableMaintenanceVersions": ["v1"]})),
    case(cloudsql.patched, FAIL, item=instance(of={"maintenanceVersion": "v1", "availableMaintenanceVersions": ["v2"]})),
]
