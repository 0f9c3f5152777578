"""Checks on the upkeep of databases of RDS and Aurora: versions, maintenance, backups, and what outlives a failure."""

from __future__ import annotations

import re
from datetime import datetime

from checks.aws.rds_read import AURORA, CLUSTER, DATABASES, INSTANCE, MEMBER, alone, engine, is_custom, is_replica
from checks.kinds import each
from checks.support import lasting, over
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

LEAST_DAYS = 7
SETTINGS = "aws.rds.settings"
STANDARD = "open-source-rds-standard-support"
# AWS tells no ends of support for these. Source: RDS user guide, "Viewing support dates for engine versions".
WITHOUT_DATES = ("custom-", "db2", "oracle", "sqlserver")
# What is over for these is known without AWS, from ``support.yaml``.
DATED = ("aurora-mysql", "aurora-postgresql", "mariadb", "mysql", "postgres")
DATES = ("CurrentApplyDate", "AutoAppliedAfterDate", "ForcedApplyDate")


# ---- versions and maintenance ----------------------------------------------------------------------------------------


@each(
    (INSTANCE, CLUSTER, MEMBER),
    "minor_upgrades",
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="NOUN takes minor versions of its engine by itself",
    risk="Holes in the engine that everybody can look up stay open until somebody thinks of it.",
    fix="MODIFY --auto-minor-version-upgrade --apply-immediately",
    cis=("v5:2.2.2", "v6:3.2.2", "v7:3.2.2"),
)
@alone
def minor_upgrades(database: Resource) -> Verdict:
    if is_custom(database):
        return skipped("RDS Custom takes no versions by itself")
    if database["item"].get("AutoMinorVersionUpgrade"):
        return passed("minor upgrades are automatic")
    return failed("minor upgrades wait for somebody")


@each(
    DATABASES,
    "supported_version",
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="NOUN runs a version in standard support",
    risk="Only the worst holes are closed, for a surcharge and for some years; then AWS upgrades when it likes.",
    fix="MODIFY --engine-version VERSION --allow-major-version-upgrade, tried on a copy first",
)
@alone
def supported_version(database: Resource, inventory: Inventory, now: datetime) -> Verdict:
    name, version = engine(database), str(database["item"]["EngineVersion"])
    # 5.7.44-rds.20250818 is of 5.7, and 5.7.mysql_aurora.2.12.5 as well.
    if name in DATED and (ended := over(f"aws.rds.{name}", re.split(r"-|\.mysql_aurora", version)[0], now)):
        return ended
    majors = [row for settings in inventory.all(SETTINGS, region=database.region) for row in settings["major_versions"] or []]
    if name.startswith(WITHOUT_DATES):
        return skipped(f"AWS tells no end of support for {name}")
    lifecycles = [
        lifecycle
        for row in majors
        if row["Engine"] == name and _is_of(version, str(row["MajorEngineVersion"]))
        for lifecycle in row.get("SupportedEngineLifecycles") or []
        if lifecycle["LifecycleSupportName"] == STANDARD
    ]
    if not lifecycles:
        return unknown(f"AWS tells no end of support for {name} {version}")
    end = max(datetime.fromisoformat(lifecycle["LifecycleSupportEndDate"]) for lifecycle in lifecycles)
    said = f"standard support of {name} {version} ends on {end.date()}"
    return failed(said) if end < now else passed(said, until=end)


SUPPORT_LASTS = lasting(*supported_version)


def _is_of(version: str, major: str) -> bool:
    """Tell whether *version* is of *major*, which Aurora MySQL (``8.0.mysql_aurora.3.05.2``) has two names for."""
    return any(f"{name}.".startswith(f"{major}.") for name in (version, version.rpartition("mysql_aurora.")[2]))


@each(
    (*DATABASES, MEMBER),
    "maintenance_dated",
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="NOUN's waiting maintenance has a date",
    risk="Patches of the operating system and the engine wait for ever, and nobody notices.",
    fix="aws rds apply-pending-maintenance-action --resource-identifier {id} --apply-action ACTION --region {region}"
    " --opt-in-type next-maintenance",
)
def maintenance_dated(database: Resource, inventory: Inventory) -> Verdict:
    waiting = [
        action
        for settings in inventory.all(SETTINGS, region=database.region)
        for row in settings["maintenance"] or []
        if row["ResourceIdentifier"] == database.id
        for action in row.get("PendingMaintenanceActionDetails") or []
    ]
    undated = sorted(action["Action"] for action in waiting if not any(action.get(date) for date in DATES))
    if undated:
        return failed(f"waits without a date: {', '.join(undated)}")
    return passed(f"{len(waiting)} action(s) wait, with a date" if waiting else "no maintenance waits")


# ---- resilience ------------------------------------------------------------------------------------------------------


@each(
    DATABASES,
    "backed_up",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="NOUN is backed up, for a week or more",
    risk="A slip or an attack that is noticed after days cannot be undone.",
    fix="MODIFY --backup-retention-period 7 --apply-immediately",
)
@alone
def backed_up(database: Resource) -> Verdict:
    if is_replica(database):
        return skipped("a replica: its source is to be backed up")
    days = database["item"].get("BackupRetentionPeriod", 0)
    return (passed if days >= LEAST_DAYS else failed)(f"backups are kept for {days} days")


# A Multi-AZ cluster stands in three zones by its nature.
@each(
    (INSTANCE, AURORA),
    "multi_zone",
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="NOUN goes on when a zone fails",
    risk="The loss of one zone stops everything that needs the database, until somebody has restored it elsewhere.",
    fix="aws rds modify-db-instance --db-instance-identifier {name} --multi-az --region {region}; for a cluster of Aurora:"
    " aws rds create-db-instance --db-cluster-identifier {name} --availability-zone ANOTHER",
    cis=("v5:2.2.4", "v6:3.2.4", "v7:3.2.4"),
)
@alone
def multi_zone(database: Resource) -> Verdict:
    item = database["item"]
    if is_replica(database):
        return skipped("a replica: its source is to stand in several zones")
    if item.get("EngineMode") == "serverless":
        return skipped("Aurora Serverless v1 starts anew in another zone by itself")
    return passed("stands in several zones") if item.get("MultiAZ") else failed("stands in one zone")


@each(
    DATABASES,
    "deletion_protected",
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="NOUN is protected from deletion",
    risk="One call, or one careless change of a template, deletes the database.",
    fix="MODIFY --deletion-protection --apply-immediately",
)
@alone
def deletion_protected(database: Resource) -> Verdict:
    if database["item"].get("DeletionProtection"):
        return passed("deletion protection is on")
    return failed("deletion protection is off")


# ---- governance ------------------------------------------------------------------------------------------------------


@each(
    DATABASES,
    "tags_follow",
    control="governance.ownership",
    severity=Severity.INFORMATIONAL,
    title="NOUN's snapshots take over its tags",
    risk="Nobody can tell whose a snapshot is, or what it holds, once its database is gone.",
    fix="MODIFY --copy-tags-to-snapshot --apply-immediately",
)
@alone
def tags_follow(database: Resource) -> Verdict:
    if database["item"].get("CopyTagsToSnapshot"):
        return passed("snapshots take over the tags")
    return failed("snapshots have no tags of the database")
