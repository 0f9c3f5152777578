"""Sends one described call and turns the answer, or the refusal, into facts."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from string import Formatter
from typing import Any

import jmespath
import orjson
from botocore.exceptions import ClientError, WaiterError
from botocore.model import OperationModel
from botocore.paginate import Paginator
from botocore.waiter import WaiterModel, create_waiter_with_client
from jmespath.exceptions import JMESPathError

from collectors.aws.errors import FAILURES, DecodeError, Failure, code_of, reason_of
from collectors.aws.permissions import actions
from collectors.aws.session import Budget
from collectors.aws.spec import Call, Spec
from scanner.model import Unread

NOT_DATA = "ResponseMetadata"
# (parameter, field of the answer) of operations that go on but that botocore has no paginator for.
TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("Marker", "NextMarker"),
    ("Marker", "Marker"),
    ("NextMarker", "NextMarker"),
    ("pageToken", "nextPageToken"),
)
POLL_SECONDS, POLL_TIMES = 2, 30
NUMBERS = {"integer", "long"}
# What botocore's parsers and paginators raise when an answer is not of the shape that they were promised.
UNPARSED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, struct.error)


def fill(value: Any, row: Mapping[str, Any]) -> Any:
    """Return *value* with every template in it filled from *row*. Raises KeyError for what the row doesn't have."""
    if isinstance(value, str):
        return "".join(_filled(value, row)) if "{" in value else value
    if isinstance(value, Mapping):
        return {key: fill(each, row) for key, each in value.items()}
    return [fill(each, row) for each in value] if isinstance(value, (list, tuple)) else value


def _filled(template: str, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield a template's text, filled with text and numbers alone: a missing value must not become an id called ``None``."""
    for text, path in _pieces(template):
        yield text
        if path:
            found: Any = row
            for step in path:
                found = found[step]
            if not isinstance(found, (str, int)):
                raise KeyError(path[-1])
            yield str(found)


@cache
def _pieces(template: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each piece of text with the path of the field behind it: that of ``{parent[Id]}`` is ``("parent", "Id")``."""
    parsed = Formatter().parse(template)
    return tuple((text, tuple(name.replace("]", "").split("[")) if name else ()) for text, name, *_ in parsed)


def plain(value: Any) -> Any:
    """Return *value* as JSON data: times as ISO 8601 in UTC, bytes as base64 text. Raises :class:`DecodeError`."""
    try:
        return orjson.loads(orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME))
    except orjson.JSONEncodeError as error:
        raise DecodeError(f"the answer holds what JSON cannot: {error}") from error


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


@cache
def _search(expression: str) -> Callable[[Any], Any]:
    search: Callable[[Any], Any] = jmespath.compile(expression).search
    return search


class Caller:
    """Sends calls through one client, within the account's budget. Clients are safe to share between threads."""

    def __init__(self, client: Any, budget: Budget) -> None:
        self._client = client
        self._budget = budget

    def pages(self, call: Call, params: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the call's answer page by page. Raises one of :data:`FAILURES`."""
        for response in self.responses(call, params):
            yield answer(call, response)

    def responses(self, call: Call, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the raw responses page by page. Raises one of :data:`FAILURES`."""
        pages = self._sent(call, params)
        while True:
            self._budget.check()
            try:
                page = next(pages, None)
            except FAILURES:
                raise
            except UNPARSED as error:
                raise DecodeError(f"{call.operation}: the answer cannot be parsed ({type(error).__name__})") from error
            if page is None:
                return
            page.pop(NOT_DATA, None)
            yield page

    def _sent(self, call: Call, params: Mapping[str, Any]) -> Iterator[Any]:
        if call.prepare:
            self._prepare(call.prepare)
        yield from self._paginator(call.operation, params)

    def _paginator(self, operation: str, params: Mapping[str, Any]) -> Any:
        params = self._typed(operation, params)
        if self._client.can_paginate(operation):
            return self._client.get_paginator(operation).paginate(**params)
        method = getattr(self._client, operation)
        model = self._model(operation)
        asked = model.input_shape.members if model.input_shape else {}
        answered = model.output_shape.members if model.output_shape else {}
        for given, got in TOKENS:
            if given in asked and got in answered:
                config = {"input_token": given, "output_token": got, "result_key": got}
                return Paginator(method, config, model).paginate(**params)
        return (method(**params) for _ in range(1))

    def _typed(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return *params* with numbers for numbers: a template makes text of them."""
        shape = self._model(operation).input_shape
        numbers = {name for name, member in shape.members.items() if member.type_name in NUMBERS} if shape else set()
        return {name: int(value) if name in numbers and str(value).isdecimal() else value for name, value in params.items()}

    def _model(self, operation: str) -> OperationModel:
        name = self._client.meta.method_to_api_mapping[operation]
        model: OperationModel = self._client.meta.service_model.operation_model(name)
        return model

    def _prepare(self, operation: str) -> None:
        """Repeat *operation* until its State is COMPLETE, by botocore's own waiter."""
        config = {
            "operation": self._client.meta.method_to_api_mapping[operation],
            "delay": POLL_SECONDS,
            "maxAttempts": POLL_TIMES,
            "acceptors": [{"matcher": "path", "argument": "State", "expected": "COMPLETE", "state": "success"}],
        }
        model = WaiterModel({"version": 2, "waiters": {"Prepared": config}})
        try:
            create_waiter_with_client("Prepared", model, self._client).wait()
        except WaiterError as error:
            raise _cause(error, operation) from error


def _cause(error: WaiterError, operation: str) -> Failure:
    last = error.last_response or {}
    return ClientError(last, operation) if "Error" in last else error


def answer(call: Call, response: Mapping[str, Any]) -> Any:
    """Return what the call asks of one response, as plain data. Raises :class:`DecodeError`."""
    return decode(call, _search(call.answer)(response))


def holds(expression: str, value: Any) -> bool:
    """Tell whether *expression* says of *value* that it is true; anything else is no."""
    try:
        return _search(expression)(value) is True
    except JMESPathError:
        return False


def joined(call: Call, responses: Sequence[Mapping[str, Any]]) -> Any:
    """Return the call's answer, pages joined. Raises :class:`DecodeError`."""
    pages = [answer(call, response) for response in responses]
    if len(pages) == 1:
        return pages[0]
    lists = [page for page in pages if page is not None]
    if not all(isinstance(page, list) for page in lists):
        raise DecodeError(f"{call.operation} came in {len(pages)} pages that cannot be joined")
    return [row for page in lists for row in page]


def decode(call: Call, answer: Any) -> Any:
    """Return *answer* with its string decoded as the call says. Raises :class:`DecodeError`."""
    if not call.decode or answer is None:
        return plain(answer)
    if isinstance(answer, (dict, list)):  # botocore decodes some policies itself
        return plain(answer)
    try:
        return _DECODERS[call.decode](answer)
    except (ValueError, RecursionError, binascii.Error, csv.Error) as error:
        raise DecodeError(f"{call.operation}: {call.answer} holds malformed {call.decode}") from error


def _json(value: bytes | str) -> Any:
    document = json.loads(value)
    if document is None:
        raise ValueError("null is no document")
    return document


def _csv(value: bytes | str) -> list[dict[str, str]]:
    text = value.decode() if isinstance(value, bytes) else value
    reader = csv.DictReader(io.StringIO(text), strict=True)
    rows = list(reader)
    if not reader.fieldnames:
        raise ValueError("there is no header")
    if any(None in row or None in row.values() for row in rows):
        raise ValueError("a row has too many or too few fields")
    return rows


def _base64(value: bytes | str) -> str:
    return base64.b64decode(value, validate=True).decode("utf-8", "replace")


_DECODERS: Mapping[str, Callable[[Any], Any]] = {"json": _json, "csv": _csv, "base64": _base64}


def unread(error: Failure, spec: Spec, call: Call | None) -> Unread:
    """Return what *error* left unread, with the permissions without which the call is refused."""
    if call is None:
        return Unread(reason_of(error), code_of(error))
    operation = f"{call.service or spec.api}:{xform(call.operation)}"
    return Unread(reason_of(error), code_of(error), operation, " ".join(actions(spec, call)))


def xform(operation: str) -> str:
    """Return a method's name as AWS writes the operation (``list_buckets`` as ``ListBuckets``), for people to read."""
    return "".join(part[:1].upper() + part[1:] for part in operation.split("_"))
