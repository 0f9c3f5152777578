"""The daemon as a program, as far as it needs no process: the clock, its health, its configuration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from scanner.daemon.metrics import Standing
from scanner.daemon.service import Service, Waker
from scanner.errors import UserError
from scanner.inventory.store import Store
from scanner.scan import settle
from tests.scanner.inventory.build import KINDS, ONE, SHUT, box, day, look, refused

TEXT = '[[schedules]]\nname = "nightly"\ncron = "0 2 * * *"\naccounts = ["aws"]\n'


class World:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "demarc.toml"
        self.file.write_text(TEXT, "utf-8")
        self.jump = timedelta()
        self.service = Service(self.file, {}, clock=lambda: datetime.now(UTC) + self.jump)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1)])
def test_a_clock_that_jumps_sets_all_jobs_anew(world: World, monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    """APScheduler would sleep until the time of day that it had in mind, an hour for a clock that goes back by one."""
    armed: list[str] = []
    service = world.service
    service._offset = service._difference()
    monkeypatch.setattr(service, "_arm", lambda: armed.append("again"))
    service._look_at_clock()
    assert armed == []
    world.jump = jump
    service._look_at_clock()
    service._look_at_clock()
    assert armed == ["again"]
    assert service._metrics.registry.get_sample_value("demarc_clock_jumps_total") == 1


def test_a_waker_keeps_calls_that_come_before_and_answers_them_once() -> None:
    waker = Waker()
    waker.wake()
    waker.wake()
    begun = monotonic()
    waker.wait(60)
    assert monotonic() - begun < 30
    waker.wait(0.01)
    assert monotonic() - begun >= 0.01


def test_every_schedule_and_job_is_armed_once(world: World) -> None:
    world.service._arm()
    world.service._arm()
    assert sorted(job.id for job in world.service._scheduler.get_jobs()) == [
        "announce",
        "prune",
        "schedule nightly",
        "settle",
        "watch",
    ]


def test_a_daemon_that_is_starting_is_healthy_and_not_ready(world: World) -> None:
    assert world.service.sick() == ""
    assert world.service.unready() == "the daemon is starting"


def test_a_reload_takes_all_or_nothing(world: World) -> None:
    world.file.write_text(TEXT + "jitter = 'x'", "utf-8")
    before = world.service._plan
    assert not world.service.reload()
    assert world.service._plan is before
    world.file.write_text(TEXT + "jitter = '1m'", "utf-8")
    assert world.service.reload()
    assert world.service._plan.schedules[0].rule.jitter == timedelta(minutes=1)


def test_another_database_takes_a_restart(world: World) -> None:
    world.file.write_text('database = "other.db"\n' + TEXT, "utf-8")
    assert world.service.reload()
    assert world.service._plan.config.settings.database == "demarc.db"


def test_what_is_wrong_from_the_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"absent\.toml can't be read"):
        Service(tmp_path / "absent.toml", {})


def test_how_accounts_stand_is_asked_of_the_inventory(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.scan.installed", lambda _: [SHUT])
    for on, said in ((1, (box("b1", item={"Is": "open"}), box("b2"))), (2, refused())):
        look(store, *said, on=on, account=ONE, checks=[SHUT], then=lambda begun: settle(begun, "test", KINDS.values()))
    found = {
        (family.name, *sample.labels.values()): sample.value
        for family in Standing(store, lambda: day(2) + timedelta(hours=1)).collect()
        for sample in family.samples
    }
    assert found["demarc_coverage_ratio", "test", "1", "data"] == found["demarc_coverage_ratio", "test", "1", "all"] == 0
    assert found["demarc_gaps", "test", "1", "denied"] == 1
    assert found["demarc_data_age_seconds", "test", "1"] == 3600
    assert found["demarc_complete_age_seconds", "test", "1"] == 3600 + 24 * 3600
    assert found["demarc_findings_open", "test", "1", "high"] == 1


def test_metrics_of_an_inventory_that_does_not_answer_are_none(tmp_path: Path) -> None:
    assert list(Standing(Store.found(f"postgresql://demarc@/x?host={tmp_path}"), lambda: day(1)).collect()) == []
