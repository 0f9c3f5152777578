"""Caches, search, warehouses: what moto knows little of is told as AWS would list it."""

from __future__ import annotations

import json
from typing import Any

from simulators.aws.estate.place import Place, ago, tags

MASK = "12345678-1111-2222-3333-123456789012"


def tagged(place: Place, *arns: str) -> None:
    """Tell, where people are careful, the owner of what is named, as the tagging API does."""
    rows = [{"ResourceARN": arn, "Tags": tags(owner="team-b")} for arn in arns] if place.careful else []
    place.add("resourcegroupstaggingapi:GetResources", ResourceTagMappingList=rows)


def caches(place: Place, _scale: int) -> None:
    """Tell caches: a replicated one of people who are careful, or one that is not; a single node, a serverless one, users."""
    careful = place.careful
    for kind, name in (("replicationgroup", "sessions"), ("cluster", "pages"), ("serverlesscache", "carts")):
        tagged(place, place.arn("elasticache", f"{kind}:{name}"))
    _updates(place)
    place.tell("elasticache:DescribeReplicationGroups", {"ReplicationGroups": [_replicated(place, careful=careful)]})
    node = {
        "CacheNodes": [{"CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": {"Address": "x", "Port": 6379}}],
        "SecurityGroups": [{"SecurityGroupId": place.made["groups"]["inside"], "Status": "active"}],
        "CacheClusterStatus": "available",
        "AutoMinorVersionUpgrade": True,
    }
    sessions = {
        "CacheClusterId": "sessions-001",
        "ReplicationGroupId": "sessions",
        "Engine": "valkey",
        "EngineVersion": "8.0.1",
        "CacheSubnetGroupName": "inside",
        "ARN": place.arn("elasticache", "cluster:sessions-001"),
        "AtRestEncryptionEnabled": careful,
        "TransitEncryptionEnabled": careful,
    }
    old = {
        "CacheClusterId": "pages",
        "Engine": "redis",
        "EngineVersion": "5.0.6",
        "CacheSubnetGroupName": "default",
        "ARN": place.arn("elasticache", "cluster:pages"),
        "SnapshotRetentionLimit": 0,
        "AuthTokenEnabled": False,
        "AutoMinorVersionUpgrade": False,
        "SecurityGroups": [{"SecurityGroupId": place.made["groups"]["temporary"], "Status": "active"}],
    }
    place.tell("elasticache:DescribeCacheClusters", {"CacheClusters": [node | sessions, node | old]})
    serverless = {
        "ServerlessCacheName": "carts",
        "Status": "available",
        "Engine": "valkey",
        "MajorEngineVersion": "8",
        "ARN": place.arn("elasticache", "serverlesscache:carts"),
        "SecurityGroupIds": [place.made["groups"]["inside"]],
        "SubnetIds": place.made["subnets"],
        "Endpoint": {"Address": "carts.serverless.cache.amazonaws.com", "Port": 6379},
        "SnapshotRetentionLimit": 7 if careful else 0,
    }
    place.tell(
        "elasticache:DescribeServerlessCaches",
        {"ServerlessCaches": [serverless | ({"KmsKeyId": place.made["key"], "UserGroupId": "apps"} if careful else {})]},
    )
    place.tell("elasticache:DescribeUsers", {"Users": [_default(place), _user(place, careful=careful)]})


def _replicated(place: Place, *, careful: bool) -> dict[str, Any]:
    well = {"KmsKeyId": place.made["key"], "UserGroupIds": ["apps"], "TransitEncryptionMode": "required"}
    log = {"LogType": "engine-log", "DestinationType": "cloudwatch-logs", "LogFormat": "json", "Status": "active"}
    return {
        "ReplicationGroupId": "sessions",
        "Description": "sessions",
        "Status": "available",
        "Engine": "valkey",
        "ARN": place.arn("elasticache", "replicationgroup:sessions"),
        "MemberClusters": ["sessions-001"],
        "AutomaticFailover": "enabled" if careful else "disabled",
        "MultiAZ": "enabled" if careful else "disabled",
        "SnapshotRetentionLimit": 7 if careful else 0,
        "AtRestEncryptionEnabled": careful,
        "TransitEncryptionEnabled": careful,
        "AuthTokenEnabled": False,
        "AutoMinorVersionUpgrade": careful,
        "LogDeliveryConfigurations": [log] if careful else [],
        **(well if careful else {}),
    }


def _default(place: Place) -> dict[str, Any]:
    """Return the user that every region has from the beginning."""
    return {
        "UserId": "default",
        "UserName": "default",
        "Status": "active",
        "Engine": "redis",
        "AccessString": "on ~* +@all",
        "UserGroupIds": [],
        "Authentication": {"Type": "no-password"},
        "ARN": place.arn("elasticache", "user:default"),
    }


def _user(place: Place, *, careful: bool) -> dict[str, Any]:
    return {
        "UserId": "shop",
        "UserName": "shop",
        "Status": "active",
        "Engine": "valkey",
        "AccessString": "on ~cart:* -@all +@read +@write" if careful else "on ~* +@all",
        "UserGroupIds": ["apps"],
        "Authentication": {"Type": "iam"} if careful else {"Type": "password", "PasswordCount": 1},
        "ARN": place.arn("elasticache", "user:shop"),
    }


def _updates(place: Place) -> None:
    waiting = {
        "CacheClusterId": "pages",
        "ServiceUpdateName": "elasticache-security-1",
        "ServiceUpdateSeverity": "critical",
        "ServiceUpdateStatus": "available",
        "ServiceUpdateType": "security-update",
        "UpdateActionStatus": "not-applied",
    }
    place.tell("elasticache:DescribeUpdateActions", {"UpdateActions": [waiting]})


def search(place: Place, _scale: int) -> None:
    """Tell two domains: one in the VPC, with users of its own rights, one old and open to the world."""
    names = ({"DomainName": "catalogue", "EngineType": "OpenSearch"}, {"DomainName": "logs", "EngineType": "Elasticsearch"})
    place.tell("opensearch:ListDomainNames", {"DomainNames": list(names)})
    tagged(place, place.arn("es", "domain/catalogue"), place.arn("es", "domain/logs"))
    log = {"CloudWatchLogsLogGroupArn": place.arn("logs", "log-group:/aws/opensearch/catalogue"), "Enabled": True}
    common = {"Created": True, "Deleted": False, "Processing": False}
    good = {
        "DomainId": f"{place.account}/catalogue",
        "DomainName": "catalogue",
        "ARN": place.arn("es", "domain/catalogue"),
        "EngineVersion": "OpenSearch_2.19",
        "ClusterConfig": {
            "InstanceCount": 3,
            "ZoneAwarenessEnabled": True,
            "DedicatedMasterEnabled": True,
            "DedicatedMasterCount": 3,
        },
        "VPCOptions": {"VPCId": "vpc-1", "SubnetIds": place.made["subnets"]},
        "EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": place.made["key"]},
        "NodeToNodeEncryptionOptions": {"Enabled": True},
        "DomainEndpointOptions": {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        "AdvancedSecurityOptions": {"Enabled": True, "InternalUserDatabaseEnabled": False},
        "LogPublishingOptions": {"AUDIT_LOGS": log, "ES_APPLICATION_LOGS": log},
        "ServiceSoftwareOptions": {"CurrentVersion": "OpenSearch_2_19_R2", "UpdateAvailable": False},
    }
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"}
    bad = {
        "DomainId": f"{place.account}/logs",
        "DomainName": "logs",
        "ARN": place.arn("es", "domain/logs"),
        "EngineVersion": "Elasticsearch_7.4",
        "ClusterConfig": {"InstanceCount": 1, "ZoneAwarenessEnabled": False, "DedicatedMasterEnabled": False},
        "AccessPolicies": json.dumps({"Version": "2012-10-17", "Statement": [everybody]}),
        "EncryptionAtRestOptions": {"Enabled": place.careful},
        "NodeToNodeEncryptionOptions": {"Enabled": place.careful},
        "DomainEndpointOptions": {"EnforceHTTPS": False, "TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"},
        "AdvancedSecurityOptions": {"Enabled": place.careful, "InternalUserDatabaseEnabled": True},
        "ServiceSoftwareOptions": {"CurrentVersion": "R1", "NewVersion": "R2", "UpdateAvailable": True},
    }
    place.tell("opensearch:DescribeDomains", {"DomainStatusList": [common | good, common | bad]})


def warehouses(place: Place, _scale: int) -> None:
    """Tell a warehouse of one's own machines with a snapshot, and one without."""
    careful = place.careful
    cluster = {
        "ClusterIdentifier": "facts",
        "ClusterStatus": "available",
        "NodeType": "ra3.large",
        "NumberOfNodes": 2,
        "MasterUsername": "keeper" if careful else "awsuser",
        "Endpoint": {"Address": "facts.redshift.amazonaws.com", "Port": 5439},
        "Encrypted": careful,
        "EnhancedVpcRouting": careful,
        "PubliclyAccessible": not careful,
        "AllowVersionUpgrade": True,
        "AutomatedSnapshotRetentionPeriod": 14 if careful else 1,
        "AvailabilityZoneRelocationStatus": "enabled" if careful else "disabled",
        "MultiAZ": "Disabled",
        "ClusterParameterGroups": [{"ParameterGroupName": "own", "ParameterApplyStatus": "in-sync"}],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": place.made["groups"]["inside"], "Status": "active"}],
        "Tags": tags(owner="team-b") if careful else [],
    }
    well = {"KmsKeyId": place.made["key"], "MasterPasswordSecretArn": place.made["secret"]}
    place.tell("redshift:DescribeClusters", {"Clusters": [cluster | (well if careful else {})]})
    logs = {"LogDestinationType": "cloudwatch", "LogExports": ["connectionlog", "userlog", "useractivitylog"]}
    place.tell("redshift:DescribeLoggingStatus", {"LoggingEnabled": careful, **(logs if careful else {})})
    group = {"ParameterGroupName": "own", "ParameterGroupFamily": "redshift-2.0", "Description": "own", "Tags": []}
    place.tell("redshift:DescribeClusterParameterGroups", {"ParameterGroups": [group]})
    on = "true" if careful else "false"
    values = [
        {"ParameterName": name, "ParameterValue": on, "Source": "user"}
        for name in ("require_ssl", "enable_user_activity_logging")
    ]
    place.tell("redshift:DescribeClusterParameters", {"Parameters": values})
    snapshot = {
        "SnapshotIdentifier": "facts-kept",
        "ClusterIdentifier": "facts",
        "SnapshotType": "manual",
        "Status": "available",
        "Encrypted": careful,
        "SnapshotCreateTime": ago(10),
        "AccountsWithRestoreAccess": [] if careful else [{"AccountId": "999999999999"}],
        "OwnerAccount": place.account,
    }
    place.tell("redshift:DescribeClusterSnapshots", {"Snapshots": [snapshot]})
    _serverless(place)


def _serverless(place: Place) -> None:
    careful = place.careful
    workgroup, namespace = (place.arn("redshift-serverless", f"{kind}/{MASK}") for kind in ("workgroup", "namespace"))
    place.tell(
        "redshift-serverless:ListWorkgroups",
        {
            "workgroups": [
                {
                    "workgroupName": "reports",
                    "workgroupArn": workgroup,
                    "namespaceName": "reports",
                    "status": "AVAILABLE",
                    "publiclyAccessible": not careful,
                    "enhancedVpcRouting": careful,
                    "port": 5439,
                    "securityGroupIds": [place.made["groups"]["inside"]],
                    "configParameters": [{"parameterKey": "require_ssl", "parameterValue": "true" if careful else "false"}],
                }
            ]
        },
    )
    kept = {"namespaceArn": namespace, "namespaceName": "reports", "status": "AVAILABLE"}
    secured = {"kmsKeyId": place.made["key"], "adminPasswordSecretArn": place.made["secret"], "logExports": ["connectionlog"]}
    place.tell(
        "redshift-serverless:ListNamespaces",
        {"namespaces": [kept | (secured if careful else {"kmsKeyId": "AWS_OWNED_KMS_KEY", "logExports": []})]},
    )
    snapshot = {
        "snapshotName": "reports-kept",
        "snapshotArn": place.arn("redshift-serverless", f"snapshot/{MASK}"),
        "accountsWithRestoreAccess": [] if careful else ["999999999999"],
        "ownerAccount": place.account,
    }
    place.tell("redshift-serverless:ListSnapshots", {"snapshots": [kept | snapshot]})
    place.tell("redshift-serverless:ListTagsForResource", {"tags": [{"key": "owner", "value": "team-b"}] if careful else []})
