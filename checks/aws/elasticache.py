"""Checks on caches of ElastiCache: encryption, sign-in, rights and network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import keys, reached
from checks.aws.elasticache_read import GROUP, NODE, SERVERLESS, USER, alone, is_memcached
from checks.kinds import each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

# Where every VPC's caches go for which nobody chose; it may span any of its subnets.
DEFAULT_SUBNETS = "default"
# Ports of endpoints that are not told yet: those that ElastiCache takes where nobody chose one.
PORTS = {True: 11211, False: 6379}


# ---- encryption ------------------------------------------------------------------------------------------------------


def _is_encrypted(cache: Resource) -> bool:
    """Tell whether a cache is encrypted at rest; serverless ones are, with a key of AWS's where nobody named one."""
    item = cache["item"]
    if cache.type == SERVERLESS.type:
        return True
    return bool(item.get("AtRestEncryptionEnabled")) or str(item.get("StorageEncryptionType")).startswith("sse-")


@each(
    (GROUP, NODE),
    "encrypted",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="NOUN is encrypted at rest",
    risk="What is swapped to disks, synchronized and backed up is stored in the clear.",
    fix="Take a backup and restore from it with --at-rest-encryption-enabled; encryption cannot be turned on later",
)
@alone
def encrypted(cache: Resource) -> Verdict:
    if is_memcached(cache):
        return skipped("Memcached keeps everything in memory")
    return passed("encrypted at rest") if _is_encrypted(cache) else failed("not encrypted at rest")


@each(
    (GROUP, SERVERLESS),
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own.",
    fix="Take a backup and restore from it with --kms-key-id KEY; the key cannot be changed later",
)
def customer_key(cache: Resource, inventory: Inventory) -> Verdict:
    if not _is_encrypted(cache):
        return skipped("not encrypted at all")
    return keys.customer_key(cache, cache["item"].get("KmsKeyId"), inventory)


@each(
    (GROUP, NODE),
    "tls_required",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN refuses connections without TLS",
    risk="Passwords and data can be read and changed on their way.",
    fix="MODIFY --transit-encryption-enabled --transit-encryption-mode required, after preferred while clients change over",
)
@alone
def tls_required(cache: Resource) -> Verdict:
    item = cache["item"]
    if not item.get("TransitEncryptionEnabled"):
        return failed("TLS is off")
    # Caches that were made before there were modes tell none, and require TLS.
    mode = item.get("TransitEncryptionMode") or "required"
    return passed("TLS is required") if mode == "required" else failed(f"TLS is {mode}: clients may go without")


# ---- sign-in and rights ----------------------------------------------------------------------------------------------


@each(
    (GROUP, NODE),
    "sign_in_required",
    control="identity.peers",
    severity=Severity.HIGH,
    title="NOUN asks its clients to sign in",
    risk="Whoever reaches the port reads, changes and flushes everything.",
    fix="MODIFY --user-group-ids-to-add GROUP, or before version 6 --auth-token TOKEN --auth-token-update-strategy ROTATE",
)
@alone
def sign_in_required(cache: Resource) -> Verdict:
    if is_memcached(cache):
        return skipped("Memcached of ElastiCache knows no sign-in")
    item = cache["item"]
    if item.get("UserGroupIds"):
        return passed(f"users of {', '.join(item['UserGroupIds'])} sign in")
    return passed("clients show a token") if item.get("AuthTokenEnabled") else failed("clients show nothing")


@each(
    (GROUP, SERVERLESS),
    "own_users",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="NOUN has users with rights of their own",
    risk="All clients share one password or none, and each of them may do everything, the flush of all data included.",
    fix="MODIFY with a group of users, each with commands and keys of its own",
)
def own_users(cache: Resource) -> Verdict:
    item = cache["item"]
    if is_memcached(cache):
        return skipped("Memcached of ElastiCache knows no users")
    named = item.get("UserGroupIds") or ([item["UserGroupId"]] if item.get("UserGroupId") else [])
    return passed(f"users of {', '.join(named)}") if named else failed("no group of users is attached")


def _in_use(user: Resource) -> bool:
    """Tell whether *user* can sign in anywhere: AWS makes a default user in every region, which is in no group at first."""
    words = str(user["item"].get("AccessString", "")).split()
    return bool(user["item"].get("UserGroupIds")) and "off" not in words


@check(
    "aws.elasticache.user.shows_credentials",
    on=USER,
    control="identity.peers",
    severity=Severity.HIGH,
    title="User signs in with a password or an identity of IAM",
    risk="Whoever reaches a cache that knows this user is let in without being asked for anything.",
    fix="aws elasticache modify-user --user-id {name} --authentication-mode Type=iam --region {region}",
)
def shows_credentials(user: Resource) -> Verdict:
    if not _in_use(user):
        return skipped("off, or in no group of users")
    kind = (user["item"].get("Authentication") or {}).get("Type", "not told")
    return failed("signs in without a password") if kind == "no-password" else passed(f"signs in by {kind}")


@check(
    "aws.elasticache.user.iam_sign_in",
    on=USER,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="User signs in with an identity of IAM",
    risk="Applications keep a password of the cache, which is copied, leaks, and is not changed.",
    fix="aws elasticache modify-user --user-id {name} --authentication-mode Type=iam --region {region}",
)
def iam_sign_in(user: Resource) -> Verdict:
    if not _in_use(user):
        return skipped("off, or in no group of users")
    kind = (user["item"].get("Authentication") or {}).get("Type", "not told")
    return passed("signs in by IAM") if kind == "iam" else failed(f"signs in by {kind}")


@check(
    "aws.elasticache.user.rights_limited",
    on=USER,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="User may use neither every command nor dangerous ones",
    risk="One leaked password of one application flushes, copies or reconfigures the whole cache.",
    fix="aws elasticache modify-user --user-id {name} --region {region} --access-string 'on ~app:* -@all +@read +@write'",
)
def rights_limited(user: Resource) -> Verdict:
    if not _in_use(user):
        return skipped("off, or in no group of users")
    if granted := _unlimited(str(user["item"]["AccessString"]).lower().split()):
        return failed(f"may use {granted}")
    return passed(f"limited by: {user['item']['AccessString']}")


def _unlimited(words: list[str]) -> str:
    """Return which commands an access string still grants that do harm to all of a cache; later words overrule earlier ones."""
    held: set[str] = set()
    for word in words:
        if word in ("+@all", "allcommands"):
            held = {"@all"}
        elif word in ("-@all", "nocommands"):
            held = set()
        elif word in ("+@dangerous", "+@admin"):
            held.add(word[1:])
        elif word == "-@dangerous":
            # The dangerous commands include all those for administration.
            held = set()
        elif word == "-@admin":
            held.discard("@admin")
    return ", ".join(sorted(held))


# ---- network ---------------------------------------------------------------------------------------------------------


def _ports(item: Mapping[str, Any]) -> Iterator[int]:
    """Yield the ports of a cache's endpoints, as far as they are told."""
    nodes = item.get("CacheNodes") or []
    for endpoint in (
        item.get("ConfigurationEndpoint"),
        item.get("Endpoint"),
        item.get("ReaderEndpoint"),
        *(node.get("Endpoint") for node in nodes),
    ):
        if endpoint and endpoint.get("Port"):
            yield int(endpoint["Port"])


@each(
    (NODE, SERVERLESS),
    "closed_to_world",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="NOUN's security groups do not let the world in",
    risk="One address translated or one route added, and anybody talks to the cache.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}",
)
def closed_to_world(cache: Resource, inventory: Inventory) -> Verdict:
    item = cache["item"]
    named = item.get("SecurityGroupIds") or [group["SecurityGroupId"] for group in item.get("SecurityGroups") or []]
    if not named:
        return skipped("it names no security group")
    return reached.closed(named, list(_ports(item)) or [PORTS[is_memcached(cache)]], cache, inventory)


@each(
    (NODE,),
    "own_subnets",
    control="network.segmentation",
    severity=Severity.LOW,
    title="NOUN stands in subnets that were chosen for it",
    risk="The default group takes any subnet of the default VPC, public ones among them.",
    fix="aws elasticache create-cache-subnet-group with private subnets, then restore a backup of {name} into it",
)
def own_subnets(cache: Resource) -> Verdict:
    name = cache["item"].get("CacheSubnetGroupName")
    if not name:
        return failed("it stands in no subnet group")
    return failed("it stands in the default subnet group") if name == DEFAULT_SUBNETS else passed(f"it stands in {name}")
