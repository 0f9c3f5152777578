"""Checks on the addresses that databases, analytics and messaging admit: one check for each type of each table.

Source: each service's REST API, and its lists of addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, summarize_address_range
from typing import Any

from checks.azure.closed import why_closed
from checks.azure.read import SET, in_words, inner, is_on, needed, prop, rows, word
from checks.world import FAMILIES, admitted, hold_world, is_world, stretch
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed

AZURE = "0.0.0.0"  # noqa: S104 -- nothing listens here: a rule for this address stands for all of Azure, whoever's it is
EVERYBODY = None
Admitted = Iterable[str] | None
"""The blocks of addresses that a resource admits; ``None`` where it asks nobody for his address."""


def _between(first: object, last: object) -> Iterable[str]:
    low, high = ip_address(str(first)), ip_address(str(last))
    return (str(block) for block in summarize_address_range(low, high))


def _ranges(resource: Resource, first: str = "startIpAddress", last: str = "endIpAddress") -> list[tuple[str, str]]:
    found = [(inner(row).get(first), inner(row).get(last)) for row in rows(resource, "firewall_rules")]
    return [
        (str(needed(low, "the first address of a rule")), str(needed(high, "the last address of a rule")))
        for low, high in found
    ]


def _ruled(resource: Resource) -> Admitted:
    """Return what firewall rules admit, besides Azure itself; without a rule, nobody gets in."""
    return [block for ends in _ranges(resource) if ends != (AZURE, AZURE) for block in _between(*ends)]


def _cached(cache: Resource) -> Admitted:
    """Return what a cache admits: without a rule, everybody."""
    ranges = _ranges(cache, "startIP", "endIP")
    return [block for ends in ranges for block in _between(*ends)] if ranges else EVERYBODY


def masks(given: object, field: str = "ipMask") -> list[str]:
    """Return the addresses of rules that let in; a rule without a word lets in."""
    found = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
    return [str(each[field]) for each in found if each.get(field) and word(each.get("action")) in ("", "allow", "accept")]


def _account(account: Resource) -> Admitted:
    """Return what an account of Cosmos DB admits. A filter by network shuts out the internet; without any filter, nobody is."""
    given = masks(prop(account, "ipRules"), "ipAddressOrRange")
    by_network = is_on(prop(account, "isVirtualNetworkFilterEnabled"))
    return [each for each in given if each != AZURE] if given or by_network else EVERYBODY


def _listed(path: str, field: str, resource: Resource) -> Admitted:
    """Return what a list of addresses admits that, while it is empty, admits everybody."""
    return masks(prop(resource, path), field) or EVERYBODY


def _namespace(namespace: Resource) -> Admitted:
    ruled: Mapping[str, Any] = namespace["network_rules"] or {}
    return masks(ruled.get("ipRules")) if word(ruled.get("defaultAction")) == "deny" else EVERYBODY


def _cluster(cluster: Resource) -> Admitted:
    return [str(each) for each in prop(cluster, "allowedIpRangeList") or []] or EVERYBODY


def _hub(hub: Resource) -> Admitted:
    """Return what a hub admits. Its old filters are asked in their order; who meets none is let in."""
    ruled = prop(hub, "networkRuleSets")
    if isinstance(ruled, Mapping):
        return masks(ruled.get("ipRules")) if word(ruled.get("defaultAction")) != "allow" else EVERYBODY
    filters = [
        (word(each.get("action")) == "accept", stretch(str(each["ipMask"]))[1]) for each in prop(hub, "ipFilterRules") or []
    ]
    left = admitted([*((accepts, [block]) for accepts, block in filters), (True, [stretch("0.0.0.0/0")[1]])], 4)
    return EVERYBODY if is_world(left, 4) else [each for ends in left for each in _between(*map(ip_address, ends))]


@dataclass(frozen=True, slots=True)
class Filtered:
    """A type that asks callers for their address. ``admitted``: which it admits."""

    type: str
    noun: str
    admitted: Callable[[Resource], Admitted]
    fix: str
    cis: tuple[str, ...] = ()


RULE = "Delete the firewall rule that spans the internet: az resource delete --ids {id}/firewallRules/RULE"
FILTERED = (
    Filtered("azure.sql.server", "Server", _ruled, RULE, ("v3:5.1.2",)),
    Filtered("azure.postgres.server", "Server", _ruled, RULE),
    Filtered("azure.mysql.server", "Server", _ruled, RULE),
    Filtered("azure.synapse.workspace", "Workspace", _ruled, RULE),
    Filtered("azure.redis.cache", "Cache", _cached, f"{SET}publicNetworkAccess=Disabled"),
    Filtered(
        "azure.cosmosdb.account", "Account", _account, "az cosmosdb update --ids {id} --ip-range-filter RANGE", ("v3:5.4.1",)
    ),
    Filtered(
        "azure.search.service",
        "Search service",
        partial(_listed, "networkRuleSet.ipRules", "value"),
        "az search service update --ids {id} --ip-rules RANGE",
    ),
    Filtered(
        "azure.eventgrid.topic",
        "Topic",
        partial(_listed, "inboundIpRules", "ipMask"),
        "az eventgrid topic update --ids {id} --inbound-ip-rules RANGE allow",
    ),
    Filtered(
        "azure.eventgrid.domain",
        "Domain",
        partial(_listed, "inboundIpRules", "ipMask"),
        "az eventgrid domain update --ids {id} --inbound-ip-rules RANGE allow",
    ),
    Filtered(
        "azure.servicebus.namespace",
        "Namespace",
        _namespace,
        "az resource update --ids {id}/networkRuleSets/default --set properties.defaultAction=Deny",
    ),
    Filtered(
        "azure.eventhubs.namespace",
        "Namespace",
        _namespace,
        "az resource update --ids {id}/networkRuleSets/default --set properties.defaultAction=Deny",
    ),
    Filtered("azure.kusto.cluster", "Cluster", _cluster, "az kusto cluster update --ids {id} --allowed-ip-range-list RANGE"),
    Filtered("azure.iothub.hub", "Hub", _hub, f"{SET}networkRuleSets.defaultAction=Deny"),
)


def _filtered(filtered: Filtered) -> Check:
    @check(
        f"{filtered.type}.networks_narrow",
        on=filtered.type,
        control="network.public_access",
        severity=Severity.HIGH,
        title=f"{filtered.noun} doesn't admit the whole internet",
        risk="Anybody on the internet tries passwords and keys, and whoever has one is in from anywhere.",
        fix=filtered.fix,
        cis=filtered.cis,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := why_closed(resource):
            return passed(reason)
        blocks = filtered.admitted(resource)
        if blocks is EVERYBODY:
            return failed("callers from every address are admitted")
        held = frozenset(blocks)
        said = f"admits {in_words(held) or 'no public address'}"
        return failed(said) if any(hold_world(held, family) for family in FAMILIES) else passed(said)

    return judge


NETWORKS_NARROW = tuple(_filtered(each) for each in FILTERED)


def _of_azure(resource: Resource) -> bool:
    if resource.type == "azure.cosmosdb.account":
        return AZURE in masks(prop(resource, "ipRules"), "ipAddressOrRange")
    return (AZURE, AZURE) in _ranges(resource)


@dataclass(frozen=True, slots=True)
class Bypassed:
    """A type that can admit all of Azure at once."""

    type: str
    noun: str
    fix: str = "az resource delete --ids {id}/firewallRules/RULE (the rule from 0.0.0.0 to 0.0.0.0)"
    cis: tuple[str, ...] = ()


BYPASSED = (
    Bypassed("azure.sql.server", "Server", cis=("v3:5.1.2",)),
    Bypassed("azure.postgres.server", "Server", cis=("v3:5.2.5",)),
    Bypassed("azure.mysql.server", "Server"),
    Bypassed("azure.synapse.workspace", "Workspace"),
    Bypassed("azure.cosmosdb.account", "Account", "az cosmosdb update --ids {id} --ip-range-filter RANGE (without 0.0.0.0)"),
)


def _bypassed(bypassed: Bypassed) -> Check:
    @check(
        f"{bypassed.type}.azure_kept_out",
        on=bypassed.type,
        control="network.public_access",
        severity=Severity.MEDIUM,
        title=f"{bypassed.noun} doesn't admit all of Azure",
        risk="Machines that other customers of Azure rent pass the firewall as if they were one's own.",
        fix=bypassed.fix,
        cis=bypassed.cis,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := why_closed(resource):
            return passed(reason)
        return failed("all of Azure is admitted") if _of_azure(resource) else passed("Azure as a whole is not admitted")

    return judge


AZURE_KEPT_OUT = tuple(_bypassed(each) for each in BYPASSED)
