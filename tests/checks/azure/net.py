"""Networks and what stands in them, in the shapes of Resource Graph."""

from __future__ import annotations

from typing import Any

from scanner.model import Resource
from tests.cases import resource

HERE = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/Net/providers/Microsoft.Network"
REGION = "westeurope"


def arm(kind: str, name: str) -> str:
    """Return an id as properties of other resources spell it."""
    return f"{HERE}/{kind}/{name}"


def to(kind: str, name: str) -> dict[str, str]:
    return {"id": arm(kind, name)}


def item(of: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    """Return a row of Resource Graph. *of*: columns beside the properties."""
    return {"name": "one", "kind": None, "sku": None, "identity": None, "zones": None, "properties": properties, **(of or {})}


def known(type: str, kind: str, name: str, of: dict[str, Any] | None = None, /, **properties: Any) -> Resource:
    """Return another resource, under the small letters that resources have as ids."""
    return resource(type, arm(kind, name).lower(), REGION, name, item=item(of, **properties))


def part(name: str = "one", /, **properties: Any) -> dict[str, Any]:
    """Return a thing that a row lists among its properties."""
    return {"name": name, "properties": properties}


def rule(priority: int = 100, **said: Any) -> dict[str, Any]:
    """Return a rule of a security group: inwards, SSH allowed from everywhere unless more is said."""
    usual = {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "22",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "access": "Allow",
        "direction": "Inbound",
        "sourcePortRanges": [],
        "destinationPortRanges": [],
        "sourceAddressPrefixes": [],
        "destinationAddressPrefixes": [],
    }
    return part(f"rule-{priority}", priority=priority, **{**usual, **said})


def _default(priority: int, source: str, target: str, **said: Any) -> dict[str, Any]:
    all_of_it = {"protocol": "*", "destinationPortRange": "*"}
    return rule(priority, sourceAddressPrefix=source, destinationAddressPrefix=target, **all_of_it, **said)


# Source: Azure Virtual Network documentation, "Network security groups", "Default security rules".
DEFAULTS = [
    _default(65000, "VirtualNetwork", "VirtualNetwork"),
    _default(65001, "AzureLoadBalancer", "*"),
    _default(65500, "*", "*", access="Deny"),
    _default(65000, "VirtualNetwork", "VirtualNetwork", direction="Outbound"),
    _default(65001, "*", "Internet", direction="Outbound"),
    _default(65500, "*", "*", access="Deny", direction="Outbound"),
]


def group(*rules: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Return a security group that is on a subnet."""
    usual = {"defaultSecurityRules": DEFAULTS, "subnets": [to("virtualNetworks", "v/subnets/s")]}
    return item(securityRules=list(rules), **{**usual, **properties})


def security_group(name: str, *rules: dict[str, Any]) -> Resource:
    held = group(*rules)
    return resource("azure.vnet.security_group", arm("networkSecurityGroups", name).lower(), REGION, name, item=held)


def subnet(name: str = "s", /, **properties: Any) -> dict[str, Any]:
    return {"name": name, "id": arm("virtualNetworks", f"v/subnets/{name}"), "properties": properties}


def network(*subnets: dict[str, Any], **properties: Any) -> Resource:
    return known("azure.vnet.network", "virtualNetworks", "v", subnets=list(subnets), **properties)


def logged(*categories: str, group: str = "", on: bool = True, target: str = "workspaceId") -> list[dict[str, Any]]:
    """Return one diagnostic setting that hands on categories, or a group of them."""
    logs: list[dict[str, Any]] = [{"category": each, "enabled": on} for each in categories]
    logs += [{"categoryGroup": group, "enabled": on}] if group else []
    return [part("audit", logs=logs, metrics=[], **({target: "/x"} if target else {}))]
