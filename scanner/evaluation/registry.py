"""The checks that are installed, found through the entry points ``demarc.checks``, and how a user picks some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from scanner import __version__
from scanner.errors import UsageError
from scanner.evaluation.check import Check
from scanner.model import Severity, Verdict
from scanner.plugins import entry_points, find, lasting
from scanner.plugins.compiled import compiled, files

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from scanner.evaluation.custom import Loaded, Source

GROUP = "demarc.checks"
CUSTOM = "demarc.custom_checks"  # packages that keep the rules of custom checks, and may hold YAML
DATA = tuple(field.name for field in fields(Check) if field.name != "judge")
SEVERAL = frozenset({"needs", "cis", "formerly"})  # of these, JSON makes lists
SHARED = ("on", "control", "service")  # what many checks say alike: it is held once


class NoSuchCheckError(UsageError):
    """A pattern picks no check. The message is one line for the user."""


@cache
def installed(provider: str = "") -> tuple[Check, ...]:
    """Return the checks of one provider, or all, by id: those that are shipped, and custom ones.

    Raises CustomCheckError for a custom check that can't be used.
    """
    return _with_custom(provider, shipped(provider))


@cache
def told(provider: str = "") -> tuple[Check, ...]:
    """Return the checks that are installed, for who reads of them. Their modules are imported when the first one judges.

    Where it is kept, that takes a fifth of the time and half of the memory. Raises what :func:`installed` does.
    """
    points = [point for point in entry_points(group=GROUP) if provider in ("", point.name)]
    with lasting():
        found = {check.id: check for point in points for check in _told(point)}
    return _with_custom(provider, tuple(check for _, check in sorted(found.items())))


def _with_custom(provider: str, known: tuple[Check, ...]) -> tuple[Check, ...]:
    custom = _custom()
    return tuple(sorted((*known, *custom.checks(provider, known)), key=lambda check: check.id)) if custom else known


def _told(point: EntryPoint) -> Iterable[Check]:
    """Return the checks of one package without importing it, where what it says of them was kept."""
    rows = compiled("checks", point.module, lambda: [[getattr(each, name) for name in DATA] for each in _defined(point)])
    for row in rows:
        said: dict[str, Any] = dict(zip(DATA, row, strict=True))
        said.update({name: tuple(said[name]) for name in SEVERAL}, severity=Severity(said["severity"]))
        said.update({name: intern(said[name]) for name in SHARED})
        yield Check(**said, judge=partial(_judged, point.name, said["id"]))


def _judged(provider: str, id: str, *given: Any, **more: Any) -> Verdict:
    """Judge with a check that was only told of so far."""
    judge = next(each.judge for each in shipped(provider) if each.id == id)
    return judge(*given, **more)


def _defined(point: EntryPoint) -> tuple[Check, ...]:
    return tuple(find(point.load(), Check))


@cache
def shipped(provider: str = "") -> tuple[Check, ...]:
    """Return the checks of one provider, or all, that packages declare, by id."""
    points = [point for point in entry_points(group=GROUP) if provider in ("", point.name)]
    with lasting():
        found = {check.id: check for point in points for check in _defined(point)}
    return tuple(check for _, check in sorted(found.items()))


_folders: list[Path] = []


def include(folders: Iterable[Path | str]) -> None:
    """Count the checks in these folders among the installed, and no other folder's any more. They are read when asked for."""
    chosen = [Path(each) for each in folders]
    if chosen or _folders:  # the files may be others by now
        _folders[:] = chosen
        installed.cache_clear()
        told.cache_clear()
        edition.cache_clear()
        _custom.cache_clear()


@cache
def _custom() -> Loaded | None:
    """Return what folders and packages hold of custom checks; ``None``, without a price, where there are none."""
    if not _folders and not entry_points(group=CUSTOM):
        return None
    from scanner.evaluation import custom  # noqa: PLC0415 -- only who has custom checks pays for them

    return custom.load((*custom.folders(_folders), *custom_packages()))


def custom_packages() -> tuple[Source, ...]:
    """Return the installed packages of custom checks. Raises CustomCheckError for one that can't be imported."""
    from scanner.evaluation import custom  # noqa: PLC0415 -- as above

    return custom.packages(entry_points(group=CUSTOM))


@cache
def edition(provider: str) -> str:
    """Return a hash of what the verdicts of a provider's local checks rest on beside facts: the program and its data.

    Files stand for themselves by name, size and time of change: to read them all would cost more than it saves.
    Those of custom checks, which are few, stand by what they hold.
    """
    packages = {point.module.partition(".")[0] for point in entry_points(group=GROUP) if point.name == provider}
    every = sorted(file for name in {"scanner", *packages} for file in files(name))
    parts = [__version__, *(f"{file.path} {file.size} {file.changed}" for file in every)]
    if custom := _custom():
        parts.append(custom.digest)
    return blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which checks a user wants. Patterns are globs over check ids, controls, areas and CIS ids (``v7:2.*``)."""

    checks: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    min_severity: Severity = Severity.INFORMATIONAL

    def pick(self, checks: Iterable[Check]) -> tuple[Check, ...]:
        """Return the checks that are wanted. Raises :class:`NoSuchCheckError` for a pattern that fits none."""
        every = tuple(checks)
        for pattern in (*self.checks, *self.exclude):
            if not any(fits(check, pattern) for check in every):
                raise NoSuchCheckError(f"no check fits {pattern!r}: `demarc checks list` shows them all")
        return tuple(check for check in every if self._wants(check))

    def _wants(self, check: Check) -> bool:
        return (
            (not self.checks or any(fits(check, pattern) for pattern in self.checks))
            and not any(fits(check, pattern) for pattern in self.exclude)
            and check.severity.rank >= self.min_severity.rank
        )


def fits(check: Check, pattern: str) -> bool:
    names: Sequence[str] = (check.id, check.control, check.area, *check.cis, *check.formerly)
    return any(fnmatchcase(name, pattern) for name in names)
