"""What changed between two states of one resource, field by field. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.inventory import serial


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands where one side has no such field."""

    def __repr__(self) -> str:
        return "-"


MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Field:
    """One field that differs. ``path`` is dotted; ``[]`` stands for an element that a list gained or lost."""

    path: str
    before: Any
    after: Any


def fields(before: Any, after: Any, path: str = "") -> Iterator[Field]:
    """Yield the fields in which *before* and *after* differ, deepest first where both sides go on."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            inner = f"{path}.{name}" if path else str(name)
            yield from fields(before.get(name, MISSING), after.get(name, MISSING), inner)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _elements(before, after, path)
    elif before != after or type(before) is not type(after):
        yield Field(path, before, after)


def _elements(before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Field]:
    """Compare lists as bags: the order of what a provider lists means nothing, unless that is all that changed."""
    lost, gained = _only(before, after), _only(after, before)
    if len(lost) == len(gained) == 1:
        yield from fields(lost[0], gained[0], f"{path}[]")
        return
    yield from (Field(f"{path}[]", each, MISSING) for each in lost)
    yield from (Field(f"{path}[]", MISSING, each) for each in gained)
    if not lost and not gained and list(before) != list(after):
        yield Field(path, list(before), list(after))


def _only(some: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return the elements of *some* that *others* do not hold, as often as they are more."""
    left = Counter(serial.dumps(each) for each in others)
    found = []
    for each in some:
        packed = serial.dumps(each)
        if left[packed]:
            left[packed] -= 1
        else:
            found.append(each)
    return found
