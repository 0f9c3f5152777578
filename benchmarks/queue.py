"""What the queue costs: CPU of a task, and how throughput grows with a second worker on scans that wait for calls.

The tasks of the first part begin and end their run, and scan nothing: what a scan's own process takes is no cost of the queue.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time

import psutil

from benchmarks.measure import Figure, cpu, report
from benchmarks.nightly import spent
from benchmarks.soak import fleet
from scanner.daemon.broker import Celeried, application, serve
from scanner.daemon.engine import Engine
from scanner.daemon.plan import read
from scanner.daemon.processes import Process
from scanner.daemon.queueing import Queue
from scanner.inventory import queued, slots
from scanner.inventory.queued import Message, Wanted
from scanner.inventory.slots import DONE, Busy, Slot
from scanner.inventory.store import Store
from tests.postgres import Postgres
from tests.rabbitmq import RabbitMQ
from tests.scanner.daemon.fleet import Fleet

TASKS = 2000
MANY = 10_000
SCANS, CALLS, LATENCY = 24, 150, 0.02  # of the second part: 3 s a scan
NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@contextmanager
def places() -> Iterator[tuple[Store, RabbitMQ, psutil.Process]]:
    with (
        Postgres.started() as postgres,
        RabbitMQ.started() as rabbitmq,
        Busy.open(postgres.url(postgres.database())) as store,
    ):
        assert postgres._process  # noqa: SLF001 -- its CPU is told too
        yield store, rabbitmq, psutil.Process(postgres._process.pid)  # noqa: SLF001


def overhead() -> tuple[float, float, float]:
    """Return CPU in ms of a task: of the daemon that queues it, of the worker that begins and ends it, of PostgreSQL."""
    with places() as (store, rabbitmq, server):
        app = application(rabbitmq.url)
        queue = Queue(store, "daemon", Celeried(app))
        wanted = [Wanted(Slot("nightly", "stub", f"account{number}", NIGHT), 0) for number in range(TASKS)]
        before, began = spent(server), process_time()
        queue.put(wanted, (), NIGHT)
        while queued.counts(store).get("queued") and queued.unsent(store, "daemon", NIGHT, HOUR, 1):
            queue.send(NIGHT, HOUR)
        sending = process_time() - began
        over = threading.Event()
        left = iter(range(TASKS - 1, -1, -1))

        def perform(pk: int, attempt: int) -> bool:
            claim = queued.start(store, pk, attempt, "worker", NIGHT)
            assert claim
            slots.end(store, claim, DONE, NIGHT)
            if next(left) == 0:
                over.set()
            return True

        worker = serve(app, perform, 4)
        threading.Thread(target=lambda: (over.wait(120), worker.stop()), daemon=True).start()
        began = process_time()
        worker.start()
        working = process_time() - began
        assert queued.counts(store) == {"done": TASKS}
        return sending / TASKS * 1e3, working / TASKS * 1e3, (spent(server) - before) / TASKS * 1e3


def pulses() -> tuple[float, float, float]:
    """Return seconds of CPU of a daemon's pulse with many accounts: all due; all in the queue; all done."""
    with TemporaryDirectory() as folder, places() as (store, _, _):
        accounts = "".join(f'[[accounts]]\nprovider = "aws"\nname = "a{number}"\n' for number in range(MANY))
        file = Path(folder) / "demarc.toml"
        file.write_text(f'{accounts}[[schedules]]\nname = "nightly"\ncron = "0 2 * * *"\nmisfire_grace = "1d"\n')
        engine = Engine(store, read(file, {}), "daemon", launch=Process, clock=lambda: NIGHT)
        engine.queue = Queue(store, "daemon", Nobody())
        queued_all, waiting = cpu(engine.pulse), cpu(engine.pulse)
        with store.changing() as connection:
            connection.exec_driver_sql("UPDATE run SET state = 'done'")
        engine.pulse()
        return queued_all, waiting, cpu(engine.pulse)


class Nobody:
    """A broker that takes every message, and has it."""

    def send(self, message: Message) -> None: ...

    def depth(self) -> int:
        return MANY


def throughput(workers: int) -> float:
    """Return scans a second of so many workers with two scans at once each, once all of them are up."""
    with fleet(SCANS, calls=CALLS, latency=LATENCY, many=1) as made:
        made.daemon()
        while made.messages() < SCANS:
            threading.Event().wait(0.1)
        living = [made.worker("--listen", "") for _ in range(workers)]
        for each in living:
            each.said("worker begins")
        began = ended(made, 1)
        return (SCANS - 1) / (ended(made, SCANS) - began)


def ended(made: Fleet, count: int) -> float:
    """Wait until so many scans ended, and return when that was."""
    while made.states()["done"] < count:
        threading.Event().wait(0.05)
    return monotonic()


def main() -> int:
    sending, working, database = overhead()
    first, waiting, idle = pulses()
    rates = {workers: throughput(workers) for workers in (1, 2)}
    return report(
        f"Queue: {TASKS:,} tasks through RabbitMQ (quorum queues) and PostgreSQL; {SCANS} scans of {CALLS} calls of 20 ms",
        [
            Figure("queued and sent, by the daemon", sending, "ms of CPU a task"),
            Figure("begun and ended, by the worker", working, "ms of CPU a task"),
            Figure("  both", sending + working, "ms of CPU a task", most=5),
            Figure("PostgreSQL's for it", database, "ms of CPU a task"),
            Figure(f"a daemon's pulse, {MANY:,} accounts all due", first, "s of CPU"),
            Figure("  all in the queue", waiting, "s of CPU"),
            Figure("  all done", idle, "s of CPU"),
            Figure("one worker, two scans at once", rates[1], "scans a second"),
            Figure("two workers", rates[2], "scans a second"),
            Figure("  against one", rates[2] / rates[1], "times", least=1.8),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
