"""What daemons have to do: runs that one of several takes up, keeps while it lives, and commits under its own attempt only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from scanner.inventory import serial
from scanner.inventory.errors import InventoryError, translated
from scanner.inventory.store import WRITER, Store
from scanner.inventory.tables import account, daemon, pause, run, snapshot
from scanner.inventory.writing import Writing

NOW = "now"  # the schedule of what somebody asked for
EVERYTHING = "*"  # the schedule of a pause that is for all
WAITING, QUEUED, RUNNING, DONE, FAILED, INTERRUPTED, LOST, MISSED = (
    "waiting",
    "queued",
    "running",
    "done",
    "failed",
    "interrupted",
    "lost",
    "missed",
)
OPEN = (QUEUED, RUNNING)
LATEST = 20  # runs that a status shows
NOTE = 500  # characters
CLEARED: Mapping[str, Any] = {"ended_at": None, "again_at": None, "note": "", "accounts": []}
GONE = timedelta(days=1)


class LostError(InventoryError):
    """Somebody else has the run by now: what this process read is not written."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One account's turn: of a schedule at a time, or asked for at that time. Without a provider, it is no scan."""

    schedule: str
    provider: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that a daemon has begun."""

    pk: int
    attempt: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class Held:
    """A run that is running, and how far its daemon has counted."""

    pk: int
    attempt: int
    beat: int
    daemon: str
    began_at: datetime
    slot: Slot


@dataclass(frozen=True, slots=True)
class Begun:
    """How far the run of a slot has come."""

    state: str
    attempt: int
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """What a daemon looks at before it begins anything. ``queued``: provider and name of accounts that wait for a worker."""

    paused: frozenset[str]
    waiting: tuple[tuple[int, Slot], ...]
    running: tuple[Held, ...]
    queued: frozenset[tuple[str, str]] = frozenset()

    def halts(self, schedule: str) -> bool:
        return EVERYTHING in self.paused or schedule in self.paused


class Hasty(Store):
    """An inventory for who has other things to do: a file that is being written is left for later, not waited for."""

    patience = 2000  # milliseconds


class Busy(Hasty):
    """An inventory for who does many short things: it keeps its connections."""

    keep = True


@contextmanager
def quick(store: Store) -> Iterator[Connection]:
    """Open a short transaction that waits for no snapshot being written: on PostgreSQL only for the rows that it touches.

    SQLite has one writer: there it waits for that one, unless the store is a :class:`Hasty` one.
    """
    with translated(store.where), store.engine.connect().execution_options(**{WRITER: True}) as connection:
        if isinstance(store, Hasty) and connection.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA busy_timeout = {store.patience}")
        with connection.begin():
            yield connection


def adding(connection: Connection, table: Table) -> Any:
    """Return an INSERT that can be told what to do where the row is there already."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def enter(connection: Connection, table: Table, row: Mapping[str, Any]) -> int | None:
    """Insert a row, and return its number; ``None`` where a unique index has one like it."""
    pk = connection.scalar(adding(connection, table).values(**row).on_conflict_do_nothing().returning(table.c.pk))
    return None if pk is None else int(pk)


def _at(row: Any) -> Slot:
    return Slot(row.schedule, row.provider, row.target, row.slot)


def _this(slot: Slot) -> Any:
    return and_(
        run.c.schedule == slot.schedule,
        run.c.provider == slot.provider,
        run.c.target == slot.target,
        run.c.slot == slot.at,
    )


def _still(claim: Claim) -> Any:
    return and_(run.c.pk == claim.pk, run.c.attempt == claim.attempt, run.c.state == RUNNING)


def board(store: Store) -> Board:
    """Return what is paused, asked for, queued and running."""
    open_runs = select(run).where(run.c.state.in_((WAITING, RUNNING))).order_by(run.c.pk)
    with store.reading() as connection:
        paused = frozenset(connection.scalars(select(pause.c.schedule)))
        rows = connection.execute(open_runs).all()
        waits = connection.execute(select(run.c.provider, run.c.target).where(run.c.state == QUEUED))
        queued = frozenset((row.provider, row.target) for row in waits)
    waiting = tuple((row.pk, _at(row)) for row in rows if row.state == WAITING)
    held = tuple(
        Held(row.pk, row.attempt, row.beat, row.daemon, row.began_at, _at(row)) for row in rows if row.state == RUNNING
    )
    return Board(paused, waiting, held, queued)


def begun(store: Store, schedule: str, at: datetime) -> Mapping[tuple[str, str], Begun]:
    """Return the runs of one time slot that are there, by provider and account."""
    columns = (run.c.provider, run.c.target, run.c.state, run.c.attempt, run.c.again_at)
    query = select(*columns).where(run.c.schedule == schedule, run.c.slot == at)
    with store.reading() as connection:
        return {(row.provider, row.target): Begun(row.state, row.attempt, row.again_at) for row in connection.execute(query)}


def asked_again(store: Store, now: datetime) -> list[tuple[Slot, Begun]]:
    """Return what somebody asked for, that came to nothing, and that may be begun again by *now*."""
    with store.reading() as connection:
        query = select(run).where(run.c.schedule == NOW, run.c.again_at <= now).order_by(run.c.pk)
        return [(_at(row), Begun(row.state, row.attempt, row.again_at)) for row in connection.execute(query)]


def ever(store: Store, schedule: str) -> Mapping[tuple[str, str], datetime]:
    """Return the accounts that a schedule had a turn for, and the last slot of each."""
    columns = (run.c.provider, run.c.target)
    query = select(*columns, func.max(run.c.slot).label("last")).where(run.c.schedule == schedule).group_by(*columns)
    with store.reading() as connection:
        return {(row.provider, row.target): row.last for row in connection.execute(query)}


def claim(store: Store, slot: Slot, who: str, now: datetime) -> Claim | None:
    """Begin the run of a slot; ``None`` when another has it, had it, or scans the account just now."""
    values = {"state": RUNNING, "daemon": who, "attempt": 1, "began_at": now, "accounts": []}
    place = {"schedule": slot.schedule, "provider": slot.provider, "target": slot.target, "slot": slot.at}
    with quick(store) as connection:
        pk = enter(connection, run, {**place, **values})
    return None if pk is None else Claim(pk, 1, slot)


def again(store: Store, slot: Slot, attempt: int, who: str, now: datetime) -> Claim | None:
    """Begin a run once more that failed, was lost or interrupted under *attempt*; ``None`` when another was quicker."""
    same = and_(_this(slot), run.c.attempt == attempt, run.c.state.in_((FAILED, LOST, INTERRUPTED)), run.c.again_at <= now)
    return _begin(store, same, Claim(0, attempt + 1, slot), who, now)


def take(store: Store, pk: int, slot: Slot, who: str, now: datetime) -> Claim | None:
    """Begin what somebody asked for; ``None`` when another was quicker, or scans the account just now."""
    return _begin(store, and_(run.c.pk == pk, run.c.state == WAITING), Claim(pk, 1, slot), who, now)


def _begin(store: Store, same: Any, wanted: Claim, who: str, now: datetime) -> Claim | None:
    """Begin the run for which *same* holds, as *wanted*, unless its account is being scanned or waits for a worker."""
    other = run.alias()
    here = and_(other.c.provider == wanted.slot.provider, other.c.target == wanted.slot.target)
    busy = exists().where(here, other.c.state.in_(OPEN))
    values = {"state": RUNNING, "daemon": who, "attempt": wanted.attempt, "began_at": now, **CLEARED}
    try:
        with quick(store) as connection:
            pk = connection.scalar(update(run).where(same, ~busy).values(beat=run.c.beat + 1, **values).returning(run.c.pk))
    except IntegrityError:  # another began to scan the account in the same moment
        return None
    return None if pk is None else Claim(int(pk), wanted.attempt, wanted.slot)


def beat(store: Store, who: str, pks: Sequence[int], *, beside: bool = False) -> set[tuple[int, int]]:
    """Count on for the runs *pks* of *who*. Return those that nobody took from it, with attempts.

    One that is done is among them: its process may take a moment to end. *beside*: count on for what it does beside scans, too.
    """
    mine = run.c.daemon == who
    known = run.c.pk.in_(pks)
    with quick(store) as connection:
        counted = or_(known, run.c.provider == "") if beside else known
        connection.execute(update(run).where(mine, run.c.state == RUNNING, counted).values(beat=run.c.beat + 1))
        here = and_(mine, run.c.state.in_((RUNNING, DONE)), known)
        return {(row.pk, row.attempt) for row in connection.execute(select(run.c.pk, run.c.attempt).where(here))}


def lose(store: Store, held: Held, now: datetime, again_at: datetime | None) -> bool:
    """Call a run lost whose daemon did not count on since *held* was read. Tell whether that is so."""
    values = {"state": LOST, "ended_at": now, "again_at": again_at, "note": f"{held.daemon} said nothing for too long"}
    same = and_(run.c.pk == held.pk, run.c.attempt == held.attempt, run.c.beat == held.beat, run.c.state == RUNNING)
    with quick(store) as connection:
        return connection.execute(update(run).where(same).values(**values)).rowcount == 1


def end(
    store: Store,
    claim: Claim,
    state: str,
    now: datetime,
    *,
    note: str = "",
    accounts: Sequence[Mapping[str, Any]] = (),
    again_at: datetime | None = None,
) -> bool:
    """Say how a run ended. Tell whether it was still this one's to say."""
    values = {"state": state, "ended_at": now, "again_at": again_at, "note": serial.clean(note)[:NOTE]}
    wrote = {"accounts": [dict(each) for each in accounts]} if accounts else {}
    with quick(store) as connection:
        return connection.execute(update(run).where(_still(claim)).values(**values, **wrote)).rowcount == 1


def miss(store: Store, slots: Sequence[Slot], now: datetime, note: str) -> int:
    """Note turns that came too late to be begun, and return how many of them nobody had noted."""
    missed = 0
    for slot in slots:
        row = {"schedule": slot.schedule, "provider": slot.provider, "target": slot.target, "slot": slot.at}
        with quick(store) as connection:
            missed += enter(connection, run, {**row, "state": MISSED, "ended_at": now, "note": note}) is not None
    return missed


def ask(store: Store, provider: str, target: str, now: datetime) -> bool:
    """Ask for a scan now; tell whether nobody had asked before."""
    row = {"schedule": NOW, "provider": provider, "target": target, "slot": now, "state": WAITING}
    with quick(store) as connection:
        return enter(connection, run, row) is not None


def halt(store: Store, schedule: str, reason: str, now: datetime) -> None:
    """Let a schedule, or :data:`EVERYTHING`, begin nothing until :func:`resume`."""
    with quick(store) as connection:
        enter(connection, pause, {"schedule": schedule, "reason": serial.clean(reason), "paused_at": now})


def resume(store: Store, schedule: str) -> bool:
    """End a pause, or all of them. Tell whether there was one."""
    which = () if schedule == EVERYTHING else (pause.c.schedule == schedule,)
    with quick(store) as connection:
        return connection.execute(delete(pause).where(*which)).rowcount > 0


def pauses(store: Store) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(select(pause).order_by(pause.c.schedule)).mappings()]


def present(store: Store, who: str, version: str, started: datetime, now: datetime, *, role: str = "daemon") -> None:
    """Say that a daemon, or a worker, lives; forget those that said nothing for a day."""
    with quick(store) as connection:
        row = {"name": who, "version": version, "started_at": started, "seen_at": now, "role": role}
        connection.execute(delete(daemon).where(daemon.c.seen_at < now - GONE))
        there = adding(connection, daemon).values(**row)
        connection.execute(there.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now}))


def absent(store: Store, who: str) -> None:
    """Say that a daemon ended."""
    with quick(store) as connection:
        connection.execute(delete(daemon).where(daemon.c.name == who))


def daemons(store: Store) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(select(daemon).order_by(daemon.c.name)).mappings()]


def latest(store: Store, most: int = LATEST) -> list[dict[str, Any]]:
    """Return the newest runs: what waits and runs first, then what ended last."""
    open_first = run.c.state.in_((WAITING, *OPEN)).desc()
    with store.reading() as connection:
        query = select(run).order_by(open_first, func.coalesce(run.c.ended_at, run.c.slot).desc(), run.c.pk.desc())
        return [dict(row) for row in connection.execute(query.limit(most)).mappings()]


def wrote(store: Store, slot: Slot) -> list[dict[str, Any]]:
    """Return what the last run that was done wrote of the account of a slot, whichever schedule it was."""
    here = and_(run.c.provider == slot.provider, run.c.target == slot.target, run.c.state == DONE)
    with store.reading() as connection:
        found = connection.scalar(select(run.c.accounts).where(here).order_by(run.c.pk.desc()).limit(1))
        return list(found or [])


def forget(connection: Connection, horizon: datetime) -> int:
    """Drop runs that ended before *horizon*, but for the last of each account that was done."""
    newest = select(func.max(run.c.pk)).where(run.c.state == DONE).group_by(run.c.schedule, run.c.provider, run.c.target)
    old = and_(run.c.ended_at < horizon, run.c.state.not_in((WAITING, *OPEN)), run.c.pk.not_in(newest))
    return connection.execute(delete(run).where(old)).rowcount


class Fenced(Store):
    """An inventory that takes a snapshot only while the run that it comes of is still this process's.

    ``claim`` is that run, ``busy`` tells whether a snapshot is being written, ``last`` that no other will follow it: then the
    run is done in the same transaction.
    """

    claim: Claim
    busy = False
    last = False

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open the transaction of a snapshot. Raises :class:`LostError` before it ends where another has the run by now.

        That shows a scan that was stopped for longer than its lease, and went on: nothing of it is kept.
        """
        with self._transaction() as connection:
            self._known(connection)
            if not connection.scalar(select(run.c.pk).where(self._mine)):
                raise self._lost()
            self.busy = True
            try:
                writing = Writing(connection)
                yield writing
                kept = connection.execute(update(run).where(self._mine).values(**self._progress(connection, writing))).rowcount
            finally:
                self.busy = False
            if not kept:
                raise self._lost()

    @property
    def _mine(self) -> Any:
        return and_(run.c.pk == self.claim.pk, run.c.attempt == self.claim.attempt, run.c.state.in_((RUNNING, DONE)))

    def _progress(self, connection: Connection, writing: Writing) -> dict[str, Any]:
        """Return what a snapshot changes in the row of its run."""
        columns = (account.c.provider, account.c.account_id.label("id"), snapshot.c.pk.label("snapshot"), snapshot.c.status)
        query = select(*columns).join(snapshot, snapshot.c.account_pk == account.c.pk)
        row = dict(connection.execute(query.where(snapshot.c.pk == writing.snapshot_id)).mappings().one())
        before = connection.scalar(select(run.c.accounts).where(run.c.pk == self.claim.pk)) or []
        done = {"state": DONE, "ended_at": datetime.now(UTC)} if self.last else {}
        return {"beat": run.c.beat + 1, "accounts": [*before, row], **done}

    def _lost(self) -> LostError:
        return LostError(f"run {self.claim.pk} is no longer this daemon's: nothing of the scan was kept")


def due_again(state: Begun, now: datetime) -> bool:
    """Tell whether a run that ended may be begun once more."""
    return state.again_at is not None and state.again_at <= now
