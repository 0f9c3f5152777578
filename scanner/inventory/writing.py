"""The one transaction in which a snapshot is written: what is there, how it was judged, what it scores."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from scanner.evaluation.check import Check
from scanner.evaluation.overlay import Attestation
from scanner.inventory import filling, overlays, serial
from scanner.inventory.diff import Diff
from scanner.inventory.judging import Judging
from scanner.inventory.lookup import Lookup
from scanner.inventory.rows import Applied, Counted, LedgerRow, ScoreRow, Stored
from scanner.inventory.shelf import PAGE, Shelf
from scanner.inventory.spool import Room
from scanner.inventory.tables import account, finding, gap, ledger, listing, resource, score, snapshot, version
from scanner.model import Account, Finding, Gap, Inventory, SnapshotStatus

Listing = tuple[str, str]
"""A type, and the region that lists it."""


def enter(connection: Connection, given: Account) -> int:
    """Return the number of an account, entered when it is new; what is known of it is brought up to date."""
    id = serial.clean(given.id)
    same = and_(account.c.provider == given.provider, account.c.account_id == id)
    values = {"name": given.name, "partition": given.partition, "parent": given.parent}
    clean = {name: serial.clean(value) for name, value in values.items() if value}
    found = connection.scalar(select(account.c.pk).where(same))
    if found is None:
        row = {"provider": given.provider, "account_id": id, **clean}
        return int(connection.execute(insert(account).values(row)).inserted_primary_key[0])  # type: ignore[index]
    if clean:
        connection.execute(update(account).where(account.c.pk == found).values(clean))
    return int(found)


def places(connection: Connection, owner: int) -> Collection[Listing]:
    """Return every listing of which the account *owner* holds something."""
    here = and_(resource.c.account_pk == owner, resource.c.closed_at.is_(None))
    rows = connection.execute(select(resource.c.resource_type, resource.c.listed_in).where(here).distinct())
    return {(row.resource_type, row.listed_in) for row in rows}


def tried(connection: Connection, given: Account) -> Collection[Listing]:
    """Return every listing that was tried in an account, or of which it holds something."""
    same = and_(account.c.provider == given.provider, account.c.account_id == serial.clean(given.id))
    owner = connection.scalar(select(account.c.pk).where(same)) or 0
    known = and_(listing.c.account_pk == owner, listing.c.valid_to.is_(None))
    rows = connection.execute(select(listing.c.resource_type, listing.c.region).where(known))
    return {(row.resource_type, row.region) for row in rows} | {*places(connection, owner)}


def open_snapshot(
    connection: Connection, owner: int, status: SnapshotStatus, started: datetime, ended: datetime, **more: Any
) -> int:
    row = {"account_pk": owner, "status": status.value, "started_at": started, "ended_at": ended, **more}
    return int(connection.execute(insert(snapshot).values(row)).inserted_primary_key[0])  # type: ignore[index]


class Writing:
    """A snapshot being written. Call ``begin``, ``apply``, judge page by page, then scores, ledger and ``finish``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._account = Account("", "")
        self._owner = 0
        self._at = datetime.min.replace(tzinfo=UTC)
        self._diff: Diff
        self._shelf: Shelf
        self.snapshot_id = 0

    def begin(
        self,
        given: Account,
        status: SnapshotStatus,
        started: datetime,
        ended: datetime,
        *,
        calls: Mapping[str, int] | None = None,
        selection: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> int:
        """Open the snapshot and return its number."""
        self._account, self._at = given, started
        self._owner = enter(self._connection, given)
        more = {"calls": calls, "selection": selection, "note": serial.clean(note)}
        self.snapshot_id = open_snapshot(self._connection, self._owner, status, started, ended, **more)
        return self.snapshot_id

    def apply(self, spool: Room) -> Applied:
        """Bring what is stored in line with what was read; only complete listings close what they don't have."""
        self._diff = Diff(self._connection, self._owner, self.snapshot_id, self._at)
        applied = self._diff.apply(spool)
        filling.measure(self._connection, applied.added + applied.changed, resource, version, gap)
        owner = (self._owner, self._account)
        self._shelf = Shelf(self._connection, owner, self.snapshot_id, spool.holds)
        return applied

    def types(self) -> Sequence[str]:
        """Return the types that this snapshot tried to list."""
        return self._shelf.tried()

    def pages(self, type: str, size: int = PAGE) -> Iterator[Sequence[Stored]]:
        """Yield the current resources of *type* in the regions that this snapshot tried, as checks see them."""
        return (page for region, _ in self._shelf.places(type) for page in self._shelf.pages(type, region, size))

    def due(self, type: str, edition: str, *, every: bool) -> Iterator[tuple[Sequence[Stored], bool]]:
        """Yield the resources of *type* that may be judged otherwise than before, and whether that goes for all checks.

        What was judged under the same *edition* (empty: unlike any) and did not change since need not be judged again: it
        comes only if *every* one is wanted, and then by itself.
        """
        for region, place in self._shelf.places(type):
            touched = self._diff.touched.get((type, region), ())
            if not (edition and edition == place.edition and place.complete):
                yield from ((page, True) for page in self._shelf.pages(type, region))
            elif every:
                yield from _parted(self._shelf.pages(type, region), set(touched))
            else:
                yield from ((page, True) for page in self._shelf.some(touched))

    def judged_all(self, type: str, edition: str) -> None:
        """Note that everything of *type* that was listed to its end is judged under *edition*."""
        here = and_(
            listing.c.account_pk == self._owner,
            listing.c.resource_type == type,
            listing.c.snapshot_pk == self.snapshot_id,
            listing.c.valid_to.is_(None),
            listing.c.complete,
            listing.c.edition != edition,
        )
        self._connection.execute(update(listing).where(here).values(edition=edition))

    def inventory(self) -> Inventory:
        """Return what relational checks may ask."""
        return Lookup(self._shelf)

    def judged(self, pks: Sequence[int], checks: Sequence[Check], findings: Iterable[tuple[int, Finding]]) -> None:
        """Store the verdicts of *checks* on the resources *pks*; where one gave none, an earlier finding ends."""
        self._judging.judged(pks, checks, findings)

    def retire(self, known: Iterable[Check]) -> None:
        """Rename what a check was called formerly, and end the findings of checks that are no more."""
        self._judging.retire(known)

    @cached_property
    def _judging(self) -> Judging:
        judging = Judging(self._connection, self._account, self._owner, self.snapshot_id, self._at)
        judging.newest, judging.looks = self._diff.newest, self._diff.looks
        return judging

    def unlisted(self) -> Sequence[Gap]:
        """Return the listings that are unread now, by any snapshot."""
        return self._shelf.unlisted()

    def places(self) -> Collection[Listing]:
        """Return every listing of which the account holds something."""
        return places(self._connection, self._owner)

    def held(self) -> Sequence[tuple[str, str]]:
        """Return the types that the account has resources of, each with its service."""
        here = and_(resource.c.account_pk == self._owner, resource.c.closed_at.is_(None))
        query = select(resource.c.resource_type, resource.c.service).where(here).distinct()
        return [(row.resource_type, row.service) for row in self._connection.execute(query)]

    def lay(self) -> None:
        """Mark the failures that somebody accepts as of the snapshot."""
        overlays.lay(self._connection, self._owner, self._account.id, self._at)

    def attested(self) -> Mapping[tuple[str, str], Attestation]:
        """Return what is attested as of the snapshot, by service and area."""
        return overlays.attested(self._connection, self._account.id, self._at)

    def counts(self) -> Iterator[Counted]:
        """Yield the account's current verdicts, counted."""
        by = (
            resource.c.region,
            finding.c.service,
            finding.c.service_model,
            finding.c.area,
            finding.c.owner,
            finding.c.check_id,
            finding.c.severity,
        )
        accepted = finding.c.acceptance_pk.is_not(None)
        fails = finding.c.status == "fail"
        conditions = (finding.c.status == "pass", and_(fails, ~accepted), finding.c.status == "unknown", and_(fails, accepted))
        sums = [func.count().filter(condition) for condition in conditions]
        query = (
            select(*by, *sums)
            .join(resource, resource.c.pk == finding.c.resource_pk)
            .where(finding.c.account_pk == self._owner, finding.c.status.is_not(None))
            .group_by(*by)
        )
        for row in self._connection.execute(query):
            yield Counted(*row)

    def scores(self, rows: Iterable[ScoreRow]) -> None:
        self._fill(score, ScoreRow, rows, renamed={"check": "check_id"})

    def ledger(self, rows: Iterable[LedgerRow]) -> None:
        self._fill(ledger, LedgerRow, rows)

    def _fill(self, table: Any, of: type[Any], rows: Iterable[Any], renamed: Mapping[str, str] | None = None) -> None:
        place = {"snapshot_pk": self.snapshot_id, "account_pk": self._owner}
        names = renamed or {}
        kept = [(name, names.get(name, name)) for name in (each.name for each in fields(of)) if name != "account"]
        values = [place | {column: getattr(row, name) for name, column in kept} for row in rows]
        if values:
            self._connection.execute(insert(table), values)

    def finish(self, applied: Applied) -> None:
        """Write down what the snapshot changed."""
        gaps = self._shelf.gaps()
        done = update(snapshot).where(snapshot.c.pk == bindparam("which"))
        self._connection.execute(done, {"which": self.snapshot_id, **asdict(applied), "gaps": gaps})
        filling.measure(self._connection, applied.added + applied.changed, finding)


def _parted(pages: Iterable[Sequence[Stored]], touched: Container[int]) -> Iterator[tuple[Sequence[Stored], bool]]:
    for page in pages:
        yield [stored for stored in page if stored.pk in touched], True
        yield [stored for stored in page if stored.pk not in touched], False
