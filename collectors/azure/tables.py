"""Which tables of Resource Graph are read for the types that are wanted, by queries of one shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from collectors.azure.client import Query
from collectors.azure.spec import CONTAINERS, RESOURCES, SUBSCRIPTION, TENANT, Get, Rows, Spec

INHERITED = "microsoft.authorization/"
"""What of authorization and policy is made at one scope holds below it, and has to be asked for from above as well.

Not verified: that ``authorizationScopeFilter`` works on policyresources as it does on authorizationresources. If not, policy
assignments of management groups are missing in subscriptions.
"""
GROUPS = "microsoft.management/managementgroups"
NODES = Query(CONTAINERS, ("microsoft.management/managementgroups", "microsoft.resources/subscriptions"))
"""What is read of the whole tenant, to know what lies where."""


def inherited(native: str) -> bool:
    return native.startswith(INHERITED)


def listings(specs: Iterable[Spec], *, partly: bool) -> list[Query]:
    """Return the queries for resources. Unless it is ``partly``, what nobody described is asked for as well."""
    found: dict[tuple[str, bool], set[str]] = {}
    for spec in specs:
        for native in spec.natives:
            if native not in NODES.types:
                found.setdefault((spec.table, inherited(native)), set()).add(native)
    if not partly:
        found[RESOURCES, False] = set()
    return [Query(table, tuple(sorted(types)), above) for (table, above), types in sorted(found.items())]


def below(specs: Iterable[Spec]) -> list[Query]:
    """Return the queries for rows that become facts of the resource that they lie below."""
    found: dict[tuple[str, bool], set[str]] = {}
    for spec in specs:
        for fact in spec.facts.values():
            if isinstance(fact, Rows):
                found.setdefault((fact.table, inherited(fact.arm)), set()).add(fact.arm)
    return [Query(table, tuple(sorted(types)), above) for (table, above), types in sorted(found.items())]


def children(specs: Iterable[Spec]) -> dict[str, list[Spec]]:
    """Return what is listed below each type."""
    found: dict[str, list[Spec]] = {}
    for spec in specs:
        if spec.listing and spec.type != TENANT:
            found.setdefault(spec.parent, []).append(spec)
    return found


def kept(specs: Iterable[Spec]) -> frozenset[str]:
    """Return the types whose listings below resources are asked again only when the resource changed, or they are too old.

    Not those that others are listed below: of what is kept, the row is not there.
    """
    parents = {spec.parent for spec in specs}
    return frozenset(
        spec.type
        for spec in specs
        if isinstance(spec.listing, Get)
        and spec.listing.days
        and spec.parent not in (SUBSCRIPTION, TENANT)
        and spec.type not in parents
    )


def remembering(specs: Sequence[Spec]) -> frozenset[str]:
    """Return the types with the fact :data:`~collectors.azure.spec.ASKED`."""
    below = kept(specs)
    return frozenset(spec.type for spec in specs if spec.asks or spec.type in below) | {
        spec.parent for spec in specs if spec.type in below
    }


def places(spec: Spec, every: Mapping[str, Spec], tenant: str, subscriptions: Sequence[str]) -> list[str]:
    """Return the accounts in which a type is looked for."""
    if TENANT in (spec.parent, spec.type):
        return [tenant]
    if spec.parent and spec.parent != SUBSCRIPTION:
        return places(every[spec.parent], every, tenant, subscriptions) if spec.parent in every else []
    if spec.natives == (GROUPS,):
        return [tenant]
    return [tenant, *subscriptions] if any(inherited(native) for native in spec.natives) else list(subscriptions)
