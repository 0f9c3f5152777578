"""The process that scans: what it hands back, and where it ends when it is told to. Without a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner import provider as providers
from scanner.config import Config, Settings
from scanner.daemon.child import Child, Watch
from scanner.daemon.job import Job, Outcome
from scanner.daemon.processes import outcome
from scanner.inventory import slots
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import Slot
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Event
from scanner.provider import Collector
from tests.scanner.daemon.program import MANY, Stub
from tests.scanner.inventory.build import ask

NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def child(store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Child:
    """A scan of the stub's account that a daemon has begun."""
    stub = Stub()
    monkeypatch.setattr(providers, "load", lambda _: stub)
    claim = slots.claim(store, Slot("nightly", "stub", "one", NIGHT), "a", NIGHT)
    assert claim is not None
    account = {"provider": "stub", "name": "one", "folder": str(tmp_path)}
    settings = Settings(database=url, accounts=[account])  # type: ignore[arg-type]
    return Child(Job.unpacked(Job.of(Config(settings), claim, 0).packed()))


def state(store: Store) -> list[tuple[Any, ...]]:
    return ask(store, "SELECT state FROM run")


def snapshots(store: Store) -> list[tuple[Any, ...]]:
    return ask(store, "SELECT status FROM snapshot ORDER BY pk")


def test_the_run_is_done_in_the_transaction_of_its_snapshot(
    child: Child, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should everything die right after it, nobody scans again."""
    monkeypatch.setattr(slots, "end", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        child.run()
    assert ask(store, "SELECT state, attempt FROM run") == [("done", 1)]
    assert slots.wrote(store, child.job.claim.slot) == [{"provider": "stub", "id": "1", "snapshot": 1, "status": "complete"}]


def test_tells_what_it_wrote(child: Child, store: Store) -> None:
    done = child.run()
    assert (done.state, done.resources, done.calls, done.gaps) == ("done", MANY, 1, {})
    assert done.accounts == ({"provider": "stub", "id": "1", "snapshot": 1, "status": "complete"},)
    assert state(store) == [("done",)]
    assert slots.wrote(store, child.job.claim.slot) == list(done.accounts)


def test_knows_the_custom_checks_that_its_daemon_was_told_of(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    included: list[tuple[str, ...]] = []
    monkeypatch.setattr("scanner.daemon.child.include", included.append)
    settings = {**child.job.settings, "custom_checks": ["/etc/demarc/checks"]}
    assert Child(replace(child.job, settings=settings)).run().state == "done"
    assert included == [("/etc/demarc/checks",)]


def interrupting(child: Child, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Let the signal come while resources are read, or while the snapshot is written."""
    if where == "read":
        count = Watch.__call__

        def counting(watch: Watch, event: Event, collector: Collector) -> None:
            count(watch, event, collector)
            child.stop()

        monkeypatch.setattr(Watch, "__call__", counting)
        return
    apply: Callable[..., Any] = Writing.apply

    def stopping(writing: Writing, room: Any) -> Any:
        child.stop()
        return apply(writing, room)

    monkeypatch.setattr(Writing, "apply", stopping)


def test_told_to_end_while_it_reads_keeps_nothing_of_it(child: Child, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupting(child, monkeypatch, "read")
    assert child.run().state == "interrupted"
    assert snapshots(store) == [("interrupted",)]
    assert ask(store, "SELECT count(*) FROM resource") == [(0,)]


def test_told_to_end_while_it_writes_finishes_that(child: Child, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupting(child, monkeypatch, "write")
    assert child.run().state == "done"
    assert snapshots(store) == [("complete",)]


def test_told_to_end_when_all_is_written_is_done(child: Child, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    end = slots.end

    def stopping(*given: Any, **more: Any) -> bool:
        child.stop()
        return end(*given, **more)

    monkeypatch.setattr(slots, "end", stopping)
    assert child.run().state == "done"
    assert snapshots(store) == [("complete",)]


def test_told_to_end_before_it_began_reads_nothing(child: Child, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stub, "connect", lambda *_, **__: child.stop())
    assert child.run() == Outcome("interrupted", "interrupted before anything was read")
    assert snapshots(store) == []


def test_overtaken_it_writes_nothing(child: Child, store: Store) -> None:
    (held,) = slots.board(store).running
    slots.lose(store, held, NIGHT, None)
    assert child.run().state == "lost"
    assert snapshots(store) == []
    assert state(store) == [("lost",)]


def test_an_account_that_cannot_be_entered_has_a_failed_snapshot_once_it_is_known(
    child: Child, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "revoked").touch()
    failed = child.run()
    assert (failed.state, failed.note) == ("failed", "stub: the credentials have expired")
    assert snapshots(store) == [], "nobody knows which account it is"
    (tmp_path / "revoked").unlink()
    assert child.run().state == "done"
    (tmp_path / "revoked").touch()
    assert child.run().state == "failed"
    assert snapshots(store) == [("complete",), ("failed",)]
    assert ask(store, "SELECT note FROM snapshot WHERE status = 'failed'") == [("stub: the credentials have expired",)]


def test_an_inventory_that_does_not_answer_is_a_failure(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise InventoryError("db: connection refused")

    monkeypatch.setattr(Store, "_prepare", gone)
    assert child.run() == Outcome("failed", "db: connection refused", resources=0, calls=0)


LAST_WORDS = [
    (Outcome("done", gaps={"denied": 1}).packed(), 0, "done", ""),
    (b"printed by a library\n" + Outcome("lost").packed(), 0, "lost", ""),
    (b"", -9, "failed", "the process that scanned ended by signal 9"),
    (b"Killed", 137, "failed", "the process that scanned ended with code 137"),
    (b'{"state": "done", "more": 1}', 0, "failed", "the process that scanned ended with code 0"),
]


@pytest.mark.parametrize(("said", "code", "expected", "note"), LAST_WORDS)
def test_how_it_ended_is_known_by_its_last_words_or_by_its_code(said: bytes, code: int, expected: str, note: str) -> None:
    assert (outcome(said, code).state, outcome(said, code).note) == (expected, note)
