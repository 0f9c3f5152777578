"""Until when versions are kept up to date: what packages of checks know of it, dated, and when that is too old to rely on.

A package that declares checks may keep ``support.yaml`` beside them. Its checks read it with :func:`read`, its users are
warned by :func:`warning`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from scanner.evaluation.registry import GROUP
from scanner.plugins import entry_points

FILE = "support.yaml"
GOOD_FOR = 365  # days for which a list is relied on where it says nothing else
COMMON = "systems"  # lists that count for every provider
SHOWN = 3
NUMBER = re.compile(r"\d+")
SMALLER = re.compile(r"[._](\d+|[xX])$")  # what narrows a version down


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What one source said of one product's versions, and when it was read.

    ``ends``: the day on which a version is kept up no more; ``ended``: versions of which only that is known. ``endless``:
    versions for which no end was announced by then. ``before``: all older versions have ended.
    """

    product: str
    name: str
    source: str
    read: date
    good_for: timedelta
    ends: Mapping[str, datetime]
    ended: frozenset[str]
    endless: frozenset[str]
    before: str

    def named(self, version: str) -> str:
        """Return the name under which *version* is known here: its own, or that of the version that it is one of."""
        name = version
        while not self.knows(name):
            found = SMALLER.search(name)
            if not found:
                return version
            name = name[: found.start()]
        return name

    def old(self, now: datetime) -> bool:
        """Tell whether it was read too long ago to know what runs now."""
        return now.date() - self.read > self.good_for

    def over(self, version: str) -> bool:
        """Tell whether *version* has ended, on a day that nobody wrote down."""
        return version in self.ended or bool(self.before and numbers(version) < numbers(self.before))

    def knows(self, version: str) -> bool:
        return version in self.ends or version in self.ended or version in self.endless


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers within a version, by which versions are ordered; one without numbers is the newest."""
    return tuple(int(each) for each in NUMBER.findall(version)) or (10**9,)


@cache
def read(file: Path) -> Mapping[str, Lifecycle]:
    """Return the lists of a file, by product. Raises :class:`ValueError` for a product that stands there twice."""
    import yaml  # noqa: PLC0415 -- costs more than commands that need no dates take

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(file.read_text("utf-8"), loader)["lists"]  # noqa: S506 -- the C form of the safe loader
    lists = {row["product"]: _lifecycle(row) for row in rows}
    if len(lists) != len(rows):
        raise ValueError(f"{file} holds a product twice")
    return lists


def _lifecycle(row: Mapping[str, Any]) -> Lifecycle:
    return Lifecycle(
        product=row["product"],
        name=row.get("name", ""),
        source=row["source"],
        read=row["read"],
        good_for=timedelta(days=row.get("good_for", GOOD_FOR)),
        ends={version: datetime.combine(end, time.min, UTC) for version, end in row.get("ends", {}).items()},
        ended=frozenset(row.get("ended", ())),
        endless=frozenset(row.get("endless", ())),
        before=row.get("before", ""),
    )


@cache
def installed() -> Sequence[Lifecycle]:
    """Return the lists of all packages that declare checks, without importing the checks."""
    packages = sorted({point.module.partition(".")[0] for point in entry_points(group=GROUP)})
    files = [Path(spec.origin).with_name(FILE) for name in packages if (spec := find_spec(name)) and spec.origin]
    return tuple(each for file in files if file.is_file() for each in read(file).values())


def old(now: datetime, provider: str = "") -> Sequence[Lifecycle]:
    """Return the lists of one provider, or of all, that are too old to rely on, the oldest first."""
    return sorted((each for each in _of(provider) if each.old(now)), key=lambda each: each.read)


def _of(provider: str) -> Sequence[Lifecycle]:
    return [each for each in installed() if not provider or each.product.partition(".")[0] in (provider, COMMON)]


def warning(now: datetime, provider: str = "") -> str:
    """Return one line on the lists that are too old to rely on, of one provider or of all; empty where none is."""
    found = old(now, provider)
    if not found:
        return ""
    which = ", ".join(f"{each.product} of {each.read}" for each in found[:SHOWN]) + (", …" if len(found) > SHOWN else "")
    return f"until when versions are supported is known from old lists ({len(found)}: {which}): update demarc"
