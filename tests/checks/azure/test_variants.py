"""What decides between variants of a service is asked where Azure's answers have it: in the simulated tenant, or in a case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from scanner import provider
from scanner.model import Resource, UnreadError, values_at
from scanner.responsibility.split import services
from simulators.azure.estate import Estate, tenant
from tests.cases import resource
from tests.checks.test_checks import CASES

KINDS = {kind.type: kind for kind in provider.load("azure").kinds()}
PATHS = sorted(
    {
        (name, predicate["path"])
        for name, service in services().items()
        if service["provider"] == "azure"
        for variant in service.get("variants", ())
        for predicate in variant["when"]
    }
)


@cache
def rows() -> tuple[tuple[str, Resource], ...]:
    """Return what the simulated tenant and the cases hold, each with its native type or its type."""
    simulated = [(item.native, resource(item.native, item=item.document)) for item in tenant(Estate()).items.values()]
    of_cases = [param.values[0] for param in CASES]
    given = [each for case in of_cases for each in (case.resource, *case.inventory.resources)]
    return (*simulated, *((each.type, each) for each in given))


def of(service: str) -> Iterator[Resource]:
    names = {native.lower() for native in services()[service]["types"]}
    names |= {type for type, kind in KINDS.items() if kind.service == service}
    return (each for name, each in rows() if name in names)


def said(each: Resource, path: str) -> bool:
    try:
        return any(value is not None for value in values_at(each, path))
    except (KeyError, UnreadError):
        return False


@pytest.mark.parametrize(("service", "path"), PATHS)
def test_a_path_that_decides_leads_somewhere(service: str, path: str) -> None:
    first = path.partition(".")[0]
    facts = {fact for kind in KINDS.values() if kind.service == service for fact in kind.facts}
    where = path if first in facts else f"item.{path}"
    assert any(said(each, where) for each in of(service)), f"nothing of {service} has {where}"
