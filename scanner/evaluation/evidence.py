"""What a check looked at: a resource whose facts note which of their values are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Resource

MOST = 20  # values kept: the last ones read, since a check stops at what it found
LONGEST = 500  # characters of one value


class Trace:
    """Collects paths and values in the order in which they were last read, and the containers that were entered."""

    def __init__(self) -> None:
        self._seen: dict[str, Any] = {}
        self._entered: set[str] = set()

    def note(self, path: str, value: Any, within: str = "") -> None:
        self._seen.pop(path, None)
        self._seen[path] = value
        self._entered.add(within)

    def values(self) -> dict[str, Any]:
        """Return the last values read. A container stands for itself only where nothing inside it was read."""
        last: dict[str, Any] = {}
        for path, value in reversed(self._seen.items()):
            if len(last) == MOST:
                break
            if path not in self._entered:
                last[path] = short(value)
        return dict(reversed(last.items()))


def short(value: Any) -> Any:
    """Return *value*, cut if it is long."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[:LONGEST] + "…"
    if isinstance(value, (dict, list)):
        return value if len(str(value)) <= LONGEST else f"({len(value)} entries)"
    return value


def view(value: Any, path: str, trace: Trace, within: str = "") -> Any:
    """Return *value*, read out of the container at *within*, as one that notes what is read of it."""
    trace.note(path, value, within)
    if isinstance(value, dict):
        return SeenDict(value, path, trace)
    return SeenList(value, path, trace) if isinstance(value, list) else value


class SeenDict(dict[str, Any]):
    """A dict that notes which of its values are read."""

    def __init__(self, value: Mapping[str, Any], path: str, trace: Trace) -> None:
        super().__init__(value)
        self._path, self._trace = path, trace

    def __getitem__(self, key: str) -> Any:
        return view(super().__getitem__(key), f"{self._path}.{key}", self._trace, self._path)

    def get(self, key: str, default: Any = None) -> Any:
        if key in self:
            return self[key]
        self._trace.note(f"{self._path}.{key}", None, self._path)
        return default

    def items(self) -> Any:
        return {key: self[key] for key in self}.items()

    def values(self) -> Any:
        return {key: self[key] for key in self}.values()


class SeenList(list[Any]):
    """A list that notes which of its elements are read."""

    def __init__(self, value: list[Any], path: str, trace: Trace) -> None:
        super().__init__(value)
        self._path, self._trace = path, trace

    def __iter__(self) -> Iterator[Any]:
        for number, value in enumerate(super().__iter__()):
            yield view(value, f"{self._path}[{number}]", self._trace, self._path)

    def __getitem__(self, index: Any) -> Any:
        value = super().__getitem__(index)
        return value if isinstance(index, slice) else view(value, f"{self._path}[{index}]", self._trace, self._path)


class SeenResource(Resource):
    """A resource that notes what is read of its facts."""

    __slots__ = ("trace",)

    trace: Trace

    def __getitem__(self, name: str) -> Any:
        return view(Resource.__getitem__(self, name), name, self.trace)


def watched(resource: Resource) -> SeenResource:
    """Return *resource* as one that notes what is read."""
    seen = SeenResource(
        resource.type,
        resource.id,
        resource.account,
        resource.region,
        resource.facts,
        resource.name,
        resource.listed_in,
    )
    object.__setattr__(seen, "trace", Trace())
    return seen
