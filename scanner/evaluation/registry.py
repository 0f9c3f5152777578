"""The checks that are installed, found through the entry points ``demarc.checks``, and how a user picks some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

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
