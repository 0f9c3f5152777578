"""Cases of the addresses that databases, analytics and messaging admit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checks.azure import admitted
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import below, ranges, row

# The facts beside the row that a check of a type reads, where the row alone doesn't tell.
BESIDE: dict[str, dict[str, Any]] = {
    "azure.sql.server": {"firewall_rules": []},
    "azure.postgres.server": {"firewall_rules": []},
    "azure.mysql.server": {"firewall_rules": []},
    "azure.synapse.workspace": {"firewall_rules": []},
    "azure.redis.cache": {"firewall_rules": []},
    "azure.servicebus.namespace": {"network_rules": None},
    "azure.eventhubs.namespace": {"network_rules": None},
}
RULED = ("azure.sql.server", "azure.postgres.server", "azure.mysql.server", "azure.synapse.workspace")
FLEXIBLE = ("azure.postgres.server", "azure.mysql.server")
WORLD = ("0.0.0.0", "255.255.255.255")
AZURE = ("0.0.0.0", "0.0.0.0")
OFFICE = ("192.0.2.1", "192.0.2.20")
HALVES = (("0.0.0.0", "127.255.255.255"), ("128.0.0.0", "255.255.255.255"))


def reached(type: str, value: str | None) -> dict[str, Any]:
    if type in FLEXIBLE:
        return row(network={"publicNetworkAccess": value})
    return row(publicNetworkAccess=value)


def by_type(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.on: check for check in checks}


NARROW, OUT = map(by_type, (admitted.NETWORKS_NARROW, admitted.AZURE_KEPT_OUT))


def filtering() -> list[Any]:
    """Return that a closed type admits nobody, whatever else is said; and that without a filter everybody is admitted."""
    beside = {type: BESIDE.get(type, {}) for type in NARROW}
    found = [case(check, PASS, item=reached(type, "Disabled"), **beside[type]) for type, check in NARROW.items()]
    found += [case(check, FAIL, item=row(), **beside[type]) for type, check in NARROW.items() if type not in RULED]
    found += [case(NARROW[type], PASS, item=row(), firewall_rules=[]) for type in RULED]
    found += [case(NARROW[type], PASS, item=row(), firewall_rules=ranges(OFFICE)) for type in RULED]
    found += [case(NARROW[type], PASS, item=row(), firewall_rules=ranges(AZURE)) for type in RULED]
    found += [case(NARROW[type], FAIL, item=row(), firewall_rules=ranges(OFFICE, WORLD)) for type in RULED]
    found += [case(NARROW[type], FAIL, item=row(), firewall_rules=ranges(*HALVES)) for type in RULED]
    found += [case(NARROW[type], UNKNOWN, item=row(), firewall_rules=DENIED) for type in RULED]
    return found


def namespaces() -> list[Any]:
    deny = {"defaultAction": "Deny", "ipRules": [{"ipMask": "192.0.2.0/24", "action": "Allow"}], "virtualNetworkRules": []}
    wide = {"defaultAction": "Deny", "ipRules": [{"ipMask": "0.0.0.0/0", "action": "Allow"}]}
    found = []
    for type in ("azure.servicebus.namespace", "azure.eventhubs.namespace"):
        found += [
            case(NARROW[type], PASS, item=row(), network_rules=deny),
            case(NARROW[type], PASS, item=row(), network_rules={"defaultAction": "Deny"}),
            case(NARROW[type], FAIL, item=row(), network_rules=wide),
            case(NARROW[type], FAIL, item=row(), network_rules={**deny, "defaultAction": "Allow"}),
            case(NARROW[type], UNKNOWN, item=row(), network_rules=DENIED),
        ]
    return found


def lists() -> list[Any]:
    """Return cases of lists that admit everybody while they are empty."""
    shapes: dict[str, Callable[[str], dict[str, Any]]] = {
        "azure.search.service": lambda mask: row(networkRuleSet={"ipRules": [{"value": mask}], "bypass": "None"}),
        "azure.eventgrid.topic": lambda mask: row(inboundIpRules=[{"ipMask": mask, "action": "Allow"}]),
        "azure.eventgrid.domain": lambda mask: row(inboundIpRules=[{"ipMask": mask, "action": "Allow"}]),
        "azure.kusto.cluster": lambda mask: row(allowedIpRangeList=[mask]),
        "azure.cosmosdb.account": lambda mask: row(ipRules=[{"ipAddressOrRange": mask}]),
        "azure.iothub.hub": lambda mask: row(
            networkRuleSets={"defaultAction": "Deny", "ipRules": [{"filterName": "a", "action": "Allow", "ipMask": mask}]}
        ),
    }
    found = [case(NARROW[type], PASS, item=shape("192.0.2.0/24")) for type, shape in shapes.items()]
    return found + [case(NARROW[type], FAIL, item=shape("0.0.0.0/0")) for type, shape in shapes.items()]


def hub(*filters: tuple[str, str]) -> dict[str, Any]:
    return row(ipFilterRules=[{"filterName": mask, "action": action, "ipMask": mask} for action, mask in filters])


CASES = [
    *filtering(),
    *namespaces(),
    *lists(),
    case(NARROW["azure.cosmosdb.account"], PASS, item=row(isVirtualNetworkFilterEnabled=True, ipRules=[])),
    case(NARROW["azure.cosmosdb.account"], FAIL, item=row(isVirtualNetworkFilterEnabled=False, ipRules=[])),
    case(
        NARROW["azure.redis.cache"],
        PASS,
        item=row(),
        firewall_rules=ranges(OFFICE, first="startIP", last="endIP"),
    ),
    case(NARROW["azure.redis.cache"], FAIL, item=row(), firewall_rules=ranges(WORLD, first="startIP", last="endIP")),
    case(NARROW["azure.redis.cache"], UNKNOWN, item=row(), firewall_rules=DENIED),
    case(NARROW["azure.iothub.hub"], FAIL, item=row(networkRuleSets={"defaultAction": "Allow", "ipRules": []})),
    case(NARROW["azure.iothub.hub"], PASS, item=hub(("Accept", "192.0.2.0/24"), ("Reject", "0.0.0.0/0"))),
    case(NARROW["azure.iothub.hub"], FAIL, item=hub(("Reject", "192.0.2.0/24"))),
    case(NARROW["azure.iothub.hub"], FAIL, item=hub(("Accept", "0.0.0.0/0"), ("Reject", "0.0.0.0/0"))),
    *(case(OUT[type], FAIL, item=row(), firewall_rules=ranges(OFFICE, AZURE)) for type in RULED),
    *(case(OUT[type], PASS, item=row(), firewall_rules=ranges(OFFICE)) for type in RULED),
    *(case(OUT[type], PASS, item=reached(type, "disabled"), firewall_rules=ranges(AZURE)) for type in RULED),
    *(case(OUT[type], UNKNOWN, item=row(), firewall_rules=DENIED) for type in RULED),
    *(case(check, UNKNOWN, item=row(), firewall_rules=[below("r")]) for type in RULED for check in (OUT[type], NARROW[type])),
    case(OUT["azure.cosmosdb.account"], FAIL, item=row(ipRules=[{"ipAddressOrRange": "0.0.0.0"}])),
    case(OUT["azure.cosmosdb.account"], PASS, item=row(ipRules=[{"ipAddressOrRange": "192.0.2.1"}])),
]
