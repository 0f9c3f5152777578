"""Brings stored resources in line with what a scan returned: new, changed, gone; versions and gaps."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
    update,
)

from scanner.evaluation.life import Cause
from scanner.inventory import filling, serial
from scanner.inventory.judging import Judging
from scanner.inventory.rows import Applied
from scanner.inventory.serial import NONE, NOTHING
from scanner.inventory.sight import Sight
from scanner.inventory.spool import BATCH, Room, Scope, Waiting
from scanner.inventory.tables import resource, snapshot, version
from scanner.model import Account

Content = tuple[Waiting, str, str]
"""A resource with the facts, as JSON, and the hash that it gets."""

KEYS: BindParameter[str] = bindparam("keys", expanding=True)
PKS: BindParameter[int] = bindparam("pks", expanding=True)
VOLATILE = cast(resource.c.volatile, Text).label("volatile")  # decoded only where it may have changed
STORED = select(
    resource.c.pk, resource.c.key, resource.c.content_hash, resource.c.fingerprint, resource.c.closed_at, VOLATILE
).where(resource.c.account_pk == bindparam("owner"), resource.c.key.in_(KEYS))
NUMBERS = select(resource.c.pk, resource.c.key).where(resource.c.account_pk == bindparam("owner"), resource.c.key.in_(KEYS))
FACTS = select(version.c.resource_pk, version.c.facts).where(version.c.resource_pk.in_(PKS), version.c.valid_to.is_(None))


class NewResource(NamedTuple):
    """A row of the table."""

    pk: int
    account_pk: int
    key: str
    resource_type: str
    listed_in: str
    region: str
    resource_id: str
    name: str
    service: str
    content_hash: str
    volatile: str | None
    fingerprint: str
    first_seen_at: Any
    last_changed_at: Any


class NewVersion(NamedTuple):
    """A row of the table."""

    resource_pk: int
    valid_from: int
    name: str
    region: str
    facts: str


EVERY = ".*"
"""Ends the type of a listing of every type that begins alike: of what nobody described, nobody knows which types there are."""

BEGINNING = datetime.min.replace(tzinfo=UTC)
# What of a resource that is new the spool holds as the tables want it.
HEADS = f"key, type, listed_in, region, id, name, service, content, nullif(volatile, '{NOTHING}'), fingerprint"
BODIES = "name, region, facts"


class Diff:
    """One snapshot's differences. Everything goes in batches; what is unchanged is not written.

    ``newest`` is the highest number of a resource that the account had before, ``looks`` tells when each listing was tried,
    ``touched`` holds by type and region the numbers of the resources whose verdicts may be others now.
    """

    def __init__(self, connection: Connection, owner: int, snapshot_id: int, at: datetime) -> None:
        self._connection = connection
        self._owner = owner
        self._snapshot = snapshot_id
        self._at = at
        self._sight = Sight(connection, owner, snapshot_id)
        self.newest = 0
        self.touched: dict[tuple[str, str], array[int]] = defaultdict(lambda: array("q"))
        self._counts = dict.fromkeys(("added", "changed", "removed", "unchanged"), 0)

    def apply(self, spool: Room) -> Applied:
        scopes = self._spread(spool.scopes())
        self.newest = self._last_number()
        base = spool.seen.base if spool.overtaken(self._last_look()) else None
        for scope in scopes:
            self._counts["unchanged"] += spool.same(scope)
            if self.newest:
                for batch in spool.batches(scope):
                    self._batch(batch)
            else:
                self._first(scope, spool)
        held = self._held(scopes)
        for scope in (each for each in scopes if each.complete):
            returned = spool.same(scope) + spool.count(scope)
            if base is not None or held.get((scope.type, scope.region), 0) != returned:
                self._close_missing(scope, spool, base)
        self._sight.file(scopes)
        self._sight.note_listing_gaps(spool.listing_gaps(), scopes)
        return Applied(**self._counts)

    def _spread(self, scopes: Sequence[Scope]) -> list[Scope]:
        """Put the types that are held, and were not listed by name, in the place of a listing of all that begin alike."""
        named = {(each.type, each.region) for each in scopes}
        found = [each for each in scopes if not each.type.endswith(EVERY)]
        for each in scopes:
            if each.type.endswith(EVERY):
                begins = resource.c.resource_type.startswith(each.type.removesuffix(EVERY) + ".", autoescape=True)
                here = and_(
                    resource.c.account_pk == self._owner, resource.c.listed_in == each.region, resource.c.closed_at.is_(None)
                )
                held = self._connection.scalars(
                    select(resource.c.resource_type).where(here, begins, resource.c.closed_at.is_(None)).distinct()
                )
                found += [Scope(type, each.region, each.complete) for type in held if (type, each.region) not in named]
        return found

    @property
    def looks(self) -> Mapping[tuple[str, str], datetime]:
        return self._sight.looks

    def _first(self, scope: Scope, spool: Room) -> None:
        """Take over what a listing returned of an account that nothing was known of: straight from the spool."""
        count = spool.count(scope)
        if not count:
            return
        pks = filling.reserve(self._connection, resource, count)
        at = filling.stored(self._connection, self._at)
        heads = ((pk, self._owner, *row, at, at) for pk, row in zip(pks, spool.rows(scope, HEADS), strict=True))
        filling.stream(self._connection, resource, NewResource._fields, heads)
        bodies = ((pk, self._snapshot, *row) for pk, row in zip(pks, spool.rows(scope, BODIES), strict=True))
        filling.stream(self._connection, version, NewVersion._fields, bodies)
        self._counts["added"] += count
        self.touched[scope.type, scope.region].extend(pks)
        for batch in spool.batches(scope, unread=True):
            self._sight.note(batch, {row.key: row.pk for row in self._numbers(batch)})

    def _numbers(self, batch: Sequence[Waiting]) -> Sequence[Any]:
        given = {"owner": self._owner, "keys": [each.key for each in batch]}
        return self._connection.execute(NUMBERS, given).all()

    def _batch(self, batch: Sequence[Waiting]) -> None:
        stored = self._stored(batch)
        olds = self._facts([stored[each.key].pk for each in batch if each.key in stored and _leans(each)])
        added: list[Content] = []
        changed: list[Content] = []
        for each in batch:
            row = stored.get(each.key)
            facts, content = merged(each, olds.get(row.pk) if row else None)
            if row is None:
                added.append((each, facts, content))
            elif row.content_hash != content or row.closed_at is not None:
                changed.append((each, facts, content))
        self._counts["unchanged"] += len(batch) - len(added) - len(changed)
        seen = self._refresh(batch, stored)
        pks = {key: row.pk for key, row in stored.items()} | self._insert(added)
        self._replace(changed, stored)
        turned = self._sight.note(batch, pks)
        touched = {pks[each.key] for each in (*(each for each, _, _ in (*added, *changed)), *seen, *turned)}
        self.touched[batch[0].type, batch[0].listed_in].extend(sorted(touched))

    def _last_number(self) -> int:
        query = select(func.max(resource.c.pk)).where(resource.c.account_pk == self._owner)
        return int(self._connection.scalar(query) or 0)

    def _last_look(self) -> int:
        query = select(func.max(snapshot.c.pk)).where(snapshot.c.account_pk == self._owner, snapshot.c.pk < self._snapshot)
        return int(self._connection.scalar(query) or 0)

    def _time_of(self, look: int) -> datetime:
        return self._connection.scalar(select(snapshot.c.started_at).where(snapshot.c.pk == look)) or BEGINNING

    def _stored(self, batch: Sequence[Waiting]) -> Mapping[str, Any]:
        given = {"owner": self._owner, "keys": [each.key for each in batch]}
        return {row.key: row for row in self._connection.execute(STORED, given).all()}

    def _facts(self, pks: Sequence[int]) -> dict[int, Mapping[str, Any]]:
        if not pks:
            return {}
        return {row.resource_pk: row.facts for row in self._connection.execute(FACTS, {"pks": pks})}

    def _insert(self, added: Sequence[Content]) -> dict[str, int]:
        """Insert what is new, and return its numbers by key."""
        if not added:
            return {}
        self._counts["added"] += len(added)
        at = filling.stored(self._connection, self._at)
        pks = filling.reserve(self._connection, resource, len(added))
        rows = [
            NewResource(pk, self._owner, *each[:7], content, _observed(each), each.fingerprint, at, at)
            for pk, (each, _, content) in zip(pks, added, strict=True)
        ]
        filling.fill(self._connection, resource, rows)
        numbers = {row.key: row.pk for row in rows}
        self._insert_versions(added, numbers)
        return numbers

    def _insert_versions(self, changes: Sequence[Content], pks: Mapping[str, int]) -> None:
        rows = [NewVersion(pks[each.key], self._snapshot, each.name, each.region, facts) for each, facts, _ in changes]
        filling.fill(self._connection, version, rows)

    def _replace(self, changed: Sequence[Content], stored: Mapping[str, Any]) -> None:
        if not changed:
            return
        again = sum(stored[each.key].closed_at is not None for each, _, _ in changed)
        self._counts["changed"] += len(changed) - again
        self._counts["added"] += again
        pks = {each.key: stored[each.key].pk for each, _, _ in changed}
        self._end_versions(list(pks.values()))
        done = (
            update(resource)
            .where(resource.c.pk == bindparam("which"))
            .values(
                name=bindparam("to_name"),
                region=bindparam("to_region"),
                content_hash=bindparam("to_hash"),
                last_changed_at=self._at,
                closed_at=None,
            )
        )
        rows = [
            {"which": pks[each.key], "to_name": each.name, "to_region": each.region, "to_hash": content}
            for each, _, content in changed
        ]
        self._connection.execute(done, rows)
        self._insert_versions(changed, pks)

    def _end_versions(self, pks: Sequence[int]) -> None:
        here = and_(version.c.resource_pk == bindparam("which"), version.c.valid_to.is_(None))
        done = update(version).where(here).values(valid_to=self._snapshot)
        self._connection.execute(done, [{"which": pk} for pk in pks])

    def _refresh(self, batch: Sequence[Waiting], stored: Mapping[str, Any]) -> list[Waiting]:
        """Keep the latest observation of what is volatile, and return where it is new.

        What was not read this time stays as it was.
        """
        rows = []
        seen = []
        for each in batch:
            if each.key in stored and each.volatile != (stored[each.key].volatile or NOTHING):
                old = serial.loads(stored[each.key].volatile or NOTHING)
                kept = {name: old[name] for name in _leaning(each) if name in old}
                now = {**kept, **serial.loads(each.volatile)}
                if now != old:
                    rows.append({"which": stored[each.key].pk, "now": now})
                    seen.append(each)
        known = [each for each in batch if each.key in stored and each.fingerprint != stored[each.key].fingerprint]
        self._set("volatile", rows)
        self._set("fingerprint", [{"which": stored[each.key].pk, "now": each.fingerprint} for each in known])
        return seen

    def _set(self, column: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            done = update(resource).where(resource.c.pk == bindparam("which")).values({column: bindparam("now")})
            self._connection.execute(done, rows)

    def _held(self, scopes: Sequence[Scope]) -> Mapping[tuple[str, str], int]:
        """Return how many resources each listing of the types of *scopes* holds. One question: most accounts are small."""
        place = (resource.c.resource_type, resource.c.listed_in)
        types = {scope.type for scope in scopes if scope.complete}
        here = and_(resource.c.account_pk == self._owner, resource.c.resource_type.in_(types), resource.c.closed_at.is_(None))
        counts = self._connection.execute(select(*place, func.count()).where(here).group_by(*place))
        return {(type, region): count for type, region, count in counts}

    def _open_in(self, scope: Scope) -> ColumnElement[bool]:
        return and_(
            resource.c.account_pk == self._owner,
            resource.c.resource_type == scope.type,
            resource.c.listed_in == scope.region,
            resource.c.closed_at.is_(None),
        )

    def _close_missing(self, scope: Scope, spool: Room, base: int | None) -> None:
        """Close what the scan did not return. *base*: the look that it knew, where another came between."""
        last = 0
        known = None if base is None else self._time_of(base)
        while rows := self._next_open(scope, last):
            last = rows[-1].pk
            there = spool.holds(rows, new={row.pk for row in rows if known is not None and row.first_seen_at > known})
            if missing := [row.pk for row in rows if row.key not in there]:
                self._close(missing)

    def _next_open(self, scope: Scope, after: int) -> Sequence[Any]:
        here = and_(self._open_in(scope), resource.c.pk > after)
        columns = select(resource.c.pk, resource.c.key, resource.c.fingerprint, resource.c.first_seen_at)
        return self._connection.execute(columns.where(here).order_by(resource.c.pk).limit(BATCH)).all()

    def _close(self, pks: Sequence[int]) -> None:
        self._counts["removed"] += len(pks)
        self._end_versions(pks)
        self._connection.execute(update(resource).where(resource.c.pk.in_(pks)).values(closed_at=self._at, volatile=None))
        self._sight.close(pks)
        Judging(self._connection, Account("", ""), self._owner, self._snapshot, self._at).end(pks, Cause.GONE)


def _observed(each: Waiting) -> str | None:
    return None if each.volatile == NOTHING else each.volatile


def _leans(each: Waiting) -> bool:
    """Tell whether something of a resource is as it was known."""
    return each.unread != NOTHING or each.kept != NONE


def _leaning(each: Waiting) -> list[str]:
    """Return the facts that are as they were known: not read this time, or not asked for again."""
    return [*serial.loads(each.unread), *serial.loads(each.kept)]


def merged(each: Waiting, old: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return a resource's facts as JSON, and their hash. What was not read, or not asked for again, stays as it was known."""
    kept = {name: old[name] for name in _leaning(each) if name in old} if old else {}
    if not kept:
        return each.facts, each.content
    facts = serial.text(serial.loads(each.facts) | kept)
    return facts, serial.content(each.name, each.region, facts)
