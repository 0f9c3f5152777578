"""Templates and what they are helped by: words for times and shares, links, and strangers' text made harmless."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from scanner.reports import safe
from scanner.reports.rows import percent
from scanner.web import catalogue
from scanner.web.split import SplitCell, level

DAY = 86400
LONGEST = 2000  # letters of one value
STATES = {
    "provider": "the provider's",
    "assessed": "ours",
    "partly blind": "ours, partly blind",
    "blind": "ours, blind: it could not be read",
    "dark": "ours and dark: no check looks",
    "not visible": "ours, and no API shows it",
    "attested": "ours, attested by a person",
    "elsewhere": "ours, and shows on another service",
    "not due": "ours, and nothing is due",
}


def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("scanner.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless,
    )
    made.globals.update(static=static)
    made.filters.update(
        percent=percent,
        level=level,
        figure=lambda value: f"{value:.2f}",
        words=lambda text: str(text).replace("_", " "),
        day=lambda at: at.strftime("%Y-%m-%d") if at else "",
        minute=lambda at: at.strftime("%Y-%m-%d %H:%M UTC") if at else "",
        brief=brief,
        said=said,
        check_title=catalogue.title,
        service_name=catalogue.service_name,
        provider_name=catalogue.provider_name,
        thousands=lambda number: f"{number:,}",
        pretty=pretty,
        lines=lines,
        compact=compact,
        sources=sources,
    )
    return made


def harmless(value: Any) -> Any:
    """Return what an expression prints: strangers' text without controls, and without marks that turn letters around."""
    return safe.terminal(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def brief(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def age(at: datetime, now: datetime) -> str:
    """Return how long ago something was, in its largest unit."""
    seconds = (now - at).total_seconds()
    for size, name in ((365 * DAY, "y"), (DAY, "d"), (3600, "h")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return "now"


def said(cell: SplitCell) -> str:
    """Return a cell of the picture in words."""
    parts = [STATES.get(cell.state, cell.state)]
    if cell.owner == "shared" and cell.state != "provider":
        parts[0] = parts[0].replace("ours", "shared", 1)
    if cell.floor is not None:
        parts.append(f"{percent(cell.floor)} is shown to hold")
    if cell.failed:
        parts.append(f"{cell.failed} fail" + (f", the worst {cell.worst}" if cell.worst else ""))
    if cell.unknown:
        parts.append(f"{cell.unknown} unknown")
    return "; ".join(parts)


def pretty(value: Any) -> Markup:
    """Return a value as indented JSON, ready to be shown."""
    text = orjson.dumps(
        value, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS
    ).decode()
    return lines(text)


def lines(text: str) -> Markup:
    """Return a text of several lines, of which each is made harmless."""
    return Markup("\n").join(escape(safe.terminal(line)) for line in text.split("\n"))


def compact(value: Any) -> str:
    """Return a value as JSON on one line, not too long."""
    return brief(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode(), LONGEST)


def sources(text: str) -> list[tuple[str, str]]:
    """Return the sources of a cell, ``title (address); …``, as titles with addresses; the latter empty where there is none."""
    found = []
    for part in filter(None, text.split("; ")):
        title, _, address = part.rpartition(" (")
        found.append((title, address.removesuffix(")")) if title and address.startswith("https://") else (part, ""))
    return found


@cache
def _mark(name: str) -> str:
    return sha256(files("scanner.web").joinpath("static", name).read_bytes()).hexdigest()[:10]


def static(name: str) -> str:
    """Return the address of a file of ours, which changes with it."""
    return f"/static/{name}?{_mark(name)}"


def query(given: Mapping[str, Any], **changes: Any) -> str:
    """Return a query string: what was *given*, with some of it changed; what is empty is left out."""
    values = {**given, **changes}
    pairs = [
        (name, each) for name, value in values.items() for each in (value if isinstance(value, (list, tuple)) else [value])
    ]
    kept = [(name, each) for name, each in pairs if each not in ("", None)]
    return "?" + urlencode(kept) if kept else ""
