"""Checks on parameters of database servers: one check for each row of the table.

A server lists all its parameters with the values in force; one that it doesn't list, its version doesn't know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from checks.azure.read import settings
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

POSTGRES, MYSQL = "azure.postgres.server", "azure.mysql.server"
SET_PARAMETER = {
    POSTGRES: "az postgres flexible-server parameter set --ids {id}",
    MYSQL: "az mysql flexible-server parameter set --ids {id}",
}
# Extensions that read from, or write to, other servers and storage accounts.
CARRYING = {"azure_storage", "dblink", "postgres_fdw", "oracle_fdw", "tds_fdw"}
# Extensions that let functions be written in a language that is more than SQL.
# Not verified: that the service still offers it for the newest versions.
RUNNING = {"plv8"}
OLD_TLS = re.compile(r"\btlsv1(\.1)?(?![.\d])")
DAYS = 3


def _on(value: str) -> bool:
    return value == "on"


def _off(value: str) -> bool:
    return value == "off"


def names(value: str) -> set[str]:
    """Return the names that a parameter lists."""
    return {each.strip() for each in value.split(",") if each.strip()}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. ``good``: whether a value, in small letters, is; ``wanted``: what to set."""

    type: str
    id: str
    parameter: str
    good: Callable[[str], bool]
    wanted: str
    control: str
    title: str
    risk: str
    severity: Severity = Severity.LOW
    cis: tuple[str, ...] = ()


READS_TRAFFIC = "Whoever is on the way reads passwords and data of clients that don't encrypt."
BREAKS_TLS = "Whoever is on the way makes old clients speak a version of TLS that can be broken."
NO_TRACE = "Attempts to get in, and who got in, leave no trace."

PARAMETERS = (
    Parameter(
        POSTGRES,
        "encrypted_connections",
        "require_secure_transport",
        _on,
        "ON",
        "encryption.in_transit",
        "Server takes encrypted connections only",
        READS_TRAFFIC,
        Severity.HIGH,
        ("v3:5.2.1",),
    ),
    Parameter(
        POSTGRES,
        "modern_tls",
        "ssl_min_protocol_version",
        lambda value: value in ("tlsv1.2", "tlsv1.3"),
        "TLSv1.2",
        "encryption.in_transit",
        "Server takes TLS 1.2 or newer only",
        BREAKS_TLS,
        Severity.MEDIUM,
    ),
    Parameter(
        POSTGRES,
        "checkpoints_logged",
        "log_checkpoints",
        _on,
        "ON",
        "logging.data_events",
        "Server logs its checkpoints",
        "Failures of writing and of restoring cannot be traced.",
        cis=("v3:5.2.2",),
    ),
    Parameter(
        POSTGRES,
        "connections_logged",
        "log_connections",
        lambda value: value not in ("", "off"),
        "ON",
        "logging.access_logs",
        "Server logs who connects",
        NO_TRACE,
        cis=("v3:5.2.6",),
    ),
    Parameter(
        POSTGRES,
        "disconnections_logged",
        "log_disconnections",
        _on,
        "ON",
        "logging.access_logs",
        "Server logs who disconnects, and after how long",
        "How long somebody was in, nobody can say.",
        cis=("v3:5.2.7",),
    ),
    Parameter(
        POSTGRES,
        "guessing_slowed",
        "connection_throttle.enable",
        _on,
        "ON",
        "resilience.floods",
        "Server slows down addresses that fail to sign in again and again",
        "One address tries passwords as fast as it can, and takes the connections of all others.",
        cis=("v3:5.2.3",),
    ),
    Parameter(
        POSTGRES,
        "log_files_kept",
        "logfiles.retention_days",
        lambda value: value.isdigit() and int(value) > DAYS,
        "7",
        "logging.retention",
        "Server keeps its log files for more than three days",
        "What is noticed after the weekend can no longer be traced.",
        cis=("v3:5.2.4",),
    ),
    Parameter(
        POSTGRES,
        "passwords_hashed_well",
        "password_encryption",
        lambda value: value == "scram-sha-256",
        "scram-sha-256",
        "identity.password_policy",
        "Server stores passwords by SCRAM",
        "Hashes by MD5 that leak are signed in with, or turned back into passwords.",
    ),
    Parameter(
        POSTGRES,
        "statements_audited",
        "shared_preload_libraries",
        lambda value: "pgaudit" in names(value),
        "pgaudit",
        "logging.data_events",
        "Server audits statements",
        "When data is missed or found elsewhere, nobody can say which statement took it.",
    ),
    Parameter(
        POSTGRES,
        "data_kept_in",
        "azure.extensions",
        lambda value: not names(value) & CARRYING,
        "NAMES",
        "data.external_sharing",
        "Server allows no extension that carries data to other servers",
        "Whoever may run statements copies whole tables to a server of his own.",
    ),
    Parameter(
        POSTGRES,
        "code_kept_out",
        "azure.extensions",
        lambda value: not names(value) & RUNNING,
        "NAMES",
        "application.exposure",
        "Server allows no extension that runs code of another language",
        "A statement that is slipped in makes functions that do far more than queries can.",
    ),
    Parameter(
        MYSQL,
        "encrypted_connections",
        "require_secure_transport",
        _on,
        "ON",
        "encryption.in_transit",
        "Server takes encrypted connections only",
        READS_TRAFFIC,
        Severity.HIGH,
        ("v3:5.3.1",),
    ),
    Parameter(
        MYSQL,
        "modern_tls",
        "tls_version",
        lambda value: bool(names(value)) and not OLD_TLS.search(value),
        "TLSv1.2,TLSv1.3",
        "encryption.in_transit",
        "Server takes TLS 1.2 or newer only",
        BREAKS_TLS,
        Severity.MEDIUM,
        ("v3:5.3.2",),
    ),
    Parameter(
        MYSQL,
        "audited",
        "audit_log_enabled",
        _on,
        "ON",
        "logging.data_events",
        "Server records who does what in its databases",
        "When data is missed or found elsewhere, nobody can say who took it, and when.",
        Severity.MEDIUM,
        ("v3:5.3.3",),
    ),
    Parameter(
        MYSQL,
        "connections_logged",
        "audit_log_events",
        lambda value: "connection" in names(value),
        "CONNECTION",
        "logging.access_logs",
        "Server logs who connects",
        NO_TRACE,
        cis=("v3:5.3.4",),
    ),
    Parameter(
        MYSQL,
        "client_files_left_alone",
        "local_infile",
        _off,
        "OFF",
        "data.external_sharing",
        "Server doesn't read files of its clients",
        "A statement that is slipped in has a client hand over its files.",
    ),
    Parameter(
        MYSQL,
        "functions_restricted",
        "log_bin_trust_function_creators",
        _off,
        "OFF",
        "application.exposure",
        "Server lets administrators only make functions that change data unseen",
        "Whoever may make functions changes data in ways that replicas and restores don't repeat.",
    ),
)


def _parameter(parameter: Parameter) -> Check:
    @check(
        f"{parameter.type}.{parameter.id}",
        on=parameter.type,
        control=parameter.control,
        severity=parameter.severity,
        title=parameter.title,
        risk=parameter.risk,
        fix=f"{SET_PARAMETER[parameter.type]} --name {parameter.parameter} --value {parameter.wanted}",
        cis=parameter.cis,
    )
    def judge(server: Resource) -> Verdict:
        given = settings(server)
        if parameter.parameter not in given:
            return skipped(f"this version doesn't know {parameter.parameter}")
        value = given[parameter.parameter]
        return (passed if parameter.good(value) else failed)(f"{parameter.parameter} is {value or 'empty'}")

    return judge


SET_WELL = tuple(_parameter(each) for each in PARAMETERS)
