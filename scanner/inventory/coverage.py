"""What looks could see: which of them saw one resource, and what can be seen at one that could not at another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, exists, func, select

from scanner.inventory.moments import WHOLE, Span
from scanner.inventory.shelf import GLOBAL
from scanner.inventory.sight import as_of
from scanner.inventory.tables import gap, ledger, listing, snapshot, version
from scanner.provider import Selection

Row = dict[str, Any]
WHY = ("reason", "code", "operation", "permission")

SAW = "saw it"
MISSED = "did not find it"
REFUSED = "could not list it"
LEFT_OUT = "did not look there"
CAME_TO_NOTHING = "came to nothing"


# One resource.


def looks(connection: Connection, resource: Mapping[Any, Any]) -> Iterator[Row]:
    """Yield the looks at the account of *resource*, a row of its table, oldest first, in runs that fared alike.

    ``seen`` is one of the words above; of a listing that was refused, ``reason`` and its like tell why. Of a listing that
    broke off, only what it returned otherwise than before was kept as seen.
    """
    versions = _intervals(connection, version, version.c.resource_pk == resource["pk"])
    here = (resource["account_pk"], resource["resource_type"], resource["listed_in"])
    listings = _intervals(connection, listing, _at(listing, here))
    gaps = _intervals(connection, gap, and_(_at(gap, here), gap.c.resource_pk.is_(None)))

    def fared(look: RowMapping) -> tuple[str, ...]:
        number = look["pk"]
        row = _holding(listings, number)
        if look["status"] not in WHOLE:
            return (CAME_TO_NOTHING, look["status"])
        if row is None or number > row["snapshot_pk"] or not _wanted(look["selection"], resource):
            return (LEFT_OUT,)
        there = _holding(versions, number)
        if row["complete"]:
            return (SAW if there else MISSED,)
        if there and there["valid_from"] == number:
            return (SAW,)
        why = _holding(gaps, number)
        return (REFUSED, *(str(why[name]) for name in WHY)) if why else (REFUSED, "error")

    columns = (snapshot.c.pk, snapshot.c.status, snapshot.c.started_at, snapshot.c.selection)
    mine = and_(snapshot.c.account_pk == resource["account_pk"], snapshot.c.status != "pruned")
    every = connection.execute(select(*columns).where(mine).order_by(snapshot.c.pk)).mappings()
    for (seen, *why), run in groupby(every, fared):
        first, *rest = run
        last = rest[-1] if rest else first
        yield {
            "seen": seen,
            **dict(zip(WHY, why, strict=False)),
            "looks": 1 + len(rest),
            "from_snapshot": first["pk"],
            "from_at": first["started_at"],
            "to_snapshot": last["pk"],
            "to_at": last["started_at"],
        }


def _at(table: Any, here: tuple[int, str, str]) -> Any:
    return and_(table.c.account_pk == here[0], table.c.resource_type == here[1], table.c.region == here[2])


def _intervals(connection: Connection, table: Any, where: Any) -> Sequence[RowMapping]:
    columns = [column for column in table.c if column.name != "facts"]
    return connection.execute(select(*columns).where(where).order_by(table.c.valid_from)).mappings().all()


def _holding(rows: Iterable[RowMapping], look: int) -> RowMapping | None:
    return next(
        (row for row in rows if row["valid_from"] <= look and (row["valid_to"] is None or row["valid_to"] > look)), None
    )


def _wanted(selection: Mapping[str, Sequence[str]] | None, resource: Mapping[Any, Any]) -> bool:
    """Tell whether a look that was narrowed so took in *resource*; of a type that nobody knows, nobody can say more."""
    chosen = Selection(*(frozenset((selection or {}).get(name) or ()) for name in ("regions", "services")))
    there = not chosen.regions or resource["listed_in"] in {GLOBAL, *chosen.regions}
    return there and (not resource["service"] or chosen.wants(resource["service"]))


# Between two looks.

TWIN = gap.alias("twin")
SIGHT = {"blind": 0, "partly blind": 1, "assessed": 2}


def moved(connection: Connection, span: Span) -> Iterator[Row]:
    """Yield what was ``gained`` or ``lost``: listings of a type, facts of resources, cells of the split.

    Where nothing was known before there is nothing to compare.
    """
    if span.before.snapshot:
        yield from _listings(connection, span)
        yield from _facts(connection, span)
        yield from _cells(connection, span)


def _listings(connection: Connection, span: Span) -> Iterator[Row]:
    before, after = (_read(connection, span.after.account_pk, look.snapshot) for look in (span.before, span.after))
    why = [_reasons(connection, span.after.account_pk, look.snapshot) for look in (span.before, span.after)]
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for type, region in sorted(after):
        was, now = before.get((type, region), False), after[type, region]
        if was != now or (type, region) not in before:
            reasons = why[0] if now else why[1]
            found["gained" if now else "lost", type, *reasons.get((type, region), ("",) * len(WHY))].append(region)
    for (change, type, *because), regions in found.items():
        yield {
            "change": change,
            "what": "listing",
            "resource_type": type,
            "regions": regions,
            **dict(zip(WHY, because, strict=True)),
        }


def _read(connection: Connection, owner: int, look: int) -> Mapping[tuple[str, str], bool]:
    query = select(listing.c.resource_type, listing.c.region, listing.c.complete)
    rows = connection.execute(query.where(listing.c.account_pk == owner, as_of(listing, look)))
    return {(type, region): complete for type, region, complete in rows}


def _reasons(connection: Connection, owner: int, look: int) -> Mapping[tuple[str, str], tuple[str, ...]]:
    query = select(gap.c.resource_type, gap.c.region, *(gap.c[name] for name in WHY))
    here = and_(gap.c.account_pk == owner, gap.c.resource_pk.is_(None), as_of(gap, look))
    return {
        (type, region): tuple(why) for type, region, *why in connection.execute(query.where(here).order_by(gap.c.pk.desc()))
    }


def _facts(connection: Connection, span: Span) -> Iterator[Row]:
    """Yield the gaps of resources that opened and closed; of a resource that is gone, nothing is seen better than before."""
    for change, look, other in (("lost", span.after, span.before), ("gained", span.before, span.after)):
        also = and_(TWIN.c.resource_pk == gap.c.resource_pk, TWIN.c.fact == gap.c.fact, as_of(TWIN, other.snapshot))
        there = and_(version.c.resource_pk == gap.c.resource_pk, as_of(version, span.after.snapshot))
        here = and_(
            gap.c.account_pk == span.after.account_pk,
            gap.c.resource_pk.is_not(None),
            as_of(gap, look.snapshot),
            ~exists().where(also),
            exists().where(there),
        )
        by = [gap.c[name] for name in ("resource_type", "fact", *WHY)]
        query = select(*by, func.count().label("resources")).where(here).group_by(*by).order_by(*by)
        for row in connection.execute(query).mappings():
            yield {"change": change, "what": "fact", **row}


def _cells(connection: Connection, span: Span) -> Iterator[Row]:
    before, after = (_states(connection, span.after.account_pk, look.snapshot) for look in (span.before, span.after))
    for service, area in sorted(before.keys() & after.keys()):
        was, now = before[service, area], after[service, area]
        if was in SIGHT and now in SIGHT and SIGHT[was] != SIGHT[now]:
            change = "gained" if SIGHT[now] > SIGHT[was] else "lost"
            yield {"change": change, "what": "cell", "service": service, "area": area, "before": was, "after": now}


def _states(connection: Connection, owner: int, look: int) -> Mapping[tuple[str, str], str]:
    query = select(ledger.c.service, ledger.c.area, ledger.c.state)
    rows = connection.execute(query.where(ledger.c.account_pk == owner, ledger.c.snapshot_pk == look))
    return {(service, area): state for service, area, state in rows}
