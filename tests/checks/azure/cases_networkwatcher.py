"""Cases of network watchers and flow logs."""

from __future__ import annotations

from typing import Any

from checks.azure import networkwatcher
from checks.azure.networkwatcher import WATCHER
from checks.azure.vnet_read import NETWORK
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.net import REGION, arm, item, known

(ON,) = networkwatcher.ON
WORKSPACE = "/subscriptions/1/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/logs"


def watcher(state: str = "Succeeded") -> Resource:
    return known(WATCHER, "networkWatchers", "w", provisioningState=state)


def analytics(**said: Any) -> dict[str, Any]:
    return item(flowAnalyticsConfiguration={"networkWatcherFlowAnalyticsConfiguration": said})


CASES = [
    case(networkwatcher.watched, PASS, region=REGION, item=item(), inventory=[watcher()]),
    case(networkwatcher.watched, FAIL, region=REGION, item=item(), inventory=[watcher("Failed")]),
    case(networkwatcher.watched, FAIL, region="northeurope", item=item(), inventory=[watcher()]),
    case(networkwatcher.watched, UNKNOWN, region=REGION, item=item(), inventory=[unlisted(WATCHER)]),
    case(ON, PASS, item=item(enabled=True)),
    case(ON, FAIL, item=item(enabled=False)),
    case(ON, FAIL, item=item()),
    *(
        case(networkwatcher.kept_long_enough, outcome, item=item(retentionPolicy=policy))
        for policy, outcome in (
            ({"enabled": True, "days": 90}, PASS),
            ({"enabled": True, "days": 0}, PASS),
            ({"enabled": False, "days": 7}, PASS),
            ({"enabled": False, "days": 0}, PASS),
            (None, PASS),
            ({"enabled": True, "days": 89}, FAIL),
        )
    ),
    case(networkwatcher.analysed, PASS, item=analytics(enabled=True, workspaceResourceId=WORKSPACE)),
    case(networkwatcher.analysed, FAIL, item=analytics(enabled=False, workspaceResourceId=WORKSPACE)),
    case(networkwatcher.analysed, FAIL, item=analytics(enabled=True)),
    case(networkwatcher.analysed, FAIL, item=item(flowAnalyticsConfiguration=None)),
    case(networkwatcher.follows_network, PASS, item=item(targetResourceId=arm("virtualNetworks", "v"))),
    case(networkwatcher.follows_network, PASS, item=item(targetResourceId=arm("virtualNetworks", "v/subnets/s"))),
    case(networkwatcher.follows_network, FAIL, item=item(targetResourceId=arm("networkSecurityGroups", "g"))),
    case(networkwatcher.follows_network, FAIL, item=item()),
    case(networkwatcher.in_use, PASS, region=REGION, item=item(), inventory=[known(NETWORK, "virtualNetworks", "v")]),
    case(networkwatcher.in_use, FAIL, region="northeurope", item=item(), inventory=[known(NETWORK, "virtualNetworks", "v")]),
    case(networkwatcher.in_use, SKIP, item=item(provisioningState="Deleting")),
    case(networkwatcher.in_use, UNKNOWN, item=item(), inventory=[unlisted(NETWORK)]),
]
