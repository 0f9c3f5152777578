"""Joined calls that types of many units share: one a region, whoever needs it first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from threading import Lock
from typing import Any

from collectors.aws.errors import Failure, says
from collectors.aws.spec import Call, Spec

Table = Mapping[str, Any] | Failure  # rows by their key; a row that alone could not be read is its failure
Read = Callable[[Mapping[str, Any]], Table]
SPOILED = ("InvalidParameterException",)  # as AWS says of a value that it does not know, whichever of them it is


class Merged:
    """What the merged calls of one scan answered. Safe to ask from many threads: those that come later wait for the first."""

    def __init__(self, specs: Iterable[Spec]) -> None:
        values: dict[str, dict[str, None]] = defaultdict(dict)
        for call in (call for spec in specs for call in spec.facts.values() if call.merge):
            values[_same(call)].update(dict.fromkeys(call.params[call.merge]))
        self._values = {name: list(each) for name, each in values.items()}
        self._tables: dict[tuple[str, ...], Future[Table]] = {}
        self._lock = Lock()

    def table(self, call: Call, region: str, read: Read) -> Table:
        """Return the rows of *call* in *region*. *read* sends it, given its parameters with the values of all types.

        Where one of them spoils that for all, it is sent with this type's own.
        """
        name = _same(call)
        table = self._once((name, region), read, {**call.params, call.merge: self._values[name]})
        if isinstance(table, Mapping) or not says(table, SPOILED):
            return table
        return self._once((name, region, *call.params[call.merge]), read, call.params)

    def _once(self, key: tuple[str, ...], read: Read, params: Mapping[str, Any]) -> Table:
        with self._lock:
            first = key not in self._tables
            table = self._tables.setdefault(key, Future())
        if first:
            try:
                table.set_result(read(params))
            except BaseException as error:  # whatever it is: those that wait must not wait for ever
                table.set_exception(error)
                raise
        return table.result()


def _same(call: Call) -> str:
    """Return what calls have in common that are one but for the merged parameter."""
    params = sorted((name, value) for name, value in call.params.items() if name != call.merge)
    return f"{call.service}:{call.operation}:{params}:{call.answer}:{call.by}"
