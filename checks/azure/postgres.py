"""Checks on flexible servers of PostgreSQL and MySQL: their versions, backups and administrators.

Their parameters stand in :mod:`checks.azure.data_parameters`.
"""

from __future__ import annotations

from datetime import datetime

from checks.azure.kept import replica
from checks.azure.read import SET, inner, needed, prop, rows, word
from checks.kinds import Kind, each
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

POSTGRES, MYSQL = "azure.postgres.server", "azure.mysql.server"
KINDS = (
    Kind(POSTGRES, "Server", "az postgres flexible-server"),
    Kind(MYSQL, "Server", "az mysql flexible-server"),
)
LEAST_DAYS = 7


@each(
    KINDS,
    "supported_version",
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="NOUN runs a version that is still supported",
    risk="Weaknesses that are found are mended no longer, or against a fee only.",
    fix="MODIFY upgrade --ids {id} --version VERSION",
)
def supported_version(server: Resource, now: datetime) -> Verdict:
    version = word(needed(prop(server, "version"), "its version"))
    return supported(server.type.removesuffix(".server"), version, now)


SUPPORT_LASTS = lasting(*supported_version)


@each(
    KINDS,
    "week_restorable",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="NOUN can be restored to any moment of the last seven days",
    risk="What is noticed after the weekend cannot be undone.",
    fix=f"{SET}backup.backupRetentionDays=7",
)
def week_restorable(server: Resource) -> Verdict:
    """Seven days are the default."""
    if reason := replica(server):
        return skipped(reason)
    days = int(prop(server, "backup.backupRetentionDays") or LEAST_DAYS)
    return (passed if days >= LEAST_DAYS else failed)(f"{days} days are kept")


@each(
    KINDS,
    "backups_elsewhere",
    control="resilience.backup",
    severity=Severity.LOW,
    title="Backups of the server are kept in another region as well",
    risk="When the region is lost, the data is lost with its backups.",
    fix="Chosen when it is made: MODIFY create --geo-redundant-backup Enabled",
)
def backups_elsewhere(server: Resource) -> Verdict:
    if reason := replica(server):
        return skipped(reason)
    kept = word(prop(server, "backup.geoRedundantBackup")) == "enabled"
    return passed("another region has a copy") if kept else failed("one region holds them all")


@each(
    KINDS,
    "entra_administrator",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN has an administrator of Entra ID",
    risk="Without one nobody can sign in but with a password of the database, which no second factor guards.",
    fix="MODIFY microsoft-entra-admin create --ids {id} --display-name GROUP --object-id ID",
)
def entra_administrator(server: Resource) -> Verdict:
    found = rows(server, "administrators")
    return passed(f"{len(found)} set") if found else failed("none is set")


@check(
    f"{POSTGRES}.administrators_are_groups",
    on=POSTGRES,
    control="access.groups",
    severity=Severity.LOW,
    title="Server is administered by groups, not by single people",
    risk="When such a person leaves, either nobody can administer it, or somebody who shouldn't still can.",
    fix="az postgres flexible-server microsoft-entra-admin create --ids {id} --type Group --display-name GROUP --object-id ID",
)
def administrators_are_groups(server: Resource) -> Verdict:
    found = [inner(row) for row in rows(server, "administrators")]
    if not found:
        return skipped("no administrator of Entra ID is set")
    people = [str(each.get("principalName")) for each in found if word(each.get("principalType")) == "user"]
    return failed(f"{', '.join(sorted(people))}, by name") if people else passed("groups and programs only")
