"""Amazon Redshift: clusters, their parameters, and the snapshots that were taken by hand.

Whether a cluster logs who connects has no bulk call: one more call a cluster. Parameters are read once a group, however many
clusters share it. Accounts that may restore a snapshot stand in the listing.
"""

from collectors.aws.spec import Call, Spec

# What changes by itself: how a resize, a restore or a backup gets on.
PROGRESS = (
    "ClusterAvailabilityStatus",
    "ClusterStatus",
    "DataTransferProgress",
    "ExpectedNextSnapshotScheduleTime",
    "ExpectedNextSnapshotScheduleTimeStatus",
    "ModifyStatus",
    "NextMaintenanceWindowStartTime",
    "ResizeInfo",
    "RestoreStatus",
    "TotalStorageCapacityInMegaBytes",
)
ARN = "arn:{partition}:redshift:{region}:{account}"

CLUSTER = Spec(
    type="aws.redshift.cluster",
    service="aws.redshift",
    api="redshift",
    title="Cluster",
    listing=Call("describe_clusters", "Clusters", MaxRecords=100),
    id=ARN + ":cluster:{ClusterIdentifier}",
    name="{ClusterIdentifier}",
    facts={
        "logging": Call(
            "describe_logging_status",
            "{LoggingEnabled: LoggingEnabled, LogDestinationType: LogDestinationType, LogExports: LogExports,"
            " BucketName: BucketName}",
            ClusterIdentifier="{ClusterIdentifier}",
        ),
    },
    tags="item.Tags",
    gone=frozenset({"ClusterNotFound"}),
    volatile=tuple(f"item.{name}" for name in PROGRESS),
)

PARAMETER_GROUP = Spec(
    type="aws.redshift.parameter_group",
    service="aws.redshift",
    api="redshift",
    title="Parameter group",
    listing=Call("describe_cluster_parameter_groups", "ParameterGroups", MaxRecords=100),
    id=ARN + ":parametergroup:{ParameterGroupName}",
    name="{ParameterGroupName}",
    facts={
        "parameters": Call(
            "describe_cluster_parameters",
            "Parameters[].{Name: ParameterName, Value: ParameterValue, Source: Source}",
            ParameterGroupName="{ParameterGroupName}",
            MaxRecords=100,
        ),
    },
    tags="item.Tags",
    gone=frozenset({"ClusterParameterGroupNotFound"}),
)

SNAPSHOT = Spec(
    type="aws.redshift.snapshot",
    service="aws.redshift",
    api="redshift",
    title="Snapshot",
    listing=Call(
        "describe_cluster_snapshots",
        "Snapshots",
        SnapshotType="manual",
        OwnerAccount="{account}",
        MaxRecords=100,
    ),
    id=ARN + ":snapshot:{ClusterIdentifier}/{SnapshotIdentifier}",
    name="{SnapshotIdentifier}",
    tags="item.Tags",
    volatile=("item.Status", "item.ManualSnapshotRemainingDays", "item.ElapsedTimeInSeconds", "item.BackupProgressInMegaBytes"),
)
