"""What some accounts of an organization have that counts in all of them: its trails, and its access analyzers.

A member is told that a trail of the organization records it, and often not what that trail records; of an analyzer of the
organization it is told nothing. The accounts at the centre (the management account, delegated administrators) know both.
Source: AWS CloudTrail User Guide, "Creating a trail for an organization"; IAM User Guide, "Delegated administrator for IAM
Access Analyzer".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from threading import Event as Ready
from threading import Lock

from scanner.model import Absent, Event, Fact, Gap, Kind, Listed, Present, Reason, Resource

TRAIL, SHADOW = "aws.cloudtrail.trail", "aws.cloudtrail.organization_trail"
ANALYZER, CARRIED = "aws.accessanalyzer.analyzer", "aws.accessanalyzer.organization_analyzer"
CENTRAL = (TRAIL, ANALYZER)
OF_TRAILS = ("status", "selectors")
KIND = Kind(
    CARRIED,
    "aws.accessanalyzer",
    "Organization's analyzer that watches the account",
    ("item",),
    "regional",
    volatile=("item.lastResourceAnalyzed", "item.lastResourceAnalyzedAt"),
)
NOT_SEEN = "NotSeen"  # of our own: an account that may hold it was not read, or is not known


class Reach:
    """Hears what the accounts at the centre have, and tells it to the others, who wait at their end until that is known.

    *centre* are those that will be read; unless these are *whole*, there may be more. Nobody at the centre waits.
    """

    def __init__(self, centre: Collection[str], *, whole: bool) -> None:
        self._lock = Lock()
        self._centre = frozenset(centre)
        self._awaited = set(centre)
        self._whole = whole
        self._ready = Ready()
        self._trails: dict[str, dict[str, Fact]] = {}
        self._analyzers: dict[str, dict[str, Resource]] = defaultdict(dict)
        self._failed: dict[str, Gap] = {}
        if not self._awaited:
            self._ready.set()

    def hear(self, event: Event) -> None:
        """Remember what of an event at the centre counts elsewhere."""
        with self._lock:
            if isinstance(event, Resource):
                self._keep(event)
            elif isinstance(event, Gap) and event.type == ANALYZER and not event.resource_id:
                self._failed.setdefault(event.region, event)

    def _keep(self, resource: Resource) -> None:
        if resource.type == TRAIL and _item(resource).get("IsOrganizationTrail"):
            self._trails[resource.id] = {name: resource.facts[name] for name in OF_TRAILS if name in resource.facts}
        elif resource.type == ANALYZER and str(_item(resource).get("type", "")).startswith("ORGANIZATION"):
            self._analyzers[resource.listed_in or resource.region][resource.id] = resource

    def ended(self, account: str, *, read: bool) -> None:
        """Note that an account has ended. Unless it was *read*, what it may have is not known."""
        with self._lock:
            if account not in self._awaited:
                return
            self._awaited.discard(account)
            self._whole = self._whole and read
            if not self._awaited:
                self._ready.set()

    def release(self) -> None:
        """Let those who wait go on: nobody takes any more what they have."""
        self._ready.set()

    def waits(self, event: Event, account: str) -> bool:
        """Tell whether an event is to wait for the end of its account, and then for the centre."""
        return isinstance(event, (Resource, Gap, Listed)) and event.type == SHADOW and account not in self._centre

    def told(self, event: Event) -> Event:
        """Return an event that waited, with what only the centre knows of it."""
        self._ready.wait()
        if not isinstance(event, Resource):
            return event
        known = self._trails.get(event.id, {})
        return event.with_facts(**{name: fact for name, fact in known.items() if isinstance(event.facts.get(name), Absent)})

    def analyzers(self, account: str, regions: Collection[str]) -> Iterator[Event]:
        """Yield for each region the organization's analyzers, which watch the account as well, and whether these are all.

        Only once everything was read.
        """
        for region in regions:
            for each in self._analyzers.get(region, {}).values():
                yield Resource(CARRIED, each.id, account, region, {"item": each.facts["item"]}, each.name, region)
            gap = self._unseen(region)
            if gap:
                yield replace(gap, account=account)
            yield Listed(CARRIED, region, complete=gap is None, account=account)

    def _unseen(self, region: str) -> Gap | None:
        if region in self._failed:
            return replace(self._failed[region], type=CARRIED)
        if self._whole:
            return None
        why = ("accessanalyzer:ListAnalyzers", Reason.UNAVAILABLE, NOT_SEEN, "access-analyzer:ListAnalyzers")
        return Gap(CARRIED, region, KIND.service, *why, "an account that may hold the organization's analyzer was not read")


def _item(resource: Resource) -> Mapping[str, object]:
    fact = resource.facts.get("item")
    return fact.value if isinstance(fact, Present) and isinstance(fact.value, Mapping) else {}
