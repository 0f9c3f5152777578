"""Finds what packages define at module level: defining a thing is its only registration."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

Thing = TypeVar("Thing")


@cache
def _declared() -> Any:
    from importlib.metadata import entry_points  # noqa: PLC0415 -- costs more than commands that need no plug-in take

    return entry_points()


def entry_points(group: str, name: str = "") -> EntryPoints:
    """Return what installed packages declare. They are asked once: each is a file to read."""
    found: EntryPoints = _declared().select(group=group, **({"name": name} if name else {}))
    return found


@contextmanager
def lasting() -> Iterator[None]:
    """Make many things that last without a look for garbage in between: a fifth of the time that loading checks takes."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def find(package: ModuleType, kind: type[Thing]) -> Iterator[Thing]:
    """Yield every module-level *kind* in *package*, alone or in a tuple, once."""
    seen: set[int] = set()
    for info in walk_packages(package.__path__, package.__name__ + "."):
        for value in vars(import_module(info.name)).values():
            for thing in value if isinstance(value, tuple) else (value,):
                if isinstance(thing, kind) and id(thing) not in seen:
                    seen.add(id(thing))
                    yield thing
