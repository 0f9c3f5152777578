"""Verdicts that hold since the look before: what neither changed nor is judged by other checks is not judged again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from scanner.evaluation.check import Check
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Event, Inventory, Resource, Verdict, failed, passed
from scanner.scan import judge
from tests.cases import DENIED
from tests.scanner.inventory.build import BOX, KINDS, NORTH, ask, box, day, lid, listed, made, refused, writing


class Judged:
    """Looks at one account, and what was judged at the last of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.seen: list[str] = []
        self.now: list[str] = []

        def shut(thing: Resource) -> Verdict:
            self.seen.append(thing.id)
            return failed("open") if thing["item"].get("Is") == "open" or thing["policy"] else passed("shut")

        def young(thing: Resource, inventory: Inventory, now: datetime) -> Verdict:
            self.now.append(thing.id)
            return passed(f"on {now:%d}")

        boxes = (made("test.box.shut", shut), made("test.box.young", young))
        self.checks: tuple[Check, ...] = (*boxes, made("test.lid.shut", shut, on="test.lid"))

    def look(self, *said: Event | Sequence[Event], on: int, edition: str = "one", checks: Any = None, **more: Any) -> list[str]:
        """Look, and return what local checks judged."""
        self.seen.clear()
        self.now.clear()
        with writing(self.store, *said, day=day(on), **more) as (begun, _):
            judge(begun, self.checks if checks is None else checks, KINDS.values(), day(on), edition)
        return sorted(set(self.seen))  # a check that fails runs twice, for its evidence

    def verdicts(self) -> dict[tuple[str, str], str]:
        query = "SELECT check_id, resource_id, status FROM findings"
        return {(check.rpartition(".")[2], id): status for check, id, status in ask(self.store, query)}


def bare(id: str, **facts: Any) -> Resource:
    return box(id, policy=None, **facts)


@pytest.fixture
def judged(store: Store) -> Judged:
    return Judged(store)


def test_what_is_unchanged_is_not_judged_again(judged: Judged) -> None:
    assert judged.look(bare("a"), bare("b"), on=1) == ["a", "b"]
    assert judged.look(bare("a"), bare("b", item={"Is": "open"}), on=2) == ["b"]
    assert judged.verdicts() == {("shut", "a"): "pass", ("shut", "b"): "fail", ("young", "a"): "pass", ("young", "b"): "pass"}


def test_checks_that_take_more_than_the_resource_judge_everything_at_every_look(judged: Judged) -> None:
    judged.look(bare("a"), bare("b"), on=1)
    judged.look(bare("a"), bare("b"), on=2)
    assert judged.now == ["a", "b"]
    reasons = ask(judged.store, "SELECT DISTINCT reason FROM findings WHERE check_id = 'test.box.young'")
    assert reasons == [(f"on {day(2):%d}",)]


def test_a_new_observation_is_judged(judged: Judged) -> None:
    judged.look(bare("a", item={"Opened": "monday"}), bare("b"), on=1)
    assert judged.look(bare("a", item={"Opened": "tuesday"}), bare("b"), on=2) == ["a"]


def test_a_fact_that_was_denied_or_is_read_again_is_judged(judged: Judged) -> None:
    judged.look(bare("a"), bare("b"), on=1)
    assert judged.look(box("a", policy=DENIED), bare("b"), on=2) == ["a"]
    assert judged.verdicts()["shut", "a"] == "unknown"
    assert judged.look(box("a", policy=DENIED), bare("b"), on=3) == []
    assert judged.verdicts()["shut", "a"] == "unknown"
    assert judged.look(bare("a"), bare("b"), on=4) == ["a"]
    assert judged.verdicts()["shut", "a"] == "pass"


def test_a_listing_that_was_not_read_to_its_end_is_judged_whole_and_so_is_the_next(judged: Judged) -> None:
    judged.look(bare("a"), bare("b"), on=1)
    assert judged.look(*refused(), on=2) == ["a", "b"]
    assert set(judged.verdicts().values()) == {"unknown", "pass"}
    assert judged.look(*refused(), bare("b"), on=3) == ["a", "b"]
    assert (judged.verdicts()["shut", "a"], judged.verdicts()["shut", "b"]) == ("unknown", "pass")
    assert judged.look(bare("a"), bare("b"), on=4) == ["a", "b"]
    assert set(judged.verdicts().values()) == {"pass"}


def test_what_comes_back_is_judged(judged: Judged) -> None:
    judged.look(bare("a"), on=1)
    assert judged.look(listed(), on=2) == []
    assert judged.look(bare("a"), on=3) == ["a"]


def test_another_edition_of_the_program_judges_everything(judged: Judged) -> None:
    judged.look(bare("a"), on=1)
    assert judged.look(bare("a"), on=2, edition="two") == ["a"]
    assert judged.look(bare("a"), on=3, edition="two") == []
    assert judged.look(bare("a"), on=4, edition="") == ["a"], "without an edition, everything is new"


def test_other_checks_judge_everything(judged: Judged) -> None:
    judged.look(bare("a"), on=1)
    assert judged.look(bare("a"), on=2, checks=judged.checks[:1]) == ["a"]
    assert judged.look(bare("a"), on=3) == ["a"]
    assert judged.look(bare("a"), on=4) == []


def test_what_a_narrow_look_left_out_is_judged_by_new_checks_when_it_is_looked_at(judged: Judged) -> None:
    everything = [(BOX.type, NORTH), ("test.lid", NORTH)]
    judged.look(bare("a"), lid("l", policy=None), on=1, scopes=everything)
    assert judged.look(bare("a"), on=2, edition="two") == ["a"]
    assert judged.look(bare("a"), lid("l", policy=None), on=3, edition="two", scopes=everything) == ["l"]


def test_findings_and_scores_are_the_same_as_when_everything_is_judged(store: Store, judged: Judged) -> None:
    looks: list[tuple[Any, ...]] = [
        (bare("a"), bare("b", item={"Is": "open"})),
        (bare("a"), bare("b", item={"Is": "open"}), bare("c")),
        (bare("a", item={"Is": "open"}), box("b", policy=DENIED, item={"Is": "open"}), bare("c")),
        (bare("a", item={"Is": "open"}), bare("c")),
    ]
    for number, said in enumerate(looks, 1):
        judged.look(*said, on=number)
    carried = ask(store, "SELECT check_id, resource_id, status, opened_at, resolved_at FROM findings ORDER BY 1, 2")
    counted = counts(store)
    judged.look(*looks[-1], on=5, edition="")
    assert ask(store, "SELECT check_id, resource_id, status, opened_at, resolved_at FROM findings ORDER BY 1, 2") == carried
    assert counts(store) == counted


def counts(store: Store) -> list[tuple[Any, ...]]:
    return ask(store, "SELECT status, count(*) FROM findings GROUP BY status ORDER BY status")


def test_the_writing_says_what_is_due(judged: Judged) -> None:
    judged.look(bare("a"), bare("b"), on=1)
    with writing(judged.store, bare("a"), bare("b", item={"Is": "open"}), day=day(2)) as (begun, _):
        assert due(begun, every=False) == [(["b"], True)]
        assert due(begun, every=True) == [(["b"], True), (["a"], False)]


def due(begun: Writing, *, every: bool) -> list[tuple[list[str], bool]]:
    ((edition,),) = begun._connection.exec_driver_sql("SELECT edition FROM listing WHERE valid_to IS NULL").all()
    return [([stored.resource.id for stored in page], all) for page, all in begun.due(BOX.type, edition, every=every)]
