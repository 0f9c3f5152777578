"""The score: additive triples, the ratios over their sums, and the grade with its caps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log10

from scanner.model import Severity

WEIGHTS = {"critical": 10, "high": 5, "medium": 2, "low": 1, "informational": 0}
GRADES = ((0.9, "A"), (0.8, "B"), (0.7, "C"), (0.6, "D"))
WORST = "E"
LITTLE, LESS = 0.8, 0.5  # coverage below which the grade is capped, and below which there is none


@dataclass(frozen=True, slots=True)
class Sum:
    """A triple, or the sum of several. Ratios are ``None`` where there is nothing to divide by: not assessed, never 100."""

    expected: float = 0.0
    known: float = 0.0
    earned: float = 0.0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.expected + other.expected, self.known + other.known, self.earned + other.earned)

    @property
    def floor(self) -> float | None:
        return self.earned / self.expected if self.expected else None

    @property
    def coverage(self) -> float | None:
        return self.known / self.expected if self.expected else None

    @property
    def posture(self) -> float | None:
        return self.earned / self.known if self.known else None

    @property
    def ceiling(self) -> float | None:
        return (self.earned + self.expected - self.known) / self.expected if self.expected else None


def triple(severity: str, passed: int, failed: int, unknown: int, accepted: int = 0) -> Sum:
    """Return what one check weighs. A fleet of n counts 1 + log10 n; an accepted failure is known and earns nothing."""
    known = passed + failed + accepted
    due = known + unknown
    if not due:
        return Sum()
    expected = WEIGHTS[severity] * (1 + log10(due))
    return Sum(expected, expected * known / due, expected * passed / due)


def total(sums: Iterable[Sum]) -> Sum:
    whole = Sum()
    for each in sums:
        whole += each
    return whole


@dataclass(frozen=True, slots=True)
class Grade:
    """A letter, empty where too little is known, and the reasons why it isn't a better one."""

    letter: str
    caps: tuple[str, ...] = ()


def grade(whole: Sum, failing: Iterable[Severity]) -> Grade:
    """Return the grade of *whole*, capped for what fails (*failing*: severities of open failures) and for what is unseen."""
    floor, coverage = whole.floor, whole.coverage
    if floor is None or coverage is None:
        return Grade("", ("nothing was assessed",))
    if coverage < LESS:
        return Grade("", (f"coverage is {_below(coverage, LESS)}: below {LESS:.0%} there is no grade",))
    open_failures = set(failing)
    caps = [
        ("D", "a critical finding is open", Severity.CRITICAL in open_failures),
        ("B", "a high finding is open", Severity.HIGH in open_failures),
        ("C", f"coverage is {_below(coverage, LITTLE)}, below {LITTLE:.0%}", coverage < LITTLE),
    ]
    held = [(letter, why) for letter, why, holds in caps if holds]
    earned = next((letter for least, letter in GRADES if floor >= least), WORST)
    named = tuple(f"at most {letter}: {why}" for letter, why in held)
    return Grade(max([earned, *(letter for letter, _ in held)]), named)


def _below(share: float, bound: float) -> str:
    """Return *share* in percent, never rounded up to the *bound* that it is below."""
    return f"{min(share, bound - 0.01):.0%}"
