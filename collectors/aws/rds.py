"""Amazon RDS and Amazon Aurora, which share one API with DocumentDB and Neptune.

Aurora's instances count for Aurora: whoever runs nothing else runs no RDS, and all that they are asked is what their cluster is
asked, too. So every listing of the API is sent twice, once for the engines of Aurora, by a filter of AWS's own, and once for
all others. Those that DocumentDB and Neptune bring along are left out: they are for types of their own, by their own APIs. An
engine that nobody has heard of is kept, under RDS.
Source: Amazon RDS API reference, DescribeDBInstances, DescribeDBClusters, DescribeDBClusterSnapshots, "Filters".
"""

from collections.abc import Sequence
from typing import Any

from collectors.aws.spec import Call, Spec

AURORA = ("aurora-mysql", "aurora-postgresql")
STRANGERS = ("docdb", "neptune")
# What changes by itself: how a backup gets on, up to when one may go back, how large a store has grown.
COUNTS = (
    "AllocatedStorage",
    "AutomaticRestartTime",
    "BacktrackConsumedChangeRecords",
    "Capacity",
    "DBInstanceStatus",
    "EarliestBacktrackTime",
    "EarliestRestorableTime",
    "IOOptimizedNextAllowedModificationTime",
    "LatestRestorableTime",
    "PercentProgress",
    "Status",
    "StatusInfos",
    "StorageVolumeStatus",
)
VOLATILE = tuple(f"item.{name}" for name in COUNTS)
# Of some hundred parameters in a group, those that checks ask for; AWS returns only what it is asked by name.
PARAMETERS = (
    "db2comm",
    "general_log",
    "log_connections",
    "rds.force_ssl",
    "require_secure_transport",
    "server_audit_logging",
    "shared_preload_libraries",
)


def _listing(operation: str, rows: str, *, aurora: bool, **params: Any) -> Call:
    """Return the listing of Aurora's rows, or of those that are neither Aurora's nor another service's.

    It is one call for all of them, and for those of documentdb.py.
    """
    if aurora:
        own = " || ".join(f"Engine == '{engine}'" for engine in AURORA)
        return Call(operation, f"{rows}[?{own}]", MaxRecords=100, **params)
    others = " && ".join(f"Engine != '{engine}'" for engine in (*AURORA, *STRANGERS))
    return Call(operation, f"{rows}[?{others}]", MaxRecords=100, **params)


def _only(name: str, values: Sequence[str]) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": list(values)}]


def _instance(service: str, title: str, *, aurora: bool = False) -> Spec:
    return Spec(
        type=f"{service}.instance",
        service=service,
        api="rds",
        title=title,
        listing=_listing("describe_db_instances", "DBInstances", aurora=aurora),
        id="{DBInstanceArn}",
        name="{DBInstanceIdentifier}",
        tags="item.TagList",
        volatile=VOLATILE,
    )


def _cluster(service: str, title: str, *, aurora: bool = False) -> Spec:
    return Spec(
        type=f"{service}.cluster",
        service=service,
        api="rds",
        title=title,
        listing=_listing("describe_db_clusters", "DBClusters", aurora=aurora),
        id="{DBClusterArn}",
        name="{DBClusterIdentifier}",
        tags="item.TagList",
        volatile=VOLATILE,
    )


# Only snapshots that somebody took by hand are read: all others follow their database, whose settings say how they are kept,
# and cannot be shared. Who else may restore one has no bulk call: SnapshotType=public lists everybody's public ones.
def _cluster_snapshot(service: str, title: str, *, aurora: bool = False) -> Spec:
    return Spec(
        type=f"{service}.cluster_snapshot",
        service=service,
        api="rds",
        title=title,
        listing=_listing("describe_db_cluster_snapshots", "DBClusterSnapshots", aurora=aurora, SnapshotType="manual"),
        id="{DBClusterSnapshotArn}",
        name="{DBClusterSnapshotIdentifier}",
        facts={
            "attributes": Call(
                "describe_db_cluster_snapshot_attributes",
                "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
                DBClusterSnapshotIdentifier="{DBClusterSnapshotIdentifier}",
            )
        },
        tags="item.TagList",
        gone=frozenset({"DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFound"}),
        volatile=VOLATILE,
    )


INSTANCE = _instance("aws.rds", "Database instance")
AURORA_INSTANCE = _instance("aws.aurora", "Aurora instance", aurora=True)
CLUSTER = _cluster("aws.rds", "Multi-AZ database cluster")
AURORA_CLUSTER = _cluster("aws.aurora", "Aurora cluster", aurora=True)
CLUSTER_SNAPSHOT = _cluster_snapshot("aws.rds", "Snapshot of a Multi-AZ cluster")
AURORA_SNAPSHOT = _cluster_snapshot("aws.aurora", "Snapshot of an Aurora cluster", aurora=True)

# Instances of a cluster have no snapshots of their own.
SNAPSHOT = Spec(
    type="aws.rds.snapshot",
    service="aws.rds",
    api="rds",
    title="Database snapshot",
    listing=Call("describe_db_snapshots", "DBSnapshots", SnapshotType="manual", MaxRecords=100),
    id="{DBSnapshotArn}",
    name="{DBSnapshotIdentifier}",
    facts={
        "attributes": Call(
            "describe_db_snapshot_attributes",
            "DBSnapshotAttributesResult.DBSnapshotAttributes",
            DBSnapshotIdentifier="{DBSnapshotIdentifier}",
        )
    },
    tags="item.TagList",
    gone=frozenset({"DBSnapshotNotFound"}),
    volatile=VOLATILE,
)

# Groups are shared, so their parameters are read once a group, not once a database. What checks ask for stands in the groups
# of clusters where there is a cluster, so that the groups of Aurora's single instances are not read.
# That the filter passes over names that a family does not know is how AWS describes it; it was not tried.
PARAMETER_GROUP = Spec(
    type="aws.rds.parameter_group",
    service="aws.rds",
    api="rds",
    title="Parameter group",
    listing=Call(
        "describe_db_parameter_groups",
        "DBParameterGroups[?!starts_with(DBParameterGroupFamily, 'aurora')"
        " && !starts_with(DBParameterGroupFamily, 'docdb') && !starts_with(DBParameterGroupFamily, 'neptune')]",
        MaxRecords=100,
    ),
    id="{DBParameterGroupArn}",
    name="{DBParameterGroupName}",
    facts={
        "parameters": Call(
            "describe_db_parameters",
            "Parameters[].{Name: ParameterName, Value: ParameterValue, Source: Source}",
            DBParameterGroupName="{DBParameterGroupName}",
            Filters=_only("parameter-name", PARAMETERS),
            MaxRecords=100,
        )
    },
    gone=frozenset({"DBParameterGroupNotFound"}),
)

CLUSTER_PARAMETER_GROUP = Spec(
    type="aws.aurora.cluster_parameter_group",
    service="aws.aurora",
    api="rds",
    title="Parameter group of clusters",
    listing=Call(
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups[?!starts_with(DBParameterGroupFamily, 'docdb')"
        " && !starts_with(DBParameterGroupFamily, 'neptune')]",
        MaxRecords=100,
    ),
    id="{DBClusterParameterGroupArn}",
    name="{DBClusterParameterGroupName}",
    facts={
        "parameters": Call(
            "describe_db_cluster_parameters",
            "Parameters[].{Name: ParameterName, Value: ParameterValue, Source: Source}",
            DBClusterParameterGroupName="{DBClusterParameterGroupName}",
            Filters=_only("parameter-name", PARAMETERS),
            MaxRecords=100,
        )
    },
    gone=frozenset({"DBParameterGroupNotFound"}),
)

# Settings of options may be passwords of other systems, so that the one that checks ask for is kept, and no other.
OPTION_GROUP = Spec(
    type="aws.rds.option_group",
    service="aws.rds",
    api="rds",
    title="Option group",
    listing=Call(
        "describe_option_groups",
        "OptionGroupsList[].{OptionGroupName: OptionGroupName, OptionGroupArn: OptionGroupArn, EngineName: EngineName,"
        " MajorEngineVersion: MajorEngineVersion, VpcId: VpcId, Options: Options[].{OptionName: OptionName,"
        " OptionVersion: OptionVersion, Port: Port, Persistent: Persistent,"
        " Encryption: OptionSettings[?Name == 'SQLNET.ENCRYPTION_SERVER'].Value | [0]}}",
        MaxRecords=100,
    ),
    id="{OptionGroupArn}",
    name="{OptionGroupName}",
)

EVENT_SUBSCRIPTION = Spec(
    type="aws.rds.event_subscription",
    service="aws.rds",
    api="rds",
    title="Event subscription",
    listing=Call("describe_event_subscriptions", "EventSubscriptionsList", MaxRecords=100),
    id="{EventSubscriptionArn}",
    name="{CustSubscriptionId}",
)

PROXY = Spec(
    type="aws.rds.proxy",
    service="aws.rds",
    api="rds",
    title="Database proxy",
    listing=Call("describe_db_proxies", "DBProxies", MaxRecords=100),
    id="{DBProxyArn}",
    name="{DBProxyName}",
    volatile=("item.Status",),
)

# What AWS tells of all databases of a region at once. Neither is a setting: AWS adds to both as it likes.
SETTINGS = Spec(
    type="aws.rds.settings",
    service="aws.rds",
    api="rds",
    title="Support and maintenance of a region's databases",
    id="arn:{partition}:rds:{region}:{account}:settings",
    name="{region}",
    facts={
        "major_versions": Call("describe_db_major_engine_versions", "DBMajorEngineVersions", MaxRecords=100),
        "maintenance": Call("describe_pending_maintenance_actions", "PendingMaintenanceActions", MaxRecords=100),
    },
    volatile=("major_versions", "maintenance"),
)
