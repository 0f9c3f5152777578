"""Indexes over tags and facts that people ask for by name: what one house asks often, no other ever does.

An index is over the very expression that a query writes, on both engines: ``tags ->> 'team'`` for the path ``tags.team``,
``facts -> 'item' ->> 'ImageId'`` for ``item.ImageId``. It finds what equals a value. Lists can't be entered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, inspect, select

from scanner.inventory import serial
from scanner.inventory.errors import InventoryError
from scanner.inventory.tables import about, version

KIND = "index "  # before a path, in the table of what an inventory says of itself
TAGS = "tags"
STEP = re.compile(r"[\w@][\w:@ /+=.-]*")  # nothing that a path, a text or a statement could end by
# PostgreSQL's usual index refuses a value of more than 2.7 KB, and with it the whole look; one over hashes refuses none.
USING = {"sqlite": "", "postgresql": "USING hash "}
TAGS_OF = {"sqlite": "nullif(facts -> 'tags', 'null')", "postgresql": "facts -> 'tags'"}  # as the views have it


def steps(path: str) -> Sequence[str]:
    """Return the names on *path*: a tag's, which may hold dots, or a fact's and its fields'. Raises :class:`InventoryError`."""
    first, _, rest = path.partition(".")
    names = [first, rest] if first == TAGS else path.split(".")
    if len(names) < 2 or not all(STEP.fullmatch(name) for name in names):
        raise InventoryError(f"{path!r} is no path: write tags.NAME, or a fact and the fields in it, as item.ImageId")
    return names


def expression(path: str, tags: str = TAGS) -> str:
    """Return what a query of ``current_resources`` has to say for the index over *path* to be of use.

    *tags* stands for the tags there.
    """
    first, *between, last = steps(path)
    start = tags if first == TAGS else f"facts -> '{first}'"
    return " ".join([start, *(f"-> '{name}'" for name in between), f"->> '{last}'"])


def paths(connection: Connection) -> list[str]:
    """Return the paths that are indexed."""
    if not inspect(connection).has_table(about.name):
        return []
    names = connection.scalars(select(about.c.name).where(about.c.name.startswith(KIND)).order_by(about.c.name))
    return [name.removeprefix(KIND) for name in names]


def add(connection: Connection, path: str) -> None:
    """Index the current resources by *path*. Raises :class:`InventoryError` for what is no path, or is indexed already."""
    engine = connection.dialect.name
    made = expression(path, f"({TAGS_OF[engine]})")
    if path in paths(connection):
        raise InventoryError(f"{path} is indexed already")
    connection.execute(insert(about).values(name=KIND + path, value=_name(path)))
    connection.exec_driver_sql(f"CREATE INDEX {_name(path)} ON {version.name} {USING[engine]}(({made})) WHERE valid_to IS NULL")


def drop(connection: Connection, path: str) -> None:
    """Drop the index over *path*. Raises :class:`InventoryError` where there is none."""
    if path not in paths(connection):
        raise InventoryError(f"{path} is not indexed")
    connection.execute(delete(about).where(about.c.name == KIND + path))
    connection.exec_driver_sql(f"DROP INDEX {_name(path)}")


def _name(path: str) -> str:
    return f"own_{serial.digest(path.encode()).hex()}"
