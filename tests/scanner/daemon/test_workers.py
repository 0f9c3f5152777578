"""Real daemons and workers, a real RabbitMQ and PostgreSQL between them: and what is done to them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import amqp  # type: ignore[import-untyped]
import orjson
import pytest

from scanner.inventory import schema
from scanner.inventory.store import Store
from tests.needs import lacks
from tests.rabbitmq import RabbitMQ
from tests.scanner.daemon.fleet import Fleet, Wire, eventually, family
from tests.scanner.daemon.test_faults import set_schema
from tests.scanner.inventory.build import ask
from tests.scanner.inventory.conftest import started

MANY = 60  # accounts; `python -m benchmarks.soak` has 2,000


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """One broker a worker of pytest; where there is none to start, the tests that need it are skipped, but never in CI."""
    try:
        server = RabbitMQ.started()
    except RuntimeError as error:
        lacks(str(error))
    with server:
        yield server


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
def fleet(tmp_path: Path, url: str, store: Store, rabbitmq: RabbitMQ) -> Iterator[Fleet]:
    made = Fleet(tmp_path, url, store, broker=rabbitmq.url)
    made.write()
    yield made
    made.end()
    forget(rabbitmq)


def forget(rabbitmq: RabbitMQ) -> None:
    """Leave no message to the test that comes next."""
    with amqp.Connection(f"127.0.0.1:{rabbitmq.port}", "guest", "guest") as connection:
        for name in ("demarc", "demarc-now"):
            with suppress(amqp.AMQPError):
                connection.channel().queue_delete(name)


def done(fleet: Fleet, attempt: int = 1) -> None:
    eventually(lambda: fleet.runs() == [("done", attempt)] * len(fleet.names))


class TestLife:
    def test_a_daemon_queues_and_a_worker_scans(self, fleet: Fleet) -> None:
        daemon = fleet.daemon()
        eventually(lambda: fleet.messages() == 1)
        assert fleet.runs() == [("queued", 1)]
        worker = fleet.worker()
        done(fleet)
        assert fleet.snapshots() == ["complete"]
        assert daemon.scans == []
        assert worker.asked("/healthz") == (200, "ok\n")
        assert worker.asked("/readyz") == (200, "ok\n")
        assert 'demarc_scans_total{account="one",provider="stub",state="done"} 1.0' in worker.asked("/metrics")[1]
        shown = orjson.loads(fleet.demarc("queue", "--format", "json"))
        assert {(each["what"], each["state"]) for each in shown} >= {
            ("daemon", "works"),
            ("worker", "works"),
            ("broker", "answers"),
        }
        worker.process.send_signal(signal.SIGTERM)
        assert worker.ended() == 0
        assert worker.said("worker ended", why="SIGTERM", left=0)
        assert ask(fleet.store, "SELECT role FROM daemon") == [("daemon",)]

    def test_told_to_end_in_mid_scan_it_ends_that_at_a_safe_point(self, fleet: Fleet) -> None:
        fleet.file("hold").touch()
        fleet.daemon()
        worker = fleet.worker()
        fleet.collecting()
        worker.process.send_signal(signal.SIGTERM)
        assert worker.ended() == 0
        assert fleet.runs() == [("interrupted", 1)]
        assert fleet.snapshots() == ["interrupted"]
        assert ask(fleet.store, "SELECT again_at IS NULL FROM run") == [(False,)]


class TestKilled:
    def test_a_worker_in_mid_scan_loses_it_to_another_which_makes_it_whole(self, fleet: Fleet) -> None:
        fleet.file("hold").touch()
        daemon = fleet.daemon()
        worker = fleet.worker()
        fleet.collecting()
        for process in family(worker):
            process.kill()
        fleet.worker()
        daemon.said("a daemon is silent, its scan is lost")
        fleet.collecting(2)
        fleet.file("hold").unlink()
        done(fleet, attempt=2)
        assert fleet.snapshots() == ["complete"]

    def test_a_scan_that_dies_alone_is_noted_and_its_worker_goes_on(self, fleet: Fleet) -> None:
        fleet.file("hold").touch()
        fleet.daemon()
        worker = fleet.worker()
        fleet.collecting()
        (scan,) = [int(pid) for pid in fleet.file("scans").read_text().split()]
        os.kill(scan, signal.SIGKILL)
        said = worker.said("scan ended", state="failed")
        assert said["note"] == "the process that scanned ended by signal 9"
        assert said["again_at"]
        assert worker.asked("/readyz")[0] == 200


class TestStopped:
    def test_a_worker_and_its_scan_that_come_back_too_late_write_nothing(self, fleet: Fleet) -> None:
        fleet.file("hold").touch()
        fleet.daemon()
        first = fleet.worker()
        fleet.collecting()
        stopped = family(first)
        for process in stopped:
            process.suspend()
        fleet.worker()
        fleet.collecting(2)
        fleet.file("hold").unlink()
        done(fleet, attempt=2)
        assert fleet.snapshots() == ["complete"]
        for process in stopped:
            process.resume()
        first.said("scan ended", scan="1.1")
        assert fleet.runs() == [("done", 2)]
        assert fleet.snapshots().count("complete") == 1


class TestBroker:
    def test_that_is_restarted_interrupts_nothing_and_loses_nothing(self, fleet: Fleet, rabbitmq: RabbitMQ) -> None:
        fleet.names = ("one", "two")
        fleet.write()
        fleet.file("hold").touch()
        daemon = fleet.daemon()
        worker = fleet.worker("--concurrency", "1")
        fleet.collecting()
        rabbitmq.stop()
        eventually(lambda: worker.asked("/readyz") == (503, "the broker does not answer\n"))
        assert worker.asked("/healthz")[0] == 200
        rabbitmq.start()
        eventually(lambda: worker.asked("/readyz")[0] == 200)
        fleet.file("hold").unlink()
        done(fleet)
        assert fleet.snapshots() == ["complete", "complete"]
        assert daemon.asked("/healthz")[0] == 200

    def test_that_lost_everything_is_told_again_what_waits(self, fleet: Fleet, rabbitmq: RabbitMQ) -> None:
        daemon = fleet.daemon()
        eventually(lambda: fleet.messages() == 1)
        forget(rabbitmq)
        daemon.said("the broker lost messages: they are sent again", waiting=1, in_the_broker=0)
        fleet.worker()
        done(fleet)

    def test_that_is_not_there_yet_is_waited_for(self, fleet: Fleet, rabbitmq: RabbitMQ) -> None:
        rabbitmq.stop()
        daemon = fleet.daemon()
        worker = fleet.worker()
        daemon.said("the broker does not answer")
        assert daemon.asked("/healthz")[0] == 200
        assert worker.asked("/healthz")[0] == 200
        rabbitmq.start()
        daemon.said("the broker answers again")
        done(fleet)


class TestDatabase:
    def test_that_is_restarted_in_mid_scan_gets_the_whole_of_it(self, tmp_path: Path, rabbitmq: RabbitMQ) -> None:
        with started() as server:
            url = server.url(server.database())
            with Store.open(url) as store:
                fleet = Fleet(tmp_path, url, store, broker=rabbitmq.url)
                fleet.write()
                fleet.file("hold").touch()
                try:
                    fleet.daemon()
                    worker = fleet.worker()
                    fleet.collecting()
                    server.stop()
                    worker.said("the inventory does not answer")
                    assert worker.asked("/healthz")[0] == 200
                    server.start()
                    fleet.file("hold").unlink()
                    done(fleet)
                    assert fleet.snapshots() == ["complete"]
                finally:
                    fleet.end()
                    forget(rabbitmq)

    def test_that_a_worker_is_cut_off_from_gets_nothing_of_it_that_is_late(
        self, fleet: Fleet, url: str, tmp_path: Path
    ) -> None:
        folder, name = url.partition("host=")[2], ".s.PGSQL.5432"
        fleet.file("hold").touch()
        fleet.daemon()
        with Wire(tmp_path / name, Path(folder) / name) as wire:
            first = fleet.worker("--db", url.replace(folder, str(tmp_path)))
            fleet.collecting()
            wire.cut()
            first.said("the inventory does not answer")
            fleet.worker()
            fleet.collecting(2)
            wire.mend()
            first.said("scan is asked to end", why="another has it by now")
            fleet.file("hold").unlink()
            done(fleet, attempt=2)
            first.said("scan ended", scan="1.1")
        assert fleet.runs() == [("done", 2)]
        assert fleet.snapshots().count("complete") == 1


class TestVersions:
    def test_an_older_worker_leaves_alone_what_a_newer_version_has_changed(self, fleet: Fleet) -> None:
        fleet.daemon()
        eventually(lambda: fleet.messages() == 1)
        newest = schema.revisions()[-1]
        older = fleet.worker()
        done(fleet)
        set_schema(fleet.store, "9999")
        eventually(lambda: older.asked("/readyz")[0] == 503)
        assert older.asked("/readyz")[1] == "the inventory has schema 9999, which this version does not know\n"
        assert older.asked("/healthz")[0] == 200
        set_schema(fleet.store, newest)
        older.said("goes on")
        eventually(lambda: older.asked("/readyz")[0] == 200)


def test_whoever_dies_every_account_ends_with_one_whole_snapshot(fleet: Fleet) -> None:
    fleet = replace(fleet, names=tuple(f"account{number}" for number in range(MANY)))
    fleet.write()
    try:
        fleet.daemon()
        assert fleet.survive(workers=3, patience=300)
        assert ask(fleet.store, "SELECT count(DISTINCT target), count(*) FROM run") == [(MANY, MANY)]
        per_account = "SELECT account_pk, count(*) FROM snapshot WHERE status = 'complete' GROUP BY account_pk"
        assert [count for _, count in ask(fleet.store, per_account)] == [1] * MANY
        assert ask(fleet.store, "SELECT count(*) FROM current_resources") == [(MANY * fleet.many,)]
    finally:
        fleet.end()
