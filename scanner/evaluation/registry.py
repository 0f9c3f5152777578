"""The checks that are installed, found through the entry points ``demarc.checks``, and how a user picks some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from scanner import __version__
from scanner.errors import UsageError
from scanner.evaluation.check import Check
from scanner.model import Severity
from scanner.plugins import entry_points, find

GROUP = "demarc.checks"


class NoSuchCheckError(UsageError):
    """A pattern picks no check. The message is one line for the user."""


@cache
def installed(provider: str = "") -> tuple[Check, ...]:
    """Return the checks of one provider, or all, by id."""
    points = [point for point in entry_points(group=GROUP) if provider in ("", point.name)]
    found = {check.id: check for point in points for check in find(point.load(), Check)}
    return tuple(check for _, check in sorted(found.items()))


@cache
def edition(provider: str) -> str:
    """Return a hash of what the verdicts of a provider's local checks rest on beside facts: the program and its data.

    Files stand for themselves by name, size and time of change: to read them all would cost more than it saves.
    """
    packages = {point.module.partition(".")[0] for point in entry_points(group=GROUP) if point.name == provider}
    files = sorted(path for name in {"scanner", *packages} for path in _files(name))
    parts = [__version__, *(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)]
    return blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _files(module: str) -> list[Path]:
    spec = find_spec(module)
    if spec is None:
        return []
    if spec.submodule_search_locations is None:
        return [Path(spec.origin)] if spec.origin else []
    folders = [Path(place) for place in spec.submodule_search_locations]
    return [path for folder in folders for suffix in ("py", "yaml") for path in folder.rglob(f"*.{suffix}")]


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
