"""One account's resources as checks see them, now or as of a look: what was not read is unread, whatever was known before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Text, and_, bindparam, cast, func, select

from scanner.inventory import serial
from scanner.inventory.reading import streamed
from scanner.inventory.rows import Stored
from scanner.inventory.sight import as_of
from scanner.inventory.tables import account, gap, listing, resource, snapshot, version
from scanner.model import Account, Fact, Gap, Reason, Resource, Unread

PAGE = 500
GLOBAL = "global"
NOT_SCANNED = Unread(Reason.UNAVAILABLE, "NotScanned")
FRESH = timedelta(days=7)  # how long the last look at what a narrow scan leaves out answers for it
PKS: BindParameter[int] = bindparam("pks", expanding=True)
COLUMNS = (
    resource.c.pk,
    resource.c.key,
    resource.c.fingerprint,
    resource.c.resource_type,
    resource.c.resource_id,
    resource.c.listed_in,
    version.c.region,
    version.c.name,
    version.c.valid_from,
    cast(resource.c.volatile, Text).label("volatile"),
    cast(version.c.facts, Text).label("facts"),
)
WHY = (gap.c.reason, gap.c.code, gap.c.operation, gap.c.permission)


@dataclass(frozen=True, slots=True)
class Place:
    """How the listing of one type in one region stands.

    ``tried``: the look itself tried it; ``edition``: the checks under which all that it lists was last judged.
    """

    complete: bool
    tried: bool
    edition: str


class Shelf:
    """The resources of one account as of the look *look*, and which of them it did read.

    What a narrow scan left out is still known from the last look at it, for as long as that is :data:`FRESH`: relational
    checks may ask for it. Only what the look itself tried is judged. *returned* picks, of the rows of a listing that was not
    read to its end, the keys of those that it did return; *blank*, which makes it a past look, holds by type the dotted paths
    of what is not kept of the past.
    """

    def __init__(
        self,
        connection: Connection,
        owner: tuple[int, Account],
        look: int,
        returned: Callable[[Sequence[Any]], Collection[str]],
        blank: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._connection = connection
        self._owner, self._account = owner
        self._look = look
        self._returned = returned
        self._blank = blank
        self._places: dict[str, dict[str, Place]] = defaultdict(dict)
        now = connection.scalar(select(snapshot.c.started_at).where(snapshot.c.pk == look))
        for row in self._listings():
            tried = row.snapshot_pk >= look
            if tried or _fresh(row.started_at, now):
                self._places[row.resource_type][row.region] = Place(row.complete, tried, row.edition)
        unlisted = self.unlisted()
        self._gaps = {(each.type, each.region): each.unread() for each in unlisted}
        self._gapped = self.gaps() > len(unlisted)
        known = as_of(version, look) if blank is not None else version.c.valid_to.is_(None)
        rows = select(*COLUMNS).select_from(resource.join(version, and_(version.c.resource_pk == resource.c.pk, known)))
        self._some = rows.where(resource.c.pk.in_(PKS)).order_by(resource.c.pk)
        here = and_(
            resource.c.account_pk == self._owner,
            resource.c.resource_type == bindparam("type"),
            resource.c.listed_in == bindparam("place"),
            resource.c.pk > bindparam("after"),
        )
        there = here if blank is not None else and_(here, resource.c.closed_at.is_(None))
        self._pages = rows.where(there).order_by(resource.c.pk).limit(bindparam("size"))

    def _listings(self) -> Iterable[Any]:
        joined = select(listing, snapshot.c.started_at).join(snapshot, snapshot.c.pk == listing.c.snapshot_pk)
        return self._connection.execute(joined.where(listing.c.account_pk == self._owner, as_of(listing, self._look)))

    def tried(self) -> list[str]:
        """Return the types that the look tried to list, anywhere."""
        return sorted(type for type, places in self._places.items() if any(place.tried for place in places.values()))

    def gap(self, type: str, region: str | None) -> Unread | None:
        """Return why nobody can say what there is of *type* (in *region*, or anywhere that was scanned)."""
        places = self._places.get(type)
        if not places:
            return NOT_SCANNED
        asked = places if region is None or GLOBAL in places else [region]
        for each in sorted(asked):
            if each not in places:
                return NOT_SCANNED
            if not places[each].complete:
                return self._gaps.get((type, each), Unread(Reason.ERROR))
        return None

    def places(self, type: str) -> Iterator[tuple[str, Place]]:
        """Yield the regions in which the look tried to list *type*, and how that stands."""
        return ((region, place) for region, place in sorted(self._places.get(type, {}).items()) if place.tried)

    def known(self, type: str) -> Iterator[Sequence[Stored]]:
        """Yield what there is of *type* wherever the last look is fresh."""
        for region in sorted(self._places.get(type, ())):
            yield from self.pages(type, region)

    def pages(self, type: str, region: str, size: int = PAGE) -> Iterator[Sequence[Stored]]:
        """Yield what there is of *type* in one region."""
        given = {"type": type, "place": region, "size": size, "after": 0}
        while rows := self._connection.execute(self._pages, given).all():
            given["after"] = rows[-1].pk
            yield self._stored(rows)

    def some(self, pks: Sequence[int], size: int = PAGE) -> Iterator[Sequence[Stored]]:
        """Yield the resources with these numbers."""
        for start in range(0, len(pks), size):
            yield self._stored(self._connection.execute(self._some, {"pks": list(pks[start : start + size])}).all())

    def _stored(self, rows: Sequence[Any]) -> list[Stored]:
        doubtful = [row for row in rows if not self._places[row.resource_type][row.listed_in].complete]
        returned = self._returned(doubtful) if doubtful else ()
        missed = {row.key for row in doubtful if row.key not in returned}
        unread = self._unread([row.pk for row in rows]) if self._gapped else {}
        return [self._one(row, unread.get(row.pk, {}), fresh=row.key not in missed) for row in rows]

    def _unread(self, pks: Sequence[int]) -> dict[int, dict[str, Unread]]:
        found: dict[int, dict[str, Unread]] = defaultdict(dict)
        query = select(gap.c.resource_pk, gap.c.fact, *WHY).where(gap.c.resource_pk.in_(PKS), as_of(gap, self._look))
        for pk, fact, *why in self._connection.execute(query, {"pks": pks}):
            found[pk][fact] = serial.unread(*why)
        return found

    def _one(self, row: Any, unread: Mapping[str, Unread], *, fresh: bool) -> Stored:
        facts = self._facts(row, unread)
        if not fresh:
            why = self._gaps.get((row.resource_type, row.listed_in), Unread(Reason.ERROR))
            facts = dict.fromkeys(facts, why)
        names = (row.resource_type, row.resource_id, self._account.id, row.region)
        return Stored(row.pk, Resource(*names, facts, row.name, row.listed_in), fresh, len(row.facts))

    def _facts(self, row: Any, unread: Mapping[str, Unread]) -> dict[str, Fact]:
        stored = serial.loads(row.facts)
        if self._blank is not None:
            return serial.facts(serial.blanked(stored, self._blank.get(row.resource_type, ())), {}, unread)
        return serial.facts(stored, serial.loads(row.volatile) if row.volatile else {}, unread)

    def unlisted(self) -> Sequence[Gap]:
        """Return the listings that were unread as of the look."""
        columns = (gap.c.resource_type, gap.c.region, gap.c.service, gap.c.operation, gap.c.reason, gap.c.code)
        query = select(*columns, gap.c.permission, gap.c.message).where(self._gap_of_account(), gap.c.resource_pk.is_(None))
        rows = self._connection.execute(query.order_by(gap.c.pk))
        return [
            Gap(type, region, service, operation, Reason(reason), *rest)
            for type, region, service, operation, reason, *rest in rows
        ]

    def gaps(self) -> int:
        return int(self._connection.scalar(select(func.count()).select_from(gap).where(self._gap_of_account())) or 0)

    def _gap_of_account(self) -> Any:
        return and_(gap.c.account_pk == self._owner, as_of(gap, self._look))


def _fresh(looked: datetime, now: datetime | None) -> bool:
    return now is not None and now - looked <= FRESH


def fingerprints(connection: Connection, provider: str, account_id: str) -> tuple[int, set[bytes]]:
    """Return the last look at an account, 0 before the first, and the fingerprints of what is there."""
    mine = and_(account.c.provider == provider, account.c.account_id == account_id)
    owner = connection.scalar(select(account.c.pk).where(mine))
    if owner is None:
        return 0, set()
    last = connection.scalar(select(func.max(snapshot.c.pk)).where(snapshot.c.account_pk == owner))
    query = f"SELECT fingerprint FROM resource WHERE account_pk = {owner:d} AND closed_at IS NULL AND fingerprint <> ''"  # noqa: S608 -- a number
    return last or 0, {bytes.fromhex(text) for rows in streamed(connection, query) for (text,) in rows}


def observed(connection: Connection, whose: tuple[str, str], type: str, fact: str) -> dict[str, Any]:
    """Return, by resource id, the latest observation of a fact that is volatile as a whole; *whose*: provider and account."""
    here = and_(
        account.c.provider == whose[0],
        account.c.account_id == whose[1],
        resource.c.resource_type == type,
        resource.c.closed_at.is_(None),
        resource.c.volatile.is_not(None),
    )
    columns = select(resource.c.resource_id, cast(resource.c.volatile, Text))
    rows = connection.execute(columns.join(account, account.c.pk == resource.c.account_pk).where(here))
    seen = ((id, serial.loads(packed)) for id, packed in rows)
    return {id: serial.merge(None, volatile[fact]) for id, volatile in seen if fact in volatile}
