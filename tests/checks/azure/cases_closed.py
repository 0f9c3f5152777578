"""Cases of whether resources are closed to the internet, and have private endpoints."""

from __future__ import annotations

from typing import Any

from checks.azure import closed
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import connection, row, sized

OFF = {check.on: check for check in closed.PUBLIC_ACCESS_OFF}
PRIVATE = {check.on: check for check in closed.PRIVATE_ENDPOINT}
INSTANCE, FACTORY = "azure.sqlmi.instance", "azure.datafactory.factory"
FLEXIBLE = ("azure.postgres.server", "azure.mysql.server")
OPEN_UNSAID = [check for type, check in OFF.items() if type != INSTANCE]
LISTED = [check for type, check in PRIVATE.items() if type != FACTORY]


def said(type: str, value: str | None) -> dict[str, Any]:
    if type == INSTANCE:
        return row(publicDataEndpointEnabled=value != "Disabled")
    return row(network={"publicNetworkAccess": value}) if type in FLEXIBLE else row(publicNetworkAccess=value)


def connected(*states: str) -> dict[str, Any]:
    return sized("P1", "Premium", privateEndpointConnections=[connection(each) for each in states])


CASES = [
    *(case(check, PASS, item=said(type, "Disabled")) for type, check in OFF.items()),
    *(case(check, FAIL, item=said(type, "Enabled")) for type, check in OFF.items()),
    *(case(check, PASS, item=row(publicNetworkAccess="disabled")) for check in OPEN_UNSAID),
    *(case(check, PASS, item=row(publicNetworkAccess="SecuredByPerimeter")) for check in OPEN_UNSAID),
    *(case(check, FAIL, item=row()) for check in OPEN_UNSAID),
    *(case(check, UNKNOWN, item=DENIED) for check in OFF.values()),
    case(OFF[INSTANCE], PASS, item=row()),
    case(OFF["azure.avd.host_pool"], FAIL, item=row(publicNetworkAccess="EnabledForClientsOnly")),
    case(OFF["azure.postgres.server"], PASS, item=row(network={"delegatedSubnetResourceId": "/x"})),
    case(OFF["azure.redis.cache"], PASS, item=row(subnetId="/x", publicNetworkAccess="Enabled")),
    *(case(check, PASS, item=connected("Approved", "Pending")) for check in LISTED),
    *(case(check, PASS, item=connected("approved")) for check in LISTED),
    *(case(check, FAIL, item=connected("Rejected")) for check in LISTED),
    *(case(check, FAIL, item=connected()) for check in LISTED),
    *(case(check, FAIL, item=sized("P1", "Premium", privateEndpointConnections=None)) for check in LISTED),
    case(PRIVATE[FACTORY], PASS, item=row(), private_endpoints=[connection()]),
    case(PRIVATE[FACTORY], FAIL, item=row(), private_endpoints=[]),
    case(PRIVATE[FACTORY], UNKNOWN, item=row(), private_endpoints=DENIED),
    case(PRIVATE["azure.servicebus.namespace"], SKIP, item=sized("Standard", "Standard")),
    case(PRIVATE["azure.eventhubs.namespace"], SKIP, item=sized("Basic", "Basic")),
    case(PRIVATE["azure.search.service"], SKIP, item=sized("free")),
    case(PRIVATE["azure.appconfig.store"], SKIP, item=sized("Free")),
    case(PRIVATE["azure.acr.registry"], SKIP, item=sized("Basic")),
    case(PRIVATE["azure.ml.workspace"], SKIP, item=row({"kind": "Project"})),
    case(PRIVATE["azure.containerapps.environment"], SKIP, item=row(vnetConfiguration={"internal": True})),
    case(PRIVATE["azure.mysql.server"], SKIP, item=row(network={"delegatedSubnetResourceId": "/x"})),
    case(PRIVATE["azure.redis.cache"], SKIP, item=row(subnetId="/x")),
]
