"""What the resources of one unit say: by calls for each of them, and by those that answer for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from threading import Lock
from typing import Any

from collectors.aws.errors import FAILURES, DecodeError, Failure, code_of, says
from collectors.aws.merged import Merged, Table
from collectors.aws.read import Caller, fill, holds, joined, plain, unread
from collectors.aws.session import Connection
from collectors.aws.spec import Call, Spec
from collectors.redact import Redactor
from scanner.model import Absent, Fact, Present, Reason, Resource, Unread

GLOBAL = "global"

Row = Mapping[str, Any]
Responses = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a listing, raw, and the names under which templates see it and what surrounds it."""

    row: Row
    names: Row


class GoneError(Exception):
    """The resource was deleted between its listing and a later call."""


class Facts:
    """Reads what is said of the resources that one region lists. Safe to ask from many threads, but for ``together``."""

    def __init__(self, connection: Connection, redactor: Redactor, region: str, merged: Merged) -> None:
        self._connection = connection
        self._redactor = redactor
        self._listed_in = region
        self._merged = merged
        self._callers: dict[tuple[str, str], Caller] = {}
        self._lock = Lock()
        self._tables: dict[str, Table] = {}
        account = connection.account
        self.given = {"account": account.id, "partition": account.partition, "region": self._region("")}

    def together(self, spec: Spec, call: Call, chunk: Sequence[Found]) -> Table:
        """Return what a joined call says of *chunk*; without ``batch`` it says it of the whole unit, and is sent once."""
        if call.batch:
            rows = iter(chunk)
            parts = iter(lambda: list(islice(rows, call.batch)), [])
            return {key: row for part in parts for key, row in self._batched(spec, call, part).items()}
        if key_of(call) not in self._tables:
            self._tables[key_of(call)] = self._table(spec, call)
        return self._tables[key_of(call)]

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
            params = self._widened(call, part, self.given) if part else self.fill(call, call.params, self.given)
        except DecodeError as error:
            return error
        return self._keyed(spec, call, self._region(""), params)

    def _keyed(self, spec: Spec, call: Call, region: str, params: Row) -> Table:
        try:
            found = list(self.caller(call.service or spec.api, region).responses(call, params))
            return {str(row[call.by]): row for row in objects(call, joined(call, found)) if call.by in row}
        except FAILURES as error:
            return {} if says(error, (*call.absent, *call.disabled)) else error

    def resource(self, spec: Spec, tables: Mapping[str, Table], found: Found) -> Resource | Failure | None:
        """Return the resource of one row with all its facts; ``None`` when it is gone."""
        region = self._home(spec, found)
        given = {**found.names, "region": self._region(region)}
        cache: dict[str, Responses | Failure] = {}
        try:
            facts: dict[str, Fact] = {"item": Present(plain(found.row))} if spec.listing else {}
            for name, call in spec.facts.items():
                facts[name] = self._needless(call, facts) or self._asked(
                    spec, call, tables, {**_present(facts), **given}, cache
                )
            native, name = self.fill(spec.listing, spec.id, given), self.fill(spec.listing, spec.name, given)
            known = self._redacted(spec, facts)
        except GoneError:
            return None
        except DecodeError as error:
            return error
        except Exception as error:  # noqa: BLE001 -- a fault of ours in one resource must not end the reading of the others
            return crash(error)
        return Resource(spec.type, native, self._connection.account.id, region, known, name, self._listed_in)

    def _home(self, spec: Spec, found: Found) -> str:
        """Return the region that the row names, if it does: a bucket's is not always told."""
        field = spec.region.strip("{}")
        return str(found.row.get(field) or self._listed_in) if field else self._listed_in

    def _needless(self, call: Call, facts: Mapping[str, Fact]) -> Fact | None:
        """Return what is known without sending *call*, if another fact that was read says so."""
        if call.needless is None:
            return None
        name, expression, code = call.needless
        fact = facts.get(name)
        if fact is None or isinstance(fact, Unread) or not holds(expression, fact.value if isinstance(fact, Present) else None):
            return None
        return Absent(code)

    def _asked(
        self, spec: Spec, call: Call, tables: Mapping[str, Table], given: Row, cache: dict[str, Responses | Failure]
    ) -> Fact:
        if not call.by:
            return self._fact(spec, call, given, cache)
        fact = self._joined(spec, call, tables, given)
        if isinstance(fact, Unread) and call.otherwise:
            return self._fact(spec, call.otherwise, given, cache)
        return fact

    def _joined(self, spec: Spec, call: Call, tables: Mapping[str, Table], given: Row) -> Fact:
        if not call.merge:
            return self._join(spec, call, tables[key_of(call)], given)
        try:
            self.fill(call, spec.region, given)  # a region that nobody told must not pass for one without tags
        except DecodeError as error:
            return unread(error, spec, call)
        where = given["region"]
        return self._join(spec, call, self._merged.table(call, where, partial(self._keyed, spec, call, where)), given)

    def _fact(self, spec: Spec, call: Call, given: Row, cache: dict[str, Responses | Failure]) -> Fact:
        try:
            params = self.fill(call, call.params, given)
            key = f"{call.service}:{call.operation}:{params}"
            if key not in cache:
                cache[key] = self._sending(spec, call, params, given["region"])
            found = cache[key]
            if not isinstance(found, Sequence):
                return self._missing(spec, call, found)
            value = joined(call, found)
        except DecodeError as error:
            return unread(error, spec, call)
        return Absent() if value is None else Present(value)

    def _sending(self, spec: Spec, call: Call, params: Row, region: str) -> Responses | Failure:
        try:
            return list(self.caller(call.service or spec.api, region).responses(call, params))
        except FAILURES as error:
            return error

    def _missing(self, spec: Spec, call: Call, error: Failure) -> Fact:
        if says(error, (*call.absent, *call.disabled)):  # first: some codes say elsewhere that the resource is gone
            return Absent(code_of(error))
        if says(error, spec.gone):
            raise GoneError
        return unread(error, spec, call)

    def _join(self, spec: Spec, call: Call, table: Table, given: Row) -> Fact:
        if not isinstance(table, Mapping):
            return unread(table, spec, call)
        try:
            row = table.get(str(self.fill(call, call.key, given)))
        except DecodeError as error:
            return unread(error, spec, call)
        if isinstance(row, FAILURES):
            return self._missing(spec, call, row)
        return Absent() if row is None else Present(row)

    def _redacted(self, spec: Spec, facts: dict[str, Fact]) -> dict[str, Fact]:
        """Return *facts* and the tags they hold, without secrets."""
        if spec.tags:
            facts["tags"] = tags(facts, spec.tags)
        values = dict(_present(facts))
        self._redactor.apply(values, spec.secret)
        return facts | {name: Present(self._redactor.sweep(value)) for name, value in values.items()}

    def fill(self, call: Call | None, value: Any, given: Row) -> Any:
        try:
            return fill(value, given)
        except (KeyError, IndexError, TypeError) as error:
            raise DecodeError(f"{call.operation if call else 'listing'}: the row has no {error}") from error

    def _widened(self, call: Call, rows: Sequence[Found], given: Row) -> dict[str, Any]:
        """Return the parameters of a batched call: the list that holds a template is filled once for each row."""
        return {
            name: [self.fill(call, value[0], found.names) for found in rows]
            if isinstance(value, list) and _templated(value)
            else self.fill(call, value, given)
            for name, value in call.params.items()
        }

    def _region(self, region: str) -> str:
        """Return the region to call for what lives in *region*: for global services, the one the scan entered by."""
        own = region or self._listed_in
        return self._connection.region if own == GLOBAL else own

    def caller(self, service: str, region: str = "") -> Caller:
        """Return the caller of *service*, made when it is first needed and dropped with the unit."""
        clients, where = self._connection.clients, region or self._region("")
        with self._lock:
            if (service, where) not in self._callers:
                clients.budget.check()
                self._callers[service, where] = Caller(clients(service, where), clients.budget)
            return self._callers[service, where]

    def tried(self, spec: Spec, call: Call, found: Found) -> Failure | None:
        given = {**found.names, "region": self._region(self._home(spec, found))}
        try:
            params = self._widened(call, [found], given) if call.batch else self.fill(call, call.params, given)
            next(self.caller(call.service or spec.api, given["region"]).responses(call, params), None)
        except FAILURES as error:
            return None if says(error, (*call.absent, *call.disabled, *spec.gone)) else error
        return None


def crash(error: Exception) -> Failure:
    return DecodeError(f"{type(error).__name__} while reading")


def _present(facts: Mapping[str, Fact]) -> Row:
    return {name: fact.value for name, fact in facts.items() if isinstance(fact, Present)}


def key_of(call: Call) -> str:
    return f"{call.service}:{call.operation}:{call.params}:{call.answer}:{call.by}"


def objects(call: Call, rows: Any) -> list[Row]:
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
        return Present(dict(sorted(_pairs(value or ()))))
    except (AttributeError, KeyError, TypeError):
        return Unread(Reason.ERROR, "DecodeError")


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((str(name), str(text or "")) for name, text in value.items())
        return
    for tag in value:
        named = {name.lower().removeprefix("tag"): text for name, text in tag.items()}
        yield str(named["key"]), str(named.get("value") or "")
