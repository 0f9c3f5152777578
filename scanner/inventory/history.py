"""The past: what was there as of a snapshot, what changed between two, and what is known of one resource's life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isclose
from typing import Any

from sqlalchemy import Connection, and_, func, literal, or_, select, union

from scanner.inventory.compare import Field, fields
from scanner.inventory.errors import InventoryError
from scanner.inventory.moments import Span
from scanner.inventory.sight import as_of
from scanner.inventory.tables import account, event, finding, gap, resource, score, snapshot, version

Row = dict[str, Any]
PRUNED = "pruned"  # the status of a look of which only the time is kept
PAGE = 500


# Between two looks.


def resources(connection: Connection, span: Span) -> Iterator[Row]:
    """Yield the resources that differ: ``change`` is added, changed or removed; ``fields`` what differs in them."""
    last = 0
    while pks := _touched(connection, span, last):
        last = pks[-1]
        before, after = (_states(connection, pks, look.snapshot) for look in (span.before, span.after))
        for pk in pks:
            if row := _difference(span, before.get(pk), after.get(pk)):
                yield row


def _touched(connection: Connection, span: Span, after: int) -> Sequence[int]:
    """Return the next resources of which a version began or ended in the span."""
    within = [
        select(version.c.resource_pk).where(edge > span.before.snapshot, edge <= span.after.snapshot)
        for edge in (version.c.valid_from, version.c.valid_to)
    ]
    touched = union(*within).subquery()
    here = and_(resource.c.account_pk == span.after.account_pk, resource.c.pk > after)
    query = select(resource.c.pk).join(touched, touched.c.resource_pk == resource.c.pk).where(here)
    return connection.scalars(query.order_by(resource.c.pk).limit(PAGE)).all()


def _states(connection: Connection, pks: Sequence[int], look: int) -> Mapping[int, Mapping[Any, Any]]:
    columns = (
        resource.c.pk,
        resource.c.resource_type,
        resource.c.resource_id,
        version.c.name,
        version.c.region,
        version.c.facts,
    )
    query = (
        select(*columns)
        .join(version, version.c.resource_pk == resource.c.pk)
        .where(resource.c.pk.in_(pks), as_of(version, look))
    )
    return {row["pk"]: row for row in connection.execute(query).mappings()}


def _difference(span: Span, before: Mapping[Any, Any] | None, after: Mapping[Any, Any] | None) -> Row | None:
    there = after or before
    if there is None:
        return None
    changed: list[Field] = []
    if before and after:
        changed = [
            *fields({"name": before["name"], "region": before["region"]}, {"name": after["name"], "region": after["region"]}),
            *fields(before["facts"], after["facts"]),
        ]
        if not changed:  # it changed and changed back
            return None
    return {
        "change": "changed" if before and after else "added" if after else "removed",
        "provider": span.after.provider,
        "account_id": span.after.account_id,
        "region": there["region"],
        "resource_type": there["resource_type"],
        "resource_id": there["resource_id"],
        "name": there["name"],
        "fields": changed,
    }


def findings(connection: Connection, span: Span) -> Iterator[Row]:
    """Yield the turns of findings in the span, in order."""
    columns = (
        event.c.event,
        event.c.cause,
        event.c.at,
        finding.c.severity,
        finding.c.check_id,
        finding.c.area,
        finding.c.finding_id,
        resource.c.resource_type,
        resource.c.resource_id,
        resource.c.region,
    )
    here = and_(
        finding.c.account_pk == span.after.account_pk,
        event.c.snapshot_pk > span.before.snapshot,
        event.c.snapshot_pk <= span.after.snapshot,
    )
    query = (
        select(*columns)
        .join(finding, finding.c.pk == event.c.finding_pk)
        .join(resource, resource.c.pk == finding.c.resource_pk)
        .where(here)
        .order_by(event.c.pk)
    )
    names = {"provider": span.after.provider, "account_id": span.after.account_id}
    for row in connection.execute(query).mappings():
        yield {**names, **row}


SUMS = ("expected", "known", "earned", "passed", "failed", "unknown")
TOLERANCE = 1e-9  # a database may add the same weights in another order


def scores(connection: Connection, span: Span, by: str) -> Iterator[Row]:
    """Yield the sums of the score before and after by ``area`` or ``check_id``, where they differ."""
    before, after = (_sums(connection, span.after.account_pk, look.snapshot, by) for look in (span.before, span.after))
    nothing = dict.fromkeys(SUMS, 0)
    for name in sorted({*before, *after}):
        was, now = before.get(name, nothing), after.get(name, nothing)
        if not all(isclose(was[each], now[each], abs_tol=TOLERANCE) for each in SUMS):
            yield {"account_id": span.after.account_id, by: name, "before": was, "after": now}


def totals(connection: Connection, span: Span) -> tuple[Row, Row]:
    """Return the sums of the whole account before and after."""
    found = [_sums(connection, span.after.account_pk, look.snapshot, "account_pk") for look in (span.before, span.after)]
    nothing = dict.fromkeys(SUMS, 0)
    before, after = (next(iter(each.values()), nothing) for each in found)
    return before, after


def _sums(connection: Connection, owner: int, look: int, by: str) -> Mapping[Any, Row]:
    sums = [func.sum(score.c[name]).label(name) for name in SUMS]
    here = and_(score.c.snapshot_pk == look, score.c.account_pk == owner)
    query = select(score.c[by].label("slice"), *sums).where(here).group_by(score.c[by])
    return {row["slice"]: {name: row[name] for name in SUMS} for row in connection.execute(query).mappings()}


# One resource.


def find(connection: Connection, said: str) -> Mapping[Any, Any]:
    """Return the resource with that id, name, or end of an id. Raises :class:`InventoryError` unless there is just one."""
    columns = (account.c.provider, account.c.account_id, resource)
    joined = select(*columns).join(account, account.c.pk == resource.c.account_pk)
    exact = joined.where(or_(resource.c.resource_id == said, resource.c.name == said))
    tail = func.substr(resource.c.resource_id, func.length(resource.c.resource_id) - len(said) + 1)
    for query in (exact, joined.where(tail == literal(said))):
        found = connection.execute(query.limit(2)).mappings().all()
        if len(found) > 1:
            kinds = ", ".join(sorted(f"{row['resource_type']} {row['resource_id']}" for row in found))
            raise InventoryError(f"{said!r} is the name of several resources, such as {kinds}: give the whole id")
        if found:
            return found[0]
    raise InventoryError(f"no resource is called {said!r}: `demarc resources` lists them")


def versions(connection: Connection, pk: int, since: int = 0, before: int | None = None) -> Iterator[Row]:
    """Yield what one resource was like, oldest first: from when to when, and the fields in which it differed from before.

    Only versions that began with the look *since* or later, and earlier than *before*; the first differs from nothing.
    """
    began_at = version.c.valid_from
    within = [began_at >= since, *([began_at < before] if before else [])]
    began, ended = snapshot.alias("began"), snapshot.alias("ended")
    times = (began.c.started_at.label("from_at"), began.c.status.label("from_status"), ended.c.started_at.label("to_at"))
    query = (
        select(version, *times)
        .join(began, began.c.pk == version.c.valid_from)
        .join(ended, ended.c.pk == version.c.valid_to, isouter=True)
        .where(version.c.resource_pk == pk, *within)
        .order_by(version.c.valid_from)
    )
    last: Mapping[Any, Any] | None = None
    for row in connection.execute(query).mappings():
        follows = last is not None and last["valid_to"] == row["valid_from"]
        yield {
            "from_snapshot": row["valid_from"],
            "from_at": row["from_at"],
            "to_snapshot": row["valid_to"],
            "to_at": row["to_at"],
            "change": "changed" if follows else "known" if row["from_status"] == PRUNED else "appeared",
            "fields": list(fields(last["facts"], row["facts"])) if last is not None and follows else [],
        }
        last = row


def newest(connection: Connection, pk: int, most: int, before: int | None = None) -> tuple[list[Row], int | None]:
    """Return the newest versions of one resource, oldest first, and the look before which there are more; or ``None``.

    *before*: those that began earlier than that look.
    """
    began = select(version.c.valid_from).where(version.c.resource_pk == pk)
    earlier = began.where(version.c.valid_from < before) if before else began
    starts = connection.scalars(earlier.order_by(version.c.valid_from.desc()).limit(most + 1)).all()
    rows = list(versions(connection, pk, starts[-1], before)) if starts else []
    more = len(rows) > most  # the first is there to be compared with alone
    return (rows[1:], rows[1]["from_snapshot"]) if more else (rows, None)


TURN = (event.c.at, event.c.event, event.c.cause, event.c.snapshot_pk, finding.c.check_id, finding.c.severity)


def turns(connection: Connection, pk: int) -> list[Row]:
    """Return the turns of all findings on one resource, oldest first."""
    query = select(*TURN).join(finding, finding.c.pk == event.c.finding_pk).where(finding.c.resource_pk == pk)
    return [dict(row) for row in connection.execute(query.order_by(event.c.pk)).mappings()]


def last_turns(connection: Connection, pk: int, most: int, before: int | None = None) -> tuple[list[Row], int | None]:
    """Return the newest turns, oldest first, and the number before which there are more; or ``None``.

    *before*: those of a smaller number.
    """
    joined = select(event.c.pk, *TURN).join(finding, finding.c.pk == event.c.finding_pk).where(finding.c.resource_pk == pk)
    earlier = joined.where(event.c.pk < before) if before else joined
    rows = [dict(row) for row in connection.execute(earlier.order_by(event.c.pk.desc()).limit(most + 1)).mappings()]
    numbers = [row.pop("pk") for row in rows]
    return rows[:most][::-1], numbers[most - 1] if len(rows) > most else None


def unread(connection: Connection, pk: int) -> list[Row]:
    """Return what of one resource could not be read, from when, and until when; that is null while it can't be."""
    ended = snapshot.alias("ended")
    times = (snapshot.c.started_at.label("since"), ended.c.started_at.label("until"))
    query = (
        select(gap.c.fact, gap.c.reason, gap.c.operation, gap.c.permission, *times)
        .join(snapshot, snapshot.c.pk == gap.c.valid_from)
        .join(ended, ended.c.pk == gap.c.valid_to, isouter=True)
        .where(gap.c.resource_pk == pk)
        .order_by(gap.c.valid_from, gap.c.fact)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
