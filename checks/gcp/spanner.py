"""Checks on Spanner. Who may use instances, databases and backups is asked with the other policies of single things.

Source: Cloud Spanner API, "Instance", "Database", "Backup". Schedules of backups are not in Asset Inventory: what they made is.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from checks.gcp import recent
from checks.gcp.read import named
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

INSTANCE, DATABASE, BACKUP = "gcp.spanner.instance", "gcp.spanner.database", "gcp.spanner.backup"
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DAY = timedelta(days=1)


def _period(said: object) -> timedelta:
    """Return a period as Spanner writes it (``7d``); where none is said, an hour."""
    found = re.fullmatch(r"(?P<number>\d+)(?P<unit>[smhd])", str(said or "1h"))
    return timedelta(**{UNITS[found["unit"]]: int(found["number"])}) if found else timedelta()


@check(
    f"{DATABASE}.versions_kept",
    on=DATABASE,
    control="resilience.versioning",
    severity=Severity.LOW,
    title="Database can be read as it was a day ago",
    risk="A slip that is noticed an hour later cannot be undone without a backup.",
    fix="gcloud spanner databases ddl update {name} --project={account} --instance=INSTANCE"
    " --ddl=\"ALTER DATABASE {name} SET OPTIONS (version_retention_period = '7d')\"",
)
def versions_kept(database: Resource) -> Verdict:
    said = database["item"].get("versionRetentionPeriod")
    return (passed if _period(said) >= DAY else failed)(f"versions are kept for {said or '1h'}")


@check(
    f"{DATABASE}.backed_up",
    on=DATABASE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Database was backed up within a week",
    risk="What is deleted, encrypted or broken is gone.",
    fix="gcloud spanner backup-schedules create NEW --project={account} --instance=INSTANCE --database={name} --cron=CRON"
    " --retention-duration=14d",
)
def backed_up(database: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return recent.backed_up(inventory.where(BACKUP, "item.database", str(database["item"].get("name"))), now)


@check(
    f"{INSTANCE}.new_databases_backed_up",
    on=INSTANCE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="New databases of the instance are backed up by themselves",
    risk="Whoever makes a database forgets its backups, and that shows on the day that one is needed.",
    fix="gcloud spanner instances update {name} --project={account} --default-backup-schedule-type=AUTOMATIC",
)
def new_databases_backed_up(instance: Resource) -> Verdict:
    item = instance["item"]
    if named(item.get("instanceType"), "UNSPECIFIED PROVISIONED FREE_INSTANCE") == "FREE_INSTANCE":
        return skipped("a free instance, which takes no backups")
    automatic = named(item.get("defaultBackupScheduleType"), "UNSPECIFIED NONE AUTOMATIC") == "AUTOMATIC"
    return passed("a schedule is made with each database") if automatic else failed("no schedule is made with a database")
