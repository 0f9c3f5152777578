"""What Google's discovery documents say of the types that are described: field names and what each holds.

`discovery.json` is condensed from the documents that google-api-python-client 2.202.0 ships (Apache License 2.0), which is
much too large to depend on. ``python -m tests.collectors.gcp.discovery`` makes it again where that package is installed.

A field holds ``string``, ``number``, ``boolean`` or ``any``; ``[x`` is a list of x, ``{x`` a mapping to x, ``$Name`` a schema
of the same document. A schema without a name stands where it is used, in a list or a mapping in brackets of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("discovery.json")
Shape = Any
ANYTHING = ("any", "{any", "[any")
SCALARS: Mapping[str, Any] = {"string": str, "number": (int, float), "boolean": bool}


@cache
def documents() -> dict[str, dict[str, Shape]]:
    found: dict[str, dict[str, Shape]] = json.loads(FILE.read_text("utf-8"))
    return found


def shape(schema: str) -> tuple[str, Shape]:
    """Return the document of ``document.Schema`` and the schema's fields."""
    document, _, name = schema.rpartition(".")
    return document, documents()[document][name]


def opened(document: str, each: Shape) -> Shape:
    """Return what a field holds, references followed."""
    return documents()[document][each[1:]] if isinstance(each, str) and each.startswith("$") else each


def element(at: Shape) -> Shape:
    """Return what a list holds; ``None`` when it is none."""
    if isinstance(at, list) and at[0] == "[":
        return at[1]
    return at[1:] if isinstance(at, str) and at.startswith("[") else None


def inside(at: Shape, name: str) -> Shape:
    """Return what lies in an object or a mapping under *name*; ``None`` when nothing does."""
    if isinstance(at, dict):
        return at.get(name)
    if isinstance(at, list) and at[0] == "{":
        return at[1]
    return at[1:] if isinstance(at, str) and at.startswith("{") else None


def holds(schema: str, path: str) -> bool:
    """Tell whether the dotted *path* exists in *schema*; lists are entered, a mapping has every key, ``*`` is any of them."""
    document, at = shape(schema)
    for step in path.split("."):
        at = opened(document, at)
        while (inner := element(at)) is not None:
            at = opened(document, inner)
        if at in ANYTHING:
            return True
        at = inside(at, step)
        if at is None:
            return False
    return True


def strange(schema: str, value: Any) -> list[str]:
    """Return what in *value* is not of *schema*: paths of fields that don't exist, or hold something else."""
    document, at = shape(schema)
    return list(_strange(document, at, value, ""))


def _strange(document: str, at: Shape, value: Any, path: str) -> Iterator[str]:
    at = opened(document, at)
    if at in ANYTHING:
        return
    if isinstance(at, str) and at in SCALARS:
        if not isinstance(value, SCALARS[at]) or (at == "number" and isinstance(value, bool)):
            yield path
        return
    listed = element(at)
    if not isinstance(value, dict if listed is None else list):
        yield path
        return
    found: list[tuple[str, Any]] = [("[]", each) for each in value] if isinstance(value, list) else [*value.items()]
    for name, each in found:
        inner = inside(at, name) if listed is None else listed
        if inner is None:
            yield f"{path}.{name}"
        else:
            yield from _strange(document, inner, each, f"{path}.{name}")


def condensed(schemas: list[str]) -> str:
    """Return the documents' part that *schemas* need, one schema a line."""
    import googleapiclient.discovery_cache  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: PLC0415

    folder = Path(googleapiclient.discovery_cache.__file__).with_name("documents")
    found: dict[str, dict[str, Shape]] = {}
    whole: dict[str, Any] = {}

    def take(document: str, name: str) -> str:
        if document not in whole:
            whole[document] = json.loads((folder / f"{document}.json").read_text("utf-8"))["schemas"]
        known = found.setdefault(document, {})
        if name not in known:
            known[name] = {}
            known[name] = _short(whole[document][name], lambda other: take(document, other))
        return f"${name}"

    for each in schemas:
        document, _, name = each.rpartition(".")
        take(document, name)
    lines = [
        f'"{document}":{{\n'
        + ",\n".join(f'"{name}":{json.dumps(of, separators=(",", ":"))}' for name, of in sorted(schemas.items()))
        + "\n}"
        for document, schemas in sorted(found.items())
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _short(of: Any, take: Any) -> Shape:
    if "$ref" in of:
        return take(of["$ref"])
    kind = of.get("type", "any")
    if kind == "array":
        return _around("[", _short(of["items"], take))
    if kind != "object":
        return {"integer": "number"}.get(kind, kind)
    if "properties" in of:
        return {name: _short(each, take) for name, each in of["properties"].items()}
    return _around("{", _short(of.get("additionalProperties", {}), take))


def _around(bracket: str, inner: Shape) -> Shape:
    return f"{bracket}{inner}" if isinstance(inner, str) else [bracket, inner]


if __name__ == "__main__":
    from collectors.gcp.provider import specs

    described = [schema for spec in specs() for schema in spec.schema.split()]
    FILE.write_text(condensed([*described, "cloudasset.v1.Asset"]), "utf-8")
