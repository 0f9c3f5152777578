"""Where a scan's resources wait, on disk, until they are written in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from tempfile import TemporaryDirectory
from typing import Self

from scanner.inventory import serial
from scanner.inventory.errors import translated
from scanner.inventory.serial import Packed
from scanner.model import Event, Gap, Kind, Listed, Resource

BATCH = 500
SCHEMA = """
CREATE TABLE resource (
    key TEXT PRIMARY KEY, type TEXT, listed_in TEXT, region TEXT, id TEXT, name TEXT, service TEXT,
    bodies TEXT, volatile TEXT, unread TEXT
) WITHOUT ROWID;
CREATE INDEX scope ON resource (type, listed_in, key);
CREATE TABLE gap (type, region, service, operation, reason, code, permission, message, resource_id, fact);
CREATE TABLE listing (type TEXT, region TEXT, complete INTEGER, PRIMARY KEY (type, region));
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A resource in the spool. ``bodies`` is JSON of its known facts, ``unread`` of those that were not read."""

    key: str
    type: str
    listed_in: str
    region: str
    id: str
    name: str
    service: str
    bodies: str
    volatile: str
    unread: str


@dataclass(frozen=True, slots=True)
class Scope:
    """One listing: a type in a region."""

    type: str
    region: str
    complete: bool


class Spool:
    """A temporary SQLite file. ``resources`` and ``gaps`` count what came in."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._folder = TemporaryDirectory(prefix="demarc-")
        self._database = sqlite3.connect(f"{self._folder.name}/spool", isolation_level=None, check_same_thread=False)
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
        self._database.execute("BEGIN")
        self._held: list[tuple[str, ...]] = []
        self.resources = 0
        self.gaps = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._folder.cleanup()

    def add(self, event: Event) -> None:
        """Keep *event*. Raises :class:`InventoryError` when the disk is full."""
        with translated("the temporary folder"):
            if isinstance(event, Resource):
                self._keep(event)
            elif isinstance(event, Gap):
                self.gaps += 1
                self._database.execute("INSERT INTO gap VALUES (?,?,?,?,?,?,?,?,?,?)", _gap(event))
            else:
                self._close(event)

    def _keep(self, resource: Resource) -> None:
        kind = self._kinds[resource.type]
        packed = serial.pack(resource, kind.volatile)
        self.resources += 1
        self.gaps += len(packed.unread)
        self._held.append(astuple(_waiting(resource, kind.service, packed)))
        if len(self._held) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self._database.executemany("INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?,?,?,?,?)", self._held)
        self._held.clear()

    def _close(self, listed: Listed) -> None:
        row = (listed.type, listed.region, int(listed.complete))
        self._database.execute("INSERT OR REPLACE INTO listing VALUES (?,?,?)", row)

    # What the writer reads.

    def scopes(self) -> list[Scope]:
        """Return the listings that ended. What never ended was not attempted, whatever it returned."""
        self._flush()
        found = self._database.execute("SELECT type, region, complete FROM listing ORDER BY type, region")
        return [Scope(row[0], row[1], bool(row[2])) for row in found]

    def batches(self, scope: Scope) -> Iterator[list[Waiting]]:
        cursor = self._database.execute(
            "SELECT * FROM resource WHERE type = ? AND listed_in = ? ORDER BY key", (scope.type, scope.region)
        )
        while rows := cursor.fetchmany(BATCH):
            yield [Waiting(*row) for row in rows]

    def holds(self, keys: Iterable[str]) -> set[str]:
        """Return those of *keys* that the scan returned."""
        wanted = list(keys)
        marks = ",".join("?" * len(wanted))
        return {key for (key,) in self._database.execute(f"SELECT key FROM resource WHERE key IN ({marks})", wanted)}  # noqa: S608 -- only marks

    def listing_gaps(self) -> Sequence[Gap]:
        return [Gap(*row) for row in self._database.execute("SELECT DISTINCT * FROM gap ORDER BY type, region")]


def _waiting(resource: Resource, service: str, packed: Packed) -> Waiting:
    clean = serial.clean
    return Waiting(
        serial.key(resource).hex(),
        clean(resource.type),
        clean(resource.listed_in or resource.region),
        clean(resource.region),
        clean(resource.id),
        clean(resource.name),
        service,
        serial.join(packed.bodies),
        serial.text(packed.volatile),
        serial.text(packed.unread),
    )


def _gap(gap: Gap) -> tuple[str, ...]:
    return tuple(serial.clean(str(part)) for part in astuple(gap))
