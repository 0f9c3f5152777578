"""Conditions of role assignments: what they say of an action, as far as it can be told from outside.

A condition is read as text and decided in three values: ``True``, ``False``, and ``None`` for what hangs on the request or
on the resource that it meets. Only attributes that the caller names are known. What is no condition that we can read is
``None`` throughout. Source: Azure RBAC documentation, "Azure role assignment condition format and syntax".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from checks.decided import Decided, both, either

Known = Mapping[str, str]
"""Values of attributes by ``source[name]`` in small letters, such as :data:`ASSIGNED_ROLE`."""
Expression = Callable[[str, Known], Decided]

ASSIGNED_ROLE = "@request[microsoft.authorization/roleassignments:roledefinitionid]"
ASSIGNED_TYPE = "@request[microsoft.authorization/roleassignments:principaltype]"

DEEPEST = 60  # more brackets within each other than that are no condition that a person or the portal wrote
TOKEN = re.compile(
    r"""\s*(?:
        (?P<match>ActionMatches|SubOperationMatches)\s*\{\s*'(?P<pattern>[^']*)'\s*\}
      | (?P<attribute>@\w+\[[^\]]*\])
      | (?P<set>\{[^{}]*\})
      | (?P<text>'[^']*')
      | (?P<sign>\(|\)|!(?!=)|&&|\|\|)
      | (?P<word>[\w.:-]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
VALUE = re.compile(r"'([^']*)'|([^\s,{}']+)")
SIGNS = {"&&": "and", "||": "or", "!": "not"}
OPERATOR = re.compile(r"(?:ForA(?P<left>ny|ll)OfA(?P<right>ny|ll)Values:)?(?P<name>[a-z]+)", re.IGNORECASE)
EQUAL = re.compile(r"(guid|string)(?P<negated>not)?equals(?P<anycase>ignorecase)?")


class _UnreadableError(Exception):
    """The text is no condition that we know."""


def holds(condition: str, action: str, known: Known | None = None) -> Decided:
    """Tell whether *condition* lets *action* pass. An empty one lets everything pass."""
    expression = _read(condition) if condition.strip() else None
    if expression is None:
        return None if condition.strip() else True
    return expression(action.lower(), known or {})


def matches(pattern: str, name: str) -> bool:
    """Tell whether an action fits a pattern, whose stars stand for any characters. Case does not count."""
    head, *rest = pattern.lower().split("*")
    name = name.lower()
    if not rest:
        return head == name
    *middle, tail = rest
    at, end = len(head), len(name) - len(tail)
    if end < at or not name.startswith(head) or not name.endswith(tail):
        return False
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@lru_cache(maxsize=1024)
def _read(condition: str) -> Expression | None:
    try:
        return _Reader(_tokens(condition)).whole()
    except _UnreadableError:
        return None


def _tokens(condition: str) -> list[tuple[str, str]]:
    """Return kind and text of each part; what decides nothing but order has its own name as kind."""
    found: list[tuple[str, str]] = []
    at, text = 0, condition.rstrip()
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise _UnreadableError
        found.append(_token(token))
        at = token.end()
    return found


def _token(token: re.Match[str]) -> tuple[str, str]:
    if token["match"]:
        kind = "action" if token["match"].lower() == "actionmatches" else "suboperation"
        return kind, token["pattern"]
    if sign := token["sign"]:
        return SIGNS.get(sign, sign), sign
    if word := token["word"]:
        lower = word.lower()
        return (lower, word) if lower in ("and", "or", "not", "exists") else ("word", word)
    kind = next(name for name in ("attribute", "set", "text") if token[name])
    return kind, token[kind]


class _Reader:
    """Reads tokens from left to right, one more specific thing within the other."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._either()
        if self._at < len(self._tokens):
            raise _UnreadableError
        return found

    def _next(self, *kinds: str) -> str | None:
        """Take the next token if it is of one of *kinds*."""
        if self._at < len(self._tokens) and self._tokens[self._at][0] in kinds:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return None

    def _must(self, *kinds: str) -> str:
        found = self._next(*kinds)
        if found is None:
            raise _UnreadableError
        return found

    def _either(self) -> Expression:
        some = [self._both()]
        while self._next("or"):
            some.append(self._both())
        return _any(some)

    def _both(self) -> Expression:
        every = [self._single()]
        while self._next("and"):
            every.append(self._single())
        return _all(every)

    def _single(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _UnreadableError
        found = self._inner()
        self._depth -= 1
        return found

    def _inner(self) -> Expression:
        if self._next("not"):
            return _not(self._single())
        if self._next("("):
            found = self._either()
            self._must(")")
            return found
        if (pattern := self._next("action")) is not None:
            return lambda action, _known: matches(pattern, action)
        if self._next("suboperation") is not None:
            return _unknown
        if self._next("exists"):
            self._must("attribute")
            return _unknown
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._must("attribute", "set", "text", "word")
        operator, right = self._must("word"), self._must("attribute", "set", "text", "word")
        return _comparison(left, operator, right)


def _unknown(_action: str, _known: Known) -> Decided:
    return None


def _not(one: Expression) -> Expression:
    def decide(action: str, known: Known) -> Decided:
        said = one(action, known)
        return None if said is None else not said

    return decide


def _any(some: Sequence[Expression]) -> Expression:
    return some[0] if len(some) == 1 else lambda action, known: either(each(action, known) for each in some)


def _all(every: Sequence[Expression]) -> Expression:
    return every[0] if len(every) == 1 else lambda action, known: both(each(action, known) for each in every)


def _comparison(left: str, operator: str, right: str) -> Expression:
    """Return a comparison of one attribute with fixed values; everything else hangs on the request."""
    form = OPERATOR.fullmatch(operator)
    equal = EQUAL.fullmatch(form["name"].lower()) if form else None
    if form is None or equal is None or not left.startswith("@") or right.startswith("@"):
        return _unknown
    name, values = left.lower(), [text or bare for text, bare in VALUE.findall(right)]
    anycase = bool(equal["anycase"]) or form["name"].lower().startswith("guid")
    negated, every = bool(equal["negated"]), (form["right"] or "").lower() == "ll"

    def decide(_action: str, known: Known) -> Decided:
        if name not in known:
            return None
        same = [_same(known[name], value, anycase=anycase) is not negated for value in values]
        return all(same) if every else any(same)

    return decide


def _same(one: str, two: str, *, anycase: bool) -> bool:
    return one.lower() == two.lower() if anycase else one == two
