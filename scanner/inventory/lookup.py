"""The account's current state as checks see it: what was not read this time is unread, whatever was known before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from scanner.inventory import serial
from scanner.inventory.rows import Stored
from scanner.inventory.spool import Spool
from scanner.inventory.tables import gap, listing, resource, version
from scanner.model import Account, Fact, Gap, Reason, Resource, Unread, UnreadError, values_at

PAGE = 1000
HELD = 20_000  # resources of one type that are kept in memory for relational checks
GLOBAL = "global"
NOT_SCANNED = Unread(Reason.UNAVAILABLE, "NotScanned")
COLUMNS = (
    resource.c.pk,
    resource.c.key,
    resource.c.resource_type,
    resource.c.resource_id,
    resource.c.region,
    resource.c.name,
    resource.c.listed_in,
    resource.c.volatile,
    version.c.facts,
)


class Shelf:
    """The resources that one account holds now, and which of them the snapshot being written did read."""

    def __init__(self, connection: Connection, account: Account, owner: int, snapshot_id: int, spool: Spool) -> None:
        self._connection = connection
        self._account = account
        self._owner = owner
        self._spool = spool
        self._listings: dict[str, dict[str, bool]] = defaultdict(dict)
        tried = and_(listing.c.account_pk == owner, listing.c.snapshot_pk == snapshot_id)
        columns = (listing.c.resource_type, listing.c.region, listing.c.complete)
        for type, region, complete in connection.execute(select(*columns).where(tried)):
            self._listings[type][region] = complete
        self._gaps = {(each.type, each.region): each.unread() for each in self.unlisted()}

    def attempted(self) -> Iterable[str]:
        return self._listings

    def gap(self, type: str, region: str | None) -> Unread | None:
        """Return why nobody can say what there is of *type* (in *region*, or anywhere that was scanned)."""
        listings = self._listings.get(type)
        if not listings:
            return NOT_SCANNED
        asked = listings if region is None or GLOBAL in listings else [region]
        for place in sorted(asked):
            if place not in listings:
                return NOT_SCANNED
            if not listings[place]:
                return self._gaps.get((type, place), Unread(Reason.ERROR))
        return None

    def pages(self, type: str, size: int = PAGE) -> Iterator[Sequence[Stored]]:
        places = list(self._listings.get(type, ()))
        last = 0
        while rows := self._rows(type, places, last, size):
            last = rows[-1]["pk"]
            yield self._stored(rows)

    def _rows(self, type: str, places: Sequence[str], after: int, size: int) -> Sequence[Any]:
        here: ColumnElement[bool] = and_(
            resource.c.account_pk == self._owner,
            resource.c.resource_type == type,
            resource.c.listed_in.in_(places),
            resource.c.closed_at.is_(None),
            resource.c.pk > after,
        )
        joined = resource.join(version, and_(version.c.resource_pk == resource.c.pk, version.c.valid_to.is_(None)))
        query = select(*COLUMNS).select_from(joined).where(here).order_by(resource.c.pk).limit(size)
        return self._connection.execute(query).mappings().all()

    def _stored(self, rows: Sequence[Mapping[Any, Any]]) -> list[Stored]:
        doubtful = [row["key"] for row in rows if not self._listings[row["resource_type"]][row["listed_in"]]]
        seen = self._spool.holds(doubtful) if doubtful else set()
        missed = set(doubtful) - seen
        unread = self._unread([row["pk"] for row in rows])
        return [self._one(row, unread.get(row["pk"], {}), fresh=row["key"] not in missed) for row in rows]

    def _unread(self, pks: Sequence[int]) -> dict[int, dict[str, Unread]]:
        columns = (gap.c.resource_pk, gap.c.fact, gap.c.reason, gap.c.code, gap.c.operation, gap.c.permission)
        found: dict[int, dict[str, Unread]] = defaultdict(dict)
        for pk, fact, *why in self._connection.execute(select(*columns).where(gap.c.resource_pk.in_(pks))):
            found[pk][fact] = serial.unread(*why)
        return found

    def _one(self, row: Mapping[Any, Any], unread: Mapping[str, Unread], *, fresh: bool) -> Stored:
        facts: dict[str, Fact] = serial.facts(row["facts"], row["volatile"] or {}, unread)
        if not fresh:
            why = self._gaps.get((row["resource_type"], row["listed_in"]), Unread(Reason.ERROR))
            facts = dict.fromkeys(facts, why)
        names = (row["resource_type"], row["resource_id"], self._account.id, row["region"])
        return Stored(row["pk"], Resource(*names, facts, row["name"], row["listed_in"]), fresh)

    def unlisted(self) -> Sequence[Gap]:
        columns = (
            gap.c.resource_type,
            gap.c.region,
            gap.c.service,
            gap.c.operation,
            gap.c.reason,
            gap.c.code,
            gap.c.permission,
            gap.c.message,
        )
        here = and_(gap.c.account_pk == self._owner, gap.c.resource_pk.is_(None))
        return [
            Gap(type, region, service, operation, Reason(reason), code, permission, message)
            for type, region, service, operation, reason, code, permission, message in self._connection.execute(
                select(*columns).where(here).order_by(gap.c.pk)
            )
        ]

    def gaps(self) -> int:
        here = gap.c.account_pk == self._owner
        return int(self._connection.scalar(select(func.count()).select_from(gap).where(here)) or 0)


class Lookup:
    """What relational checks may ask (:class:`scanner.model.Inventory`). Small types are read once and indexed."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._held: dict[str, tuple[Resource, ...] | None] = {}
        self._indexes: dict[tuple[str, str], dict[Any, list[Resource]]] = {}

    def all(self, type: str, *, region: str | None = None) -> Iterator[Resource]:
        self._refuse(type, region)
        return (each for each in self._every(type) if region in (None, each.region))

    def get(self, type: str, id: str) -> Resource | None:
        self._refuse(type, None)
        return next((each for each in self._found(type, "", id) if each.id == id), None)

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterator[Resource]:
        self._refuse(type, region)
        return (each for each in self._found(type, path, value) if region in (None, each.region))

    def _refuse(self, type: str, region: str | None) -> None:
        if gap := self._shelf.gap(type, region):
            raise UnreadError(f"the listing of {type}{f' in {region}' if region else ''}", gap)

    def _every(self, type: str) -> Iterable[Resource]:
        if type not in self._held:
            kept: list[Resource] = []
            for each in self._streamed(type):
                kept.append(each)
                if len(kept) > HELD:
                    break
            self._held[type] = tuple(kept) if len(kept) <= HELD else None
        held = self._held[type]
        return self._streamed(type) if held is None else held

    def _streamed(self, type: str) -> Iterator[Resource]:
        return (stored.resource for page in self._shelf.pages(type) for stored in page)

    def _found(self, type: str, path: str, value: str) -> Iterable[Resource]:
        every = self._every(type)
        if self._held[type] is None:
            return (each for each in every if value in _values(each, path))
        if (type, path) not in self._indexes:
            index: dict[Any, list[Resource]] = defaultdict(list)
            for each in every:
                for found in {found for found in _values(each, path) if isinstance(found, str)}:
                    index[found].append(each)
            self._indexes[type, path] = index
        return self._indexes[type, path].get(value, ())


def _values(each: Resource, path: str) -> Sequence[Any]:
    return values_at(each, path) if path else [each.id]
