"""What people ask of the inventory: the public views, filtered and streamed, and SQL of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store

Row = dict[str, Any]
FILTERS = ("account_id", "region", "service", "area", "severity", "status", "check_id", "owner", "resource_type")
WORST_FIRST = "CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
BATCH = 500


def _rows(connection: Connection, query: str, **values: Any) -> Iterator[Row]:
    found = connection.execution_options(stream_results=True).execute(text(query), values)
    for row in found.yield_per(BATCH).mappings():
        yield dict(row)


def _where(filters: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, str]]:
    """Return a condition and its values. Only names of :data:`FILTERS` become part of the text."""
    parts, values = [], {}
    for name in FILTERS:
        wanted = filters.get(name, ())
        marks = [f"{name}_{number}" for number in range(len(wanted))]
        values.update(dict(zip(marks, wanted, strict=True)))
        if marks:
            parts.append(f"{name} IN ({', '.join(':' + mark for mark in marks)})")
    return " AND ".join(parts) or "1 = 1", values


def findings(store: Store, filters: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Yield findings, worst first."""
    where, values = _where(filters)
    order = f"{WORST_FIRST}, check_id, account_id, region, resource_id"
    with store.reading() as connection:
        yield from _rows(connection, f"SELECT * FROM findings WHERE {where} ORDER BY {order}", **values)  # noqa: S608 -- names of FILTERS only


def finding(store: Store, name: str) -> tuple[Row, list[Row]]:
    """Return a finding by its id, or the beginning of it, and its history. Raises :class:`InventoryError`."""
    with store.reading() as connection:
        query = "SELECT * FROM findings WHERE substr(finding_id, 1, :length) = :name ORDER BY finding_id LIMIT 2"
        found = list(_rows(connection, query, name=name, length=len(name)))
        if len(found) != 1:
            what = "is the beginning of several findings" if found else "is no finding"
            raise InventoryError(f"{name} {what}: `demarc findings` lists them")
        history = "SELECT * FROM finding_history WHERE finding_id = :name ORDER BY at"
        return found[0], list(_rows(connection, history, name=found[0]["finding_id"]))


def resources(store: Store, filters: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Yield current resources with their facts."""
    where, values = _where(filters)
    with store.reading() as connection:
        query = f"SELECT * FROM current_resources WHERE {where} ORDER BY resource_type, region, resource_id"  # noqa: S608 -- names of FILTERS only
        for row in _rows(connection, query, **values):
            yield {**row, **{name: _json(row[name]) for name in ("tags", "facts", "volatile")}}


def gaps(store: Store) -> Iterator[Row]:
    """Yield blind spots, those that hide most first."""
    with store.reading() as connection:
        yield from _rows(connection, "SELECT * FROM blind_spots ORDER BY findings_affected DESC, operation, region, area")


def snapshots(store: Store) -> Iterator[Row]:
    with store.reading() as connection:
        query = """
SELECT s.pk AS snapshot_id, a.provider, a.account_id, a.name AS account_name, s.status, s.started_at, s.ended_at, s.added,
       s.changed, s.removed, s.unchanged, s.gaps, s.note
FROM snapshot s JOIN account a ON a.pk = s.account_pk ORDER BY s.pk DESC"""
        yield from _rows(connection, query)


def ledger(store: Store) -> Iterator[Row]:
    with store.reading() as connection:
        yield from _rows(connection, "SELECT * FROM responsibility_ledger ORDER BY provider, account_id, service, area")


def triples(store: Store, by: str = "account_id") -> Iterator[Row]:
    """Yield the sums of the latest scores by one column: account_id, service, area, region or severity."""
    if by not in FILTERS:
        raise ValueError(by)
    query = f"""
SELECT {by} AS slice, sum(expected) AS expected, sum(known) AS known, sum(earned) AS earned, sum(passed) AS passed,
       sum(failed) AS failed, sum(unknown) AS unknown FROM scores WHERE latest = 1 GROUP BY {by} ORDER BY {by}"""  # noqa: S608 -- checked above
    with store.reading() as connection:
        yield from _rows(connection, query)


def sql(store: Store, query: str) -> Iterator[Row]:
    """Yield the rows of a user's own query. What it tries to change is refused by the database itself."""
    with store.reading() as connection:
        found = connection.exec_driver_sql(query.strip().rstrip(";"))
        if not found.returns_rows:
            raise InventoryError("that statement returns no rows; the inventory is read-only here")
        for row in found.mappings():
            yield dict(row)


def _json(value: Any) -> Any:
    from scanner.inventory import serial  # noqa: PLC0415 -- only where SQLite hands out text

    return serial.loads(value) if isinstance(value, (str, bytes)) and value else value


def moment(value: Any) -> datetime | None:
    """Return a time as both engines hand it out through views."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
