"""Filters of Cloud Logging: what they match, whatever their order and spelling.

A filter is compiled to a test of one log entry, as JSON. Fields, lists of values, negation, comparison, text anywhere, log_id
and search are read; what samples, casts or asks for times of its own is refused, so that nobody takes it for read. Unlike
elsewhere, OR binds closer than AND. Source: Cloud Logging documentation, "Logging query language"; that a field which an
entry lacks is unequal to nothing as well as equal to nothing is not said there, and was not verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

Entry = Mapping[str, Any]
Test = Callable[[Entry], bool]

TOKEN = re.compile(
    r"""(?:\s|--[^\n]*(?:\n|$))*(?:
      (?P<sign>=~|!~|!=|<=|>=|[=<>:(),])
    | (?P<minus>-(?=[^\s\d]))
    | (?P<word>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s=!<>:(),"'~])+)
    )""",
    re.VERBOSE,
)
PART = re.compile(r""""(?P<quoted>(?:\\.|[^"\\])*)"|(?P<plain>[^."]+)""")
SEVERITIES = ("DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY")
ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda found, wanted: bool(found < wanted),
    "<=": lambda found, wanted: bool(found <= wanted),
    ">": lambda found, wanted: bool(found > wanted),
    ">=": lambda found, wanted: bool(found >= wanted),
}
COMPARISONS = frozenset({"=", "!=", ":", "=~", "!~", *ORDERS})
DEEPEST = 100


class FilterError(ValueError):
    """The text is no filter, or one that is not read here."""


@lru_cache(maxsize=1024)
def compiled(text: str) -> Test:
    """Return the test that a filter describes. Raises :class:`FilterError`."""
    return _Parser(text).parsed() if text.strip() else lambda _: True


def matches(text: str, entry: Entry) -> bool:
    """Tell whether a filter matches *entry*; what is not read matches nothing."""
    try:
        return compiled(text)(entry)
    except FilterError:
        return False


def readable(text: str) -> bool:
    try:
        return bool(compiled(text))
    except FilterError:
        return False


class _Parser:
    """Reads one filter by recursive descent: NOT binds closest, then OR, then AND, which may be left out."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = self._depth = 0

    def parsed(self) -> Test:
        test = self._every()
        if self._at != len(self._tokens):
            raise FilterError(f"left over: {self._tokens[self._at][1]}")
        return test

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise FilterError("the filter ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, token: str) -> bool:
        if self._peek()[1] == token:
            self._at += 1
            return True
        return False

    def _every(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError("nested too deeply")
        tests = [self._some()]
        while self._took("AND") or self._peek()[1] not in ("", ")"):
            tests.append(self._some())
        self._depth -= 1
        return tests[0] if len(tests) == 1 else lambda entry: all(test(entry) for test in tests)

    def _some(self) -> Test:
        tests = [self._single()]
        while self._took("OR"):
            tests.append(self._single())
        return tests[0] if len(tests) == 1 else lambda entry: any(test(entry) for test in tests)

    def _single(self) -> Test:
        if self._took("NOT") or self._took("-"):
            test = self._single()
            return lambda entry: not test(entry)
        if self._took("("):
            test = self._every()
            self._demand(")")
            return test
        kind, text = self._next()
        if kind != "word":
            raise FilterError(f"{text} is no field")
        if text[0] not in "\"'" and self._took("("):
            return _called(text, self._arguments())
        sign = self._peek()[1]
        if sign in COMPARISONS and self._peek()[0] == "sign":
            self._next()
            return self._compared(text, sign)
        return _anywhere(_unquoted(text))

    def _demand(self, token: str) -> None:
        if not self._took(token):
            raise FilterError(f"{token} is missing")

    def _compared(self, field: str, sign: str) -> Test:
        """Read what a field is compared with: one value, or several in brackets, joined by AND and OR as tests are."""
        path = _path(field)
        if not self._took("("):
            return _comparison(path, sign, self._value())
        test = self._values(path, sign)
        self._demand(")")
        return test

    def _values(self, path: tuple[str, ...], sign: str) -> Test:
        every = [self._alternatives(path, sign)]
        while self._took("AND") or self._peek()[1] not in ("", ")"):
            every.append(self._alternatives(path, sign))
        return lambda entry: all(test(entry) for test in every)

    def _alternatives(self, path: tuple[str, ...], sign: str) -> Test:
        some = [self._one(path, sign)]
        while self._took("OR"):
            some.append(self._one(path, sign))
        return lambda entry: any(test(entry) for test in some)

    def _one(self, path: tuple[str, ...], sign: str) -> Test:
        if self._took("NOT") or self._took("-"):
            test = self._one(path, sign)
            return lambda entry: not test(entry)
        if self._took("("):
            test = self._values(path, sign)
            self._demand(")")
            return test
        return _comparison(path, sign, self._value())

    def _value(self) -> str:
        minus = "-" if self._took("-") else ""
        kind, text = self._next()
        if kind != "word":
            raise FilterError(f"{text} is no value")
        return minus + text

    def _arguments(self) -> list[str]:
        found = []
        while not self._took(")"):
            found.append(self._value())
            if not self._took(","):
                self._demand(")")
                break
        return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, re.sub(r"(?:\s|--[^\n]*(?:\n|$))*$", "", text)
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise FilterError(f"cannot be read: {text[at:]}")
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if quoted else text


def _path(field: str) -> tuple[str, ...]:
    """Return the steps of a field: ``resource.labels."my.label"`` has three."""
    return tuple(
        re.sub(r"\\(.)", r"\1", each["quoted"]) if each["plain"] is None else each["plain"] for each in PART.finditer(field)
    )


def _found(path: tuple[str, ...], entry: Any) -> list[Any]:
    """Return the values at *path*; lists on the way are entered, and both spellings of a field will do."""
    found = [entry]
    for step in path:
        camel = re.sub(r"_([a-z])", lambda each: each[1].upper(), step)
        flat = [inner for each in found for inner in (each if isinstance(each, list) else [each]) if isinstance(inner, Mapping)]
        found = [each[name] for each in flat for name in [step if step in each else camel] if name in each]
    return [inner for each in found for inner in (each if isinstance(each, list) else [each])]


def _texts(value: Any) -> Iterator[str]:
    """Yield every text and name in a value, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield _spoken(value)


def _spoken(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


def _anywhere(text: str) -> Test:
    """Return the test for text in any field: names of fields are not searched."""
    wanted = text.lower()
    return lambda entry: any(wanted in each.lower() for each in _values(entry))


def _values(value: Any) -> Iterator[str]:
    """Yield every text in a value, but for the names of fields."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    else:
        yield _spoken(value)


def _comparison(path: tuple[str, ...], sign: str, raw: str) -> Test:
    text = _unquoted(raw)
    if sign in ("=~", "!~"):
        searched = _regex(text)
        return lambda entry: any((searched.search(_spoken(each)) is not None) is (sign == "=~") for each in _found(path, entry))
    if sign == ":":
        if raw == "*":
            return lambda entry: bool(_found(path, entry))
        wanted = text.lower()
        return lambda entry: any(wanted in each.lower() for value in _found(path, entry) for each in _texts(value))
    if path == ("severity",):
        return _severity(sign, text)
    if sign in ORDERS:
        return lambda entry: any(_ordered(sign, each, text) for each in _found(path, entry))
    return lambda entry: any((_spoken(each).lower() == text.lower()) is (sign == "=") for each in _found(path, entry))


def _severity(sign: str, text: str) -> Test:
    level = text.upper()
    if level not in SEVERITIES:
        raise FilterError(f"{text} is no severity")
    wanted = SEVERITIES.index(level)
    order = ORDERS.get(sign, lambda found, other: (found == other) is (sign == "="))

    def test(entry: Entry) -> bool:
        said = str(entry.get("severity") or "DEFAULT").upper()
        return said in SEVERITIES and order(SEVERITIES.index(said), wanted)

    return test


def _ordered(sign: str, found: Any, text: str) -> bool:
    for read in (float, datetime.fromisoformat):
        try:
            return ORDERS[sign](read(str(found)), read(text))
        except (ValueError, TypeError):
            continue
    return ORDERS[sign](_spoken(found).lower(), text.lower())


def _regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise FilterError(f"{text} is no regular expression") from error


def _called(name: str, arguments: list[str]) -> Test:
    given = [_unquoted(each) for each in arguments]
    if name.lower() == "log_id" and len(given) == 1:
        return lambda entry: unquote(str(entry.get("logName", "")).partition("/logs/")[2]).lower() == given[0].lower()
    if name.upper() == "SEARCH" and len(given) in (1, 2):
        path = _path(arguments[0]) if len(given) == 2 else ()
        words = re.findall(r"\w+", given[-1].lower())
        return lambda entry: _holds_words(words, _found(path, entry))
    raise FilterError(f"{name} is not read here")


def _holds_words(words: list[str], values: list[Any]) -> bool:
    said = {word for value in values for text in _values(value) for word in re.findall(r"\w+", text.lower())}
    return said.issuperset(words)
