"""What a scan keeps beside its memory: policies until their resources come by, and how far each listing got.

A SQLite database without a name. With the option ``resume`` it is a file in the user's folder, and holds the resources that
were read as well, as they leave the collector: without secrets. A scan that was killed then yields them
again and goes on with the page token, at the same time of the snapshot, so long as Google accepts it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from scanner.model import Absent, Fact, Present, Reason, Resource, Unread
from scanner.provider import ConnectError

LIFE = timedelta(hours=71)  # a page token expires 72 hours after the first page. Source: API reference, ListAssetsResponse
SCHEMA = """
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE listing (content TEXT PRIMARY KEY, token TEXT, done INTEGER) WITHOUT ROWID;
CREATE TABLE section (
    name TEXT, content TEXT, part TEXT, body BLOB, cut INTEGER, type TEXT, ancestors TEXT, used INTEGER DEFAULT 0,
    PRIMARY KEY (name, content, part)
) WITHOUT ROWID;
CREATE TABLE struck (content TEXT, type TEXT, PRIMARY KEY (content, type)) WITHOUT ROWID;
CREATE TABLE resource (body BLOB);
"""
COLUMNS = "name, content, part, body, cut, type, ancestors"
KEEP = f"INSERT OR REPLACE INTO section ({COLUMNS}) VALUES (?,?,?,?,?,?,?)"  # noqa: S608 -- constants
MOST = 500  # names that are asked for at once
MARKS = 1 << 22  # bytes, of which each name with a policy marks one: most assets have none, and need not be looked up


class Section(NamedTuple):
    """One policy of one asset, raw. ``part`` tells several of one asset apart; ``cut``: it is not whole."""

    name: str
    content: str
    part: str
    body: bytes
    cut: bool
    type: str
    ancestors: str


class Kept:
    """One scan's database. *identity* says what was asked; a folder that holds the answer to something else is not resumed.

    Raises :class:`ConnectError` when the folder cannot be used.
    """

    def __init__(self, folder: str = "", identity: str = "") -> None:
        self.resuming = bool(folder)
        self._path = Path(folder) / "demarc-gcp-scan.db"
        self._marks = bytearray(MARKS)
        self._identity = identity
        self._open = False
        self._read_time = self._noted("read_time") if folder else ""

    @cached_property
    def _database(self) -> sqlite3.Connection:
        """Return the database, opened when it is first needed: whoever only enters an account keeps nothing."""
        self._open = True
        if not self.resuming:
            return _made("", "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._earlier() or self._fresh()
        except (OSError, sqlite3.Error) as error:
            raise ConnectError(f"{self._path.parent} cannot keep what is read: {error}") from error

    def _earlier(self) -> sqlite3.Connection | None:
        """Return the file of a scan that asked the same and was not finished in time; ``None`` where there is none."""
        if not self._path.exists():
            return None
        database = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            known = dict(database.execute("SELECT name, value FROM note"))
            begun = datetime.fromisoformat(known.get("begun", ""))
        except (sqlite3.Error, ValueError):
            known, begun = {}, datetime.min.replace(tzinfo=UTC)
        if known.get("identity") == self._identity and datetime.now(UTC) - begun < LIFE:
            for (name,) in database.execute("SELECT name FROM section"):
                self._marks[hash(name) % MARKS] = 1
            return database
        database.close()
        return None

    def _fresh(self) -> sqlite3.Connection:
        self._path.unlink(missing_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        database = _made(str(self._path))
        notes = [("identity", self._identity), ("begun", datetime.now(UTC).isoformat())]
        database.executemany("INSERT INTO note VALUES (?, ?)", notes)
        return database

    # How far it got.

    @property
    def read_time(self) -> str:
        """Return the time of the snapshot, empty while it is not known."""
        return self._read_time

    @read_time.setter
    def read_time(self, value: str) -> None:
        self._read_time = value
        if self.resuming and value:
            self._database.execute("INSERT OR REPLACE INTO note VALUES ('read_time', ?)", (value,))

    def _noted(self, name: str) -> str:
        row = self._database.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def strike(self, content: str, types: Iterable[str]) -> None:
        """Note that a listing brought assets of these native types that could not be made out; empty: of unknown ones."""
        for type in types:
            self._database.execute("INSERT OR IGNORE INTO struck VALUES (?, ?)", (content, type))

    def struck(self, content: str) -> list[str]:
        found = self._database.execute("SELECT type FROM struck WHERE content = ? ORDER BY type", (content,))
        return [type for (type,) in found]

    def progress(self, content: str) -> tuple[str, bool]:
        """Return the token of the next page of a listing, empty for the first, and whether the listing ended."""
        row = self._database.execute("SELECT token, done FROM listing WHERE content = ?", (content,)).fetchone()
        return (str(row[0]), bool(row[1])) if row else ("", False)

    def restart(self, content: str) -> None:
        """Forget how far a listing got; what it brought is brought again, or replaced."""
        self._database.execute("DELETE FROM listing WHERE content = ?", (content,))
        self._database.execute("DELETE FROM resource")

    def sections(self, content: str, found: Iterable[Section], token: str) -> None:
        """Keep the policies of one page, and the token of the next."""
        rows = list(found)
        for each in rows:
            self._marks[hash(each.name) % MARKS] = 1
        self._page(content, token, KEEP, rows)

    def resources(self, content: str, found: Iterable[Resource], token: str) -> None:
        """Keep the resources of one page, and the token of the next."""
        self._page(content, token, "INSERT INTO resource VALUES (?)", ((packed(each),) for each in found))

    def _page(self, content: str, token: str, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._database.execute("BEGIN")
        self._database.executemany(statement, rows)
        self._database.execute("INSERT OR REPLACE INTO listing VALUES (?, ?, ?)", (content, token, not token))
        self._database.execute("COMMIT")

    # What it brought.

    def of(self, names: Sequence[str]) -> Mapping[str, list[Section]]:
        """Return the policies of the assets of these *names*, which count as used from now on."""
        found: dict[str, list[Section]] = {}
        marks = self._marks
        asked_for = [name for name in names if marks[hash(name) % MARKS]]
        for start in range(0, len(asked_for), MOST):
            some = asked_for[start : start + MOST]
            places = ",".join("?" * len(some))
            asked = f"SELECT {COLUMNS} FROM section WHERE name IN ({places})"  # noqa: S608 -- only marks
            for each in map(Section._make, self._database.execute(asked, some)):
                found.setdefault(each.name, []).append(each)
            self._database.execute(f"UPDATE section SET used = 1 WHERE name IN ({places})", some)  # noqa: S608 -- only marks
        return found

    def every(self, content: str) -> list[Section]:
        asked = f"SELECT {COLUMNS} FROM section WHERE content = ? ORDER BY name, part"  # noqa: S608 -- a constant
        return [Section._make(row) for row in self._database.execute(asked, (content,))]

    def unused(self, content: str) -> Iterator[Section]:
        """Yield the policies of assets that no listing of resources brought."""
        asked = f"SELECT {COLUMNS} FROM section WHERE content = ? AND used = 0 ORDER BY name"  # noqa: S608 -- a constant
        with closing(self._database.execute(asked, (content,))) as rows:
            yield from map(Section._make, rows)

    def read(self) -> Iterator[Resource]:
        """Yield the resources that an earlier run of this scan kept."""
        with closing(self._database.execute("SELECT body FROM resource ORDER BY rowid")) as rows:
            for (body,) in rows:
                yield unpacked(body)

    def close(self, *, finished: bool) -> None:
        """Let go of the database; a finished scan leaves nothing to resume."""
        if self._open:
            self._database.close()
            if self.resuming and finished:
                self._path.unlink(missing_ok=True)


def _made(path: str, settings: str = "") -> sqlite3.Connection:
    """Return a new database; without a path it has no name, and is gone with the process, however that ends."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.executescript(settings + ";" + SCHEMA)
    return database


def packed(resource: Resource) -> bytes:
    facts = {name: _packed(fact) for name, fact in resource.facts.items()}
    row = (resource.type, resource.id, resource.account, resource.region, facts, resource.name, resource.listed_in)
    return orjson.dumps(row)


def _packed(fact: Fact) -> tuple[Any, ...]:
    if isinstance(fact, Present):
        return ("present", fact.value)
    if isinstance(fact, Absent):
        return ("absent", fact.code)
    if isinstance(fact, Unread):
        return ("unread", str(fact.reason), fact.code, fact.operation, fact.permission)
    raise TypeError(fact)  # everything is asked for anew here


def unpacked(body: bytes) -> Resource:
    type, id, account, region, facts, name, listed_in = orjson.loads(body)
    known = {each: _unpacked(*fact) for each, fact in facts.items()}
    return Resource(type, id, account, region, known, name, listed_in)


def _unpacked(kind: str, first: Any, *rest: str) -> Fact:
    if kind == "present":
        return Present(first)
    return Absent(first) if kind == "absent" else Unread(Reason(first), *rest)
