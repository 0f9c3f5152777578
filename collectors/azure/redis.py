"""Cache for Redis, and Redis Enterprise with Managed Redis, which share their native type."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.redis"

CACHE = Spec(
    type="azure.redis.cache",
    service=SERVICE,
    title="Cache",
    arm="microsoft.cache/redis",
    api="2024-11-01",
    facts={
        "firewall_rules": Get("/firewallRules", "value", action="Microsoft.Cache/redis/firewallRules/read"),
        "access_assignments": Get(
            "/accessPolicyAssignments", "value", action="Microsoft.Cache/redis/accessPolicyAssignments/read"
        ),
        "diagnostics": DIAGNOSTICS,
    },
    secret=(
        "item.properties.accessKeys.*",
        "item.properties.redisConfiguration.rdb-storage-connection-string",
        "item.properties.redisConfiguration.aof-storage-connection-string-0",
        "item.properties.redisConfiguration.aof-storage-connection-string-1",
    ),
)

ENTERPRISE_CLUSTER = Spec(
    type="azure.redis.enterprise_cluster",
    service=SERVICE,
    title="Enterprise or managed cluster",
    arm="microsoft.cache/redisenterprise",
    api="2025-07-01",
    facts={"databases": Get("/databases", "value", action="Microsoft.Cache/redisEnterprise/databases/read")},
    volatile=("item.properties.resourceState",),
)
