"""Fills tables with many rows at once, past SQLAlchemy's work on each value: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from scanner.inventory.tables import Moment

FEW = 100  # rows below which COPY is not worth its round trips
MANY = 1000  # changed resources after which an engine's statistics of its tables are out of date


def stored(connection: Connection, at: datetime) -> Any:
    """Return a time as the engine keeps it."""
    return Moment().process_bind_param(at, connection.dialect)


def reserve(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Return *count* new primary keys of *table*. Its transaction is the only one that writes."""
    if connection.dialect.name == "sqlite":
        last = int(connection.scalar(select(func.max(table.c.pk))) or 0)
        return range(last + 1, last + 1 + count)
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'pk')) FROM generate_series(1, :count)")
    return list(connection.scalars(query, {"table": table.name, "count": count}))


def fill(connection: Connection, table: Table, rows: Sequence[Any]) -> None:
    """Insert *rows*: named tuples whose fields are columns and whose values are as the engine keeps them (JSON as text)."""
    if not rows:
        return
    columns = ", ".join(rows[0]._fields)
    if connection.dialect.name == "postgresql" and len(rows) > FEW:
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", rows)
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608 -- names of ours


def _copy(connection: Connection, statement: str, rows: Sequence[Any]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def measure(connection: Connection, changed: int) -> None:
    """Let PostgreSQL count anew after much has changed: without statistics it reads whole tables for a few rows."""
    if connection.dialect.name == "postgresql" and changed >= MANY:
        connection.exec_driver_sql("ANALYZE resource, resource_version, finding, gap")
