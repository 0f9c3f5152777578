"""An AWS policy as a document: parsed JSON, its statements, and the patterns in them. What it grants says policy.py.

Source: IAM user guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scanner.model import Reason, Unread, UnreadError

Document = Mapping[str, Any] | None

STAR, ANY_ONE = "\0", "\1"  # stand for a pattern's own wildcards while another pattern is held against it
EVERYTHING = re.compile(r"(arn:)?[*:]*\*[*:]*")


@lru_cache(maxsize=4096)
def _regex(pattern: str) -> re.Pattern[str]:
    """Return *pattern* as a regular expression that never looks back: a hostile one costs no more than another."""
    parts = re.sub(r"\*+", "*", pattern).split("*")
    head, *rest = ["".join(f"[^{STAR}]" if char == "?" else re.escape(char) for char in part) for part in parts]
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(head + (f"{middle}.*{rest[-1]}" if rest else ""), re.DOTALL)


def matches(pattern: str, name: str) -> bool:
    if "*" in pattern or "?" in pattern:
        return _regex(pattern).fullmatch(name) is not None
    return pattern == name


def covers(pattern: str, other: str) -> bool:
    """Tell whether all that *other*, a pattern too, matches is matched by *pattern*. Errs towards no."""
    return _regex(pattern).fullmatch(other.replace("*", STAR).replace("?", ANY_ONE)) is not None


def overlap(one: str, two: str) -> bool:
    """Tell whether some text may match both patterns. Errs towards yes: policy variables may become anything."""
    if "${" in one + two:
        return True
    row = [not two[:end].strip("*") for end in range(len(two) + 1)]
    for left in one:
        above, row = row, [row[0] and left == "*"]
        for at, right in enumerate(two):
            star = "*" in (left, right)
            step = above[at] and (star or left == right or "?" in (left, right))
            row.append(step or (star and (above[at + 1] or row[at])))
    return row[-1]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Action or NotAction, Resource or NotResource."""

    patterns: tuple[str, ...]
    inverted: bool = False

    @property
    def everything(self) -> bool:
        return not self.inverted and any(EVERYTHING.fullmatch(each) for each in self.patterns)

    @property
    def whole_service(self) -> bool:
        return not self.inverted and any(re.fullmatch(r"\*+|[a-z0-9-]+:\*+", each) for each in self.patterns)

    def match(self, name: str) -> bool:
        return any(matches(each, name) for each in self.patterns) is not self.inverted

    def covers(self, other: str) -> bool:
        """Tell whether it certainly takes in everything that the pattern *other* matches."""
        if self.inverted:
            return not any(overlap(each, other) for each in self.patterns)
        return self.everything or any(covers(each, other) for each in self.patterns)

    def taken_apart(self) -> tuple[str, ...]:
        """Return patterns that together match at least what this matches."""
        return ("*",) if self.inverted else self.patterns


KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


@dataclass(frozen=True, slots=True)
class Principal:
    kind: str
    name: str

    @property
    def everyone(self) -> bool:
        return self.name == "*" and self.kind != "Federated"

    @property
    def account(self) -> str:
        """The account that an AWS principal is of, as far as its name says."""
        return self.name if re.fullmatch(r"\d{12}", self.name) else account_of(self.name)


EVERYONE = Principal("AWS", "*")


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key. Values are OR, tests of a statement AND."""

    operator: str
    key: str
    values: tuple[str, ...]
    qualifier: str = ""
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    label: str
    allow: bool
    principals: tuple[Principal, ...]
    others: bool
    actions: Patterns
    resources: Patterns
    tests: tuple[Condition, ...]


def malformed() -> UnreadError:
    return UnreadError("policy", Unread(Reason.ERROR, "MalformedPolicy"))


def parse(document: object, *, principals: bool = True) -> tuple[Statement, ...]:
    """Return a policy's statements; without *principals*, an identity's. Raises :class:`UnreadError` for a malformed one."""
    if document is None:
        return ()
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list):
        raise malformed()
    return tuple(_statement(each, number, principals) for number, each in enumerate(statements, 1))


def _statement(given: object, number: int, principals: bool) -> Statement:
    if not isinstance(given, Mapping) or given.get("Effect") not in ("Allow", "Deny"):
        raise malformed()
    sid = given.get("Sid")
    actions = _patterns(given, "Action", None)
    return Statement(
        label=sid if sid and isinstance(sid, str) else str(number),
        allow=given["Effect"] == "Allow",
        principals=_principals(given) if principals else (),
        others="NotPrincipal" in given,
        actions=Patterns(tuple(each.lower() for each in actions.patterns), actions.inverted),
        resources=_patterns(given, "Resource", "*"),
        tests=_tests(given.get("Condition")),
    )


def _patterns(given: Mapping[str, Any], name: str, default: str | None) -> Patterns:
    inverted = f"Not{name}" in given
    if inverted and name in given:
        raise malformed()
    patterns = _strings(given.get(f"Not{name}" if inverted else name, default))
    if not patterns:
        raise malformed()
    return Patterns(patterns, inverted)


def _strings(given: object) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    if not all(isinstance(each, str) for each in values):
        raise malformed()
    return tuple(dict.fromkeys(values))


def _principals(given: Mapping[str, Any]) -> tuple[Principal, ...]:
    if ("Principal" in given) is ("NotPrincipal" in given):
        raise malformed()
    named = given.get("Principal", given.get("NotPrincipal"))
    if named in ("*", ["*"]):
        return (EVERYONE,)
    if not isinstance(named, Mapping) or not set(named) <= KINDS:
        raise malformed()
    return tuple(Principal(kind, name) for kind, names in named.items() for name in _strings(names))


def _tests(given: object) -> tuple[Condition, ...]:
    if given is None:
        return ()
    if not isinstance(given, Mapping) or not all(isinstance(keys, Mapping) for keys in given.values()):
        raise malformed()
    return tuple(_test(str(operator), str(key), values) for operator, keys in given.items() for key, values in keys.items())


def _test(operator: str, key: str, given: object) -> Condition:
    values = given if isinstance(given, list) else [given]
    if not all(isinstance(each, str | int | float) for each in values):
        raise malformed()
    texts = tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)
    qualifier, _, base = operator.lower().rpartition(":")
    return Condition(base.removesuffix("ifexists"), key.lower(), texts, qualifier, base.endswith("ifexists"))


def account_of(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if parts[0] == "arn" and len(parts) == 6 else ""
