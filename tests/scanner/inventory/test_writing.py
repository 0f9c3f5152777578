"""What the one who writes a snapshot asks of it: what to judge, and what to sum up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scanner.inventory.rows import Counted
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Gap, Reason, Unread
from scanner.scan import judge
from tests.cases import DENIED
from tests.scanner.inventory.build import (
    KINDS,
    NORTH,
    ONE,
    SHUT,
    SOUTH,
    TWO,
    box,
    day,
    lid,
    listed,
    look,
    refused,
    writing,
)


@contextmanager
def begun(store: Store, *said: Any, on: int = 1, **more: Any) -> Iterator[Writing]:
    with writing(store, *said, day=day(on), **more) as (writer, _):
        yield writer


def held(writer: Writing, type: str = "test.box", size: int = 500) -> dict[str, tuple[bool, Any]]:
    """Return by id whether a resource was seen this time, and its item."""
    return {
        stored.resource.id: (stored.fresh, stored.resource.facts["item"])
        for page in writer.pages(type, size)
        for stored in page
    }


class TestPages:
    def test_hold_what_the_look_tried_to_list(self, store: Store) -> None:
        look(store, box("n"), box("s", SOUTH), lid("l"), on=1)
        with begun(store, box("n"), on=2) as writer:
            assert list(writer.types()) == ["test.box"]
            assert list(held(writer)) == ["n"]
            assert held(writer, "test.lid") == {}

    def test_hold_each_once_whatever_their_size(self, store: Store) -> None:
        with begun(store, *(box(f"b{number}") for number in range(7)), box("s", SOUTH)) as writer:
            for size in (1, 2, 7, 500):
                pages = [len(page) for page in writer.pages("test.box", size)]
                assert sum(pages) == len(held(writer, size=size)) == 8
                assert max(pages) <= size

    def test_leave_out_what_is_gone_and_what_is_anothers(self, store: Store) -> None:
        look(store, box("gone"), on=1)
        look(store, box("other"), on=1, account=TWO)
        with begun(store, box("here"), on=2) as writer:
            assert list(held(writer)) == ["here"]

    def test_hold_as_unread_what_a_listing_that_failed_did_not_return(self, store: Store) -> None:
        look(store, box("b1", policy={}), box("b2"), on=1)
        with begun(store, box("b2"), refused(), on=2) as writer:
            why = Unread(Reason.DENIED, "NoEntry", "List:test.box", "test:List:test.box")
            found = held(writer)
            assert found["b1"] == (False, why)
            assert found["b2"][0] is True
            assert found["b2"][1] != why

    def test_hold_facts_as_they_were_read_this_time(self, store: Store) -> None:
        look(store, box("b1", policy={"Open": True}), on=1)
        with begun(store, box("b1", policy=DENIED, usage=None), on=2) as writer:
            ((stored,),) = writer.pages("test.box")
            assert stored.resource.facts["policy"] == DENIED
            assert stored.resource["usage"] is None
            assert (stored.resource.account, stored.resource.name, stored.resource.listed_in) == ("1", "b1", NORTH)


class TestSums:
    def test_count_the_verdicts_of_each_check_by_region(self, store: Store) -> None:
        look(store, box("old", SOUTH, item={"Is": "open"}), on=1, checks=[SHUT])
        seen = [box("a", item={"Is": "open"}), box("b"), box("c"), box("d", item=DENIED), box("e", item={"Is": "none"})]
        with begun(store, *seen, on=2) as writer:
            judge(writer, [SHUT], KINDS.values(), day(2))
            words = ("aws.s3", "abstracted", "data", "customer", "test.box.shut", "high")
            assert sorted(writer.counts(), key=lambda each: each.region) == [
                Counted(NORTH, *words, passed=2, failed=1, unknown=1),
                Counted(SOUTH, *words, passed=0, failed=1, unknown=0),
            ]

    def test_leave_out_findings_that_ended(self, store: Store) -> None:
        look(store, box("a", item={"Is": "open"}), on=1, checks=[SHUT])
        with begun(store, on=2) as writer:
            assert list(writer.counts()) == []

    def test_name_the_services_of_which_there_is_something(self, store: Store) -> None:
        look(store, box("b"), lid("l"), on=1)
        look(store, lid("other"), on=1, account=TWO, scopes=())
        with begun(store, listed(), on=2) as writer:
            assert list(writer.held()) == [("test.lid", "aws.sqs")]

    def test_tell_of_which_listings_something_is_held(self, store: Store) -> None:
        look(store, box("a"), box("b"), box("s", SOUTH), on=1)
        with begun(store, refused(), on=2) as writer:
            assert writer.places() == {("test.box", NORTH), ("test.box", SOUTH)}

    def test_tell_which_listings_are_unread_now(self, store: Store) -> None:
        look(store, refused(), refused(region=SOUTH), on=1)
        with begun(store, listed(region=SOUTH), box(policy=DENIED), on=2, account=ONE, scopes=()) as writer:
            assert [(gap.type, gap.region) for gap in writer.unlisted()] == []
        look(store, refused(), on=3)
        with begun(store, listed(region=SOUTH), on=4, scopes=()) as writer:
            (gap,) = writer.unlisted()
            assert gap == Gap(
                "test.box", NORTH, "aws.s3", "List:test.box", Reason.DENIED, "NoEntry", "test:List:test.box", "no entry"
            )
