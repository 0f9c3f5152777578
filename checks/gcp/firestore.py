"""Checks on databases of Firestore, in either mode. Source: Firestore API, "Database", "Backup"."""

from __future__ import annotations

from datetime import datetime

from checks.gcp import recent, rules
from checks.gcp.read import in_words, last, named
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

DATABASE, BACKUP = "gcp.firestore.database", "gcp.firestore.backup"
RELEASE, RULESET = "gcp.firestore.release", "gcp.firestore.ruleset"
FIRST, IN_FORCE = "(default)", "cloud.firestore"
RULES = "//firebaserules.googleapis.com"
UPDATE = "gcloud firestore databases update --database={name} --project={account} "
RECOVERY = "UNSPECIFIED POINT_IN_TIME_RECOVERY_ENABLED POINT_IN_TIME_RECOVERY_DISABLED"
MODES = "DATA_ACCESS_MODE_UNSPECIFIED DATA_ACCESS_MODE_ENABLED DATA_ACCESS_MODE_DISABLED"


@check(
    f"{DATABASE}.any_moment_restorable",
    on=DATABASE,
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="Database can be read as it was at any moment of the last week",
    risk="A slip that is noticed after an hour costs everything since the last backup.",
    fix=UPDATE + "--enable-pitr",
)
def any_moment_restorable(database: Resource) -> Verdict:
    on = named(database["item"].get("pointInTimeRecoveryEnablement"), RECOVERY) == "POINT_IN_TIME_RECOVERY_ENABLED"
    return passed("versions of seven days are kept") if on else failed("versions of an hour are kept")


@check(
    f"{DATABASE}.backed_up",
    on=DATABASE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Database was backed up within a week",
    risk="What is deleted, encrypted or broken is gone.",
    fix="gcloud firestore backups schedules create --database={name} --project={account} --recurrence=daily --retention=14d",
)
def backed_up(database: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return recent.backed_up(inventory.where(BACKUP, "item.database", str(database["item"].get("name"))), now)


@check(
    f"{DATABASE}.no_passwords",
    on=DATABASE,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Database takes identities of IAM only",
    risk="Clients of MongoDB sign in with passwords of the database, which are shared and don't expire.",
    fix="Patch the database with mongodbCompatibleDataAccessMode DATA_ACCESS_MODE_DISABLED, by the Firestore API",
)
def no_passwords(database: Resource) -> Verdict:
    on = named(database["item"].get("mongodbCompatibleDataAccessMode"), MODES) == "DATA_ACCESS_MODE_ENABLED"
    return failed("clients of MongoDB are let in") if on else passed("clients of MongoDB are not let in")


@check(
    f"{DATABASE}.rules_closed",
    on=DATABASE,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Rules of the database let nobody in without a condition",
    risk="Anybody who finds the application's public settings reads, changes or deletes what is stored.",
    fix="Give each allow a condition that asks who it is (request.auth), then: firebase deploy --only firestore:rules",
)
def rules_closed(database: Resource, inventory: Inventory, now: datetime) -> Verdict:
    """Judge the rules in force. Without any, applications reach the database through servers that IAM knows, or not at all."""
    name = last(database["item"].get("name") or database.id)
    release = f"releases/{IN_FORCE}" + ("" if name == FIRST else f"/{name}")
    found = next((each for each in inventory.all(RELEASE) if str(each["item"].get("name")).endswith(f"/{release}")), None)
    if found is None:
        return skipped("no rules are released for it")
    named_there = str(found["item"].get("rulesetName"))
    ruleset = inventory.get(RULESET, f"{RULES}/{named_there}")
    said = rules.text(ruleset["item"]) if ruleset else ""
    if not said:
        return unknown(f"what {named_there} says is not listed")
    anybody = rules.open_to_all(said, now)
    return failed(f"anybody may {in_words(anybody)}") if anybody else passed("each allow has a condition")
