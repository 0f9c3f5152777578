"""What the checks on caches share: which kinds of them there are, and how they are read."""

from __future__ import annotations

from functools import wraps
from typing import Any

from checks.kinds import Kind
from scanner.evaluation.check import Judge
from scanner.model import Resource, Verdict, skipped

GROUP = Kind(
    "aws.elasticache.replication_group",
    "Replication group",
    "aws elasticache modify-replication-group --replication-group-id {name} --apply-immediately --region {region}",
)
NODE = Kind(
    "aws.elasticache.cache_cluster",
    "Cache cluster",
    "aws elasticache modify-cache-cluster --cache-cluster-id {name} --apply-immediately --region {region}",
)
SERVERLESS = Kind(
    "aws.elasticache.serverless_cache",
    "Serverless cache",
    "aws elasticache modify-serverless-cache --serverless-cache-name {name} --region {region}",
)
CACHES = (GROUP, NODE, SERVERLESS)
USER = "aws.elasticache.user"
MEMCACHED = "memcached"


def alone(judge: Judge) -> Judge:
    """Make *judge* skip the nodes of a replication group, which answers for them."""

    @wraps(judge)
    def asked(cache: Resource, **given: Any) -> Verdict:
        group = cache["item"].get("ReplicationGroupId")
        if group and cache.type == NODE.type:
            return skipped(f"the replication group {group} answers for it")
        return judge(cache, **given)

    return asked


def is_memcached(cache: Resource) -> bool:
    return str(cache["item"].get("Engine", "")).lower() == MEMCACHED
