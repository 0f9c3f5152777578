"""Cases of from where apps, functions and their slots are reached."""

from __future__ import annotations

from typing import Any

from checks.azure import appservice_networks as networks
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import connection, row
from tests.checks.azure.sites import ANY, graph, told

OFFICE = {"ipAddress": "203.0.113.0/24", "action": "Allow", "priority": 100}
PROXY = {"ipAddress": "AzureFrontDoor.Backend", "tag": "ServiceTag", "action": "Allow", "priority": 50, "headers": {"x": ["1"]}}
SUBNET = {"vnetSubnetResourceId": "/x/subnets/inner", "action": "Allow", "priority": 10}
HALVES = [{**OFFICE, "ipAddress": "0.0.0.0/1"}, {**OFFICE, "ipAddress": "128.0.0.0/1"}]
NARROW, DEPLOYING = networks.networks_narrow[0], networks.deployment_narrow[0]
ENDPOINT, LEAVING = networks.private_endpoint[0], networks.leaves_through_network[0]
OWN = row(hostingEnvironmentProfile={"id": "/x/hostingEnvironments/own"})


def ruled(*rules: dict[str, Any], default: str | None = None, public: str | None = "Enabled") -> dict[str, Any]:
    settings = graph(ipSecurityRestrictions=list(rules), ipSecurityRestrictionsDefaultAction=default)
    return {"item": row(publicNetworkAccess=public), "settings": settings, "config": {}}


CASES = [
    *told(
        networks.networks_narrow,
        {"ipSecurityRestrictions": [OFFICE], "ipSecurityRestrictionsDefaultAction": "Deny"},
        {"ipSecurityRestrictions": [ANY], "ipSecurityRestrictionsDefaultAction": "Allow"},
    ),
    case(NARROW, PASS, item=row(publicNetworkAccess="Disabled")),
    case(NARROW, PASS, item=row(publicNetworkAccess="", privateEndpointConnections=[connection()])),
    case(NARROW, FAIL, **ruled(ANY, public=None)),
    case(NARROW, FAIL, **ruled()),
    case(NARROW, PASS, **ruled(OFFICE)),
    case(NARROW, PASS, **ruled(PROXY, SUBNET, {**ANY, "action": "Deny"})),
    case(NARROW, PASS, **ruled(default="Deny")),
    case(NARROW, FAIL, **ruled(*HALVES, default="Deny")),
    case(NARROW, FAIL, **ruled({**OFFICE, "action": "Deny"}, default="Allow")),
    case(NARROW, FAIL, **ruled({**ANY, "action": "Deny", "priority": 500}, {**ANY, "priority": 100})),
    case(NARROW, PASS, **ruled({**ANY, "action": "Deny", "priority": 100}, {**ANY, "priority": 500})),
    case(NARROW, FAIL, **ruled({**ANY, "action": "Deny", "priority": 1, "headers": {"x": ["1"]}}, ANY)),
    case(NARROW, FAIL, **ruled({**OFFICE, "ipAddress": "Internet", "tag": "ServiceTag"})),
    case(NARROW, PASS, **ruled({**OFFICE, "ipAddress": "203.0.113.0/24, 2001:db8::/32"})),
    case(NARROW, UNKNOWN, item=row(), settings=DENIED, config=DENIED),
    *told(
        networks.deployment_narrow,
        {"scmIpSecurityRestrictionsUseMain": True, "ipSecurityRestrictions": [OFFICE]}
        | {"ipSecurityRestrictionsDefaultAction": "Deny"},
        {"scmIpSecurityRestrictionsUseMain": False, "scmIpSecurityRestrictions": [ANY]}
        | {"scmIpSecurityRestrictionsDefaultAction": "Allow"},
    ),
    case(DEPLOYING, PASS, item=row(publicNetworkAccess="disabled")),
    *(
        each
        for asked in networks.private_endpoint
        for each in (
            case(asked, PASS, item=row(sku="Basic", privateEndpointConnections=[connection()])),
            case(asked, FAIL, item=row(sku="PremiumV3", privateEndpointConnections=[connection("Pending")])),
        )
    ),
    case(ENDPOINT, FAIL, item=row(privateEndpointConnections=None)),
    case(ENDPOINT, SKIP, item=row(sku="Dynamic")),
    case(ENDPOINT, PASS, item=OWN),
    *told(
        networks.leaves_through_network,
        {"vnetRouteAllEnabled": True},
        {"vnetRouteAllEnabled": False},
        row(virtualNetworkSubnetId="/x/subnets/apps"),
    ),
    case(LEAVING, PASS, item=row(virtualNetworkSubnetId="/x/subnets/apps", outboundVnetRouting={"allTraffic": True})),
    case(LEAVING, FAIL, item=row()),
    case(LEAVING, PASS, item=OWN),
]
