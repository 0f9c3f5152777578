"""Which schema an inventory has, and how it gets the one that this version needs. Alembic is imported for the latter only.

Tables have migrations. Views are code: they are made anew whenever this version would make others than there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, insert, inspect, select, text

from scanner.inventory import indexing, views
from scanner.inventory.tables import about

if TYPE_CHECKING:
    from alembic.config import Config

VIEWS = "views"
MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def revisions() -> Sequence[str]:
    """Return the revisions that this version knows, the oldest first: their files are numbered."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """Return the revision that the schema has; ``None`` where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def current(connection: Connection) -> bool:
    """Tell whether tables and views are those of this version."""
    return revision(connection) == revisions()[-1] and _edition(connection) == views.edition(connection.dialect.name)


def _edition(connection: Connection) -> str:
    return connection.scalar(select(about.c.value).where(about.c.name == VIEWS)) or ""


def upgrade(connection: Connection) -> None:
    """Bring tables and views up to date, in the transaction that is open."""
    if revision(connection) != revisions()[-1]:
        migrate(connection, revisions()[-1])
    views.make(connection)
    connection.execute(delete(about).where(about.c.name == VIEWS))
    connection.execute(insert(about).values(name=VIEWS, value=views.edition(connection.dialect.name)))


def migrate(connection: Connection, to: str) -> None:
    """Bring the tables to the revision *to*, up or down. The views are gone then: a version makes its own."""
    from alembic import command  # noqa: PLC0415 -- costs a third of what a command takes that only asks

    before = revision(connection)
    asked = indexing.paths(connection)
    for statement in views.drop():
        connection.exec_driver_sql(statement)
    for path in asked:  # a table that SQLite makes anew would lose them
        indexing.drop(connection, path)
    if inspect(connection).has_table(about.name):
        connection.execute(delete(about))
    config = migrations(connection.engine)
    config.attributes["connection"] = connection
    move = command.downgrade if before and before > to else command.upgrade
    move(config, to)
    if inspect(connection).has_table(about.name):
        for path in asked:
            indexing.add(connection, path)


def migrations(made: Engine | None = None) -> Config:
    """Return Alembic's configuration, without any file of its own."""
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = made
    return config
