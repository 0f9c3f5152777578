"""Memorystore: Redis, Redis Cluster, Memcached, Valkey."""

from collectors.gcp.spec import UPDATED, Spec

SERVICE = "gcp.memorystore"
MAINTAINED = ("item.maintenancePolicy.updateTime", "item.maintenanceSchedule")

REDIS_INSTANCE = Spec(
    type="gcp.memorystore.redis_instance",
    service=SERVICE,
    title="Redis instance",
    asset="redis.googleapis.com/Instance",
    schema="redis.v1.Instance",
    tags="item.labels",
    volatile=MAINTAINED,
)

REDIS_CLUSTER = Spec(
    type="gcp.memorystore.redis_cluster",
    service=SERVICE,
    title="Redis cluster",
    asset="redis.googleapis.com/Cluster",
    schema="redis.v1.Cluster",
    tags="item.labels",
    volatile=(*MAINTAINED, "item.encryptionInfo.lastUpdateTime"),
)

MEMCACHE_INSTANCE = Spec(
    type="gcp.memorystore.memcache_instance",
    service=SERVICE,
    title="Memcached instance",
    asset="memcache.googleapis.com/Instance",
    schema="memcache.v1.Instance",
    tags="item.labels",
    volatile=(*UPDATED, *MAINTAINED),
)

# Seen in others' lists of asset types, not verified on Google's; its discovery document was not at hand.
VALKEY_INSTANCE = Spec(
    type="gcp.memorystore.valkey_instance",
    service=SERVICE,
    title="Valkey instance",
    asset="memorystore.googleapis.com/Instance",
    tags="item.labels",
    volatile=UPDATED,
)
