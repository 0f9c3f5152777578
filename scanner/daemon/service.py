"""The daemon as a program: signals, the pulse, the jobs beside it, and how it starts, reloads and ends."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from secrets import token_hex
from time import monotonic
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.jobstores.base import JobLookupError  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from scanner import __version__, heaps
from scanner.daemon import health, logs, upkeep
from scanner.daemon.changes import Keeper, Listeners, Listening
from scanner.daemon.dashboard import Dashboard, Opened
from scanner.daemon.engine import Engine
from scanner.daemon.job import Job, Outcome
from scanner.daemon.metrics import Metrics, Standing
from scanner.daemon.opening import opened
from scanner.daemon.plan import Plan, read
from scanner.daemon.processes import Ended, Process
from scanner.daemon.queueing import Queue
from scanner.errors import UserError
from scanner.inventory import schema
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from scanner.notify.delivery import Delivery

JUMP = 5.0  # seconds between what two clocks say that make a jump of one of them
STUCK = 60.0  # seconds without a pulse after which a daemon is not healthy
LAST = 5.0  # seconds for what was killed to be noted
EVERY = {"announce": 15, "watch": 60, "settle": 60, "prune": 600}  # seconds

log = logs.logger()


class Waker:
    """Wakes who waits; from a signal's handler as well, where the lock of an Event could be held by the one it interrupts."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[None] = SimpleQueue()  # its put is reentrant

    def wake(self) -> None:
        self._calls.put(None)

    def wait(self, seconds: float) -> None:
        """Return when somebody calls, or did since the last time, or after *seconds*."""
        with suppress(Empty):
            self._calls.get(timeout=seconds)
            while True:
                self._calls.get_nowait()


class Service:
    """One daemon. ``run`` returns when it was told to end, and did."""

    def __init__(
        self,
        path: Path | None,
        environment: Mapping[str, str],
        *,
        listen: str | None = None,
        database: str = "",
        dashboard: Dashboard | None = None,
        changes: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._dashboard = dashboard
        self._environment = environment
        self._clock = clock
        self._database = database
        self._waker = Waker()
        self._told_to_stop = ""
        self._told_to_reload = False
        self._listeners = Listeners(changes)
        self._plan = self._read()
        self._listen = self._plan.daemon.listen if listen is None else listen
        self._metrics = Metrics()
        self._who = f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"
        self._engine: Engine | None = None
        self._offset = 0.0
        self._stopped = 0.0
        pool = {"default": ThreadPoolExecutor(len(EVERY) + 1)}
        never_dropped = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, executors=pool, job_defaults=never_dropped)

    def _read(self) -> Plan:
        plan = read(self._path, self._environment)
        if self._database:
            settings = plan.config.settings.model_copy(update={"database": self._database})
            plan = plan.on(settings)
        self._listeners.read(plan.config)
        return plan

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises :class:`UserError` for what is wrong from the start."""
        heaps.share(1)
        logs.configure(self._plan.daemon.log)
        logs.hiding.learn(self._plan.secrets)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._reload)
        with ExitStack() as closing:
            pages = {
                "/healthz": health.state(self.sick),
                "/readyz": health.state(self.unready),
                "/metrics": health.metrics(self._metrics.text),
            }
            if self._listen:
                server = health.Server(self._listen, pages)
                closing.callback(server.close)
                log.info("health", port=server.port)
            dashboard = self._dashboard.opened() if self._dashboard else None
            store = self._opened()
            if store is None:
                return
            closing.enter_context(store)
            if dashboard:
                self._show(dashboard, store)
                closing.callback(dashboard.close)
            self._work(store)

    def _show(self, dashboard: Opened, store: Store) -> None:
        """Let the dashboard answer, from connections of its own that wait for who writes."""
        dashboard.begin(Store(store.engine, store.where))
        log.info("dashboard", address=dashboard.address)

    def _opened(self) -> Store | None:
        """Open the inventory; wait for a database that does not answer yet. ``None`` when told to stop meanwhile."""
        while not self._told_to_stop:
            try:
                return opened(self._plan.config.settings.database)
            except InventoryError as error:
                log.warning("the inventory can't be opened", error=str(error))
                self._metrics.database.set(0)
            self._wait()
        return None

    def _work(self, store: Store) -> None:
        self._unhurried = Store(store.engine, store.where)
        self._delivery = Delivery(self._unhurried, self._clock)
        self._metrics.registry.register(Standing(self._unhurried, self._clock))
        given: dict[str, Any] = {"clock": self._clock, "metrics": self._metrics, "queue": self._queue(store)}
        engine = Engine(store, self._plan, self._who, launch=self._launch, **given)
        self._engine = engine
        self._offset = self._difference()
        self._guarded("tell", self._tell)
        self._arm()
        self._scheduler.start()
        self._listeners.start(self._keeper)
        log.info(
            "daemon begins", daemon=self._who, version=__version__, inventory=store.where, schedules=len(self._plan.schedules)
        )
        while not (engine.stopping and not engine.running):
            self._turn(engine)
            if engine.stopping and self._over(engine):
                break
        self._scheduler.shutdown(wait=True)
        engine.leave()
        log.info("daemon ended", why=self._told_to_stop, left=len(engine.running))

    def _queue(self, store: Store) -> Queue | None:
        """Return the queue of the workers, where there is a broker. Raises :class:`UserError` where it can't be used."""
        if not self._plan.broker:
            return None
        try:
            from scanner.daemon.broker import Celeried, application  # noqa: PLC0415 -- only who has workers needs Celery
        except ModuleNotFoundError as error:
            raise UserError(f"the queue needs {error.name}: pip install 'demarc-scanner[scale]'") from error
        return Queue(store, self._who, Celeried(application(self._plan.broker)))

    def _turn(self, engine: Engine) -> None:
        if self._told_to_reload:
            self._told_to_reload = False
            self.reload()
        if self._told_to_stop and not engine.stopping:
            log.info("daemon is asked to end", why=self._told_to_stop, running=len(engine.running))
            self._stopped = monotonic()
            engine.stop("the daemon ends")
            self._listeners.stop()
        self._look_at_clock()
        engine.pulse()
        if not (engine.stopping and not engine.running):
            self._wait()

    def _over(self, engine: Engine) -> bool:
        """Tell whether the grace is over; what still runs is killed first."""
        over = monotonic() - self._stopped - self._plan.daemon.grace.total_seconds()
        if over > 0:
            engine.kill()
        return over > LAST

    def _launch(self, job: Job, ended: Ended) -> Process:
        def noted(outcome: Outcome) -> None:
            ended(outcome)
            self._waker.wake()

        return Process(job, noted)

    def _wait(self) -> None:
        self._waker.wait(self._plan.daemon.poll.total_seconds())

    # What it is told.

    def _stop(self, number: int, _frame: object) -> None:
        self._told_to_stop = signal.Signals(number).name
        self._waker.wake()

    def _reload(self, _number: int, _frame: object) -> None:
        self._told_to_reload = True
        self._waker.wake()

    def reload(self) -> bool:
        """Read the configuration anew; take it over if it can be used as a whole, else keep the one in force."""
        try:
            plan = self._read()
        except UserError as error:
            self._metrics.loaded.set(0)
            log.error("the configuration can't be used: the one before stays in force", error=str(error))  # noqa: TRY400
            return False
        if plan.config.settings.database != self._plan.config.settings.database:
            log.warning("another database takes a restart: this one stays")
            plan = plan.on(plan.config.settings.model_copy(update={"database": self._plan.config.settings.database}))
        if plan.broker != self._plan.broker:
            log.warning("another broker takes a restart: this one stays")
        if plan.daemon.listen != self._plan.daemon.listen:
            log.warning("another address to listen at takes a restart")
        logs.hiding.learn(plan.secrets)
        self._plan = plan
        self._metrics.loaded.set(1)
        if self._engine:
            self._engine.adopt(plan)
            self._guarded("tell", self._tell)
            self._arm()
            self._listeners.start(self._keeper)
        log.info("the configuration is in force", schedules=len(plan.schedules), channels=len(plan.channels))
        return True

    # The jobs beside the pulse.

    def _arm(self) -> None:
        """Set every job anew: one a schedule, which only wakes the pulse, and those of the upkeep."""
        self._scheduler.remove_all_jobs()
        for schedule in self._plan.schedules:
            self._scheduler.add_job(self._waker.wake, schedule.rule.trigger, id=f"schedule {schedule.name}")
        jobs: Mapping[str, Callable[[], object]] = {
            "announce": self._announce,
            "watch": self._watch,
            "settle": self._settle,
            "prune": self._prune,
        }
        for name, seconds in EVERY.items():
            self._scheduler.add_job(self._guarded, IntervalTrigger(seconds=seconds), id=name, args=(name, jobs[name]))

    def _guarded(self, name: str, job: Callable[[], object]) -> None:
        if self._engine and self._engine.standing_by:
            return  # a newer version does it
        try:
            job()
        except UserError as error:
            log.warning("a job came to nothing", job=name, error=str(error))

    def _tell(self) -> None:
        if self._engine:
            upkeep.tell(self._unhurried, self._plan, self._clock)

    def _announce(self) -> None:
        if self._engine:
            self._tell()
            upkeep.send(self._delivery, self._plan, self._metrics, lambda: bool(self._told_to_stop))

    def _watch(self) -> None:
        if self._engine:
            queues = [each.queue for each in self._listeners.ears]
            upkeep.watch(self._unhurried, self._plan, self._clock, queues)

    def _settle(self) -> None:
        if self._engine:
            upkeep.settle(self._unhurried, self._listeners.listening.aged, self._metrics, self._clock)

    def _keeper(self, listening: Listening) -> Keeper:
        return Keeper(
            self._unhurried,
            listening,
            interests=self._plan.interests,
            metrics=self._metrics,
            clock=self._clock,
            wake=self._tell_at_once,
        )

    def _tell_at_once(self) -> None:
        """Send what waits, from the thread of the jobs: it came of an event that is a finding."""
        with suppress(JobLookupError):  # all jobs are being set anew
            self._scheduler.modify_job("announce", next_run_time=datetime.now(UTC))

    def _prune(self) -> None:
        if self._engine and not self._engine.stopping:
            upkeep.prune(self._unhurried, self._plan, self._who, self._clock, self._engine.aside)

    def _difference(self) -> float:
        return self._clock().timestamp() - monotonic()

    def _look_at_clock(self) -> None:
        """Set all jobs anew when the time of day jumped: APScheduler would sleep until the time that it had in mind."""
        offset = self._difference()
        if abs(offset - self._offset) > JUMP:
            log.warning("the clock jumped", seconds=round(offset - self._offset))
            self._metrics.jumps.inc()
            self._arm()
        self._offset = offset

    # Its health.

    def sick(self) -> str:
        """Return why the process is to be started anew; nothing while it works, or waits for its database."""
        pulsed = self._engine.pulsed if self._engine else None
        late = pulsed is not None and monotonic() - pulsed > STUCK + self._plan.daemon.poll.total_seconds()
        return "the daemon has no pulse" if late else ""

    def unready(self) -> str:
        """Return why it begins no scans."""
        engine = self._engine
        if engine is None or engine.pulsed is None:
            return "the daemon is starting"
        if engine.stopping:
            return "the daemon is ending"
        if engine.standing_by:
            return engine.standing_by
        try:
            with engine.store.reading() as connection:
                schema.revision(connection)
        except InventoryError as error:
            return logs.hiding.hidden(str(error)) or "the inventory does not answer"
        return self.sick()
