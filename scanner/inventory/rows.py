"""The rows that go into the inventory and come out of it, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scanner.model import Resource


@dataclass(frozen=True, slots=True)
class Applied:
    """What a snapshot changed, in resources."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as the inventory holds it. ``fresh``: the snapshot being written returned it."""

    pk: int
    resource: Resource
    fresh: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One check in one account, region and service: the verdicts, and the triple that every roll-up sums."""

    account: str
    region: str
    service: str
    area: str
    check: str
    severity: str
    owner: str
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    accepted: int = 0
    expected: float = 0.0
    known: float = 0.0
    earned: float = 0.0


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One cell of the split that an account uses: who owns it, in which state, and how well it is held."""

    service: str
    service_model: str
    area: str
    owner: str
    state: str
    checks: int = 0
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    expected: float = 0.0
    known: float = 0.0
    earned: float = 0.0
    provider_duty: str = ""
    customer_duty: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LedgerCell:
    """A stored :class:`LedgerRow` with its account."""

    provider: str
    account_id: str
    snapshot_id: int
    service: str
    service_model: str
    area: str
    owner: str
    state: str
    checks: int
    passed: int
    failed: int
    unknown: int
    expected: float
    known: float
    earned: float
    provider_duty: str
    customer_duty: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its life. ``status`` is ``closed`` when its resource, its duty or its check is gone."""

    finding_id: str
    check_id: str
    control: str
    area: str
    owner: str
    service: str
    service_model: str
    severity: str
    status: str
    reason: str
    provider: str
    account_id: str
    region: str
    resource_type: str
    resource_id: str
    resource_name: str
    opened_at: datetime | None
    resolved_at: datetime | None
    reopened: int
    last_known_status: str | None
    last_known_at: datetime | None
    last_seen_at: datetime | None
    snapshot_id: int
    operation: str
    permission: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One turn in a finding's life."""

    finding_id: str
    check_id: str
    event: str
    cause: str
    at: datetime
    snapshot_id: int


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A current resource without its facts."""

    provider: str
    account_id: str
    region: str
    resource_type: str
    resource_id: str
    name: str
    service: str
    tags: Mapping[str, str] | None
    first_seen_at: datetime
    last_changed_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class GapRow:
    """Something that is unread. ``resource_id`` is empty when a whole listing failed; ``since`` is the first such look."""

    provider: str
    account_id: str
    region: str
    service: str
    resource_type: str
    resource_id: str
    fact: str
    operation: str
    reason: str
    code: str
    permission: str
    message: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One look at one account."""

    snapshot_id: int
    provider: str
    account_id: str
    account_name: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    added: int
    changed: int
    removed: int
    unchanged: int
    gaps: int
    calls: Mapping[str, int] | None
    selection: Mapping[str, Any] | None
    note: str


@dataclass(frozen=True, slots=True)
class Triple:
    """The sum of a slice of the scores. ``slice`` is empty for the whole."""

    slice: str
    expected: float
    known: float
    earned: float
    passed: int
    failed: int
    unknown: int
    accepted: int

    @property
    def floor(self) -> float | None:
        return self.earned / self.expected if self.expected else None

    @property
    def coverage(self) -> float | None:
        return self.known / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A resource that a snapshot added, changed or removed."""

    snapshot_id: int
    at: datetime
    change: str
    provider: str
    account_id: str
    region: str
    resource_type: str
    resource_id: str
    name: str
    facts_before: Mapping[str, Any] | None = field(repr=False)
    facts_after: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """The current verdicts of one check in one region, counted."""

    region: str
    service: str
    service_model: str
    area: str
    owner: str
    check: str
    severity: str
    passed: int
    failed: int
    unknown: int

    def sums(self) -> dict[str, int]:
        return {"passed": self.passed, "failed": self.failed, "unknown": self.unknown}
