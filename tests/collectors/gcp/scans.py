"""Scans of a simulated Google Cloud, for the tests to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from collectors.gcp.collect import GcpCollector
from collectors.gcp.options import GcpOptions
from collectors.gcp.provider import Gcp
from scanner.model import Event, Gap, Listed, Resource, Sketches, Unread
from scanner.provider import Selection
from simulators.gcp import SimulatedGcp

KEY = b"a key of the tests"


def options(gcp: SimulatedGcp, **given: Any) -> GcpOptions:
    """Return the options that scan the whole simulated organization, but for what is *given*."""
    who = {} if "credentials" in given or "from_" in given else {"credentials": str(gcp.credentials["service_account"])}
    what = {} if {"folder", "project", "from_"} & given.keys() else {"organization": gcp.organization}
    where = {} if "from_" in given else {"endpoint_url": gcp.endpoint}
    return GcpOptions(**(where | who | what | given))


def entered(gcp: SimulatedGcp, *, services: str = "", regions: str = "", **given: Any) -> GcpCollector:
    selection = Selection(frozenset(regions.split()), frozenset(services.split()))
    found = Gcp().connect(options(gcp, **given), selection, secret_key=lambda: KEY)
    assert isinstance(found, GcpCollector)
    return found


@dataclass
class Scan:
    """Everything that one scan yielded."""

    collector: GcpCollector
    resources: list[Resource] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    def all(self, type: str, account: str = "") -> list[Resource]:
        return [each for each in self.resources if each.type == type and account in ("", each.account)]

    def one(self, type: str, account: str = "") -> Resource:
        (found,) = self.all(type, account)
        return found

    @property
    def whole(self) -> bool:
        """Whether every listing was read to its end."""
        return all(each.complete for each in self.listed)

    def unread(self) -> set[tuple[str, str, str]]:
        """Return which facts of which types were not read, and why."""
        return {
            (each.type, name, fact.code)
            for each in self.resources
            for name, fact in each.facts.items()
            if isinstance(fact, Unread)
        }


def each_of(events: Iterable[Event]) -> Iterator[Event]:
    """Yield *events* one by one, with resources made of their sketches."""
    for event in events:
        yield from event.resources() if isinstance(event, Sketches) else (event,)


def digests(gcp: SimulatedGcp) -> dict[str, bytes]:
    """Return, by resource id, the hashes by which a scan knows whether a resource is as it was."""
    pages = (event for event in entered(gcp).collect() if isinstance(event, Sketches))
    return {page.make(sketch).id: sketch[3] for page in pages for sketch in page.rows}


def scanned(gcp: SimulatedGcp, **given: Any) -> Scan:
    return watched(entered(gcp, **given))


def watched(collector: GcpCollector) -> Scan:
    scan = Scan(collector)
    for event in each_of(collector.collect()):
        place: list[Any] = (
            scan.resources if isinstance(event, Resource) else scan.gaps if isinstance(event, Gap) else scan.listed
        )
        place.append(event)
    return scan


def told(scan: Scan) -> dict[str, Any]:
    """Return all that a scan says of each resource, for comparing two of them."""
    return {each.id: (each.type, each.account, each.region, each.name, dict(each.facts)) for each in scan.resources}
