"""Makes resources of rows: the row under its type, in its account, nothing of secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from collectors.azure.client import Row, at
from collectors.azure.errors import DecodeError
from collectors.azure.spec import Graph, Spec
from collectors.azure.tree import Tree
from collectors.evident import possible
from collectors.redact import Redactor
from scanner.model import Fact, Present, Resource

GLOBAL = "global"
BARE = "azure.unknown"
# What is kept of a type that nobody described: no properties, since nobody knows what is secret in them.
KNOWN = ("id", "name", "type", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku")


class Found(NamedTuple):
    """One row, and what it is. ``path`` is how Azure Resource Manager is asked about it, in its own casing.

    ``above`` is the id of what it was listed below; ``kept`` the fact ``asked`` of what was not listed again: it has no row.
    """

    spec: Spec | None
    type: str
    id: str
    path: str
    name: str
    region: str
    row: Row
    above: str = ""
    kept: Mapping[str, Any] | None = None

    def resource(self, account: str, facts: Mapping[str, Fact]) -> Resource:
        return Resource(self.type, self.id, account, self.region, facts, self.name, GLOBAL)


@dataclass
class Assembler:
    """Tells of rows what they are."""

    tree: Tree
    redactor: Redactor
    specs: Sequence[Spec]
    _plain: dict[str, Spec] = field(default_factory=dict)  # by native type: the one without a kind
    _kinds: dict[str, list[Spec]] = field(default_factory=dict)
    _tagged: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._tagged = {spec.type for spec in self.specs if spec.tagged}
        for spec in self.specs:
            for native in spec.natives:
                if spec.kind:
                    self._kinds.setdefault(native, []).append(spec)
                else:
                    self._plain[native] = spec

    def found(self, row: Row) -> Found:
        """Return what a row of a table is. Raises :class:`DecodeError` where it does not say."""
        id, native = row.get("id"), row.get("type")
        if not isinstance(id, str) or not isinstance(native, str) or not id or not native:
            raise DecodeError("a row has no id, or no type")
        native = native.lower()
        spec = self.spec(native, row)
        name = at(row, spec.name) if spec and spec.name != "name" else row.get("name")
        name = str(name or id.rpartition("/")[2])
        return Found(
            spec, spec.type if spec else bare(native), id.lower(), id, name, _region(str(row.get("location") or GLOBAL)), row
        )

    def listed(self, spec: Spec, row: Row, above: Found, path: str) -> Found:
        """Return what a row of a listing is; one that has no id is known by where it was asked for, *path* below *above*."""
        given = at(row, spec.id)
        way = str(given) if given else f"{above.path or above.id}{path.partition('?')[0]}"
        id = way if isinstance(spec.listing, Graph) else way.lower()
        name = str(at(row, spec.name) or row.get("displayName") or id.rpartition("/")[2])
        return Found(spec, spec.type, id, way, name, _region(str(row.get("location") or GLOBAL)), row, above.id)

    def kept(self, spec: Spec, id: str, asked: Mapping[str, Any], above: str) -> Found:
        """Return what was listed below *above* before, and is as it was."""
        return Found(spec, spec.type, id, id, str(asked.get("name")), str(asked.get("region")), {}, above, asked)

    def spec(self, native: str, row: Row) -> Spec | None:
        """Return the spec of a native type; of several, the one whose kind the row has, or else the one without."""
        if native in self._kinds:
            words = set(str(row.get("kind") or "").lower().replace(" ", "").split(","))
            for spec in self._kinds[native]:
                if spec.kinds & words:
                    return spec
        return self._plain.get(native)

    def facts(self, found: Found) -> dict[str, Any]:
        """Return the values that the row itself tells."""
        if found.spec is None:
            told = {name: found.row[name] for name in KNOWN if found.row.get(name) is not None}
            return {"item": told, "tags": _tags(found.row)}
        return {"item": found.row, "tags": _tags(found.row)} if found.type in self._tagged else {"item": found.row}

    def swept(self, page: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of a page without evident secrets: looked for in all of them at once, which costs the least."""
        return [self.redactor.sweep(row) for row in page] if possible(page) else page

    def hidden(self, spec: Spec | None, values: dict[str, Any]) -> dict[str, Any]:
        """Return *values* without what the spec declares to be secret. Rows were looked through for evident secrets before."""
        if spec and spec.secret and leads(values, spec.secret):
            self.redactor.apply(values, spec.secret)
        return values


Places = dict[str, "Places | None"]
"""What paths lead to, step by step; ``None``: everything from here on."""


def leads(values: Mapping[str, Any], paths: tuple[str, ...]) -> bool:
    """Tell whether any dotted path of secrets may lead to something: few do, and to replace nothing costs a copy."""
    return _leads(values, _places(paths))


def _leads(value: Any, places: Places) -> bool:
    if isinstance(value, list):
        inner = places.get("*", places)
        return any(inner is None or _leads(each, inner) or _leads(each, places) for each in value)
    if not isinstance(value, Mapping):
        return False
    for step, below in places.items():
        for each in value.values() if step == "*" else (value.get(step),):
            if each is not None and (below is None or _leads(each, below)):
                return True
    return False


@cache
def _places(paths: tuple[str, ...]) -> Places:
    found: Places = {}
    for path in sorted(paths, key=len):
        *steps, last = path.split(".")
        at: Places | None = found
        for step in steps:
            at = at.setdefault(step, {}) if at is not None else None
        if at is not None:
            at[last] = None
    return found


@lru_cache(maxsize=1024)
def _region(location: str) -> str:
    return location.lower().replace(" ", "")


def _tags(row: Row) -> dict[str, str]:
    tags = row.get("tags")
    return {name: str(value) for name, value in tags.items()} if isinstance(tags, dict) else {}


@cache
def bare(native: str) -> str:
    """Return the type of what no spec names: ``microsoft.foo/bars`` is ``azure.unknown.microsoft_foo_bars``."""
    return f"{BARE}.{re.sub('[^a-z0-9]+', '_', native).strip('_')}"


def digest(spec: Spec, item: Any) -> str:
    """Return a hash of an item without what is volatile in it, and of how its further facts are asked for."""
    for path in spec.volatile:
        fact, *steps = path.split(".")
        if fact == "item" and steps:
            item = _without(item, steps)
    made = blake2b(orjson.dumps(item, option=orjson.OPT_SORT_KEYS), digest_size=12)
    made.update(_recipe(spec.type, repr(spec.facts)))
    return made.hexdigest()


@cache
def _recipe(type: str, facts: str) -> bytes:
    return f"{type}{facts}".encode()


def _without(value: Any, steps: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, steps) for each in value]
    if not isinstance(value, dict) or steps[0] not in value:
        return value
    step, *rest = steps
    left = {name: each for name, each in value.items() if name != step}
    return left | {step: _without(value[step], rest)} if rest else left


def ancestors(id: str) -> Iterator[str]:
    """Yield the ids that *id*, in small letters, lies below, the nearest first."""
    while True:
        id = id.rpartition("/")[0].rpartition("/")[0]
        if not id:
            return
        if "/" in id and id.rpartition("/")[0].endswith("/providers"):  # a provider's name alone is no resource
            id = id.rpartition("/providers/")[0]
        if id:
            yield id


def present(values: Mapping[str, Any]) -> dict[str, Fact]:
    return {name: Present(value) for name, value in values.items()}
