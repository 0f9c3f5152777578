"""The daemon's heart: at each pulse it takes note of what ended, says that it lives, and begins what is due.

With a broker, it begins nothing itself: it lets what is due wait in the queue, and workers begin it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from time import monotonic

import structlog

from scanner.daemon.keeping import Keeper
from scanner.daemon.leases import Leases
from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan, Schedule
from scanner.daemon.processes import Launch
from scanner.daemon.queueing import Queue
from scanner.inventory import announced, slots
from scanner.inventory.errors import InventoryError
from scanner.inventory.queued import Room, Wanted
from scanner.inventory.slots import Begun, Board, Claim, Slot
from scanner.inventory.store import Store

Due = tuple[datetime, Slot, Begun | None]
"""Since when a slot is due, the slot, and its run, where that is to be begun again."""

log = structlog.get_logger()


class Engine(Keeper):
    """Begins what is due, one scan of an account at a time and as many at once as the plan allows."""

    role = "daemon"

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
        queue: Queue | None = None,
    ) -> None:
        super().__init__(store, plan, who, launch=launch, clock=clock, steady=steady, metrics=metrics)
        self.queue = queue
        self._leases = Leases(plan.daemon.lease.total_seconds())
        self._settled: dict[str, datetime] = {}
        self._ever: dict[str, tuple[datetime, Mapping[tuple[str, str], datetime]]] = {}

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        return (*super().steps, self._begin, *((self._send,) if self.queue else ()))

    def adopt(self, plan: Plan) -> None:
        """Go on by another plan. Scans that run stay as they were begun."""
        self.plan = plan
        self._leases.seconds = plan.daemon.lease.total_seconds()
        self._settled.clear()
        self._ever.clear()

    def over(self, claim: Claim) -> None:
        self._settled.pop(claim.slot.schedule, None)

    def _begin(self) -> None:
        try:
            board = slots.board(self.store)
        except InventoryError:
            self._leases.forget()
            raise
        self.metrics.board(board)
        standing_by = self.stands_by()
        if not standing_by and self._take_note_of_lost(board):
            board = slots.board(self.store)
        self.metrics.waiting.set(len(board.waiting) + len(board.queued))
        if self.stopping or standing_by or slots.EVERYTHING in board.paused:
            return
        now = self.clock()
        due = sorted(self._due(board, now), key=lambda each: each[0])
        self.metrics.waiting.set(len(board.waiting) + len(board.queued) + len(due))
        if self.queue:
            self.queue.put(self._wanted(board, due), self.plan.rooms, now)
            return
        claims = self._claims(board, due, now)
        while self._free and (claim := next(claims, None)):
            self._launch(claim)

    def _send(self) -> None:
        """Send the messages of what waits in the queue, unless a newer version is to do so."""
        if self.queue and not self.standing_by:
            self.queue.send(self.clock(), self.plan.daemon.lease)

    @property
    def _free(self) -> int:
        return self.plan.daemon.parallel - len(self.running)

    def _take_note_of_lost(self, board: Board) -> bool:
        """Call runs lost whose daemon is silent, or that this one began without learning that it did: its database was gone.

        They may be begun again at once. Tell whether there were any.
        """
        found = False
        others = [each for each in board.running if each.daemon != self.who]
        ours = [each for each in board.running if each.daemon == self.who and each.slot.schedule not in self.aside]
        orphans = [each for each in ours if (each.pk, each.attempt) not in self.running]
        for held in (*orphans, *self._leases.lost(others, self.steady())):
            now = self.clock()
            again = self.again_at(Claim(held.pk, held.attempt, held.slot), now, held.began_at, timedelta())
            if slots.lose(self.store, held, now, again):
                found = True
                self.metrics.lost.inc()
                log.warning("a daemon is silent, its scan is lost", daemon=held.daemon, run=held.pk, again_at=again)
                self._settled.pop(held.slot.schedule, None)
        return found

    def _wanted(self, board: Board, due: Iterable[Due]) -> Iterator[Wanted]:
        """Yield what is to wait in the queue: what was asked for first, then what is due longest."""
        known = set(self.plan.targets)
        yield from (Wanted(slot, 0, pk) for pk, slot in board.waiting if (slot.provider, slot.target) in known)
        yield from (Wanted(slot, begun.attempt if begun else 0) for _, slot, begun in due)

    def _claims(self, board: Board, due: Iterable[Due], now: datetime) -> Iterator[Claim]:
        """Begin, one after the other, the runs of what was asked for first, then of what is due longest."""
        ours = [each.claim.slot for each in self.running.values()]  # some may have lost their run, and not ended yet
        open_slots = (*ours, *(each.slot for each in board.running))
        room = Room(self.plan.rooms, [*board.queued, *((slot.provider, slot.target) for slot in open_slots)])
        wanted = set(self.plan.targets)
        for pk, slot in board.waiting:
            place = (slot.provider, slot.target)
            if place in wanted and room.has(place) and (claim := slots.take(self.store, pk, slot, self.who, now)):
                room.take(place)
                yield claim
        for _, slot, begun in due:
            place = (slot.provider, slot.target)
            if room.has(place) and (claim := self._claim(slot, begun, now)):
                room.take(place)
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
        if not board.halts(announced.CHANGES):
            yield from self._changed(now)

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
                open_ends |= begun.again_at is not None or begun.state in slots.OPEN
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

    def _changed(self, now: datetime) -> Iterator[Due]:
        """Yield the accounts in which a cloud says that something changed."""
        for since, slot in announced.due(self.store, now):
            if (slot.provider, slot.target) in self.plan.targets:
                yield since, slot, None

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
