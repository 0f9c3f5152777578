"""Checks on settings of databases of RDS and Aurora that attackers guess, and on what tells how a database fares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import patterns
from checks.aws.rds_network import port
from checks.aws.rds_read import AURORA, CLUSTER, DATABASES, INSTANCE, MEMBER, alone, engine, is_replica
from checks.kinds import each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

# Names that the console proposes. Source: RDS and Aurora user guides, "Settings for DB instances", "Master username".
PROPOSED = {"admin", "postgres"}
# Ports that AWS gives where nobody chose one. Source: RDS API reference, CreateDBInstance, "Port".
USUAL = {
    "aurora-mysql": 3306,
    "aurora-postgresql": 5432,
    "db2": 50000,
    "mariadb": 3306,
    "mysql": 3306,
    "oracle": 1521,
    "postgres": 5432,
    "sqlserver": 1433,
}
GROUPS, CHANGED = "db-parameter-group", "configuration change"


@each(
    DATABASES,
    "own_administrator",
    control="identity.password_policy",
    severity=Severity.LOW,
    title="NOUN's administrator has a name that cannot be guessed",
    risk="Whoever guesses passwords knows the name already.",
    fix="Create a database with --master-username NAME and restore the data into it; the name cannot be changed",
)
@alone
def own_administrator(database: Resource) -> Verdict:
    if is_replica(database):
        return skipped("a replica has the users of its source")
    name = str(database["item"].get("MasterUsername") or "")
    return failed(f"it is called {name}") if name.lower() in PROPOSED else passed("it has a name of its own")


# Who looks finds any port; it only keeps away those who look at one.
@each(
    DATABASES,
    "own_port",
    control="network.public_access",
    severity=Severity.INFORMATIONAL,
    title="NOUN listens on a port of its own choice",
    risk="Programs that look for the engine where it usually is find it at once.",
    fix="MODIFY --port PORT --apply-immediately; of an instance: --db-port-number PORT",
)
@alone
def own_port(database: Resource) -> Verdict:
    found = port(database["item"])
    if not found:
        return skipped("it has no endpoint yet")
    name = engine(database).removeprefix("custom-")
    usual = next((number for prefix, number in USUAL.items() if name.startswith(prefix)), None)
    return (failed if found == usual else passed)(f"it listens on port {found}")


@each(
    (INSTANCE, CLUSTER, MEMBER),
    "measured_closely",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="NOUN's system is measured in detail",
    risk="A program that mines, or a query that floods the disk, is seen only when everything stands still.",
    fix="MODIFY --monitoring-interval 60 --monitoring-role-arn ROLE --apply-immediately",
)
@alone
def measured_closely(database: Resource) -> Verdict:
    seconds = database["item"].get("MonitoringInterval") or 0
    return passed(f"measured every {seconds} seconds") if seconds else failed("enhanced monitoring is off")


@each(
    (AURORA,),
    "goes_back",
    control="resilience.versioning",
    severity=Severity.INFORMATIONAL,
    title="NOUN can be set back to an earlier moment in place",
    risk="After a slip, everybody waits until another cluster is restored from a backup.",
    fix="Restore a snapshot with --backtrack-window 86400; it cannot be turned on for a cluster that was made without",
)
def goes_back(cluster: Resource) -> Verdict:
    item = cluster["item"]
    if engine(cluster) != "aurora-mysql":
        return skipped(f"{engine(cluster)} knows no backtracking")
    if item.get("EngineMode", "provisioned") != "provisioned":
        return skipped(f"engine mode {item['EngineMode']} knows no backtracking")
    seconds = item.get("BacktrackWindow") or 0
    return passed(f"up to {seconds // 3600} hours") if seconds else failed("backtracking is off")


@check(
    "aws.account.region.parameter_changes_told",
    on="aws.account.region",
    service="aws.rds",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Changes of database parameters are told to somebody",
    risk="TLS, logs and audits of many databases are turned off in one place, and nobody notices.",
    fix="aws rds create-event-subscription --subscription-name parameters --source-type db-parameter-group"
    " --event-categories 'configuration change' --sns-topic-arn TOPIC --region {region}",
)
def parameter_changes_told(region: Resource, inventory: Inventory) -> Verdict:
    if not any(any(inventory.all(kind.type, region=region.region)) for kind in (INSTANCE, MEMBER)):
        return skipped("the region has no database")
    if any(_takes(each["item"]) for each in inventory.all("aws.rds.event_subscription", region=region.region)):
        return passed("an event subscription tells somebody")
    if any(patterns.matches(each, _event(region)) for each in _rules(region, inventory)):
        return passed("a rule of EventBridge tells somebody")
    return failed("nobody is told of changed parameters")


def _takes(subscription: Mapping[str, Any]) -> bool:
    """Tell whether a subscription is at work and takes changes of all parameter groups."""
    at_work = subscription.get("Enabled") and subscription.get("Status") == "active"
    named = subscription.get("SourceType") in (None, "", GROUPS) and not subscription.get("SourceIdsList")
    return bool(at_work and named and CHANGED in (subscription.get("EventCategoriesList") or [CHANGED]))


def _rules(region: Resource, inventory: Inventory) -> Iterator[dict[str, Any]]:
    """Yield the patterns of the region's rules that are on and have a target."""
    for rule in inventory.all("aws.eventbridge.rule", region=region.region):
        item = rule["item"]
        if item.get("EventPattern") and item["State"] != "DISABLED" and rule["targets"]:
            yield json.loads(item["EventPattern"])


def _event(region: Resource) -> dict[str, Any]:
    """Return an event as RDS puts it on EventBridge. Source: RDS user guide, "DB parameter group events"."""
    arn = f"arn:aws:rds:{region.region}:{region.account}:pg:any"
    return {
        "source": "aws.rds",
        "detail-type": "RDS DB Parameter Group Event",
        "account": region.account,
        "region": region.region,
        "resources": [arn],
        "detail": {"EventCategories": [CHANGED], "SourceType": "DB_PARAM", "SourceArn": arn, "SourceIdentifier": "any"},
    }
