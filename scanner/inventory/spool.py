"""Where a scan's resources wait, on disk, until they are written in one transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import count
from typing import NamedTuple, Protocol, Self

from scanner.inventory import serial
from scanner.inventory.errors import translated
from scanner.model import Event, Gap, Kind, Resource, Sketches, Unread

BATCH = 500
# Pages that hold several resources, and a cache for hashes that come in no order.
SCHEMA = """
PRAGMA page_size = 16384;
PRAGMA cache_size = -8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE resource (
    number INTEGER PRIMARY KEY, account TEXT, key TEXT, type TEXT, listed_in TEXT, region TEXT, id TEXT, name TEXT,
    service TEXT, content TEXT, volatile TEXT, unread TEXT, kept TEXT, fingerprint TEXT, facts TEXT, UNIQUE (key, account)
);
CREATE TABLE gap (type, region, service, operation, reason, code, permission, message, resource_id, fact, account);
CREATE TABLE listing (type TEXT, region TEXT, complete INTEGER, account TEXT, PRIMARY KEY (account, type, region));
"""
LISTED = """
INSERT INTO listing VALUES (?,?,?,?)
ON CONFLICT (account, type, region) DO UPDATE SET complete = min(complete, excluded.complete)"""
KEEP = "INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
WAITING = "key, type, listed_in, region, id, name, service, content, facts, volatile, unread, kept, fingerprint"
ROOM = 1 << 40  # numbers that one listing has for what it returns, so that it lies together
MINE = "account IN ('', ?)"


Place = tuple[str, str, str]
"""An account, a type, and the region whose listing returns it."""


class Waiting(NamedTuple):
    """A resource in the spool.

    ``facts`` is JSON of its known facts, ``content`` the hash over name, region and facts, ``unread`` JSON of the facts
    that were not read, ``kept`` of those that were not asked for again. ``fingerprint`` is the hash over all of it, by which
    the next scan knows it again; empty where something was not read, or not asked for.
    """

    key: str
    type: str
    listed_in: str
    region: str
    id: str
    name: str
    service: str
    content: str
    facts: str
    volatile: str
    unread: str
    kept: str
    fingerprint: str


class Stored(Protocol):
    """A resource that the inventory holds."""

    @property
    def pk(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """One listing: a type in a region."""

    type: str
    region: str
    complete: bool


@dataclass(slots=True)
class Seen:
    """What of an account is as it was known at its look ``base``.

    ``missing`` are the fingerprints that the scan has not returned so far. ``resources`` and ``unread`` count what it did
    return, and what of that was not read.
    """

    account: str
    base: int
    missing: set[bytes]
    same: Counter[tuple[str, str]]
    resources: int = 0
    unread: int = 0


class Spool:
    """A SQLite database without a name, on disk: gone with the process, however that ends.

    Resources belong to an account; gaps and ended listings to one, or to all accounts of the scan. *known* returns the last
    look at an account and the fingerprints of what is there: what is returned with one of them is as it was, and only counted.
    """

    def __init__(self, kinds: Mapping[str, Kind], known: Callable[[str], tuple[int, set[bytes]]]) -> None:
        self._kinds = kinds
        self._known = known
        self._seen: dict[str, Seen] = {}
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(SCHEMA)
        self._database.execute("BEGIN")
        self._held: list[tuple[str | int, ...]] = []
        self._places: dict[Place, Iterator[int]] = {}
        self._firsts: dict[Place, int] = {}
        self._listing_gaps: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add(self, event: Event) -> None:
        """Keep *event*. Raises :class:`InventoryError` when the disk is full."""
        if isinstance(event, Resource):
            self._keep(event)
        elif isinstance(event, Sketches):
            self._compare(event)
        elif isinstance(event, Gap):
            self._listing_gaps[event.account] += 1
            self._write("INSERT INTO gap VALUES (?,?,?,?,?,?,?,?,?,?,?)", [_gap(event)])
        else:
            row = (event.type, event.region, int(event.complete), serial.clean(event.account))
            self._write(LISTED, [row])

    def _compare(self, found: Sketches) -> None:
        """Count what is as it was known; make and keep the rest. This is most of what comparing a large organization takes."""
        accounts = self._seen
        for sketch in found.rows:
            account, type, listed_in, digest, _ = sketch
            seen = accounts.get(account) or self._of(account)
            fingerprint = digest[: serial.SIZE]
            if fingerprint in seen.missing:
                seen.resources += 1
                seen.missing.remove(fingerprint)
                seen.same[type, listed_in] += 1
            else:
                self._keep(found.make(sketch), fingerprint)

    def _keep(self, resource: Resource, fingerprint: bytes = b"") -> None:
        seen = self._seen.get(resource.account) or self._of(resource.account)
        seen.resources += 1
        key = serial.key(resource)
        kind = self._kinds.get(resource.type)  # none: a type that no spec names is kept, and shows as a blind spot
        packed = serial.pack(resource, kind.volatile if kind else ())
        if packed.unread != serial.NOTHING:
            seen.unread += sum(isinstance(fact, Unread) for fact in resource.facts.values())
        region, name = serial.clean(resource.region), serial.clean(resource.name)
        listed_in = serial.clean(resource.listed_in) or region
        content = serial.content(name, region, packed.facts)
        if packed.unread != serial.NOTHING or packed.kept != serial.NONE:
            fingerprint = b""
        elif not fingerprint:
            fingerprint = serial.digest(key, content.encode(), packed.volatile.encode())
            if fingerprint in seen.missing:
                seen.missing.remove(fingerprint)
                seen.same[resource.type, listed_in] += 1
                return
        service = kind.service if kind else ""
        account = seen.account
        place = (account, resource.type, listed_in)
        number = next(self._places.get(place) or self._open(place))
        head = (number, account, key.hex(), resource.type, listed_in, region, serial.clean(resource.id), name, service, content)
        self._held.append((*head, packed.volatile, packed.unread, packed.kept, fingerprint.hex(), packed.facts))
        if len(self._held) >= BATCH:
            self.flush()

    def _of(self, account: str) -> Seen:
        """Return what was seen of an account, which may be told in ways that are one when they are stored."""
        if account not in self._seen:
            name = serial.clean(account)
            self._seen[account] = self._of(name) if name != account else Seen(name, *self._known(name), Counter())
        return self._seen[account]

    def _open(self, place: Place) -> Iterator[int]:
        self._firsts[place] = len(self._firsts) * ROOM
        self._places[place] = count(self._firsts[place])
        return self._places[place]

    def flush(self) -> None:
        """Write what waits in memory."""
        self._write(KEEP, self._held)
        self._held.clear()

    def _write(self, statement: str, rows: Sequence[tuple[str | int, ...]]) -> None:
        with translated("the temporary folder"):
            self._database.executemany(statement, rows)

    def accounts(self) -> Iterable[str]:
        """Return the accounts of which something was read."""
        return [account for account, seen in self._seen.items() if seen.resources]

    def of(self, account: str) -> Room:
        """Return what was read of one account."""
        self.flush()
        seen = self._of(account)
        gaps = seen.unread + self._listing_gaps[""] + self._listing_gaps[account]
        return Room(self._database, seen.account, seen.resources, gaps, seen, self._firsts)


@dataclass(frozen=True, slots=True)
class Room:
    """What a scan read of one account. ``gaps`` counts what could not be read: of its resources, and whole listings."""

    database: sqlite3.Connection
    account: str
    resources: int
    gaps: int
    seen: Seen
    firsts: Mapping[Place, int]

    def scopes(self) -> list[Scope]:
        """Return the listings that ended. What never ended was not attempted, whatever it returned."""
        query = f"SELECT type, region, min(complete) FROM listing WHERE {MINE} GROUP BY type, region ORDER BY type, region"  # noqa: S608 -- as below
        found = self.database.execute(query, (self.account,))
        return [Scope(row[0], row[1], bool(row[2])) for row in found]

    def batches(self, scope: Scope, *, unread: bool = False) -> Iterator[list[Waiting]]:
        """Yield what a listing returned; *unread*: only that of which something was not read."""
        cursor = self.rows(scope, WAITING, f"AND unread <> '{serial.NOTHING}'" if unread else "")
        while rows := cursor.fetchmany(BATCH):
            yield [Waiting._make(row) for row in rows]

    def rows(self, scope: Scope, columns: str, also: str = "") -> sqlite3.Cursor:
        """Return *columns* of what a listing returned, in the order in which it did."""
        first = self.firsts.get((self.account, scope.type, scope.region), -ROOM)
        query = f"SELECT {columns} FROM resource WHERE number >= ? AND number < ? {also} ORDER BY number"  # noqa: S608 -- names of ours
        return self.database.execute(query, (first, first + ROOM))

    def count(self, scope: Scope) -> int:
        return int(self.rows(scope, "count(*)").fetchone()[0])

    def same(self, scope: Scope) -> int:
        """Return how much of one listing is as it was known."""
        return self.seen.same[scope.type, scope.region]

    def overtaken(self, last: int) -> bool:
        """Tell whether another scan wrote meanwhile: *last* is the last look before this one."""
        return last != self.seen.base

    def holds(self, rows: Iterable[Stored], *, new: Container[int] = ()) -> set[str]:
        """Return the keys of those of *rows*, which the inventory holds, that the scan returned.

        A fingerprint that the scan did not know is another's, which wrote meanwhile: of what was there before the row stays,
        and the next look decides. *new* are the numbers of rows that were not.
        """
        wanted = []
        found = set()
        for row in rows:
            if row.fingerprint and row.pk not in new and bytes.fromhex(row.fingerprint) not in self.seen.missing:
                found.add(row.key)
            else:
                wanted.append(row.key)
        marks = ",".join("?" * len(wanted))
        query = f"SELECT key FROM resource WHERE account = ? AND key IN ({marks})"  # noqa: S608 -- only marks
        return found | {key for (key,) in self.database.execute(query, (self.account, *wanted))}

    def listing_gaps(self) -> Sequence[Gap]:
        query = f"SELECT DISTINCT * FROM gap WHERE {MINE} ORDER BY type, region"  # noqa: S608 -- as above
        return [Gap(*row) for row in self.database.execute(query, (self.account,))]


def _gap(gap: Gap) -> tuple[str, ...]:
    return tuple(serial.clean(str(part)) for part in astuple(gap))
