"""What several verdicts on parts of one thing amount to."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Outcome, Verdict

WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.SKIP)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that weighs most."""
    return min(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.outcome))
