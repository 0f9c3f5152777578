"""Reads assets that were exported: `gcloud asset export`, or a listing's output, one asset a line, gzip or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from collectors.gcp.assets import Asset, Page, exported, named
from collectors.gcp.client import ACCESS, IAM, INVENTORY, ORG, RESOURCE, Asked
from collectors.gcp.errors import NOT_EXPORTED, ApiError, DecodeError
from scanner.provider import ConnectError

PAGE = 1000
GZIP = b"\x1f\x8b"
# What a line holds when it was exported with a content, in either case.
MARKS = {
    RESOURCE: (b'"resource"',),
    IAM: (b'"iam_policy"', b'"iamPolicy"'),
    ORG: (b'"org_policy"', b'"orgPolicy"'),
    ACCESS: (
        b'"access_policy"',
        b'"access_level"',
        b'"service_perimeter"',
        b'"accessPolicy"',
        b'"accessLevel"',
        b'"servicePerimeter"',
    ),
    INVENTORY: (b'"os_inventory"', b'"osInventory"'),
}


class UnfinishedError(Exception):
    """A file ended before its assets did."""


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
        self.read_time = datetime.fromtimestamp(min(times), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def pages(self, asked: Asked, token: str = "") -> Iterator[Page]:
        """Yield what the export holds of one content. Raises :class:`ApiError` for a content that was not exported."""
        del token
        held: list[Asset] = []
        broken: list[str] = []
        seen = 0
        try:
            for line in self._lines():
                if not any(mark in line for mark in MARKS[asked.content]):
                    continue
                seen += 1
                try:
                    held.append(exported(line))
                except DecodeError:
                    broken.append(named(line))
                if len(held) == PAGE:
                    yield self._page(held, asked)
                    held = []
        except UnfinishedError as error:
            yield self._page(held, asked, broken)
            raise DecodeError(str(error)) from error
        yield self._page(held, asked, broken)
        if not seen:
            raise ApiError(NOT_EXPORTED, f"the export holds nothing of {asked.content}")

    def probe(self, asked: Asked) -> None:
        """Look for the first asset with this content. Raises one of ``FAILURES``."""
        next(self.pages(asked), None)

    def _page(self, held: list[Asset], asked: Asked, broken: Sequence[str] = ()) -> Page:
        chosen = [each for each in held if not asked.types or each.asset_type in asked.types]
        struck = [each for each in broken if not each or not asked.types or each in asked.types]
        return Page(chosen, read_time=self.read_time, broken=tuple(struck))

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines of every file; what cannot be read to its end is told once all else was."""
        unfinished = None
        for file in self._files:
            try:
                with file.open("rb") as raw:
                    packed = raw.read(2) == GZIP
                    raw.seek(0)
                    with gzip.open(raw) if packed else raw as text:
                        yield from _split(text)
            except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
                unfinished = UnfinishedError(f"{file.name} cannot be read to its end: {error}")
        if unfinished:
            raise unfinished

    def close(self) -> None:
        """Nothing to stop: nobody is called."""


def _split(text: Iterable[bytes]) -> Iterator[bytes]:
    """Yield one asset after the other; ``gcloud asset list --format=json`` writes them as one array."""
    first = True
    for line in text:
        if first and line.lstrip()[:1] == b"[":
            yield from (orjson.dumps(each) for each in orjson.loads(line + b"".join(text)))
            return
        first = first and not line.strip()
        if line.strip():
            yield line
