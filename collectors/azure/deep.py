"""What rows do not tell: reads of single resources, asked again only when the resource changed or they are too old."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock
from typing import Any
from urllib.parse import quote

from collectors.azure.assemble import Assembler, Found, ancestors, digest, present
from collectors.azure.client import Asked, Row, Source, answer, at, items
from collectors.azure.errors import (
    FAILURES,
    LICENCES,
    NOT_REGISTERED,
    SEEMS_UNLICENSED,
    UNLICENSED,
    ApiError,
    DecodeError,
    Failure,
    code_of,
    gone,
    reason_of,
)
from collectors.azure.spec import ASKED, TENANT, Get, Graph, Rows, Spec, asked
from collectors.azure.tables import children, kept, remembering
from scanner.model import Absent, Fact, Kept, Present, Resource, Unread
from scanner.provider import Memory

QUOTED = re.compile(r"\{([\w.]+)\}")
SAFE = "/:@!$&'()*+,;=~"  # what an id may hold that a path may hold as well
# Microsoft Entra ID P1 and P2. Source: Microsoft Entra, "Product names and service plan identifiers for licensing".
LICENCE_PLANS = frozenset({"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"})


class GoneError(Exception):
    """The resource was deleted meanwhile."""


def operation(read: Get | Graph) -> str:
    """Return what a read is called in counts and reports."""
    return f"arm:{read.action}" if isinstance(read, Get) else f"graph:{read.path.partition('?')[0]}"


def permission(read: Get | Graph, error: Failure | None = None) -> str:
    """Return what a read takes, or what was missing when it failed."""
    missing = error.needs if isinstance(error, ApiError) else ""
    return missing or (read.action if isinstance(read, Get) else read.permission)


def question(spec: Spec, read: Get | Graph, above: str, item: Any = None) -> Asked:
    """Return the GET of *read*, below the id *above*; what a path of Microsoft Graph quotes is taken from *item*."""
    if isinstance(read, Get):
        return Asked(f"{quote(above, SAFE)}{read.path}", read.api or spec.api, operation(read))
    path = QUOTED.sub(lambda found: quote(str(at(item, found[1]) or ""), safe=""), read.path)
    return Asked(path, "", operation(read))


def known_from(error: Failure, read: Get | Graph) -> Absent | Unread:
    """Return what a failed read tells: that a thing is not configured or switched off, or nothing."""
    if isinstance(error, ApiError) and not error.needs:
        named = {code.lower() for code in (*read.absent, *read.disabled)} | NOT_REGISTERED | UNLICENSED | SEEMS_UNLICENSED
        if error.key in named:
            return Absent(error.code)
    return Unread(reason_of(error), code_of(error), operation(read), permission(read, error))


def is_licence(plan: Any) -> bool:
    """Tell whether one of a tenant's plans is a licence of Microsoft Entra ID that holds."""
    id, status = (str(at(plan, name) or "").lower() for name in ("servicePlanId", "capabilityStatus"))
    return id in LICENCE_PLANS and status in ("enabled", "warning", "")


@dataclass
class Below:
    """Rows by the resource that they lie below, and the types whose rows could not be read, by account (empty: all)."""

    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    missing: dict[tuple[str, str], Unread] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        native = str(row.get("type")).lower()
        for id in ancestors(str(row.get("id")).lower()):
            self.rows.setdefault((native, id), []).append(row)

    def fact(self, read: Rows, id: str, account: str) -> Fact:
        unread = self.missing.get((read.arm, account)) or self.missing.get((read.arm, ""))
        if unread:
            return unread
        found = self.rows.get((read.arm, id), [])
        if not found:
            return Absent()
        return Present(sorted(found, key=lambda row: str(row.get("id")).lower())) if read.many else Present(found[0])


@dataclass
class Once:
    """Reads of Microsoft Graph that are one for many resources, by their path; a listing may be one of them.

    ``tenant`` is how the tenant itself is read, whose plans tell whether it has a licence.
    """

    source: Source
    tenant: Spec | None = None
    _found: dict[str, Any] = field(default_factory=dict)  # what was answered, or the failure
    _joined: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _locks: dict[str, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def value(self, spec: Spec, read: Graph) -> Any:
        """Return what lies at the answer's path. Raises one of ``FAILURES``, at every time anew."""
        with self._lock:
            lock = self._locks.setdefault(read.path, Lock())
        with lock:
            if read.path not in self._found:
                try:
                    self._found[read.path] = answer(self.source, question(spec, read, ""), read.answer)
                except FAILURES as error:
                    self._found[read.path] = error
        found = self._found[read.path]
        if isinstance(found, FAILURES):
            raise found
        return found

    def fact(self, spec: Spec, read: Graph, item: Any) -> Fact:
        try:
            found = self.value(spec, read)
            if read.by:
                found = self._rows(read, found).get(str(at(item, read.key) or ""))
        except FAILURES as error:
            return known_from(self.explained(error), read)
        return Absent() if found is None else Present(found)

    def explained(self, error: Failure) -> Failure:
        """Return *error*, but one that denies a licence only where the tenant has none: else a permission is missing.

        Microsoft Graph says the same when our application may not see the licences.
        """
        if not isinstance(error, ApiError) or error.key not in SEEMS_UNLICENSED or self._without_licence():
            return error
        return ApiError(error.status, error.code, error.message, LICENCES)

    def _without_licence(self) -> bool:
        """Tell whether the tenant shows its plans, and none of them is a licence."""
        if self.tenant is None or not isinstance(self.tenant.listing, Graph):
            return False
        try:
            plans = at(next(iter(self.value(self.tenant, self.tenant.listing)), None), "assignedPlans")
        except FAILURES:
            return False
        return isinstance(plans, list) and not any(map(is_licence, plans))

    def _rows(self, read: Graph, rows: Any) -> dict[str, Any]:
        if not isinstance(rows, list):
            raise DecodeError(f"{read.path} holds no list")
        with self._lock:
            if (read.path, read.by) not in self._joined:
                self._joined[read.path, read.by] = {str(at(row, read.by)): row for row in rows}
            return self._joined[read.path, read.by]


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier scan asked of one resource: its fact ``asked``, and that of what was listed below it, by type and id."""

    asked: Mapping[str, Any] = field(default_factory=dict)
    below: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    def times(self, of: str) -> Mapping[str, Any]:
        """Return when each thing was asked, of an item that is the same as then."""
        times = self.asked.get("at") if self.asked.get("of") == of else None
        return times if isinstance(times, Mapping) else {}


@dataclass
class Before:
    """What earlier scans asked, of one account at a time."""

    memory: Memory
    _account: str = ""
    _held: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _below: dict[str, dict[str, dict[str, Mapping[str, Any]]]] = field(default_factory=dict)

    def of(self, account: str, found: Found, below: Sequence[str]) -> Past:
        """Return what was asked of a resource; *below* are types that are listed below it."""
        if account != self._account:
            self._account, self._held, self._below = account, {}, {}
        asked = self._every(found.type).get(found.id)
        under = {type: self._under(type).get(found.id, {}) for type in below}
        return Past(asked if isinstance(asked, Mapping) else {}, under)

    def _every(self, type: str) -> Mapping[str, Any]:
        if type not in self._held:
            self._held[type] = self.memory(self._account, type, ASKED)
        return self._held[type]

    def _under(self, type: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        if type not in self._below:
            found = self._below[type] = {}
            for id, asked in self._every(type).items():
                if isinstance(asked, Mapping):
                    found.setdefault(str(asked.get("above")), {})[id] = asked
        return self._below[type]


@dataclass(frozen=True, slots=True)
class Child:
    """What came of listing one type below one resource, or what it was at a time before that still holds."""

    spec: Spec
    found: Sequence[Found] = ()
    error: Failure | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource with all of its facts, ``None`` when it is gone, and what lies below it."""

    account: str
    resource: Resource | None
    children: Sequence[Child] = ()


@dataclass
class Deep:
    """Adds to rows what further reads tell."""

    source: Source
    assembler: Assembler
    below: Below
    max_age: float
    now: datetime
    once: Once = field(init=False)
    shared: frozenset[str] = field(init=False)  # paths of Microsoft Graph that facts are joined from
    children: Mapping[str, Sequence[Spec]] = field(init=False)
    kept: frozenset[str] = field(init=False)
    remembering: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        specs = self.assembler.specs
        tenant = next((spec for spec in specs if spec.type == TENANT), None)
        self.once = Once(self.source, tenant)
        joined = [read for spec in specs for read in spec.facts.values() if isinstance(read, Graph) and read.by]
        whole = [tenant.listing] if tenant and isinstance(tenant.listing, Graph) else []
        self.shared = frozenset(read.path for read in (*joined, *whole))
        self.children = children(specs)
        self.kept = kept(specs)
        self.remembering = remembering(specs)

    def told(self, found: Found) -> dict[str, Fact]:
        """Return the facts that a row itself tells."""
        return present(self.assembler.hidden(found.spec, self.assembler.facts(found)))

    def made(self, found: Found, account: str, past: Past) -> Made:
        """Return a resource with its facts and with what is listed below it."""
        spec = found.spec
        if spec is None:
            return Made(account, found.resource(account, self.told(found)))
        try:
            if found.kept is not None:
                return Made(account, self._again(spec, found, account, found.kept))
            return self._made(spec, found, account, past)
        except GoneError:
            return Made(account, None)

    def _made(self, spec: Spec, found: Found, account: str, past: Past) -> Made:
        facts = self.told(found)
        of = digest(spec, facts["item"].value) if spec.type in self.remembering else ""  # type: ignore[union-attr]
        times = past.times(of)
        facts |= self._further(spec, found, account, times)
        below = [self._below(child, found, times, past) for child in self.children.get(spec.type, ())]
        if spec.type in self.remembering:
            facts[ASKED] = Present(self._asked(spec, found, of, self._times(spec, facts, below, times)))
        return Made(account, found.resource(account, facts), below)

    def _again(self, spec: Spec, found: Found, account: str, asked: Mapping[str, Any]) -> Resource:
        """Return what was not listed again: as it was, but for further facts that are too old."""
        times = asked.get("at")
        times = times if isinstance(times, Mapping) else {}
        facts: dict[str, Fact] = {"item": Kept()} | self._further(spec, found, account, times)
        facts[ASKED] = Present({**asked, "at": self._times(spec, facts, (), times)})
        return found.resource(account, facts)

    def _further(self, spec: Spec, found: Found, account: str, times: Mapping[str, Any]) -> dict[str, Fact]:
        """Return the facts that the row does not hold. Raises :class:`GoneError`."""
        made: dict[str, Fact] = {}
        for name, read in spec.facts.items():
            if isinstance(read, Rows):
                made[name] = self.below.fact(read, found.id, account)
            elif isinstance(read, Graph) and not asked(read):
                made[name] = Kept() if found.kept else self.once.fact(spec, read, found.row)
            elif self._fresh(read, times.get(name), f"{found.id} {name}"):
                made[name] = Kept()
            else:
                made[name] = self._read(spec, read, found)
        values = {name: fact.value for name, fact in made.items() if isinstance(fact, Present)}
        return made | present(self.assembler.hidden(spec, self.assembler.redactor.sweep(values)))

    def _below(self, spec: Spec, above: Found, times: Mapping[str, Any], past: Past) -> Child:
        """List one type below a resource, unless it was listed not long ago."""
        read = spec.listing
        if read and spec.type in self.kept and self._fresh(read, times.get(spec.type), f"{above.id} {spec.type}"):
            known = past.below.get(spec.type, {})
            found = [self.assembler.kept(spec, id, asked, above.id) for id, asked in known.items()]
            return Child(spec, found, since=str(times[spec.type]))
        found = []
        try:
            found.extend(self.listed(spec, above))
        except GoneError:
            return Child(spec)
        except FAILURES as error:
            return Child(spec, found, error)
        return Child(spec, found)

    def _asked(self, spec: Spec, found: Found, of: str, times: Mapping[str, Any]) -> dict[str, Any]:
        whose = {"above": found.above, "name": found.name, "region": found.region} if spec.type in self.kept else {}
        return {"of": of, "at": times} | whose

    def _times(self, spec: Spec, facts: Mapping[str, Fact], below: Sequence[Child], times: Mapping[str, Any]) -> dict[str, Any]:
        """Return when each further fact and listing was asked; what was not read is not among them."""
        now = self.now.isoformat(timespec="seconds")
        made = {
            name: times[name] if isinstance(facts[name], Kept) else now
            for name, read in spec.facts.items()
            if asked(read) and not isinstance(facts[name], Unread)
        }
        for child in below:
            if child.spec.type in self.kept and child.error is None:
                made[child.spec.type] = child.since or now
        return made

    def _fresh(self, read: Get | Graph, at: Any, whose: str) -> bool:
        """Tell whether what was read at a time still holds. Each has its own age between half and all of the days."""
        days = min(float(read.days), self.max_age)
        if not at or not isinstance(at, str) or days <= 0:
            return False
        share = int.from_bytes(blake2b(whose.encode("utf-8", "surrogatepass"), digest_size=2).digest()) / 0x10000
        try:
            age = self.now - datetime.fromisoformat(at)
        except (ValueError, TypeError):
            return False
        return timedelta(0) <= age < timedelta(days=days * (1 + share) / 2)

    def _read(self, spec: Spec, read: Get | Graph, found: Found) -> Fact:
        above = "" if spec.type == TENANT else found.path
        try:
            value = answer(self.source, question(spec, read, above, found.row), read.answer)
        except FAILURES as error:
            if spec.type != TENANT and gone(error, found.id):
                raise GoneError from error
            return known_from(self.once.explained(error), read)
        return Absent() if value is None else Present(value)

    def listed(self, spec: Spec, above: Found) -> Iterator[Found]:
        """Yield what is listed under *above*. Raises one of ``FAILURES``, or :class:`GoneError`."""
        read = spec.listing
        if read is None:
            return
        path = "" if spec.parent == TENANT else above.path
        try:
            for row in self._rows(spec, read, path, above.row):
                yield self.assembler.listed(spec, self.assembler.redactor.sweep(row), above, read.path)
        except FAILURES as error:
            if spec.parent != TENANT and gone(error, above.id):
                raise GoneError from error
            meant = self.once.explained(error)
            if isinstance(known_from(meant, read), Unread):
                raise meant from error

    def _rows(self, spec: Spec, read: Get | Graph, path: str, item: Any) -> Iterator[Row]:
        if isinstance(read, Graph) and read.path in self.shared:
            found = self.once.value(spec, read)
            yield from found if isinstance(found, list) else ()
        else:
            yield from items(self.source, question(spec, read, path, item), read.answer)
