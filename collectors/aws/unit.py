"""Reads one unit: one service in one region, types in order, resources side by side."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from threading import Lock
from typing import Any, TypeVar

from collectors.aws.errors import FAILURES, DecodeError, Failure, SpentError, code_of, message_of, says
from collectors.aws.read import Caller, answer, fill, joined, plain, unread
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
Table = Mapping[str, Any] | Failure  # rows by their key; a row that alone could not be read is its failure
Failing = tuple[Failure, Spec, Call | None]
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


@dataclass
class Shared:
    """What one listing of several types answered: whole, or as far as it came."""

    responses: list[Mapping[str, Any]] = field(default_factory=list)
    failure: Failure | None = None


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
        self._tables: dict[str, Table] = {}
        self._parents = {spec.parent for spec in unit.specs}
        self._sent: Counter[str] = Counter()
        self._shared: dict[str, Shared] = {}
        account = connection.account
        self._given = {"account": account.id, "partition": account.partition, "region": self._region("")}

    def run(self, readers: Executor) -> None:
        """Put everything of the unit, and for each type, last, its ``Listed``."""
        self._sent.update(_sent(spec.listing) for spec in self._unit.specs if spec.listing and not spec.parent)
        for spec in self._unit.specs:
            listing = self._listings[spec.type] = Listing()
            try:
                self._read(spec, listing, readers)
            except SpentError as error:
                listing.failures.append((error, spec, spec.listing))
            except Exception as error:  # noqa: BLE001 -- a fault of ours in one type must not end the scan of the others
                listing.failures.append((_crash(error), spec, spec.listing))
            for gap in self._gaps(spec, listing):
                self._put(gap)
            self._put(Listed(spec.type, self._unit.region, complete=not listing.failures))

    def probe(self) -> Iterator[Probe]:
        """Try each listing once, and each further call on the first resource it shows."""
        for spec in self._unit.specs:
            yield from self._probe(spec)

    # Listing: in the unit's own thread.

    def _read(self, spec: Spec, listing: Listing, readers: Executor) -> None:
        if not self._offered:
            return
        rows = self._rows(spec, listing, readers)
        while chunk := list(islice(rows, CHUNK)):
            self._connection.clients.budget.check_stopped()
            if spec.type in self._parents:
                listing.rows += chunk
            tables = {_key(call): self._together(spec, call, chunk) for call in spec.facts.values() if call.by}
            for resource in side_by_side(readers, partial(self._resource, spec, tables), chunk):
                if isinstance(resource, Resource):
                    self._put(resource)
                elif resource:
                    listing.failures.append((resource, spec, spec.listing))

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
            for page in self._listed(spec, call, self._fill(call, call.params, given)):
                yield from (Found(row, {**row, **given}) for row in _objects(call, page))
        except FAILURES as error:
            if not says(error, (*call.absent, *call.disabled, *gone)):
                listing.failures.append((error, spec, call))

    def _listed(self, spec: Spec, call: Call, params: Row) -> Iterator[Any]:
        """Yield the pages of a listing. What several types of the unit list by the same call is asked once."""
        caller = self._caller(call.service or spec.api)
        if self._sent[_sent(call)] <= 1:
            yield from caller.pages(call, params)
            return
        if _sent(call) not in self._shared:
            shared = self._shared[_sent(call)] = Shared()
            try:
                shared.responses.extend(caller.responses(call, params))
            except FAILURES as error:
                shared.failure = error
        shared = self._shared[_sent(call)]
        yield from (answer(call, response) for response in shared.responses)
        if shared.failure:
            raise shared.failure

    @cached_property
    def _offered(self) -> bool:
        """Whether there is anything to ask: not every service is in every region."""
        clients, unit = self._connection.clients, self._unit
        return unit.region == GLOBAL or clients.offers(unit.api, unit.region, self._connection.account.partition)

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

    def _together(self, spec: Spec, call: Call, chunk: Sequence[Found]) -> Table:
        """Return what a joined call says of *chunk*; without ``batch`` it says it of the whole unit, and is sent once."""
        if call.batch:
            rows = iter(chunk)
            parts = iter(lambda: list(islice(rows, call.batch)), [])
            return {key: row for part in parts for key, row in self._batched(spec, call, part).items()}
        if _key(call) not in self._tables:
            self._tables[_key(call)] = self._table(spec, call)
        return self._tables[_key(call)]

    def _batched(self, spec: Spec, call: Call, part: Sequence[Found]) -> Mapping[str, Any]:
        """Ask for many resources at once; if one of them spoils that, by being gone or nameless, for each alone."""
        table = self._table(spec, call, part)
        if isinstance(table, Mapping):
            return table
        if len(part) > 1 and (isinstance(table, DecodeError) or says(table, spec.gone)):
            return {key: row for found in part for key, row in self._batched(spec, call, [found]).items()}
        return {_filled(call.key, found): table for found in part}

    def _table(self, spec: Spec, call: Call, part: Sequence[Found] = ()) -> Table:
        """Return the rows of a joined call by their key, or why there are none."""
        try:
            params = self._widened(call, part, self._given) if part else self._fill(call, call.params, self._given)
            found = list(self._caller(call.service or spec.api).responses(call, params))
            return {str(row[call.by]): row for row in _objects(call, joined(call, found)) if call.by in row}
        except FAILURES as error:
            return {} if says(error, (*call.absent, *call.disabled)) else error

    def _resource(self, spec: Spec, tables: Mapping[str, Table], found: Found) -> Resource | Failure | None:
        """Return the resource of one row with all its facts; ``None`` when it is gone."""
        region = self._home(spec, found)
        given = {**found.names, "region": self._region(region)}
        cache: dict[str, Responses | Failure] = {}
        try:
            facts: dict[str, Fact] = {"item": Present(plain(found.row))} if spec.listing else {}
            for name, call in spec.facts.items():
                table = tables.get(_key(call)) if call.by else None
                facts[name] = self._fact(spec, call, given, cache) if table is None else self._join(spec, call, table, given)
            native, name = self._fill(spec.listing, spec.id, given), self._fill(spec.listing, spec.name, given)
            known = self._redacted(spec, facts)
        except GoneError:
            return None
        except DecodeError as error:
            return error
        except Exception as error:  # noqa: BLE001 -- a fault of ours in one resource must not end the reading of the others
            return _crash(error)
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
        if isinstance(row, FAILURES):
            return self._missing(spec, call, row)
        return Absent() if row is None else Present(row)

    def _redacted(self, spec: Spec, facts: dict[str, Fact]) -> dict[str, Fact]:
        """Return *facts* and the tags they hold, without secrets."""
        if spec.tags:
            facts["tags"] = tags(facts, spec.tags)
        values = {name: fact.value for name, fact in facts.items() if isinstance(fact, Present)}
        self._redactor.apply(values, spec.secret)
        return facts | {name: Present(self._redactor.sweep(value)) for name, value in values.items()}

    # What both need.

    def _fill(self, call: Call | None, value: Any, given: Row) -> Any:
        try:
            return fill(value, given)
        except (KeyError, IndexError, TypeError) as error:
            raise DecodeError(f"{call.operation if call else 'listing'}: the row has no {error}") from error

    def _widened(self, call: Call, rows: Sequence[Found], given: Row) -> dict[str, Any]:
        """Return the parameters of a batched call: the list that holds a template is filled once for each row."""
        return {
            name: [self._fill(call, value[0], found.names) for found in rows]
            if isinstance(value, list) and _templated(value)
            else self._fill(call, value, given)
            for name, value in call.params.items()
        }

    def _region(self, region: str) -> str:
        """Return the region to call for what lives in *region*: for global services, the one the scan entered by."""
        own = region or self._unit.region
        return self._connection.region if own == GLOBAL else own

    def _caller(self, service: str, region: str = "") -> Caller:
        """Return the caller of *service*, made when it is first needed and dropped with the unit."""
        clients, where = self._connection.clients, region or self._region("")
        with self._lock:
            if (service, where) not in self._callers:
                clients.budget.check()
                self._callers[service, where] = Caller(clients(service, where), clients.budget)
            return self._callers[service, where]

    # Doctor.

    def _probe(self, spec: Spec) -> Iterator[Probe]:
        listing = self._listings[spec.type] = Listing()
        if not self._offered:
            return
        found = next(self._first(spec, listing), None)
        if spec.listing:
            yield from self._probed(spec, spec.listing, listing.failures[0][0] if listing.failures else None)
        if found is None:
            return
        listing.rows.append(found)
        seen = set()
        for call in spec.facts.values():
            if (call.service, call.operation) not in seen:
                seen.add((call.service, call.operation))
                yield from self._probed(spec, call, self._tried(spec, call, found))

    def _first(self, spec: Spec, listing: Listing) -> Iterator[Found]:
        if not spec.parent:
            yield from self._pages(spec, self._given, listing)
        for parent in self._listings[spec.parent].rows[:1] if spec.parent else ():
            yield from self._pages(spec, {**self._given, "parent": parent.names}, listing)

    def _tried(self, spec: Spec, call: Call, found: Found) -> Failure | None:
        given = {**found.names, "region": self._region(self._home(spec, found))}
        try:
            params = self._widened(call, [found], given) if call.batch else self._fill(call, call.params, given)
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


def _sent(call: Call) -> str:
    return f"{call.service}:{call.operation}:{sorted(call.params.items())}"


def _objects(call: Call, rows: Any) -> list[Row]:
    """Return the rows of one page. Raises :class:`DecodeError` when they aren't a list of objects."""
    if rows is not None and not (isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)):
        raise DecodeError(f"{call.operation}: {call.answer} holds no list of objects")
    return rows or []


def _templated(value: Any) -> bool:
    if isinstance(value, str):
        return "{" in value
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_templated(each) for each in inner)


def _filled(key: str, found: Found) -> str:
    """Return *key* of a row, which finds nothing when the row can't fill it."""
    try:
        return str(fill(key, found.names))
    except KeyError:
        return ""


def tags(facts: Mapping[str, Fact], path: str) -> Fact:
    """Return the tags at *path* as names to values, whichever of AWS's shapes they have."""
    first, *steps = path.split(".")
    fact = facts[first]
    if isinstance(fact, Unread):
        return fact
    value = fact.value if isinstance(fact, Present) else None
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    try:
        return Present(dict(_pairs(value or ())))
    except (AttributeError, KeyError, TypeError):
        return Unread(Reason.ERROR, "DecodeError")


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((str(name), str(text or "")) for name, text in value.items())
        return
    for tag in value:
        named = {name.lower().removeprefix("tag"): text for name, text in tag.items()}
        yield str(named["key"]), str(named.get("value") or "")
