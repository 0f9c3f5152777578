"""Reads what was exported: rows of Resource Graph, documents of Azure Resource Manager and answers of Microsoft Graph.

Files are JSON or JSON lines, gzip or not. A value is a row, a document, an answer with a list of them (``data``,
``value``), or ``{"path": "/v1.0/users", "body": {...}}``: the answer to the GET of a path, without its api-version.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson

from collectors.azure.assemble import ancestors
from collectors.azure.client import Asked, Query, Row
from collectors.azure.errors import NOT_EXPORTED, ApiError, DecodeError
from collectors.azure.spec import CONTAINERS, RESOURCES
from collectors.azure.tables import NODES
from scanner.provider import ConnectError

PAGE = 1000
GZIP = b"\x1f\x8b"
SUBSCRIPTION = "microsoft.resources/subscriptions"


class Export:
    """A file, or a folder of files, in place of the API. Raises :class:`ConnectError` when there is nothing to read."""

    def __init__(self, path: str) -> None:
        place = Path(path)
        try:
            self._files = sorted(each for each in place.rglob("*") if each.is_file()) if place.is_dir() else [place]
            times = [each.stat().st_mtime for each in self._files]
        except OSError as error:
            raise ConnectError(f"{path} cannot be read: {error.strerror}") from error
        if not times:
            raise ConnectError(f"{path} holds no files")
        self.as_of = datetime.fromtimestamp(min(times), UTC)
        self._rows: dict[str, Row] = {}
        self._types: set[str] = set()
        self._answers: dict[str, list[Row]] = {}
        self._broken: DecodeError | None = None
        for file in self._files:
            self._take_file(file)

    def _take_file(self, file: Path) -> None:
        """Take what a file holds; one that is cut gives what it has up to there, and makes every listing incomplete."""
        try:
            with file.open("rb") as raw:
                packed = raw.read(2) == GZIP
                raw.seek(0)
                with gzip.open(raw) if packed else raw as text:
                    for value in _values(text):
                        self._take(value)
        except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
            self._broken = DecodeError(f"{file.name} cannot be read to its end: {error}")

    def _take(self, value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                self._take(each)
        elif not isinstance(value, dict):
            raise orjson.JSONDecodeError("a value is no object", "", 0)
        elif isinstance(value.get("path"), str) and isinstance(value.get("body"), dict):
            self._answers.setdefault(_key(value["path"]), []).append(value["body"])
        elif isinstance(value.get("data"), list) or (isinstance(value.get("value"), list) and "type" not in value):
            self._take(value.get("data") if isinstance(value.get("data"), list) else value["value"])
        elif isinstance(value.get("id"), str) and isinstance(value.get("type"), str):
            self._rows.setdefault(value["id"].lower(), value)
            self._types.add(value["type"].lower())

    def subscriptions(self) -> list[Row]:
        found: dict[str, Row] = {}
        for id, row in self._rows.items():
            if id.startswith("/subscriptions/"):
                subscription = id.split("/")[2]
                known = found.setdefault(subscription, {"subscriptionId": subscription, "displayName": "", "tenantId": ""})
                known["tenantId"] = known["tenantId"] or row.get("tenantId") or ""
                if str(row["type"]).lower() == SUBSCRIPTION:
                    known["displayName"] = row.get("displayName") or row.get("name")
        return list(found.values())

    def rows(self, query: Query, subscriptions: Sequence[str]) -> Iterator[list[Row]]:
        """Yield the rows of a table. Raises :class:`ApiError` when nothing of it was exported."""
        if query is NODES:
            shown = {each["subscriptionId"]: each for each in self.subscriptions()}
            own = [row for row in self._rows.values() if str(row["type"]).lower() in NODES.types]
            there = {str(row["id"]).lower() for row in own}
            made = [_made(id, each) for id, each in shown.items() if f"/subscriptions/{id}" not in there]
            yield [*own, *made]
            return
        wanted = set(subscriptions)
        held = [row for id, row in self._rows.items() if self._fits(query, id, row, wanted)]
        for start in range(0, len(held), PAGE):
            yield held[start : start + PAGE]
        if self._broken:
            raise self._broken
        if not held and not self._told(query):
            raise ApiError(0, NOT_EXPORTED, f"the export holds nothing of {query.table}")

    def _fits(self, query: Query, id: str, row: Row, subscriptions: set[str]) -> bool:
        type = str(row["type"]).lower()
        if query.types:
            if type not in query.types:
                return False
        elif type in NODES.types or id.count("/providers/") != 1 or "/resourcegroups/" not in id or self._answers_of(id, row):
            return False
        return not id.startswith("/subscriptions/") or id.split("/")[2] in subscriptions

    def _answers_of(self, id: str, row: Row) -> bool:
        """Tell whether a document, which is no row of a table, is one of those that further reads of a resource answer."""
        return "subscriptionId" not in row and any(above in self._rows for above in ancestors(id))

    def _told(self, query: Query) -> bool:
        """Tell whether the table seems to have been exported: an empty one leaves no trace, one with other types does."""
        if query.table in (RESOURCES, CONTAINERS):
            return bool(self._types)
        return bool(self._types & set(query.types))

    def pages(self, asked: Asked) -> Iterator[Row]:
        key = _key(asked.path)
        if key in self._answers:
            yield from self._answers[key]
        elif key in self._rows:
            yield self._rows[key]
        elif below := [row for id, row in self._rows.items() if id.rpartition("/")[0] == key]:
            yield {"value": below}
        else:
            raise ApiError(0, NOT_EXPORTED, f"the export holds no answer to {asked.path}")

    def allowed(self, subscription: str) -> list[Row] | None:  # noqa: ARG002 -- whoever exported it may have seen all
        return None

    def close(self) -> None:
        """Nothing to stop: nobody is called."""


def _made(id: str, seen: Row) -> Row:
    """Return as much of a subscription's row as its resources tell."""
    return {"id": f"/subscriptions/{id}", "type": SUBSCRIPTION, "name": seen["displayName"] or id, "subscriptionId": id}


def _key(path: str) -> str:
    return unquote(path.partition("?")[0]).lower().rstrip("/")


def _values(text: Any) -> Iterator[Any]:
    """Yield the values of a file: one a line, or one in all, however many lines it takes."""
    first = next((line for line in text if line.strip()), b"")
    try:
        value = orjson.loads(first) if first else []
    except orjson.JSONDecodeError:
        yield orjson.loads(first + b"".join(text))
        return
    yield value
    for line in text:
        if line.strip():
            yield orjson.loads(line)
