"""Fills tables with many rows at once, past SQLAlchemy's work on each value: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from scanner.inventory.errors import sent
from scanner.inventory.tables import Moment

FEW = 100  # rows below which COPY is not worth its round trips
MANY = 1000  # changed resources after which an engine's statistics of its tables are out of date


def stored(connection: Connection, at: datetime) -> Any:
    """Return a time as the engine keeps it."""
    return Moment().process_bind_param(at, connection.dialect)


def reserve(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Return *count* new primary keys of *table*. Its transaction is the only one that writes."""
    if connection.dialect.name == "sqlite":
        last = int(connection.scalar(select(func.max(table.c.pk))) or 0) + count
    else:
        sequence = "pg_get_serial_sequence(:table, 'pk')"
        query = text(f"SELECT setval({sequence}, nextval({sequence}) + :more)")
        last = int(connection.scalar(query, {"table": table.name, "more": count - 1}) or 0)
    return range(last - count + 1, last + 1)


def fill(connection: Connection, table: Table, rows: Sequence[Any]) -> None:
    """Insert *rows*: named tuples whose fields are columns and whose values are as the engine keeps them (JSON as text)."""
    if not rows:
        return
    if connection.dialect.name == "sqlite" or len(rows) > FEW:
        stream(connection, table, rows[0]._fields, rows)
        return
    columns, marks = ", ".join(rows[0]._fields), ", ".join(["%s"] * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608 -- names of ours


def stream(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert *rows*, tuples of what *names* says, while they are made: the engine works meanwhile."""
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    driver: Any = connection.connection.driver_connection
    with sent(connection, table.name):
        if connection.dialect.name == "sqlite":
            driver.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)  # noqa: S608 -- names of ours
        else:
            _copy(driver, f"COPY {table.name} ({columns}) FROM STDIN", rows)


def _copy(driver: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def measure(connection: Connection, changed: int, *tables: Table) -> None:
    """Let PostgreSQL count *tables* anew after much has changed: without statistics it reads them whole for a few rows."""
    if connection.dialect.name == "postgresql" and changed >= MANY:
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in tables)}")
