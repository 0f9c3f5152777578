"""The daemon's heart: at each pulse it takes note of what ended, says that it lives, and begins what is due.

It is told the time, and how to start a process, by whoever makes it: a test needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from time import monotonic

import structlog

from scanner import __version__
from scanner.daemon.job import Job, Outcome
from scanner.daemon.leases import Leases
from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan, Schedule
from scanner.daemon.processes import Launch, Scanning
from scanner.inventory import schema, slots
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import DONE, FAILED, INTERRUPTED, NOW, Begun, Board, Claim, Slot
from scanner.inventory.store import Store

SOFT = 0.9  # of its budget, after which a scan that can ends by itself
BACKOFF = timedelta(minutes=1)  # before the second attempt; twice as long before the third
GRACE = timedelta(hours=1)  # for what somebody asked for
SEEN = timedelta(seconds=20)  # between two signs of life of the daemon itself

Due = tuple[datetime, Slot, Begun | None]
"""Since when a slot is due, the slot, and its run, where that is to be begun again."""

log = structlog.get_logger()


@dataclass(slots=True)
class Running:
    """A scan of this daemon: its process, when it began, and why it is to end."""

    claim: Claim
    scanning: Scanning
    begun: float
    budget: float
    stopped: float | None = None
    why: str = ""


class Engine:
    """Begins what is due, one scan of an account at a time and as many at once as the plan allows."""

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
        self.running: dict[int, Running] = {}
        self.aside: set[str] = set()  # what this daemon runs that is no scan, by its schedule
        self.stopping = False
        self.standing_by = ""
        self.pulsed: float | None = None
        self._trouble: dict[str, str] = {}
        self._unsaid: list[tuple[Claim, Outcome]] = []
        self._started = clock()
        self._seen: datetime | None = None
        self._leases = Leases(plan.daemon.lease.total_seconds())
        self._settled: dict[str, datetime] = {}
        self._ever: dict[str, tuple[datetime, Mapping[tuple[str, str], datetime]]] = {}

    def pulse(self) -> None:
        """Do all that is to be done now. A database that does not answer puts it off; nothing is forgotten."""
        steps = (self._reap, self._beat, self._limit, self._begin)
        failures = sum(not self._tried(step) for step in steps)  # each is tried, whatever became of the one before
        self.metrics.database.set(not failures)
        self.pulsed = self.steady()

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

    def adopt(self, plan: Plan) -> None:
        """Go on by another plan. Scans that run stay as they were begun."""
        self.plan = plan
        self._leases.seconds = plan.daemon.lease.total_seconds()
        self._settled.clear()
        self._ever.clear()

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

    # What ended.

    def _reap(self) -> None:
        self._unsaid += drained(self.ended)
        while self._unsaid:
            claim, outcome = self._unsaid[0]
            self._say(claim, outcome)
            del self._unsaid[0]

    def _say(self, claim: Claim, outcome: Outcome) -> None:
        """Write down how a scan ended, unless it, or who took it over, did so."""
        mine = self.running.get(claim.pk)
        why = mine.why if mine else ""
        if why and outcome.state in {INTERRUPTED, FAILED}:
            outcome = replace(outcome, state=INTERRUPTED if self.stopping else FAILED)
        now = self.clock()
        seconds = self.steady() - mine.begun if mine else 0.0
        again = None if outcome.state == DONE else self.again_at(claim, now, now - timedelta(seconds=seconds))
        note = "; ".join(part for part in (why, outcome.note) if part)
        slots.end(self.store, claim, outcome.state, now, note=note, accounts=outcome.accounts, again_at=again)
        self.running.pop(claim.pk, None)
        self._settled.pop(claim.slot.schedule, None)
        self.metrics.ended(claim.slot, outcome, seconds)
        say = log.info if outcome.state == DONE else log.warning
        say("scan ended", **_named(claim), state=outcome.state, note=note, seconds=round(seconds, 1), again_at=again)

    def again_at(self, claim: Claim, now: datetime, began: datetime, wait: timedelta = BACKOFF) -> datetime | None:
        """Return when a run that came to nothing may be begun again, where its schedule allows that so long after it began."""
        given = next((each.given for each in self.plan.schedules if each.name == claim.slot.schedule), None)
        attempts = given.attempts if given else 3
        at = now + wait * 2 ** (claim.attempt - 1)
        late = at > max(claim.slot.at, began) + (given.misfire_grace + given.jitter if given else GRACE)
        return None if claim.attempt >= attempts or late else at

    # That it lives, and what others don't.

    def _beat(self) -> None:
        now = self.clock()
        if self._seen is None or abs(now - self._seen) >= SEEN:
            slots.present(self.store, self.who, __version__, self._started, now)
            self._seen = now
        if not self.running and not self.aside:
            return
        held = slots.beat(self.store, self.who, list(self.running))
        for each in self.running.values():
            if (each.claim.pk, each.claim.attempt) not in held and not each.why:
                self._halt(each, "another daemon has it by now")

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
            log.info("scan is asked to end", **_named(each.claim), why=why)
            each.scanning.stop()

    # What is due.

    def _begin(self) -> None:
        board = slots.board(self.store)
        self.metrics.board(board)
        if self._take_note_of_lost(board):
            board = slots.board(self.store)
        self.metrics.waiting.set(len(board.waiting))
        if self.stopping or self._stands_by() or slots.EVERYTHING in board.paused:
            return
        now = self.clock()
        due = sorted(self._due(board, now), key=lambda each: each[0])
        self.metrics.waiting.set(len(board.waiting) + len(due))
        claims = self._claims(board, due, now)
        while self._free and (claim := next(claims, None)):
            self._launch(claim)

    @property
    def _free(self) -> int:
        return self.plan.daemon.parallel - len(self.running)

    def _stands_by(self) -> bool:
        """Tell whether a newer version has changed the inventory: then this one leaves it alone."""
        with self.store.reading() as connection:
            found = schema.revision(connection)
        newer = found is not None and found not in schema.revisions()
        why = f"the inventory has schema {found}, which this version does not know" if newer else ""
        if why != self.standing_by:
            log.warning("stands by" if why else "goes on", why=why)
            self.standing_by = why
        return newer

    def _take_note_of_lost(self, board: Board) -> bool:
        """Call runs lost whose daemon is silent, or that this one began without learning that it did: its database was gone.

        They may be begun again at once. Tell whether there were any.
        """
        found = False
        others = [each for each in board.running if each.daemon != self.who]
        ours = [each for each in board.running if each.daemon == self.who and each.slot.schedule not in self.aside]
        orphans = [each for each in ours if each.pk not in self.running]
        for held in (*orphans, *self._leases.lost(others, self.steady())):
            now = self.clock()
            again = self.again_at(Claim(held.pk, held.attempt, held.slot), now, held.began_at, timedelta())
            if slots.lose(self.store, held, now, again):
                found = True
                self.metrics.lost.inc()
                log.warning("a daemon is silent, its scan is lost", daemon=held.daemon, run=held.pk, again_at=again)
                self._settled.pop(held.slot.schedule, None)
        return found

    def _claims(self, board: Board, due: Iterable[Due], now: datetime) -> Iterator[Claim]:
        """Begin, one after the other, the runs of what was asked for first, then of what is due longest."""
        ours = [each.claim.slot for each in self.running.values()]  # some may have lost their run, and not ended yet
        busy = {(slot.provider, slot.target) for slot in (*ours, *(each.slot for each in board.running))}
        wanted = set(self.plan.targets)
        for pk, slot in board.waiting:
            place = (slot.provider, slot.target)
            if place in wanted and place not in busy and (claim := slots.take(self.store, pk, slot, self.who, now)):
                busy.add(place)
                yield claim
        for _, slot, begun in due:
            if (slot.provider, slot.target) not in busy and (claim := self._claim(slot, begun, now)):
                busy.add((slot.provider, slot.target))
                yield claim

    def _claim(self, slot: Slot, begun: Begun | None, now: datetime) -> Claim | None:
        if begun is None:
            return slots.claim(self.store, slot, self.who, now)
        return slots.again(self.store, slot, begun.attempt, self.who, now)

    def _due(self, board: Board, now: datetime) -> Iterator[Due]:
        """Yield the slots that nobody has, or whose run may be begun again, with the time since which they are due."""
        for schedule in self.plan.schedules:
            at = schedule.rule.last(now)
            if at is not None and not board.halts(schedule.name) and self._settled.get(schedule.name) != at:
                yield from self._of(schedule, at, now)
        yield from self._asked_again(now)

    def _of(self, schedule: Schedule, at: datetime, now: datetime) -> Iterator[Due]:
        held = slots.begun(self.store, schedule.name, at)
        before = self._before(schedule.name, at)
        late: list[Slot] = []
        open_ends = False
        for target in schedule.targets:
            begun = held.get(target)
            slot = Slot(schedule.name, *target, at)
            start = schedule.rule.start(at, schedule.name, *target)
            if begun is not None:
                open_ends |= begun.again_at is not None or begun.state == slots.RUNNING
                if slots.due_again(begun, now):
                    yield start, slot, begun
            elif target in before and before[target] >= at:
                continue  # the schedule was another then, or the clock was set back
            elif start > now:
                open_ends = True
            elif now - start > schedule.given.misfire_grace and target in before:
                late.append(slot)
            else:
                open_ends = True
                yield start, slot, None
        self._miss(late, now)
        if not open_ends:
            self._settled[schedule.name] = at

    def _asked_again(self, now: datetime) -> Iterator[Due]:
        """Yield what somebody asked for, that came to nothing, and may be begun again."""
        for slot, begun in slots.asked_again(self.store, now):
            if (slot.provider, slot.target) in self.plan.targets:
                yield slot.at, slot, begun

    def _before(self, schedule: str, at: datetime) -> Mapping[tuple[str, str], datetime]:
        """Return the last slot of each account that had a turn of a schedule before the slot *at* was first looked at.

        Accounts that had none are due at once, however late it is.
        """
        if self._ever.get(schedule, (None,))[0] != at:
            self._ever[schedule] = at, slots.ever(self.store, schedule)
        return self._ever[schedule][1]

    def _miss(self, late: list[Slot], now: datetime) -> None:
        missed = slots.miss(self.store, late, now, "no daemon could begin it in time")
        if missed:
            self.metrics.missed.inc(missed)
            log.warning("turns were missed", count=missed, schedule=late[0].schedule, slot=late[0].at)

    def _launch(self, claim: Claim) -> None:
        budget = self._budget(claim.slot)
        job = Job.of(self.plan.config, claim, budget * SOFT)
        log.info("scan begins", **_named(claim))
        try:
            scanning = self.launch(job, lambda outcome: self.ended.put((claim, outcome)))
        except OSError as error:
            self._unsaid.append((claim, Outcome(FAILED, f"no process could be started: {error.strerror}")))
            return
        self.running[claim.pk] = Running(claim, scanning, self.steady(), budget)

    def _budget(self, slot: Slot) -> float:
        """Return for how many seconds a scan may run: as its own schedule, or the most generous of the account's, says."""
        mine = [each.budget for each in self.plan.schedules if slot.schedule == each.name]
        if slot.schedule == NOW:
            mine = [each.budget for each in self.plan.schedules if (slot.provider, slot.target) in each.targets]
        return max(mine, default=timedelta(hours=6)).total_seconds()


def _named(claim: Claim) -> dict[str, object]:
    slot = claim.slot
    account = slot.target or slot.provider
    return {"scan": f"{claim.pk}.{claim.attempt}", "schedule": slot.schedule, "account": account, "slot": slot.at}


def drained(ended: SimpleQueue[tuple[Claim, Outcome]]) -> Iterable[tuple[Claim, Outcome]]:
    """Yield what is in a queue."""
    while True:
        try:
            yield ended.get_nowait()
        except Empty:
            return
