"""What runs here: scans that this process began, which it keeps alive, ends when their time is over, and tells the end of.

Daemons and workers do so alike. Whoever makes them tells them the time, and how to start a process: a test needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from time import monotonic
from typing import ClassVar, TypeVar

import structlog

from scanner import __version__
from scanner.daemon.job import Job, Outcome
from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan
from scanner.daemon.processes import Launch, Scanning
from scanner.inventory import schema, slots
from scanner.inventory.announced import CHANGES
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import DONE, FAILED, INTERRUPTED, NOW, Claim, Slot
from scanner.inventory.store import Store

SOFT = 0.9  # of its budget, after which a scan that can ends by itself
BACKOFF = timedelta(minutes=1)  # before the second attempt; twice as long before the third
GRACE = timedelta(hours=1)  # for what somebody asked for
SEEN = timedelta(seconds=20)  # between two signs of life of the process itself

log = structlog.get_logger()
Item = TypeVar("Item")


@dataclass(slots=True)
class Running:
    """A scan of this process: its own process, when it began, and why it is to end."""

    claim: Claim
    scanning: Scanning
    begun: float
    budget: float
    stopped: float | None = None
    why: str = ""


class Keeper:
    """Keeps what runs here. ``role``: what the inventory knows it as."""

    role: ClassVar[str]

    def __init__(
        self,
        store: Store,
        plan: Plan,
        who: str,
        *,
        launch: Launch,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        self.store = store
        self.plan = plan
        self.who = who
        self.launch = launch
        self.clock = clock
        self.steady = steady
        self.metrics = metrics or Metrics()
        self.ended: SimpleQueue[tuple[Claim, Outcome]] = SimpleQueue()
        self.running: dict[tuple[int, int], Running] = {}  # by run and attempt: one that was overtaken may take time to end
        self.aside: set[str] = set()  # what this process runs that is no scan, by its schedule
        self.stopping = False
        self.standing_by = ""
        self.pulsed: float | None = None
        self._trouble: dict[str, str] = {}
        self._unsaid: list[tuple[Claim, Outcome]] = []
        self._started = clock()
        self._seen: datetime | None = None

    def pulse(self) -> None:
        """Do all that is to be done now. A database that does not answer puts it off; nothing is forgotten."""
        failures = sum(not self._tried(step) for step in self.steps)  # each is tried, whatever became of the one before
        self.metrics.database.set(not failures)
        self.pulsed = self.steady()

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """Return what a pulse consists of."""
        return self._reap, self._beat, self._limit

    def _tried(self, step: Callable[[], None]) -> bool:
        """Take a step; say when it can't be taken, and when it can again."""
        name = step.__name__.strip("_")
        try:
            step()
        except InventoryError as error:
            if self._trouble.get(name) != str(error):
                log.warning("the inventory does not answer", step=name, error=str(error))
            self._trouble[name] = str(error)
            return False
        if self._trouble.pop(name, ""):
            log.info("the inventory answers again", step=name)
        return True

    def stop(self, why: str) -> None:
        """Begin nothing more, and ask what runs to end at a safe point."""
        self.stopping = True
        for each in self.running.values():
            self._halt(each, why)

    def kill(self) -> None:
        """End what still runs."""
        for each in self.running.values():
            each.scanning.kill()

    def leave(self) -> None:
        """Say goodbye."""
        self._tried(self._goodbye)

    def _goodbye(self) -> None:
        slots.absent(self.store, self.who)

    # What begins, and what ended.

    def _launch(self, claim: Claim) -> None:
        budget = self._budget(claim.slot)
        pace = self.plan.pace((claim.slot.provider, claim.slot.target))
        job = Job.of(self.plan.config, claim, budget * SOFT, pace)
        log.info("scan begins", **named(claim))
        try:
            scanning = self.launch(job, lambda outcome: self.ended.put((claim, outcome)))
        except OSError as error:
            self._unsaid.append((claim, Outcome(FAILED, f"no process could be started: {error.strerror}")))
            return
        self.running[claim.pk, claim.attempt] = Running(claim, scanning, self.steady(), budget)

    def _budget(self, slot: Slot) -> float:
        """Return for how many seconds a scan may run: as its own schedule, or the most generous of the account's, says."""
        mine = [each.budget for each in self.plan.schedules if slot.schedule == each.name]
        if slot.schedule in {NOW, CHANGES}:
            mine = [each.budget for each in self.plan.schedules if (slot.provider, slot.target) in each.targets]
        return max(mine, default=timedelta(hours=6)).total_seconds()

    def _reap(self) -> None:
        self._unsaid += drained(self.ended)
        while self._unsaid:
            claim, outcome = self._unsaid[0]
            self._say(claim, outcome)
            del self._unsaid[0]

    def _say(self, claim: Claim, outcome: Outcome) -> None:
        """Write down how a scan ended, unless it, or who took it over, did so."""
        mine = self.running.get((claim.pk, claim.attempt))
        why = mine.why if mine else ""
        if why and outcome.state in {INTERRUPTED, FAILED}:
            outcome = replace(outcome, state=INTERRUPTED if self.stopping else FAILED)
        now = self.clock()
        seconds = self.steady() - mine.begun if mine else 0.0
        again = None if outcome.state == DONE else self.again_at(claim, now, now - timedelta(seconds=seconds))
        note = "; ".join(part for part in (why, outcome.note) if part)
        slots.end(self.store, claim, outcome.state, now, note=note, accounts=outcome.accounts, again_at=again)
        self.running.pop((claim.pk, claim.attempt), None)
        self.metrics.ended(claim.slot, outcome, seconds)
        say = log.info if outcome.state == DONE else log.warning
        say("scan ended", **named(claim), state=outcome.state, note=note, seconds=round(seconds, 1), again_at=again)
        self.over(claim)

    def over(self, claim: Claim) -> None:
        """Take note that a scan ended."""

    def again_at(self, claim: Claim, now: datetime, began: datetime, wait: timedelta = BACKOFF) -> datetime | None:
        """Return when a run that came to nothing may be begun again, where its schedule allows that so long after it began."""
        given = next((each.given for each in self.plan.schedules if each.name == claim.slot.schedule), None)
        attempts = given.attempts if given else 3
        at = now + wait * 2 ** (claim.attempt - 1)
        late = at > max(claim.slot.at, began) + (given.misfire_grace + given.jitter if given else GRACE)
        return None if claim.attempt >= attempts or late else at

    # That it lives.

    def _beat(self) -> None:
        now = self.clock()
        if self._seen is None or abs(now - self._seen) >= SEEN:
            slots.present(self.store, self.who, __version__, self._started, now, role=self.role)
            self._seen = now
        if not self.running and not self.aside:
            return
        held = slots.beat(self.store, self.who, [pk for pk, _ in self.running], beside=bool(self.aside))
        for each in self.running.values():
            if (each.claim.pk, each.claim.attempt) not in held and not each.why:
                self._halt(each, "another has it by now")

    def _limit(self) -> None:
        """End what is over its budget, at a safe point or, where that does not come, at once."""
        now, grace = self.steady(), self.plan.daemon.grace.total_seconds()
        for each in self.running.values():
            if each.stopped is not None and now - each.stopped > grace:
                each.scanning.kill()
            elif each.stopped is None and now - each.begun > each.budget:
                self._halt(each, f"over its budget of {each.budget:.0f} s")

    def _halt(self, each: Running, why: str) -> None:
        if each.stopped is None:
            each.stopped, each.why = self.steady(), why
            log.info("scan is asked to end", **named(each.claim), why=why)
            each.scanning.stop()

    def stands_by(self) -> bool:
        """Tell whether a newer version has changed the inventory: then this one leaves it alone."""
        with self.store.reading() as connection:
            found = schema.revision(connection)
        newer = found is not None and found not in schema.revisions()
        why = f"the inventory has schema {found}, which this version does not know" if newer else ""
        if why != self.standing_by:
            log.warning("stands by" if why else "goes on", why=why)
            self.standing_by = why
        return newer


def named(claim: Claim) -> dict[str, object]:
    """Return what the logs of one scan have in common."""
    slot = claim.slot
    account = slot.target or slot.provider
    return {"scan": f"{claim.pk}.{claim.attempt}", "schedule": slot.schedule, "account": account, "slot": slot.at}


def drained(from_: SimpleQueue[Item]) -> Iterable[Item]:
    """Yield what is in a queue."""
    while True:
        try:
            yield from_.get_nowait()
        except Empty:
            return
