"""Opening an inventory: the engine, its schema, and the transactions in which it is read and written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, exists, insert, make_url, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from scanner.evaluation.overlay import Overlays
from scanner.inventory import overlays, schema, serial, shelf
from scanner.inventory.errors import InventoryError, translated
from scanner.inventory.spool import Spool
from scanner.inventory.tables import account, meta, resource
from scanner.inventory.writing import Listing, Writing, enter, open_snapshot, tried
from scanner.model import Account, Kind, SnapshotStatus
from scanner.provider import Memory

BUSY_SECONDS = 60  # how long one scan waits for another to finish writing
PAGE = 16384  # bytes: facts of a few kilobytes take less room, and less work, than in SQLite's pages of 4096
CACHE = 16384  # kilobytes of pages that are kept while writing: hashes come in no order
WRITER = "demarc_writer"
AUTOCOMMIT = "AUTOCOMMIT"
UTF8 = "UTF8"
LOCK = 0x0DE3A6C  # PostgreSQL advisory lock: one writer at a time, as on SQLite
READING = {
    "sqlite": ("PRAGMA query_only = 1", "PRAGMA case_sensitive_like = 1"),  # LIKE as on PostgreSQL
    "postgresql": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
}


class Store:
    """One inventory, in a SQLite file or a PostgreSQL database. ``keep``: the latter's connections are kept for later."""

    keep: ClassVar[bool] = False

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Open an inventory; make it, or bring its schema up to date, unless *create* is false.

        Raises :class:`InventoryError` when that is impossible, or when it was made by a newer version.
        """
        parsed = address(url)
        where = parsed.database or url if parsed.get_backend_name() == "sqlite" else parsed.render_as_string()
        if not create and parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
            raise InventoryError(f"there is no inventory at {where}: run a scan first, or point --db at one")
        with translated(where):
            store = cls(engine(parsed, keep=cls.keep), where)
            store._prepare(create=create)
        return store

    @classmethod
    def found(cls, url: str) -> Store:
        """Return an inventory as it is, whatever its schema. Raises :class:`InventoryError` where there is none."""
        parsed = address(url)
        where = parsed.database or url if parsed.get_backend_name() == "sqlite" else parsed.render_as_string()
        if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
            raise InventoryError(f"there is no inventory at {where}")
        return cls(engine(parsed), where)

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self, *, create: bool) -> None:
        with self.engine.connect() as connection:
            found = schema.revision(connection)
            if found and found not in schema.revisions():
                raise InventoryError(f"{self.where} was made by a newer demarc (schema {found}): upgrade demarc")
            if schema.current(connection):
                return
        if not create:
            raise InventoryError(
                f"{self.where} has an older schema, or none: run a scan or `demarc db upgrade` to bring it up to date"
            )
        with self.changing(tables=True) as connection:
            if not schema.current(connection):  # another process may have been quicker
                schema.upgrade(connection)

    @cached_property
    def _key(self) -> bytes:
        with self._transaction() as connection:
            found = connection.scalar(select(meta.c.value).where(meta.c.name == "secret_key"))
            if found is None:
                found = os.urandom(32)
                connection.execute(insert(meta).values(name="secret_key", value=found))
            return bytes(found)

    def secret_key(self) -> bytes:
        """Return the key under which this inventory hashes secrets, made when it is first asked for."""
        return self._key

    def remembered(self, provider: str) -> Memory:
        """Return what a collector of *provider* may ask of earlier scans."""

        def memory(account_id: str, type: str, fact: str) -> Mapping[str, Any]:
            with self.reading() as connection:
                return shelf.observed(connection, (provider, account_id), type, fact)

        return memory

    def accounts(self, provider: str) -> Sequence[Account]:
        """Return the accounts of a provider that still hold something."""
        of = (account.c.provider, account.c.account_id, account.c.name, account.c.partition, account.c.parent)
        here = exists().where(resource.c.account_pk == account.c.pk, resource.c.closed_at.is_(None))
        with self.reading() as connection:
            return [Account(*row) for row in connection.execute(select(*of).where(account.c.provider == provider, here))]

    def tried(self, given: Account) -> Collection[Listing]:
        """Return every listing that was tried in an account, or of which it holds something."""
        with self.reading() as connection:
            return tried(connection, given)

    def spool(self, kinds: Mapping[str, Kind]) -> Spool:
        """Return a place on disk for what a scan of one provider reads, until it is written in one go."""
        provider = next((kind.provider for kind in kinds.values()), "")

        def known(account_id: str) -> tuple[int, set[bytes]]:
            with self.reading() as connection:
                return shelf.fingerprints(connection, provider, account_id)

        return Spool(kinds, known)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open the one transaction in which a snapshot becomes visible, whole or not at all."""
        with self._transaction() as connection:
            self._known(connection)
            yield Writing(connection)

    def record(
        self,
        account: Account,
        status: SnapshotStatus,
        started: datetime,
        ended: datetime,
        *,
        calls: Mapping[str, int] | None = None,
        selection: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> int:
        """Note a look that came to nothing. Whatever is known stays as it was."""
        with self._transaction() as connection:
            self._known(connection)
            row = {"calls": calls, "selection": selection, "note": serial.clean(note)}
            return open_snapshot(connection, enter(connection, account), status, started, ended, **row)

    def say(self, said: overlays.Said, at: datetime) -> str:
        """Keep what somebody accepts or attests, lay it over what is open now, and return its name."""
        with self._transaction() as connection:
            name = overlays.say(connection, said, at)
            overlays.lay_everywhere(connection, at)
            return name

    def withdraw(self, name: str, at: datetime) -> None:
        """Take back what was said under *name*. Raises :class:`InventoryError`."""
        with self._transaction() as connection:
            overlays.withdraw(connection, name, at)
            overlays.lay_everywhere(connection, at)

    def synchronize(self, given: Overlays, at: datetime) -> None:
        """Bring what a file said before in line with what it says now; the next snapshot counts with it."""
        with self._transaction() as connection:
            overlays.synchronize(connection, given, at)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state throughout and cannot write."""
        with translated(self.where), self.engine.connect() as connection:
            for statement in READING[self.engine.dialect.name]:
                connection.exec_driver_sql(statement)
            yield connection

    @contextmanager
    def selecting(self) -> Iterator[Connection]:
        """Open ``reading`` for a statement that somebody typed: nothing but a single SELECT gets through.

        PostgreSQL gets it as a cursor's, which can't be anything else; SQLite asks its authorizer about every step.
        """
        with self.reading() as connection:
            driver: Any = connection.connection.driver_connection
            guarded = self.engine.dialect.name == "sqlite"
            if guarded:
                driver.execute(TABLE_FUNCTIONS)
                driver.set_authorizer(_only_selects)
            try:
                yield connection.execution_options(stream_results=True, no_parameters=True)
            finally:
                if guarded:
                    driver.set_authorizer(None)

    @contextmanager
    def changing(self, *, tables: bool = False) -> Iterator[Connection]:
        """Open a transaction that changes the inventory itself, alone and all or nothing; *tables*: what they are like, too.

        SQLite changes a table by making another of its name, which no row may refer to meanwhile.
        """
        with self._transaction(loose=tables and self.engine.dialect.name == "sqlite") as connection:
            yield connection
            if (
                tables
                and self.engine.dialect.name == "sqlite"
                and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            ):
                raise InventoryError(f"{self.where}: rows would refer to what is not there; nothing was changed")

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Open a connection in no transaction, for what an engine does in none."""
        with translated(self.where), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level=AUTOCOMMIT)

    @contextmanager
    def _transaction(self, *, loose: bool = False) -> Iterator[Connection]:
        with translated(self.where), self.engine.connect().execution_options(**{WRITER: True}) as connection:
            if loose:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                self._lock(connection)
                yield connection

    def _known(self, connection: Connection) -> None:
        """Raise :class:`InventoryError` where a newer version has changed the schema since the inventory was opened.

        What this version writes would lack what that one reads, and the content hash would keep it so.
        """
        found = schema.revision(connection)
        if found not in schema.revisions():
            raise InventoryError(f"a newer demarc has upgraded {self.where} meanwhile (schema {found}): nothing was written")

    def _lock(self, connection: Connection) -> None:
        if self.engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def address(url: str) -> URL:
    """Return *url*, a path or a database URL, as SQLAlchemy's. Raises :class:`InventoryError`."""
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InventoryError(f"{url!r} is no path and no database URL") from error
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise InventoryError(f"an inventory is a SQLite file or a PostgreSQL database, not {backend}")
    return parsed.set(drivername="postgresql+psycopg") if backend == "postgresql" else parsed


def engine(url: URL, *, keep: bool = False) -> Engine:
    json = {"json_serializer": serial.text, "json_deserializer": serial.loads}
    if url.get_backend_name() == "sqlite":
        made = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS}, **json)
        event.listen(made, "connect", _on_connect)
        event.listen(made, "begin", _on_begin)
        return made
    try:
        pool: dict[str, Any] = {"max_overflow": -1, "pool_pre_ping": True} if keep else {"poolclass": NullPool}
        made = create_engine(url, **pool, **json)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise InventoryError("PostgreSQL needs its driver: pip install 'demarc-scanner[postgres]'") from error
    event.listen(made, "connect", _encoded, insert=True)  # before SQLAlchemy's own, which takes each answer for a text
    return made


def _encoded(connection: Any, _: object) -> None:
    """Refuse a database that can't hold whatever a provider calls its things."""
    encoding, name = connection.info.parameter_status("server_encoding"), connection.info.dbname
    if encoding not in (UTF8, None):  # what stands between may not pass it on
        connection.close()
        raise InventoryError(
            f"the database {name} has the encoding {encoding}, and an inventory needs {UTF8}: "
            f"make it with createdb --encoding={UTF8} --template=template0"
        )


SELECTS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


# Their first use in a connection makes them, which to the authorizer looks like a change of the schema.
TABLE_FUNCTIONS = "SELECT 1 FROM json_each('[]'), json_tree('[]')"


def _only_selects(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in SELECTS else sqlite3.SQLITE_DENY


def _on_connect(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    connection.execute(f"PRAGMA page_size = {PAGE}")  # counts for a file that is new
    connection.execute(f"PRAGMA cache_size = -{CACHE}")
    _keep_log(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _keep_log(connection: Any) -> None:
    """Set the file to write-ahead logging, which it keeps. Who finds it locked goes on: another is just making the switch.

    SQLite doesn't wait for that lock, as it does for all others.
    """
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if "database is locked" not in str(error):
            raise


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == AUTOCOMMIT:
        return
    writes = options.get(WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
