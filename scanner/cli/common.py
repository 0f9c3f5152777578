"""Options that several commands share, and the way to the inventory."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.inventory.store import Store

Several = list[str] | None
SOME = "Only these, separated by commas; * stands for anything."

Db = Annotated[str, typer.Option("--db", help="Inventory: a SQLite file or postgresql://…  [default: demarc.db]")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration  [default: demarc.toml if there is one]")]
FormatName = Annotated[str, typer.Option("--format", help="table, json, jsonl or csv")]
Output = Annotated[Path | None, typer.Option("--output", help="Write to this file instead of the screen.")]
Accounts = Annotated[Several, typer.Option("--account", help=f"Account ids. {SOME}")]
Regions = Annotated[Several, typer.Option("--region", help=f"Regions. {SOME}")]
Services = Annotated[Several, typer.Option("--service", help=f"Services, as aws.s3 or s3. {SOME}")]
Areas = Annotated[Several, typer.Option("--area", help=f"Areas of the split. {SOME}")]
Statuses = Annotated[Several, typer.Option("--status", help="pass, fail, unknown, closed or all  [default: fail]")]
Severities = Annotated[Several, typer.Option("--severity", help="Severities, separated by commas.")]


def configured(path: Path | None) -> Config:
    from scanner.config import load  # noqa: PLC0415

    return load(path, os.environ)


@contextmanager
def inventory(db: str, path: Path | None = None) -> Iterator[Store]:
    """Open an inventory that exists. Raises InventoryError."""
    from scanner.inventory.store import Store  # noqa: PLC0415

    settings = configured(path).settings  # with --db too: it names the user's own checks
    with Store.open(db or settings.database, create=False) as store:
        yield store


@contextmanager
def destination(output: Path | None) -> Iterator[IO[str]]:
    """Open where a command prints to. Raises UserError when the file can't be written."""
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise UserError(f"{output} can't be written: {error.strerror}") from error


def put(rows: Iterable[Any], columns: str, format: str, output: Path | None) -> None:
    """Print rows; *columns* names those of the table."""
    from scanner.reports.rows import Column, Format, write  # noqa: PLC0415

    shape = Format(one_of("--format", format, Format))
    chosen = [Column(name.replace("_", " "), name) for name in columns.split()]
    with destination(output) as out:
        try:
            write(rows, chosen, shape, out)
        finally:
            if isinstance(rows, Generator):
                rows.close()  # while its inventory is still open: a reader that went away (`| head`) leaves it half read


def split(values: Several) -> tuple[str, ...]:
    """Return the values of an option that may be repeated or hold commas."""
    return tuple(part.strip() for value in values or () for part in value.split(",") if part.strip())


def one_of(option: str, value: str, known: Iterable[str]) -> str:
    """Return *value*, in small letters. Raises UsageError, with what was probably meant, when it isn't one of *known*."""
    names, given = [str(each) for each in known], value.lower()
    if given in names:
        return given
    near = get_close_matches(given, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    raise UsageError(f"{option}: there is no {value!r}; {hint}")


def statuses(given: Several, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the statuses that are asked for: failures, unless told otherwise. *known* ends with all."""
    asked = tuple(one_of("--status", each, known) for each in split(given) or ("fail",))
    return known[:-1] if "all" in asked else asked


def filters(
    account: Several = None,
    region: Several = None,
    service: Several = None,
    area: Several = None,
    severity: Several = None,
    **more: Several,
) -> Mapping[str, tuple[str, ...]]:
    """Return what the options narrow a question to. Raises UsageError for an area or severity that there isn't."""
    from scanner.model import Severity  # noqa: PLC0415

    return {
        "account_id": split(account),
        "region": split(region),
        "service": tuple(each if "." in each or "*" in each else f"*.{each}" for each in split(service)),
        "area": tuple(_area(each) for each in split(area)),
        "severity": tuple(one_of("--severity", each, Severity) for each in split(severity)),
        **{name: split(values) for name, values in more.items()},
    }


def _area(name: str) -> str:
    from scanner.responsibility.split import areas  # noqa: PLC0415

    return name if "*" in name else one_of("--area", name, areas())
