"""What every provider's description of a resource type has in common."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TypeVar

Thing = TypeVar("Thing")


def find(package: ModuleType, kind: type[Thing]) -> Iterator[Thing]:
    """Yield every module-level *kind* defined in *package*, once. Defining one is the only registration."""
    seen: set[int] = set()
    for info in walk_packages(package.__path__, package.__name__ + "."):
        for thing in vars(import_module(info.name)).values():
            if isinstance(thing, kind) and id(thing) not in seen:
                seen.add(id(thing))
                yield thing
