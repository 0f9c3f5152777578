"""Amazon ElastiCache: replication groups, nodes, serverless caches, and the users that sign in to them.

Everything comes from listings of a region, so that another cache, node or user costs a share of a page and no call of its own.
Nodes are listed with those of replication groups, which alone tell version, network and security groups.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

REPLICATION_GROUP = Spec(
    type="aws.elasticache.replication_group",
    service="aws.elasticache",
    api="elasticache",
    title="Replication group",
    listing=Call("describe_replication_groups", "ReplicationGroups", MaxRecords=100),
    id="{ARN}",
    name="{ReplicationGroupId}",
    facts={"tags": tagging("elasticache:replicationgroup", "{ARN}")},
    tags="tags.Tags",
    volatile=("item.Status", "item.NodeGroups"),
)

CACHE_CLUSTER = Spec(
    type="aws.elasticache.cache_cluster",
    service="aws.elasticache",
    api="elasticache",
    title="Cache cluster",
    listing=Call("describe_cache_clusters", "CacheClusters", MaxRecords=100, ShowCacheNodeInfo=True),
    id="{ARN}",
    name="{CacheClusterId}",
    facts={"tags": tagging("elasticache:cluster", "{ARN}")},
    tags="tags.Tags",
    volatile=("item.CacheClusterStatus",),
)

SERVERLESS_CACHE = Spec(
    type="aws.elasticache.serverless_cache",
    service="aws.elasticache",
    api="elasticache",
    title="Serverless cache",
    listing=Call("describe_serverless_caches", "ServerlessCaches"),
    id="{ARN}",
    name="{ServerlessCacheName}",
    facts={"tags": tagging("elasticache:serverlesscache", "{ARN}")},
    tags="tags.Tags",
    volatile=("item.Status",),
)

USER = Spec(
    type="aws.elasticache.user",
    service="aws.elasticache",
    api="elasticache",
    title="User",
    listing=Call("describe_users", "Users", MaxRecords=100),
    id="{ARN}",
    name="{UserId}",
    volatile=("item.Status",),
)

# What AWS tells of all caches of a region at once. Actions come and go as AWS likes, so that none of it is a setting.
SETTINGS = Spec(
    type="aws.elasticache.settings",
    service="aws.elasticache",
    api="elasticache",
    title="Updates of a region's caches",
    id="arn:{partition}:elasticache:{region}:{account}:settings",
    name="{region}",
    facts={
        "updates": Call("describe_update_actions", "UpdateActions", MaxRecords=50, ServiceUpdateStatus=["available"]),
    },
    volatile=("updates",),
)
