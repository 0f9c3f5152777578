"""What people ask of the inventory: the public views, filtered and streamed, and SQL of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, count
from typing import Any

from sqlalchemy import Connection, CursorResult, text
from sqlalchemy.exc import DBAPIError

from scanner.inventory import serial
from scanner.inventory.errors import InventoryError, explained
from scanner.inventory.store import Store

Row = dict[str, Any]
Filters = Mapping[str, Sequence[str]]
FILTERS = (
    "account_id",
    "region",
    "service",
    "area",
    "severity",
    "status",
    "check_id",
    "owner",
    "resource_type",
    "resource_id",
    "reason",
)
TIMES = {
    "accepted_until",
    "opened_at",
    "resolved_at",
    "last_known_at",
    "last_seen_at",
    "first_seen_at",
    "last_changed_at",
    "started_at",
    "ended_at",
    "scored_at",
    "at",
    "since",
}
DOCUMENTS = ("tags", "facts", "facts_before", "facts_after", "volatile", "unread", "evidence")
WORST_FIRST = "CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
BATCH = 500


def rows_of(connection: Connection, query: str, **values: Any) -> Iterator[Row]:
    """Yield what a query of ours answers, row by row as it comes, documents and times read."""
    with connection.execution_options(stream_results=True).execute(text(query), values) as found:
        names = tuple(found.keys())
        readers: dict[str, Callable[[Any], Any]] = {name: moment for name in names if name in TIMES}
        if connection.dialect.name == "sqlite":  # the other engine's driver has read them
            readers |= {name: document for name in names if name in DOCUMENTS}
        for row in found.yield_per(BATCH).mappings():
            yield {**row, **{name: read(row[name]) for name, read in readers.items()}}


def moment(value: Any) -> datetime | None:
    """Return a time as both engines hand it out: through a view, SQLite gives the text that it stores."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def document(value: Any) -> Any:
    """Return JSON that SQLite gives as text, through a view."""
    return serial.loads(value) if isinstance(value, (str, bytes)) and value else value


def narrowed(filters: Filters) -> tuple[str, dict[str, str]]:
    """Return a condition and its values; ``*`` in a value stands for anything. Only :data:`FILTERS` become SQL text."""
    parts, values = [], {}
    for name in FILTERS:
        wanted = [(f"{name}_{number}", value) for number, value in enumerate(filters.get(name, ()))]
        if wanted:
            parts.append(f"({' OR '.join(_fits(name, mark, value) for mark, value in wanted)})")
            values.update({mark: _like(value) if "*" in value else value for mark, value in wanted})
    return " AND ".join(parts) or "1 = 1", values


def _fits(name: str, mark: str, value: str) -> str:
    return f"{name} LIKE :{mark} ESCAPE '!'" if "*" in value else f"{name} = :{mark}"


def _like(value: str) -> str:
    return value.replace("!", "!!").replace("%", "!%").replace("_", "!_").replace("*", "%")


def columns_of(connection: Connection, view: str) -> list[str]:
    """Return the columns of a view."""
    return list(connection.execute(text(f"SELECT * FROM {view} LIMIT 0")).keys())  # noqa: S608 -- a name of ours


def every(connection: Connection, view: str) -> Iterator[Row]:
    """Yield all rows of a view."""
    return rows_of(connection, f"SELECT * FROM {view}")  # noqa: S608 -- a name of ours


ACCEPTED = "accepted_until IS NOT NULL"


def findings(store: Store, filters: Filters, *, accepted: bool = True) -> Iterator[Row]:
    """Yield findings, worst first; those that somebody accepts only where *accepted* ones are asked for."""
    where, values = narrowed(filters)
    shown = where if accepted else f"{where} AND NOT {ACCEPTED}"
    order = f"{WORST_FIRST}, check_id, account_id, region, resource_id"
    with store.reading() as connection:
        yield from rows_of(connection, f"SELECT * FROM findings WHERE {shown} ORDER BY {order}", **values)  # noqa: S608 -- names of FILTERS only


def accepted_findings(store: Store, filters: Filters) -> int:
    """Return how many findings somebody accepts."""
    where, values = narrowed(filters)
    query = f"SELECT count(*) AS findings FROM findings WHERE {where} AND {ACCEPTED}"  # noqa: S608 -- names of FILTERS only
    with store.reading() as connection:
        return sum(row["findings"] for row in rows_of(connection, query, **values))


def finding(store: Store, name: str) -> tuple[Row, list[Row]]:
    """Return a finding by its id, or the beginning of it, and its history. Raises :class:`InventoryError`."""
    with store.reading() as connection:
        query = "SELECT * FROM findings WHERE substr(finding_id, 1, :length) = :name ORDER BY finding_id LIMIT 2"
        found = list(rows_of(connection, query, name=name, length=len(name)))
        if len(found) != 1:
            what = "is the beginning of several findings" if found else "is no finding"
            raise InventoryError(f"{name} {what}: `demarc findings` lists them")
        history = "SELECT * FROM finding_history WHERE finding_id = :name ORDER BY at, snapshot_id"
        return found[0], list(rows_of(connection, history, name=found[0]["finding_id"]))


def resources(store: Store, filters: Filters) -> Iterator[Row]:
    """Yield current resources with their facts, as they were last known."""
    where, values = narrowed(filters)
    with store.reading() as connection:
        query = f"SELECT * FROM current_resources WHERE {where} ORDER BY resource_type, region, resource_id"  # noqa: S608 -- names of FILTERS only
        for row in rows_of(connection, query, **values):
            yield {**row, "facts": serial.whole(row["facts"], row["volatile"] or {})}


def gaps(store: Store, filters: Filters | None = None) -> Iterator[Row]:
    """Yield blind spots, those that hide most first."""
    where, values = narrowed(filters or {})
    with store.reading() as connection:
        order = "findings_affected DESC, operation, account_id, region, area"
        yield from rows_of(connection, f"SELECT * FROM blind_spots WHERE {where} ORDER BY {order}", **values)  # noqa: S608 -- names of FILTERS only


def permissions_missing(store: Store, filters: Filters, most: int) -> list[Row]:
    """Return the calls that hid most, over accounts and regions; what is granted there shows most."""
    where, values = narrowed(filters)
    query = f"""
SELECT operation, permission, reason, count(DISTINCT account_id) AS accounts, count(DISTINCT region) AS regions,
       sum(findings_affected) AS findings_affected
FROM blind_spots WHERE {where} GROUP BY operation, permission, reason
ORDER BY sum(findings_affected) DESC, operation LIMIT :most"""  # noqa: S608 -- names of FILTERS only
    with store.reading() as connection:
        return list(rows_of(connection, query, most=most, **values))


def snapshots(store: Store, filters: Filters | None = None) -> Iterator[Row]:
    """Yield the looks at each account, newest first."""
    where, values = narrowed(filters or {})
    with store.reading() as connection:
        query = f"""
SELECT s.pk AS snapshot_id, a.provider, a.account_id, a.name AS account_name, s.status, s.started_at, s.ended_at, s.added,
       s.changed, s.removed, s.unchanged, s.gaps, s.note
FROM snapshot s JOIN account a ON a.pk = s.account_pk WHERE {where} ORDER BY s.pk DESC"""  # noqa: S608 -- names of FILTERS only
        yield from rows_of(connection, query, **values)


def ledger(store: Store, filters: Filters | None = None) -> Iterator[Row]:
    """Yield the cells of the split, by account and service."""
    where, values = narrowed(filters or {})
    with store.reading() as connection:
        query = f"SELECT * FROM responsibility_ledger WHERE {where} ORDER BY provider, account_id, service, area"  # noqa: S608 -- names of FILTERS only
        yield from rows_of(connection, query, **values)


def triples(store: Store, by: str = "account_id", filters: Filters | None = None) -> Iterator[Row]:
    """Yield the sums of the latest scores by one column: account_id, service, area, region, severity or check_id."""
    if by not in FILTERS:
        raise ValueError(by)
    where, values = narrowed(filters or {})
    query = f"""
SELECT {by} AS slice, sum(expected) AS expected, sum(known) AS known, sum(earned) AS earned, sum(passed) AS passed,
       sum(failed) AS failed, sum(unknown) AS unknown
FROM scores WHERE latest = 1 AND {where} GROUP BY {by} ORDER BY {by}"""  # noqa: S608 -- names of FILTERS only
    with store.reading() as connection:
        yield from rows_of(connection, query, **values)


def heaviest(store: Store, filters: Filters, most: int) -> list[Row]:
    """Return the checks whose failures cost most of the score."""
    where, values = narrowed(filters)
    query = f"""
SELECT check_id, severity, area, sum(failed) AS failed, sum(expected - earned) AS lost
FROM scores WHERE latest = 1 AND failed > 0 AND {where} GROUP BY check_id, severity, area
ORDER BY sum(expected - earned) DESC, check_id LIMIT :most"""  # noqa: S608 -- names of FILTERS only
    with store.reading() as connection:
        return list(rows_of(connection, query, most=most, **values))


def failing(store: Store, filters: Filters, *, accepted: bool = False) -> set[str]:
    """Return the severities at which something fails; what somebody accepts counts only when *accepted* ones are asked for."""
    where, values = narrowed(filters)
    failed = "failed + accepted" if accepted else "failed"
    query = f"SELECT DISTINCT severity FROM scores WHERE latest = 1 AND {failed} > 0 AND {where}"  # noqa: S608 -- names of FILTERS only
    with store.reading() as connection:
        return {row["severity"] for row in rows_of(connection, query, **values)}


def sql(store: Store, query: str) -> Iterator[Row]:
    """Yield the rows of a user's own SELECT. The database itself refuses all else, and more than one statement."""
    statement = query.strip().rstrip(";")
    with store.selecting() as connection:
        try:
            with connection.exec_driver_sql(statement) as found:
                names = columns(found)
                for row in found:
                    yield dict(zip(names, row, strict=True))
        except DBAPIError as error:
            first, *_ = str(error.orig).splitlines() or [""]
            raise InventoryError(f"that can't be asked: {explained(first)}") from error


def columns(found: CursorResult[Any]) -> list[str]:
    """Return the names of the columns, numbered where one is there already: ``count``, ``count_2``."""
    if not found.returns_rows:
        raise InventoryError("there is no statement to run")
    names: list[str] = []
    for name in found.keys():  # noqa: SIM118 -- no mapping
        others = (f"{name}_{number}" for number in count(2))
        names.append(next(each for each in chain([name], others) if each not in names))
    return names
