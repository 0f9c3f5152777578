"""Rows as a table for people, or as JSON, JSON Lines or CSV for programs; streamed, whatever their number."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from enum import StrEnum
from math import floor
from typing import IO, TYPE_CHECKING, Any

import orjson

from scanner.reports import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


WIDE = 100_000  # columns where nobody looks: a pipe or a file gets each row on one line
STYLES = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
    "fail": "red",
    "pass": "green",
    "unknown": "magenta",
    "dark": "dim",
    "blind": "magenta",
    "partly blind": "magenta",
    "assessed": "green",
    "denied": "magenta",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, and the field that it shows."""

    title: str
    field: str
    right: bool = False


def as_dict(row: Any) -> dict[str, Any]:
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else dict(row)


def write(rows: Iterable[Any], columns: Sequence[Column], format: Format, out: IO[str]) -> None:
    """Print *rows* (dataclasses or mappings). *columns* choose what a table shows; the other formats show all."""
    if format is Format.TABLE and out.isatty():
        table(rows, columns, console(out))
    elif format is Format.TABLE:
        out.writelines(as_text(rows, columns))
    elif format is Format.CSV:
        as_csv(rows, columns, out)
    else:
        out.writelines(as_json(rows) if format is Format.JSON else as_lines(rows))


def console(out: IO[str]) -> Console:
    """Return a console that prints text as it is: no markup, no highlighting, no emoji codes."""
    from rich.console import Console  # noqa: PLC0415 -- costs as much as everything else that a short command does

    wide = None if out.isatty() else WIDE
    return Console(file=out, markup=False, highlight=False, emoji=False, width=wide)


def table(rows: Iterable[Any], columns: Sequence[Column], to: Console, title: str = "") -> None:
    """Print a table. Rich measures every row first, so this one format holds them all."""
    from rich.table import Table  # noqa: PLC0415 -- as above

    drawn = Table(title=title or None, box=None, header_style="bold", pad_edge=False, title_justify="left")
    for column in columns:
        drawn.add_column(
            column.title,
            justify="right" if column.right else "left",
            overflow="fold",
        )
    for row in rows:
        values = as_dict(row)
        drawn.add_row(*(shown(values.get(column.field)) for column in columns))
    to.print(drawn)


def shown(value: Any) -> Text:
    from rich.text import Text  # noqa: PLC0415 -- as above

    text = safe.terminal(plain(value))
    return Text(text, style=STYLES.get(text, ""))


def as_text(rows: Iterable[Any], columns: Sequence[Column]) -> Iterator[str]:
    """Yield the lines of a table as :func:`table` prints it where nobody looks: each row on one line, without colours."""
    lines = [[column.title for column in columns]]
    for row in rows:
        values = as_dict(row)
        lines.append([safe.terminal(plain(values.get(column.field))) for column in columns])
    widths = [max(map(width, texts)) for texts in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, columns, strict=True)
        yield "  ".join([_padded(text, size, right=column.right) for text, size, column in cells]).rstrip() + "\n"


def width(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 -- only where letters are of different widths

    return cell_len(text)


def _padded(text: str, size: int, *, right: bool) -> str:
    size += len(text) - width(text)
    return text.rjust(size) if right else text.ljust(size)


def plain(value: Any) -> str:
    """Return *value* as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, (Mapping, list, tuple)):
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return str(value)


def percent(share: float | None) -> str:
    """Return *share* in whole percents, rounded down: 100% is all of it."""
    return "-" if share is None else f"{floor(share * 100 + 1e-9)}%"


def dumps(value: Any) -> str:
    return safe.json(orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS).decode())


def as_lines(rows: Iterable[Any]) -> Iterator[str]:
    for row in rows:
        yield dumps(as_dict(row)) + "\n"


def as_json(rows: Iterable[Any]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield ("," if number else "") + "\n" + dumps(as_dict(row))
    yield "\n]\n"


def as_csv(rows: Iterable[Any], columns: Sequence[Column], out: IO[str]) -> None:
    """Print all fields of *rows*; of none, only *columns* can say what the header is."""
    writer: Any = None
    for row in rows:
        values = as_dict(row)
        if writer is None:
            writer = csv.DictWriter(out, list(values), lineterminator="\r\n")
            writer.writeheader()
        writer.writerow({name: _field(value) for name, value in values.items()})
    if writer is None and columns:
        csv.writer(out, lineterminator="\r\n").writerow([column.field for column in columns])


def _field(value: Any) -> str:
    if isinstance(value, (bool, int, float)):
        return repr(value)
    return safe.cell(value.isoformat() if isinstance(value, datetime) else plain(value))
