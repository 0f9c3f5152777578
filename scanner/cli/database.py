"""``demarc db``: the inventory's schema, its soundness, its size, its readers, and the way out of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, Output, Several, configured, destination, inventory, one_of, split
from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from scanner.inventory.store import Store

db_app = typer.Typer(
    name="db", no_args_is_help=True, rich_markup_mode=None, help="Keep the inventory: schema, size, readers, export."
)
app.add_typer(db_app)
PASSWORD = "DEMARC_ROLE_PASSWORD"
AGE = re.compile(r"([0-9]{1,5})([dw])")
DAYS = {"d": 1, "w": 7}


def found(db: str, config: Path | None) -> Store:
    """Return an inventory as it is, whatever its schema."""
    from scanner.inventory.store import Store  # noqa: PLC0415

    return Store.found(db or configured(config).settings.database)


@db_app.command()
def upgrade(db: Db = "", config: ConfigFile = None) -> None:
    """Bring the schema up to date; make the inventory where there is none. Safe while others do the same."""
    from scanner.inventory import schema  # noqa: PLC0415
    from scanner.inventory.store import Store  # noqa: PLC0415

    with Store.open(db or configured(config).settings.database) as store:
        typer.echo(f"{store.where} has schema {schema.revisions()[-1]}")


@db_app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="The schema of the older version, as 0001.")],
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Bring the schema back to that of an older version, which makes its own views. What only the newer one keeps is lost."""
    from scanner.inventory import schema  # noqa: PLC0415

    one_of("downgrade", revision, schema.revisions())
    with found(db, config) as store, store.changing(tables=True) as connection:
        now = schema.revision(connection)
        if now is None or now not in schema.revisions() or now <= revision:
            raise UsageError(f"{store.where} has schema {now or 'none'}: nothing to bring back to {revision}")
        schema.migrate(connection, revision)
        typer.echo(f"{store.where} has schema {revision}, and no views until an older version scans")


@db_app.command()
def check(db: Db = "", config: ConfigFile = None) -> None:
    """Tell whether the inventory is sound: schema, the file itself, and what must never hold. Ends with 1 when it is not."""
    from scanner.inventory import upkeep  # noqa: PLC0415

    with found(db, config) as store, store.reading() as connection:
        wrong = list(upkeep.problems(connection))
        for problem in wrong:
            typer.echo(problem)
        if wrong:
            raise typer.Exit(1)
        typer.echo(f"{store.where} is sound: {listed(upkeep.sizes(connection)) or 'empty'}")


@db_app.command()
def vacuum(db: Db = "", config: ConfigFile = None) -> None:
    """Give back the room of what was deleted, and let the database count anew."""
    from scanner.inventory import upkeep  # noqa: PLC0415

    with inventory(db, config) as store, store.alone() as connection:
        upkeep.vacuum(connection)


@db_app.command()
def index(
    path: Annotated[
        str, typer.Argument(help="tags.NAME, or a fact and fields in it, as item.ImageId. Without it: list them.")
    ] = "",
    db: Db = "",
    config: ConfigFile = None,
    *,
    drop: Annotated[bool, typer.Option("--drop", help="Drop the index over it.")] = False,
) -> None:
    """Index current resources by a tag or a field that you ask for often, and say how a query has to write it."""
    from scanner.inventory import indexing  # noqa: PLC0415

    if not path:
        with inventory(db, config) as store, store.reading() as connection:
            for held in indexing.paths(connection):
                typer.echo(f"{held}  {indexing.expression(held)}")
        return
    with inventory(db, config) as store, store.changing() as connection:
        (indexing.drop if drop else indexing.add)(connection, path)
        done = "is no longer indexed" if drop else f"is indexed: write  {indexing.expression(path)}"
        typer.echo(f"{path} {done}")


@db_app.command()
def prune(
    keep: Annotated[str, typer.Option("--keep", help="For how long every look can be asked for: 90d, 12w.")],
    db: Db = "",
    config: ConfigFile = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and keep it.")] = False,
) -> None:
    """Drop what only older looks need. What was there at any look since then stays as it was, and so do open findings."""
    from scanner.inventory.pruning import prune as drop  # noqa: PLC0415

    horizon = datetime.now(UTC) - age(keep)
    with inventory(db, config) as store, store.changing() as connection:
        gone = drop(connection, horizon)
        if dry_run:
            connection.rollback()
        typer.echo(f"{'would drop' if dry_run else 'dropped'}: {listed(gone) or 'nothing'}")


def age(text: str) -> timedelta:
    """Return how long ``90d`` or ``12w`` is. Raises :class:`UsageError`."""
    fits = AGE.fullmatch(text)
    if not fits:
        raise UsageError(f"--keep: {text!r} is no time; write 90d or 12w")
    return timedelta(days=int(fits[1]) * DAYS[fits[2]])


def listed(counts: Mapping[str, int]) -> str:
    said = ((count, name.replace("_", " ")) for name, count in counts.items() if count)
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in said)


@db_app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go, one a view.")],
    format: Annotated[str, typer.Option("--format", help="jsonl or parquet")] = "jsonl",
    view: Annotated[Several, typer.Option("--view", help="Only these views, separated by commas.")] = None,
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Write the public views to files, for a warehouse."""
    from scanner.inventory.exporting import export as write  # noqa: PLC0415
    from scanner.inventory.views import VIEWS  # noqa: PLC0415

    shape = one_of("--format", format, ("jsonl", "parquet"))
    chosen = [one_of("--view", each, VIEWS) for each in split(view)]
    with inventory(db, config) as store:
        for name, count in write(store, folder, shape, chosen).items():
            typer.echo(f"{name}.{shape}: {count} rows")


@db_app.command()
def datasette(output: Output = None, db: Db = "", config: ConfigFile = None) -> None:
    """Write what `datasette demarc.db --metadata FILE` shows beside the views: what they are, and each of their columns."""
    from scanner.inventory.datasette import described  # noqa: PLC0415
    from scanner.reports.rows import dumps  # noqa: PLC0415

    with inventory(db, config) as store, store.reading() as connection, destination(output) as out:
        out.write(dumps(described(connection, Path(store.where).stem)) + "\n")


@db_app.command("copy")
def copying(
    source: Annotated[str, typer.Argument(help="A SQLite file or postgresql://…")],
    target: Annotated[str, typer.Argument(help="An empty or missing inventory, on either engine.")],
) -> None:
    """Copy a whole inventory into an empty one, on either engine: from a file to PostgreSQL, say. All or nothing."""
    from scanner.inventory.moving import copy  # noqa: PLC0415
    from scanner.inventory.store import Store  # noqa: PLC0415

    with (
        Store.open(source, create=False) as before,
        Store.open(target) as after,
        before.reading() as reading,
        after.changing() as writing,
    ):
        typer.echo(f"copied: {listed(copy(reading, writing)) or 'nothing'}")


@db_app.command("grant-readonly")
def grant(
    role: Annotated[str, typer.Argument(help="The role's name.")],
    db: Db = "",
    config: ConfigFile = None,
    *,
    create: Annotated[bool, typer.Option("--create", help=f"Make the role; {PASSWORD} holds its password.")] = False,
) -> None:
    """Let a role of PostgreSQL read the inventory, but not the key of its secrets, and write nothing."""
    from scanner.inventory.roles import grant_readonly  # noqa: PLC0415

    if not role.strip():
        raise UserError("a role needs a name")
    with inventory(db, config) as store, store.changing() as connection:
        grant_readonly(connection, role, create=create, password=os.environ.get(PASSWORD, ""))
        typer.echo(f"{role} may read {store.where}")
