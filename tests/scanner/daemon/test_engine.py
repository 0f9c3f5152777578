"""What a daemon begins and when, what it does when something ends or is lost, without a process and without waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.daemon.engine import Engine
from scanner.daemon.job import Job, Outcome
from scanner.daemon.plan import Plan, read
from scanner.inventory import slots
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import DONE, FAILED, INTERRUPTED
from scanner.inventory.store import Store
from tests.scanner.inventory.build import ask

NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PLAN = """
[daemon]
parallel = {parallel}
grace = "30s"
lease = "60s"
[[accounts]]
provider = "aws"
name = "one"
[[accounts]]
provider = "aws"
name = "two"
[[accounts]]
provider = "aws"
name = "three"
[[schedules]]
name = "nightly"
cron = "0 2 * * *"
misfire_grace = "1h"
max_duration = "2h"
{more}
"""


@dataclass
class Scan:
    """A scan that a test ends as it likes."""

    job: Job
    end: Callable[[Outcome], None]
    stopped: bool = False
    killed: bool = False

    def stop(self) -> None:
        self.stopped = True

    def kill(self) -> None:
        self.killed = True


@dataclass
class World:
    """The time, and the scans that were begun."""

    folder: Path
    store: Store
    now: datetime = NIGHT
    steady: float = 0.0
    scans: list[Scan] = field(default_factory=list)
    broken: bool = False

    def plan(self, more: str = "", parallel: int = 9) -> Plan:
        file = self.folder / "demarc.toml"
        file.write_text(PLAN.format(more=more, parallel=parallel), "utf-8")
        return read(file, {})

    def daemon(self, name: str = "a", more: str = "", parallel: int = 9, store: Store | None = None) -> Engine:
        def launch(job: Job, ended: Callable[[Outcome], None]) -> Scan:
            if self.broken:
                raise OSError(12, "Cannot allocate memory")
            self.scans.append(Scan(job, ended))
            return self.scans[-1]

        plan = self.plan(more, parallel)
        clocks: dict[str, Any] = {"clock": lambda: self.now, "steady": lambda: self.steady}
        return Engine(store or self.store, plan, name, launch=launch, **clocks)

    def later(self, time: timedelta) -> None:
        self.now += time
        self.steady += time.total_seconds()

    @property
    def begun(self) -> list[str]:
        """Return the accounts whose scans were begun, and forget them."""
        found = [scan.job.claim.slot.target for scan in self.scans]
        self.seen, self.scans = self.scans, []
        return found

    seen: list[Scan] = field(default_factory=list)


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """What a daemon asks of the inventory is tested on both engines; what it makes of it, on one."""
    return str(request.param)


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World(tmp_path, store)


def runs(world: World) -> dict[str, tuple[str, int]]:
    """Return state and attempt of the last run of each account."""
    return {
        name: (state, attempt)
        for name, state, attempt in ask(world.store, "SELECT target, state, attempt FROM run ORDER BY pk")
    }


class TestDue:
    def test_at_its_time_every_account_is_scanned_once(self, world: World) -> None:
        world.now = NIGHT - SECOND
        daemon = world.daemon(more="[[schedules]]\nname = 'other'\ncron = '0 5 * * *'\nenabled = false")
        slots.miss(
            world.store, [slots.Slot("nightly", "aws", name, NIGHT - DAY) for name in ("one", "two", "three")], NIGHT, ""
        )
        daemon.pulse()
        assert world.begun == []
        world.later(SECOND)
        daemon.pulse()
        assert world.begun == ["one", "two", "three"]
        world.later(MINUTE)
        daemon.pulse()
        assert world.begun == []

    def test_the_first_time_an_account_is_scanned_at_once(self, world: World) -> None:
        world.now = NIGHT + 13 * HOUR
        daemon = world.daemon()
        daemon.pulse()
        assert world.begun == ["one", "two", "three"]
        assert ask(world.store, "SELECT DISTINCT slot FROM run") == [("2026-03-02T02:00:00.000000+00:00",)]

    def test_of_two_daemons_one_begins_each(self, world: World) -> None:
        one, two = world.daemon("a", parallel=2), world.daemon("b", parallel=2)
        one.pulse()
        two.pulse()
        assert world.begun == ["one", "two", "three"]
        assert dict(ask(world.store, "SELECT daemon, count(*) FROM run GROUP BY daemon")) == {"a": 2, "b": 1}

    def test_no_more_than_may_run_at_once(self, world: World) -> None:
        daemon = world.daemon(parallel=1)
        daemon.pulse()
        assert world.begun == ["one"]
        world.seen[0].end(Outcome(DONE))
        daemon.pulse()
        assert world.begun == ["two"]

    def test_an_account_in_two_schedules_is_scanned_by_one_at_a_time(self, world: World) -> None:
        daemon = world.daemon(more="[[schedules]]\nname = 'hourly'\ncron = '0 * * * *'\naccounts = ['one']")
        daemon.pulse()
        assert world.begun == ["one", "two", "three"]
        world.seen[0].end(Outcome(DONE))
        daemon.pulse()
        assert world.begun == ["one"], "the other schedule's turn"

    def test_jitter_spreads_the_accounts_over_time(self, world: World) -> None:
        daemon = world.daemon(more='jitter = "50m"')
        starts = []
        for _ in range(11):
            daemon.pulse()
            starts += [world.now] * len(world.begun)
            world.later(5 * MINUTE)
        assert len(starts) == len(set(starts)) == 3

    def test_a_turn_that_came_too_late_is_missed_and_said_so_once(self, world: World) -> None:
        daemon = world.daemon()
        daemon.pulse()
        for scan in world.scans:
            scan.end(Outcome(DONE))
        daemon.pulse()
        world.later(DAY + HOUR + SECOND)
        world.scans.clear()
        for name in "bc":
            world.daemon(name).pulse()
        assert world.begun == []
        assert ask(world.store, "SELECT state, count(*) FROM run GROUP BY state ORDER BY state") == [("done", 3), ("missed", 3)]

    def test_several_turns_that_were_missed_are_one_scan(self, world: World) -> None:
        daemon = world.daemon()
        daemon.pulse()
        for scan in world.scans:
            scan.end(Outcome(DONE))
        daemon.pulse()
        world.begun.clear()
        world.later(5 * DAY + 30 * MINUTE)
        world.daemon("b").pulse()
        assert world.begun == ["one", "two", "three"]

    def test_a_schedule_that_becomes_another_has_missed_nothing(self, world: World) -> None:
        daemon = world.daemon(more="[[schedules]]\nname = 'x'\ncron = '5 1 * * *'\naccounts = ['one']")
        daemon.pulse()
        daemon.adopt(world.plan("[[schedules]]\nname = 'x'\ncron = '1 1 * * *'\naccounts = ['one']"))
        world.later(SECOND)
        daemon.pulse()
        assert ask(world.store, "SELECT count(*) FROM run WHERE state = 'missed'") == [(0,)]


class TestClock:
    def test_that_goes_back_begins_nothing_twice(self, world: World) -> None:
        daemon = world.daemon()
        daemon.pulse()
        for scan in world.scans:
            scan.end(Outcome(DONE))
        daemon.pulse()
        assert len(world.begun) == 3
        for back in (-HOUR, -DAY, 2 * DAY - HOUR):
            world.now += back
            world.steady += 1
            daemon.pulse()
        assert world.now == NIGHT + DAY - 2 * HOUR
        assert world.begun == []

    def test_that_jumps_ahead_ends_no_scan_that_lives(self, world: World) -> None:
        one, two = world.daemon("a"), world.daemon("b")
        one.pulse()
        two.pulse()
        world.now += 10 * HOUR
        for _ in range(3):
            world.steady += 30
            one.pulse()
            two.pulse()
        assert {state for state, _ in runs(world).values()} == {"running"}
        assert not any(scan.stopped for scan in world.scans)


class TestAsked:
    def test_is_begun_before_what_is_due(self, world: World) -> None:
        slots.ask(world.store, "aws", "three", NIGHT)
        daemon = world.daemon(parallel=2)
        daemon.pulse()
        assert world.begun == ["three", "one"]

    def test_waits_for_a_daemon_that_knows_the_account(self, world: World) -> None:
        slots.ask(world.store, "gcp", "elsewhere", NIGHT)
        world.now = NIGHT + HOUR
        world.daemon().pulse()
        assert "elsewhere" not in world.begun
        assert len(slots.board(world.store).waiting) == 1


class TestPause:
    def test_begins_nothing_and_lets_run_what_runs(self, world: World) -> None:
        daemon = world.daemon(parallel=1)
        daemon.pulse()
        slots.halt(world.store, slots.EVERYTHING, "", NIGHT)
        slots.ask(world.store, "aws", "two", NIGHT)
        world.scans[0].end(Outcome(DONE))
        daemon.pulse()
        assert world.begun == ["one"]
        assert not world.seen[0].stopped
        slots.resume(world.store, slots.EVERYTHING)
        daemon.pulse()
        assert world.begun == ["two"]

    def test_of_a_schedule_leaves_others_and_what_is_asked_for(self, world: World) -> None:
        slots.halt(world.store, "nightly", "", NIGHT)
        slots.ask(world.store, "aws", "two", NIGHT)
        world.daemon().pulse()
        assert world.begun == ["two"]


class TestFailing:
    def test_is_tried_again_later_and_later_and_then_no_more(self, world: World) -> None:
        daemon = world.daemon(parallel=1, more='accounts = ["one"]\nattempts = 3')
        for wait in (timedelta(), MINUTE, 2 * MINUTE):
            world.later(wait - SECOND if wait else wait)
            daemon.pulse()
            if wait:
                assert world.begun == [], "not yet"
                world.later(SECOND)
                daemon.pulse()
            assert world.begun == ["one"]
            world.seen[0].end(Outcome(FAILED, "the role can't be assumed"))
            daemon.pulse()
        world.later(30 * MINUTE)
        daemon.pulse()
        assert world.begun == []
        assert runs(world) == {"one": ("failed", 3)}
        assert ask(world.store, "SELECT note, again_at FROM run") == [("the role can't be assumed", None)]

    def test_is_not_tried_again_once_its_time_is_over(self, world: World) -> None:
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        world.later(HOUR - 30 * SECOND)
        world.scans[0].end(Outcome(FAILED))
        daemon.pulse()
        assert ask(world.store, "SELECT again_at FROM run") == [(None,)]

    def test_of_an_account_that_was_never_scanned_is_tried_again_however_old_its_slot(self, world: World) -> None:
        world.now = NIGHT + 13 * HOUR
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        world.scans[0].end(Outcome(FAILED))
        daemon.pulse()
        world.later(MINUTE)
        daemon.pulse()
        assert world.begun == ["one", "one"]

    def test_a_process_that_cannot_be_started_is_a_failure(self, world: World) -> None:
        world.broken = True
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        daemon.pulse()
        assert ask(world.store, "SELECT state, note FROM run") == [
            ("failed", "no process could be started: Cannot allocate memory")
        ]

    def test_what_was_asked_for_is_tried_again_too(self, world: World) -> None:
        daemon = world.daemon(more="enabled = true")
        slots.halt(world.store, "nightly", "", NIGHT)
        slots.ask(world.store, "aws", "two", NIGHT)
        daemon.pulse()
        world.scans[0].end(Outcome(FAILED))
        daemon.pulse()
        world.later(MINUTE)
        daemon.pulse()
        assert world.begun == ["two", "two"]


def test_what_waits_for_room_is_counted(world: World) -> None:
    daemon = world.daemon(parallel=1)
    slots.ask(world.store, "aws", "one", NIGHT)
    daemon.pulse()
    daemon.pulse()
    assert daemon.metrics.registry.get_sample_value("demarc_queue_depth") == 3, "the night's, of all three accounts"


class TestBudget:
    def test_a_scan_over_it_is_asked_to_end_and_killed_when_it_does_not(self, world: World) -> None:
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        (scan,) = world.scans
        assert scan.job.soft == pytest.approx(0.9 * 7200), "what can end by itself does so before"
        for hours, stopped in ((1, False), (2, False), (2.01, True)):
            world.steady = hours * 3600
            daemon.pulse()
            assert scan.stopped == stopped
        assert (scan.stopped, scan.killed) == (True, False)
        world.steady += 31
        daemon.pulse()
        assert scan.killed
        scan.end(Outcome(INTERRUPTED, "recorded as snapshot 1"))
        daemon.pulse()
        assert ask(world.store, "SELECT state, note FROM run") == [
            ("failed", "over its budget of 7200 s; recorded as snapshot 1")
        ]


class TestLost:
    def test_a_daemon_that_is_silent_loses_its_scans_to_another(self, world: World) -> None:
        one, two = world.daemon("a", parallel=1, more='accounts = ["one"]'), world.daemon("b", more='accounts = ["one"]')
        one.pulse()
        assert world.begun == ["one"]
        for _ in range(7):
            two.pulse()
            world.later(10 * SECOND)
        assert world.begun == []
        two.pulse()
        assert world.begun == ["one"]
        assert ask(world.store, "SELECT state, attempt, daemon FROM run") == [("running", 2, "b")]

    def test_when_it_comes_back_it_ends_them_and_can_say_nothing_of_them(self, world: World) -> None:
        one, two = world.daemon("a", more='accounts = ["one"]'), world.daemon("b", more='accounts = ["one"]')
        one.pulse()
        (first,) = world.scans
        two.pulse()
        world.later(61 * SECOND)
        two.pulse()
        one.pulse()
        assert first.stopped
        first.end(Outcome(DONE, accounts=({"provider": "aws", "id": "old"},)))
        one.pulse()
        assert one.running == {}
        assert ask(world.store, "SELECT state, attempt, daemon FROM run") == [("running", 2, "b")]

    def test_a_run_that_was_begun_without_the_daemon_learning_of_it_is_lost_at_once(self, world: World) -> None:
        """Its database was gone between the commit and the answer."""
        slots.claim(world.store, slots.Slot("nightly", "aws", "one", NIGHT), "a", NIGHT)
        daemon = world.daemon("a", more='accounts = ["one"]')
        daemon.pulse()
        daemon.pulse()
        assert world.begun == ["one"]
        assert runs(world) == {"one": ("running", 2)}


def test_what_a_daemon_runs_beside_its_scans_is_kept_alive(world: World) -> None:
    slots.halt(world.store, "nightly", "", NIGHT)
    one, two = world.daemon("a"), world.daemon("b")
    one.aside.add("prune")
    slots.claim(world.store, slots.Slot("prune", "", "", NIGHT), "a", NIGHT)
    for _ in range(4):
        one.pulse()
        two.pulse()
        world.later(30 * SECOND)
    assert runs(world) == {"": ("running", 1)}
    for _ in range(4):  # its daemon died
        two.pulse()
        world.later(30 * SECOND)
    assert runs(world) == {"": ("lost", 1)}


def test_a_scan_that_is_done_but_whose_process_still_ends_is_let_be(world: World) -> None:
    daemon = world.daemon(more='accounts = ["one"]')
    daemon.pulse()
    (scan,) = world.scans
    slots.end(world.store, scan.job.claim, DONE, NIGHT)  # with its last snapshot
    daemon.pulse()
    assert not scan.stopped
    scan.end(Outcome(DONE))
    daemon.pulse()
    assert daemon.running == {}


class TestDatabase:
    def test_that_does_not_answer_puts_everything_off_and_forgets_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        (scan,) = world.scans

        def gone(*_: object, **__: object) -> None:
            raise InventoryError("connection refused")

        with monkeypatch.context() as patched:
            for name in ("end", "beat", "board", "present"):
                patched.setattr(slots, name, gone)
            scan.end(Outcome(DONE))
            daemon.pulse()
            daemon.pulse()
            assert daemon.metrics.registry.get_sample_value("demarc_database_up") == 0
        daemon.pulse()
        assert runs(world) == {"one": ("done", 1)}
        assert daemon.metrics.registry.get_sample_value("demarc_database_up") == 1

    def test_of_a_newer_version_is_left_alone(self, world: World) -> None:
        daemon = world.daemon()
        with world.store.changing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        daemon.pulse()
        assert world.begun == []
        assert daemon.standing_by == "the inventory has schema 9999, which this version does not know"


class TestEnding:
    def test_begins_nothing_more_and_asks_what_runs_to_end(self, world: World) -> None:
        daemon = world.daemon(parallel=1)
        daemon.pulse()
        daemon.stop("the daemon ends")
        (scan,) = world.scans
        assert scan.stopped
        scan.end(Outcome(INTERRUPTED, "recorded as snapshot 1"))
        daemon.pulse()
        assert world.begun == ["one"]
        assert daemon.running == {}
        assert runs(world) == {"one": ("interrupted", 1)}

    def test_what_had_to_be_killed_is_interrupted_too(self, world: World) -> None:
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        daemon.stop("the daemon ends")
        daemon.kill()
        assert world.scans[0].killed
        world.scans[0].end(Outcome(FAILED, "the process that scanned ended by signal 9"))
        daemon.pulse()
        assert runs(world) == {"one": ("interrupted", 1)}

    def test_another_daemon_takes_up_what_was_interrupted(self, world: World) -> None:
        daemon = world.daemon(more='accounts = ["one"]')
        daemon.pulse()
        daemon.stop("the daemon ends")
        world.scans[0].end(Outcome(INTERRUPTED))
        daemon.pulse()
        daemon.leave()
        assert slots.daemons(world.store) == []
        world.begun.clear()
        world.later(MINUTE)
        world.daemon("b", more='accounts = ["one"]').pulse()
        assert world.begun == ["one"]
        assert runs(world) == {"one": ("running", 2)}


def test_a_job_holds_no_secret_of_a_channel(world: World) -> None:
    daemon = world.daemon(more='[[notifications]]\nname = "s"\nkind = "slack"\nurl = "https://hooks.slack.com/services/x"')
    daemon.pulse()
    assert b"hooks.slack.com" not in world.scans[0].job.packed()
    assert Job.unpacked(world.scans[0].job.packed()) == world.scans[0].job


def test_a_job_holds_its_own_account_only(world: World) -> None:
    world.daemon().pulse()
    assert [[each["name"] for each in scan.job.settings["accounts"]] for scan in world.scans] == [["one"], ["two"], ["three"]]


def test_what_scans_counted_is_in_the_metrics(world: World) -> None:
    daemon = world.daemon(more='accounts = ["one"]')
    daemon.pulse()
    world.steady += 90
    world.scans[0].end(Outcome(DONE, resources=7, calls=40, gaps={"denied": 2, "throttled": 1}))
    daemon.pulse()
    sample = daemon.metrics.registry.get_sample_value
    labels = {"provider": "aws", "account": "one"}
    assert sample("demarc_scans_total", {**labels, "state": "done"}) == 1
    assert sample("demarc_calls_total", labels) == 40
    assert sample("demarc_scan_gaps_total", {**labels, "reason": "throttled"}) == 1
    assert sample("demarc_scan_seconds_sum", {"provider": "aws"}) == 90
