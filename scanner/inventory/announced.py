"""Changes that clouds announced: what is stale, which run looks at it, and which queues could be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, select, update

from scanner.inventory import serial
from scanner.inventory.slots import DONE, WAITING, Claim, Slot, adding, enter, quick
from scanner.inventory.store import Store
from scanner.inventory.tables import account, change, listener, resource, run, snapshot

CHANGES = "(changes)"  # the schedule of what was announced; no schedule of demarc.toml can have such a name
LEFT = "left"
NARROW = "narrowed to what changed"  # the note on a snapshot
MOST = 3  # scans that are begun for a change before it is left to the schedule
BACKOFF = timedelta(minutes=1)  # before the second; twice as long before the third
NOBODYS = timedelta(hours=1)  # for which a change waits for its account to be known
REST = timedelta(seconds=30)  # between two scans for changes of one account
KEPT = timedelta(days=7)  # for which a change is kept, so that one that comes again is known

Target = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stale:
    """Something of an account that is no longer known to be as it was seen."""

    provider: str
    account_id: str
    event: str
    what: str
    service: str
    region: str
    resource_type: str
    resource_id: str
    happened_at: datetime


def note(connection: Connection, found: Iterable[Stale], now: datetime, window: timedelta) -> int:
    """Write down changes, to be scanned after *window*, and return how many of them nobody had."""
    times = {"received_at": now, "due_at": now + window, "state": WAITING}
    return sum(enter(connection, change, {**_row(each), **times}) is not None for each in found)


def _row(each: Stale) -> dict[str, str | datetime]:
    texts = {name: serial.clean(getattr(each, name)) for name in Stale.__slots__ if name != "happened_at"}
    return {**texts, "happened_at": each.happened_at}


def places(connection: Connection) -> Mapping[tuple[str, str], str]:
    """Return the accounts that runs wrote, by provider and id, each with its name in demarc.toml."""
    whole = and_(run.c.state == DONE, run.c.provider != "", run.c.schedule != CHANGES)
    newest = select(func.max(run.c.pk)).where(whole).group_by(run.c.provider, run.c.target)
    query = select(run.c.provider, run.c.target, run.c.accounts).where(run.c.pk.in_(newest)).order_by(run.c.pk)
    return {(row.provider, each["id"]): row.target for row in connection.execute(query) for each in row.accounts or ()}


def account_of(connection: Connection, provider: str, resource_id: str) -> str:
    """Return the id of the account in which a resource is that stands for it; empty where none is known."""
    here = and_(account.c.provider == provider, resource.c.resource_id == serial.clean(resource_id))
    query = select(account.c.account_id).join(resource, resource.c.account_pk == account.c.pk).where(here)
    return str(connection.scalar(query.order_by(resource.c.pk.desc()).limit(1)) or "")


def due(store: Store, now: datetime, rest: timedelta = REST) -> list[tuple[datetime, Slot]]:
    """Return the accounts of demarc.toml that have stale parts, with the time since which they may be scanned.

    Between two such scans of one account lies *rest*, however much changes.
    """
    with store.reading() as connection:
        columns = (change.c.provider, change.c.account_id)
        times = (func.min(change.c.due_at).label("first"), func.max(change.c.due_at).label("last"))
        waits = select(*columns, *times).where(change.c.state == WAITING, change.c.due_at <= now).group_by(*columns)
        rows = connection.execute(waits).all()
        if not rows:
            return []
        known = places(connection)
        ended = _ended(connection)
    found: dict[Target, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in rows:
        if (target := known.get((row.provider, row.account_id))) is not None:
            found[row.provider, target].append((row.first, row.last))
    return [
        (min(first for first, _ in times), Slot(CHANGES, *place, max(last for _, last in times)))
        for place, times in found.items()
        if place not in ended or now - ended[place] >= rest
    ]


def _ended(connection: Connection) -> Mapping[Target, datetime]:
    """Return when a run for changes of each account last ended."""
    columns = (run.c.provider, run.c.target)
    query = select(*columns, func.max(run.c.ended_at).label("at")).where(run.c.schedule == CHANGES).group_by(*columns)
    return {(row.provider, row.target): row.at for row in connection.execute(query) if row.at is not None}


def take(store: Store, claim: Claim, now: datetime) -> list[Stale]:
    """Let a run look at all that is stale in its accounts, and return it. What it does not come to is due again later."""
    with quick(store) as connection:
        place = (claim.slot.provider, claim.slot.target)
        ids = [id for (provider, id), target in places(connection).items() if (provider, target) == place]
        here = and_(change.c.provider == claim.slot.provider, change.c.account_id.in_(ids), change.c.state == WAITING)
        connection.execute(update(change).where(here, change.c.tries >= MOST).values(state=LEFT))
        taken = []
        for row in connection.execute(select(change).where(here).with_for_update()).all():
            taken.append(Stale(*(getattr(row, name) for name in Stale.__slots__)))
            again = now + BACKOFF * 2**row.tries
            values = {"tries": row.tries + 1, "due_at": again, "run_pk": claim.pk}
            connection.execute(update(change).where(change.c.pk == row.pk).values(values))
    return taken


def done(store: Store, claim: Claim, looks: Sequence[int] = ()) -> int:
    """Note that a run looked at what it had taken, and return how many changes these are.

    *looks* are the snapshots that it wrote: they are no looks at the whole of an account, and say so.
    """
    mine = and_(change.c.run_pk == claim.pk, change.c.state == WAITING)
    with quick(store) as connection:
        connection.execute(update(snapshot).where(snapshot.c.pk.in_(looks)).values(note=NARROW))
        return connection.execute(update(change).where(mine).values(state=DONE)).rowcount


def leave(store: Store, now: datetime) -> int:
    """Leave to the schedule what was tried often enough, and what is in accounts that nobody scans. Return how many."""
    with quick(store) as connection:
        waits = and_(change.c.state == WAITING, change.c.due_at <= now)
        ids = [id for _, id in places(connection)]
        tired = and_(waits, change.c.tries >= MOST)
        nobodys = and_(waits, change.c.received_at < now - NOBODYS, change.c.account_id.not_in(ids))
        return sum(connection.execute(update(change).where(which).values(state=LEFT)).rowcount for which in (tired, nobodys))


def waiting(store: Store) -> int:
    """Return how many changes were not looked at so far."""
    with store.reading() as connection:
        return int(connection.scalar(select(func.count()).where(change.c.state == WAITING)) or 0)


def forget(connection: Connection, now: datetime) -> int:
    """Drop changes that are over for so long that they won't come again."""
    old = and_(change.c.state != WAITING, change.c.received_at < now - KEPT)
    return connection.execute(delete(change).where(old)).rowcount


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue that a daemon reads, and the account of demarc.toml with whose credentials it does."""

    name: str
    provider: str
    target: str


def heard(store: Store, queue: Queue, now: datetime, note: str = "") -> None:
    """Note that a queue could be read, or, with a *note*, why it could not. One that is new counts as read."""
    row = {"name": queue.name, "provider": queue.provider, "target": queue.target, "heard_at": now, "note": ""}
    said = {"note": serial.clean(note)[:500]} if note else {**row}
    with quick(store) as connection:
        there = adding(connection, listener).values(**row | said)
        connection.execute(there.on_conflict_do_update(index_elements=["name"], set_=said))


def deaf(connection: Connection, names: Sequence[str], before: datetime) -> list[tuple[Queue, datetime, str]]:
    """Return those of some queues that no daemon could read since, with the time at which one last could, and why."""
    query = select(listener).where(listener.c.name.in_(names), listener.c.heard_at < before).order_by(listener.c.pk)
    return [(Queue(row.name, row.provider, row.target), row.heard_at, row.note) for row in connection.execute(query)]


def listeners(store: Store) -> list[dict[str, object]]:
    """Return every queue that was ever read."""
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(select(listener).order_by(listener.c.name)).mappings()]
