"""Filter patterns of CloudWatch Logs: what they match, whatever their order and spelling.

A pattern is compiled to a test of one event. JSON patterns (``{ ... }``) are read in full; in patterns of plain terms each
term is sought in the event's JSON text. Patterns for columns (``[...]``) match no JSON event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Event = Mapping[str, Any]
Test = Callable[[Event], bool]

TOKEN = re.compile(
    r"""\s*(?:
      (?P<sign>&&|\|\||!=|<=|>=|[=<>()])
    | (?P<regex>%[^%]*%)
    | (?P<quoted>"(?:\\.|[^"\\])*")
    | (?P<selector>\$(?:\.?\[(?:'[^']*'|"[^"]*"|\d+|\*)\]|\.[^\s.=!<>()&|\[\]]+)+)
    | (?P<word>[^\s=!<>()&|"%]+)
    )""",
    re.VERBOSE,
)
STEP = re.compile(r"\.?\[(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<index>\d+|\*))\]|\.(?P<name>[^\s.\[\]]+)")
TERM = re.compile(r'(?P<how>[?-]?)(?:"(?P<phrase>(?:\\.|[^"\\])*)"|%(?P<regex>[^%]*)%|(?P<word>\S+))')
ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda found, wanted: found < wanted,
    "<=": lambda found, wanted: found <= wanted,
    ">": lambda found, wanted: found > wanted,
    ">=": lambda found, wanted: found >= wanted,
}


class PatternError(ValueError):
    """The text is no filter pattern."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Test:
    """Return the test that *pattern* describes. Raises :class:`PatternError`."""
    text = pattern.strip()
    if text.startswith("{") and text.endswith("}"):
        return _Parser(text[1:-1]).parsed()
    if text.startswith("["):
        return lambda _: False
    return _terms(text)


def matches(pattern: str, event: Event) -> bool:
    """Tell whether *pattern* matches *event*; what is no pattern matches nothing."""
    try:
        return compiled(pattern)(event)
    except PatternError:
        return False


def readable(pattern: str) -> bool:
    try:
        return bool(compiled(pattern))
    except PatternError:
        return False


class _Parser:
    """Reads one JSON pattern by recursive descent: ``||`` binds weaker than ``&&``."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def parsed(self) -> Test:
        test = self._either()
        if self._at != len(self._tokens):
            raise PatternError(f"left over: {self._tokens[self._at][1]}")
        return test

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise PatternError("the pattern ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, sign: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign):
            self._at += 1
            return True
        return False

    def _either(self) -> Test:
        tests = [self._both()]
        while self._took("||"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda event: any(test(event) for test in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._took("&&"):
            tests.append(self._single())
        return tests[0] if len(tests) == 1 else lambda event: all(test(event) for test in tests)

    def _single(self) -> Test:
        if self._took("("):
            test = self._either()
            if not self._took(")"):
                raise PatternError("a bracket is not closed")
            return test
        kind, selector = self._next()
        if kind != "selector":
            raise PatternError(f"{selector} is no field")
        return self._comparison(selector)

    def _comparison(self, selector: str) -> Test:
        kind, sign = self._next()
        if kind == "word":
            return _state(selector, f"{sign} {self._next()[1]}".upper())
        if kind != "sign" or sign in ("(", ")", "&&", "||"):
            raise PatternError(f"{sign} is no comparison")
        return _compared(selector, sign, self._next())


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        found = TOKEN.match(text, at)
        if not found:
            raise PatternError(f"cannot be read: {text[at:]}")
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]


def _state(selector: str, words: str) -> Test:
    if words == "NOT EXISTS":
        return lambda event: not _found(selector, event)
    wanted = {"IS TRUE": True, "IS FALSE": False, "IS NULL": None}
    if words not in wanted:
        raise PatternError(f"{words} is no comparison")
    return lambda event: any(value is wanted[words] for value in _found(selector, event))


def _compared(selector: str, sign: str, token: tuple[str, str]) -> Test:
    kind, text = token
    if sign in ORDER:
        try:
            bound = float(text)
        except ValueError:
            raise PatternError(f"{text} is no number") from None
        return lambda event: any(_is_number(value) and ORDER[sign](value, bound) for value in _found(selector, event))
    if kind not in ("word", "quoted", "regex"):
        raise PatternError(f"{text} is no value")
    equal = _equality(kind, text)
    # A field that isn't there is neither equal nor unequal.
    return lambda event: any(equal(value) == (sign == "=") for value in _found(selector, event))


def _equality(kind: str, text: str) -> Callable[[Any], bool]:
    if kind == "regex":
        searched = _regex(text[1:-1])
        return lambda value: isinstance(value, str) and bool(searched.search(value))
    said = re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text
    like = re.compile(".*".join(re.escape(part) for part in said.split("*")), re.DOTALL)
    number = _number(said) if kind == "word" else None

    def equal(value: Any) -> bool:
        if _is_number(value):
            return bool(value == number)
        spoken = json.dumps(value) if isinstance(value, bool) else value
        return isinstance(spoken, str) and bool(like.fullmatch(spoken))

    return equal


def _regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise PatternError(f"{text} is no regular expression") from error


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _found(selector: str, event: Event) -> list[Any]:
    """Return the values at *selector*: one, none, or with ``[*]`` several."""
    values: list[Any] = [event]
    for step in STEP.finditer(selector, 1):
        name, index = step["name"] or step["single"] or step["double"], step["index"]
        if name:
            values = [value[name] for value in values if isinstance(value, Mapping) and name in value]
            continue
        lists = [value for value in values if isinstance(value, list)]
        values = [inner for value in lists for at, inner in enumerate(value) if index in ("*", str(at))]
    return values


def _terms(text: str) -> Test:
    """Return the test of a pattern of plain terms: all of them, but any one of those with ``?``, none of those with ``-``."""
    tests: dict[str, list[Callable[[str], bool]]] = {"": [], "?": [], "-": []}
    for term in TERM.finditer(text):
        tests[term["how"]].append(_sought(term))
    every, some, none = tests[""], tests["?"], tests["-"]

    def test(event: Event) -> bool:
        line = json.dumps(event, separators=(",", ":"))
        if any(sought(line) for sought in none) or not all(sought(line) for sought in every):
            return False
        # Beside plain terms, AWS ignores optional ones.
        return bool(every) or not some or any(sought(line) for sought in some)

    return test


def _sought(term: re.Match[str]) -> Callable[[str], bool]:
    if term["regex"] is not None:
        searched = _regex(term["regex"])
        return lambda line: bool(searched.search(line))
    text = term["word"] if term["phrase"] is None else re.sub(r"\\(.)", r"\1", term["phrase"])
    return lambda line: text in line
