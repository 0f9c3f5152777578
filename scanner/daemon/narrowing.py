"""Which part of an account a scan has to read that follows changes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.config import Target
from scanner.inventory.announced import Stale


@dataclass(frozen=True, slots=True)
class Narrow:
    """The part of an account that a run for changes reads. Nothing of it: there is nothing to read."""

    regions: frozenset[str]
    services: frozenset[str]


def narrowed(stale: Sequence[Stale], target: Target) -> Narrow | None:
    """Return the part of *target* that holds all that is stale; ``None`` where it holds none of it.

    A provider reads services in regions: that is the narrowest. A change whose region is not told is looked for in all.
    """
    within = [each for each in stale if _wanted(each.service, target.services)]
    inside = [each for each in within if not each.region or not target.regions or each.region in target.regions]
    if not inside:
        return None
    everywhere = any(not each.region for each in inside)
    regions = target.regions if everywhere else frozenset(each.region for each in inside)
    return Narrow(regions, frozenset(each.service for each in inside))


def _wanted(service: str, services: frozenset[str]) -> bool:
    return not services or service in services or service.partition(".")[2] in services


def counted(stale: Sequence[Stale]) -> str:
    """Return in words what was done how often, for the log."""
    return ", ".join(f"{what} {count}x" for what, count in sorted(Counter(each.what for each in stale).items()))
