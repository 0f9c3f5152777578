"""A run is lost when it does not count on, by the watcher's own steady clock, and for no other reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scanner.daemon.leases import Leases
from scanner.inventory.slots import Held, Slot

RUN = Held(1, 1, 0, "other", datetime(2026, 1, 1, tzinfo=UTC), Slot("nightly", "aws", "prod", datetime(2026, 1, 1, tzinfo=UTC)))


def lost(leases: Leases, run: Held, now: float) -> bool:
    return list(leases.lost([run], now)) == [run]


def test_a_run_that_counts_is_never_lost() -> None:
    leases = Leases(60)
    assert not any(lost(leases, replace(RUN, beat=number), number * 59) for number in range(100))


def test_one_that_is_silent_is_lost_after_its_lease_and_not_before() -> None:
    leases = Leases(60)
    assert [lost(leases, RUN, now) for now in (1000, 1030, 1060, 1060.5)] == [False, False, False, True]


def test_who_begins_to_watch_waits_a_whole_lease() -> None:
    """A daemon that was started, or stopped for a while, knows nothing of how long a run was silent before."""
    assert not lost(Leases(60), RUN, 1e9)


def test_a_watcher_that_was_stopped_itself_sees_that_the_run_went_on() -> None:
    leases = Leases(60)
    assert not lost(leases, RUN, 0)
    assert not lost(leases, replace(RUN, beat=7), 10_000)
    assert not lost(leases, replace(RUN, beat=7), 10_030)
    assert lost(leases, replace(RUN, beat=7), 10_100)


def test_another_attempt_is_another_run() -> None:
    leases = Leases(60)
    assert not lost(leases, RUN, 0)
    assert not lost(leases, replace(RUN, attempt=2), 100)


def test_what_ended_is_forgotten() -> None:
    leases = Leases(60)
    assert not lost(leases, RUN, 0)
    assert list(leases.lost([], 50)) == []
    assert not lost(leases, RUN, 100)
