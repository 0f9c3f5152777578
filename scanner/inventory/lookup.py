"""The account's current state as checks see it: what was not read this time is unread, whatever was known before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Text, and_, bindparam, cast, func, select

from scanner.inventory import serial
from scanner.inventory.rows import Stored
from scanner.inventory.spool import Room
from scanner.inventory.tables import gap, listing, resource, snapshot, version
from scanner.model import Account, Fact, Gap, Reason, Resource, Unread, UnreadError, values_at

PAGE = 500
HELD = 8_000_000  # characters of facts, as JSON, that are kept in memory for relational checks
SMALL = 100_000  # characters up to which one type is kept whatever others take
GLOBAL = "global"
NOT_SCANNED = Unread(Reason.UNAVAILABLE, "NotScanned")
FRESH = timedelta(days=7)  # how long the last look at what a narrow scan leaves out answers for it
PKS: BindParameter[int] = bindparam("pks", expanding=True)
ROWS = select(
    resource.c.pk,
    resource.c.key,
    resource.c.resource_type,
    resource.c.resource_id,
    resource.c.region,
    resource.c.name,
    resource.c.listed_in,
    cast(resource.c.volatile, Text).label("volatile"),
    cast(version.c.facts, Text).label("facts"),
).select_from(resource.join(version, and_(version.c.resource_pk == resource.c.pk, version.c.valid_to.is_(None))))
PAGES = (
    ROWS.where(
        resource.c.account_pk == bindparam("owner"),
        resource.c.resource_type == bindparam("type"),
        resource.c.listed_in == bindparam("place"),
        resource.c.closed_at.is_(None),
        resource.c.pk > bindparam("after"),
    )
    .order_by(resource.c.pk)
    .limit(bindparam("size"))
)
SOME = ROWS.where(resource.c.pk.in_(PKS)).order_by(resource.c.pk)
UNREAD = select(gap.c.resource_pk, gap.c.fact, gap.c.reason, gap.c.code, gap.c.operation, gap.c.permission).where(
    gap.c.resource_pk.in_(PKS)
)


class Shelf:
    """The resources that one account holds now, and which of them the snapshot being written did read.

    What a narrow scan left out is still known from the last look at it, for as long as that is :data:`FRESH`: relational
    checks may ask for it. Only what the snapshot itself attempted is judged.
    """

    def __init__(self, connection: Connection, account: Account, owner: int, snapshot_id: int, spool: Room) -> None:
        self._connection = connection
        self._account = account
        self._owner = owner
        self._spool = spool
        self._attempted: dict[str, dict[str, bool]] = defaultdict(dict)
        self._listings: dict[str, dict[str, bool]] = defaultdict(dict)
        columns = (listing.c.resource_type, listing.c.region, listing.c.complete, snapshot.c.pk, snapshot.c.started_at)
        joined = select(*columns).join(snapshot, snapshot.c.pk == listing.c.snapshot_pk)
        now = connection.scalar(select(snapshot.c.started_at).where(snapshot.c.pk == snapshot_id))
        for type, region, complete, look, at in connection.execute(joined.where(listing.c.account_pk == owner)):
            if look == snapshot_id:
                self._attempted[type][region] = complete
            if look == snapshot_id or now - at <= FRESH:
                self._listings[type][region] = complete
        unlisted = self.unlisted()
        self._gaps = {(each.type, each.region): each.unread() for each in unlisted}
        self._gapped = self.gaps() > len(unlisted)

    def attempted(self) -> Iterable[str]:
        return self._attempted

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
        """Yield what there is of *type* where the snapshot attempted to list it."""
        return self._pages(type, self._attempted.get(type, ()), size)

    def known(self, type: str) -> Iterator[Sequence[Stored]]:
        """Yield what there is of *type* wherever the last look is fresh."""
        return self._pages(type, self._listings.get(type, ()), PAGE)

    def _pages(self, type: str, places: Iterable[str], size: int) -> Iterator[Sequence[Stored]]:
        for place in sorted(places):
            given = {"owner": self._owner, "type": type, "place": place, "size": size, "after": 0}
            while rows := self._connection.execute(PAGES, given).all():
                given["after"] = rows[-1].pk
                yield self._stored(rows)

    def some(self, pks: Sequence[int]) -> Iterator[Stored]:
        """Yield the resources with these numbers."""
        for start in range(0, len(pks), PAGE):
            rows = self._connection.execute(SOME, {"pks": pks[start : start + PAGE]}).all()
            yield from self._stored(rows)

    def _stored(self, rows: Sequence[Any]) -> list[Stored]:
        doubtful = [row.key for row in rows if not self._listings[row.resource_type][row.listed_in]]
        seen = self._spool.holds(doubtful) if doubtful else set()
        missed = set(doubtful) - seen
        unread = self._unread([row.pk for row in rows]) if self._gapped else {}
        return [self._one(row, unread.get(row.pk, {}), fresh=row.key not in missed) for row in rows]

    def _unread(self, pks: Sequence[int]) -> dict[int, dict[str, Unread]]:
        found: dict[int, dict[str, Unread]] = defaultdict(dict)
        for pk, fact, *why in self._connection.execute(UNREAD, {"pks": pks}):
            found[pk][fact] = serial.unread(*why)
        return found

    def _one(self, row: Any, unread: Mapping[str, Unread], *, fresh: bool) -> Stored:
        volatile = serial.loads(row.volatile) if row.volatile else {}
        facts: dict[str, Fact] = serial.facts(serial.loads(row.facts), volatile, unread)
        if not fresh:
            why = self._gaps.get((row.resource_type, row.listed_in), Unread(Reason.ERROR))
            facts = dict.fromkeys(facts, why)
        names = (row.resource_type, row.resource_id, self._account.id, row.region)
        return Stored(row.pk, Resource(*names, facts, row.name, row.listed_in), fresh, len(row.facts))

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


Index = tuple[Mapping[str, Sequence[Any]], Mapping[str, UnreadError]]
"""Values and where they are found, and by region why it can't be said of all there."""


class Drawer:
    """The resources of one type, as relational checks ask for them.

    They are kept where they fit into *room* characters; otherwise indexes hold their numbers, and they are read again.
    """

    def __init__(self, shelf: Shelf, type: str, room: int) -> None:
        self._shelf = shelf
        self._type = type
        self._indexes: dict[str, Index] = {}
        self.size = 0
        self._kept: list[Resource] | None = []
        for stored in self._stored():
            self.size += stored.size
            if self.size > room:
                self._kept, self.size = None, 0
                break
            self._kept.append(stored.resource)

    def every(self) -> Iterable[Resource]:
        return (each.resource for each in self._stored()) if self._kept is None else self._kept

    def found(self, path: str, value: str, region: str | None = None) -> Iterable[Resource]:
        """Return the resources that hold *value* at *path*. Raises :class:`UnreadError` where one in *region* can't say."""
        if path not in self._indexes:
            self._indexes[path] = self._index(path)
        index, blind = self._indexes[path]
        if asked := sorted(blind if region is None else blind.keys() & {region}):
            raise UnreadError(blind[asked[0]].what, blind[asked[0]].fact)
        found = index.get(value, ())
        return (each.resource for each in self._shelf.some(found)) if self._kept is None else found

    def _index(self, path: str) -> Index:
        index: dict[str, list[Any]] = defaultdict(list)
        blind: dict[str, UnreadError] = {}
        for mark, each in self._marked():
            try:
                values = {value for value in _values(each, path) if isinstance(value, str)}
            except UnreadError as error:
                blind.setdefault(each.region, error)
                continue
            for value in values:
                index[value].append(mark)
        return index, blind

    def _marked(self) -> Iterator[tuple[int | Resource, Resource]]:
        """Yield what indexes hold, with the resource that it stands for."""
        if self._kept is None:
            return ((each.pk, each.resource) for each in self._stored())
        return ((each, each) for each in self._kept)

    def _stored(self) -> Iterator[Stored]:
        return (stored for page in self._shelf.known(self._type) for stored in page)


class Lookup:
    """What relational checks may ask (:class:`scanner.model.Inventory`)."""

    def __init__(self, shelf: Shelf, room: int = HELD) -> None:
        self._shelf = shelf
        self._room = room
        self._drawers: dict[str, Drawer] = {}

    def all(self, type: str, *, region: str | None = None) -> Iterator[Resource]:
        self._refuse(type, region)
        return (each for each in self._drawer(type).every() if region in (None, each.region))

    def get(self, type: str, id: str) -> Resource | None:
        self._refuse(type, None)
        return next(iter(self._drawer(type).found("", id)), None)

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterator[Resource]:
        self._refuse(type, region)
        return (each for each in self._drawer(type).found(path, value, region) if region in (None, each.region))

    def _refuse(self, type: str, region: str | None) -> None:
        if gap := self._shelf.gap(type, region):
            raise UnreadError(f"the listing of {type}{f' in {region}' if region else ''}", gap)

    def _drawer(self, type: str) -> Drawer:
        if type not in self._drawers:
            self._drawers[type] = Drawer(self._shelf, type, max(self._room, SMALL))
            self._room -= self._drawers[type].size
        return self._drawers[type]


def _values(each: Resource, path: str) -> Sequence[Any]:
    return values_at(each, path) if path else [each.id]
