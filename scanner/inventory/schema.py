"""Which schema an inventory has, and how it gets the one that this version needs. Alembic is imported for the latter only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

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


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date, in the transaction that is open."""
    from alembic import command  # noqa: PLC0415 -- costs a third of what a command takes that only asks

    config = migrations(connection.engine)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrations(made: Engine | None = None) -> Config:
    """Return Alembic's configuration, without any file of its own."""
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = made
    return config
