"""What somebody must be told of that is done to caches, search, warehouses, streams, brokers and file systems.

Names of calls are those of the services' operations, as CloudTrail records them: all of them are management events.
"""

from __future__ import annotations

from checks.aws.watched import of_service

OF_DATA_SERVICES = (
    of_service(
        "aws.elasticache.cache_cluster",
        "cache_removal",
        "caches that are deleted",
        "A cache is deleted with all that it holds, and nobody notices.",
        elasticache="DeleteReplicationGroup DeleteCacheCluster ModifyUser",
    ),
    of_service(
        "aws.opensearch.domain",
        "domain_removal",
        "domains of OpenSearch that are deleted or opened",
        "Indices are deleted, or the domain is opened to the world, and nobody notices.",
        es="DeleteDomain UpdateDomainConfig",
    ),
    of_service(
        "aws.redshift.cluster",
        "warehouse_removal",
        "clusters of Redshift that are deleted or shared",
        "A warehouse is deleted, its log is turned off, or a stranger may restore it, and nobody notices.",
        redshift="DeleteCluster DisableLogging AuthorizeSnapshotAccess",
    ),
    of_service(
        "aws.redshiftserverless.namespace",
        "namespace_removal",
        "namespaces of Redshift that are deleted or shared",
        "A warehouse is deleted, or a stranger may restore it, and nobody notices.",
        redshift_serverless="DeleteNamespace DeleteWorkgroup PutResourcePolicy",
    ),
    of_service(
        "aws.documentdb.cluster",
        "document_removal",
        "clusters of DocumentDB that are deleted or shared",
        "Documents are deleted, or everybody may restore them, and nobody notices.",
        rds="DeleteDBCluster ModifyDBClusterSnapshotAttribute",
    ),
    of_service(
        "aws.neptune.cluster",
        "graph_removal",
        "clusters of Neptune that are deleted or shared",
        "A graph is deleted, or everybody may restore it, and nobody notices.",
        rds="DeleteDBCluster ModifyDBClusterSnapshotAttribute",
    ),
    of_service(
        "aws.kinesis.stream",
        "stream_removal",
        "streams that are deleted, opened or decrypted",
        "Records are lost, a stranger reads along, or they are stored in the clear, and nobody notices.",
        kinesis="DeleteStream StopStreamEncryption PutResourcePolicy",
    ),
    of_service(
        "aws.msk.cluster",
        "broker_removal",
        "clusters of MSK that are deleted or opened",
        "Topics are deleted, or a stranger may connect to them, and nobody notices.",
        kafka="DeleteCluster UpdateConnectivity UpdateSecurity PutClusterPolicy",
    ),
    of_service(
        "aws.mq.broker",
        "message_broker_removal",
        "brokers that are deleted or given new users",
        "Queues are deleted, or a stranger gets a user of his own, and nobody notices.",
        amazonmq="DeleteBroker UpdateBroker CreateUser",
    ),
    of_service(
        "aws.fsx.file_system",
        "share_removal",
        "file systems of FSx or backups that are deleted",
        "Files are deleted with all their backups, and nobody notices.",
        fsx="DeleteFileSystem DeleteVolume DeleteBackup",
    ),
    of_service(
        "aws.dms.replication_instance",
        "copying_started",
        "copying of databases that is started or redirected",
        "A database is copied to a stranger's, and nobody notices.",
        dms="StartReplicationTask ModifyEndpoint CreateEndpoint",
    ),
)
