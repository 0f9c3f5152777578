"""Who saw one resource and who could not, and what can be seen at one look that could not at another."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.inventory import coverage, history
from scanner.inventory.rows import LedgerRow
from scanner.inventory.store import Store
from scanner.model import Event, Reason, SnapshotStatus
from tests.cases import DENIED
from tests.scanner.inventory.build import BOX, NORTH, ONE, SOUTH, TWO, box, day, events, lid, listed, look, refused, writing
from tests.scanner.inventory.test_history import span

DENIED_LISTING = {"reason": "denied", "code": "NoEntry", "operation": "List:test.box", "permission": "test:List:test.box"}


def fared(store: Store, resource: str = "b1") -> list[tuple[Any, ...]]:
    """Return how each run of looks fared: what it came to, how many they were, the first and the last."""
    with store.reading() as connection:
        found = list(coverage.looks(connection, history.find(connection, resource)))
    return [(row["seen"], row["looks"], row["from_snapshot"], row["to_snapshot"]) for row in found]


def narrow(store: Store, *said: Event, on: int, **selection: list[str]) -> None:
    """Store a look that was narrowed: nothing but what is said was tried."""
    with store.spool({BOX.type: BOX}) as spool, store.writing() as begun:
        for event in events(said, ()):
            spool.add(event)
        begun.begin(ONE, SnapshotStatus.COMPLETE, day(on), day(on), selection=selection)
        begun.finish(begun.apply(spool.of(ONE.id)))


class TestLooksAtOneResource:
    def test_come_in_runs_that_fared_alike(self, store: Store) -> None:
        look(store, box("b0"), on=1)
        look(store, box("b0"), box("b1"), on=2)
        look(store, box("b1"), on=3)
        look(store, box("b1"), on=4)
        look(store, refused(), on=5)
        look(store, on=6)
        look(store, on=7)
        look(store, box("b1"), on=8)
        assert fared(store) == [
            (coverage.MISSED, 1, 1, 1),
            (coverage.SAW, 3, 2, 4),
            (coverage.REFUSED, 1, 5, 5),
            (coverage.MISSED, 2, 6, 7),
            (coverage.SAW, 1, 8, 8),
        ]

    def test_have_their_times_and_the_reason_of_a_refusal(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        look(store, refused(), on=2)
        look(store, refused(), on=3)
        with store.reading() as connection:
            saw, missed = coverage.looks(connection, history.find(connection, "b1"))
        assert (saw["from_at"], saw["to_at"], "reason" in saw) == (day(1), day(1), False)
        assert (missed["from_at"], missed["to_at"]) == (day(2), day(3))
        assert {name: missed[name] for name in DENIED_LISTING} == DENIED_LISTING

    def test_that_were_refused_for_another_reason_are_another_run(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        look(store, refused(), on=2)
        look(store, refused(reason=Reason.THROTTLED), on=3)
        assert fared(store)[1:] == [(coverage.REFUSED, 1, 2, 2), (coverage.REFUSED, 1, 3, 3)]

    def test_saw_what_a_listing_that_broke_off_returned_anew(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        look(store, box("b1", item={"Is": "open"}), *refused(), on=2)
        assert fared(store) == [(coverage.SAW, 2, 1, 2)]

    def test_that_did_not_try_say_so(self, store: Store) -> None:
        """Those that were narrowed to something else, whether or not a later look tried again."""
        look(store, box("b1"), on=1)
        narrow(store, listed(region=SOUTH), on=2, regions=[SOUTH])
        narrow(store, listed(region=NORTH), on=3, services=["s3"])
        narrow(store, listed(type="test.key", region="global"), on=4, services=["iam"])
        assert fared(store) == [
            (coverage.SAW, 1, 1, 1),
            (coverage.LEFT_OUT, 1, 2, 2),
            (coverage.MISSED, 1, 3, 3),
            (coverage.LEFT_OUT, 1, 4, 4),
        ]

    def test_that_came_to_nothing_saw_nothing(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        store.record(ONE, SnapshotStatus.INTERRUPTED, day(2), day(2))
        look(store, box("b1"), on=3)
        assert fared(store) == [(coverage.SAW, 1, 1, 1), (coverage.CAME_TO_NOTHING, 1, 2, 2), (coverage.SAW, 1, 3, 3)]

    def test_at_other_accounts_are_left_out(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        look(store, box("b2"), on=2, account=TWO)
        look(store, box("b1"), on=3)
        assert fared(store) == [(coverage.SAW, 2, 1, 3)]


def moved(store: Store, a: str = "previous", b: str = "latest") -> list[dict[str, Any]]:
    asked = span(store, a, b)
    with store.reading() as connection:
        return list(coverage.moved(connection, asked))


class TestBetweenTwoLooks:
    def test_nothing_moved(self, store: Store) -> None:
        look(store, box("b1", policy=DENIED), *refused(region=SOUTH), on=1)
        look(store, box("b1", policy=DENIED), *refused(region=SOUTH), on=2)
        assert moved(store) == []

    def test_the_first_look_is_compared_with_nothing(self, store: Store) -> None:
        look(store, box("b1", policy=DENIED), on=1)
        assert moved(store, "2026-01-01") == []

    def test_a_listing_that_is_refused_and_read_again(self, store: Store) -> None:
        look(store, box("b1"), listed(region=SOUTH), on=1)
        look(store, *refused(), *refused(region=SOUTH), on=2)
        look(store, box("b1"), listed(region=SOUTH), on=3)
        told = {"what": "listing", "resource_type": BOX.type, "regions": [NORTH, SOUTH], **DENIED_LISTING}
        assert moved(store, "1", "2") == [{"change": "lost", **told}]
        assert moved(store, "2", "3") == [{"change": "gained", **told}]
        assert moved(store, "1", "3") == []

    def test_a_type_that_is_listed_for_the_first_time(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        look(store, box("b1"), lid("l1"), on=2)
        ((change, type, reason),) = [(row["change"], row["resource_type"], row["reason"]) for row in moved(store)]
        assert (change, type, reason) == ("gained", "test.lid", "")

    def test_what_a_look_did_not_try_did_not_move(self, store: Store) -> None:
        look(store, box("b1"), lid("l1"), on=1)
        look(store, box("b1"), on=2)
        assert moved(store) == []

    def test_facts_are_counted_by_their_reason(self, store: Store) -> None:
        look(store, box("b1"), box("b2"), box("b3", policy=DENIED), on=1)
        look(store, box("b1", policy=DENIED), box("b2", policy=DENIED), box("b3"), on=2)
        lost, gained = moved(store)
        assert (lost["change"], lost["what"], lost["fact"], lost["resources"]) == ("lost", "fact", "policy", 2)
        assert (gained["change"], gained["what"], gained["fact"], gained["resources"]) == ("gained", "fact", "policy", 1)
        assert lost["reason"] == gained["reason"] == "denied"

    def test_of_what_is_gone_nothing_is_gained(self, store: Store) -> None:
        look(store, box("b1", policy=DENIED), on=1)
        look(store, on=2)
        assert moved(store) == []

    @pytest.mark.parametrize(
        ("was", "now", "change"),
        [("assessed", "partly blind", "lost"), ("partly blind", "blind", "lost"), ("blind", "assessed", "gained")],
    )
    def test_cells_that_became_blind_or_visible(self, store: Store, was: str, now: str, change: str) -> None:
        for number, state in ((1, was), (2, now)):
            with writing(store, box("b1"), day=day(number)) as (begun, _):
                begun.ledger([LedgerRow("aws.s3", "abstracted", area, "customer", state) for area in ("data", "identity")])
        assert moved(store) == [
            {"change": change, "what": "cell", "service": "aws.s3", "area": area, "before": was, "after": now}
            for area in ("data", "identity")
        ]

    @pytest.mark.parametrize(("was", "now"), [("dark", "assessed"), ("not due", "blind"), ("assessed", "assessed")])
    def test_cells_that_nobody_looked_at_are_no_coverage(self, store: Store, was: str, now: str) -> None:
        for number, state in ((1, was), (2, now)):
            with writing(store, box("b1"), day=day(number)) as (begun, _):
                begun.ledger([LedgerRow("aws.s3", "abstracted", "data", "customer", state)])
        assert moved(store) == []
