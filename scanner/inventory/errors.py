"""The one exception that the inventory shows its user, and how the database's own become it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)

from scanner.errors import UserError

HINTS = {
    "database is locked": "the inventory is being written by another process; try again when it is done",
    "statement timeout": "the database's statement_timeout ended what took too long; nothing of it was kept",
    "lock timeout": "another process holds what is needed for longer than lock_timeout allows; try again when it is done",
    "disk is full": "the disk is full; nothing of this snapshot was kept",
    "unable to open database file": "the file can't be opened; does its folder exist, and may you write there?",
    "not authorized": "nothing can be written here: only a SELECT is allowed",
    "DECLARE CURSOR must not": "nothing can be written here: only a SELECT is allowed",
    "multiple commands": "only one statement is allowed here",
    "one statement at a time": "only one statement is allowed here",
    "readonly database": "nothing can be written here: this command only reads, or the file forbids it",
    "file is not a database": "the file is not a SQLite database",
}
OURS = (DataError, IntegrityError, InternalError, NotSupportedError, ProgrammingError)


class InventoryError(UserError):
    """The inventory can't do what was asked. The message is one line for the user."""


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what the database's environment does to us into :class:`InventoryError`; our own mistakes pass as they are."""
    try:
        yield
    except OURS:
        raise
    except (OperationalError, InterfaceError, DatabaseError) as error:
        raise InventoryError(f"{where}: {explained(error.orig or error)}") from error
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        raise InventoryError(f"{where}: {explained(error)}") from error


@contextmanager
def sent(connection: Connection, what: str) -> Iterator[None]:
    """Let what the driver itself raises look as if SQLAlchemy had sent *what*."""
    base: Any = connection.dialect.dbapi
    try:
        yield
    except base.Error as error:
        raise DBAPIError.instance(what, None, error, base.Error, dialect=connection.dialect) from error


def explained(error: object) -> str:
    """Return one line on *error*, an exception or its text."""
    text = " ".join(str(error).split())
    return next((hint for known, hint in HINTS.items() if known in text), text)
