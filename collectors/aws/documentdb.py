"""Amazon DocumentDB and Amazon Neptune, which share the API of RDS.

Their own APIs lead to the same place and tell less: tags stand only in the answers of RDS's. Each type takes the rows of its
engine, or family, from the listing that all of them share with RDS and Aurora. Clusters and instances cost no call of their
own; a snapshot costs one, for who may restore it, and a group of parameters one.
Source: Amazon RDS API reference, DescribeDBClusters and DescribeDBInstances: both return Neptune's and DocumentDB's as well.
"""

from collectors.aws.rds import VOLATILE
from collectors.aws.spec import Call, Spec

DOCUMENTS, GRAPHS = ("aws.documentdb", "docdb"), ("aws.neptune", "neptune")


def _cluster(service: str, engine: str) -> Spec:
    return Spec(
        type=f"{service}.cluster",
        service=service,
        api="rds",
        title="Cluster",
        listing=Call("describe_db_clusters", f"DBClusters[?Engine == '{engine}']", MaxRecords=100),
        id="{DBClusterArn}",
        name="{DBClusterIdentifier}",
        tags="item.TagList",
        volatile=VOLATILE,
    )


def _instance(service: str, engine: str) -> Spec:
    return Spec(
        type=f"{service}.instance",
        service=service,
        api="rds",
        title="Instance",
        listing=Call("describe_db_instances", f"DBInstances[?Engine == '{engine}']", MaxRecords=100),
        id="{DBInstanceArn}",
        name="{DBInstanceIdentifier}",
        tags="item.TagList",
        volatile=VOLATILE,
    )


def _snapshot(service: str, engine: str) -> Spec:
    return Spec(
        type=f"{service}.cluster_snapshot",
        service=service,
        api="rds",
        title="Snapshot",
        listing=Call(
            "describe_db_cluster_snapshots",
            f"DBClusterSnapshots[?Engine == '{engine}']",
            MaxRecords=100,
            SnapshotType="manual",
        ),
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


CLUSTER, GRAPH_CLUSTER = _cluster(*DOCUMENTS), _cluster(*GRAPHS)
INSTANCE, GRAPH_INSTANCE = _instance(*DOCUMENTS), _instance(*GRAPHS)
SNAPSHOT, GRAPH_SNAPSHOT = _snapshot(*DOCUMENTS), _snapshot(*GRAPHS)

# Of Neptune's parameters no check asks for any: it refuses clear text by itself.
PARAMETER_GROUP = Spec(
    type="aws.documentdb.cluster_parameter_group",
    service="aws.documentdb",
    api="rds",
    title="Parameter group",
    listing=Call(
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups[?!starts_with(DBParameterGroupFamily, 'aurora')"
        " && !starts_with(DBParameterGroupFamily, 'mysql') && !starts_with(DBParameterGroupFamily, 'neptune')"
        " && !starts_with(DBParameterGroupFamily, 'postgres')]",
        MaxRecords=100,
    ),
    id="{DBClusterParameterGroupArn}",
    name="{DBClusterParameterGroupName}",
    facts={
        "parameters": Call(
            "describe_db_cluster_parameters",
            "Parameters[].{Name: ParameterName, Value: ParameterValue, Source: Source}",
            DBClusterParameterGroupName="{DBClusterParameterGroupName}",
            MaxRecords=100,
        )
    },
    gone=frozenset({"DBParameterGroupNotFound"}),
)
