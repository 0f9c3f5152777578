"""Checks on database flags of Cloud SQL: one check for each flag of the table.

A flag that nobody has set is not told: then the engine's own default holds. Defaults: PostgreSQL's, MySQL's and SQL Server's
documentation of their settings; that ``local_infile`` is on unless it is set to off is not verified for every version of MySQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from checks.gcp.cloudsql_read import INSTANCE, MYSQL, POSTGRES, SQL_SERVER, UPDATE, engine, flags, here
from checks.gcp.read import YES
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

Good = Callable[[str], bool]

# From what is told most to what is told least. Source: PostgreSQL documentation, "Message Severity Levels"; the server's log
# ranks LOG between ERROR and FATAL.
LEVELS = ("debug5", "debug4", "debug3", "debug2", "debug1", "info", "notice", "warning", "error", "log", "fatal", "panic")


def on(value: str) -> bool:
    return value.lower() in YES | {"on"}


def off(value: str) -> bool:
    return not on(value)


def one_of(*values: str) -> Good:
    return lambda value: value.lower() in values


def down_to(level: str) -> Good:
    """Return what tells whether messages of *level* are kept: those of a threshold below it are kept, too."""
    return one_of(*LEVELS[: LEVELS.index(level) + 1])


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag, of one engine. ``default``: what holds where nobody set it."""

    name: str
    flag: str
    engine: str
    good: Good
    default: str
    control: str
    severity: Severity
    title: str
    risk: str
    cis: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        return WANTED.get(self.flag, "on" if self.good is on else "off")


WANTED = {
    "log_error_verbosity": "default",
    "log_statement": "ddl",
    "log_min_messages": "warning",
    "log_min_error_statement": "error",
    "log_min_duration_statement": "-1",
    "user connections": "0",
    "user options": "0",
}
UNLOGGED = "Nobody can tell afterwards who was connected when something went wrong."

FLAGS = (
    Flag(
        "databases_hidden",
        "skip_show_database",
        MYSQL,
        on,
        "off",
        "access.least_privilege",
        Severity.LOW,
        "MySQL lists databases only to those who may",
        "Whoever gets in as anybody learns what else there is to be had.",
        ("v4:6.1.2", "v5:6.1.2"),
    ),
    Flag(
        "local_files_closed",
        "local_infile",
        MYSQL,
        off,
        "on",
        "application.exposure",
        Severity.MEDIUM,
        "MySQL loads no files of its clients",
        "A flaw in an application lets a stranger read the files of the machine that it runs on.",
        ("v4:6.1.3", "v5:6.1.3"),
    ),
    Flag(
        "statements_audited",
        "cloudsql_mysql_audit",
        MYSQL,
        on,
        "off",
        "logging.data_events",
        Severity.LOW,
        "MySQL's audit plugin is on",
        "Nobody can tell who read or changed which data.",
    ),
    Flag(
        "errors_terse",
        "log_error_verbosity",
        POSTGRES,
        one_of("default", "terse"),
        "default",
        "logging.access_logs",
        Severity.LOW,
        "PostgreSQL logs errors no more verbosely than by default",
        "The log fills with details of the server, and what matters is not found in it.",
        ("v4:6.2.1", "v5:6.2.1"),
    ),
    Flag(
        "connections_logged",
        "log_connections",
        POSTGRES,
        on,
        "off",
        "logging.access_logs",
        Severity.LOW,
        "PostgreSQL logs who connects",
        UNLOGGED,
        ("v4:6.2.2", "v5:6.2.2"),
    ),
    Flag(
        "disconnections_logged",
        "log_disconnections",
        POSTGRES,
        on,
        "off",
        "logging.access_logs",
        Severity.LOW,
        "PostgreSQL logs when sessions end",
        UNLOGGED,
        ("v4:6.2.3", "v5:6.2.3"),
    ),
    Flag(
        "definitions_logged",
        "log_statement",
        POSTGRES,
        one_of("ddl", "mod", "all"),
        "none",
        "logging.data_events",
        Severity.LOW,
        "PostgreSQL logs statements that change its tables",
        "Somebody drops a table or opens it, and nobody can tell who.",
        ("v4:6.2.4", "v5:6.2.4"),
    ),
    Flag(
        "warnings_logged",
        "log_min_messages",
        POSTGRES,
        down_to("warning"),
        "warning",
        "logging.access_logs",
        Severity.LOW,
        "PostgreSQL logs its warnings",
        "What the server warned of in time is found in no log.",
        ("v4:6.2.5", "v5:6.2.5"),
    ),
    Flag(
        "failing_statements_logged",
        "log_min_error_statement",
        POSTGRES,
        down_to("error"),
        "error",
        "logging.access_logs",
        Severity.LOW,
        "PostgreSQL logs the statements that fail",
        "Somebody tries one injection after another, and the log doesn't show it.",
        ("v4:6.2.6", "v5:6.2.6"),
    ),
    Flag(
        "slow_statements_not_logged",
        "log_min_duration_statement",
        POSTGRES,
        one_of("-1"),
        "-1",
        "data.retention",
        Severity.LOW,
        "PostgreSQL copies no slow statements to its log",
        "Passwords and personal data that stand in statements are kept in the log, for everybody who reads logs.",
        ("v4:6.2.7", "v5:6.2.7"),
    ),
    Flag(
        "sessions_audited",
        "cloudsql.enable_pgaudit",
        POSTGRES,
        on,
        "off",
        "logging.data_events",
        Severity.LOW,
        "PostgreSQL's audit extension is on",
        "Nobody can tell who read or changed which data.",
        ("v4:6.2.8", "v5:6.2.8"),
    ),
    Flag(
        "no_external_scripts",
        "external scripts enabled",
        SQL_SERVER,
        off,
        "off",
        "application.exposure",
        Severity.MEDIUM,
        "SQL Server runs no scripts of other languages",
        "Whoever gets into the database runs programs beside it.",
        ("v4:6.3.1", "v5:6.3.1"),
    ),
    Flag(
        "databases_apart",
        "cross db ownership chaining",
        SQL_SERVER,
        off,
        "off",
        "access.least_privilege",
        Severity.MEDIUM,
        "SQL Server keeps rights within each database",
        "The owner of one database reads another that he was never admitted to.",
        ("v4:6.3.2", "v5:6.3.2"),
    ),
    Flag(
        "connections_unlimited",
        "user connections",
        SQL_SERVER,
        one_of("0"),
        "0",
        "resilience.quotas",
        Severity.LOW,
        "SQL Server doesn't limit connections below what it can take",
        "A few sessions that hang, or that somebody opens on purpose, lock everybody out.",
        ("v4:6.3.3", "v5:6.3.3"),
    ),
    Flag(
        "sessions_not_preset",
        "user options",
        SQL_SERVER,
        one_of("", "0"),
        "",
        "application.exposure",
        Severity.LOW,
        "SQL Server sets no options for everybody's sessions",
        "Queries behave otherwise than those who wrote them expect, in every session that doesn't say so itself.",
        ("v4:6.3.4", "v5:6.3.4"),
    ),
    Flag(
        "remote_procedures_off",
        "remote access",
        SQL_SERVER,
        off,
        "on",
        "application.exposure",
        Severity.MEDIUM,
        "SQL Server runs no procedures for other servers",
        "Whoever holds another server starts procedures on this one, as often as it takes to bring it down.",
        ("v4:6.3.5", "v5:6.3.5"),
    ),
    Flag(
        "errors_masked",
        "3625",
        SQL_SERVER,
        on,
        "off",
        "application.exposure",
        Severity.LOW,
        "SQL Server tells details of errors to administrators only",
        "Messages of errors tell a stranger what the database looks like inside.",
        ("v4:6.3.6", "v5:6.3.6"),
    ),
    Flag(
        "users_of_the_server_only",
        "contained database authentication",
        SQL_SERVER,
        off,
        "off",
        "identity.password_policy",
        Severity.LOW,
        "SQL Server's databases have no logins of their own",
        "Whoever owns a database admits people by passwords that the server's rules don't hold for.",
        ("v4:6.3.7", "v5:6.3.7"),
    ),
)


def _judge(wanted: Flag, values: Mapping[str, str]) -> Verdict:
    value = values.get(wanted.flag, wanted.default)
    said = f"{wanted.flag} is {value or 'empty'}{'' if wanted.flag in values else ', by default'}"
    return passed(said) if wanted.good(value) else failed(said)


def _of(wanted: Flag) -> Check:
    @check(
        f"{INSTANCE}.{wanted.name}",
        on=INSTANCE,
        control=wanted.control,
        severity=wanted.severity,
        title=wanted.title,
        risk=wanted.risk,
        fix=UPDATE + f'--database-flags="{wanted.flag}={wanted.wanted}"; it takes the place of all others',
        cis=wanted.cis,
    )
    @here
    def judge(instance: Resource) -> Verdict:
        if engine(instance["item"]) != wanted.engine:
            return skipped(f"not {wanted.engine}")
        return _judge(wanted, flags(instance["item"]))

    return judge


FLAG_CHECKS = tuple(_of(each) for each in FLAGS)
