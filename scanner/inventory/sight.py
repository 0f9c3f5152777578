"""What a snapshot could see and what it couldn't: listings and gaps, each row for as long as it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    update,
)

from scanner.inventory import serial
from scanner.inventory.serial import NOTHING
from scanner.inventory.spool import Scope, Waiting
from scanner.inventory.tables import gap, listing, snapshot
from scanner.model import Gap

PKS: BindParameter[int] = bindparam("pks", expanding=True)
WHY = ("reason", "code", "operation", "permission")
OF_LISTINGS = select(gap).where(gap.c.resource_pk.is_(None), gap.c.valid_to.is_(None))
OF_RESOURCES = select(
    gap.c.pk, gap.c.resource_pk, gap.c.fact, gap.c.since, gap.c.valid_from, *(gap.c[name] for name in WHY)
).where(gap.c.resource_pk.in_(PKS), gap.c.valid_to.is_(None))


def as_of(table: FromClause, look: int) -> ColumnElement[bool]:
    """Return the condition under which a row of *table*, which has an interval, holds as of the snapshot *look*."""
    return and_(table.c.valid_from <= look, or_(table.c.valid_to.is_(None), table.c.valid_to > look))


class Had(NamedTuple):
    """A gap of a resource that is open."""

    pk: int
    resource_pk: int
    fact: str
    since: int
    valid_from: int
    reason: str
    code: str
    operation: str
    permission: str

    @property
    def why(self) -> tuple[str, ...]:
        return self[5:]


class Sight:
    """Notes what one snapshot could read. What is as it was at the look before is not written.

    ``looks`` tells when each listing was tried before.
    """

    def __init__(self, connection: Connection, owner: int, snapshot_id: int) -> None:
        self._connection = connection
        self._owner = owner
        self._snapshot = snapshot_id
        self.looks: dict[tuple[str, str], datetime] = {}
        here = and_(gap.c.account_pk == owner, gap.c.resource_pk.is_not(None), gap.c.valid_to.is_(None))
        self._gapped = connection.scalar(select(gap.c.pk).where(here).limit(1)) is not None

    # Listings.

    def file(self, scopes: Sequence[Scope]) -> None:
        """Note how the listings went that were tried."""
        before = self._listings()
        self.looks = {place: row.started_at for place, row in before.items()}
        same = [row.pk for each in scopes if (row := before.get((each.type, each.region))) and row.complete == each.complete]
        self._look_again(same)
        kept = set(same)
        turned = [each for each in scopes if (row := before.get((each.type, each.region))) is None or row.pk not in kept]
        self._end(listing, [before[each.type, each.region].pk for each in turned if (each.type, each.region) in before])
        rows = [
            {
                "account_pk": self._owner,
                "resource_type": each.type,
                "region": each.region,
                "complete": each.complete,
                "valid_from": self._snapshot,
                "snapshot_pk": self._snapshot,
                "whole_pk": self._snapshot if each.complete else _whole(before.get((each.type, each.region))),
            }
            for each in turned
        ]
        if rows:
            self._connection.execute(insert(listing), rows)

    def _listings(self) -> Mapping[tuple[str, str], Any]:
        columns = (listing.c.pk, listing.c.resource_type, listing.c.region, listing.c.complete, listing.c.whole_pk)
        joined = select(*columns, snapshot.c.started_at).join(snapshot, snapshot.c.pk == listing.c.snapshot_pk)
        here = joined.where(listing.c.account_pk == self._owner, listing.c.valid_to.is_(None))
        return {(row.resource_type, row.region): row for row in self._connection.execute(here)}

    def _look_again(self, pks: Sequence[int]) -> None:
        whole = case((listing.c.complete, self._snapshot), else_=listing.c.whole_pk)
        done = update(listing).where(listing.c.pk.in_(PKS)).values(snapshot_pk=self._snapshot, whole_pk=whole)
        for part in _parts(pks):
            self._connection.execute(done, {"pks": part})

    def note_listing_gaps(self, gaps: Sequence[Gap], scopes: Sequence[Scope]) -> None:
        """Note why listings failed; what was not tried stays as it was."""
        before = self._connection.execute(OF_LISTINGS.where(gap.c.account_pk == self._owner)).all()
        tried = {(each.type, each.region) for each in scopes} | {(each.type, each.region) for each in gaps}
        said = {_cause(each): each for each in gaps}
        held = {_cause(row): row for row in before}
        since = {(row.resource_type, row.region, row.operation): row.since for row in before}
        self._end(gap, [row.pk for cause, row in held.items() if cause[:2] in tried and cause not in said])
        rows = [
            {
                "account_pk": self._owner,
                "resource_type": each.type,
                "region": each.region,
                "service": each.service,
                "operation": each.operation,
                "reason": str(each.reason),
                "code": each.code,
                "permission": each.permission,
                "message": each.message,
                "since": since.get((each.type, each.region, each.operation), self._snapshot),
                "valid_from": self._snapshot,
            }
            for cause, each in said.items()
            if cause not in held
        ]
        if rows:
            self._connection.execute(insert(gap), rows)

    # Facts of resources.

    def note(self, batch: Sequence[Waiting], pks: Mapping[str, int]) -> list[Waiting]:
        """Note the facts of *batch* that were not read, and return the resources of which that is otherwise than before."""
        if not self._gapped and all(each.unread == NOTHING for each in batch):
            return []
        had = self._had(list(pks.values()))
        ended: list[int] = []
        rows: list[dict[str, Any]] = []
        turned = []
        for each in batch:
            open_gaps = had.get(pks[each.key], {})
            unread = {name: tuple(why) for name, why in serial.loads(each.unread).items()}
            over = [row for name, row in open_gaps.items() if unread.get(name) != row.why]
            new = {name: why for name, why in unread.items() if name not in open_gaps or open_gaps[name] in over}
            ended += [row.pk for row in over]
            rows += self._rows(each, pks[each.key], new, open_gaps)
            if over or new:
                turned.append(each)
        self._end(gap, ended)
        if rows:
            self._connection.execute(insert(gap), rows)
        return turned

    def _had(self, pks: Sequence[int]) -> dict[int, dict[str, Had]]:
        found: dict[int, dict[str, Had]] = {}
        for row in self._connection.execute(OF_RESOURCES, {"pks": pks}) if self._gapped else ():
            found.setdefault(row.resource_pk, {})[row.fact] = Had._make(row)
        return found

    def _rows(
        self, each: Waiting, pk: int, new: Mapping[str, tuple[str, ...]], before: Mapping[str, Had]
    ) -> Iterator[dict[str, Any]]:
        for fact, why in new.items():
            yield {
                "account_pk": self._owner,
                "resource_pk": pk,
                "resource_type": each.type,
                "region": each.region,
                "service": each.service,
                "fact": fact,
                **dict(zip(WHY, why, strict=True)),
                "since": before[fact].since if fact in before else self._snapshot,
                "valid_from": self._snapshot,
            }

    def close(self, pks: Sequence[int]) -> None:
        """End the gaps of resources that are gone."""
        here = and_(gap.c.resource_pk.in_(PKS), gap.c.valid_to.is_(None))
        self._connection.execute(update(gap).where(here).values(valid_to=self._snapshot), {"pks": list(pks)})

    def _end(self, table: Table, pks: Sequence[int]) -> None:
        """End rows; what began with this very snapshot was never so."""
        for part in _parts(pks):
            here = table.c.pk.in_(PKS)
            self._connection.execute(delete(table).where(here, table.c.valid_from == self._snapshot), {"pks": part})
            self._connection.execute(update(table).where(here).values(valid_to=self._snapshot), {"pks": part})


MOST = 500


def _parts(pks: Sequence[int]) -> Iterable[Sequence[int]]:
    return (pks[start : start + MOST] for start in range(0, len(pks), MOST))


def _whole(row: Any) -> int | None:
    found: int | None = row.whole_pk if row else None
    return found


def _cause(each: Any) -> tuple[str, ...]:
    """Return what makes two gaps of one listing the same: a message may hold the number of a request."""
    type = each.type if isinstance(each, Gap) else each.resource_type
    return type, each.region, each.operation, str(each.reason), each.code, each.permission
