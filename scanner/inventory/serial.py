"""Facts to JSON text and back: the one place where strangers' data is made storable, hashed and split.

Both engines hold the same text. PostgreSQL's ``jsonb`` and ``text`` know neither NUL nor unpaired surrogates, and orjson
no integer over 64 bits; :func:`dumps` and :func:`clean` replace them, on both engines alike: NUL becomes U+2400 (its
picture), an unpaired surrogate U+FFFD, a huge integer its digits, bytes base64 text, and what is nested deeper than
:data:`DEEPEST` the note :data:`TOO_DEEP`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from struct import Struct
from typing import Any, NamedTuple

import orjson

from scanner.model import Absent, Fact, Kept, Present, Reason, Resource, Unread, UnreadError

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
DEEPEST = 200
TOO_DEEP = "(nested too deeply to be stored)"
ABSENT = Absent()
BORDER = Struct(">Q").pack
SIZE = 16  # bytes of a hash
GONE = object()
"""Stands where a value was that is volatile as a whole."""

Taken = list[tuple[list[str | int], Any]]
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


def digest(*parts: bytes, size: int = SIZE) -> bytes:
    """Return one short hash over *parts*, whose borders count."""
    return blake2b(b"".join([BORDER(len(part)) + part for part in parts]), digest_size=size).digest()


def key(resource: Resource) -> bytes:
    """Return what tells *resource* from all others of its account: type, the region that lists it, and native id."""
    parts = (resource.type, resource.listed_in or resource.region, resource.id)
    return digest(*(part.encode("utf-8", "surrogatepass") for part in parts))


def split(value: Any, steps: Sequence[str], at: tuple[str | int, ...] = ()) -> tuple[Any, Taken]:
    """Return *value* without what lies at *steps* (``*`` is any key; lists are entered), and what was taken out."""
    if not steps:
        return GONE, [(list(at), value)]
    if isinstance(value, list):
        pairs = [split(inner, steps, (*at, index)) for index, inner in enumerate(value)]
        return [rest for rest, _ in pairs], [found for _, kept in pairs for found in kept]
    if not isinstance(value, dict):
        return value, []
    if steps[0] != "*":
        return _split(value, steps, at)
    kept: Taken = []
    for name in sorted(value):
        value, found = _split(value, (name, *steps[1:]), at)
        kept += found
    return value, kept


def _split(value: dict[str, Any], steps: Sequence[str], at: tuple[str | int, ...]) -> tuple[dict[str, Any], Taken]:
    name, *inner = steps
    if name not in value:
        return value, []
    rest, kept = split(value[name], inner, (*at, name))
    if rest is GONE:
        return {key: each for key, each in value.items() if key != name}, kept
    return ({**value, name: rest} if kept else value), kept


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


NOTHING = "{}"
NONE = "[]"


class Packed(NamedTuple):
    """One resource, ready to be compared and stored, as JSON text.

    ``facts`` holds what was read (``null`` when absent), without its volatile parts; ``volatile`` the parts taken out, by
    fact; ``unread`` the facts that were not read; ``kept``, a list, those that were not asked for again.
    """

    facts: str
    volatile: str
    unread: str
    kept: str


def pack(resource: Resource, volatile: Sequence[str] = ()) -> Packed:
    """Take *resource* apart; *volatile* holds dotted paths."""
    known: dict[str, Any] = {}
    unread: dict[str, Sequence[str]] = {}
    kept: list[str] = []
    for name, fact in resource.facts.items():
        if isinstance(fact, Unread):
            unread[name] = (fact.reason, fact.code, fact.operation, fact.permission)
        elif isinstance(fact, Kept):
            kept.append(name)
        else:
            known[name] = fact.value if isinstance(fact, Present) else None
    taken = _take(known, volatile) if volatile else {}
    return Packed(
        text(known), text(taken) if taken else NOTHING, text(unread) if unread else NOTHING, text(kept) if kept else NONE
    )


@cache
def _steps(path: str) -> tuple[str, Sequence[str]]:
    """Return the fact that a dotted path starts with, and the steps inside it."""
    name, *steps = path.split(".")
    return name, steps


def _take(known: dict[str, Any], volatile: Sequence[str]) -> dict[str, Taken]:
    """Take what lies at the paths of *volatile* out of *known*, and return it by fact."""
    taken: dict[str, Taken] = {}
    for path in volatile:
        name, steps = _steps(path)
        if name not in known:
            continue
        known[name], kept = split(known[name], steps)
        if kept:
            taken.setdefault(name, []).extend(kept)
        if known[name] is GONE:
            del known[name]
    return taken


def content(name: str, region: str, facts: str) -> str:
    """Return the hash that decides whether a resource changed."""
    return digest(name.encode(), region.encode(), facts.encode()).hex()


def whole(stored: Mapping[str, Any], volatile: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a resource's facts, with what is volatile of them."""
    known = dict(stored)
    for name, kept in volatile.items():
        known[name] = merge(known.get(name), kept)
    return known


WAS = Unread(Reason.UNAVAILABLE, "NotKept")


class NotKept(dict[str, Any]):
    """Stands in a past state where something was that is kept as the latest observation only. To ask what it is raises.

    It is a dict for those who go on only into dicts: they ask it, and don't take it for nothing.
    """

    def __repr__(self) -> str:
        return "(not kept)"

    def _refuse(self, *_: object, **__: object) -> Any:
        raise UnreadError("what it was then", WAS)

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __iter__ = __len__ = __getitem__ = __contains__ = _refuse
    __hash__ = __float__ = __int__ = __add__ = __sub__ = __radd__ = __rsub__ = __or__ = __getattr__ = _refuse  # type: ignore[assignment]
    get = keys = items = values = copy = pop = setdefault = _refuse


NOT_KEPT = NotKept()


def blanked(stored: Mapping[str, Any], volatile: Sequence[str]) -> dict[str, Any]:
    """Return the facts of a past state with :data:`NOT_KEPT` at the dotted paths of *volatile*, wherever they may have been."""
    known = dict(stored)
    for path in volatile:
        name, *steps = path.split(".")
        if not steps or name in known:
            known[name] = _blank(known.get(name), steps)
    return known


def _blank(value: Any, steps: Sequence[str]) -> Any:
    if not steps:
        return NOT_KEPT
    if isinstance(value, list):
        return [_blank(inner, steps) for inner in value]
    if not isinstance(value, dict):
        return value
    step, *rest = steps
    if step != "*":
        return {**value, step: _blank(value.get(step), rest)} if not rest or step in value else value
    return {name: _blank(inner, rest) for name, inner in value.items()} if rest else NOT_KEPT


def facts(stored: Mapping[str, Any], volatile: Mapping[str, Any], unread: Mapping[str, Unread]) -> dict[str, Fact]:
    """Return a resource's facts as checks see them: what is known, under what could not be read this time."""
    values = whole(stored, volatile)
    known: dict[str, Fact] = {name: ABSENT if value is None else _fact(value) for name, value in values.items()}
    return known | dict(unread) if unread else known


def _fact(value: Any) -> Fact:
    return WAS if value is NOT_KEPT else Present(value)


def unread(reason: str, code: str, operation: str, permission: str) -> Unread:
    return Unread(Reason(reason), code, operation, permission)
