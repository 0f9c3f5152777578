"""Checks on Memorystore: Redis, Redis clusters, Valkey and Memcached.

Memcached asks nobody who he is and doesn't encrypt, and cannot be made to. Source: APIs of Memorystore for Redis, for Redis
Cluster and for Memcached, "Instance", "Cluster". Valkey's fields are taken to be those of Redis clusters, not verified.
"""

from __future__ import annotations

from datetime import datetime

from checks.gcp.read import in_words, last, named
from checks.kinds import Kind, each
from checks.support import supported
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

REDIS = Kind("gcp.memorystore.redis_instance", "Redis instance", "gcloud redis instances")
CLUSTER = Kind("gcp.memorystore.redis_cluster", "Redis cluster", "gcloud redis clusters")
VALKEY = Kind("gcp.memorystore.valkey_instance", "Valkey instance", "gcloud memorystore instances")
MEMCACHE = Kind("gcp.memorystore.memcache_instance", "Memcached instance", "gcloud memcache instances")
PLACE = "--project={account} --region={region}"

TLS = "TRANSIT_ENCRYPTION_MODE_UNSPECIFIED SERVER_AUTHENTICATION DISABLED"
CLUSTER_TLS = (
    "TRANSIT_ENCRYPTION_MODE_UNSPECIFIED TRANSIT_ENCRYPTION_MODE_DISABLED TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"
)
AUTH = "AUTH_MODE_UNSPECIFIED AUTH_MODE_IAM_AUTH AUTH_MODE_DISABLED AUTH_MODE_TOKEN_AUTH"
SIGNED_IN = ("AUTH_MODE_IAM_AUTH", "AUTH_MODE_TOKEN_AUTH", "IAM_AUTH", "TOKEN_AUTH")


@each(
    (REDIS, CLUSTER, VALKEY),
    "clients_sign_in",
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="NOUN asks its clients who they are",
    risk="Whatever runs in the network reads, changes and empties what is kept there.",
    fix=f"MODIFY update {{name}} {PLACE} --enable-auth; a cluster is made anew with --auth-mode=iam-auth",
)
def clients_sign_in(instance: Resource) -> Verdict:
    item = instance["item"]
    if instance.type == REDIS.type:
        return passed("it asks for a password") if item.get("authEnabled") is True else failed("it asks for no password")
    mode = named(item.get("authorizationMode"), AUTH)
    return passed(f"its mode is {mode}") if mode in SIGNED_IN else failed(f"its mode is {mode or 'not set'}")


@each(
    (REDIS, CLUSTER, VALKEY),
    "encrypted_connections",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN encrypts connections",
    risk="Whoever is on the way reads passwords and data.",
    fix=f"It is chosen when it is made: MODIFY create NEW {PLACE} --transit-encryption-mode=server-authentication",
)
def encrypted_connections(instance: Resource) -> Verdict:
    mode = named(instance["item"].get("transitEncryptionMode"), TLS if instance.type == REDIS.type else CLUSTER_TLS)
    return (passed if mode.endswith("SERVER_AUTHENTICATION") else failed)(f"its mode is {mode or 'not set'}")


@check(
    f"{REDIS.type}.several_zones",
    on=REDIS.type,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Redis instance survives the loss of a zone",
    risk="When the zone is down, so is what needs the cache, and what was kept there is lost.",
    fix=f"It is chosen when it is made: gcloud redis instances create NEW {PLACE} --tier=standard",
)
def several_zones(instance: Resource) -> Verdict:
    tier = named(instance["item"].get("tier"), "TIER_UNSPECIFIED BASIC - STANDARD_HA")
    return (passed if tier == "STANDARD_HA" else failed)(f"its tier is {tier}")


@each(
    (CLUSTER, VALKEY),
    "replicated",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="NOUN survives the loss of a zone",
    risk="When the zone is down, a part of what was kept there is lost.",
    fix=f"MODIFY update {{name}} {PLACE} --replica-count=1",
)
def replicated(instance: Resource) -> Verdict:
    item = instance["item"]
    mode = named((item.get("zoneDistributionConfig") or {}).get("mode"), "UNSPECIFIED MULTI_ZONE SINGLE_ZONE")
    replicas = int(item.get("replicaCount") or 0)
    if mode == "SINGLE_ZONE":
        return failed("all of it lies in one zone")
    return (passed if replicas else failed)(f"{replicas} replica(s) of each shard")


@each(
    (REDIS, CLUSTER, MEMCACHE),
    "patched",
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="NOUN runs the newest patches that Google offers",
    risk="Weaknesses that Google has mended already stay open until the next maintenance.",
    fix=f"MODIFY update {{name}} {PLACE} --maintenance-version=VERSION",
)
def patched(instance: Resource) -> Verdict:
    offered = [str(one) for one in instance["item"].get("availableMaintenanceVersions") or []]
    current = str(instance["item"].get("maintenanceVersion") or "")
    newer = [one for one in offered if one != current]
    return failed(f"{in_words(newer)} is offered") if newer else passed(f"runs {current or 'what Google put there'}")


@check(
    f"{REDIS.type}.supported_version",
    on=REDIS.type,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Redis instance runs a version that is still maintained",
    risk="Weaknesses of the version are mended no longer.",
    fix=f"gcloud redis instances upgrade {{name}} {PLACE} --redis-version=redis_7_2",
)
def supported_version(instance: Resource, now: datetime) -> Verdict:
    version = instance["item"].get("redisVersion")
    return supported("gcp.memorystore.redis", str(version), now) if version else passed("runs the version that Google chose")


@each(
    (REDIS, MEMCACHE),
    "in_own_network",
    control="network.segmentation",
    severity=Severity.LOW,
    title="NOUN is reached from a network that somebody planned",
    risk="Whatever is started without a thought, in the default network, reaches it.",
    fix=f"It is chosen when it is made: MODIFY create NEW {PLACE} with another network",
)
def in_own_network(instance: Resource) -> Verdict:
    """Take the default network where none is named, as Google does."""
    network = last(instance["item"].get("authorizedNetwork")) or "default"
    return (failed if network == "default" else passed)(f"reached from the network {network}")
