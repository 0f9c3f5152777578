"""What the checks on databases share: which kinds of them there are, and how what they name is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from checks.kinds import Kind
from scanner.evaluation.check import Judge
from scanner.model import Inventory, Reason, Resource, Unread, UnreadError, Verdict, skipped

ON = {"1", "on", "true"}


def _kind(type: str, noun: str, what: str) -> Kind:
    return Kind(type, noun, f"aws rds modify-db-{what} --db-{what}-identifier {{name}} --region {{region}}")


INSTANCE = _kind("aws.rds.instance", "Database", "instance")
CLUSTER = _kind("aws.rds.cluster", "Cluster", "cluster")
AURORA = _kind("aws.aurora.cluster", "Cluster", "cluster")
MEMBER = _kind("aws.aurora.instance", "Instance", "instance")
SNAPSHOT = Kind("aws.rds.snapshot", "Snapshot", "aws rds modify-db-snapshot-attribute --db-snapshot-identifier {name}")
_SHARE = "aws rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier {name}"
CLUSTER_SNAPSHOT = Kind("aws.rds.cluster_snapshot", "Snapshot", _SHARE)
AURORA_SNAPSHOT = Kind("aws.aurora.cluster_snapshot", "Snapshot", _SHARE)
DATABASES = (INSTANCE, CLUSTER, AURORA)
SNAPSHOTS = (SNAPSHOT, CLUSTER_SNAPSHOT, AURORA_SNAPSHOT)


@dataclass(frozen=True, slots=True)
class Group:
    """A type of group that databases name, where its name stands, and the operation that lists it."""

    type: str
    path: str
    operation: str


PARAMETERS = Group("aws.rds.parameter_group", "item.DBParameterGroupName", "rds:DescribeDBParameterGroups")
CLUSTER_PARAMETERS = Group(
    "aws.aurora.cluster_parameter_group", "item.DBClusterParameterGroupName", "rds:DescribeDBClusterParameterGroups"
)
OPTIONS = Group("aws.rds.option_group", "item.OptionGroupName", "rds:DescribeOptionGroups")


def alone(judge: Judge) -> Judge:
    """Make *judge* skip the instances of a Multi-AZ cluster, which answers for them."""

    @wraps(judge)
    def asked(database: Resource, **given: Any) -> Verdict:
        cluster = database["item"].get("DBClusterIdentifier")
        if cluster and database.type == INSTANCE.type:
            return skipped(f"the cluster {cluster} answers for it")
        return judge(database, **given)

    return asked


def engine(database: Resource) -> str:
    return str(database["item"]["Engine"])


def is_custom(database: Resource) -> bool:
    """Tell whether it is RDS Custom, whose host is open to the customer."""
    return engine(database).startswith("custom-")


def is_encrypted(store: Resource) -> bool:
    """Tell whether a database or snapshot is encrypted. With a key that AWS owns it is, though the older fields deny it."""
    item = store["item"]
    return bool(item.get("StorageEncrypted") or item.get("Encrypted")) or item.get("StorageEncryptionType") == "sse-rds"


def is_replica(database: Resource) -> bool:
    """Tell whether it only follows another database, which answers for what they share."""
    sources = ("ReadReplicaSourceDBInstanceIdentifier", "ReadReplicaSourceDBClusterIdentifier", "ReplicationSourceIdentifier")
    return any(database["item"].get(source) for source in sources)


def parameter(database: Resource, name: str, inventory: Inventory) -> str:
    """Return the value of a parameter in lower case; empty when nobody set it. Raises :class:`UnreadError`."""
    found = [
        str(row.get("Value") or "").lower()
        for group in _parameter_groups(database, inventory)
        for row in group["parameters"] or []
        if row["Name"].lower() == name
    ]
    return next((value for value in found if value), "")


def _parameter_groups(database: Resource, inventory: Inventory) -> Iterator[Resource]:
    item = database["item"]
    if "DBClusterParameterGroup" in item:
        yield _group(CLUSTER_PARAMETERS, item["DBClusterParameterGroup"], database, inventory)
        return
    for named in item["DBParameterGroups"]:
        yield _group(PARAMETERS, named["DBParameterGroupName"], database, inventory)


def options(database: Resource, inventory: Inventory) -> Iterator[Mapping[str, Any]]:
    """Yield what the option groups of *database* add to its engine. Raises :class:`UnreadError`."""
    for named in database["item"].get("OptionGroupMemberships") or []:
        yield from _group(OPTIONS, named["OptionGroupName"], database, inventory)["item"].get("Options") or []


def _group(kind: Group, name: str, database: Resource, inventory: Inventory) -> Resource:
    for group in inventory.where(kind.type, kind.path, name, region=database.region):
        return group
    raise UnreadError(f"the group {name}", Unread(Reason.UNAVAILABLE, "NotListed", kind.operation, kind.operation))
