"""Which areas the provider would take over if what customers run themselves ran on one of its services, by the split alone.

Packages of checks know the signs of software and which services run it; who owns what before and after is asked of the split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from scanner.evaluation.registry import GROUP
from scanner.model import Inventory, Resource
from scanner.plugins import entry_points, find
from scanner.responsibility.split import NEARNESS, Cell, areas, resolve


class Certainty(StrEnum):
    """How sure it is that the software runs there, surest first; unknown where nobody could look."""

    YES = "yes"
    PROBABLY = "probably"
    POSSIBLY = "possibly"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        return list(Certainty).index(self)


@dataclass(frozen=True, slots=True)
class Workload:
    """Software that customers run themselves on a resource, and what says so.

    ``managed``: services that speak the same protocol; ``alike``: services that do the same work otherwise.
    """

    resource: Resource
    engine: str
    certainty: Certainty
    evidence: tuple[str, ...]
    managed: tuple[str, ...]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that may tell of workloads, and that could not be read."""

    why: str


@dataclass(frozen=True, slots=True)
class SelfRun:
    """What a provider's checks package offers, at module level: it finds workloads in what is known of an account."""

    provider: str
    find: Callable[[Inventory], Iterable[Workload | Unseen]]


@dataclass(frozen=True, slots=True)
class Move:
    """One area and its owners, before and after. ``provider_duty`` and ``customer_duty``: who does what then."""

    area: str
    before: str
    after: str
    provider_duty: str
    customer_duty: str
    source: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What would become of one workload on services that change the same.

    ``moves`` go from the customer, ``comes`` go to him, ``stays`` stay with him or shared as before.
    ``clients``: whether what speaks to the software stays as it is, or has to change.
    """

    provider: str
    account_id: str
    region: str
    service: str
    resource_type: str
    resource_id: str
    name: str
    engine: str
    certainty: Certainty
    evidence: tuple[str, ...]
    to: tuple[str, ...] = ()
    clients: str = ""
    moves: tuple[Move, ...] = ()
    comes: tuple[Move, ...] = ()
    stays: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """What one service would change."""

    clients: str
    moves: tuple[Move, ...] = ()
    comes: tuple[Move, ...] = ()
    stays: tuple[Move, ...] = ()


def self_run(provider: str) -> SelfRun | None:
    """Return what finds workloads of *provider*, if something installed does."""
    for point in entry_points(group=GROUP, name=provider):
        for found in find(point.load(), SelfRun):
            if found.provider == provider:
                return found
    return None


def advise(workload: Workload, service: str) -> Iterator[Advice]:
    """Yield what each service would change for a workload on a resource of *service*, those together that change the same.

    Services on which nothing would move are left out; one piece of advice without any says that none is left. Raises
    :class:`UnknownServiceError`.
    """
    provider = service.partition(".")[0]
    found = [
        (_change(workload.resource, service, target, clients), target)
        for clients, targets in (("stay", workload.managed), ("change", workload.alike))
        for target in targets
        if target.partition(".")[0] == provider
    ]
    gains = sorted((each for each in found if each[0].moves), key=lambda each: (each[0].clients != "stay", repr(each[0])))
    together = [(change, tuple(target for _, target in group)) for change, group in groupby(gains, key=lambda each: each[0])]
    if not together:
        yield _advice(workload, service, _Change(""), ())
    for change, targets in sorted(together, key=lambda each: (each[0].clients != "stay", -len(each[0].moves))):
        yield _advice(workload, service, change, targets)


def _advice(workload: Workload, service: str, change: _Change, targets: tuple[str, ...]) -> Advice:
    resource = workload.resource
    return Advice(
        provider=service.partition(".")[0],
        account_id=resource.account,
        region=resource.region,
        service=service,
        resource_type=resource.type,
        resource_id=resource.id,
        name=resource.name,
        engine=workload.engine,
        certainty=workload.certainty,
        evidence=workload.evidence,
        to=targets,
        clients=change.clients,
        moves=change.moves,
        comes=change.comes,
        stays=change.stays,
    )


def _change(resource: Resource, service: str, target: str, clients: str) -> _Change:
    pairs = [(resolve(service, area, resource), resolve(target, area)) for area in areas()]
    return _Change(
        clients,
        tuple(_move(before, after) for before, after in pairs if NEARNESS[after.owner] < NEARNESS[before.owner]),
        tuple(_move(before, after) for before, after in pairs if NEARNESS[after.owner] > NEARNESS[before.owner]),
        tuple(_move(before, after) for before, after in pairs if after.owner == before.owner and after.owner != "provider"),
    )


def _move(before: Cell, after: Cell) -> Move:
    return Move(before.area, before.owner, after.owner, after.provider_duty, after.customer_duty, after.source)
