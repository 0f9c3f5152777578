"""Cases of locks, zones, ways out, plans of Defender and owners of databases, analytics and messaging."""

from __future__ import annotations

from typing import Any

from checks.azure import data_kept, data_owners, data_watched
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import GROUP, SUBSCRIPTION, row

SERVER = f"{GROUP}/providers/microsoft.sql/servers/one"
LOCKED, ZONES = data_kept.DELETION_LOCKED, {check.on: check for check in data_kept.SEVERAL_ZONES}
OUT = list(zip(data_kept.OUTBOUND_RESTRICTED, data_kept.LEAVING, strict=True))
PLANS = list(zip(data_watched.THREATS_WATCHED, data_watched.WATCHED, strict=True))
OWNED = {check.on: check for check in data_owners.OWNERS}


def lock(scope: str) -> Resource:
    id = f"{scope}/providers/Microsoft.Authorization/locks/keep"
    return resource(data_kept.LOCK, id, item=row({"id": id}, level="CanNotDelete"))


def plan(name: str, tier: str) -> Resource:
    return resource(data_watched.PRICING, name, item=row({"name": name}, pricingTier=tier))


def at(path: str, value: object) -> dict[str, Any]:
    """Return a row with one property at a dotted path."""
    first, _, rest = path.partition(".")
    return row(**{first: at(rest, value)["properties"] if rest else value})


GOOD = {
    "azure.sql.database": row(zoneRedundant=True),
    "azure.sqlmi.instance": row(zoneRedundant=True),
    "azure.postgres.server": row(highAvailability={"mode": "ZoneRedundant"}),
    "azure.mysql.server": row(highAvailability={"mode": "zoneredundant"}, replicationRole="None"),
    "azure.cosmosdb.account": row(locations=[{"locationName": "a", "isZoneRedundant": True}]),
    "azure.redis.cache": row(zonalAllocationPolicy="Automatic"),
    "azure.redis.enterprise_cluster": row({"zones": ["1", "2", "3"]}),
    "azure.kusto.cluster": row({"zones": ["1", "2"]}),
    "azure.search.service": row(replicaCount=3),
}
BAD = {
    "azure.sql.database": row(zoneRedundant=False),
    "azure.postgres.server": row(highAvailability={"mode": "SameZone"}),
    "azure.mysql.server": row(highAvailability={"mode": "Disabled"}),
    "azure.cosmosdb.account": row(locations=[{"locationName": "a", "isZoneRedundant": False}]),
    "azure.redis.cache": row({"zones": ["1"]}),
    "azure.search.service": row(replicaCount=1),
}

CASES = [
    *(case(check, PASS, id=SERVER, item=row(), inventory=[lock(SERVER)]) for check in LOCKED),
    *(case(check, FAIL, id=SERVER, item=row(), inventory=[]) for check in LOCKED),
    *(case(check, UNKNOWN, id=SERVER, item=row(), inventory=[unlisted(data_kept.LOCK)]) for check in LOCKED),
    case(LOCKED[0], PASS, id=SERVER, item=row(), inventory=[lock(GROUP.replace("data", "Data"))]),
    case(LOCKED[0], PASS, id=SERVER, item=row(), inventory=[lock(SUBSCRIPTION)]),
    case(LOCKED[0], FAIL, id=SERVER, item=row(), inventory=[lock(f"{SERVER}-2"), lock(f"{SERVER}/databases/d")]),
    case(LOCKED[0], FAIL, id=SERVER, item=row(), inventory=[lock(f"{SUBSCRIPTION}/resourcegroups/dat")]),
    *(case(ZONES[type], PASS, item=item) for type, item in GOOD.items()),
    *(case(ZONES[type], FAIL, item=BAD.get(type, row())) for type in GOOD),
    *(case(ZONES[type], FAIL, item=row()) for type in GOOD),
    case(ZONES["azure.sql.database"], SKIP, item=row({"name": "master"}, zoneRedundant=False)),
    case(ZONES["azure.sql.database"], SKIP, item=row({"kind": "v12.0,user,datawarehouse"})),
    case(ZONES["azure.postgres.server"], SKIP, item=row(replicationRole="AsyncReplica")),
    case(ZONES["azure.cosmosdb.account"], PASS, item=row(locations=[{"locationName": "a"}, {"locationName": "b"}])),
    case(ZONES["azure.redis.enterprise_cluster"], PASS, item=row(redundancyMode="ZR")),
    *(case(check, PASS, item=at(leaving.path, leaving.words[0].upper())) for check, leaving in OUT),
    *(case(check, FAIL, item=at(leaving.path, "Disabled")) for check, leaving in OUT),
    *(case(check, FAIL, item=row()) for check, _ in OUT),
    case(OUT[-1][0], PASS, item=row(dataExfiltrationProtections=["BlockAll"])),
    *(case(check, PASS, item=row(), inventory=[plan(watched.plan, "Standard")]) for check, watched in PLANS),
    *(case(check, FAIL, item=row(), inventory=[plan(watched.plan, "Free")]) for check, watched in PLANS),
    *(case(check, FAIL, item=row(), inventory=[plan("Arm", "Standard")]) for check, _ in PLANS),
    *(case(check, UNKNOWN, item=row(), inventory=[unlisted(data_watched.PRICING)]) for check, _ in PLANS),
    *(case(check, PASS, item=row(), tags={"Owner": "team-a"}) for check in OWNED.values()),
    *(case(check, FAIL, item=row(), tags={"cost-center": "1"}) for check in OWNED.values()),
    case(OWNED["azure.sql.database"], SKIP, item=row({"name": "master"}), tags={}),
]
