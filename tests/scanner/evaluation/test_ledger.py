"""The split of an account: which cells stand in it, and in which state each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from scanner.evaluation.check import Check, check
from scanner.evaluation.ledger import Tally, ledger, owned_by_provider, state
from scanner.model import Severity, passed
from scanner.responsibility.split import areas, resolve
from tests.scanner.evaluation.estates import EXAMPLE, whole


@dataclass(frozen=True)
class Counts:
    service: str
    area: str
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    accepted: int = 0
    severity: str = "high"


def on(service: str, area: str) -> tuple[Check, str]:
    words: Any = {"severity": Severity.HIGH, "title": "Thing is good", "risk": "It breaks.", "fix": "mend {id}"}
    made = check(f"{service}.thing.{area}", on=f"{service}.thing", control=f"{area}.good", **words)
    return made(lambda thing: passed()), service


def states(in_use: list[str], checks: list[tuple[Check, str]], counts: list[Any]) -> dict[tuple[str, str], str]:
    return {(cell.service, cell.area): state for cell, state, _, _ in ledger(in_use, checks, counts)}


CUSTOMERS, PROVIDERS = resolve("aws.s3", "data"), resolve("aws.s3", "guest_os")


class TestState:
    @pytest.mark.parametrize(
        ("checks", "counts", "expected"),
        [
            (1, Counts("aws.s3", "data", passed=2), "assessed"),
            (1, Counts("aws.s3", "data", failed=1), "assessed"),
            (1, Counts("aws.s3", "data", passed=1, unknown=1), "partly blind"),
            (1, Counts("aws.s3", "data", failed=1, unknown=1), "partly blind"),
            (1, Counts("aws.s3", "data", unknown=3), "blind"),
            (0, Counts("aws.s3", "data", unknown=3), "blind"),
            (1, Counts("aws.s3", "data"), "not due"),
            (0, Counts("aws.s3", "data"), "dark"),
        ],
    )
    def test_of_a_cell_that_is_ours(self, checks: int, counts: Counts, expected: str) -> None:
        tally = Tally()
        tally.add(counts)
        assert state(CUSTOMERS, checks, tally) == expected

    @pytest.mark.parametrize("checks", [0, 1])
    def test_of_a_cell_that_is_the_providers(self, checks: int) -> None:
        tally = Tally()
        tally.add(Counts("aws.s3", "guest_os", passed=1, unknown=1))
        assert state(PROVIDERS, checks, tally) == "provider"


class TestCells:
    def test_a_service_in_use_has_each_area_that_is_not_looked_at_on_the_account(self) -> None:
        account_wide = {area for area, facts in areas().items() if facts["level"] == "account"}
        assert set(states(["aws.s3"], [], [])) == {("aws.s3", area) for area in set(areas()) - account_wide}

    def test_the_account_itself_has_every_area(self) -> None:
        assert set(states(["aws.account"], [], [])) == {("aws.account", area) for area in areas()}

    def test_other_services_of_the_accounts_model_have_only_what_a_check_stands_on(self) -> None:
        assert states(["aws.iam"], [on("aws.iam", "identity")], []) == {("aws.iam", "identity"): "not due"}

    def test_an_account_wide_area_stands_on_another_service_where_a_check_looks_at_it(self) -> None:
        assert ("aws.s3", "directory") in states(["aws.s3"], [on("aws.s3", "directory")], [])

    def test_a_service_that_is_only_judged_is_in_use_too(self) -> None:
        assert states([], [], [Counts("aws.s3", "data", passed=1)])["aws.s3", "data"] == "assessed"

    def test_a_service_that_the_split_does_not_know_has_none(self) -> None:
        assert states(["aws.unheard_of"], [], []) == {}

    def test_only_checks_of_the_service_light_its_cells(self) -> None:
        found = states(["aws.s3", "aws.sqs"], [on("aws.s3", "data")], [])
        assert (found["aws.s3", "data"], found["aws.sqs", "data"]) == ("not due", "dark")


def test_the_sums_of_the_cells_are_those_of_the_rows() -> None:
    given = [row for row in EXAMPLE if resolve(row.service, row.area).owner != "provider"]
    total = whole(given)
    tallies = [tally for *_, tally in ledger([], [on(row.service, row.area) for row in given], given)]
    sums = [sum(getattr(tally.sum, name) for tally in tallies) for name in ("expected", "known", "earned")]
    assert sums == pytest.approx([total.expected, total.known, total.earned])
    assert sum(tally.passed + tally.failed + tally.unknown for tally in tallies) == sum(
        row.passed + row.failed + row.unknown for row in given
    )


def test_a_check_on_a_cell_of_the_providers_is_told() -> None:
    assert owned_by_provider([on("aws.s3", "data"), on("aws.s3", "guest_os")]) == ["aws.s3.thing.guest_os"]
