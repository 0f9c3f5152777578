"""Reads one unit: one service in one region, types in order, resources side by side."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import Any, TypeVar

from collectors.aws.errors import FAILURES, DecodeError, Failure, SpentError, code_of, message_of, says
from collectors.aws.facts import GLOBAL, Facts, Found, Row, crash, key_of, objects
from collectors.aws.merged import Merged
from collectors.aws.read import answer, unread
from collectors.aws.session import Connection
from collectors.aws.spec import Call, Spec
from collectors.redact import Redactor
from scanner.model import Event, Gap, Listed, Resource
from scanner.provider import Probe

AT_ONCE = 48  # resources of one unit that are read at once: the bound per service and region
CHUNK = 200  # rows whose batched facts are asked for together

Put = Callable[[Event], None]
Failing = tuple[Failure, Spec, Call | None]
In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class Unit:
    """The specs of one service in one region, parents before children: what shares clients and a listing thread."""

    api: str
    region: str
    specs: tuple[Spec, ...]


@dataclass
class Listing:
    """How the listing of one type went, and what its children need of it. ``failures`` leave it incomplete."""

    rows: list[Found] = field(default_factory=list)
    failures: list[Failing] = field(default_factory=list)
    found: bool = False

    @property
    def empty(self) -> bool:
        """Whether it is sure that there is none."""
        return not (self.found or self.failures)


@dataclass
class Shared:
    """What one listing of several types answered: whole, or as far as it came."""

    responses: list[Mapping[str, Any]] = field(default_factory=list)
    failure: Failure | None = None


class UnitReader:
    """Reads one unit. ``run`` lists in the caller's thread and reads single resources in the executor's."""

    def __init__(self, connection: Connection, redactor: Redactor, unit: Unit, put: Put, merged: Merged | None = None) -> None:
        self._connection = connection
        self._unit = unit
        self._put = put
        self._facts = Facts(connection, redactor, unit.region, merged or Merged(unit.specs))
        self._listings: dict[str, Listing] = {}
        self._parents = {spec.parent for spec in unit.specs}
        self._sent: Counter[str] = Counter()
        self._shared: dict[str, Shared] = {}

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
                listing.failures.append((crash(error), spec, spec.listing))
            for gap in self._gaps(spec, listing):
                self._put(gap)
            self._put(Listed(spec.type, self._unit.region, complete=not listing.failures))

    def probe(self) -> Iterator[Probe]:
        """Try each listing once, and each further call on the first resource it shows."""
        for spec in self._unit.specs:
            yield from self._probe(spec)

    # Listing: in the unit's own thread.

    def _read(self, spec: Spec, listing: Listing, readers: Executor) -> None:
        if not self._offered or (spec.needs and self._listings[spec.needs].empty):
            return
        rows = self._rows(spec, listing, readers)
        while chunk := list(islice(rows, CHUNK)):
            self._connection.clients.budget.check_stopped()
            listing.found = True
            if spec.type in self._parents:
                listing.rows += chunk
            once = [call for call in spec.facts.values() if call.by and not call.merge]
            tables = {key_of(call): self._facts.together(spec, call, chunk) for call in once}
            for resource in side_by_side(readers, partial(self._facts.resource, spec, tables), chunk):
                if isinstance(resource, Resource):
                    self._put(resource)
                elif resource:
                    listing.failures.append((resource, spec, spec.listing))

    def _rows(self, spec: Spec, listing: Listing, readers: Executor) -> Iterator[Found]:
        if not spec.parent:
            yield from self._pages(spec, self._facts.given, listing)
            return
        parents = self._listings[spec.parent]
        listing.failures += parents.failures
        for rows, failures in side_by_side(readers, partial(self._children, spec), parents.rows):
            yield from rows
            listing.failures += failures

    def _children(self, spec: Spec, parent: Found) -> tuple[list[Found], list[Failing]]:
        listing = Listing()
        return list(self._pages(spec, {**self._facts.given, "parent": parent.names}, listing)), listing.failures

    def _pages(self, spec: Spec, given: Row, listing: Listing) -> Iterator[Found]:
        """Yield rows until the listing ends or fails; what fails is noted in *listing*."""
        call = spec.listing
        if call is None:
            yield Found({}, given)
            return
        gone = spec.gone if spec.parent else ()
        try:
            for page in self._listed(spec, call, self._facts.fill(call, call.params, given)):
                yield from (Found(row, {**row, **given}) for row in objects(call, page))
        except FAILURES as error:
            if not says(error, (*call.absent, *call.disabled, *gone)):
                listing.failures.append((error, spec, call))

    def _listed(self, spec: Spec, call: Call, params: Row) -> Iterator[Any]:
        """Yield the pages of a listing. What several types of the unit list by the same call is asked once."""
        caller = self._facts.caller(call.service or spec.api)
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
        for call in spec.asked:
            if (call.service, call.operation) not in seen:
                seen.add((call.service, call.operation))
                yield from self._probed(spec, call, self._facts.tried(spec, call, found))

    def _first(self, spec: Spec, listing: Listing) -> Iterator[Found]:
        if not spec.parent:
            yield from self._pages(spec, self._facts.given, listing)
        for parent in self._listings[spec.parent].rows[:1] if spec.parent else ():
            yield from self._pages(spec, {**self._facts.given, "parent": parent.names}, listing)

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


def _sent(call: Call) -> str:
    return f"{call.service}:{call.operation}:{sorted(call.params.items())}"
