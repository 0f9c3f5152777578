"""Judges resources from a file: the shape that ``demarc resources --format jsonl`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanner import provider as providers
from scanner.errors import UserError
from scanner.evaluation.registry import installed
from scanner.evaluation.runner import Runner
from scanner.model import Absent, Finding, Kind, Present, Reason, Resource, Unread, UnreadError
from scanner.responsibility.split import resolve


class FileError(UserError):
    """A file of resources can't be read. The message is one line for the user."""


NOT_THERE = Unread(Reason.UNAVAILABLE, "NotInFile")


class FileInventory:
    """An inventory over the resources of one file and account. Types that the file doesn't hold were never listed."""

    def __init__(self, resources: list[Resource]) -> None:
        self._resources = resources

    def all(self, type: str, *, region: str | None = None) -> Iterator[Resource]:
        found = [each for each in self._resources if each.type == type]
        if not found:
            raise UnreadError(f"the listing of {type}", NOT_THERE)
        return (each for each in found if region in (None, each.region))

    def get(self, type: str, id: str) -> Resource | None:
        return next((each for each in self.all(type) if each.id == id), None)

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterator[Resource]:
        from scanner.model import values_at  # noqa: PLC0415

        return (each for each in self.all(type, region=region) if value in values_at(each, path))


def judged(file: Path) -> Iterator[Finding]:
    """Yield the findings on everything in *file*. Raises :class:`FileError` for a line that is no resource."""
    kinds = Kinds()
    resources = list(read(file, kinds))
    runner = Runner(installed(), kinds.values(), resolve)
    now = datetime.now(UTC)
    for account in sorted({each.account for each in resources}):
        own = [each for each in resources if each.account == account]
        inventory = FileInventory(own)
        for each in own:
            yield from runner.judge(each, inventory, now)


class Kinds(dict[str, Kind]):
    """The types by name. A provider is loaded when one of its types is asked for: the others may not be installed."""

    def __missing__(self, type: str) -> Kind:
        name = type.partition(".")[0]
        if name in providers.names():
            self.update((kind.type, kind) for kind in providers.load(name).kinds())
            if type.startswith(f"{name}.unknown."):  # a type that nobody described: kept by scans, judged by no check
                return Kind(type, "", type, (), "")
        if type in self:
            return self[type]
        raise KeyError(type)


def read(file: Path, kinds: Mapping[str, Kind]) -> Iterator[Resource]:
    number = 0
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007 -- for the message below
                if line.strip():
                    yield _resource(json.loads(line), kinds)
    except OSError as error:
        raise FileError(f"{file} can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"{file}, line {number}: not a resource as `demarc resources` prints it") from error


def _resource(row: Any, kinds: Mapping[str, Kind]) -> Resource:
    """Return one resource. Null is absent; what the row calls unread, or its type has and the row doesn't, is unread."""
    kind = kinds[row["resource_type"]]
    known = {name: Absent() if value is None else Present(value) for name, value in row["facts"].items()}
    unread = {name: _unread(*why) for name, why in (row.get("unread") or {}).items()}
    facts = {**dict.fromkeys(kind.facts, NOT_THERE), **known, **unread}
    names = (kind.type, str(row["resource_id"]), str(row["account_id"]), str(row["region"]))
    return Resource(*names, facts, str(row.get("name", "")), str(row["region"]))


def _unread(reason: str, code: str, operation: str, permission: str) -> Unread:
    return Unread(Reason(reason), code, operation, permission)
