"""Of several daemons, one row decides who begins what, and a fence who may write what came of it. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from scanner.inventory import slots
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import DONE, FAILED, LOST, Claim, Fenced, Hasty, Held, LostError, Slot
from scanner.inventory.store import Store
from tests.scanner.inventory.build import ask, box, boxes, day, look

NIGHT = day(10)
SLOT = Slot("nightly", "test", "one", NIGHT)
OTHER = Slot("nightly", "test", "two", NIGHT)
MINUTE = timedelta(minutes=1)


def claimed(store: Store, slot: Slot = SLOT, who: str = "a", now: datetime = NIGHT) -> Claim:
    claim = slots.claim(store, slot, who, now)
    assert claim is not None
    return claim


def held(store: Store) -> Held:
    (found,) = slots.board(store).running
    return found


class TestClaim:
    def test_is_for_the_first_who_comes(self, store: Store) -> None:
        claim = claimed(store)
        assert slots.claim(store, SLOT, "b", NIGHT) is None
        assert (held(store).daemon, held(store).attempt, held(store).slot) == ("a", 1, SLOT)
        assert claim.slot == SLOT

    def test_of_many_daemons_at_once_succeeds_once(self, url: str) -> None:
        together = Barrier(4)

        def daemon(name: str) -> Claim | None:
            with Store.open(url) as store:
                together.wait()
                return slots.claim(store, SLOT, name, NIGHT)

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(daemon, "abcd"))
        assert sum(claim is not None for claim in found) == 1

    def test_holds_for_one_slot_and_one_account(self, store: Store) -> None:
        claimed(store)
        claimed(store, OTHER)
        assert {each.slot for each in slots.board(store).running} == {SLOT, OTHER}

    def test_of_an_account_that_is_being_scanned_waits_until_that_ends(self, store: Store) -> None:
        claim = claimed(store)
        later = Slot("hourly", "test", "one", NIGHT + MINUTE)
        assert slots.claim(store, later, "b", NIGHT) is None
        assert slots.end(store, claim, DONE, NIGHT)
        claimed(store, later, "b")

    def test_is_never_given_again_once_it_is_done(self, store: Store) -> None:
        slots.end(store, claimed(store), DONE, NIGHT)
        assert slots.claim(store, SLOT, "b", NIGHT) is None
        assert slots.again(store, SLOT, 1, "b", NIGHT) is None


class TestAgain:
    def test_a_run_that_failed_is_begun_once_more_when_its_time_has_come(self, store: Store) -> None:
        slots.end(store, claimed(store), FAILED, NIGHT, note="no entry", again_at=NIGHT + MINUTE)
        assert slots.again(store, SLOT, 1, "b", NIGHT) is None, "too early"
        second = slots.again(store, SLOT, 1, "b", NIGHT + MINUTE)
        assert second is not None
        assert second.attempt == 2
        assert slots.again(store, SLOT, 1, "c", NIGHT + MINUTE) is None, "another was quicker"

    def test_is_not_begun_while_its_account_is_scanned_for_another_reason(self, store: Store) -> None:
        slots.end(store, claimed(store), FAILED, NIGHT, again_at=NIGHT)
        claimed(store, Slot("hourly", "test", "one", NIGHT))
        assert slots.again(store, SLOT, 1, "b", NIGHT) is None

    def test_what_nobody_may_begin_again_stays_as_it_ended(self, store: Store) -> None:
        slots.end(store, claimed(store), FAILED, NIGHT)
        assert slots.again(store, SLOT, 1, "b", NIGHT + 100 * MINUTE) is None


class TestLost:
    def test_a_run_is_lost_if_it_did_not_count_since_it_was_looked_at(self, store: Store) -> None:
        claimed(store)
        seen = held(store)
        assert slots.beat(store, "a", [seen.pk]) == {(seen.pk, 1)}
        assert not slots.lose(store, seen, NIGHT, None), "it counted meanwhile"
        assert slots.lose(store, held(store), NIGHT, NIGHT)
        assert slots.beat(store, "a", [seen.pk]) == set(), "its daemon learns of it"

    def test_one_that_is_done_is_still_its_daemons(self, store: Store) -> None:
        claim = claimed(store)
        slots.end(store, claim, DONE, NIGHT)
        assert slots.beat(store, "a", [claim.pk]) == {(claim.pk, 1)}
        assert slots.beat(store, "b", [claim.pk]) == set()
        assert slots.beat(store, "a", []) == set()

    def test_it_is_another_daemons_then_and_the_first_one_can_say_nothing_more(self, store: Store) -> None:
        first = claimed(store)
        slots.lose(store, held(store), NIGHT, NIGHT)
        second = slots.again(store, SLOT, 1, "b", NIGHT)
        assert second is not None
        assert not slots.end(store, first, DONE, NIGHT)
        assert held(store).daemon == "b"
        assert slots.end(store, second, DONE, NIGHT)


class TestFence:
    @pytest.fixture
    def fenced(self, url: str, store: Store) -> Callable[[Claim], Fenced]:
        def opened(claim: Claim) -> Fenced:
            made = Fenced.open(url)
            assert isinstance(made, Fenced)
            made.claim = claim
            return made

        return opened

    def test_lets_a_scan_write_while_its_run_is_its_own(self, store: Store, fenced: Callable[[Claim], Fenced]) -> None:
        with fenced(claimed(store)) as mine:
            look(mine, box("b1"), on=1)
            assert not mine.busy
        assert list(boxes(store)) == ["b1"]
        assert held(store).beat == 1, "a commit counts as a sign of life"

    def test_keeps_out_a_scan_that_was_stopped_and_overtaken_before_it_wrote(
        self, store: Store, fenced: Callable[[Claim], Fenced]
    ) -> None:
        with fenced(claimed(store)) as stale:
            slots.lose(store, held(store), NIGHT, NIGHT)
            second = slots.again(store, SLOT, 1, "b", NIGHT)
            assert second is not None
            with fenced(second) as newer:
                look(newer, box("new"), on=2)
            with pytest.raises(LostError, match="no longer this daemon's"):
                look(stale, box("old"), on=1)
        assert list(boxes(store)) == ["new"]
        assert ask(store, "SELECT count(*) FROM snapshot") == [(1,)]

    @pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
    def test_keeps_out_one_that_is_overtaken_while_it_writes(self, store: Store, fenced: Callable[[Claim], Fenced]) -> None:
        """On SQLite nobody can overtake it then: the file has one writer."""
        with fenced(claimed(store)) as stale:
            with pytest.raises(LostError):
                look(stale, box("old"), on=1, then=lambda _: slots.lose(store, held(store), NIGHT, NIGHT))
            assert not stale.busy
        assert boxes(store) == {}

    def test_a_run_that_ended_writes_nothing_either(self, store: Store, fenced: Callable[[Claim], Fenced]) -> None:
        claim = claimed(store)
        slots.end(store, claim, FAILED, NIGHT)
        with fenced(claim) as late, pytest.raises(LostError):
            look(late, box("b1"), on=1)
        assert ask(store, "SELECT count(*) FROM snapshot") == [(0,)]


class TestAsking:
    def test_twice_for_one_account_is_once(self, store: Store) -> None:
        assert slots.ask(store, "test", "one", NIGHT)
        assert not slots.ask(store, "test", "one", NIGHT + MINUTE)
        assert slots.ask(store, "test", "two", NIGHT)
        assert [slot.target for _, slot in slots.board(store).waiting] == ["one", "two"]

    def test_one_daemon_takes_it(self, store: Store) -> None:
        slots.ask(store, "test", "one", NIGHT)
        ((pk, slot),) = slots.board(store).waiting
        taken = slots.take(store, pk, slot, "a", NIGHT)
        assert taken is not None
        assert slots.take(store, pk, slot, "b", NIGHT) is None
        assert slots.ask(store, "test", "one", NIGHT + MINUTE), "the next one may be asked for while it runs"

    def test_waits_while_the_account_is_scanned(self, store: Store) -> None:
        claim = claimed(store)
        slots.ask(store, "test", "one", NIGHT)
        ((pk, slot),) = slots.board(store).waiting
        assert slots.take(store, pk, slot, "b", NIGHT) is None
        slots.end(store, claim, DONE, NIGHT)
        assert slots.take(store, pk, slot, "b", NIGHT) is not None

    def test_what_came_to_nothing_can_be_found_again(self, store: Store) -> None:
        slots.ask(store, "test", "one", NIGHT)
        ((pk, slot),) = slots.board(store).waiting
        taken = slots.take(store, pk, slot, "a", NIGHT)
        assert taken is not None
        slots.end(store, taken, LOST, NIGHT, again_at=NIGHT + MINUTE)
        assert slots.asked_again(store, NIGHT) == []
        ((found, begun),) = slots.asked_again(store, NIGHT + MINUTE)
        assert (found, begun.attempt) == (slot, 1)


class TestPause:
    def test_is_for_a_schedule_or_for_all_until_it_is_ended(self, store: Store) -> None:
        slots.halt(store, "nightly", "moving house", NIGHT)
        slots.halt(store, "nightly", "again", NIGHT)
        board = slots.board(store)
        assert (board.halts("nightly"), board.halts("hourly")) == (True, False)
        slots.halt(store, slots.EVERYTHING, "", NIGHT)
        assert slots.board(store).halts("hourly")
        assert [each["reason"] for each in slots.pauses(store)] == ["", "moving house"]
        assert slots.resume(store, "nightly")
        assert not slots.resume(store, "nightly")
        assert slots.resume(store, slots.EVERYTHING)
        assert slots.board(store).paused == frozenset()


def test_daemons_say_that_they_live_and_that_they_end(store: Store) -> None:
    slots.present(store, "a", "1.0", NIGHT, NIGHT)
    slots.present(store, "b", "1.1", NIGHT, NIGHT)
    slots.present(store, "a", "1.0", NIGHT, NIGHT + MINUTE)
    assert [(each["name"], each["version"], each["seen_at"]) for each in slots.daemons(store)] == [
        ("a", "1.0", NIGHT + MINUTE),
        ("b", "1.1", NIGHT),
    ]
    slots.absent(store, "a")
    assert [each["name"] for each in slots.daemons(store)] == ["b"]
    slots.present(store, "c", "1.1", NIGHT, NIGHT + timedelta(days=2))
    assert [each["name"] for each in slots.daemons(store)] == ["c"], "b said nothing for a day"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_has_other_things_to_do_waits_for_no_writer(url: str, store: Store) -> None:
    with Hasty.open(url) as hasty:
        hasty.patience = 1  # type: ignore[attr-defined]
        with store.changing(), pytest.raises(InventoryError, match="is being written by another process"):
            slots.claim(hasty, SLOT, "a", NIGHT)
        claimed(hasty)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_nobody_waits_for_a_snapshot_that_is_being_written(store: Store) -> None:
    with store.changing():
        slots.end(store, claimed(store), DONE, NIGHT)


def test_turns_that_came_too_late_are_noted_once(store: Store) -> None:
    claimed(store)
    assert slots.miss(store, [SLOT, OTHER], NIGHT, "late") == 1
    assert slots.miss(store, [SLOT, OTHER], NIGHT, "late") == 0
    assert {name: begun.state for (_, name), begun in slots.begun(store, "nightly", NIGHT).items()} == {
        "one": "running",
        "two": "missed",
    }
    assert slots.ever(store, "nightly") == {("test", "one"): NIGHT, ("test", "two"): NIGHT}


def test_what_is_shown_first_is_what_runs_and_then_what_ended_last(store: Store) -> None:
    slots.end(store, claimed(store), DONE, NIGHT + MINUTE, accounts=[{"provider": "test", "id": "1", "status": "complete"}])
    slots.end(store, claimed(store, OTHER), FAILED, NIGHT, note="x" * 900)
    claimed(store, Slot("nightly", "test", "three", NIGHT))
    found = slots.latest(store)
    assert [(each["target"], each["state"]) for each in found] == [("three", "running"), ("one", "done"), ("two", "failed")]
    assert len(found[2]["note"]) == slots.NOTE
    assert slots.wrote(store, SLOT) == [{"provider": "test", "id": "1", "status": "complete"}]


def test_old_runs_are_forgotten_but_the_last_that_was_done_and_what_is_open(store: Store) -> None:
    for number in range(3):
        slots.end(store, claimed(store, Slot("nightly", "test", "one", NIGHT + number * MINUTE)), DONE, NIGHT + number * MINUTE)
    slots.end(store, claimed(store, OTHER), FAILED, NIGHT)
    slots.ask(store, "test", "one", NIGHT)
    with store.changing() as connection:
        assert slots.forget(connection, NIGHT + 100 * MINUTE) == 3
    assert ask(store, "SELECT state FROM run ORDER BY pk") == [("done",), ("waiting",)]
