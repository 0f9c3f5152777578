"""What people say over what was measured: failures that are accepted for a time, cells that are attested. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Any

from scanner.errors import UsageError
from scanner.responsibility.split import UnknownServiceError, areas, resolve, services

LAST = date(9999, 12, 30)  # the day after it is the last that there is


class OverlayError(UsageError):
    """What is said can't be taken. The message is one line for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Failures of a check that *owner* accepts until a time. They stay failures: known, and earning nothing.

    ``check``, ``account`` and ``resource`` are globs, and so are both sides of ``tag``, ``name=value``.
    """

    check: str
    owner: str
    reason: str
    until: datetime
    account: str = "*"
    resource: str = "*"
    tag: str = ""

    def covers(self, check: str, resource: str, tags: Mapping[str, Any] | None) -> bool:
        """Tell whether it covers a failure of *check* on *resource*. Tags that nobody could read cover nothing."""
        return fnmatchcase(check, self.check) and fnmatchcase(resource, self.resource) and self._tagged(tags)

    def _tagged(self, tags: Mapping[str, Any] | None) -> bool:
        if not self.tag:
            return True
        return any(fnmatchcase(f"{name}={value}", self.tag) for name, value in (tags or {}).items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """The statement of *owner*, until a time, that a cell is held which no API shows."""

    service: str
    area: str
    owner: str
    statement: str
    until: datetime
    account: str = "*"
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Overlays:
    """Everything that one file says. ``source`` is its path as it was given."""

    source: str
    acceptances: Sequence[Acceptance] = ()
    attestations: Sequence[Attestation] = ()


ACCEPT = {"check": True, "owner": True, "reason": True, "until": True, "account": False, "resource": False, "tag": False}
ATTEST = {"service": True, "area": True, "owner": True, "statement": True, "until": True, "account": False, "evidence": False}


def parsed(raw: Mapping[str, Any], source: str) -> Overlays:
    """Return what a file of ``[[accept]]`` and ``[[attest]]`` tables says. Raises :class:`OverlayError`."""
    if strange := sorted(set(raw) - {"accept", "attest"}):
        raise OverlayError(f"{source}: unknown table {strange[0]!r}; there are [[accept]] and [[attest]]")
    accepted = [acceptance(each, place) for each, place in _tables(raw, "accept", source)]
    return Overlays(source, accepted, [attestation(each, place) for each, place in _tables(raw, "attest", source)])


def _tables(raw: Mapping[str, Any], name: str, source: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    tables = raw.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise OverlayError(f"{source}: write [[{name}]]")
    return ((each, f"{source}: [[{name}]] {number}") for number, each in enumerate(tables, 1))


def acceptance(given: Mapping[str, Any], where: str) -> Acceptance:
    """Return an acceptance of what was written at *where*. Raises :class:`OverlayError`."""
    values = _values(given, ACCEPT, where)
    if values.get("tag") and "=" not in values["tag"]:
        raise OverlayError(f"{where}: a tag is name=value")
    return Acceptance(**values)


def attestation(given: Mapping[str, Any], where: str) -> Attestation:
    """Return an attestation of what was written at *where*. Raises :class:`OverlayError`."""
    values = _values(given, ATTEST, where)
    try:
        cell = resolve(values["service"], values["area"])
    except UnknownServiceError as error:
        raise OverlayError(f"{where}: {error}; services are as {next(iter(services()))}, areas {', '.join(areas())}") from error
    if cell.owner == "provider":
        raise OverlayError(f"{where}: {cell.area} of {cell.service} is the provider's: there is nothing to attest")
    return Attestation(**values)


def _values(given: Mapping[str, Any], known: Mapping[str, bool], where: str) -> dict[str, Any]:
    if strange := sorted(set(given) - set(known)):
        raise OverlayError(f"{where}: unknown key {strange[0]!r}; there are {', '.join(known)}")
    if missing := [name for name, needed in known.items() if needed and given.get(name) in (None, "")]:
        raise OverlayError(f"{where}: {missing[0]} is missing")
    values = {name: value for name, value in given.items() if value not in (None, "")}
    for name in values.keys() - {"until"}:
        if not isinstance(values[name], str):
            raise OverlayError(f"{where}: {name} is a text")
    return {**values, "until": ends(values["until"], where)}


def ends(given: object, where: str) -> datetime:
    """Return when something ends: a time, or the end of a day in UTC. Raises :class:`OverlayError`."""
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        found = None
    if isinstance(given, str) and isinstance(found, datetime) and len(given) == len("2026-12-31"):
        found = found.date()
    if isinstance(found, datetime):
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    if isinstance(found, date):
        return datetime.combine(min(found, LAST), time(), UTC) + timedelta(days=1)
    raise OverlayError(f"{where}: until is a date, as 2026-12-31")


def covering(
    acceptances: Iterable[tuple[int, Acceptance]], check: str, resource: str, tags: Mapping[str, Any] | None
) -> int | None:
    """Return the number of the acceptance that covers a failure the longest; ``None`` where none does."""
    found = [(each.until, number) for number, each in acceptances if each.covers(check, resource, tags)]
    return max(found)[1] if found else None
