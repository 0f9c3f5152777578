"""Real daemons, real scans in processes of their own, a real database: and what is done to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import orjson
import psutil
import pytest

from scanner.inventory import schema, slots
from scanner.inventory.store import Store
from tests.scanner.daemon.program import MANY
from tests.scanner.inventory.build import ask
from tests.scanner.inventory.conftest import started

ROOT = Path(__file__).parents[3]
NOW = datetime.now(UTC)
PATIENCE = 90.0  # seconds, on a machine that is busy with other things
SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
TEXT = """
database = "{url}"
[daemon]
poll = "1s"
lease = "2s"
grace = "20s"
listen = "127.0.0.1:0"
[[accounts]]
provider = "stub"
name = "one"
folder = "{folder}"
[[schedules]]
name = "yearly"
cron = "0 0 1 1 *"
misfire_grace = "52w"
{more}
"""


def eventually(holds: Callable[[], Any]) -> Any:
    """Wait until something holds, and return it."""
    until = monotonic() + PATIENCE
    while not (found := holds()):
        assert monotonic() < until, "it never came"
        sleep(0.05)
    return found


@dataclass
class Daemon:
    """A daemon's process, and what it logs."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.log.read_bytes().splitlines() if line.startswith(b"{")]

    def said(self, event: str, **given: Any) -> dict[str, Any]:
        """Wait for a line of the log."""
        return dict(
            eventually(lambda: next((each for each in self.lines if {"event": event, **given}.items() <= each.items()), None))
        )

    def ended(self) -> int:
        return self.process.wait(PATIENCE)

    @property
    def scans(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def asked(self, page: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.said('health')['port']}{page}", timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@dataclass
class Place:
    """One inventory, and the daemons that work on it."""

    folder: Path
    url: str
    store: Store
    daemons: list[Daemon] = field(default_factory=list)

    def file(self, name: str) -> Path:
        return self.folder / name

    def write(self, more: str = "") -> None:
        self.file("demarc.toml").write_text(TEXT.format(url=self.url, folder=self.folder, more=more))

    def daemon(self) -> Daemon:
        log = self.file(f"log{len(self.daemons)}")
        command = [sys.executable, "-m", "tests.scanner.daemon.program", "daemon", "--config", str(self.file("demarc.toml"))]
        with log.open("wb") as out:
            process = subprocess.Popen(command, stderr=out, stdout=out, cwd=ROOT, env=os.environ)
        self.daemons.append(Daemon(process, log))
        return self.daemons[-1]

    def demarc(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "tests.scanner.daemon.program", *arguments, "--config", str(self.file("demarc.toml"))]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def collecting(self, number: int = 1) -> None:
        """Wait until so many scans read everything."""
        eventually(lambda: self.file("scans").exists() and len(self.file("scans").read_text().split()) >= number)

    def runs(self) -> list[tuple[Any, ...]]:
        return ask(self.store, "SELECT state, attempt FROM run ORDER BY pk")

    def snapshots(self) -> list[str]:
        return [status for (status,) in ask(self.store, "SELECT status FROM snapshot ORDER BY pk")]

    def whole(self) -> bool:
        """Tell whether the inventory has everything that a scan reads."""
        return ask(self.store, "SELECT count(*) FROM current_resources") == [(MANY,)]


@pytest.fixture
def place(tmp_path: Path, url: str, store: Store) -> Iterator[Place]:
    made = Place(tmp_path, url, store)
    made.write()
    yield made
    for each in made.daemons:
        with suppress(psutil.NoSuchProcess):
            for process in [*psutil.Process(each.process.pid).children(), psutil.Process(each.process.pid)]:
                process.kill()
        each.process.wait()


def done(place: Place, attempt: int = 1) -> None:
    eventually(lambda: place.runs() == [("done", attempt)])


@SQLITE
class TestLife:
    def test_it_scans_when_it_is_due_and_when_it_is_asked_and_ends_when_it_is_told(self, place: Place) -> None:
        daemon = place.daemon()
        done(place)
        assert place.whole()
        assert daemon.asked("/healthz") == (200, "ok\n")
        assert daemon.asked("/readyz") == (200, "ok\n")
        assert 'demarc_data_age_seconds{account_id="1",provider="stub"}' in daemon.asked("/metrics")[1]
        assert daemon.asked("/elsewhere")[0] == 404
        assert place.demarc("scan", "--now", "one") == "asked for: one\n"
        eventually(lambda: place.runs() == [("done", 1), ("done", 1)])
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.ended() == 0
        assert place.snapshots() == ["complete", "complete"]
        assert ask(place.store, "SELECT count(*) FROM daemon") == [(0,)]

    def test_told_to_end_in_mid_scan_it_ends_that_at_a_safe_point(self, place: Place) -> None:
        place.file("hold").touch()
        daemon = place.daemon()
        place.collecting()
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.ended() == 0
        assert place.runs() == [("interrupted", 1)]
        assert place.snapshots() == ["interrupted"]
        assert ask(place.store, "SELECT count(*) FROM current_resources") == [(0,)]
        daemon.said("daemon ended", why="SIGTERM", left=0)

    def test_a_configuration_that_cannot_be_used_leaves_the_one_before_in_force(self, place: Place) -> None:
        daemon = place.daemon()
        done(place)
        place.write(more='jitter = "long"')
        daemon.process.send_signal(signal.SIGHUP)
        said = daemon.said("the configuration can't be used: the one before stays in force")
        assert "jitter: write a time as" in said["error"]
        assert "demarc_configuration_loaded 0.0" in daemon.asked("/metrics")[1]
        place.write(more='[[schedules]]\nname = "other"\ncron = "0 0 1 1 *"\nmisfire_grace = "52w"')
        daemon.process.send_signal(signal.SIGHUP)
        daemon.said("the configuration is in force", schedules=2)
        eventually(lambda: place.runs() == [("done", 1), ("done", 1)])

    def test_paused_it_begins_nothing(self, place: Place) -> None:
        slots.halt(place.store, slots.EVERYTHING, "moving house", NOW)
        daemon = place.daemon()
        daemon.said("daemon begins")
        eventually(lambda: ask(place.store, "SELECT count(*) FROM daemon") == [(1,)])
        eventually(lambda: "demarc_paused 1.0" in daemon.asked("/metrics")[1])
        assert place.runs() == []
        slots.resume(place.store, slots.EVERYTHING)
        done(place)


@POSTGRESQL
class TestVersions:
    def test_an_older_daemon_leaves_alone_what_a_newer_one_has_changed(self, place: Place) -> None:
        older = place.daemon()
        done(place)
        newest = schema.revisions()[-1]
        set_schema(place.store, "9999")
        eventually(lambda: older.asked("/readyz")[0] == 503)
        assert older.asked("/readyz")[1] == "the inventory has schema 9999, which this version does not know\n"
        assert older.asked("/healthz")[0] == 200
        slots.ask(place.store, "stub", "one", NOW)
        older.said("stands by")
        set_schema(place.store, newest)
        older.said("goes on")
        eventually(lambda: place.runs() == [("done", 1), ("done", 1)])
        assert place.snapshots() == ["complete", "complete"]


def set_schema(store: Store, revision: str) -> None:
    with store.changing() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


@POSTGRESQL
class TestTwo:
    def test_of_two_daemons_one_begins_each_account_that_is_due(self, place: Place) -> None:
        names = [f"other{number}" for number in range(9)]
        accounts = (
            f'[[accounts]]\nprovider = "stub"\nname = "{name}"\naccount = "{name}"\nfolder = "{place.folder}"' for name in names
        )
        place.write(more="\n".join(accounts))
        both = [place.daemon(), place.daemon()]
        eventually(lambda: place.runs() == [("done", 1)] * (len(names) + 1))
        for each in both:
            each.process.send_signal(signal.SIGTERM)
            assert each.ended() == 0
        due = ask(place.store, "SELECT target, count(*) FROM run GROUP BY target, slot")
        assert sorted(due) == [(name, 1) for name in ["one", *names]]
        began = [line["account"] for each in both for line in each.lines if line["event"] == "scan begins"]
        assert sorted(began) == sorted(["one", *names])


@POSTGRESQL
class TestKilled:
    def test_a_daemon_in_mid_scan_loses_it_to_another_which_makes_it_whole(self, place: Place) -> None:
        place.file("hold").touch()
        first = place.daemon()
        place.collecting()
        first.process.kill()
        first.ended()
        second = place.daemon()
        place.collecting(2)
        second.said("a daemon is silent, its scan is lost")
        assert not place.whole()
        place.file("hold").unlink()
        done(place, attempt=2)
        assert place.whole()
        assert place.snapshots() == ["interrupted", "complete"], "the dead daemon's scan ended with it, and said so"

    def test_with_everything_it_had_it_leaves_no_trace(self, place: Place) -> None:
        place.file("hold").touch()
        first = place.daemon()
        place.collecting()
        for process in (*first.scans, psutil.Process(first.process.pid)):
            process.kill()
        first.ended()
        place.daemon()
        place.collecting(2)
        place.file("hold").unlink()
        done(place, attempt=2)
        assert place.whole()
        assert place.snapshots() == ["complete"]

    def test_a_scan_that_dies_alone_is_noted_and_its_daemon_goes_on(self, place: Place) -> None:
        place.file("hold").touch()
        daemon = place.daemon()
        place.collecting()
        daemon.scans[0].kill()
        said = daemon.said("scan ended", state="failed")
        assert said["note"] == "the process that scanned ended by signal 9"
        assert said["again_at"]
        assert daemon.asked("/healthz")[0] == 200


@POSTGRESQL
class TestStopped:
    def test_a_daemon_and_its_scan_that_come_back_too_late_write_nothing(self, place: Place) -> None:
        place.file("hold").touch()
        first = place.daemon()
        place.collecting()
        stopped = [*first.scans, psutil.Process(first.process.pid)]
        for process in stopped:
            process.suspend()
        place.daemon()
        place.collecting(2)
        place.file("hold").unlink()
        done(place, attempt=2)
        assert place.snapshots() == ["complete"]
        for process in stopped:
            process.resume()
        first.said("scan ended", scan="1.1")
        assert place.runs() == [("done", 2)]
        assert place.snapshots().count("complete") == 1
        assert first.asked("/healthz")[0] == 200


class TestDatabase:
    def test_that_is_restarted_in_mid_scan_gets_the_whole_of_it(self, tmp_path: Path) -> None:
        with started() as server:
            url = server.url(server.database())
            with Store.open(url) as store:
                place = Place(tmp_path, url, store)
                place.write()
                place.file("hold").touch()
                daemon = place.daemon()
                try:
                    place.collecting()
                    server.stop()
                    daemon.said("the inventory does not answer")
                    assert daemon.asked("/healthz")[0] == 200
                    assert daemon.asked("/readyz")[0] == 503
                    server.start()
                    place.file("hold").unlink()
                    done(place)
                    assert place.whole()
                    eventually(lambda: daemon.asked("/readyz")[0] == 200)
                finally:
                    daemon.process.kill()
                    daemon.ended()

    def test_that_is_not_there_yet_is_waited_for(self, tmp_path: Path) -> None:
        with started() as server:
            url = server.url(server.database())
            server.stop()
            place = Place(tmp_path, url, Store.found(url))
            place.write()
            daemon = place.daemon()
            try:
                daemon.said("the inventory can't be opened")
                assert daemon.asked("/healthz")[0] == 200
                assert daemon.asked("/readyz") == (503, "the daemon is starting\n")
                server.start()
                daemon.said("daemon begins")
                done(place)
            finally:
                daemon.process.kill()
                daemon.ended()


@SQLITE
class TestEnvironment:
    def test_a_full_disk_keeps_nothing_of_the_scan_and_is_told(self, place: Place) -> None:
        place.file("full").touch()
        daemon = place.daemon()
        said = daemon.said("scan ended", state="failed")
        assert "the disk is full" in said["note"] or "disk I/O error" in said["note"]
        assert place.snapshots() == []
        assert said["again_at"]
        place.file("full").unlink()
        slots.ask(place.store, "stub", "one", NOW)
        eventually(lambda: ("done", 1) in place.runs())
        assert place.whole()

    def test_credentials_that_were_revoked_are_told_and_what_was_known_stays(self, place: Place) -> None:
        daemon = place.daemon()
        done(place)
        place.file("revoked").touch()
        slots.ask(place.store, "stub", "one", NOW)
        said = daemon.said("scan ended", state="failed")
        assert said["note"] == "stub: the credentials have expired"
        assert place.snapshots() == ["complete", "failed"]
        assert place.whole()
