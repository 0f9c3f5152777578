"""Checks that somebody can tell what happens to databases of RDS and Aurora: logs, threat detection, events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checks.aws import detectors, patterns
from checks.aws.rds_read import AURORA, CLUSTER, DATABASES, INSTANCE, ON, alone, engine, is_custom, options, parameter
from checks.kinds import each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

# The logs in which an engine says who came, any of which will do. Source: CreateDBInstance and CreateDBCluster,
# EnableCloudwatchLogsExports.
LOGS = {
    "aurora-mysql": ("audit", "general"),
    "aurora-postgresql": ("postgresql",),
    "db2": ("diag.log",),
    "mariadb": ("audit", "general"),
    "mysql": ("audit", "general"),
    "oracle": ("audit",),
    "postgres": ("postgresql",),
    "sqlserver": ("error",),
}
# What says that nobody is to be named who connects; from PostgreSQL 18 on, the parameter lists what is to be said.
SILENT = {"", "0", "off", "none"}
AUDITS = {"MARIADB_AUDIT_PLUGIN", "SQLSERVER_AUDIT"}
# Engines of RDS whose sign-ins GuardDuty watches. Source: GuardDuty user guide, "RDS Protection".
WATCHED = ("postgres",)
# What somebody is to hear of. Source: RDS user guide, "Amazon RDS event categories and event messages".
CATEGORIES = ("configuration change", "failure", "maintenance")


@each(
    DATABASES,
    "logs_exported",
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="NOUN's logs of who connects leave the database",
    risk="Whoever takes over the database, or deletes it, takes the traces along; it keeps them for days only, anyway.",
    fix="MODIFY --cloudwatch-logs-export-configuration EnableLogTypes=postgresql, or audit for MySQL",
)
@alone
def logs_exported(database: Resource) -> Verdict:
    if is_custom(database):
        return skipped("RDS Custom exports no logs")
    exported = database["item"].get("EnabledCloudwatchLogsExports") or []
    wanted = next((logs for prefix, logs in LOGS.items() if engine(database).startswith(prefix)), ())
    if any(log in exported for log in wanted or exported):
        return passed(f"exported: {', '.join(sorted(exported))}")
    return failed(f"not exported: {' or '.join(wanted) or 'any log'}")


@each(
    DATABASES,
    "sign_ins_logged",
    control="logging.data_events",
    severity=Severity.LOW,
    title="NOUN logs who connects",
    risk="After a leak nobody can tell who was connected, and from where.",
    fix="Set log_connections=1 (PostgreSQL), server_audit_logging=1 (Aurora MySQL), or add the audit plugin to the option group"
    " (MySQL, MariaDB, SQL Server)",
)
@alone
def sign_ins_logged(database: Resource, inventory: Inventory) -> Verdict:
    name = engine(database)
    if "postgres" in name:
        return _by_parameters(database, inventory, "log_connections")
    if name == "aurora-mysql":
        return _by_parameters(database, inventory, "server_audit_logging", "general_log")
    if name in ("mysql", "mariadb") or name.startswith("sqlserver"):
        for option in options(database, inventory):
            if option["OptionName"] in AUDITS:
                return passed(f"the option {option['OptionName']} is set")
        return _by_parameters(database, inventory, "general_log")
    return skipped(f"what {name} audits is set within the database")


def _by_parameters(database: Resource, inventory: Inventory, *names: str) -> Verdict:
    """Pass when one of the parameters makes the engine say who connects, or pgAudit is loaded."""
    if "pgaudit" in parameter(database, "shared_preload_libraries", inventory):
        return passed("pgAudit is loaded")
    for name in names:
        value = parameter(database, name, inventory)
        if value in ON or (name == "log_connections" and value not in SILENT):
            return passed(f"{name} is {value}")
    return failed(f"off: {', '.join(names)}")


# ---- detection -------------------------------------------------------------------------------------------------------


# Of Aurora, every engine is watched: `plans.py`.
@check(
    "aws.account.region.database_sign_ins_watched",
    on="aws.account.region",
    service="aws.rds",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="GuardDuty watches who signs in to the region's databases",
    risk="Guessed passwords, and sign-ins from where nobody ever came from, go unnoticed.",
    fix="aws guardduty update-detector --detector-id ID --region {region} --features Name=RDS_LOGIN_EVENTS,Status=ENABLED",
)
def database_sign_ins_watched(region: Resource, inventory: Inventory) -> Verdict:
    kinds = (INSTANCE.type, CLUSTER.type)
    if not any(engine(database) in WATCHED for kind in kinds for database in inventory.all(kind, region=region.region)):
        return skipped("the region has no database of RDS that GuardDuty could watch")
    return detectors.watched(inventory, region.region, "RDS_LOGIN_EVENTS")


@each(
    DATABASES,
    "events_told",
    control="detection.alarms",
    severity=Severity.LOW,
    title="NOUN's failures and changes are told to somebody",
    risk="A changed setting, a failed backup or a full disk is noticed when it is too late.",
    fix="aws rds create-event-subscription --subscription-name databases --sns-topic-arn TOPIC --region {region}",
)
@alone
def events_told(database: Resource, inventory: Inventory) -> Verdict:
    told = {category for subscription in _subscriptions(database, inventory) for category in _categories(subscription)}
    missed = [category for category in CATEGORIES if category not in told]
    if not missed:
        return passed("event subscriptions tell somebody")
    rules = list(_rules(database, inventory))
    missed = [category for category in missed if not any(patterns.matches(each, _event(database, category)) for each in rules)]
    if missed:
        return failed(f"nobody is told of: {', '.join(missed)}")
    return passed("event subscriptions or rules of EventBridge tell somebody")


def _source(database: Resource) -> str:
    return "db-cluster" if database.type in (CLUSTER.type, AURORA.type) else "db-instance"


def _subscriptions(database: Resource, inventory: Inventory) -> Iterator[dict[str, Any]]:
    """Yield the subscriptions at work that take events of *database*: without a source, or ids, they take all."""
    for subscription in inventory.all("aws.rds.event_subscription", region=database.region):
        item = subscription["item"]
        ids = item.get("SourceIdsList") or [database.name]
        fits = item.get("SourceType") in (None, "", _source(database)) and database.name in ids
        if fits and item.get("Enabled") and item.get("Status") == "active":
            yield item


def _categories(subscription: dict[str, Any]) -> list[str]:
    return subscription.get("EventCategoriesList") or list(CATEGORIES)


def _rules(database: Resource, inventory: Inventory) -> Iterator[dict[str, Any]]:
    """Yield the patterns of the region's rules at work."""
    for rule in inventory.all("aws.eventbridge.rule", region=database.region):
        item = rule["item"]
        if item.get("EventPattern") and item["State"] != "DISABLED" and rule["targets"]:
            yield json.loads(item["EventPattern"])


def _event(database: Resource, category: str) -> dict[str, Any]:
    """Return an event as RDS puts it on EventBridge. Source: RDS and Aurora user guides, "Monitoring events"."""
    clustered = _source(database) == "db-cluster"
    detail = {
        "EventCategories": [category],
        "SourceType": "CLUSTER" if clustered else "DB_INSTANCE",
        "SourceArn": database.id,
        "SourceIdentifier": database.name,
    }
    return {
        "source": "aws.rds",
        "detail-type": "RDS DB Cluster Event" if clustered else "RDS DB Instance Event",
        "account": database.account,
        "region": database.region,
        "resources": [database.id],
        "detail": detail,
    }


@check(
    "aws.rds.event_subscription.delivers",
    on="aws.rds.event_subscription",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Event subscription reaches somebody",
    risk="The subscription looks as if somebody were told, and nobody is.",
    fix="aws rds modify-event-subscription --subscription-name {name} --enabled --sns-topic-arn TOPIC --region {region},"
    " and subscribe somebody to the topic",
)
def delivers(subscription: Resource, inventory: Inventory) -> Verdict:
    item = subscription["item"]
    status, topic = item.get("Status"), str(item.get("SnsTopicArn") or "")
    if not item.get("Enabled") or status != "active":
        return failed("the subscription is off" if status == "active" else f"its status is {status}")
    if topic.split(":")[4:5] != [subscription.account]:
        return passed(f"events go to {topic}, of another account")
    if any(True for _ in inventory.where("aws.sns.subscription", "item.TopicArn", topic)):
        return passed(f"events go to {topic}")
    return failed(f"nobody has subscribed to {topic}")
