"""Reads one unit: one service in one region, types in order, resources side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from threading import Lock
from typing import Any, TypeVar

from collectors.aws.errors import FAILURES, DecodeError, Failure, code_of, message_of, says
from collectors.aws.read import Caller, fill, joined, plain, unread
from collectors.aws.session import Connection
from collectors.aws.spec import Call, Spec
from collectors.redact import Redactor
from scanner.model import Absent, Event, Fact, Gap, Listed, Present, Reason, Resource, Unread
from scanner.provider import Probe

GLOBAL = "global"
AT_ONCE = 48  # resources of one unit that are read at once: the bound per service and region
CHUNK = 200  # rows whose batched facts are asked for together

Row = Mapping[str, Any]
Put = Callable[[Event], None]
Responses = Sequence[Mapping[str, Any]]
Table = Mapping[str, Any] | Failure
Failing = tuple[Failure, Spec, Call]
In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class Unit:
    """The specs of one service in one region, parents before children: what shares clients and a listing thread."""

    api: str
    region: str
    specs: tuple[Spec, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a listing, raw, and the names under which templates see it and what surrounds it."""

    row: Row
    names: Row


class GoneError(Exception):
    """The resource was deleted between its listing and a later call."""


@dataclass
class Listing:
    """How the listing of one type went, and what its children need of it. ``failures`` leave it incomplete."""

    rows: list[Found] = field(default_factory=list)
    failures: list[Failing] = field(default_factory=list)


class UnitReader:
    """Reads one unit. ``run`` lists in the caller's thread and reads single resources in the executor's."""

    def __init__(self, connection: Connection, redactor: Redactor, unit: Unit, put: Put) -> None:
        self._connection = connection
        self._redactor = redactor
        self._unit = unit
        self._put = put
        self._callers: dict[tuple[str, str], Caller] = {}
        self._lock = Lock()
        self._listings: dict[str, Listing] = {}
        self._parents = {spec.parent for spec in unit.specs}
        account = connection.account
        self._given = {"account": account.id, "partition": account.partition, "region": self._region("")}

    def run(self, readers: Executor) -> None:
        """Put everything of the unit, and for each type, last, its ``Listed``."""
        for spec in self._unit.specs:
            listing = self._listings[spec.type] = Listing()
            try:
                self._read(spec, listing, readers)
            except Exception as error:  # noqa: BLE001 -- a fault of ours in one type must not end the scan of the others
                listing.failures.append((_crash(error), spec, spec.listing or Call("")))
            for gap in self._gaps(spec, listing):
                self._put(gap)
            self._put(Listed(spec.type, self._unit.region, complete=not listing.failures))

    def probe(self) -> Iterator[Probe]:
        """Try each listing once, and each further call on the first resource it shows."""
        for spec in self._unit.specs:
            yield from self._probe(spec)

    # Listing: in the unit's own thread.

    def _read(self, spec: Spec, listing: Listing, readers: Executor) -> None:
        if not self._offered(spec):
            return
        rows = self._rows(spec, listing, readers)
        bulk = [call for call in spec.facts.values() if call.by]
        whole = {_key(call): self._table(spec, call) for call in bulk if not call.batch}
        while chunk := list(islice(rows, CHUNK)):
            if spec.type in self._parents:
                listing.rows += chunk
            part = {_key(call): self._batched(spec, call, chunk) for call in bulk if call.batch}
            for resource in side_by_side(readers, partial(self._resource, spec, whole | part), chunk):
                if isinstance(resource, Resource):
                    self._put(resource)
                elif resource:
                    listing.failures.append((resource, spec, spec.listing or Call("")))

    def _rows(self, spec: Spec, listing: Listing, readers: Executor) -> Iterator[Found]:
        if not spec.parent:
            yield from self._pages(spec, self._given, listing)
            return
        parents = self._listings[spec.parent]
        listing.failures += parents.failures
        for rows, failures in side_by_side(readers, partial(self._children, spec), parents.rows):
            yield from rows
            listing.failures += failures

    def _children(self, spec: Spec, parent: Found) -> tuple[list[Found], list[Failing]]:
        listing = Listing()
        return list(self._pages(spec, {**self._given, "parent": parent.names}, listing)), listing.failures

    def _pages(self, spec: Spec, given: Row, listing: Listing) -> Iterator[Found]:
        """Yield rows until the listing ends or fails; what fails is noted in *listing*."""
        call = spec.listing
        if call is None:
            yield Found({}, given)
            return
        gone = spec.gone if spec.parent else ()
        try:
            for page in self._caller(call.service or spec.api).pages(call, self._fill(call, call.params, given)):
                yield from (Found(row, {**row, **given}) for row in _objects(call, page))
        except FAILURES as error:
            if not says(error, (*call.absent, *call.disabled, *gone)):
                listing.failures.append((error, spec, call))

    def _offered(self, spec: Spec) -> bool:
        """Tell whether there is anything to ask. The SDK's list of a service's regions is as old as the SDK."""
        clients, region = self._connection.clients, self._unit.region
        return region == GLOBAL or clients.offers(spec.api, region, self._connection.account.partition)

    def _gaps(self, spec: Spec, listing: Listing) -> Iterator[Gap]:
        """Yield one gap for each kind of failure, however many listings it struck."""
        seen = set()
        for error, source, call in listing.failures:
            known = unread(error, source, call)
            if known not in seen:
                seen.add(known)
                where = (spec.type, self._unit.region, spec.service)
                yield Gap(*where, known.operation, known.reason, known.code, known.permission, message_of(error))

    # Facts: in the readers' threads, but for those that one call brings for many resources.

    def _table(self, spec: Spec, call: Call, params: Row | None = None) -> Table:
        """Return the rows of a joined call by their key, or why there are none."""
        asked = call.params if params is None else params
        try:
            found = list(self._caller(call.service or spec.api).responses(call, self._fill(call, asked, self._given)))
            return {str(row[call.by]): row for row in _objects(call, joined(call, found)) if call.by in row}
        except FAILURES as error:
            return {} if says(error, (*call.absent, *call.disabled)) else error

    def _batched(self, spec: Spec, call: Call, chunk: Sequence[Found]) -> Table:
        """Ask for many resources at once; if one of them spoils the batch by being gone, for each alone."""
        tables: dict[str, Any] = {}
        rows = iter(chunk)
        while part := list(islice(rows, call.batch)):
            table = self._table(spec, call, _widened(call, part))
            if not isinstance(table, Mapping) and len(part) > 1 and says(table, spec.gone):
                singles = [self._table(spec, call, _widened(call, [row])) for row in part]
                table = {key: row for each in singles if isinstance(each, Mapping) for key, row in each.items()}
            if not isinstance(table, Mapping):
                return table
            tables |= table
        return tables

    def _resource(self, spec: Spec, tables: Mapping[str, Table], found: Found) -> Resource | Failure | None:
        """Return the resource of one row with all its facts; ``None`` when it is gone."""
        region = self._home(spec, found)
        given = {**found.names, "region": self._region(region)}
        cache: dict[str, Responses | Failure] = {}
        try:
            facts: dict[str, Fact] = {"item": Present(plain(found.row))} if spec.listing else {}
            for name, call in spec.facts.items():
                joined = call.by and tables[_key(call)]
                facts[name] = self._join(spec, call, joined, given) if joined else self._fact(spec, call, given, cache)
            native, name = self._fill(spec.listing, spec.id, given), self._fill(spec.listing, spec.name, given)
        except GoneError:
            return None
        except DecodeError as error:
            return error
        if spec.tags:
            facts["tags"] = tags(facts, spec.tags)
        known = self._redacted(spec, facts)
        return Resource(spec.type, native, self._connection.account.id, region, known, name, self._unit.region)

    def _home(self, spec: Spec, found: Found) -> str:
        """Return the region that the row names, if it does: a bucket's is not always told."""
        field = spec.region.strip("{}")
        return str(found.row.get(field) or self._unit.region) if field else self._unit.region

    def _fact(self, spec: Spec, call: Call, given: Row, cache: dict[str, Responses | Failure]) -> Fact:
        try:
            params = self._fill(call, call.params, given)
            key = f"{call.service}:{call.operation}:{params}"
            if key not in cache:
                cache[key] = self._asked(spec, call, params, given["region"])
            found = cache[key]
            if not isinstance(found, Sequence):
                return self._missing(spec, call, found)
            value = joined(call, found)
        except DecodeError as error:
            return unread(error, spec, call)
        return Absent() if value is None else Present(value)

    def _asked(self, spec: Spec, call: Call, params: Row, region: str) -> Responses | Failure:
        try:
            return list(self._caller(call.service or spec.api, region).responses(call, params))
        except FAILURES as error:
            return error

    def _missing(self, spec: Spec, call: Call, error: Failure) -> Fact:
        if says(error, spec.gone):
            raise GoneError
        return Absent(code_of(error)) if says(error, (*call.absent, *call.disabled)) else unread(error, spec, call)

    def _join(self, spec: Spec, call: Call, table: Table, given: Row) -> Fact:
        if not isinstance(table, Mapping):
            return unread(table, spec, call)
        try:
            row = table.get(str(self._fill(call, call.key, given)))
        except DecodeError as error:
            return unread(error, spec, call)
        return Absent() if row is None else Present(row)

    def _redacted(self, spec: Spec, facts: dict[str, Fact]) -> dict[str, Fact]:
        if not spec.secret:
            return facts
        values = {name: fact.value for name, fact in facts.items() if isinstance(fact, Present)}
        self._redactor.apply(values, spec.secret)
        return facts | {name: Present(value) for name, value in values.items()}

    # What both need.

    def _fill(self, call: Call | None, value: Any, given: Row) -> Any:
        try:
            return fill(value, given)
        except (KeyError, IndexError, TypeError) as error:
            raise DecodeError(f"{call.operation if call else 'listing'}: the row has no {error}") from error

    def _region(self, region: str) -> str:
        """Return the region to call for what lives in *region*: for global services, the one the scan entered by."""
        own = region or self._unit.region
        return self._connection.region if own == GLOBAL else own

    def _caller(self, service: str, region: str = "") -> Caller:
        """Return the caller of *service*, made when it is first needed and dropped with the unit."""
        clients, where = self._connection.clients, region or self._region("")
        with self._lock:
            if (service, where) not in self._callers:
                self._callers[service, where] = Caller(clients(service, where), clients.budget)
            return self._callers[service, where]

    # Doctor.

    def _probe(self, spec: Spec) -> Iterator[Probe]:
        listing = self._listings[spec.type] = Listing()
        if not self._offered(spec):
            return
        found = next(self._first(spec, listing), None)
        if spec.listing:
            yield from self._probed(spec, spec.listing, listing.failures[0][0] if listing.failures else None)
        if found is None:
            return
        listing.rows.append(found)
        seen: set[str] = set()
        for call in spec.facts.values():
            if call.operation not in seen:
                seen.add(call.operation)
                yield from self._probed(spec, call, self._tried(spec, call, found))

    def _first(self, spec: Spec, listing: Listing) -> Iterator[Found]:
        if not spec.parent:
            yield from self._pages(spec, self._given, listing)
        for parent in self._listings[spec.parent].rows[:1] if spec.parent else ():
            yield from self._pages(spec, {**self._given, "parent": parent.names}, listing)

    def _tried(self, spec: Spec, call: Call, found: Found) -> Failure | None:
        given = {**found.names, "region": self._region(self._home(spec, found))}
        try:
            params = _widened(call, [found]) if call.batch else self._fill(call, call.params, given)
            next(self._caller(call.service or spec.api, given["region"]).responses(call, params), None)
        except FAILURES as error:
            return None if says(error, (*call.absent, *call.disabled, *spec.gone)) else error
        return None

    def _probed(self, spec: Spec, call: Call, error: Failure | None) -> Iterator[Probe]:
        known = unread(error or DecodeError(), spec, call)
        yield Probe(spec.service, known.operation, known.permission, self._unit.region, code_of(error) if error else "")


def side_by_side(readers: Executor, work: Callable[[In], Out], things: Iterable[In]) -> Iterator[Out]:
    """Yield ``work(thing)`` in order, at most :data:`AT_ONCE` of them under way."""
    under_way: deque[Future[Out]] = deque()
    for thing in things:
        if len(under_way) >= AT_ONCE:
            yield under_way.popleft().result()
        under_way.append(readers.submit(work, thing))
    while under_way:
        yield under_way.popleft().result()


def _crash(error: Exception) -> Failure:
    return DecodeError(f"{type(error).__name__} while reading")


def _key(call: Call) -> str:
    return f"{call.service}:{call.operation}:{call.params}:{call.answer}:{call.by}"


def _objects(call: Call, rows: Any) -> list[Row]:
    """Return the rows of one page. Raises :class:`DecodeError` when they aren't a list of objects."""
    if rows is not None and not (isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)):
        raise DecodeError(f"{call.operation}: {call.answer} holds no list of objects")
    return rows or []


def _widened(call: Call, rows: Sequence[Found]) -> dict[str, Any]:
    """Return the parameters of a batched call: the list that holds a template, filled for each row."""

    def wide(value: Any) -> Any:
        batched = isinstance(value, list) and "{" in str(value)
        return [fill(value[0], found.names) for found in rows] if batched else value

    return {name: wide(value) for name, value in call.params.items()}


def tags(facts: Mapping[str, Fact], path: str) -> Fact:
    """Return the tags at *path* as names to values, whichever of AWS's shapes they have."""
    first, *steps = path.split(".")
    fact = facts[first]
    if isinstance(fact, Unread):
        return fact
    value = fact.value if isinstance(fact, Present) else None
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        return Present({str(name): str(text) for name, text in value.items()})
    pairs = [{name.lower().removeprefix("tag"): text for name, text in tag.items()} for tag in value or ()]
    try:
        return Present({str(tag["key"]): str(tag.get("value") or "") for tag in pairs})
    except KeyError:
        return Unread(Reason.ERROR, "DecodeError")
