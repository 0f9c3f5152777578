"""The nouns of the scanner: accounts, resources, the facts read about them, gaps, verdicts.

Standard library only, no I/O. Everything else may import this module; it imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Severity(StrEnum):
    """How bad a failing finding is, worst last; compare with :attr:`rank`."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _RANKS[self.value]


_RANKS = {each.value: rank for rank, each in enumerate(Severity)}


class Outcome(StrEnum):
    """What a check says of one resource. ``SKIP`` means not due: no finding, nothing in the score."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


class Reason(StrEnum):
    """Why something could not be read."""

    DENIED = "denied"
    THROTTLED = "throttled"
    DISABLED = "disabled"
    UNAVAILABLE = "unavailable"
    ERROR = "error"


class SnapshotStatus(StrEnum):
    """How one look at one account ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Present:
    """The provider answered and the setting exists. ``value`` is plain JSON data."""

    value: Any


@dataclass(frozen=True, slots=True)
class Absent:
    """The provider answered that the setting does not exist. This is knowledge."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """The provider did not answer. This is ignorance, and says what would end it."""

    reason: Reason
    code: str = ""
    operation: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """It was not asked again, since nothing says that it changed: what the inventory holds of it stands."""


Fact = Present | Absent | Unread | Kept


class UnreadError(Exception):
    """A check asked for something that was never read; the runner turns it into ``unknown``."""

    def __init__(self, what: str, fact: Unread) -> None:
        super().__init__(f"{what} could not be read: {fact.reason} ({fact.code})")
        self.what = what
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Account:
    """The unit that is scanned. ``id`` is the provider's own number or name for it."""

    provider: str
    id: str
    name: str = ""
    partition: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing in one account, as one snapshot saw it.

    ``facts`` maps a fact's name to what is known of it; ``item`` is the resource's row in its listing.
    ``listed_in`` is the region whose listing returned it (a bucket in eu-west-1 is listed globally).
    """

    type: str
    id: str
    account: str
    region: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    name: str = ""
    listed_in: str = ""

    @property
    def tags(self) -> Mapping[str, str]:
        """Return the fact ``tags`` (names to values); raise :class:`UnreadError` when it was not read.

        Tags are a fact like any other, so that tags which nobody could read are not taken for no tags.
        """
        tags: Mapping[str, str] = (self["tags"] if "tags" in self.facts else None) or {}
        return tags

    def __getitem__(self, name: str) -> Any:
        """Return a fact's value, ``None`` when absent; raise :class:`UnreadError` when it was not read."""
        fact = self.facts[name]
        if isinstance(fact, Present):
            return fact.value
        if isinstance(fact, Absent):
            return None
        raise UnreadError(f"{self.type} {name}", fact if isinstance(fact, Unread) else Unread(Reason.UNAVAILABLE))

    def with_facts(self, **facts: Fact) -> Resource:
        return replace(self, facts={**self.facts, **facts})


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a snapshot could not read.

    ``resource_id`` and ``fact`` are empty when a whole listing failed: then nothing of ``type`` in ``region``
    may be closed, and every check that needs the listing is ``unknown``. ``account`` is empty when a failed listing was
    that of every account of the scan.
    """

    type: str
    region: str
    service: str
    operation: str
    reason: Reason
    code: str = ""
    permission: str = ""
    message: str = ""
    resource_id: str = ""
    fact: str = ""
    account: str = ""

    def unread(self) -> Unread:
        return Unread(self.reason, self.code, self.operation, self.permission)


@dataclass(frozen=True, slots=True)
class Listed:
    """The listing of ``type`` in ``region`` ended; ``complete`` says whether it was read to its end.

    Only a complete listing may close resources that it did not return. ``account`` is empty when it was the listing of
    every account of the scan.
    """

    type: str
    region: str
    complete: bool
    account: str = ""


Sketch = tuple[str, str, str, bytes, Any]
"""A resource that nobody made yet: account, type, ``listed_in``, a digest, and what it is made of.

The digest is a hash over all that the resource is made of, as it came, and of how: where it is the same as last time, so is the
resource. It is empty where that is not sure.
"""


@dataclass(frozen=True, slots=True)
class Sketches:
    """Resources of one page, so that those which are as they were known need not be made."""

    rows: Sequence[Sketch]
    make: Callable[[Sketch], Resource]

    def __len__(self) -> int:
        return len(self.rows)

    def resources(self) -> Iterator[Resource]:
        return map(self.make, self.rows)


Event = Resource | Sketches | Gap | Listed
"""What a collector yields, in any order but for one rule: ``Listed`` follows all resources of its scope."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says and why. ``until``: the time up to which a verdict that took ``now`` holds."""

    outcome: Outcome
    because: str = ""
    until: datetime | None = None
    unread: Unread | None = None


def passed(because: str = "", *, until: datetime | None = None) -> Verdict:
    return Verdict(Outcome.PASS, because, until)


def failed(because: str) -> Verdict:
    return Verdict(Outcome.FAIL, because)


def skipped(because: str = "") -> Verdict:
    return Verdict(Outcome.SKIP, because)


def unknown(because: str, unread: Unread | None = None) -> Verdict:
    return Verdict(Outcome.UNKNOWN, because, None, unread)


class Inventory(Protocol):
    """What a relational check may ask. Every question raises :class:`UnreadError` where the listing had a gap.

    ``region`` narrows a question to one region; without it, a gap in *any* scanned region raises.
    """

    def all(self, type: str, *, region: str | None = None) -> Iterable[Resource]:
        """Return every resource of *type* in the account."""

    def get(self, type: str, id: str) -> Resource | None:
        """Return one resource by its native id; ``None`` only when the listing says that it does not exist."""

    def where(self, type: str, path: str, value: str, *, region: str | None = None) -> Iterable[Resource]:
        """Return the resources of *type* whose dotted *path* (``item.VpcId``) equals, or holds, *value*."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the core knows of a resource type: enough to file it, nothing of how it is read.

    ``implied``: every account has it, whether or not it uses the service (the settings of a service).
    """

    type: str
    service: str
    title: str
    facts: tuple[str, ...]
    scope: str
    volatile: tuple[str, ...] = ()
    implied: bool = False

    @property
    def provider(self) -> str:
        return self.type.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of one check on one resource, with everything a reader may filter by."""

    check: str
    control: str
    area: str
    service: str
    service_model: str
    owner: str
    severity: Severity
    resource_type: str
    resource_id: str
    region: str
    status: Outcome
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    operation: str = ""
    permission: str = ""


def values_at(resource: Resource, path: str) -> list[Any]:
    """Return what lies at a dotted *path* (``item.Groups.GroupId``); lists on the way are entered.

    Raises :class:`UnreadError` when the fact that the path starts with was not read.
    """
    fact, *steps = path.split(".")
    found = [resource[fact]]
    for step in steps:
        flat = [inner for each in found for inner in (each if isinstance(each, list) else [each])]
        found = [each[step] for each in flat if isinstance(each, dict) and step in each]
    return [inner for each in found for inner in (each if isinstance(each, list) else [each])]
