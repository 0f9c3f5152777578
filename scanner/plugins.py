"""Finds what packages define at module level: defining a thing is its only registration."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TypeVar

Thing = TypeVar("Thing")


def find(package: ModuleType, kind: type[Thing]) -> Iterator[Thing]:
    """Yield every module-level *kind* in *package*, alone or in a tuple, once."""
    seen: set[int] = set()
    for info in walk_packages(package.__path__, package.__name__ + "."):
        for value in vars(import_module(info.name)).values():
            for thing in value if isinstance(value, tuple) else (value,):
                if isinstance(thing, kind) and id(thing) not in seen:
                    seen.add(id(thing))
                    yield thing
