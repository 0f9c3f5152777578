"""Cases of database flags: each of the table set to what is good and what is not, and left alone."""

from __future__ import annotations

from typing import Any

from checks.gcp import cloudsql_flags
from checks.gcp.cloudsql_read import ENGINES
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case

BY_FLAG = dict(zip((each.flag for each in cloudsql_flags.FLAGS), cloudsql_flags.FLAG_CHECKS, strict=True))
VERSIONS = {said: f"{start}_1" for start, said in ENGINES.items()}
# Good values, bad ones, and the outcome where nobody set the flag.
VALUES: dict[str, tuple[str, str, Any]] = {
    "skip_show_database": ("on ON", "off", FAIL),
    "local_infile": ("off 0", "on", FAIL),
    "cloudsql_mysql_audit": ("ON", "OFF", FAIL),
    "log_error_verbosity": ("default terse", "verbose", PASS),
    "log_connections": ("on", "off", FAIL),
    "log_disconnections": ("on", "off", FAIL),
    "log_statement": ("ddl mod ALL", "none", FAIL),
    "log_min_messages": ("warning notice debug5", "error log fatal panic", PASS),
    "log_min_error_statement": ("error warning", "log fatal panic", PASS),
    "log_min_duration_statement": ("-1", "0 200", PASS),
    "cloudsql.enable_pgaudit": ("on", "off", FAIL),
    "external scripts enabled": ("off 0", "on 1", PASS),
    "cross db ownership chaining": ("off", "on", PASS),
    "user connections": ("0", "100", PASS),
    "user options": ("0", "1 64", PASS),
    "remote access": ("off", "on 1", FAIL),
    "3625": ("on", "off", FAIL),
    "contained database authentication": ("off", "on", PASS),
}


def instance(engine: str, **fields: Any) -> dict[str, Any]:
    return {"databaseVersion": VERSIONS[engine], "instanceType": "CLOUD_SQL_INSTANCE", **fields}


def cases_of(flag: cloudsql_flags.Flag, check: Check) -> list[Any]:
    good, bad, alone = VALUES[flag.flag]

    def on(outcome: Any, value: str) -> Any:
        given = [{"name": "max_connections", "value": "9"}, {"name": flag.flag, "value": value}]
        return case(check, outcome, item=instance(flag.engine, settings={"databaseFlags": given}))

    return [
        *(on(PASS, value) for value in good.split()),
        *(on(FAIL, value) for value in bad.split()),
        case(check, alone, item=instance(flag.engine, settings={})),
        case(check, alone, item=instance(flag.engine)),
        *(case(check, SKIP, item=instance(other)) for other in VERSIONS if other != flag.engine),
        case(check, SKIP, item=instance(flag.engine) | {"instanceType": "ON_PREMISES_INSTANCE"}),
        case(check, UNKNOWN, item=DENIED),
    ]


CASES = [each for flag in cloudsql_flags.FLAGS for each in cases_of(flag, BY_FLAG[flag.flag])]
