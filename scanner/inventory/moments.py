"""Which snapshots a user means: by number, by date, or in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, select

from scanner.inventory.errors import InventoryError
from scanner.inventory.tables import account, snapshot

WHOLE = ("complete", "partial")
NUMBER = re.compile(r"[0-9]{1,18}")
AGO = re.compile(r"([0-9]{1,5})([hdw])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SAYS = "a snapshot's number, a date (2026-11-25, or with a time), latest, previous, today, yesterday, or 12h, 7d, 4w ago"


@dataclass(frozen=True, slots=True)
class Look:
    """One snapshot of one account. ``snapshot`` is 0 before the first: then nothing was known."""

    account_pk: int
    provider: str
    account_id: str
    snapshot: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """One account between two looks."""

    before: Look
    after: Look


def spans(connection: Connection, a: str, b: str, now: datetime, accounts: Sequence[str] = ()) -> list[Span]:
    """Return what lies between the looks *a* and *b*, for each account that has the later one.

    Raises :class:`InventoryError` for words that name no look, and for looks in the wrong order.
    """
    earlier, later = looks(connection, a, now, accounts), looks(connection, b, now, accounts)
    if NUMBER.fullmatch(a) and NUMBER.fullmatch(b) and earlier.keys() != later.keys():
        raise InventoryError(f"snapshots {a} and {b} are of different accounts")
    found = []
    for pk, after in later.items():
        if NUMBER.fullmatch(a) and pk not in earlier:
            continue
        before = earlier.get(pk) or Look(pk, after.provider, after.account_id, 0, None)
        if before.snapshot > after.snapshot:
            raise InventoryError(f"{a} is later than {b}: the earlier one comes first")
        found.append(Span(before, after))
    return found


def looks(connection: Connection, said: str, now: datetime, accounts: Sequence[str] = ()) -> Mapping[int, Look]:
    """Return the whole snapshot that *said* means for each account, by the account's number. Raises :class:`InventoryError`."""
    rows = _every(connection, accounts)
    if NUMBER.fullmatch(said):
        found = {look.account_pk: look for look in rows if look.snapshot == int(said)}
        if not found:
            raise InventoryError(f"there is no whole snapshot {said}: `demarc snapshots` lists them")
        return found
    skip = {"latest": 0, "previous": 1}.get(said)
    if skip is not None:
        return _nth(rows, skip)
    until = moment(said, now)
    return _nth([look for look in rows if look.at is not None and look.at <= until], 0)


def newest(connection: Connection, now: datetime, accounts: Sequence[str] = ()) -> list[Look]:
    """Return the latest whole look at each account; of one that was never read whole, the look before the first."""
    found = looks(connection, "latest", now, accounts)
    query = select(account.c.pk, account.c.provider, account.c.account_id).order_by(account.c.provider, account.c.account_id)
    if accounts:
        query = query.where(account.c.account_id.in_(accounts))
    return [found.get(row.pk) or Look(*row, 0, None) for row in connection.execute(query)]


def _every(connection: Connection, accounts: Sequence[str]) -> list[Look]:
    """Return every whole snapshot, newest first."""
    columns = (account.c.pk, account.c.provider, account.c.account_id, snapshot.c.pk, snapshot.c.started_at)
    query = select(*columns).join(snapshot, snapshot.c.account_pk == account.c.pk).where(snapshot.c.status.in_(WHOLE))
    if accounts:
        query = query.where(account.c.account_id.in_(accounts))
    return [Look(*row) for row in connection.execute(query.order_by(snapshot.c.pk.desc()))]


def _nth(rows: Sequence[Look], skip: int) -> dict[int, Look]:
    by_account: dict[int, list[Look]] = {}
    for look in rows:
        by_account.setdefault(look.account_pk, []).append(look)
    return {pk: held[skip] for pk, held in by_account.items() if len(held) > skip}


def moment(said: str, now: datetime) -> datetime:
    """Return the time up to which a look counts; a date counts to its end (UTC). Raises :class:`InventoryError`."""
    if ago := AGO.fullmatch(said):
        return now - int(ago[1]) * UNITS[ago[2]]
    days = {"today": 0, "yesterday": 1}
    if said in days:
        return _end(now - timedelta(days=days[said]))
    try:
        given = datetime.fromisoformat(said)
    except ValueError:
        raise InventoryError(f"{said!r} names no look: it is {SAYS}") from None
    given = given if given.tzinfo else given.replace(tzinfo=UTC)
    return _end(given) if len(said) == len("2026-11-25") else given


def _end(day: datetime) -> datetime:
    return datetime.combine(day.astimezone(UTC).date(), time.max, UTC)
