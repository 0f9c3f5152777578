"""Resources of databases, analytics and messaging, in the shapes of Resource Graph and Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
GROUP = f"{SUBSCRIPTION}/resourcegroups/data"


def row(of: Mapping[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    """Return a row of Resource Graph. *of*: columns beside the properties."""
    return {"name": "one", "kind": None, "sku": None, "identity": None, "zones": None, "properties": properties, **(of or {})}


def below(name: str = "one", /, **properties: Any) -> dict[str, Any]:
    """Return a thing below a resource, as lists of Azure Resource Manager hold it."""
    return {"name": name, "properties": properties}


def sized(name: str, tier: str | None = None, /, **properties: Any) -> dict[str, Any]:
    """Return a row of one size and tier."""
    return row({"sku": {"name": name, "tier": tier}}, **properties)


def parameters(**values: str) -> list[dict[str, Any]]:
    """Return the parameters of a database server; two underscores stand for a dot."""
    return [below(name.replace("__", "."), value=value) for name, value in values.items()]


def ranges(*ends: tuple[str, str], first: str = "startIpAddress", last: str = "endIpAddress") -> list[dict[str, Any]]:
    """Return firewall rules from each first address to each last."""
    return [below(f"rule-{number}", **{first: low, last: high}) for number, (low, high) in enumerate(ends)]


def connection(status: str = "Approved") -> dict[str, Any]:
    return below("endpoint", privateEndpoint={"id": "x"}, privateLinkServiceConnectionState={"status": status})


def handed(*logs: str, group: str = "", on: bool = True, target: str = "workspaceId") -> list[dict[str, Any]]:
    """Return one diagnostic setting that hands on categories, or a group of them."""
    given: Sequence[dict[str, Any]] = [{"category": each, "categoryGroup": None, "enabled": on} for each in logs]
    grouped = [{"category": None, "categoryGroup": group, "enabled": on}] if group else []
    return [below("audit", logs=[*given, *grouped], metrics=[], **{target: "/x"} if target else {})]
