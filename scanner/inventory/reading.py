"""Reads many rows at once, past SQLAlchemy's work on each of them: plain tuples, in parts, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from scanner.inventory.errors import sent

PART = 1000  # rows: more at a time fall out of the processor's cache before they are looked at


def streamed(connection: Connection, query: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of *query*, which is SQL of ours without parameters, as the driver hands them out."""
    driver: Any = connection.connection.driver_connection
    named = {} if connection.dialect.name == "sqlite" else {"name": "streamed"}  # one that stays with the server
    with sent(connection, query), closing(driver.cursor(**named)) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(PART):
            yield rows
