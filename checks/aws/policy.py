"""The one evaluator of IAM policy documents: whom a resource policy lets in, what an identity policy grants.

Documents are parsed JSON; ``None`` is no policy. What the evaluator doesn't know never narrows an answer: the reach stays
as wide as the principal makes it and is marked ``possibly``. A malformed document raises :class:`UnreadError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import Any

from scanner.model import Reason, Unread, UnreadError

Document = Mapping[str, Any] | None
ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")


class Level(IntEnum):
    """How far a policy reaches, from nobody to everybody."""

    NOBODY = 0
    ACCOUNT = 1
    ORGANIZATION = 2
    CROSS_ACCOUNT = 3
    PUBLIC = 4


@dataclass(frozen=True, slots=True)
class Reach:
    """The widest access that a statement grants. ``possibly``: a condition that isn't understood may narrow it."""

    level: Level = Level.NOBODY
    possibly: bool = False
    statement: str = ""
    principals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, its scalars wrapped into tuples."""

    name: str
    allow: bool
    body: Mapping[str, Any]

    def many(self, element: str) -> tuple[str, ...]:
        return _strings(self.body.get(element, ()))

    @property
    def conditions(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return (operator, key, values), operator and key in lower case, as IAM compares them."""
        found = self.body.get("Condition") or {}
        if not isinstance(found, Mapping) or not all(isinstance(inner, Mapping) for inner in found.values()):
            raise _malformed()
        return tuple(
            (str(operator).lower(), str(key).lower(), _strings(values))
            for operator, inner in found.items()
            for key, values in inner.items()
        )

    def acts(self, action: str) -> bool:
        """Tell whether the statement is about *action*, which may hold wildcards itself."""
        if "NotAction" in self.body:
            return not any(_like(action, pattern) for pattern in self.many("NotAction"))
        return any(_like(action, pattern) for pattern in self.many("Action"))

    @property
    def everywhere(self) -> bool:
        return "*" in self.many("Resource") or "NotResource" in self.body


def _malformed() -> UnreadError:
    return UnreadError("the policy", Unread(Reason.ERROR, "MalformedPolicy"))


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, (str, bool, int, float)):
        return (str(value).lower() if isinstance(value, bool) else str(value),)
    if isinstance(value, (list, tuple)) and all(isinstance(each, (str, bool, int, float)) for each in value):
        return tuple(text for each in value for text in _strings(each))
    raise _malformed()


def _like(value: str, pattern: str) -> bool:
    return fnmatchcase(value.lower(), pattern.lower().replace("[", "[[]"))


def statements(document: Document) -> Iterator[Statement]:
    """Yield the statements of *document*. Raises :class:`UnreadError` when it is malformed."""
    if document is None:
        return
    if not isinstance(document, Mapping):
        raise _malformed()
    found = document.get("Statement", ())
    for number, body in enumerate([found] if isinstance(found, Mapping) else found):
        if not isinstance(body, Mapping) or body.get("Effect") not in ("Allow", "Deny"):
            raise _malformed()
        yield Statement(str(body.get("Sid") or number), body["Effect"] == "Allow", body)


def reach(document: Document, *, account: str) -> Reach:
    """Return the widest reach of a resource policy, seen from *account*, after conditions and certain denials."""
    every = list(statements(document))
    if any(not each.allow and _denies_all(each) for each in every):
        return Reach()
    reaches = [_narrowed(each, account) for each in every if each.allow]
    denied = [each for each in every if not each.allow]
    best = max(reaches, key=lambda each: (each.level, not each.possibly), default=Reach())
    return replace(best, level=min(best.level, _ceiling(denied, account)))


def _denies_all(each: Statement) -> bool:
    whole = each.acts("*") and each.everywhere
    return whole and not each.conditions and "*" in _principals(each) and "NotAction" not in each.body


def _ceiling(denied: list[Statement], account: str) -> Level:
    """Return how far access can reach at most, given denials of everything to all but some."""
    least = Level.PUBLIC
    for each in denied:
        if "NotAction" in each.body or not each.acts("*") or "*" not in _principals(each) or len(each.conditions) != 1:
            continue
        operator, key, values = each.conditions[0]
        kept = {"stringnotequals": "stringequals", "stringnotlike": "stringlike", "arnnotlike": "arnlike"}.get(operator)
        if kept:
            least = min(least, _condition_level(kept, key, values, account) or Level.PUBLIC)
    return least


def _principals(each: Statement) -> tuple[str, ...]:
    """Return the statement's principals; services and identity providers carry their kind before a colon."""
    if "NotPrincipal" in each.body:
        return ("*",)
    given = each.body.get("Principal", ())
    if isinstance(given, Mapping):
        return tuple(
            value if kind in ("AWS", "CanonicalUser") else f"{kind}:{value}"
            for kind, values in given.items()
            for value in _strings(values)
        )
    return _strings(given)


def _narrowed(each: Statement, account: str) -> Reach:
    principals = _principals(each)
    level = max((_principal_level(principal, account) for principal in principals), default=Level.NOBODY)
    possibly = False
    for operator, key, values in each.conditions:
        limit = _condition_level(operator, key, values, account)
        if limit is None:
            possibly = possibly or not _widens_nothing(operator, key, values)
        else:
            level = min(level, limit)
    return Reach(level, possibly, each.name, principals)


def _principal_level(principal: str, account: str) -> Level:
    if principal in ("*", "Federated:*"):
        return Level.PUBLIC
    kind, _, _ = principal.partition(":")
    if kind in ("Service", "Federated"):
        return _service_level(kind)
    found = ARN.match(principal + ":")
    owner = found[1] if found else principal if re.fullmatch(r"\d{12}", principal) else ""
    return Level.ACCOUNT if owner == account else Level.CROSS_ACCOUNT


def _service_level(kind: str) -> Level:
    """AWS's services act for the account; identity providers are judged by the trust checks."""
    return Level.ACCOUNT if kind == "Service" else Level.CROSS_ACCOUNT


EQUALS = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase", "foranyvalue:stringequals")
ACCOUNT_KEYS = frozenset(
    {"aws:sourceaccount", "aws:sourceowner", "aws:principalaccount", "aws:resourceaccount", "kms:calleraccount"}
)
ARN_KEYS = frozenset({"aws:sourcearn", "aws:principalarn"})
ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"})
NETWORK_KEYS = frozenset({"aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"})
NARROWS_NOTHING = frozenset({"aws:securetransport", "kms:viaservice", "aws:requestedregion", "s3:x-amz-acl"})


def _condition_level(operator: str, key: str, values: tuple[str, ...], account: str) -> Level | None:
    """Return the level that a condition lets through at most; ``None`` when it says nothing certain."""
    if operator in ("ipaddress",) and key == "aws:sourceip":
        return Level.PUBLIC if any(_anywhere(value) for value in values) else Level.CROSS_ACCOUNT
    if operator not in EQUALS:
        return None
    if any(value.strip("*?") == "" for value in values):
        return Level.PUBLIC
    if key in ACCOUNT_KEYS and key != "aws:resourceaccount":
        return Level.ACCOUNT if set(values) <= {account} else Level.CROSS_ACCOUNT
    if key in ARN_KEYS:
        return max(_arn_level(value, account) for value in values) if values else None
    if key in ORGANIZATION_KEYS:
        return Level.ORGANIZATION
    return Level.ACCOUNT if key in NETWORK_KEYS else None


def _arn_level(value: str, account: str) -> Level:
    found = ARN.match(value + ":")
    if found:
        return Level.ACCOUNT if found[1] == account else Level.CROSS_ACCOUNT
    # A bucket's ARN names no account, but one bucket; an account part that is a wildcard lets anybody in.
    return Level.CROSS_ACCOUNT if re.match(r"arn:[a-z-]+:s3:::[a-z0-9]", value) else Level.PUBLIC


def _widens_nothing(operator: str, key: str, values: tuple[str, ...]) -> bool:
    """Tell whether a condition certainly leaves the reach as it is."""
    return key in NARROWS_NOTHING or (
        operator == "bool" and key.startswith("aws:") and "mfa" not in key and bool(values)
    )


def _anywhere(value: str) -> bool:
    try:
        return ip_network(value, strict=False).prefixlen == 0
    except ValueError:
        return True


def refuses_plain_http(document: Document) -> bool:
    """Tell whether everybody is refused who comes without TLS."""
    return any(
        not each.allow
        and "*" in _principals(each)
        and "NotPrincipal" not in each.body
        and "NotAction" not in each.body
        and any(pattern == "*" or pattern.endswith(":*") for pattern in each.many("Action"))
        and any(
            operator.startswith("bool") and key == "aws:securetransport" and values == ("false",)
            for operator, key, values in each.conditions
        )
        and len(each.conditions) == 1
        for each in statements(document)
    )


def grants_administration(document: Document) -> bool:
    """Tell whether an identity policy allows everything on everything, without conditions."""
    return any(
        each.allow
        and not each.conditions
        and each.everywhere
        and any(pattern in ("*", "*:*") for pattern in each.many("Action"))
        for each in statements(document)
    )


def allows(document: Document, action: str) -> bool:
    """Tell whether an identity policy allows *action* anywhere, and no unconditional denial takes it back."""
    every = list(statements(document))
    denied = any(not each.allow and not each.conditions and each.everywhere and each.acts(action) for each in every)
    return not denied and any(each.allow and each.acts(action) for each in every)
