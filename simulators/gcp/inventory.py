"""The simulated Asset Inventory itself: which assets a listing holds at which time, page by page."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from simulators.gcp.estate import Estate
from simulators.gcp.fleet import Fleet

OLDEST = timedelta(days=35)
TOKENS_LIVE = timedelta(hours=72)
SECTIONS = {
    "RESOURCE": ("resource",),
    "IAM_POLICY": ("iamPolicy",),
    "ORG_POLICY": ("orgPolicy",),
    "ACCESS_POLICY": ("accessPolicy", "accessLevel", "servicePerimeter"),
    "OS_INVENTORY": ("osInventory",),
}
EVERY = tuple(section for sections in SECTIONS.values() for section in sections)
# Types that only organizations can be asked for. Source: reports of users, whose whole call was refused.
OF_ORGANIZATIONS = re.compile(r"cloudresourcemanager\.googleapis\.com/Organization|identity\.accesscontextmanager\..*")


class InvalidError(Exception):
    """The request makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Query:
    """One request to list."""

    parent: str
    content: str
    types: tuple[str, ...] = ()
    read_time: str = ""
    size: int = 100
    token: str = ""


class Version:
    """The inventory from one time on: an estate, and a fleet of look-alikes beside it."""

    def __init__(self, since: datetime, estate: Estate, fleet: Fleet) -> None:
        self.since = since
        self.estate = estate
        self.fleet = fleet
        self._found: dict[tuple[str, str, tuple[str, ...]], list[bytes]] = {}

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the keys of its nodes, projects by their ids as well."""
        return frozenset(each for node in self.estate.nodes for each in (node.key, node.path))

    def rows(self, query: Query) -> list[bytes]:
        """Return the assets of a listing, but for the fleet's, as JSON. They are kept: pages come one after the other."""
        key = (query.parent, query.content, query.types)
        if key not in self._found:
            self._found[key] = list(self._rows(query))
        return self._found[key]

    def _rows(self, query: Query) -> Iterator[bytes]:
        node = next(node for node in self.estate.nodes if query.parent in (node.key, node.path))
        wanted = re.compile("|".join(query.types)) if query.types else None
        for asset in self.estate.assets:
            if node.key not in asset["ancestors"] or not any(name in asset for name in SECTIONS[query.content]):
                continue
            if wanted is None or wanted.fullmatch(asset["assetType"]):
                shown = {name: value for name, value in asset.items() if name not in EVERY or name in SECTIONS[query.content]}
                yield json.dumps(shown, separators=(",", ":")).encode()

    def page(self, query: Query, start: int) -> tuple[list[bytes], int]:
        """Return the assets from number *start* on, and how many there are in all."""
        rows = self.rows(query)
        many = self.fleet.count(query) if query.parent.startswith("organizations/") else 0
        found = rows[start : start + query.size]
        if len(found) < query.size:
            first = max(0, start - len(rows))
            found = [*found, *self.fleet.assets(query, first, min(many, first + query.size - len(found)))]
        return found, len(rows) + many


class Inventory:
    """Every version of the inventory, and the pages of what is asked of one."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self.versions = list(versions)

    def listed(self, query: Query) -> bytes:
        """Return one page. Raises :class:`InvalidError`, or KeyError for a parent that is not there."""
        now = datetime.now(UTC)
        begun, start, read = _resumed(query, now)
        moment = _moment(read, now)
        version = next(each for each in reversed(self.versions) if each.since <= moment or each is self.versions[0])
        if query.parent not in version.known:
            raise KeyError(query.parent)
        if not query.parent.startswith("organizations/") and any(OF_ORGANIZATIONS.fullmatch(each) for each in query.types):
            raise InvalidError("asset_types: only supported at the organization level")
        found, whole = version.page(query, start)
        end = start + len(found)
        token = _token(query, begun, end, read) if end < whole else ""
        more = f',"nextPageToken":"{token}"' if token else ""
        return b'{"readTime":"' + read.encode() + b'","assets":[' + b",".join(found) + b"]" + more.encode() + b"}"


def _resumed(query: Query, now: datetime) -> tuple[datetime, int, str]:
    """Return when the listing began, at which asset it goes on, and at which time. Raises :class:`InvalidError`."""
    if not query.token:
        return now, 0, query.read_time or now.isoformat().replace("+00:00", "Z")
    try:
        parent, content, begun, start, read = json.loads(base64.urlsafe_b64decode(query.token))
        at = datetime.fromisoformat(begun)
    except ValueError as error:
        raise InvalidError("The page token is invalid") from error
    if (parent, content) != (query.parent, query.content) or query.read_time not in ("", read):
        raise InvalidError("The page token is not of this request")
    if now - at > TOKENS_LIVE:
        raise InvalidError("The page token has expired")
    return at, start, read


def _token(query: Query, begun: datetime, start: int, read: str) -> str:
    state = [query.parent, query.content, begun.isoformat(), start, read]
    return base64.urlsafe_b64encode(json.dumps(state).encode()).decode()


def _moment(read: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(read)
    except ValueError as error:
        raise InvalidError("read_time: no timestamp") from error
    if not now - OLDEST <= moment <= now:
        raise InvalidError("read_time: must be within the last 35 days")
    return moment
