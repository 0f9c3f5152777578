"""Moving a whole inventory from one database to another, of either engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Text, cast, func, select, text
from sqlalchemy.sql.schema import Column, Table

from scanner.inventory import filling
from scanner.inventory.errors import InventoryError
from scanner.inventory.reading import streamed
from scanner.inventory.tables import about, account, metadata

OWN = {about.name}  # what each inventory says of itself


def copy(source: Connection, target: Connection) -> Mapping[str, int]:
    """Fill the empty inventory *target* with all of *source*, and return the number of rows by table.

    Raises :class:`InventoryError` where *target* is not empty, or where something did not arrive.
    """
    if target.scalar(select(account.c.pk).limit(1)) is not None:
        raise InventoryError("the target has accounts already: an inventory is copied into an empty one")
    copied = {table.name: _copy(table, source, target) for table in metadata.sorted_tables if table.name not in OWN}
    for table in metadata.sorted_tables:
        if table.name in copied:
            _verify(table, copied[table.name], target)
    return copied


def _copy(table: Table, source: Connection, target: Connection) -> int:
    count = 0
    target.execute(table.delete())
    everything = str(select(*(_raw(column) for column in table.columns)).order_by(*table.primary_key.columns).compile(source))
    for part in streamed(source, everything):
        rows = ([_stored(target, value) for value in values] for values in part)
        filling.stream(target, table, table.columns.keys(), rows)
        count += len(part)
    if target.dialect.name == "postgresql" and "pk" in table.c and count:
        query = text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'pk'), max(pk)) FROM {table.name}")  # noqa: S608 -- names of ours
        target.execute(query)
    return count


def _raw(column: Column[Any]) -> Any:
    """Return a column as text where it holds JSON, which need not be understood on the way."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _stored(target: Connection, value: Any) -> Any:
    return filling.stored(target, value) if isinstance(value, datetime) else value


def _verify(table: Table, expected: int, target: Connection) -> None:
    found = target.scalar(select(func.count()).select_from(table))
    if found != expected:
        raise InventoryError(f"{table.name}: {expected} rows were read and {found} arrived; nothing was kept")
