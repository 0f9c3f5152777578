from typing import Any

from checks.aws import elasticache_upkeep as upkeep
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.databases import of

GROUP, NODE, SERVERLESS = (f"aws.elasticache.{kind}" for kind in ("replication_group", "cache_cluster", "serverless_cache"))
MINOR, VERSION, UPDATES = of(upkeep.minor_upgrades), of(upkeep.supported_version), of(upkeep.security_updates)
LOGS, BACKUP, ZONES = of(upkeep.logs_delivered), of(upkeep.backed_up), of(upkeep.multi_zone)
MEMBER = {"Engine": "redis", "ReplicationGroupId": "sessions"}
SETTINGS = "aws.elasticache.settings"


def offered(name: str = "under-test", status: str = "not-applied", **more: Any) -> Resource:
    update = {
        "ServiceUpdateName": "elasticache-20260301",
        "ServiceUpdateType": "security-update",
        "ServiceUpdateSeverity": "critical",
    }
    key = more.pop("key", "ReplicationGroupId")
    return resource(SETTINGS, updates=[{**update, key: name, "UpdateActionStatus": status, **more}])


def node(**more: Any) -> Resource:
    return resource(NODE, "member", item={"ReplicationGroupId": "under-test", **more})


def logs(**status: str) -> dict[str, Any]:
    listed = [{"LogType": kind.replace("_", "-"), "Status": value} for kind, value in status.items()]
    return {"LogDeliveryConfigurations": listed}


def version(engine: str, number: str) -> dict[str, Any]:
    return {"Engine": engine, "EngineVersion": number}


CASES = [
    case(MINOR[GROUP], PASS, item={"AutoMinorVersionUpgrade": True}),
    case(MINOR[GROUP], FAIL, item={"AutoMinorVersionUpgrade": False}),
    case(MINOR[GROUP], PASS, item={}, inventory=[node(AutoMinorVersionUpgrade=True)]),
    case(MINOR[GROUP], FAIL, item={}, inventory=[node(AutoMinorVersionUpgrade=True), node(AutoMinorVersionUpgrade=False)]),
    case(MINOR[GROUP], UNKNOWN, item={}),
    case(MINOR[GROUP], UNKNOWN, item={}, inventory=[unlisted(NODE)]),
    case(MINOR[NODE], PASS, item={"AutoMinorVersionUpgrade": True}),
    case(MINOR[NODE], FAIL, item={}),
    case(MINOR[NODE], SKIP, item=MEMBER),
    case(VERSION[NODE], PASS, item=version("redis", "7.1.0")),
    case(VERSION[NODE], PASS, item=version("redis", "6.2.6")),
    case(VERSION[NODE], FAIL, item=version("redis", "5.0.6")),
    case(VERSION[NODE], FAIL, item=version("redis", "3.2.10")),
    case(VERSION[NODE], SKIP, item=version("valkey", "8.0.1")),
    case(VERSION[NODE], SKIP, item=version("memcached", "1.6.22")),
    case(UPDATES[GROUP], PASS, item={}, inventory=[resource(SETTINGS, updates=[])]),
    case(UPDATES[GROUP], PASS, item={}, inventory=[offered("another")]),
    case(UPDATES[GROUP], PASS, item={}, inventory=[offered(status="complete")]),
    case(UPDATES[GROUP], PASS, item={}, inventory=[offered(ServiceUpdateSeverity="low")]),
    case(UPDATES[GROUP], FAIL, item={}, inventory=[offered()]),
    case(UPDATES[GROUP], FAIL, item={}, inventory=[offered(status="stopped", ServiceUpdateSeverity="important")]),
    case(UPDATES[GROUP], UNKNOWN, item={}, inventory=[resource(SETTINGS, updates=DENIED)]),
    case(UPDATES[GROUP], UNKNOWN, item={}, inventory=[unlisted(SETTINGS)]),
    case(UPDATES[NODE], PASS, item={}, inventory=[offered()]),
    case(UPDATES[NODE], FAIL, item={}, inventory=[offered(key="CacheClusterId")]),
    case(UPDATES[NODE], SKIP, item=MEMBER),
    case(LOGS[GROUP], PASS, item=logs(engine_log="active", slow_log="error")),
    case(LOGS[GROUP], FAIL, item=logs(engine_log="error")),
    case(LOGS[GROUP], FAIL, item=logs()),
    case(LOGS[GROUP], FAIL, item={}),
    *(case(BACKUP[kind], PASS, item={"Engine": "redis", "SnapshotRetentionLimit": 1}) for kind in (GROUP, NODE, SERVERLESS)),
    *(case(BACKUP[kind], FAIL, item={"Engine": "redis", "SnapshotRetentionLimit": 0}) for kind in (GROUP, NODE, SERVERLESS)),
    case(BACKUP[NODE], FAIL, item={"Engine": "valkey"}),
    case(BACKUP[NODE], SKIP, item={"Engine": "memcached"}),
    case(BACKUP[NODE], SKIP, item=MEMBER),
    case(ZONES[GROUP], PASS, item={"AutomaticFailover": "enabled", "MultiAZ": "enabled"}),
    case(ZONES[GROUP], FAIL, item={"AutomaticFailover": "enabled", "MultiAZ": "disabled"}),
    case(ZONES[GROUP], FAIL, item={"AutomaticFailover": "disabled", "MultiAZ": "enabled"}),
    case(ZONES[GROUP], FAIL, item={}),
]
