"""Cases of flexible servers of PostgreSQL and MySQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from checks.azure import data_parameters, postgres
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import below, parameters, row

AUTUMN, WINTER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
VERSIONS = {check.on: check for check in postgres.supported_version}
POSTGRES, MYSQL = VERSIONS[postgres.POSTGRES], VERSIONS[postgres.MYSQL]
# Values that each parameter passes and fails with, by its check.
VALUES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    f"{postgres.POSTGRES}.encrypted_connections": (("on", "ON"), ("off",)),
    f"{postgres.POSTGRES}.modern_tls": (("TLSv1.2", "TLSv1.3"), ("TLSv1", "TLSv1.1")),
    f"{postgres.POSTGRES}.checkpoints_logged": (("on",), ("off",)),
    f"{postgres.POSTGRES}.connections_logged": (("on", "receipt,authentication"), ("off", "")),
    f"{postgres.POSTGRES}.disconnections_logged": (("on",), ("off",)),
    f"{postgres.POSTGRES}.guessing_slowed": (("on",), ("off",)),
    f"{postgres.POSTGRES}.log_files_kept": (("4", "7"), ("3", "1")),
    f"{postgres.POSTGRES}.passwords_hashed_well": (("scram-sha-256",), ("md5",)),
    f"{postgres.POSTGRES}.statements_audited": (("pg_cron,pgaudit",), ("pg_cron,pg_stat_statements", "")),
    f"{postgres.POSTGRES}.data_kept_in": (("", "PGCRYPTO,PGAUDIT"), ("PGCRYPTO, DBLINK",)),
    f"{postgres.POSTGRES}.code_kept_out": (("", "PGCRYPTO,VECTOR"), ("PGCRYPTO,PLV8",)),
    f"{postgres.MYSQL}.encrypted_connections": (("ON",), ("OFF",)),
    f"{postgres.MYSQL}.modern_tls": (("TLSv1.2", "TLSv1.2,TLSv1.3"), ("TLSv1,TLSv1.1,TLSv1.2", "TLSv1.1", "")),
    f"{postgres.MYSQL}.audited": (("ON",), ("OFF",)),
    f"{postgres.MYSQL}.connections_logged": (("CONNECTION", "connection,ddl"), ("DDL", "")),
    f"{postgres.MYSQL}.client_files_left_alone": (("OFF",), ("ON",)),
    f"{postgres.MYSQL}.functions_restricted": (("OFF",), ("ON",)),
}


def set_to(parameter: str, value: str) -> list[dict[str, Any]]:
    return parameters(**{parameter.replace(".", "__"): value})


def by_parameter() -> list[Any]:
    found = []
    for check, parameter in zip(data_parameters.SET_WELL, data_parameters.PARAMETERS, strict=True):
        good, bad = VALUES[check.id]
        found += [case(check, PASS, item=row(), configurations=set_to(parameter.parameter, value)) for value in good]
        found += [case(check, FAIL, item=row(), configurations=set_to(parameter.parameter, value)) for value in bad]
        found += [
            case(check, SKIP, item=row(), configurations=parameters(another="on")),
            case(check, UNKNOWN, item=row(), configurations=DENIED),
        ]
    return found


REPLICAS = ({"replicationRole": "AsyncReplica"}, {"replicationRole": "Replica"})

CASES = [
    *by_parameter(),
    case(POSTGRES, PASS, item=row(version="13")),
    case(POSTGRES, FAIL, item=row(version="13"), now=AUTUMN),
    case(POSTGRES, PASS, item=row(version="16"), now=AUTUMN),
    case(POSTGRES, UNKNOWN, item=row(version="19")),
    case(POSTGRES, FAIL, item=row(version="10")),
    case(MYSQL, PASS, item=row(version="5.7")),
    case(MYSQL, FAIL, item=row(version="5.7"), now=WINTER),
    case(MYSQL, PASS, item=row(version="8.0.21"), now=WINTER),
    case(MYSQL, UNKNOWN, item=row(version="9.0")),
    case(MYSQL, FAIL, item=row(version="5.6")),
    case(MYSQL, PASS, item=row(version="8.4")),
    *(case(check, PASS, item=row(backup={"backupRetentionDays": 7})) for check in postgres.week_restorable),
    *(case(check, PASS, item=row(backup={})) for check in postgres.week_restorable),
    *(case(check, FAIL, item=row(backup={"backupRetentionDays": 1})) for check in postgres.week_restorable),
    *(case(check, SKIP, item=row(**role)) for check in postgres.week_restorable for role in REPLICAS),
    *(case(check, PASS, item=row(backup={"geoRedundantBackup": "enabled"})) for check in postgres.backups_elsewhere),
    *(case(check, FAIL, item=row(backup={"geoRedundantBackup": "Disabled"})) for check in postgres.backups_elsewhere),
    *(case(check, SKIP, item=row(**role)) for check in postgres.backups_elsewhere for role in REPLICAS),
    *(case(check, PASS, item=row(), administrators=[below("dba")]) for check in postgres.entra_administrator),
    *(case(check, FAIL, item=row(), administrators=[]) for check in postgres.entra_administrator),
    *(case(check, UNKNOWN, item=row(), administrators=DENIED) for check in postgres.entra_administrator),
    case(postgres.administrators_are_groups, PASS, item=row(), administrators=[below("g", principalType="Group")]),
    case(
        postgres.administrators_are_groups,
        FAIL,
        item=row(),
        administrators=[below("g", principalType="Group"), below("u", principalType="User", principalName="ann")],
    ),
    case(postgres.administrators_are_groups, SKIP, item=row(), administrators=[]),
    case(postgres.administrators_are_groups, UNKNOWN, item=row(), administrators=DENIED),
]
