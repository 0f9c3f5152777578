"""A past look at one account, as checks see it: what was there then, and what could not be read then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from scanner.inventory.moments import WHOLE, Look
from scanner.inventory.shelf import Shelf
from scanner.inventory.tables import resource, snapshot
from scanner.model import Account, Kind


def shelf(connection: Connection, look: Look, kinds: Iterable[Kind]) -> Shelf:
    """Return what was there as of *look*.

    Of volatile parts only the latest observation is kept: in any look but an account's last, they are unread. A listing
    that was not read to its end returned at least what changed with it; all else in it counts as unread.
    """
    blank = None if _last(connection, look) else {kind.type: kind.volatile for kind in kinds}

    def returned(rows: Sequence[Any]) -> set[str]:
        return {row.key for row in rows if row.valid_from == look.snapshot}

    owner = (look.account_pk, Account(look.provider, look.account_id))
    return Shelf(connection, owner, look.snapshot, returned, blank)


def type_of(connection: Connection, look: Look, id: str) -> str:
    """Return the type of the resource that the account has, or had, under an id; empty where it has none."""
    mine = (resource.c.account_pk == look.account_pk, resource.c.resource_id == id)
    newest = select(resource.c.resource_type).where(*mine).order_by(resource.c.pk.desc()).limit(1)
    return connection.scalar(newest) or ""


def _last(connection: Connection, look: Look) -> bool:
    whole = select(func.max(snapshot.c.pk)).where(snapshot.c.account_pk == look.account_pk, snapshot.c.status.in_(WHOLE))
    return bool(connection.scalar(whole) == look.snapshot)
