"""A snapshot becomes visible whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from scanner.inventory import queries
from scanner.inventory.rows import LedgerRow, ScoreRow
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import SnapshotStatus
from tests.cases import DENIED as UNREAD
from tests.scanner.inventory.build import (
    GLOBAL,
    KEY,
    NORTH,
    ONE,
    SHUT,
    SOUTH,
    TWO,
    ask,
    box,
    boxes,
    day,
    lid,
    look,
    refused,
    thing,
    writing,
)

TABLES = (
    "account",
    "snapshot",
    "listing",
    "resource",
    "resource_version",
    "gap",
    "finding",
    "finding_event",
    "score",
    "ledger",
)
SCORE = ScoreRow("", NORTH, "aws.s3", "data", "test.box.shut", "high", "customer", 1, 0, 0, 0, 5.0, 5.0, 5.0)
CELL = LedgerRow("aws.s3", "abstracted", "data", "customer", "assessed", 1, 1, 0, 0, 5.0, 5.0, 5.0)


def everything(store: Store) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    return {table: sorted(ask(store, f"SELECT * FROM {table}"), key=repr) for table in TABLES}


def settle(begun: Writing) -> None:
    begun.scores([SCORE])
    begun.ledger([CELL])


@pytest.fixture
def known(store: Store) -> Store:
    """An inventory of one box that is open and one that is shut."""
    look(store, box("b1", item={"Is": "open"}), box("b2"), on=1, checks=[SHUT], then=settle)
    return store


class TestReaders:
    """Somebody reads, in a connection of their own, while a snapshot is written."""

    def test_see_nothing_of_what_is_being_written(self, known: Store, url: str) -> None:
        before = everything(known)
        with Store.open(url, create=False) as reader:
            with writing(known, box("b3"), box("b1", item={"Is": "new"}), refused("test.lid"), day=day(2)) as (begun, _):
                settle(begun)
                assert everything(reader) == before
            assert sorted(boxes(reader)) == ["b1", "b3"]

    def test_who_began_before_go_on_seeing_what_was(self, known: Store, url: str) -> None:
        with Store.open(url, create=False) as reader, reader.reading() as connection:
            count = "SELECT count(*) FROM resource_version"
            assert connection.exec_driver_sql(count).scalar() == 2
            look(known, box("b1", item={"Is": "new"}), box("b2"), on=2)
            assert connection.exec_driver_sql(count).scalar() == 2
        assert ask(known, count) == [(3,)]

    def test_of_a_long_answer_get_all_of_it_from_one_moment(self, store: Store, url: str) -> None:
        look(store, *(box(f"b{number:04}", item={"Round": 1}) for number in range(1200)), on=1)
        with Store.open(url, create=False) as reader:
            answer = queries.resources(reader, {})
            first = next(answer)
            look(store, *(box(f"b{number:04}", item={"Round": 2}) for number in range(1200)), on=2)
            assert {row["facts"]["item"]["Round"] for row in (first, *answer)} == {1}


class Stopped(Exception):
    """What ends a scan in the middle."""


def stopped(stop: type[BaseException]) -> Callable[[Writing], None]:
    """Return what happens last in a look that does not come to its end."""

    def then(begun: Writing) -> None:
        settle(begun)
        raise stop

    return then


class TestStoppedInTheMiddle:
    @pytest.mark.parametrize("stop", [Stopped, KeyboardInterrupt, SystemExit])
    def test_changes_nothing(self, known: Store, stop: type[BaseException]) -> None:
        before = everything(known)
        with pytest.raises(stop):
            look(known, box("b3"), box("b1", item={"Is": "new"}), refused("test.lid"), on=2, checks=[SHUT], then=stopped(stop))
        assert everything(known) == before

    def test_does_not_stand_in_the_way_of_the_next(self, known: Store) -> None:
        with pytest.raises(Stopped):
            look(known, box("b3"), on=2, then=stopped(Stopped))
        look(known, box("b3"), on=3)
        assert sorted(boxes(known)) == ["b3"]

    def test_enters_no_account(self, store: Store) -> None:
        with pytest.raises(Stopped):
            look(store, box(), on=1, then=stopped(Stopped))
        assert ask(store, "SELECT count(*) FROM account") == [(0,)]


class TestSnapshot:
    def test_says_when_it_looked_and_what_it_changed(self, known: Store) -> None:
        look(known, box("b1", item={"Is": "new"}), box("b3"), box("b4"), on=2)
        (latest, first) = queries.snapshots(known)
        assert (first["added"], first["changed"], first["removed"], first["unchanged"]) == (2, 0, 0, 0)
        assert (latest["added"], latest["changed"], latest["removed"], latest["unchanged"]) == (2, 1, 1, 0)
        assert (latest["status"], latest["gaps"], latest["started_at"]) == ("complete", 0, day(2))
        assert (latest["provider"], latest["account_id"], latest["account_name"]) == ("test", "1", "One")

    def test_with_gaps_is_partial_and_counts_them(self, store: Store) -> None:
        look(store, box("b1", policy=UNREAD), refused("test.lid"), on=1)
        ((status, gaps),) = ask(store, "SELECT status, gaps FROM snapshot")
        assert (status, gaps) == ("partial", 2)

    def test_that_changes_nothing_writes_no_version(self, known: Store) -> None:
        looked = look(known, box("b1", item={"Is": "open"}), box("b2"), on=2, checks=[SHUT])
        assert (looked.applied.unchanged, looked.applied.added, looked.applied.changed) == (2, 0, 0)
        assert ask(known, "SELECT count(*), max(valid_from) FROM resource_version") == [(2, 1)]
        assert ask(known, "SELECT max(snapshot_pk) FROM finding") == [(1,)]

    def test_keeps_its_calls_and_what_it_was_narrowed_to(self, store: Store) -> None:
        with store.spool({}) as spool, store.writing() as begun:
            calls, selection = {"s3:ListBuckets": 3}, {"regions": ["north"]}
            begun.begin(ONE, SnapshotStatus.COMPLETE, day(1), day(1), calls=calls, selection=selection)
            begun.finish(begun.apply(spool.of(ONE.id)))
        ((kept, narrowed),) = ask(store, "SELECT calls, selection FROM snapshot")
        assert (queries.document(kept), queries.document(narrowed)) == (calls, selection)

    def test_that_came_to_nothing_is_noted_and_changes_nothing_else(self, known: Store) -> None:
        before = everything(known)
        known.record(ONE, SnapshotStatus.INTERRUPTED, day(2), day(2), note="stopped\0")
        after = everything(known)
        assert {name for name in TABLES if before[name] != after[name]} == {"snapshot"}
        assert ask(known, "SELECT status, note FROM snapshot ORDER BY pk") == [("complete", ""), ("interrupted", "stopped␀")]


class TestAccounts:
    """One account never touches another."""

    def test_hold_the_same_ids_apart(self, store: Store) -> None:
        look(store, box("b1", item={"Of": "one"}), account=ONE, on=1)
        look(store, box("b1", item={"Of": "two"}), account=TWO, on=2)
        look(store, account=ONE, on=3)
        (left,) = queries.resources(store, {})
        assert (left["account_id"], left["facts"]["item"]) == ("2", {"Of": "two"})

    def test_and_types_and_regions_too(self, store: Store) -> None:
        look(store, box("x", NORTH), box("x", SOUTH), lid("x"), thing(KEY, "x", GLOBAL), on=1)
        look(store, box("x", SOUTH), on=2)
        left = {(row["resource_type"], row["region"]) for row in queries.resources(store, {})}
        assert left == {("test.box", SOUTH), ("test.lid", NORTH), ("test.key", GLOBAL)}


class TestScoresAndLedger:
    def test_of_the_last_snapshot_of_each_account_count(self, store: Store) -> None:
        for number, account in enumerate((ONE, ONE, TWO), 1):
            look(store, box(), on=number, account=account, then=settle)
        assert ask(store, "SELECT account_id, snapshot_id FROM scores WHERE latest = 1 ORDER BY 1") == [("1", 2), ("2", 3)]
        assert ask(store, "SELECT account_id, snapshot_id FROM responsibility_ledger ORDER BY 1") == [("1", 2), ("2", 3)]

    def test_of_an_account_in_which_nothing_is_left_are_gone(self, known: Store) -> None:
        look(known, on=2)
        assert ask(known, "SELECT count(*) FROM scores WHERE latest = 1") == [(0,)]
        assert ask(known, "SELECT count(*) FROM responsibility_ledger") == [(0,)]

    def test_stay_when_a_look_comes_to_nothing(self, known: Store) -> None:
        known.record(ONE, SnapshotStatus.INTERRUPTED, day(2), day(2))
        assert ask(known, "SELECT snapshot_id FROM scores WHERE latest = 1") == [(1,)]
        assert ask(known, "SELECT snapshot_id FROM responsibility_ledger") == [(1,)]
