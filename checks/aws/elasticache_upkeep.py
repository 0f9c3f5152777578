"""Checks on the upkeep of caches: versions and updates, logs, backups, and what outlives a failure."""

from __future__ import annotations

from datetime import datetime

from checks.aws.elasticache_read import GROUP, NODE, SERVERLESS, alone, is_memcached
from checks.kinds import each
from checks.support import lasting, supported
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SETTINGS = "aws.elasticache.settings"
# States of an update that is not on all nodes yet. Those that were applied, or that nobody can apply, are not waiting.
WAITING = {"not-applied", "waiting-to-start", "in-progress", "stopping", "stopped", "scheduling", "scheduled"}
SECURITY, GRAVE = "security-update", {"critical", "important"}
AT_WORK = {"active", "enabling", "modifying"}
LEAST_DAYS = 1


@each(
    (GROUP, NODE),
    "minor_upgrades",
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="NOUN takes minor versions of its engine by itself",
    risk="Holes in the engine that everybody can look up stay open until somebody thinks of it.",
    fix="MODIFY --auto-minor-version-upgrade",
)
@alone
def minor_upgrades(cache: Resource, inventory: Inventory) -> Verdict:
    told = [cache["item"].get("AutoMinorVersionUpgrade")]
    if told == [None] and cache.type == GROUP.type:
        # Before version 6 its nodes tell, and it does not.
        members = inventory.where(NODE.type, "item.ReplicationGroupId", cache.name, region=cache.region)
        told = [node["item"].get("AutoMinorVersionUpgrade") for node in members]
    if not told:
        return unknown("neither it nor a node of it tells")
    return passed("minor upgrades are automatic") if all(told) else failed("minor upgrades wait for somebody")


# A replication group tells no version; each of its nodes does.
@each(
    (NODE,),
    "supported_version",
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="NOUN runs a version in standard support",
    risk="Only the worst holes are closed, for a surcharge and for three years; then AWS upgrades when it likes.",
    fix="MODIFY --engine valkey --engine-version VERSION, tried on a copy first",
)
def supported_version(cache: Resource, now: datetime) -> Verdict:
    item = cache["item"]
    engine, version = str(item["Engine"]).lower(), str(item["EngineVersion"])
    if engine != "redis":
        return skipped(f"AWS has announced no end of support for {engine}")
    return supported("aws.elasticache.redis", version, now)


SUPPORT_LASTS = lasting(*supported_version)


@each(
    (GROUP, NODE),
    "security_updates",
    control="runtime.known_weaknesses",
    severity=Severity.MEDIUM,
    title="NOUN has all security updates that AWS offers",
    risk="Holes that AWS has closed are still open here, and their description is public.",
    fix="aws elasticache batch-apply-update-action --service-update-name UPDATE --region {region}"
    " --replication-group-ids {name}, or --cache-cluster-ids {name}",
)
@alone
def security_updates(cache: Resource, inventory: Inventory) -> Verdict:
    name = "ReplicationGroupId" if cache.type == GROUP.type else "CacheClusterId"
    waiting = sorted(
        str(action.get("ServiceUpdateName"))
        for settings in inventory.all(SETTINGS, region=cache.region)
        for action in settings["updates"] or []
        if action.get(name) == cache.name
        and action.get("UpdateActionStatus") in WAITING
        and action.get("ServiceUpdateType") == SECURITY
        and action.get("ServiceUpdateSeverity") in GRAVE
    )
    return failed(f"waiting: {', '.join(waiting)}") if waiting else passed("no grave security update waits")


@each(
    (GROUP,),
    "logs_delivered",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="NOUN's logs leave the cache",
    risk="Slow or strange commands, and failures of the engine, leave no trace that anybody can look up.",
    fix="MODIFY --log-delivery-configurations LogType=engine-log,DestinationType=cloudwatch-logs,LogFormat=json,"
    "DestinationDetails={CloudWatchLogsDetails={LogGroup=GROUP}}",
)
def logs_delivered(cache: Resource) -> Verdict:
    found = {each["LogType"]: each.get("Status", "not told") for each in cache["item"].get("LogDeliveryConfigurations") or []}
    if at_work := sorted(kind for kind, status in found.items() if status in AT_WORK):
        return passed(f"delivered: {', '.join(at_work)}")
    return failed(", ".join(f"{kind} is {status}" for kind, status in sorted(found.items())) or "no log is delivered")


@each(
    (GROUP, NODE, SERVERLESS),
    "backed_up",
    control="resilience.backup",
    severity=Severity.LOW,
    title="NOUN is backed up",
    risk="A slip or an attack that empties the cache cannot be undone.",
    fix="MODIFY --snapshot-retention-limit 7",
)
@alone
def backed_up(cache: Resource) -> Verdict:
    if is_memcached(cache):
        return skipped("Memcached keeps everything in memory")
    days = int(cache["item"].get("SnapshotRetentionLimit") or 0)
    return (passed if days >= LEAST_DAYS else failed)(f"backups are kept for {days} days")


@each(
    (GROUP,),
    "multi_zone",
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="NOUN goes on when a node or zone fails",
    risk="The loss of one node or zone stops everything that needs the cache, until somebody has restored it elsewhere.",
    fix="MODIFY --automatic-failover-enabled --multi-az-enabled, with a replica in another zone",
)
def multi_zone(cache: Resource) -> Verdict:
    item = cache["item"]
    failover, zones = item.get("AutomaticFailover", "disabled"), item.get("MultiAZ", "disabled")
    if failover not in ("enabled", "enabling"):
        return failed(f"automatic failover is {failover}")
    return passed("a replica in another zone takes over") if zones == "enabled" else failed(f"Multi-AZ is {zones}")
