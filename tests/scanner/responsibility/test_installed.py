"""What is installed against the split: checks stand on controls and cells that are ours, types on services that exist."""

from __future__ import annotations

from typing import Any

import pytest

from scanner import provider as providers
from scanner.evaluation.check import Check
from scanner.evaluation.ledger import owned_by_provider
from scanner.evaluation.registry import installed
from scanner.model import Kind, values_at
from scanner.responsibility.split import areas, controls, services
from tests.cases import resource
from tests.collectors.aws.test_specs import BY_TYPE, answer, row

KINDS: dict[str, Kind] = {kind.type: kind for name in providers.names() for kind in providers.load(name).kinds()}
CHECKS = [pytest.param(check, id=check.id) for check in installed()]


@pytest.mark.parametrize("check", CHECKS)
class TestCheck:
    def test_tests_a_control_of_an_area(self, check: Check) -> None:
        assert check.control in controls()
        assert check.area in areas()

    def test_is_on_a_type_that_somebody_reads_and_a_service_of_the_split(self, check: Check) -> None:
        assert check.on in KINDS
        assert (check.service or KINDS[check.on].service) in services()

    def test_stands_on_no_cell_of_the_providers(self, check: Check) -> None:
        assert owned_by_provider([(check, check.service or KINDS[check.on].service)]) == []


def test_every_type_counts_for_a_service_of_its_provider() -> None:
    assert [kind.type for kind in KINDS.values() if services()[kind.service]["provider"] != kind.provider] == []


def full(type: str) -> Any:
    """Return a resource of *type* of which everything that the provider describes is there."""
    spec = BY_TYPE[type]
    return resource(type, item=row(spec), **{name: answer(spec, call) for name, call in spec.facts.items()})


def undecided(service: str) -> list[str]:
    """Return the paths on which variants of *service* depend and which none of its types has."""
    things = [full(type) for type, spec in BY_TYPE.items() if spec.service == service]
    paths = {predicate["path"] for variant in services()[service].get("variants", ()) for predicate in variant["when"]}
    return [path for path in sorted(paths) if not any(found(thing, path) for thing in things)] if things else []


def found(thing: Any, path: str) -> bool:
    return bool(values_at(thing, path if path.partition(".")[0] in thing.facts else f"item.{path}"))


def test_what_decides_a_variant_is_read() -> None:
    assert {service: paths for service in services() if (paths := undecided(service))} == {}
