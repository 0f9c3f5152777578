"""Cases of locks, zones and ways out."""

from __future__ import annotations

from typing import Any

from checks.azure import around, kept
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import GROUP, SUBSCRIPTION, row

SERVER = f"{GROUP}/providers/microsoft.sql/servers/one"
LOCKED, ZONES = kept.DELETION_LOCKED, {check.on: check for check in kept.SEVERAL_ZONES}
WAY_OUT = {check.on: check for check in kept.OUTBOUND_RESTRICTED}
OUT = list(zip(kept.OUTBOUND_RESTRICTED, kept.LEAVING, strict=True))


def lock(scope: str, level: str = "CanNotDelete") -> Resource:
    id = f"{scope}/providers/Microsoft.Authorization/locks/keep"
    return resource(around.LOCK, id, item=row({"id": id}, level=level))


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
    "azure.acr.registry": row(zoneRedundancy="Enabled"),
    "azure.springapps.service": row(zoneRedundant=True),
    "azure.containerapps.environment": row(zoneRedundant=True),
    "azure.batch.pool": row(
        deploymentConfiguration={"virtualMachineConfiguration": {"nodePlacementConfiguration": {"policy": "Zonal"}}}
    ),
}
REGISTRY = ZONES["azure.acr.registry"]
BAD = {
    "azure.sql.database": row(zoneRedundant=False),
    "azure.postgres.server": row(highAvailability={"mode": "SameZone"}),
    "azure.mysql.server": row(highAvailability={"mode": "Disabled"}),
    "azure.cosmosdb.account": row(locations=[{"locationName": "a", "isZoneRedundant": False}]),
    "azure.redis.cache": row({"zones": ["1"]}),
    "azure.search.service": row(replicaCount=1),
    "azure.acr.registry": row(zoneRedundancy="Disabled"),
    "azure.springapps.service": row(zoneRedundant=False),
    "azure.batch.pool": row(
        deploymentConfiguration={"virtualMachineConfiguration": {"nodePlacementConfiguration": {"policy": "Regional"}}}
    ),
}

CASES = [
    *(case(check, PASS, id=SERVER, item=row(), inventory=[lock(SERVER)]) for check in LOCKED),
    *(case(check, FAIL, id=SERVER, item=row(), inventory=[]) for check in LOCKED),
    *(case(check, UNKNOWN, id=SERVER, item=row(), inventory=[unlisted(around.LOCK)]) for check in LOCKED),
    case(LOCKED[0], PASS, id=SERVER, item=row(), inventory=[lock(GROUP.replace("data", "Data"))]),
    case(LOCKED[0], PASS, id=SERVER, item=row(), inventory=[lock(SUBSCRIPTION)]),
    case(LOCKED[0], FAIL, id=SERVER, item=row(), inventory=[lock(f"{SERVER}-2"), lock(f"{SERVER}/databases/d")]),
    case(LOCKED[0], FAIL, id=SERVER, item=row(), inventory=[lock(f"{SUBSCRIPTION}/resourcegroups/dat")]),
    *(case(ZONES[type], PASS, item=item, replications=[]) for type, item in GOOD.items()),
    *(case(ZONES[type], FAIL, item=BAD.get(type, row()), replications=[]) for type in GOOD),
    *(case(ZONES[type], FAIL, item=row(), replications=[]) for type in GOOD),
    case(REGISTRY, PASS, item=row(), replications=[{"name": "a"}, {"name": "b"}]),
    case(REGISTRY, FAIL, item=row(), replications=[{"name": "a"}]),
    case(REGISTRY, UNKNOWN, item=row(), replications=DENIED),
    case(ZONES["azure.sql.database"], SKIP, item=row({"name": "master"}, zoneRedundant=False)),
    case(ZONES["azure.sql.database"], SKIP, item=row({"kind": "v12.0,user,datawarehouse"})),
    case(ZONES["azure.postgres.server"], SKIP, item=row(replicationRole="AsyncReplica")),
    case(ZONES["azure.cosmosdb.account"], PASS, item=row(locations=[{"locationName": "a"}, {"locationName": "b"}])),
    case(ZONES["azure.redis.enterprise_cluster"], PASS, item=row(redundancyMode="ZR")),
    *(case(check, PASS, item=at(leaving.path, leaving.words[0].upper())) for check, leaving in OUT),
    *(case(check, FAIL, item=at(leaving.path, "Any")) for check, leaving in OUT),
    *(case(check, FAIL, item=row()) for check, _ in OUT),
    case(WAY_OUT["azure.ml.workspace"], FAIL, item=row(managedNetwork={"isolationMode": "AllowInternetOutbound"})),
    case(WAY_OUT["azure.search.service"], PASS, item=row(dataExfiltrationProtections=["BlockAll"])),
    case(kept.changes_locked, PASS, id=SERVER, item=row(), inventory=[lock(GROUP, "readonly"), lock(SERVER)]),
    case(kept.changes_locked, FAIL, id=SERVER, item=row(), inventory=[lock(SERVER)]),
    case(kept.changes_locked, UNKNOWN, id=SERVER, item=row(), inventory=[unlisted(around.LOCK)]),
]
