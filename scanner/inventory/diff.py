"""Brings stored resources in line with what a scan returned: new, changed, gone; versions and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from scanner.evaluation.life import Cause
from scanner.inventory import serial
from scanner.inventory.judging import Judging
from scanner.inventory.rows import Applied
from scanner.inventory.spool import BATCH, Scope, Spool, Waiting
from scanner.inventory.tables import gap, listing, resource, version
from scanner.model import Account, Gap

Row = Mapping[Any, Any]


class Diff:
    """One snapshot's differences. Everything goes in batches; what is unchanged is not written."""

    def __init__(self, connection: Connection, owner: int, snapshot_id: int, at: datetime) -> None:
        self._connection = connection
        self._owner = owner
        self._snapshot = snapshot_id
        self._at = at
        self._counts = dict.fromkeys(("added", "changed", "removed", "unchanged"), 0)

    def apply(self, spool: Spool) -> Applied:
        scopes = spool.scopes()
        since = self._listing_gaps_since()
        for scope in scopes:
            for batch in spool.batches(scope):
                self._batch(batch)
            if scope.complete:
                self._close_missing(scope, spool)
            self._file(scope)
        self._note_listing_gaps(spool.listing_gaps(), scopes, since)
        return Applied(**self._counts)

    # Resources.

    def _batch(self, batch: Sequence[Waiting]) -> None:
        stored = {row["key"]: row for row in self._stored(each.key for each in batch)}
        olds = self._facts(stored[each.key]["pk"] for each in batch if each.key in stored and each.unread != "{}")
        added: list[tuple[Waiting, str, str]] = []
        changed: list[tuple[Waiting, str, str]] = []
        for each in batch:
            row = stored.get(each.key)
            facts, content = merged(each, olds.get(row["pk"]) if row else None)
            if row is None:
                added.append((each, facts, content))
            elif row["content_hash"] != content or row["closed_at"] is not None:
                changed.append((each, facts, content))
            else:
                self._counts["unchanged"] += 1
        self._refresh(batch, stored)
        self._insert(added)
        self._replace(changed, stored)
        pks = (
            {row["key"]: row["pk"] for row in self._stored(each.key for each in batch)}
            if added
            else {key: row["pk"] for key, row in stored.items()}
        )
        self._note_gaps(batch, pks)

    def _stored(self, keys: Iterable[str]) -> Sequence[Row]:
        here = and_(resource.c.account_pk == self._owner, resource.c.key.in_(list(keys)))
        columns = (
            resource.c.pk,
            resource.c.key,
            resource.c.content_hash,
            resource.c.closed_at,
            resource.c.volatile,
        )
        return self._connection.execute(select(*columns).where(here)).mappings().all()

    def _facts(self, pks: Iterable[int]) -> dict[int, Mapping[str, Any]]:
        wanted = list(pks)
        if not wanted:
            return {}
        here = and_(version.c.resource_pk.in_(wanted), version.c.valid_to.is_(None))
        query = select(version.c.resource_pk, version.c.facts).where(here)
        return {row.resource_pk: row.facts for row in self._connection.execute(query)}

    def _insert(self, added: Sequence[tuple[Waiting, str, str]]) -> None:
        if not added:
            return
        self._counts["added"] += len(added)
        seen = {"account_pk": self._owner, "first_seen_at": self._at, "last_changed_at": self._at}
        rows = [{**seen, **identity(each), "content_hash": content} for each, _, content in added]
        self._connection.execute(insert(resource), rows)
        pks = {row["key"]: row["pk"] for row in self._stored(each.key for each, _, _ in added)}
        self._insert_versions((pks[each.key], each, facts) for each, facts, _ in added)

    def _insert_versions(self, rows: Iterable[tuple[int, Waiting, str]]) -> None:
        values = [
            {
                "resource_pk": pk,
                "valid_from": self._snapshot,
                "name": each.name,
                "region": each.region,
                "facts": serial.loads(facts),
            }
            for pk, each, facts in rows
        ]
        self._connection.execute(insert(version), values)

    def _replace(self, changed: Sequence[tuple[Waiting, str, str]], stored: Mapping[str, Row]) -> None:
        if not changed:
            return
        self._counts["changed"] += sum(stored[each.key]["closed_at"] is None for each, _, _ in changed)
        self._counts["added"] += sum(stored[each.key]["closed_at"] is not None for each, _, _ in changed)
        self._end_versions([stored[each.key]["pk"] for each, _, _ in changed])
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
            {"which": stored[each.key]["pk"], "to_name": each.name, "to_region": each.region, "to_hash": content}
            for each, _, content in changed
        ]
        self._connection.execute(done, rows)
        self._insert_versions((stored[each.key]["pk"], each, facts) for each, facts, _ in changed)

    def _end_versions(self, pks: Sequence[int]) -> None:
        here = and_(version.c.resource_pk == bindparam("which"), version.c.valid_to.is_(None))
        done = update(version).where(here).values(valid_to=self._snapshot)
        self._connection.execute(done, [{"which": pk} for pk in pks])

    def _refresh(self, batch: Sequence[Waiting], stored: Mapping[str, Row]) -> None:
        """Keep the latest observation of what is volatile, where it was read."""
        rows = []
        for each in batch:
            if each.key in stored and each.volatile != "{}":
                kept = {**(stored[each.key]["volatile"] or {}), **serial.loads(each.volatile)}
                if kept != stored[each.key]["volatile"]:
                    rows.append({"which": stored[each.key]["pk"], "now": kept})
        if rows:
            done = update(resource).where(resource.c.pk == bindparam("which")).values(volatile=bindparam("now"))
            self._connection.execute(done, rows)

    def _close_missing(self, scope: Scope, spool: Spool) -> None:
        last = 0
        while rows := self._open_in(scope, last):
            last = rows[-1][0]
            there = spool.holds(key for _, key in rows)
            if missing := [pk for pk, key in rows if key not in there]:
                self._close(missing)

    def _open_in(self, scope: Scope, after: int) -> Sequence[Any]:
        here = and_(
            resource.c.account_pk == self._owner,
            resource.c.resource_type == scope.type,
            resource.c.listed_in == scope.region,
            resource.c.closed_at.is_(None),
            resource.c.pk > after,
        )
        query = select(resource.c.pk, resource.c.key).where(here).order_by(resource.c.pk).limit(BATCH)
        return self._connection.execute(query).all()

    def _close(self, pks: Sequence[int]) -> None:
        self._counts["removed"] += len(pks)
        self._end_versions(pks)
        self._connection.execute(update(resource).where(resource.c.pk.in_(pks)).values(closed_at=self._at))
        self._connection.execute(delete(gap).where(gap.c.resource_pk.in_(pks)))
        Judging(self._connection, Account("", ""), self._owner, self._snapshot, self._at).end(pks, Cause.GONE)

    # Listings and gaps.

    def _file(self, scope: Scope) -> None:
        same = and_(
            listing.c.account_pk == self._owner,
            listing.c.resource_type == scope.type,
            listing.c.region == scope.region,
        )
        state = {"complete": scope.complete, "snapshot_pk": self._snapshot}
        if not self._connection.execute(update(listing).where(same).values(state)).rowcount:
            row = {"account_pk": self._owner, "resource_type": scope.type, "region": scope.region, **state}
            self._connection.execute(insert(listing).values(row))

    def _listing_gaps_since(self) -> dict[tuple[str, str, str], int]:
        here = and_(gap.c.account_pk == self._owner, gap.c.resource_pk.is_(None))
        columns = (gap.c.resource_type, gap.c.region, gap.c.operation, gap.c.since)
        return {(row[0], row[1], row[2]): row[3] for row in self._connection.execute(select(*columns).where(here))}

    def _note_listing_gaps(
        self, gaps: Sequence[Gap], scopes: Sequence[Scope], since: Mapping[tuple[str, str, str], int]
    ) -> None:
        for type, region in {(scope.type, scope.region) for scope in scopes} | {(each.type, each.region) for each in gaps}:
            here = and_(gap.c.account_pk == self._owner, gap.c.resource_pk.is_(None))
            self._connection.execute(delete(gap).where(here, gap.c.resource_type == type, gap.c.region == region))
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
            }
            for each in gaps
        ]
        if rows:
            self._connection.execute(insert(gap), rows)

    def _note_gaps(self, batch: Sequence[Waiting], pks: Mapping[str, int]) -> None:
        here = gap.c.resource_pk.in_(list(pks.values()))
        columns = (gap.c.resource_pk, gap.c.fact, gap.c.since)
        had = {(row[0], row[1]): row[2] for row in self._connection.execute(select(*columns).where(here))}
        if had:
            self._connection.execute(delete(gap).where(here))
        rows = [row for each in batch if each.unread != "{}" for row in self._gap_rows(each, pks[each.key], had)]
        if rows:
            self._connection.execute(insert(gap), rows)

    def _gap_rows(self, each: Waiting, pk: int, had: Mapping[tuple[int, str], int]) -> list[dict[str, Any]]:
        return [
            {
                "account_pk": self._owner,
                "resource_pk": pk,
                "resource_type": each.type,
                "region": each.region,
                "service": each.service,
                "fact": fact,
                "reason": reason,
                "code": code,
                "operation": operation,
                "permission": permission,
                "since": had.get((pk, fact), self._snapshot),
            }
            for fact, (reason, code, operation, permission) in serial.loads(each.unread).items()
        ]


def identity(each: Waiting) -> dict[str, Any]:
    return {
        "key": each.key,
        "resource_type": each.type,
        "listed_in": each.listed_in,
        "region": each.region,
        "resource_id": each.id,
        "name": each.name,
        "service": each.service,
        "volatile": serial.loads(each.volatile) or None,
    }


def merged(each: Waiting, old: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return a resource's facts as JSON, and their hash. What was not read this time stays as it was known."""
    known = serial.loads(each.bodies)
    kept = {name: old[name] for name in serial.loads(each.unread) if old and name in old}
    facts = serial.text(known | kept) if kept else each.bodies
    return facts, serial.digest(each.name.encode(), each.region.encode(), facts.encode()).hex()
