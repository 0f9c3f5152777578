"""Facts to JSON text and back: the one place where strangers' data is made storable, hashed and split.

Both engines hold the same text. PostgreSQL's ``jsonb`` and ``text`` know neither NUL nor unpaired surrogates, and orjson
no integer over 64 bits; :func:`dumps` and :func:`clean` replace them, on both engines alike: NUL becomes U+2400 (its
picture), an unpaired surrogate U+FFFD, a huge integer its digits, bytes base64 text, and what is nested deeper than
:data:`DEEPEST` the note :data:`TOO_DEEP`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from scanner.model import Absent, Fact, Present, Reason, Resource, Unread

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
DEEPEST = 200
TOO_DEEP = "(nested too deeply to be stored)"
GONE = object()
"""Stands where a value was that is volatile as a whole."""

Kept = list[tuple[list[str | int], Any]]
"""What was taken out of one fact: where it stood, and what it was."""


def clean(text: str) -> str:
    """Return *text* as both engines can hold it."""
    if text.isascii():
        return text.replace("\0", "\u2400") if "\0" in text else text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "\u2400")


def dumps(value: Any) -> bytes:
    """Return *value* as canonical JSON that both engines can hold."""
    try:
        packed = orjson.dumps(value, _odd, OPTIONS)
    except TypeError:
        return orjson.dumps(_cleaned(value), _odd, OPTIONS)
    return orjson.dumps(_cleaned(value), _odd, OPTIONS) if b"\\u0000" in packed else packed


def text(value: Any) -> str:
    return dumps(value).decode()


def loads(packed: str | bytes) -> Any:
    return orjson.loads(packed)


def _odd(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return b64encode(value).decode()
    return sorted(value, key=repr) if isinstance(value, (set, frozenset)) else clean(str(value))


def _cleaned(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return clean(value)
    if depth > DEEPEST and isinstance(value, (Mapping, list, tuple)):
        return TOO_DEEP
    if isinstance(value, Mapping):
        return {clean(str(key)): _cleaned(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(inner, depth + 1) for inner in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    return value


def digest(*parts: bytes, size: int = 16) -> bytes:
    """Return one short hash over *parts*, whose borders count."""
    hashed = blake2b(digest_size=size)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big"))
        hashed.update(part)
    return hashed.digest()


def key(resource: Resource) -> bytes:
    """Return what tells *resource* from all others of its account: type, the region that lists it, and native id."""
    parts = (resource.type, resource.listed_in or resource.region, resource.id)
    return digest(*(part.encode("utf-8", "surrogatepass") for part in parts))


def split(value: Any, steps: Sequence[str], at: tuple[str | int, ...] = ()) -> tuple[Any, Kept]:
    """Return *value* without what lies at *steps* (``*`` is any key; lists are entered), and what was taken out."""
    if not steps:
        return GONE, [(list(at), value)]
    if isinstance(value, list):
        pairs = [split(inner, steps, (*at, index)) for index, inner in enumerate(value)]
        return [rest for rest, _ in pairs], [found for _, kept in pairs for found in kept]
    if not isinstance(value, dict):
        return value, []
    kept: Kept = []
    rest: dict[str, Any] = dict(value)
    for name in sorted(value) if steps[0] == "*" else [steps[0]]:
        if name in rest:
            rest[name], found = split(rest[name], steps[1:], (*at, name))
            kept += found
    return {name: inner for name, inner in rest.items() if inner is not GONE}, kept


def merge(value: Any, kept: Iterable[tuple[Sequence[str | int], Any]]) -> Any:
    """Put back into *value* what :func:`split` took out; what no longer fits anywhere is left out."""
    for path, volatile in kept:
        if not path:
            return volatile
        inner = value
        try:
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = volatile
        except (KeyError, IndexError, TypeError):
            continue
    return value


@dataclass(frozen=True, slots=True)
class Packed:
    """One resource, ready to be compared and stored.

    ``bodies`` holds each fact that was read as JSON (``null`` when absent), without its volatile parts; ``digests`` their
    hashes; ``volatile`` the parts taken out, by fact; ``unread`` the facts that were not read.
    """

    bodies: Mapping[str, bytes]
    digests: Mapping[str, str]
    volatile: Mapping[str, Kept]
    unread: Mapping[str, Sequence[str]]


def pack(resource: Resource, volatile: Sequence[str] = ()) -> Packed:
    """Take *resource* apart; *volatile* holds dotted paths."""
    bodies: dict[str, bytes] = {}
    taken: dict[str, Kept] = {}
    unread: dict[str, Sequence[str]] = {}
    for name, fact in sorted(resource.facts.items()):
        if isinstance(fact, Unread):
            unread[clean(name)] = [clean(part) for part in (fact.reason, fact.code, fact.operation, fact.permission)]
            continue
        value, kept = _steady(name, fact, volatile)
        if kept:
            taken[clean(name)] = kept
        if value is not GONE:
            bodies[clean(name)] = dumps(value)
    return Packed(bodies, {name: digest(body, size=8).hex() for name, body in bodies.items()}, taken, unread)


def _steady(name: str, fact: Present | Absent, volatile: Sequence[str]) -> tuple[Any, Kept]:
    value = fact.value if isinstance(fact, Present) else None
    taken: Kept = []
    for path in volatile:
        first, *steps = path.split(".")
        if first == name and value is not GONE:
            value, kept = split(value, steps)
            taken += kept
    return value, taken


def join(bodies: Mapping[str, bytes]) -> str:
    """Return facts that are JSON already as one JSON object."""
    return (b"{" + b",".join(dumps(name) + b":" + body for name, body in sorted(bodies.items())) + b"}").decode()


def content_hash(name: str, region: str, digests: Mapping[str, str]) -> str:
    """Return the hash that decides whether a resource changed."""
    return digest(name.encode(), region.encode(), dumps(dict(digests))).hex()


def facts(stored: Mapping[str, Any], volatile: Mapping[str, Any], unread: Mapping[str, Unread]) -> dict[str, Fact]:
    """Return a resource's facts as checks see them: what is known, under what could not be read this time."""
    whole = dict.fromkeys(volatile, None) | dict(stored)
    whole = {name: merge(value, volatile.get(name, ())) for name, value in whole.items()}
    known: dict[str, Fact] = {name: Absent() if value is None else Present(value) for name, value in whole.items()}
    return known | dict(unread)


def unread(reason: str, code: str, operation: str, permission: str) -> Unread:
    return Unread(Reason(reason), code, operation, permission)
