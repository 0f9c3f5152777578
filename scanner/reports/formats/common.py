"""What the formats share: words on a finding, texts cut to a length, and JSON that is written piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from scanner.reports import safe
from scanner.reports.finding import filled
from scanner.reports.formats import Report, Row

NAME = "Demarc"
HOME = "urn:demarc"  # the namespace of names that need one
NAMESPACE = uuid5(NAMESPACE_URL, HOME)
MARK = 10  # characters of the hash that a cut text ends with
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> str:
    """Return *value* as JSON on one line, with everything escaped that a terminal would act on."""
    return safe.json(orjson.dumps(value, default=str, option=OPTIONS).decode())


def streamed(head: Mapping[str, Any], name: str, items: Iterable[Any], close: str = "}") -> Iterator[str]:
    """Yield a JSON object: *head*, then the list *name* an item a line. *close* ends the object."""
    yield dumps(head)[:-1] + ("," if head else "") + f'"{name}":['
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + dumps(item)
    yield f"\n]{close}"


def title(report: Report, row: Row) -> str:
    """Return what a check says that ought to be, or the check's id where this version has it no more."""
    check = report.checks.get(row["check_id"])
    return check.title if check else str(row["check_id"])


def fix(report: Report, row: Row) -> str:
    """Return how a failure is fixed, with the resource's names in it, on one line; nothing where nothing fails."""
    check = report.checks.get(row["check_id"])
    if check is None or row["status"] != "fail":
        return ""
    names = {"id": row["resource_id"], "name": row["resource_name"], "region": row["region"], "account": row["account_id"]}
    return safe.terminal(filled(check.fix, names))


def because(row: Row) -> str:
    """Return why the status is what it is, on one line and harmless, never empty."""
    said = safe.terminal(row["reason"] or "").strip()
    if row["status"] == "unknown" and row["permission"]:
        said = f"{said}; needs {safe.terminal(row['permission'])}"
    return said or str(row["status"])


def accepted(row: Row) -> bool:
    """Tell whether a failure is accepted by somebody just now."""
    return row["status"] == "fail" and row["accepted_until"] is not None


def acceptance(row: Row) -> str:
    """Return who accepts a failure, until when and why, on one line."""
    until = row["accepted_until"].strftime("%Y-%m-%d")
    return safe.terminal(f"accepted by {row['accepted_by']} until {until}: {row['accepted_because']}")


def cut(text: str, most: int) -> str:
    """Return *text* in at most so many characters; what is longer ends with a mark that differs where the text differs."""
    if len(text) <= most:
        return text
    mark = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=MARK // 2).hexdigest()
    return f"{text[: most - MARK - 1]}…{mark}"


def name(*parts: str) -> UUID:
    """Return the UUID of something that these parts name: the same for ever."""
    return uuid5(NAMESPACE, "\x1f".join(parts).encode("utf-8", "replace").decode())


def millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def stamp(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC with milliseconds."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
