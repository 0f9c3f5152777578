"""What relational checks may ask of an account, answered from its shelf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scanner.inventory.rows import Stored
from scanner.inventory.shelf import Shelf
from scanner.model import Resource, UnreadError, values_at

HELD = 8_000_000  # characters of facts, as JSON, that are kept in memory for relational checks
SMALL = 100_000  # characters up to which one type is kept whatever others take

Index = tuple[Mapping[str, Sequence[Any]], Mapping[str, UnreadError]]
"""Values and where they are found, and by region why it can't be said of all there."""


class Drawer:
    """The resources of one type, as relational checks ask for them.

    They are kept where they fit into *room* characters; otherwise indexes hold their numbers, and they are read again.
    """

    def __init__(self, shelf: Shelf, type: str, room: int) -> None:
        self._shelf = shelf
        self._type = type
        self._indexes: dict[str, Index] = {}
        self.size = 0
        self._kept: list[Resource] | None = []
        for stored in self._stored():
            self.size += stored.size
            if self.size > room:
                self._kept, self.size = None, 0
                break
            self._kept.append(stored.resource)

    def every(self) -> Iterable[Resource]:
        return (each.resource for each in self._stored()) if self._kept is None else self._kept

    def found(self, path: str, value: str, region: str | None = None) -> Iterable[Resource]:
        """Return the resources that hold *value* at *path*. Raises :class:`UnreadError` where one in *region* can't say."""
        if path not in self._indexes:
            self._indexes[path] = self._index(path)
        index, blind = self._indexes[path]
        if asked := sorted(blind if region is None else blind.keys() & {region}):
            raise UnreadError(blind[asked[0]].what, blind[asked[0]].fact)
        found = index.get(value, ())
        if self._kept is not None:
            return found
        return (each.resource for page in self._shelf.some(found) for each in page)

    def _index(self, path: str) -> Index:
        index: dict[str, list[Any]] = defaultdict(list)
        blind: dict[str, UnreadError] = {}
        for mark, each in self._marked():
            try:
                values = {value for value in _values(each, path) if isinstance(value, str)}
            except UnreadError as error:
                blind.setdefault(each.region, error)
                continue
            for value in values:
                index[value].append(mark)
        return index, blind

    def _marked(self) -> Iterator[tuple[int | Resource, Resource]]:
        """Yield what indexes hold, with the resource that it stands for."""
        if self._kept is None:
            return ((each.pk, each.resource) for each in self._stored())
        return ((each, each) for each in self._kept)

    def _stored(self) -> Iterator[Stored]:
        return (stored for page in self._shelf.known(self._type) for stored in page)


class Lookup:
    """What relational checks may ask (:class:`scanner.model.Inventory`)."""

    def __init__(self, shelf: Shelf, room: int = HELD) -> None:
        self._shelf = shelf
        self._room = room
        self._drawers: dict[str, Drawer] = {}

    def all(self, type: str, *, region: str | None = None) -> Iterator[Resource]:
        self._refuse(type, region)
        return (each for each in self._drawer(type).every() if region in (None, each.region))

    def get(self, type: str, id: str) -> Resource | None:
        self._refuse(type, None)
        return next(iter(self._drawer(type).found("", id)), None)

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterator[Resource]:
        self._refuse(type, region)
        return (each for each in self._drawer(type).found(path, value, region) if region in (None, each.region))

    def _refuse(self, type: str, region: str | None) -> None:
        if gap := self._shelf.gap(type, region):
            raise UnreadError(f"the listing of {type}{f' in {region}' if region else ''}", gap)

    def _drawer(self, type: str) -> Drawer:
        if type not in self._drawers:
            self._drawers[type] = Drawer(self._shelf, type, max(self._room, SMALL))
            self._room -= self._drawers[type].size
        return self._drawers[type]


def _values(each: Resource, path: str) -> Sequence[Any]:
    return values_at(each, path) if path else [each.id]
