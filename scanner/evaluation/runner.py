"""Runs checks over resources and makes findings of their verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

from scanner.evaluation.check import Check
from scanner.evaluation.evidence import watched
from scanner.model import Finding, Inventory, Kind, Outcome, Resource, Verdict

PROVIDER = "provider"


class Held(Protocol):
    """Who answers for one area of one service."""

    @property
    def owner(self) -> str: ...
    @property
    def service_model(self) -> str: ...


Owner = Callable[[str, str, Resource], Held]
"""``(service, area, resource)`` to who holds it: :func:`scanner.responsibility.split.resolve`, or a test's."""


class Runner:
    """Knows which checks are due on which type, and who owns what they test.

    *edition* is a hash of what checks consist of (:func:`scanner.evaluation.registry.edition`), empty for unlike any other.
    """

    def __init__(self, checks: Iterable[Check], kinds: Iterable[Kind], owner: Owner, edition: str = "") -> None:
        services = {kind.type: kind.service for kind in kinds}
        self._owner = owner
        self._edition = edition
        self._due: dict[str, list[tuple[Check, str, str]]] = defaultdict(list)
        for check in checks:
            if service := check.service or services.get(check.on, ""):
                self._due[check.on].append((check, service, check.area))
        self._again = {type: [each for each in due if not each[0].local] for type, due in self._due.items()}

    def due(self, type: str, *, again: bool = False) -> tuple[Check, ...]:
        """Return the checks on *type*; *again*: only those whose verdict on an unchanged resource may be another now."""
        return tuple(check for check, _, _ in (self._again if again else self._due).get(type, ()))

    def edition(self, type: str) -> str:
        """Return a hash of the checks on *type*: under the same one, a local check says the same of an unchanged resource."""
        parts = [self._edition, *(f"{check.id} {check.version} {service}" for check, service, _ in self._due.get(type, ()))]
        return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest() if self._edition else ""

    def judge(
        self, resource: Resource, inventory: Inventory | None, now: datetime, *, again: bool = False
    ) -> Iterator[Finding]:
        """Yield a finding for each check that is due; none where it skips or the duty is the provider's on this resource."""
        for check, service, area in (self._again if again else self._due).get(resource.type, ()):
            verdict = check(resource, inventory, now)
            if verdict.outcome is Outcome.SKIP:
                continue
            held = self._owner(service, area, resource)
            if held.owner == PROVIDER:
                continue
            evidence = evidence_of(check, resource, inventory, now) if verdict.outcome is Outcome.FAIL else NOTHING
            yield _finding(check, (service, area), held, resource, verdict, evidence=evidence)


NOTHING: Mapping[str, Any] = {}


def _finding(
    check: Check, place: tuple[str, str], held: Held, resource: Resource, verdict: Verdict, *, evidence: Mapping[str, Any]
) -> Finding:
    unread = verdict.unread
    service, area = place
    return Finding(
        check.id,
        check.control,
        area,
        service,
        held.service_model,
        held.owner,
        check.severity,
        resource.type,
        resource.id,
        resource.region,
        verdict.outcome,
        verdict.because,
        evidence,
        unread.operation if unread else "",
        unread.permission if unread else "",
    )


def evidence_of(check: Check, resource: Resource, inventory: Inventory | None, now: datetime) -> Mapping[str, Any]:
    """Run the check once more and return the paths and values of the facts that it read last."""
    seen = watched(resource)
    check(seen, inventory, now)
    return seen.trace.values()
