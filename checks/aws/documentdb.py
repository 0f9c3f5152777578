"""Checks on DocumentDB and Neptune. What they share with Aurora, whose API they have, is asked as it is asked of Aurora."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from checks.aws import rds, rds_network, rds_snapshots, rds_upkeep
from checks.kinds import Kind, each
from checks.support import lasting, supported
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Reason, Resource, Severity, Unread, UnreadError, Verdict, failed, passed

_MODIFY = "aws rds modify-db-cluster --db-cluster-identifier {name} --apply-immediately --region {region}"
DOCUMENTS, GRAPHS = Kind("aws.documentdb.cluster", "Cluster", _MODIFY), Kind("aws.neptune.cluster", "Cluster", _MODIFY)
GROUP = "aws.documentdb.cluster_parameter_group"
AUDIT = "audit"


def _asked_as(of: str, types: Iterable[str], *questions: Iterable[Check]) -> tuple[Check, ...]:
    """Return the checks on the type *of* that ask *questions*, each anew for every one of *types*; CIS asks RDS alone."""
    return tuple(
        replace(known, id=f"{type}.{known.id.rpartition('.')[2]}", on=type, cis=(), formerly=())
        for type in types
        for question in questions
        for known in question
        if known.on == of
    )


CLUSTERS = _asked_as(
    "aws.aurora.cluster",
    (DOCUMENTS.type, GRAPHS.type),
    *(rds.encrypted, rds.customer_key, rds.roles_limited),
    *(rds_upkeep.maintenance_dated, rds_upkeep.backed_up, rds_upkeep.multi_zone, rds_upkeep.deletion_protected),
)
PASSWORDS = _asked_as("aws.aurora.cluster", (DOCUMENTS.type,), rds.password_managed)
INSTANCES = _asked_as(
    "aws.aurora.instance",
    ("aws.documentdb.instance", "aws.neptune.instance"),
    *(rds_network.not_public, rds_network.closed_to_world, rds_network.private_subnets),
)
# DocumentDB takes no minor versions by itself, whatever the field says. Source: its API reference, DBInstance.
UPGRADES = _asked_as("aws.aurora.instance", ("aws.neptune.instance",), rds_upkeep.minor_upgrades)
TAGS = _asked_as("aws.aurora.cluster", (GRAPHS.type,), rds_upkeep.tags_follow)
SNAPSHOTS = _asked_as(
    "aws.aurora.cluster_snapshot",
    ("aws.documentdb.cluster_snapshot", "aws.neptune.cluster_snapshot"),
    *(rds_snapshots.not_public, rds_snapshots.known_accounts, rds_snapshots.encrypted),
)


def parameter(cluster: Resource, name: str, inventory: Inventory) -> str:
    """Return the value of a parameter in lower case; empty when nobody set it. Raises :class:`UnreadError`."""
    group = cluster["item"]["DBClusterParameterGroup"]
    for found in inventory.where(GROUP, "item.DBClusterParameterGroupName", group, region=cluster.region):
        rows = {row["Name"].lower(): str(row.get("Value") or "").lower() for row in found["parameters"] or []}
        return rows.get(name, "")
    operation = "rds:DescribeDBClusterParameterGroups"
    raise UnreadError(f"the group {group}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))


@check(
    "aws.documentdb.cluster.tls_required",
    on=DOCUMENTS.type,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Cluster refuses connections without TLS",
    risk="Passwords and documents can be read and changed on their way.",
    fix="aws docdb modify-db-cluster-parameter-group --db-cluster-parameter-group-name GROUP --region {region}"
    " --parameters ParameterName=tls,ParameterValue=enabled,ApplyMethod=pending-reboot, then restart the instances of {name}",
)
def tls_required(cluster: Resource, inventory: Inventory) -> Verdict:
    # It is on until somebody turns it off; other values name the versions that are let through.
    value = parameter(cluster, "tls", inventory) or "enabled"
    return (failed if value == "disabled" else passed)(f"tls is {value}")


@check(
    "aws.documentdb.cluster.audited",
    on=DOCUMENTS.type,
    control="logging.data_events",
    severity=Severity.LOW,
    title="Cluster records who signs in and what is changed",
    risk="After a leak nobody can tell who was connected, and what was done.",
    fix="aws docdb modify-db-cluster-parameter-group --db-cluster-parameter-group-name GROUP --region {region}"
    " --parameters ParameterName=audit_logs,ParameterValue=enabled,ApplyMethod=immediate",
)
def audited(cluster: Resource, inventory: Inventory) -> Verdict:
    value = parameter(cluster, "audit_logs", inventory) or "disabled"
    return (failed if value in ("disabled", "none") else passed)(f"audit_logs is {value}")


@each(
    (DOCUMENTS, GRAPHS),
    "logs_exported",
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="NOUN's audit log leaves the database",
    risk="Whoever takes over the database, or deletes it, takes the traces along.",
    fix="MODIFY --cloudwatch-logs-export-configuration EnableLogTypes=audit",
)
def logs_exported(cluster: Resource) -> Verdict:
    exported = cluster["item"].get("EnabledCloudwatchLogsExports") or []
    return (passed if AUDIT in exported else failed)(f"exported: {', '.join(sorted(exported)) or 'nothing'}")


@check(
    "aws.documentdb.cluster.supported_version",
    on=DOCUMENTS.type,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version in standard support",
    risk="Only the worst holes are closed, for a surcharge and for three years; then AWS upgrades when it likes.",
    fix=_MODIFY + " --engine-version 5.0.0 --allow-major-version-upgrade, tried on a copy first",
)
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    return supported("aws.documentdb", str(cluster["item"]["EngineVersion"]), now)


@check(
    "aws.neptune.cluster.supported_engine",
    on=GRAPHS.type,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version of Neptune that is supported",
    risk="Holes stay open, and AWS upgrades the cluster when it likes.",
    fix=_MODIFY + " --engine-version VERSION --allow-major-version-upgrade, tried on a copy first",
)
def supported_engine(cluster: Resource, now: datetime) -> Verdict:
    return supported("aws.neptune", str(cluster["item"]["EngineVersion"]), now)


SUPPORT_LASTS = lasting(supported_version, supported_engine)


@check(
    "aws.neptune.cluster.iam_sign_in",
    on=GRAPHS.type,
    control="identity.workload_identity",
    severity=Severity.HIGH,
    title="Cluster takes queries of IAM's identities only",
    risk="It knows no passwords: whoever reaches the port reads, changes and drops the graph.",
    fix=_MODIFY + " --enable-iam-database-authentication",
)
def iam_sign_in(cluster: Resource) -> Verdict:
    on = cluster["item"].get("IAMDatabaseAuthenticationEnabled")
    return passed("sign-in by IAM is on") if on else failed("sign-in by IAM is off, and there is no other")
