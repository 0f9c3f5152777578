"""Conditions of IAM bindings and deny rules: whether one holds, as far as a scan can say.

The expression language is CEL. What is read: literals, lists, ``&& || ! == != < <= > >= in + -``, ``? :``, the attributes
of the resource and the time of the request, and the functions on text that IAM allows. Whatever a scan doesn't know (the
caller's address, access levels, tags, hours of the day) or this module doesn't read is ``None``: it may hold or not, and
never counts as *no*. Source: IAM documentation, "Overview of IAM Conditions", "Attribute reference for IAM Conditions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

Attributes = Mapping[str, Any]
Term = Callable[[Attributes], Any]

# Which roles a holder may grant and take away, of those who may set a policy.
GRANTABLE = re.compile(
    r"""\s*api\.getAttribute\(\s*(['"])iam\.googleapis\.com/modifiedGrantsByRole\1\s*,\s*\[\s*\]\s*\)"""
    r"""\s*\.hasOnly\(\s*\[(?P<roles>[^\]]*)\]\s*\)\s*"""
)
TOKEN = re.compile(
    r"""\s*(?:
      (?P<sign>&&|\|\||==|!=|<=|>=|[-+!<>?:.,()\[\]])
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<text>[rR]?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    | (?P<name>[A-Za-z_]\w*)
    )""",
    re.VERBOSE,
)
SPAN = re.compile(r"(-?\d+(?:\.\d+)?)(h|m|s)")
SECONDS = {"h": 3600, "m": 60, "s": 1}
WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
DEEPEST = 100


class _Unknown:
    """Stands for a value that nobody can tell before the request is made."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class Within:
    """The name of a resource or of anything that lies in it: a condition on a bucket is asked for each of its objects."""

    name: str


class _ExpressionError(ValueError):
    """The text is no expression that is read here."""


def holds(expression: str, attributes: Attributes) -> bool | None:
    """Tell whether a condition is fulfilled; ``None``: perhaps. Attributes that are not given are not known."""
    if not expression.strip():
        return True
    try:
        said = _parsed(expression)(attributes)
    except (_ExpressionError, RecursionError):
        return None
    return said if isinstance(said, bool) else None


def grantable(expression: str) -> frozenset[str] | None:
    """Return the only roles that a condition lets its holder grant; ``None`` where it does not limit that."""
    found = GRANTABLE.fullmatch(expression)
    return frozenset(re.findall(r"""['"]([^'"]+)['"]""", found["roles"])) if found else None


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> Term:
    return _Parser(expression).parsed()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = TOKEN.match(text, at)
        if not found:
            raise _ExpressionError(text[at:])
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]


class _Parser:
    """Reads an expression by recursive descent into a function of what is known of the request."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = self._depth = 0

    def parsed(self) -> Term:
        term = self._choice()
        if self._at != len(self._tokens):
            raise _ExpressionError(self._tokens[self._at][1])
        return term

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise _ExpressionError("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, *signs: str) -> str:
        """Take the next token if it is one of *signs*, or the word ``in``."""
        if self._at < len(self._tokens) and self._tokens[self._at][1] in signs and self._tokens[self._at][0] != "text":
            return self._next()[1]
        return ""

    def _demand(self, sign: str) -> None:
        if not self._took(sign):
            raise _ExpressionError(f"{sign} is missing")

    def _choice(self) -> Term:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _ExpressionError("nested too deeply")
        term = self._either()
        if self._took("?"):
            yes = self._choice()
            self._demand(":")
            term = _chosen(term, yes, self._choice())
        self._depth -= 1
        return term

    def _either(self) -> Term:
        terms = [self._both()]
        while self._took("||"):
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else lambda known: _joined([term(known) for term in terms], decides=True)

    def _both(self) -> Term:
        terms = [self._relation()]
        while self._took("&&"):
            terms.append(self._relation())
        return terms[0] if len(terms) == 1 else lambda known: _joined([term(known) for term in terms], decides=False)

    def _relation(self) -> Term:
        left = self._sum()
        if sign := self._took("==", "!=", "<=", ">=", "<", ">", "in"):
            right = self._sum()
            return lambda known: _related(sign, left(known), right(known))
        return left

    def _sum(self) -> Term:
        term = self._unary()
        while sign := self._took("+", "-"):
            term = _added(term, self._unary(), 1 if sign == "+" else -1)
        return term

    def _unary(self) -> Term:
        if self._took("!"):
            inner = self._unary()
            return lambda known: _inverted(inner(known))
        return self._member()

    def _member(self) -> Term:
        """Read a value with what is called on it. A path of names is one attribute."""
        path, term = self._primary()
        while sign := self._took(".", "["):
            if sign == "[":
                self._choice()
                self._demand("]")
                path, term = "", _constant(UNKNOWN)
                continue
            kind, name = self._next()
            if kind != "name":
                raise _ExpressionError(name)
            if self._took("("):
                path, term = "", _called(name, [term, *self._arguments()])
            else:
                path = f"{path}.{name}" if path else ""
                term = _attribute(path) if path else _constant(UNKNOWN)
        return term

    def _primary(self) -> tuple[str, Term]:
        kind, token = self._next()
        if kind == "text":
            return "", _constant(_text(token))
        if kind == "number":
            return "", _constant(float(token))
        if kind == "name":
            if token in WORDS:
                return "", _constant(WORDS[token])
            return ("", _called(token, self._arguments())) if self._took("(") else (token, _attribute(token))
        if token == "(":
            term = self._choice()
            self._demand(")")
            return "", term
        if token == "[":
            terms = self._arguments("]")
            return "", lambda known: [term(known) for term in terms]
        raise _ExpressionError(token)

    def _arguments(self, end: str = ")") -> list[Term]:
        terms: list[Term] = []
        while not self._took(end):
            terms.append(self._choice())
            if not self._took(","):
                self._demand(end)
                break
        return terms


def _text(token: str) -> str:
    raw = token[0] in "rR"
    inner = token[2:-1] if raw else token[1:-1]
    return inner if raw else re.sub(r"\\(.)", r"\1", inner)


def _constant(value: Any) -> Term:
    return lambda _: value


def _attribute(path: str) -> Term:
    return lambda known: known.get(path, UNKNOWN)


def _joined(said: list[Any], *, decides: bool) -> Any:
    """Return ``any`` or ``all`` of three-valued answers: one that *decides* is enough."""
    if any(each is decides for each in said):
        return decides
    return not decides if all(each is (not decides) for each in said) else UNKNOWN


def _inverted(said: Any) -> Any:
    return not said if isinstance(said, bool) else UNKNOWN


def _chosen(asked: Term, yes: Term, no: Term) -> Term:
    def choose(known: Attributes) -> Any:
        said = asked(known)
        if isinstance(said, bool):
            return yes(known) if said else no(known)
        one, two = yes(known), no(known)
        return one if isinstance(one, bool) and one is two else UNKNOWN

    return choose


def _related(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, Within) or isinstance(right, Within):
        return UNKNOWN if sign == "in" else _same_place(sign, left, right)
    if sign == "in":
        return _listed(left, right)
    if UNKNOWN in (left, right) or isinstance(left, list) or isinstance(right, list):
        return UNKNOWN
    if sign in ("==", "!="):
        return (left == right) is (sign == "==")
    if type(left) is not type(right) or isinstance(left, bool) or left is None:
        return UNKNOWN
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def _same_place(sign: str, left: Any, right: Any) -> Any:
    """Compare a name with that of a resource and all in it: it certainly is none of them, or may be one."""
    place, name = (left, right) if isinstance(left, Within) else (right, left)
    if sign not in ("==", "!=") or not isinstance(name, str) or name == place.name or name.startswith(f"{place.name}/"):
        return UNKNOWN
    return sign == "!="


def _listed(left: Any, right: Any) -> Any:
    if left is UNKNOWN or not isinstance(right, list):
        return UNKNOWN
    return _joined([_related("==", left, each) for each in right], decides=True) if right else False


def _added(left: Term, right: Term, sign: int) -> Term:
    def add(known: Attributes) -> Any:
        one, two = left(known), right(known)
        if isinstance(one, datetime) and isinstance(two, timedelta):
            return one + sign * two
        if isinstance(one, str) and isinstance(two, str) and sign > 0:
            return one + two
        return UNKNOWN

    return add


def _called(name: str, terms: list[Term]) -> Term:
    function = FUNCTIONS.get(name)

    def call(known: Attributes) -> Any:
        values = [term(known) for term in terms]
        if function is None or UNKNOWN in values:
            return UNKNOWN
        try:
            return function(*values)
        except (TypeError, ValueError, AttributeError, OverflowError, re.error):
            return UNKNOWN

    return call


def _starts_with(value: Any, beginning: str) -> Any:
    if not isinstance(value, Within):
        return value.startswith(beginning)
    return True if value.name.startswith(beginning) else UNKNOWN if beginning.startswith(f"{value.name}/") else False


def _of_text(test: Callable[[str, str], bool]) -> Callable[[Any, str], Any]:
    def call(value: Any, other: str) -> Any:
        return UNKNOWN if isinstance(value, Within) else test(value, other)

    return call


def _timestamp(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(text)
    return time


def _duration(text: str) -> timedelta:
    parts = SPAN.findall(text)
    if "".join(number + unit for number, unit in parts) != text or not parts:
        raise ValueError(text)
    return timedelta(seconds=sum(float(number) * SECONDS[unit] for number, unit in parts))


# Functions that are not here (extract, hasOnly, getHours, matchTag, inIpRange, ...) say what no scan can know.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "startsWith": _starts_with,
    "endsWith": _of_text(str.endswith),
    "contains": _of_text(lambda value, part: part in value),
    "timestamp": _timestamp,
    "duration": _duration,
}
