"""An upgrade while all goes on: today's daemons and workers beside those of a newer version, which changes the schema."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.daemon.broker import TASK, USUAL, application
from scanner.inventory import schema, slots
from scanner.inventory.store import Store
from tests.rabbitmq import RabbitMQ
from tests.scanner.daemon import newer
from tests.scanner.daemon.fleet import Fleet, eventually
from tests.scanner.daemon.test_faults import NOW, ROOT, Daemon, Place
from tests.scanner.daemon.test_workers import forget, rabbitmq
from tests.scanner.inventory.build import ask

__all__ = ["rabbitmq"]

DOES_NOT_KNOW = f"the inventory has schema {newer.REVISION}, which this version does not know"


@pytest.fixture
def engine() -> str:
    return "postgresql"


@dataclass
class Upgrade(Fleet):
    """One inventory, and programs of two versions that work on it."""

    next: dict[str, str] = field(default_factory=dict)

    def newer(self, what: str = "daemon") -> Daemon:
        return self.program("tests.scanner.daemon.newer", what, self.next)

    def older(self, what: str = "daemon") -> Daemon:
        return self.program("tests.scanner.daemon.program", what, {"PGAPPNAME": "older"})

    def program(self, module: str, what: str, environment: dict[str, str]) -> Daemon:
        log = self.file(f"log{len(self.daemons)}")
        command = [sys.executable, "-m", module, what, "--config", str(self.file("demarc.toml"))]
        with log.open("wb") as out:
            process = subprocess.Popen(command, stderr=out, stdout=out, cwd=ROOT, env={**os.environ, **environment})
        self.daemons.append(Daemon(process, log))
        return self.daemons[-1]

    def migrated(self) -> bool:
        with self.store.reading() as connection:
            return schema.revision(connection) == newer.REVISION

    def writes(self, who: str) -> set[str]:
        """Return the tables that programs of a version wrote to since the schema is the newer one's."""
        return {what for (what,) in ask(self.store, f"SELECT DISTINCT what FROM wrote WHERE who = '{who}'")}


@pytest.fixture
def upgrade(tmp_path: Path, url: str, store: Store) -> Iterator[Upgrade]:
    made = Upgrade(tmp_path, url, store, next=newer.made(tmp_path))
    Place.write(made)
    yield made
    made.end()


class TestDaemons:
    def test_the_older_one_leaves_all_to_the_newer_which_brings_the_schema(self, upgrade: Upgrade) -> None:
        older = upgrade.older()
        eventually(lambda: upgrade.runs() == [("done", 1)])
        later = upgrade.newer()
        older.said("stands by", why=DOES_NOT_KNOW)
        assert upgrade.migrated()
        assert older.asked("/readyz") == (503, f"{DOES_NOT_KNOW}\n")
        assert older.asked("/healthz") == (200, "ok\n")
        slots.ask(upgrade.store, "stub", "one", NOW)
        later.said("scan ended", schedule="now", state="done")
        assert later.asked("/readyz") == (200, "ok\n")
        older.process.send_signal(signal.SIGTERM)
        assert older.ended() == 0
        assert upgrade.writes("older") == set()
        assert upgrade.snapshots() == ["complete", "complete"]

    def test_what_the_older_one_reads_meanwhile_is_read_again_by_the_newer(self, upgrade: Upgrade) -> None:
        upgrade.file("hold").touch()
        older = upgrade.older()
        upgrade.collecting()
        later = upgrade.newer()
        older.said("stands by", why=DOES_NOT_KNOW)
        upgrade.file("hold").unlink()
        said = older.said("scan ended")
        assert said["state"] == "failed"
        assert f"schema {newer.REVISION}" in said["note"]
        assert said["again_at"]
        assert upgrade.snapshots() == []
        assert upgrade.writes("older") == {"run"}
        slots.ask(upgrade.store, "stub", "one", NOW)
        later.said("scan ended", schedule="now", state="done")
        assert upgrade.snapshots() == ["complete"]

    def test_an_older_one_that_is_started_afterwards_waits_and_says_why(self, upgrade: Upgrade) -> None:
        upgrade.newer()
        eventually(lambda: upgrade.runs() == [("done", 1)])
        older = upgrade.older()
        assert (
            f"made by a newer demarc (schema {newer.REVISION}): upgrade" in older.said("the inventory can't be opened")["error"]
        )
        assert older.asked("/readyz") == (503, "the daemon is starting\n")
        older.process.send_signal(signal.SIGTERM)
        assert older.ended() == 0
        assert upgrade.writes("older") == set()

    def test_who_only_reads_asks_for_the_upgrade_and_changes_nothing(self, upgrade: Upgrade) -> None:
        asked = upgrade.newer("findings")
        assert asked.ended() != 0
        assert b"demarc db upgrade" in asked.log.read_bytes()
        assert not upgrade.migrated()


class TestWorkers:
    @pytest.fixture
    def upgrade(self, upgrade: Upgrade, rabbitmq: RabbitMQ) -> Iterator[Upgrade]:
        upgrade.broker = rabbitmq.url
        upgrade.write()
        yield upgrade
        upgrade.end()
        forget(rabbitmq)

    def test_a_message_of_the_older_version_is_understood_by_the_newer(self, upgrade: Upgrade) -> None:
        older = upgrade.older()
        eventually(lambda: upgrade.messages() == 1)
        worker = upgrade.newer("worker")
        worker.said("scan ended", state="done")
        older.said("stands by", why=DOES_NOT_KNOW)
        assert upgrade.runs() == [("done", 1)]

    def test_a_message_of_the_newer_version_waits_for_a_newer_worker(self, upgrade: Upgrade) -> None:
        older = upgrade.older("worker")
        eventually(lambda: older.asked("/readyz")[0] == 200)
        upgrade.newer()
        older.said("stands by", why=DOES_NOT_KNOW)
        eventually(lambda: upgrade.runs() == [("queued", 1)])
        assert older.asked("/readyz") == (503, f"{DOES_NOT_KNOW}\n")
        older.process.send_signal(signal.SIGTERM)
        assert older.ended() == 0
        eventually(lambda: upgrade.messages() == 1)
        upgrade.newer("worker").said("scan ended", state="done")
        assert upgrade.runs() == [("done", 1)]
        assert upgrade.writes("older") == set()

    def test_what_a_newer_version_says_beside_the_run_is_no_hindrance(self, upgrade: Upgrade) -> None:
        daemon = upgrade.older()
        eventually(lambda: upgrade.messages() == 1)
        daemon.process.kill()
        app = application(upgrade.broker)
        with app.connection_for_write() as connection, connection.channel() as channel:
            channel.queue_purge(USUAL)
        app.send_task(TASK, (1, 1, "more"), {"still": "more"}, queue=USUAL, routing_key=USUAL)
        upgrade.older("worker").said("scan ended", state="done")
        assert upgrade.runs() == [("done", 1)]
