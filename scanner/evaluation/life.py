"""The life of a finding: what one more verdict does to it. Pure; the inventory stores what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from scanner.model import Outcome


class Turn(StrEnum):
    """What can happen to a finding that is worth a line in its history."""

    OPENED = "opened"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Cause(StrEnum):
    """Why a finding turned."""

    FAILED = "failed"
    PASSED = "passed"
    GONE = "gone"
    NOT_DUE = "not due"
    RETIRED = "check retired"


@dataclass(frozen=True, slots=True)
class Life:
    """Where a finding stands. ``status`` is ``None`` once it is closed: gone, not due any more, or its check retired.

    It is *open* from its first fail to the next pass or to its closing. ``unknown`` hides an open finding's verdict and
    changes nothing else. ``known`` is the last verdict that was not ``unknown``; ``known_at`` is the time up to which it
    held, set while the status is ``unknown``.
    """

    status: Outcome | None = None
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened: int = 0
    known: Outcome | None = None
    known_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.opened_at is not None and self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Step:
    """A life after one verdict, and the turn that it took, if any."""

    life: Life
    turn: Turn | None = None
    cause: Cause | None = None


def judge(life: Life, outcome: Outcome, at: datetime, before: datetime | None = None) -> Step:
    """Return what *outcome*, given at *at*, makes of *life*; *before* is the time of the look before this one."""
    if outcome is Outcome.SKIP:
        return close(life, Cause.NOT_DUE, at)
    if outcome is Outcome.UNKNOWN:
        return Step(_hidden(life, before))
    seen = replace(life, status=outcome, known=outcome, known_at=None)
    if outcome is Outcome.PASS:
        return Step(replace(seen, resolved_at=at), Turn.RESOLVED, Cause.PASSED) if life.open else Step(seen)
    if life.open:
        return Step(seen)
    if life.opened_at is None:
        return Step(replace(seen, opened_at=at), Turn.OPENED, Cause.FAILED)
    again = replace(seen, opened_at=at, resolved_at=None, reopened=life.reopened + 1)
    return Step(again, Turn.REOPENED, Cause.FAILED)


def _hidden(life: Life, before: datetime | None) -> Life:
    if life.status is Outcome.UNKNOWN:
        return life
    return replace(life, status=Outcome.UNKNOWN, known_at=before if life.status is not None else life.known_at)


def close(life: Life, cause: Cause, at: datetime) -> Step:
    """End *life*: an open finding is resolved, any other only leaves the stage."""
    closed = replace(life, status=None)
    if not life.open:
        return Step(closed)
    return Step(replace(closed, resolved_at=at), Turn.RESOLVED, cause)
