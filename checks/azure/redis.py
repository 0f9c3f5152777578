"""Checks on caches of Redis. Source: Azure Cache for Redis REST API, "Redis"."""

from __future__ import annotations

from datetime import datetime

from checks.azure.read import SET, inner, is_on, needed, prop, rows, tier, word
from checks.support import supported
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

CACHE = "azure.redis.cache"
FULL = "data owner"


def _size(cache: Resource) -> str:
    """Return the tier of a cache, which stands among its properties."""
    return word((prop(cache, "sku") or {}).get("name")) or tier(cache)


def _configured(cache: Resource, name: str) -> str:
    return word((prop(cache, "redisConfiguration") or {}).get(name))


@check(
    f"{CACHE}.encrypted_connections",
    on=CACHE,
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="Cache takes encrypted connections only",
    risk="Whoever is on the way reads keys and data of clients that don't encrypt.",
    fix=f"{SET}enableNonSslPort=false",
)
def encrypted_connections(cache: Resource) -> Verdict:
    return (
        failed("port 6379 is open, in the clear")
        if is_on(prop(cache, "enableNonSslPort"))
        else passed("the port in the clear is off")
    )


@check(
    f"{CACHE}.callers_sign_in",
    on=CACHE,
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Cache asks who its callers are",
    risk="Whoever reaches the port reads and changes all that is in the cache.",
    fix="az resource update --ids {id} --set properties.redisConfiguration.authnotrequired=false",
)
def callers_sign_in(cache: Resource) -> Verdict:
    return failed("it asks nobody") if is_on(_configured(cache, "authnotrequired")) else passed("it asks everybody")


@check(
    f"{CACHE}.full_access_rare",
    on=CACHE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Nobody is given all commands of the cache",
    risk="A program that only reads can empty the cache, or reconfigure it.",
    fix="az redis access-policy-assignment update --ids {id}/accessPolicyAssignments/NAME"
    " --access-policy-name 'Data Contributor'",
)
def full_access_rare(cache: Resource) -> Verdict:
    given = [inner(each) for each in rows(cache, "access_assignments")]
    full = [
        str(each.get("objectIdAlias") or each.get("objectId")) for each in given if word(each.get("accessPolicyName")) == FULL
    ]
    return (
        failed(f"{', '.join(sorted(full))} may do all") if full else passed(f"{len(given)} assignments, none of all commands")
    )


@check(
    f"{CACHE}.persisted",
    on=CACHE,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Cache writes its data to storage",
    risk="When both of its machines fail, all is gone.",
    fix=f"{SET}redisConfiguration.rdb-backup-enabled=true",
)
def persisted(cache: Resource) -> Verdict:
    if (size := _size(cache)) != "premium":
        return skipped(f"the {size or 'unsaid'} tier cannot")
    kept = is_on(_configured(cache, "rdb-backup-enabled")) or is_on(_configured(cache, "aof-backup-enabled"))
    return passed("it does") if kept else failed("it keeps all in memory")


@check(
    f"{CACHE}.supported_version",
    on=CACHE,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cache runs a version of Redis that is still supported",
    risk="Weaknesses that are found are mended no longer.",
    fix=f"{SET}redisVersion=6",
)
def supported_version(cache: Resource, now: datetime) -> Verdict:
    version = word(needed(prop(cache, "redisVersion"), "its version"))
    if version == "latest":
        return passed("it runs the latest version")
    return supported("azure.redis", version, now)
