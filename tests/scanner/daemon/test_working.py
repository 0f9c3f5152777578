"""``demarc worker`` and ``demarc queue``, without a worker or a broker."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.cli.app import run
from scanner.daemon.plan import read
from scanner.daemon.worker import loaded
from scanner.inventory import queued, slots
from scanner.inventory.queued import Wanted
from scanner.inventory.slots import Slot
from scanner.inventory.store import Store
from tests.rabbitmq import free_port

NOW = datetime.now(UTC)
TEXT = '{broker}\n[[accounts]]\nprovider = "aws"\nname = "prod"\n[[schedules]]\nname = "nightly"\ncron = "0 2 * * *"\n'


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def configured(tmp_path: Path, broker: str = "") -> str:
    file = tmp_path / "demarc.toml"
    file.write_text(TEXT.format(broker=f'broker = "{broker}"' if broker else ""))
    return str(file)


def test_a_worker_without_a_broker_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["worker", "--config", configured(tmp_path)]) == 2
    assert "a worker needs a broker" in capsys.readouterr().err


def test_a_broker_that_nothing_speaks_to_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["worker", "--config", configured(tmp_path, "kafkaesque://me:hunter2@host")]) != 0
    said = capsys.readouterr().err
    assert "kafkaesque" in said
    assert "hunter2" not in said


def test_the_queue_tells_what_runs_waits_and_came_to_nothing(
    tmp_path: Path, url: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    slots.present(store, "host:1:a", "1.0", datetime.now(UTC), datetime.now(UTC), role="worker")
    queued.put(store, [Wanted(Slot("nightly", "aws", "prod", NOW), 0)], (), "host:2:b", NOW)
    claim = slots.claim(store, Slot("nightly", "aws", "stage", NOW), "host:1:a", NOW)
    assert claim
    failed = slots.claim(store, Slot("nightly", "aws", "test", NOW), "host:1:a", NOW)
    assert failed
    slots.end(store, failed, slots.FAILED, NOW, note="no entry", again_at=NOW)
    assert run(["queue", "--db", url, "--config", configured(tmp_path), "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("worker,host:1:a,works,") for line in lines)
    assert any(line.startswith("runs,,queued,") and line.endswith("1 in all") for line in lines)
    assert any(line.startswith("run,nightly aws/prod,queued,1,") and "not sent yet" in line for line in lines)
    assert any(line.startswith("run,nightly aws/stage,running,1,") and "at host:1:a" in line for line in lines)
    assert any(line.startswith("run,nightly aws/test,failed,1,") and "no entry; again at" in line for line in lines)


def test_the_queue_tells_of_a_broker_that_does_not_answer(
    tmp_path: Path, url: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, f"amqp://me:hunter2@127.0.0.1:{free_port()}//")
    assert run(["queue", "--db", url, "--config", config, "--format", "csv"]) == 0
    said = capsys.readouterr().out
    assert "broker,,silent," in said
    assert "hunter2" not in said


def test_a_worker_loads_what_its_scans_need_and_no_more(tmp_path: Path) -> None:
    assert loaded(read(Path(configured(tmp_path)), {})) == ["collectors.aws", "checks.aws"]


def test_a_worker_that_is_asked_for_no_daemon_is_none(
    tmp_path: Path, url: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    slots.present(store, "host:1:a", "1.0", datetime.now(UTC), datetime.now(UTC), role="worker")
    assert run(["scan", "--now", "prod", "--db", url, "--config", configured(tmp_path)]) == 0
    assert "no daemon works on this inventory" in capsys.readouterr().err
