"""Checks on databases of SQL Database. The server's own database, ``master``, holds none of the customer's data."""

from __future__ import annotations

from checks.azure.kept import system_database
from checks.azure.read import SET, prop, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

DATABASE = "azure.sql.database"
LEAST_DAYS = 7


@check(
    f"{DATABASE}.encrypted",
    on=DATABASE,
    control="encryption.at_rest",
    severity=Severity.HIGH,
    title="Database is encrypted",
    risk="Whoever gets hold of files or a backup reads all tables.",
    fix="az sql db tde set --ids {id} --status Enabled",
    cis=("v3:5.1.5",),
)
def encrypted(database: Resource) -> Verdict:
    if reason := system_database(database):
        return skipped(reason)
    state = word((database["encryption"] or {}).get("state"))
    return passed("encryption is on") if state == "enabled" else failed(f"encryption is {state or 'not set'}")


@check(
    f"{DATABASE}.week_restorable",
    on=DATABASE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Database can be restored to any moment of the last seven days",
    risk="What is noticed after the weekend cannot be undone.",
    fix="az sql db str-policy set --ids {id} --retention-days 7",
)
def week_restorable(database: Resource) -> Verdict:
    if reason := system_database(database):
        return skipped(reason)
    policy = database["short_term_retention"]
    if policy is None:
        return skipped("a kind of database that takes snapshots instead")
    days = int(policy.get("retentionDays") or LEAST_DAYS)
    return (passed if days >= LEAST_DAYS else failed)(f"{days} days are kept")


@check(
    f"{DATABASE}.backups_elsewhere",
    on=DATABASE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Backups of the database are kept in another region as well",
    risk="When the region is lost, the data is lost with its backups.",
    fix=f"{SET}requestedBackupStorageRedundancy=Geo",
)
def backups_elsewhere(database: Resource) -> Verdict:
    """Geo-redundant storage is the default. Source: SQL Database documentation, "Automated backups"."""
    if reason := system_database(database):
        return skipped(reason)
    kept = word(prop(database, "currentBackupStorageRedundancy") or prop(database, "requestedBackupStorageRedundancy") or "geo")
    return (passed if kept.startswith("geo") else failed)(f"the kind of storage is {kept}")
