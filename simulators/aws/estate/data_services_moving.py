"""Documents, streams, brokers, file systems, and what copies databases: told as AWS would list them."""

from __future__ import annotations

import base64
import json
from typing import Any

from simulators.aws.estate.data_services import tagged
from simulators.aws.estate.place import Place, ago, tags
from simulators.aws.supplement.registry import Refusal

MASK = "12345678-1111-2222-3333-123456789012"


def documents(place: Place, _scale: int) -> None:
    """Tell a cluster of documents and one of graphs, each with an instance and a snapshot."""
    for service, engine, version in (("orders", "docdb", "5.0.0"), ("friends", "neptune", "1.3.4.0")):
        place.add("rds:DescribeDBClusters", DBClusters=[_cluster(place, service, engine, version)])
        place.add("rds:DescribeDBInstances", DBInstances=[_member(place, service, engine, version)])
        name = f"{service}-kept"
        snapshot = {
            "DBClusterSnapshotIdentifier": name,
            "DBClusterSnapshotArn": place.arn("rds", f"cluster-snapshot:{name}"),
            "DBClusterIdentifier": service,
            "Engine": engine,
            "SnapshotType": "manual",
            "Status": "available",
            "StorageEncrypted": place.careful,
        }
        place.add("rds:DescribeDBClusterSnapshots", DBClusterSnapshots=[snapshot])
        restore = {"AttributeName": "restore", "AttributeValues": [] if place.careful else ["all"]}
        shared = {"DBClusterSnapshotIdentifier": name, "DBClusterSnapshotAttributes": [restore]}
        told = {"DBClusterSnapshotAttributesResult": shared}
        place.tell("rds:DescribeDBClusterSnapshotAttributes", told, DBClusterSnapshotIdentifier=name)
    place.client("rds").create_db_cluster_parameter_group(
        DBClusterParameterGroupName="documents", DBParameterGroupFamily="docdb5.0", Description="documents"
    )
    on = "enabled" if place.careful else "disabled"
    values = [{"ParameterName": name, "ParameterValue": on, "Source": "user"} for name in ("tls", "audit_logs")]
    place.tell("rds:DescribeDBClusterParameters", {"Parameters": values}, DBClusterParameterGroupName="documents")


def _cluster(place: Place, name: str, engine: str, version: str) -> dict[str, Any]:
    well = {
        "KmsKeyId": place.made["key"],
        "EnabledCloudwatchLogsExports": ["audit"],
        "MasterUserSecret": {"SecretArn": place.made["secret"], "SecretStatus": "active"},
    }
    return {
        "DBClusterIdentifier": name,
        "DBClusterArn": place.arn("rds", f"cluster:{name}"),
        "Engine": engine,
        "EngineVersion": version if place.careful or engine == "neptune" else "3.6.0",
        "Status": "available",
        "DBClusterParameterGroup": "documents",
        "StorageEncrypted": place.careful,
        "BackupRetentionPeriod": 14 if place.careful else 1,
        "MultiAZ": place.careful,
        "DeletionProtection": place.careful,
        "IAMDatabaseAuthenticationEnabled": place.careful,
        "TagList": tags(owner="team-b") if place.careful else [],
        **(well if place.careful else {}),
    }


def _member(place: Place, name: str, engine: str, version: str) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": f"{name}-1",
        "DBInstanceArn": place.arn("rds", f"db:{name}-1"),
        "DBClusterIdentifier": name,
        "Engine": engine,
        "EngineVersion": version,
        "DBInstanceStatus": "available",
        "PubliclyAccessible": False,
        "AutoMinorVersionUpgrade": place.careful,
        "Endpoint": {"Address": f"{name}-1.rds.amazonaws.com", "Port": 27017 if engine == "docdb" else 8182},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": place.made["groups"]["inside"], "Status": "active"}],
    }


def streams(place: Place, _scale: int) -> None:
    """Make two streams of Kinesis, and tell a delivery stream and clusters of Kafka."""
    kinesis = place.client("kinesis")
    tagged(place, place.arn("kinesis", "stream/clicks"))
    tagged(place, place.arn("firehose", "deliverystream/archive"))
    for name in ("clicks", "temporary"):
        kinesis.create_stream(StreamName=name, ShardCount=1)
    if place.careful:
        kinesis.start_stream_encryption(StreamName="clicks", EncryptionType="KMS", KeyId=place.made["key"])
        kinesis.increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=168)
    place.tell("firehose:ListDeliveryStreams", {"DeliveryStreamNames": ["archive"], "HasMoreDeliveryStreams": False})
    destination: dict[str, Any] = {
        "RoleARN": f"arn:aws:iam::{place.account}:role/function",
        "BucketARN": "arn:aws:s3:::archive",
    }
    destination |= {"CloudWatchLoggingOptions": {"Enabled": place.careful}, "CompressionFormat": "GZIP"}
    destination |= {"BufferingHints": {}, "EncryptionConfiguration": {}}
    delivery = {
        "DeliveryStreamName": "archive",
        "DeliveryStreamARN": place.arn("firehose", "deliverystream/archive"),
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "DeliveryStreamEncryptionConfiguration": {"Status": "ENABLED" if place.careful else "DISABLED"},
        "Destinations": [{"DestinationId": "1", "ExtendedS3DestinationDescription": destination}],
        "HasMoreDestinations": False,
    }
    place.tell("firehose:DescribeDeliveryStream", {"DeliveryStreamDescription": delivery})
    place.tell("kafka:ListClustersV2", {"ClusterInfoList": [_brokers(place)]})
    place.tell("kafka:GetClusterPolicy", Refusal(404, "NotFoundException", "There is no policy."))


def _brokers(place: Place) -> dict[str, Any]:
    careful = place.careful
    transit = {"ClientBroker": "TLS" if careful else "TLS_PLAINTEXT", "InCluster": True}
    rest = {"DataVolumeKMSKeyId": place.made["key"]}
    log = {"Enabled": careful, **({"LogGroup": "/msk/events"} if careful else {})}
    return {
        "ClusterArn": place.arn("kafka", f"cluster/events/{MASK}"),
        "ClusterName": "events",
        "ClusterType": "PROVISIONED",
        "State": "ACTIVE",
        "Tags": {"owner": "team-b"} if careful else {},
        "Provisioned": {
            "NumberOfBrokerNodes": 3,
            "BrokerNodeGroupInfo": {
                "ClientSubnets": ["subnet-1", "subnet-2"],
                "InstanceType": "kafka.m7g.large",
                "SecurityGroups": [place.made["groups"]["inside"]],
                "ConnectivityInfo": {"PublicAccess": {"Type": "DISABLED" if careful else "SERVICE_PROVIDED_EIPS"}},
            },
            "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": careful}}, "Unauthenticated": {"Enabled": not careful}},
            "CurrentBrokerSoftwareInfo": {"KafkaVersion": "3.9.x" if careful else "2.8.1"},
            "EncryptionInfo": {"EncryptionAtRest": rest, "EncryptionInTransit": transit},
            "LoggingInfo": {"BrokerLogs": {"CloudWatchLogs": log}},
        },
    }


def brokers(place: Place, _scale: int) -> None:
    """Tell a broker of ActiveMQ with its configuration, file systems of Windows and Lustre, and what copies databases."""
    careful = place.careful
    name = {
        "BrokerId": "b-1",
        "BrokerName": "orders",
        "BrokerArn": place.arn("mq", "broker:orders:b-1"),
        "BrokerState": "RUNNING",
        "DeploymentMode": "ACTIVE_STANDBY_MULTI_AZ" if careful else "SINGLE_INSTANCE",
        "EngineType": "ActiveMQ",
    }
    place.tell("mq:ListBrokers", {"BrokerSummaries": [name]})
    key = {"UseAwsOwnedKey": False, "KmsKeyId": place.made["key"]} if careful else {"UseAwsOwnedKey": True}
    more = {
        "AuthenticationStrategy": "LDAP" if careful else "SIMPLE",
        "AutoMinorVersionUpgrade": careful,
        "EncryptionOptions": key,
        "Logs": {"General": careful, "Audit": careful},
        "EngineVersion": "5.18.4" if careful else "5.15.16",
        "PubliclyAccessible": not careful,
        "SecurityGroups": [place.made["groups"]["inside"]],
        "Tags": {"owner": "team-b"} if careful else {},
    }
    place.tell("mq:DescribeBroker", name | more)
    configuration = {
        "Id": "c-1",
        "Arn": place.arn("mq", "configuration:c-1"),
        "Name": "orders",
        "Description": "orders",
        "EngineType": "ActiveMQ",
        "EngineVersion": "5.18",
        "AuthenticationStrategy": "SIMPLE",
        "Created": ago(100),
        "LatestRevision": {"Created": ago(100), "Revision": 1},
    }
    place.tell("mq:ListConfigurations", {"Configurations": [configuration]})
    rights = '<authorizationEntry queue="orders.>" read="shop"/>' if careful else ""
    content = base64.b64encode(f"<broker><plugins>{rights}</plugins></broker>".encode()).decode()
    place.tell("mq:DescribeConfigurationRevision", {"ConfigurationId": "c-1", "Data": content})
    place.tell("fsx:DescribeFileSystems", {"FileSystems": [_windows(place), _lustre(place)]})
    _copying(place)


def _windows(place: Place) -> dict[str, Any]:
    careful = place.careful
    secret = {"DomainJoinServiceAccountSecret": place.made["secret"], "FileSystemAdministratorsGroup": "Keepers"}
    own = {"DomainName": "corp.example", **(secret if careful else {"UserName": "joiner"})}
    audit = {"FileAccessAuditLogLevel": "SUCCESS_AND_FAILURE", "FileShareAccessAuditLogLevel": "FAILURE_ONLY"}
    return {
        "FileSystemId": "fs-1",
        "FileSystemType": "WINDOWS",
        "ResourceARN": place.arn("fsx", "file-system/fs-1"),
        "Lifecycle": "AVAILABLE",
        **({"KmsKeyId": place.made["key"]} if careful else {}),
        "Tags": tags(owner="team-b") if careful else [],
        "WindowsConfiguration": {
            "DeploymentType": "MULTI_AZ_1" if careful else "SINGLE_AZ_2",
            "AutomaticBackupRetentionDays": 30 if careful else 0,
            "SelfManagedActiveDirectoryConfiguration": own,
            **({"AuditLogConfiguration": audit} if careful else {}),
        },
    }


def _lustre(place: Place) -> dict[str, Any]:
    squash = {"RootSquashConfiguration": {"RootSquash": "65534:65534"}} if place.careful else {}
    return {
        "FileSystemId": "fs-2",
        "FileSystemType": "LUSTRE",
        "FileSystemTypeVersion": "2.15" if place.careful else "2.10",
        "ResourceARN": place.arn("fsx", "file-system/fs-2"),
        "Lifecycle": "AVAILABLE",
        "Tags": [],
        "LustreConfiguration": {"DeploymentType": "SCRATCH_2", "AutomaticBackupRetentionDays": 0, **squash},
    }


def _copying(place: Place) -> None:
    careful = place.careful
    instance = {
        "ReplicationInstanceIdentifier": "move",
        "ReplicationInstanceArn": place.arn("dms", "rep:MOVE"),
        "ReplicationInstanceStatus": "available",
        "PubliclyAccessible": not careful,
        "MultiAZ": careful,
        "AutoMinorVersionUpgrade": careful,
        **({"KmsKeyId": place.made["key"]} if careful else {}),
    }
    tagged(place, place.arn("dms", "rep:MOVE"))
    place.tell("dms:DescribeReplicationInstances", {"ReplicationInstances": [instance]})
    source: dict[str, Any] = {
        "EndpointIdentifier": "source",
        "EndpointArn": place.arn("dms", "endpoint:SOURCE"),
        "EndpointType": "SOURCE",
        "EngineName": "mysql",
        "SslMode": "verify-full" if careful else "none",
        "ExtraConnectionAttributes": "initstmt=SET time_zone=UTC;password=made-up-pass",
        **({"MySQLSettings": {"SecretsManagerSecretId": place.made["secret"]}} if careful else {"Username": "copier"}),
    }
    role = f"arn:aws:iam::{place.account}:role/function"
    target: dict[str, Any] = {
        "EndpointIdentifier": "target",
        "EndpointArn": place.arn("dms", "endpoint:TARGET"),
        "EndpointType": "TARGET",
        "EngineName": "s3",
        "S3Settings": {"ServiceAccessRoleArn": role, "BucketName": "archive"},
    }
    place.tell("dms:DescribeEndpoints", {"Endpoints": [source, target]})
    task = {
        "ReplicationTaskIdentifier": "move",
        "ReplicationTaskArn": place.arn("dms", "task:MOVE"),
        "MigrationType": "full-load-and-cdc",
        "ReplicationTaskSettings": json.dumps({"Logging": {"EnableLogging": careful}}),
    }
    place.tell("dms:DescribeReplicationTasks", {"ReplicationTasks": [task]})
