"""Findings on the scanning itself: rows that open when an account is not looked at as promised, and close when it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from scanner.inventory import serial
from scanner.inventory.announced import CHANGES, NARROW
from scanner.inventory.moments import WHOLE
from scanner.inventory.slots import DONE, FAILED, LOST, MISSED, enter
from scanner.inventory.store import Store
from scanner.inventory.tables import account, alert, run, snapshot

COMPLETE = "complete"
FORGOTTEN = timedelta(days=7)
Subject = tuple[str, str, str]
"""Provider, name in demarc.toml, and the provider's id of an account."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one account: ``kind`` is overdue, incomplete or failing, ``since`` when all was last well."""

    kind: str
    provider: str
    target: str
    account_id: str
    since: datetime | None
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.kind, self.provider, self.target, self.account_id


@dataclass(frozen=True, slots=True)
class Turned:
    """An alert that opened, or is over."""

    pk: int
    wrong: Wrong
    over: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of how one account was looked at."""

    account_id: str
    looked: datetime | None
    complete: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """What came of the runs of one account of demarc.toml: the first ever due, the last that ended, what it reads."""

    first: datetime
    state: str
    final: bool
    note: str
    good: datetime | None
    accounts: tuple[Known, ...]


def pasts(connection: Connection, targets: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Past]:
    """Return what is known of each of *targets* (provider, name) that ever had a turn."""
    looks = _looks(connection)
    found = {}
    for provider, target in targets:
        past = _past(connection, provider, target, looks)
        if past:
            found[provider, target] = past
    return found


def _looks(connection: Connection) -> Mapping[tuple[str, str], tuple[datetime | None, datetime | None]]:
    """Return when each account was last looked at as a whole, and when last completely."""
    complete = snapshot.c.status == COMPLETE
    query = (
        select(
            account.c.provider,
            account.c.account_id,
            func.max(snapshot.c.started_at).label("looked"),
            func.max(snapshot.c.started_at).filter(complete).label("complete"),
        )
        .join(snapshot, snapshot.c.account_pk == account.c.pk)
        .where(snapshot.c.status.in_(WHOLE), snapshot.c.note != NARROW)
        .group_by(account.c.provider, account.c.account_id)
    )
    return {(row.provider, row.account_id): (row.looked, row.complete) for row in connection.execute(query)}


def _past(
    connection: Connection,
    provider: str,
    target: str,
    looks: Mapping[tuple[str, str], tuple[datetime | None, datetime | None]],
) -> Past | None:
    here = and_(run.c.provider == provider, run.c.target == target, run.c.schedule != CHANGES)
    first = connection.scalar(select(func.min(run.c.slot)).where(here))
    if first is None:
        return None
    ended = select(run).where(here, run.c.state.in_((DONE, FAILED, LOST))).order_by(run.c.ended_at.desc(), run.c.pk.desc())
    last = connection.execute(ended.limit(1)).first()
    good = connection.execute(ended.where(run.c.state == DONE).limit(1)).first()
    wrote = good.accounts or [] if good else []
    known = tuple(Known(each["id"], *looks.get((each["provider"], each["id"]), (None, None))) for each in wrote)
    state, final, note = (last.state, last.again_at is None, last.note) if last else (MISSED, False, "")
    return Past(first, state, final, note, good.ended_at if good else None, known)


def settle(connection: Connection, wrong: Iterable[Wrong], ours: Collection[tuple[str, str]], now: datetime) -> list[Turned]:
    """Open an alert for what is wrong, close those of what is not, and return the ones that turned.

    What is wrong already stays as it was: it turns once. Accounts that are not among *ours* are others' to judge, by another
    configuration; what nobody judges any more is closed after a week, and turns for nobody.
    """
    now_wrong = {each.key: each for each in wrong}
    held = {_wrong(row).key: row for row in connection.execute(select(alert).where(alert.c.resolved_at.is_(None))).all()}
    turned = []
    for key, each in now_wrong.items():
        if key not in held and (pk := _open(connection, each, now)) is not None:
            turned.append(Turned(pk, each, over=False, at=now))
    for key, row in held.items():
        mine = (row.provider, row.target) in ours
        if key not in now_wrong and (mine or now - row.opened_at > FORGOTTEN) and _close(connection, row.pk, now) and mine:
            turned.append(Turned(row.pk, _wrong(row), over=True, at=now))
    return turned


def _wrong(row: Any) -> Wrong:
    return Wrong(row.kind, row.provider, row.target, row.account_id, row.since, row.note)


def _open(connection: Connection, each: Wrong, now: datetime) -> int | None:
    row = {
        "kind": each.kind,
        "provider": each.provider,
        "target": each.target,
        "account_id": each.account_id,
        "since": each.since,
        "opened_at": now,
        "note": serial.clean(each.note),
    }
    return enter(connection, alert, row)


def _close(connection: Connection, pk: int, now: datetime) -> bool:
    done = update(alert).where(alert.c.pk == pk, alert.c.resolved_at.is_(None)).values(resolved_at=now)
    return connection.execute(done).rowcount == 1


def standing(store: Store) -> list[dict[str, Any]]:
    """Return the alerts that are open."""
    with store.reading() as connection:
        query = select(alert).where(alert.c.resolved_at.is_(None)).order_by(alert.c.pk)
        return [dict(row) for row in connection.execute(query).mappings()]
