"""The rows that go into the inventory and come out of it, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass

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
    """A resource as the inventory holds it.

    ``fresh``: the snapshot being written returned it; ``size``: how many characters its facts take as JSON.
    """

    pk: int
    resource: Resource
    fresh: bool
    size: int = 0


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
class Counted:
    """The current verdicts of one check in one region, counted. ``failed`` leaves out failures that somebody accepts."""

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
    accepted: int = 0

    def sums(self) -> dict[str, int]:
        return {"passed": self.passed, "failed": self.failed, "unknown": self.unknown, "accepted": self.accepted}
