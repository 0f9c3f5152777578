"""The nouns: what a fact says when it is asked, and what lies at a path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import (
    Gap,
    Kind,
    Reason,
    Resource,
    Severity,
    Unread,
    UnreadError,
    failed,
    passed,
    skipped,
    unknown,
    values_at,
)
from tests.cases import ABSENT, DENIED, FAIL, PASS, SKIP, UNKNOWN, resource


def test_severities_rank_from_bad_to_worse() -> None:
    assert sorted(Severity, key=lambda each: each.rank) == ["informational", "low", "medium", "high", "critical"]


@pytest.mark.parametrize(
    ("verdict", "outcome"), [(passed("x"), PASS), (failed("x"), FAIL), (skipped("x"), SKIP), (unknown("x"), UNKNOWN)]
)
def test_a_verdict_has_an_outcome_and_a_reason(verdict: Any, outcome: object) -> None:
    assert (verdict.outcome, verdict.because) == (outcome, "x")


class TestFact:
    """Absent is knowledge, unread is ignorance, and what a type does not have is a mistake."""

    box = resource("test.box", item={"Size": 3}, policy=ABSENT, usage=DENIED)

    def test_present_is_its_value(self) -> None:
        assert self.box["item"] == {"Size": 3}

    def test_absent_is_none(self) -> None:
        assert self.box["policy"] is None

    def test_unread_raises_and_says_what_was_asked_and_why_there_is_no_answer(self) -> None:
        with pytest.raises(UnreadError, match=r"test\.box usage could not be read: denied \(AccessDenied\)") as told:
            self.box["usage"]
        assert told.value.fact is DENIED

    def test_a_fact_that_the_type_does_not_have_is_a_mistake(self) -> None:
        with pytest.raises(KeyError):
            self.box["polcy"]

    def test_facts_can_be_added_without_changing_the_resource(self) -> None:
        assert self.box.with_facts(usage=ABSENT)["usage"] is None
        assert isinstance(self.box.facts["usage"], Unread)


class TestTags:
    def test_are_a_fact(self) -> None:
        assert resource("test.box", tags={"team": "a"}).tags == {"team": "a"}

    @pytest.mark.parametrize("box", [resource("test.box"), resource("test.box", tags=ABSENT), resource("test.box", tags={})])
    def test_none_are_none(self, box: Resource) -> None:
        assert box.tags == {}

    def test_that_nobody_could_read_are_not_taken_for_none(self) -> None:
        with pytest.raises(UnreadError):
            _ = resource("test.box", tags=DENIED).tags


def test_a_gap_says_what_would_end_it() -> None:
    gap = Gap("test.box", "north", "test.boxes", "ListBoxes", Reason.DENIED, "NoEntry", "boxes:List")
    assert gap.unread() == Unread(Reason.DENIED, "NoEntry", "ListBoxes", "boxes:List")


def test_a_kind_belongs_to_the_provider_that_its_type_starts_with() -> None:
    assert Kind("test.box", "test.boxes", "Box", (), "region").provider == "test"


BOX = resource("test.box", item={"Id": "b", "In": [{"Lid": {"Id": 1}}, {"Lid": {"Id": 2}}], "Names": ["x", "y"]}, policy=ABSENT)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("item.Id", ["b"]),
        ("item.Names", ["x", "y"]),
        ("item.In.Lid.Id", [1, 2]),
        ("item.In.Lid", [{"Id": 1}, {"Id": 2}]),
        ("item.Missing", []),
        ("item.Id.deeper", []),
        ("item.In.Missing.Id", []),
        ("policy", [None]),
        ("policy.Statement", []),
    ],
)
def test_values_at_a_path(path: str, found: list[Any]) -> None:
    assert values_at(BOX, path) == found


def test_values_at_a_path_into_what_was_not_read() -> None:
    with pytest.raises(UnreadError):
        values_at(resource("test.box", policy=DENIED), "policy.Statement")


@given(st.lists(st.integers()), st.lists(st.sampled_from("abc"), max_size=4))
def test_a_path_finds_what_was_put_there(values: list[int], steps: list[str]) -> None:
    whole: Any = values
    for step in reversed(steps):
        whole = [{step: whole}, {"other": 0}]
    assert values_at(resource("test.box", item=whole), ".".join(["item", *steps])) == values
