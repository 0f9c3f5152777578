"""What several verdicts on parts of one thing amount to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from scanner.model import Outcome, Verdict

WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.SKIP)
FOR_EVER = datetime.max.replace(tzinfo=UTC)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that weighs most; of those that weigh the same, the one that holds for the shortest time."""
    return min(verdicts, key=lambda verdict: (WORST_FIRST.index(verdict.outcome), verdict.until or FOR_EVER))
