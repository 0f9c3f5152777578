"""Options that several commands share, and the way to the inventory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.inventory.store import Store

Db = Annotated[str, typer.Option("--db", help="Inventory: a SQLite file or postgresql://…  [default: demarc.db]")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration  [default: demarc.toml if there is one]")]
FormatName = Annotated[str, typer.Option("--format", help="table, json, jsonl or csv")]
Output = Annotated[Path | None, typer.Option("--output", help="Write to this file instead of the screen.")]


def configured(path: Path | None) -> Config:
    from scanner.config import load  # noqa: PLC0415

    return load(path, os.environ)


@contextmanager
def inventory(db: str, path: Path | None = None) -> Iterator[Store]:
    """Open an inventory that exists. Raises InventoryError."""
    from scanner.inventory.store import Store  # noqa: PLC0415

    with Store.open(db or configured(path).settings.database, create=False) as store:
        yield store


@contextmanager
def destination(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise typer.BadParameter(f"{output} can't be written: {error.strerror}") from error


def split(values: list[str] | None) -> tuple[str, ...]:
    """Return the values of an option that may be repeated or hold commas."""
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())
