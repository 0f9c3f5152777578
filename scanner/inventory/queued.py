"""Runs that wait for a worker: put into the queue by daemons, begun by the worker that gets their message.

The rows are the truth, the broker's messages only say that there is something to do: one that comes twice, late, or never
changes nothing but the time at which a run begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from scanner.inventory.announced import CHANGES
from scanner.inventory.slots import (
    CLEARED,
    DONE,
    FAILED,
    INTERRUPTED,
    LOST,
    NOW,
    OPEN,
    QUEUED,
    RUNNING,
    WAITING,
    Claim,
    Slot,
    adding,
    quick,
)
from scanner.inventory.store import Store
from scanner.inventory.tables import run

Place = tuple[str, str]
"""Provider, and name of the account."""

LOCK = 0x0DE3A6D  # PostgreSQL advisory lock: one daemon at a time counts what is open, and adds to it
PART = 500  # rows a statement
ENDED_BADLY = (FAILED, LOST, INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of these accounts are scanned at once."""

    targets: frozenset[Place]
    most: int


@dataclass(slots=True)
class Room:
    """Which accounts may be begun, beside those that are open: each once, and of each limit no more than it says."""

    limits: Sequence[Limit]
    open: Iterable[Place]
    _busy: set[Place] = field(init=False)
    _counts: Counter[int] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._busy = set()
        for place in dict.fromkeys(self.open):
            self.take(place)

    def has(self, place: Place) -> bool:
        full = (place in limit.targets and self._counts[number] >= limit.most for number, limit in enumerate(self.limits))
        return place not in self._busy and not any(full)

    def take(self, place: Place) -> None:
        self._busy.add(place)
        self._counts.update(number for number, limit in enumerate(self.limits) if place in limit.targets)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that is to wait for a worker: the next after *attempt* of its slot, or, by its number, one that was asked for."""

    slot: Slot
    attempt: int
    asked: int | None = None

    @property
    def place(self) -> Place:
        return self.slot.provider, self.slot.target


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a worker: which run, under which attempt. ``urgent``: somebody waits for it."""

    pk: int
    attempt: int
    urgent: bool


def put(store: Store, wanted: Iterable[Wanted], limits: Sequence[Limit], who: str, now: datetime) -> int:
    """Let runs wait for a worker, as far as there is room, and return how many do now. Nothing is sent yet.

    Daemons count and add one after the other: several never go over a limit together.
    """
    with quick(store) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        places = connection.execute(select(run.c.provider, run.c.target).where(run.c.state.in_(OPEN)))
        room = Room(limits, [(row.provider, row.target) for row in places])
        values = {"state": QUEUED, "daemon": who, "queued_at": now, "sent_at": None}
        fresh, count = [], 0
        for each in wanted:
            if not room.has(each.place):
                continue
            if each.asked is None and not each.attempt:
                room.take(each.place)
                fresh.append(each.slot)
            elif _again(connection, each, values, now):
                room.take(each.place)
                count += 1
        return count + sum(_enter(connection, part, values) for part in parts(fresh, PART))


def _again(connection: Connection, each: Wanted, values: Mapping[str, Any], now: datetime) -> bool:
    """Queue a run that is there already. Tell whether it was still there to be queued."""
    this = and_(run.c.pk == each.asked, run.c.state == WAITING)
    if each.asked is None:
        slot = each.slot
        of = (run.c.schedule == slot.schedule, run.c.provider == slot.provider, run.c.target == slot.target)
        ended = (run.c.attempt == each.attempt, run.c.state.in_(ENDED_BADLY), run.c.again_at <= now)
        this = and_(*of, run.c.slot == slot.at, *ended)
    change = update(run).where(this).values(**values, **CLEARED, attempt=each.attempt + 1)
    return connection.execute(change).rowcount == 1


def _enter(connection: Connection, fresh: Sequence[Slot], values: Mapping[str, Any]) -> int:
    rows = [
        {"schedule": each.schedule, "provider": each.provider, "target": each.target, "slot": each.at, "attempt": 1}
        | {"accounts": [], **values}
        for each in fresh
    ]
    entered = connection.execute(adding(connection, run).values(rows).on_conflict_do_nothing().returning(run.c.pk))
    return len(entered.all())


def unsent(store: Store, who: str, now: datetime, lease: timedelta, most: int) -> list[Message]:
    """Return messages that are to be sent: *who*'s own, and those of others who did not come to it within the lease."""
    others = run.c.queued_at < now - lease
    due = and_(run.c.state == QUEUED, run.c.sent_at.is_(None), or_(run.c.daemon == who, others))
    with store.reading() as connection:
        rows = connection.execute(select(run.c.pk, run.c.attempt, run.c.schedule).where(due).order_by(run.c.pk).limit(most))
        return [Message(row.pk, row.attempt, row.schedule == NOW) for row in rows]


def sent(store: Store, messages: Sequence[Message], now: datetime) -> None:
    """Say that the broker has these messages."""
    with quick(store) as connection:
        for part in parts(messages, PART):
            waits = and_(run.c.pk.in_([each.pk for each in part]), run.c.state == QUEUED, run.c.sent_at.is_(None))
            connection.execute(update(run).where(waits).values(sent_at=now))


def missing(store: Store, before: datetime) -> int:
    """Return how many runs wait whose message was sent before then."""
    with store.reading() as connection:
        old = and_(run.c.state == QUEUED, run.c.sent_at < before)
        return int(connection.scalar(select(func.count()).select_from(run).where(old)) or 0)


def resend(store: Store, who: str, before: datetime, now: datetime) -> int:
    """Let the messages be sent anew that were sent before then and did not make a run begin. Return how many."""
    old = and_(run.c.state == QUEUED, run.c.sent_at < before)
    with quick(store) as connection:
        return connection.execute(update(run).where(old).values(sent_at=None, daemon=who, queued_at=now)).rowcount


def start(store: Store, pk: int, attempt: int, who: str, now: datetime) -> Claim | None:
    """Begin the run that a message is of; ``None`` where it was begun, or by another attempt, or its account is being scanned.

    Who was told nothing of what became of this call may call again: a run that it began is its own.
    """
    mine = and_(run.c.state == RUNNING, run.c.daemon == who)
    same = and_(run.c.pk == pk, run.c.attempt == attempt, or_(run.c.state == QUEUED, mine))
    values = {"state": RUNNING, "daemon": who, "began_at": now}
    back = (run.c.schedule, run.c.provider, run.c.target, run.c.slot)
    try:
        with quick(store) as connection:
            row = connection.execute(update(run).where(same).values(beat=run.c.beat + 1, **values).returning(*back)).first()
    except IntegrityError:  # who works without a queue scans the account: the message is sent again after a lease
        with quick(store) as connection:
            connection.execute(update(run).where(same).values(sent_at=None, daemon="", queued_at=now))
        return None
    return None if row is None else Claim(pk, attempt, Slot(row.schedule, row.provider, row.target, row.slot))


def durations(store: Store) -> Mapping[Place, timedelta]:
    """Return how long the last scan of each account took that was done."""
    whole = and_(run.c.state == DONE, run.c.schedule != CHANGES)
    last = select(func.max(run.c.pk)).where(whole).group_by(run.c.provider, run.c.target)
    query = select(run.c.provider, run.c.target, run.c.began_at, run.c.ended_at).where(run.c.pk.in_(last))
    with store.reading() as connection:
        return {
            (row.provider, row.target): row.ended_at - row.began_at
            for row in connection.execute(query)
            if row.ended_at and row.began_at
        }


def counts(store: Store) -> Mapping[str, int]:
    """Return how many runs are in each state."""
    with store.reading() as connection:
        found = connection.execute(select(run.c.state, func.count().label("runs")).group_by(run.c.state))
        return {row.state: row.runs for row in found}


def shown(store: Store, most: int) -> list[dict[str, Any]]:
    """Return what runs, what waits, and what came to nothing and is begun again or was given up: the last *most* of each."""
    found: list[dict[str, Any]] = []
    orders: Sequence[tuple[Callable[[], Any], Any]] = (
        (lambda: run.c.state == RUNNING, run.c.began_at),
        (lambda: run.c.state == WAITING, run.c.pk),
        (lambda: run.c.state == QUEUED, run.c.pk),
        (lambda: run.c.state.in_((*ENDED_BADLY, "missed")), run.c.ended_at.desc()),
    )
    with store.reading() as connection:
        for which, order in orders:
            rows = connection.execute(select(run).where(which()).order_by(order).limit(most)).mappings()
            found += [dict(row) for row in rows]
    return found


def parts(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield *things* in parts of at most *size*."""
    rest = iter(things)
    return iter(lambda: list(islice(rest, size)), [])
