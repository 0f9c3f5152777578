"""Cases of Spanner, Firestore, Bigtable and AlloyDB."""

from __future__ import annotations

from typing import Any

from checks.gcp import alloydb, bigtable, firestore, spanner
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

TODAY, LONG_AGO = "2026-05-31T03:00:00Z", "2026-04-01T03:00:00Z"
AT = "projects/sample/instances/main"
BIGTABLE = f"//bigtable.googleapis.com/{AT}"
SPANNER_DB, FIRESTORE_DB, TABLE = f"{AT}/databases/shop", "projects/sample/databases/(default)", f"{AT}/tables/clicks"
IAM, AUDIT, SLOW = alloydb.FLAG_CHECKS


def backup(type: str, field: str, of: str, made: str, when: str = "createTime") -> Resource:
    return resource(type, "b", item={field: of, when: made, "state": "READY"})


def backups(check: Any, type: str, field: str, of: str, when: str) -> list[Any]:
    """Return the cases of something that is backed up by backups that are resources of their own."""
    item = {"name": of}
    return [
        case(check, PASS, item=item, inventory=[backup(type, field, of, LONG_AGO, when), backup(type, field, of, TODAY, when)]),
        case(check, FAIL, item=item, inventory=[backup(type, field, of, LONG_AGO, when)]),
        case(check, FAIL, item=item, inventory=[backup(type, field, f"{of}2", TODAY, when)]),
        case(check, FAIL, item=item),
        case(check, UNKNOWN, item=item, inventory=[unlisted(type)]),
    ]


def cluster(zone: str, instance: str = BIGTABLE) -> Resource:
    item = {"location": f"projects/sample/locations/{zone}"}
    return resource(bigtable.CLUSTER, f"{instance}/clusters/{zone}", item=item)


def connecting(mode: str | int | None = None, **config: Any) -> dict[str, Any]:
    return {"clientConnectionConfig": {"sslConfig": {"sslMode": mode} if mode is not None else {}, **config}}


def admitting(*ranges: str, public: bool = True) -> dict[str, Any]:
    return {"networkConfig": {"enablePublicIp": public, "authorizedExternalNetworks": [{"cidrRange": each} for each in ranges]}}


def flag(**flags: str) -> dict[str, Any]:
    return {"databaseFlags": {name.replace("__", "."): value for name, value in flags.items()}}


def ruled(says: str | None, name: str = "cloud.firestore") -> list[Resource]:
    """Return a release and its ruleset; ``None``: whose text is not told."""
    path = f"{PROJECT}/rulesets/1"
    source = {} if says is None else {"source": {"files": [{"name": "firestore.rules", "content": says}]}}
    return [
        resource(firestore.RELEASE, "r", item={"name": f"{PROJECT}/releases/{name}", "rulesetName": path}),
        resource(firestore.RULESET, f"//firebaserules.googleapis.com/{path}", item={"name": path, **source}),
    ]


def matching(*allows: str) -> str:
    return "service cloud.firestore { match /databases/{db}/documents { match /{all=**} { " + " ".join(allows) + " } } }"


PROJECT = "projects/sample"
FIRST, OTHER = {"name": FIRESTORE_DB}, {"name": f"{PROJECT}/databases/other"}
SIGNED_IN = "allow read, write: if request.auth != null;"
SECONDARY = {"clusterType": "SECONDARY", "continuousBackupConfig": {"enabled": False}}
ONE, TWO = cluster("europe-west1-b"), cluster("europe-west1-c")

CASES = [
    *backups(spanner.backed_up, spanner.BACKUP, "database", SPANNER_DB, "createTime"),
    case(spanner.versions_kept, PASS, item={"versionRetentionPeriod": "7d"}),
    case(spanner.versions_kept, PASS, item={"versionRetentionPeriod": "24h"}),
    case(spanner.versions_kept, FAIL, item={"versionRetentionPeriod": "1h"}),
    case(spanner.versions_kept, FAIL, item={}),
    case(spanner.new_databases_backed_up, PASS, item={"defaultBackupScheduleType": "AUTOMATIC"}),
    case(spanner.new_databases_backed_up, FAIL, item={"defaultBackupScheduleType": "NONE"}),
    case(spanner.new_databases_backed_up, FAIL, item={"instanceType": "PROVISIONED"}),
    case(spanner.new_databases_backed_up, SKIP, item={"instanceType": "FREE_INSTANCE"}),
    *backups(firestore.backed_up, firestore.BACKUP, "database", FIRESTORE_DB, "snapshotTime"),
    case(firestore.any_moment_restorable, PASS, item={"pointInTimeRecoveryEnablement": "POINT_IN_TIME_RECOVERY_ENABLED"}),
    case(firestore.any_moment_restorable, FAIL, item={"pointInTimeRecoveryEnablement": "POINT_IN_TIME_RECOVERY_DISABLED"}),
    case(firestore.any_moment_restorable, FAIL, item={}),
    case(firestore.no_passwords, PASS, item={"mongodbCompatibleDataAccessMode": "DATA_ACCESS_MODE_DISABLED"}),
    case(firestore.no_passwords, PASS, item={"databaseEdition": "STANDARD"}),
    case(firestore.no_passwords, FAIL, item={"mongodbCompatibleDataAccessMode": "DATA_ACCESS_MODE_ENABLED"}),
    *(
        case(firestore.rules_closed, outcome, item=FIRST, inventory=ruled(matching(*allows)))
        for outcome, allows in [
            (PASS, [SIGNED_IN]),
            (PASS, ["allow read, write: if false;"]),
            (PASS, ["allow read, write: if request.time < timestamp.date(2026, 5, 1);"]),
            (PASS, [SIGNED_IN, "// allow read, write: if true;\n"]),
            (PASS, ["/* allow read; */", SIGNED_IN]),
            (FAIL, ["allow read, write: if true;"]),
            (FAIL, ["allow read, write: if (true);"]),
            (FAIL, ["allow read;"]),
            (FAIL, [SIGNED_IN, "allow get, list;"]),
            (FAIL, ["allow read, write: if request.time < timestamp.date(2026, 7, 1);"]),
        ]
    ),
    case(firestore.rules_closed, PASS, item=OTHER, inventory=ruled(matching(SIGNED_IN), "cloud.firestore/other")),
    case(firestore.rules_closed, FAIL, item=OTHER, inventory=ruled(matching("allow read;"), "cloud.firestore/other")),
    case(firestore.rules_closed, SKIP, item=OTHER, inventory=ruled(matching("allow read;"))),
    case(firestore.rules_closed, SKIP, item=FIRST, inventory=ruled(matching("allow read;"), "firebase.storage/bucket")),
    case(firestore.rules_closed, SKIP, item=FIRST),
    case(firestore.rules_closed, UNKNOWN, item=FIRST, inventory=ruled(None)),
    case(firestore.rules_closed, UNKNOWN, item=FIRST, inventory=ruled(matching(SIGNED_IN))[:1]),
    case(firestore.rules_closed, UNKNOWN, item=FIRST, inventory=[unlisted(firestore.RELEASE)]),
    *backups(bigtable.backed_up, bigtable.BACKUP, "sourceTable", TABLE, "startTime"),
    case(bigtable.backed_up, PASS, item={"automatedBackupPolicy": {"retentionPeriod": "604800s"}}),
    case(bigtable.backed_up, PASS, item={"effectiveAutomatedBackupPolicy": {"frequency": "86400s"}}),
    case(bigtable.backed_up, FAIL, item={"name": TABLE, "automatedBackupPolicy": {"disabled": True}}),
    case(bigtable.several_clusters, PASS, id=BIGTABLE, item={"type": "PRODUCTION"}, inventory=[ONE, TWO]),
    case(bigtable.several_clusters, FAIL, id=BIGTABLE, item={"type": "PRODUCTION"}, inventory=[ONE]),
    case(bigtable.several_clusters, FAIL, id=BIGTABLE, item={}, inventory=[ONE, cluster("europe-west1-c", f"{BIGTABLE}2")]),
    case(bigtable.several_clusters, SKIP, id=BIGTABLE, item={"type": "DEVELOPMENT"}, inventory=[ONE]),
    case(bigtable.several_clusters, UNKNOWN, id=BIGTABLE, item={}, inventory=[unlisted(bigtable.CLUSTER)]),
    case(alloydb.backed_up, PASS, item={"automatedBackupPolicy": {"enabled": True}}),
    case(alloydb.backed_up, PASS, item={"automatedBackupPolicy": {}}),
    case(
        alloydb.backed_up, PASS, item={"automatedBackupPolicy": {"enabled": False}, "backupdrInfo": {"currentWindow": {"x": 1}}}
    ),
    case(alloydb.backed_up, FAIL, item={"automatedBackupPolicy": {"enabled": False}}),
    case(alloydb.backed_up, SKIP, item={**SECONDARY, "automatedBackupPolicy": {"enabled": False}}),
    case(alloydb.any_moment_restorable, PASS, item={"continuousBackupConfig": {"enabled": True}}),
    case(alloydb.any_moment_restorable, PASS, item={}),
    case(alloydb.any_moment_restorable, FAIL, item={"continuousBackupConfig": {"enabled": False}}),
    case(alloydb.any_moment_restorable, SKIP, item=SECONDARY),
    case(alloydb.supported_version, PASS, item={"databaseVersion": "POSTGRES_16"}),
    case(alloydb.supported_version, FAIL, item={"databaseVersion": "POSTGRES_13"}),
    case(alloydb.supported_version, UNKNOWN, item={"databaseVersion": "POSTGRES_99"}),
    case(alloydb.encrypted_connections, PASS, item=connecting("ENCRYPTED_ONLY")),
    case(alloydb.encrypted_connections, PASS, item=connecting()),
    case(alloydb.encrypted_connections, PASS, item={}),
    case(alloydb.encrypted_connections, PASS, item=connecting("ALLOW_UNENCRYPTED_AND_ENCRYPTED", requireConnectors=True)),
    case(alloydb.encrypted_connections, FAIL, item=connecting("ALLOW_UNENCRYPTED_AND_ENCRYPTED")),
    case(alloydb.encrypted_connections, FAIL, item=connecting("SSL_MODE_ALLOW")),
    case(alloydb.encrypted_connections, FAIL, item=connecting(4)),
    case(alloydb.no_public_address, PASS, item=admitting(public=False)),
    case(alloydb.no_public_address, FAIL, item=admitting()),
    case(alloydb.no_public_address, FAIL, item={"publicIpAddress": "192.0.2.1"}),
    case(alloydb.networks_narrow, PASS, item=admitting("192.0.2.0/24")),
    case(alloydb.networks_narrow, PASS, item=admitting("0.0.0.0/0", public=False)),
    case(alloydb.networks_narrow, FAIL, item=admitting("192.0.2.0/24", "0.0.0.0/0")),
    case(alloydb.data_api_off, PASS, item={"dataApiAccess": "DISABLED"}),
    case(alloydb.data_api_off, PASS, item={}),
    case(alloydb.data_api_off, FAIL, item={"dataApiAccess": "ENABLED"}),
    case(alloydb.several_zones, PASS, item={"instanceType": "PRIMARY", "availabilityType": "REGIONAL"}),
    case(alloydb.several_zones, PASS, item={"instanceType": "PRIMARY"}),
    case(alloydb.several_zones, FAIL, item={"instanceType": "PRIMARY", "availabilityType": "ZONAL"}),
    case(alloydb.several_zones, SKIP, item={"instanceType": "READ_POOL"}),
    case(IAM, PASS, item=flag(alloydb__iam_authentication="on")),
    case(IAM, FAIL, item=flag(alloydb__iam_authentication="off")),
    case(IAM, FAIL, item={}),
    case(AUDIT, PASS, item=flag(alloydb__enable_pgaudit="on")),
    case(AUDIT, FAIL, item=flag(other="on")),
    case(SLOW, PASS, item=flag(log_min_duration_statement="-1")),
    case(SLOW, PASS, item={}),
    case(SLOW, FAIL, item=flag(log_min_duration_statement="0")),
]
