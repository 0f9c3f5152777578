"""What strangers get at: the one answer that `exposed`, the dashboard and checks share.

Each provider's checks package says two things: which of its checks, when they fail, mean that strangers get at something, and
which ways in it can follow through the inventory, from an address to what answers there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from scanner.evaluation.check import Check
from scanner.evaluation.registry import GROUP, installed
from scanner.model import Inventory, Resource, UnreadError
from scanner.plugins import entry_points, find

INTERNET = "the internet"
# The controls that ask whether strangers get at something.
CONTROLS = (
    "data.public_exposure",
    "access.public_grant",
    "application.exposure",
    "network.admin_ports",
    "network.public_access",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that strangers get at, or perhaps do.

    ``what``: a port and its protocol, or an action. ``path``: the evidence, from the outside inwards. ``doubts``: what was not
    read on the way, or can't be decided, and may close it; without any, it is certain.
    """

    resource_type: str
    resource_id: str
    region: str
    what: str
    source: str
    path: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        return not self.doubts


Follow = Callable[[Inventory], Iterable[Opening]]


@dataclass(frozen=True, slots=True)
class Ways:
    """One kind of ways in, followed through the inventory: ``through`` names them where they can't be read."""

    through: str
    follow: Follow


@dataclass(frozen=True, slots=True)
class Said:
    """What it means when one of these checks fails: strangers from ``source`` get ``what``.

    Checks are globs of ids, and count where their control is one of ``controls``.
    ``doubt``: why a failure does not yet mean it, where the check asks for more than that nobody gets in. ``detail`` tells
    what of a resource that is open.
    """

    checks: tuple[str, ...]
    what: str
    source: str = INTERNET
    doubt: str = ""
    detail: Callable[[Resource], str] | None = None
    controls: tuple[str, ...] = CONTROLS

    def of(self, check: Check) -> bool:
        return check.control in self.controls and any(fnmatchcase(check.id, glob) for glob in self.checks)


@dataclass(frozen=True, slots=True)
class Exposures:
    """What a provider's checks package offers, at module level: there is nothing else to register."""

    provider: str
    said: tuple[Said, ...]
    ways: tuple[Ways, ...] = ()

    def meaning(self, check: Check) -> Said | None:
        """Return what a failure of *check* means; the first that names it counts."""
        return next((each for each in self.said if each.of(check)), None)

    def meanings(self) -> Mapping[Check, Said]:
        """Return the installed checks that mean something when they fail."""
        meant = ((check, self.meaning(check)) for check in installed(self.provider))
        return {check: said for check, said in meant if said is not None}

    def followed(self, inventory: Inventory) -> Iterator[Opening]:
        """Yield what is found along the ways; one that nobody can name for each way that was not read to its end."""
        for way in self.ways:
            try:
                yield from way.follow(inventory)
            except UnreadError as error:
                yield unseen(way.through, str(error))
            except Exception as error:  # noqa: BLE001 -- a stranger's data must not end the answer; it is never nothing
                yield unseen(way.through, f"the provider's answer could not be read ({type(error).__name__})")


def unseen(through: str, why: str, resource_type: str = "", region: str = "") -> Opening:
    """Return what stands for all that nobody can name, because it was not read."""
    return Opening(resource_type, "", region, through, INTERNET, (), (why,))


def exposures(provider: str) -> Exposures | None:
    """Return what answers for *provider*, if something installed does."""
    for point in entry_points(group=GROUP, name=provider):
        for found in find(point.load(), Exposures):
            if found.provider == provider:
                return found
    return None
