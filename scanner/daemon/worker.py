"""``demarc worker`` as a program: it takes runs from the queue and scans, each in a process of its own, until SIGTERM.

Three kinds of threads: Celery's loop is the main one; each task's waits for its scan; the keeper's alone touches what runs.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from time import monotonic
from typing import Any

import structlog
from celery.worker import state as celery_state  # type: ignore[import-untyped]

from scanner import __version__
from scanner import provider as providers
from scanner.config import ConfigError
from scanner.daemon import broker, health, logs
from scanner.daemon.job import Job
from scanner.daemon.keeping import Keeper, drained
from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan, read
from scanner.daemon.processes import Ended, Nursery, Scanning
from scanner.daemon.service import LAST, STUCK, Waker
from scanner.errors import UserError
from scanner.evaluation import registry
from scanner.inventory import queued
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import Busy, Claim
from scanner.plugins import entry_points

log = structlog.get_logger()


class Scans(Keeper):
    """What runs in a worker: scans that tasks began. ``begun``: those that are to get a process."""

    role = "worker"

    def __init__(self, *given: Any, over: Callable[[Claim], None], **more: Any) -> None:
        super().__init__(*given, **more)
        self.begun: SimpleQueue[Claim] = SimpleQueue()
        self._told = over
        self._looked: float | None = None

    def pulse(self) -> None:
        """Do what is to be done; what costs the inventory a question, only as often as the plan says."""
        now = self.steady()
        every = self._looked is None or now - self._looked >= self.plan.daemon.poll.total_seconds()
        if every:
            self._looked = now
        steps = (self._take, self._reap, *((self._look, self._beat, self._limit) if every else ()))
        failures = sum(not self._tried(step) for step in steps)
        if every or failures:
            self.metrics.database.set(not failures)
        self.pulsed = now

    def _take(self) -> None:
        for claim in drained(self.begun):
            self._launch(claim)
            if self.stopping:
                self.stop("the worker ends")

    def _look(self) -> None:
        self.stands_by()
        self.metrics.running.set(len(self.running))

    def over(self, claim: Claim) -> None:
        self._told(claim)


def loaded(plan: Plan) -> list[str]:
    """Return the modules of the providers and checks that the scans of a plan need."""
    wanted = {provider for provider, _ in plan.targets}
    points = [point for group in (providers.GROUP, registry.GROUP) for point in entry_points(group=group)]
    return [point.module for point in points if point.name in wanted]


@dataclass(slots=True)
class Tasks:
    """Tasks that wait for the end of their scan, by run and attempt."""

    _waiting: dict[tuple[int, int], threading.Event] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, pk: int, attempt: int) -> threading.Event | None:
        """Return what to wait for; ``None`` where a task waits for that run already."""
        with self._lock:
            if (pk, attempt) in self._waiting:
                return None
            return self._waiting.setdefault((pk, attempt), threading.Event())

    def end(self, claim: Claim) -> None:
        with self._lock:
            if waits := self._waiting.get((claim.pk, claim.attempt)):
                waits.set()

    def forget(self, pk: int, attempt: int) -> None:
        with self._lock:
            del self._waiting[pk, attempt]

    def release(self) -> None:
        """Let all tasks end, whatever became of their scans."""
        with self._lock:
            for each in self._waiting.values():
                each.set()


class Worker:
    """One worker. ``run`` returns when it was told to end, and did."""

    def __init__(
        self,
        path: Path | None,
        environment: Mapping[str, str],
        *,
        listen: str | None = None,
        database: str = "",
        parallel: int | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._environment = environment
        self._database = database
        self._clock = clock
        self._plan = self._read()
        if not self._plan.broker:
            raise ConfigError('a worker needs a broker: broker = "amqp://demarc@broker.internal/demarc" in demarc.toml')
        self._app = broker.application(self._plan.broker)
        self._nursery = Nursery(loaded(self._plan))
        self._listen = self._plan.daemon.listen if listen is None else listen
        self._parallel = parallel or self._plan.daemon.parallel
        self._who = f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"
        self._metrics = Metrics()
        self._waker = Waker()
        self._tasks = Tasks()
        self._over = threading.Event()
        self._told_to_stop = ""
        self._told_to_reload = False
        self._stopped: float | None = None
        self._scans: Scans | None = None
        self._celery: Any = None

    def _read(self) -> Plan:
        plan = read(self._path, self._environment)
        if not self._database:
            return plan
        return plan.on(plan.config.settings.model_copy(update={"database": self._database}))

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises :class:`UserError` for what is wrong from the start."""
        logs.configure(self._plan.daemon.log)
        logs.hiding.learn(self._plan.secrets)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._reload)
        with ExitStack() as closing:
            if self._listen:
                pages = {
                    "/healthz": health.state(self.sick),
                    "/readyz": health.state(self.unready),
                    "/metrics": health.metrics(self._metrics.text),
                }
                server = health.Server(self._listen, pages)
                closing.callback(server.close)
                log.info("health", port=server.port)
            store = self._opened()
            if store is not None:
                closing.enter_context(store)
                self._work(store)

    def _opened(self) -> Busy | None:
        """Open the inventory; wait for a database that does not answer yet. ``None`` when told to stop meanwhile."""
        while not self._told_to_stop:
            try:
                store = Busy.open(self._plan.config.settings.database)
            except InventoryError as error:
                log.warning("the inventory can't be opened", error=str(error))
                self._metrics.database.set(0)
                self._waker.wait(self._plan.daemon.poll.total_seconds())
            else:
                assert isinstance(store, Busy)  # noqa: S101 -- of a class method
                return store
        return None

    def _work(self, store: Busy) -> None:
        given: dict[str, Any] = {"launch": self._launch, "clock": self._clock, "metrics": self._metrics}
        self._scans = Scans(store, self._plan, self._who, over=self._tasks.end, **given)
        self._nursery.open()
        self._celery = broker.serve(self._app, self.perform, self._parallel)
        keeper = threading.Thread(target=self._keep, args=(self._scans,), name="keeper", daemon=True)
        keeper.start()
        log.info("worker begins", worker=self._who, version=__version__, inventory=store.where, parallel=self._parallel)
        self._celery.start()
        self._over.set()
        self._waker.wake()
        keeper.join()
        self._scans.leave()
        log.info("worker ended", why=self._told_to_stop, left=len(self._scans.running))

    # A task.

    def perform(self, pk: int, attempt: int) -> bool:
        """Scan what a message is of, and return once the end of that is written down; false where it was not even begun."""
        ended = self._tasks.add(pk, attempt)
        if ended is None:  # its message came again: the broker lost sight of this worker for a while
            return True
        try:
            begun = self._started(pk, attempt)
            if isinstance(begun, Claim):
                assert self._scans  # noqa: S101 -- tasks come after it
                self._scans.begun.put(begun)
                self._waker.wake()
                ended.wait()
            return bool(begun)
        finally:
            self._tasks.forget(pk, attempt)

    def _started(self, pk: int, attempt: int) -> Claim | bool:
        """Begin a run: true where that is done with; false where this worker ends before it can tell."""
        assert self._scans  # noqa: S101 -- as above
        while not self._told_to_stop:
            if self._scans.pulsed is not None:
                try:
                    if not self._scans.stands_by():  # asked anew: a newer version sends messages as soon as it has the schema
                        return queued.start(self._scans.store, pk, attempt, self._who, self._clock()) or True
                except InventoryError as error:
                    log.warning("the inventory does not answer", step="start", error=str(error))
            self._over.wait(self._plan.daemon.poll.total_seconds() if self._scans.pulsed is not None else 0.1)
        return False

    def _launch(self, job: Job, ended: Ended) -> Scanning:
        def noted(outcome: Any) -> None:
            ended(outcome)
            self._waker.wake()

        return self._nursery(job, noted)

    # The keeper.

    def _keep(self, scans: Scans) -> None:
        while not (self._over.is_set() and not scans.running):
            if self._told_to_reload:
                self._told_to_reload = False
                self._take_over(scans)
            if self._told_to_stop and not scans.stopping:
                log.info("worker is asked to end", why=self._told_to_stop, running=len(scans.running))
                self._stopped = monotonic()
                scans.stop("the worker ends")
            scans.pulse()
            if self._stopped is not None and self._given_up(scans):
                break
            self._waker.wait(self._plan.daemon.poll.total_seconds())
        self._tasks.release()

    def _given_up(self, scans: Scans) -> bool:
        """Tell whether the grace is over; what still runs is killed first."""
        assert self._stopped is not None  # noqa: S101 -- asked afterwards
        over = monotonic() - self._stopped - self._plan.daemon.grace.total_seconds()
        if over > 0:
            scans.kill()
        return over > LAST

    def _take_over(self, scans: Scans) -> None:
        """Read the configuration anew, for scans that begin from now on; keep the one in force where it can't be used."""
        try:
            plan = self._read()
        except UserError as error:
            self._metrics.loaded.set(0)
            log.error("the configuration can't be used: the one before stays in force", error=str(error))  # noqa: TRY400
            return
        if (plan.broker, plan.config.settings.database) != (self._plan.broker, self._plan.config.settings.database):
            log.warning("another database or broker takes a restart: these stay")
            plan = plan.on(plan.config.settings.model_copy(update={"database": self._plan.config.settings.database}))
        logs.hiding.learn(plan.secrets)
        self._plan = scans.plan = plan
        self._metrics.loaded.set(1)
        log.info("the configuration is in force")

    # What it is told, and what it tells.

    def _stop(self, number: int, _frame: object) -> None:
        self._told_to_stop = signal.Signals(number).name
        celery_state.should_stop = os.EX_OK
        self._waker.wake()

    def _reload(self, _number: int, _frame: object) -> None:
        self._told_to_reload = True
        self._waker.wake()

    def sick(self) -> str:
        """Return why the process is to be started anew; nothing while it works, or waits for its database or broker."""
        pulsed = self._scans.pulsed if self._scans else None
        late = pulsed is not None and monotonic() - pulsed > STUCK + self._plan.daemon.poll.total_seconds()
        return "the worker has no pulse" if late else ""

    def unready(self) -> str:
        """Return why it begins no scans."""
        scans = self._scans
        if scans is None or scans.pulsed is None or self._celery is None or self._celery.consumer is None:
            return "the worker is starting"
        if self._told_to_stop:
            return "the worker is ending"
        if self._celery.consumer.connection is None:
            return "the broker does not answer"
        return scans.standing_by or self.sick()
