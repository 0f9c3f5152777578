"""The vocabulary of cases: a case is one check, what it sees, and the outcome.

    case(versioned, PASS, versioning={"Status": "Enabled"})
    case(logged, FAIL, item={"VpcId": "vpc-1"}, inventory=[])
    case(logged, UNKNOWN, item={"VpcId": "vpc-1"}, inventory=[unlisted("aws.ec2.flow_log")])

Keyword arguments are facts; ``None`` is absent. ``inventory`` holds the other resources a relational check may find; types
that it does not name count as listed and empty. ``now`` defaults to :data:`NOW`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scanner.evaluation.check import Check
from scanner.model import Absent, Outcome, Present, Reason, Resource, Unread, UnreadError, values_at

PASS, FAIL, SKIP, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.SKIP, Outcome.UNKNOWN
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCOUNT, REGION = "123456789012", "eu-west-1"
ABSENT = Absent("NotFound")
DENIED = Unread(Reason.DENIED, "AccessDenied", "Operation", "service:Operation")


def resource(type: str, id: str = "under-test", region: str = REGION, name: str = "", **facts: Any) -> Resource:
    """Return a resource; plain values become present facts, ``None`` an absent one."""
    known = {key: fact(value) for key, value in facts.items()}
    return Resource(type, id, ACCOUNT, region, known, name or id, region)


def fact(value: Any) -> Present | Absent | Unread:
    if isinstance(value, (Present, Absent, Unread)):
        return value
    return ABSENT if value is None else Present(value)


@dataclass(frozen=True)
class Unlisted:
    """Marks a type whose listing was refused (everywhere, or in one region)."""

    type: str
    region: str = ""


def unlisted(type: str, region: str = "") -> Unlisted:
    return Unlisted(type, region)


@dataclass(frozen=True)
class FakeInventory:
    """An inventory over a list."""

    resources: tuple[Resource, ...] = ()
    gaps: tuple[Unlisted, ...] = ()

    def all(self, type: str, *, region: str | None = None) -> Iterator[Resource]:
        for gap in self.gaps:
            if gap.type == type and (not gap.region or region in (None, gap.region)):
                raise UnreadError(f"the listing of {type}", DENIED)
        return (each for each in self.resources if each.type == type and region in (None, each.region))

    def get(self, type: str, id: str) -> Resource | None:
        return next((each for each in self.all(type) if each.id == id), None)

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterator[Resource]:
        return (each for each in self.all(type, region=region) if value in values_at(each, path))


@dataclass(frozen=True)
class Case:
    """One case. ``line``: where it is written."""

    check: Check
    outcome: Outcome
    resource: Resource
    inventory: FakeInventory = field(default_factory=FakeInventory)
    now: datetime = NOW
    line: int = 0


def case(
    check: Check,
    outcome: Outcome,
    /,
    *,
    inventory: Iterable[Resource | Unlisted] = (),
    now: datetime = NOW,
    id: str = "under-test",
    region: str = REGION,
    **facts: Any,
) -> Case:
    """Return a case of *check* on a resource with these facts."""
    others = tuple(inventory)
    shelf = FakeInventory(
        tuple(each for each in others if isinstance(each, Resource)),
        tuple(each for each in others if isinstance(each, Unlisted)),
    )
    frame = inspect.currentframe()
    line = frame.f_back.f_lineno if frame and frame.f_back else 0
    return Case(check, outcome, resource(check.on, id, region, **facts), shelf, now, line)
