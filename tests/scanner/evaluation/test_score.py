"""The score: its formula, the worked example, and what no estate may ever do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import log10

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.evaluation.score import Grade, Sum, grade, total, triple
from scanner.model import Severity
from scanner.responsibility.split import resolve
from tests.scanner.evaluation.estates import ESTATES, EXAMPLE, REVOKED, SEVERITIES, Row, slices, whole

CLOSE = 1e-9


def scored(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that count: those on cells that are not the provider's."""
    return [row for row in rows if resolve(row.service, row.area).owner != "provider"]


def percents(given: Sum) -> tuple[float | None, ...]:
    ratios = (given.floor, given.ceiling, given.coverage, given.posture)
    return tuple(None if each is None else round(100 * each, 1) for each in ratios)


class TestFormula:
    @pytest.mark.parametrize(("severity", "weight"), list(zip(SEVERITIES, (10, 5, 2, 1, 0), strict=True)))
    def test_one_evaluation_weighs_its_severity(self, severity: str, weight: int) -> None:
        assert triple(severity, 1, 0, 0) == Sum(weight, weight, weight)
        assert triple(severity, 0, 1, 0) == Sum(weight, weight, 0)
        assert triple(severity, 0, 0, 1) == Sum(weight, 0, 0)

    def test_a_thousand_evaluations_weigh_four_times_one(self) -> None:
        assert triple("high", 1000, 0, 0).expected == pytest.approx(4 * triple("high", 1, 0, 0).expected)

    def test_known_and_earned_are_the_shares_of_what_was_read_and_what_passed(self) -> None:
        weight = 2 * (1 + log10(10))
        given = triple("medium", 5, 2, 3)
        assert (given.expected, given.known, given.earned) == pytest.approx((weight, weight * 0.7, weight * 0.5))

    def test_an_accepted_failure_is_known_and_earns_nothing(self) -> None:
        assert triple("high", 3, 0, 1, accepted=2) == triple("high", 3, 2, 1)

    def test_what_is_not_due_weighs_nothing(self) -> None:
        assert triple("critical", 0, 0, 0) == Sum()

    @pytest.mark.parametrize("nothing", [Sum(), total([]), triple("informational", 9, 9, 9)])
    def test_nothing_expected_is_not_assessed_and_never_a_hundred(self, nothing: Sum) -> None:
        assert (nothing.floor, nothing.coverage, nothing.posture, nothing.ceiling) == (None, None, None, None)
        assert grade(nothing, ()).letter == ""

    def test_nothing_known_has_no_posture_and_a_floor_of_zero(self) -> None:
        assert percents(triple("low", 0, 0, 5)) == (0.0, 100.0, 0.0, None)


class TestWorkedExample:
    rows = scored(EXAMPLE)
    without_rights = scored(row.blinded() if row.check in REVOKED else row for row in EXAMPLE)
    refused_everything = scored(row.blinded() for row in EXAMPLE)

    def test_only_the_database_host_is_the_providers(self) -> None:
        assert {row.check for row in EXAMPLE} - {row.check for row in self.rows} == {"database host patched"}

    @pytest.mark.parametrize(
        ("check", "expected", "known", "earned"),
        [
            ("root MFA", 10.00, 10.00, 0.00),
            ("access key age", 10.40, 10.40, 7.80),
            ("bucket public block", 11.51, 11.51, 10.35),
            ("bucket refuses plain HTTP", 4.60, 4.60, 2.30),
            ("database encrypted", 8.01, 0.00, 0.00),
            ("minor upgrade on", 3.20, 0.00, 0.00),
            ("admin port open", 13.49, 13.49, 12.15),
            ("multi-region trail", 5.00, 5.00, 5.00),
            ("patch state", 12.39, 6.19, 4.95),
            ("metadata v2 only", 4.95, 4.95, 3.96),
            ("retired runtime", 4.00, 4.00, 3.60),
            ("EBS default encryption", 2.95, 1.97, 1.97),
            ("detector on", 7.39, 7.39, 4.92),
        ],
    )
    def test_each_row(self, check: str, expected: float, known: float, earned: float) -> None:
        (row,) = (row for row in self.rows if row.check == check)
        assert (row.sum.expected, row.sum.known, row.sum.earned) == pytest.approx((expected, known, earned), abs=0.006)

    def test_the_whole(self) -> None:
        given = whole(self.rows)
        assert (given.expected, given.known, given.earned) == pytest.approx((97.89, 79.50, 57.01), abs=0.006)

    def test_as_found(self) -> None:
        assert percents(whole(self.rows)) == (58.2, 77.0, 81.2, 71.7)

    def test_five_checks_lose_their_rights_to_read(self) -> None:
        assert percents(whole(self.without_rights)) == (28.8, 93.6, 35.2, 81.7)

    def test_nothing_can_be_read(self) -> None:
        assert percents(whole(self.refused_everything)) == (0.0, 100.0, 0.0, None)

    def test_by_area(self) -> None:
        assert {name: (percents(given)[0], percents(given)[2]) for name, given in slices(self.rows, "area")} == {
            "identity": (38.2, 100.0),
            "data": (90.0, 100.0),
            "encryption": (27.4, 42.2),
            "runtime": (50.0, 55.5),
            "guest_os": (51.4, 64.3),
            "network": (90.0, 100.0),
            "logging": (100.0, 100.0),
            "detection": (66.7, 100.0),
        }

    def test_by_service(self) -> None:
        assert {name: (percents(given)[0], percents(given)[2]) for name, given in slices(self.rows, "service")} == {
            "aws.iam": (38.2, 100.0),
            "aws.s3": (78.6, 100.0),
            "aws.rds": (0.0, 0.0),
            "aws.vpc": (90.0, 100.0),
            "aws.account": (87.6, 87.6),
            "aws.ec2": (51.4, 64.3),
            "aws.lambda": (90.0, 100.0),
            "aws.guardduty": (66.7, 100.0),
        }

    def test_its_grade_is_an_e_by_number_and_the_open_critical_is_named(self) -> None:
        failing = {Severity(row.severity) for row in self.rows if row.failed}
        given = grade(whole(self.rows), failing)
        assert given.letter == "E"
        assert given.caps == ("at most D: a critical finding is open", "at most B: a high finding is open")

    def test_there_is_no_grade_once_less_than_half_is_seen(self) -> None:
        assert grade(whole(self.without_rights), ()).letter == ""


class TestEveryEstate:
    """What holds whatever is there and however it was judged."""

    @given(ESTATES)
    def test_floor_posture_and_ceiling_stand_in_this_order(self, rows: list[Row]) -> None:
        given = whole(rows)
        assume(given.known)
        assert given.floor is not None
        assert given.posture is not None
        assert given.ceiling is not None
        assert -CLOSE <= given.floor <= given.posture + CLOSE <= given.ceiling + 2 * CLOSE <= 1 + 3 * CLOSE

    @given(ESTATES, st.data())
    def test_losing_sight_never_raises_the_floor(self, rows: list[Row], data: st.DataObject) -> None:
        place, row = data.draw(st.sampled_from(list(enumerate(rows))))
        passed, failed = data.draw(st.integers(0, row.passed)), data.draw(st.integers(0, row.failed))
        blinded = replace(row, passed=row.passed - passed, failed=row.failed - failed, unknown=row.unknown + passed + failed)
        before, after = whole(rows), whole([*rows[:place], blinded, *rows[place + 1 :]])
        assert (after.floor or 0) <= (before.floor or 0) + CLOSE
        assert (after.coverage or 0) <= (before.coverage or 0) + CLOSE

    @given(ESTATES, st.data())
    def test_fixing_raises_the_floor(self, rows: list[Row], data: st.DataObject) -> None:
        fixable = [(place, row) for place, row in enumerate(rows) if row.failed and row.sum.expected]
        assume(fixable)
        place, row = data.draw(st.sampled_from(fixable))
        fixed = replace(row, passed=row.passed + 1, failed=row.failed - 1)
        assert (whole([*rows[:place], fixed, *rows[place + 1 :]]).floor or 0) > (whole(rows).floor or 0)

    @given(ESTATES, st.sampled_from(["area", "service", "severity"]))
    def test_slices_sum_to_the_whole(self, rows: list[Row], by: str) -> None:
        summed, given = total(each for _, each in slices(rows, by)), whole(rows)
        assert (summed.expected, summed.known, summed.earned) == pytest.approx((given.expected, given.known, given.earned))

    @given(ESTATES, st.data())
    def test_accepting_a_failure_leaves_the_floor_as_it_is(self, rows: list[Row], data: st.DataObject) -> None:
        place, row = data.draw(st.sampled_from(list(enumerate(rows))))
        number = data.draw(st.integers(0, row.failed))
        accepted = replace(row, failed=row.failed - number, accepted=row.accepted + number)
        assert whole([*rows[:place], accepted, *rows[place + 1 :]]).floor == whole(rows).floor

    @given(ESTATES, ESTATES)
    def test_the_triple_is_additive(self, some: list[Row], others: list[Row]) -> None:
        both, apart = whole([*some, *others]), whole(some) + whole(others)
        assert (both.expected, both.known, both.earned) == pytest.approx((apart.expected, apart.known, apart.earned))


def seen(floor: float, coverage: float = 1.0) -> Sum:
    return Sum(100.0, 100.0 * coverage, 100.0 * floor)


class TestGrade:
    @pytest.mark.parametrize(
        ("floor", "letter"),
        [(1, "A"), (0.9, "A"), (0.89, "B"), (0.8, "B"), (0.79, "C"), (0.7, "C"), (0.69, "D"), (0.6, "D"), (0.5, "E"), (0, "E")],
    )
    def test_by_number(self, floor: float, letter: str) -> None:
        assert grade(seen(floor), ()) == Grade(letter)

    @pytest.mark.parametrize(
        ("floor", "coverage", "failing", "letter", "caps"),
        [
            (0.95, 1.0, {Severity.MEDIUM, Severity.LOW}, "A", ()),
            (0.95, 1.0, {Severity.HIGH}, "B", ("at most B: a high finding is open",)),
            (0.95, 1.0, {Severity.CRITICAL}, "D", ("at most D: a critical finding is open",)),
            (0.75, 1.0, {Severity.HIGH}, "C", ("at most B: a high finding is open",)),
            (0.75, 0.79, (), "C", ("at most C: coverage is 79%, below 80%",)),
            (0.5, 0.5, (), "E", ("at most C: coverage is 50%, below 80%",)),
            (0.4, 0.49, (), "", ("coverage is 49%: below 50% there is no grade",)),
        ],
    )
    def test_caps_hold_it_down_and_each_is_named(
        self, floor: float, coverage: float, failing: Iterable[Severity], letter: str, caps: tuple[str, ...]
    ) -> None:
        assert grade(seen(floor, coverage), failing) == Grade(letter, caps)

    def test_a_coverage_just_below_a_bound_is_not_called_the_bound(self) -> None:
        assert grade(seen(0.4, 0.4999), ()).caps == ("coverage is 49%: below 50% there is no grade",)
        assert grade(seen(0.7, 0.7999), ()).caps == ("at most C: coverage is 79%, below 80%",)

    @given(st.floats(0, 1), st.floats(0, 1), st.sets(st.sampled_from(list(Severity))))
    def test_a_cap_never_makes_it_better(self, floor: float, coverage: float, failing: set[Severity]) -> None:
        capped = grade(seen(min(floor, coverage), coverage), failing)
        free = grade(seen(min(floor, coverage)), ())
        assert capped.letter == "" or capped.letter >= free.letter


@given(passed=st.integers(0, 10**6), failed=st.integers(0, 10**6), unknown=st.integers(0, 10**6))
def test_nothing_is_known_that_was_not_due_and_nothing_earned_that_is_not_known(passed: int, failed: int, unknown: int) -> None:
    given = triple("high", passed, failed, unknown)
    assert 0 <= given.earned <= given.known + CLOSE <= given.expected + 2 * CLOSE
