"""Who changed what through the dashboard: kept beside what was changed, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from scanner.evaluation.overlay import Acceptance
from scanner.inventory import overlays, serial, slots
from scanner.inventory.overlays import Said
from scanner.inventory.store import Store
from scanner.inventory.tables import audit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, from where, and when."""

    name: str
    role: str
    address: str
    at: datetime


def record(connection: Connection, by: Actor, action: str, subject: dict[str, Any]) -> None:
    """Keep that something was done."""
    row = {"at": by.at, "actor": serial.clean(by.name), "role": by.role, "address": by.address}
    connection.execute(insert(audit).values(**row, action=action, subject=serial.loads(serial.dumps(subject))))


@contextmanager
def changing(store: Store, by: Actor, action: str, subject: dict[str, Any]) -> Iterator[Connection]:
    """Open a transaction that changes something, and keeps who did: both, or neither."""
    with store.changing() as connection:
        record(connection, by, action, subject)
        yield connection


def say(store: Store, said: Said, by: Actor, subject: dict[str, Any]) -> str:
    """Keep what somebody accepts or attests, and return its name."""
    action = "accept" if isinstance(said, Acceptance) else "attest"
    with changing(store, by, action, subject) as connection:
        name = overlays.say(connection, said, by.at)
        overlays.lay_everywhere(connection, by.at)
        return name


def withdraw(store: Store, name: str, by: Actor) -> None:
    """Take back what was said under *name*. Raises :class:`scanner.inventory.errors.InventoryError`."""
    with changing(store, by, "withdraw", {"name": name}) as connection:
        overlays.withdraw(connection, name, by.at)
        overlays.lay_everywhere(connection, by.at)


def ask(store: Store, whose: tuple[str, str], by: Actor, subject: dict[str, Any]) -> None:
    """Ask for a scan of what the daemons call so: provider and target."""
    slots.ask(store, *whose, by.at)
    with changing(store, by, "scan", subject):
        pass


def entries(connection: Connection, most: int, before: int | None = None) -> list[dict[str, Any]]:
    """Return what was done, newest first; *before* a number."""
    query = select(audit).order_by(audit.c.pk.desc()).limit(most)
    rows = connection.execute(query.where(audit.c.pk < before) if before else query).mappings()
    return [dict(row) for row in rows]


def overlay(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return what was said under *name*; ``None`` where nothing was."""
    return next((row for row in overlays.every(connection) if row["name"] == name), None)
