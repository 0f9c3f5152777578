"""What the providers of Terraform know: resource types, their arguments and the kinds of those, as names only.

``terraform/<provider>.json`` holds the types that our fixes name. To renew it, or after a fix names another type::

    npm pack @cdktf/provider-aws @cdktf/provider-azuread @cdktf/provider-azurerm @cdktf/provider-google
    python -m tests.checks.terraform_schema *.tgz

Those packages are generated from the providers' own schemas, and say of every argument what it is.

An argument's kind is ``s``, ``n`` or ``b`` (text, number, truth), in brackets where it is a list, in braces where it is a
map, ``?`` where it may be anything; a block's is a table of its own. An exclamation mark ends the name of what is required.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO

from scanner import provider as providers
from scanner.evaluation import terraform

FOLDER = Path(__file__).with_name("terraform")
Kind = str | dict[str, "Kind"]
Schema = Mapping[str, dict[str, Kind]]

SCALARS = {"string": "s", "number": "n", "boolean": "b"}
DEEPEST = 8  # blocks within blocks: a statement of a web ACL holds itself
FUNCTION = re.compile(r"^function (\w+)ToHclTerraform\(struct\) {$|^    synthesizeHclAttributes\(\) {$")
ARGUMENT = re.compile(
    r'^ +"?([\w-]+)"?: {\n +value: (.+),\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",$',
    re.MULTILINE,
)
INNER = re.compile(r"(\w+)ToHclTerraform")
INTERFACE = re.compile(r"^export interface (\w+)(?: extends [\w.]+)? {$(.*?)^}$", re.MULTILINE | re.DOTALL)
PROPERTY = re.compile(r"#(\w+) \w+#\w+}.*?readonly \w+(\??): ", re.DOTALL)
DATA = re.compile("data-(?:aws|azuread|azurerm|google)-")  # what is read only
TYPE = re.compile(r'tfResourceType = "(\w+)"')
VERSION = re.compile(r"registry\.terraform\.io/providers/(hashicorp/[\w-]+/[\d.]+)/")


@cache
def shipped(provider: str) -> tuple[str, Schema]:
    """Return the provider's name with its version, and the types that are kept of it."""
    kept = json.loads(FOLDER.joinpath(f"{provider}.json").read_text("utf-8"))
    return kept["provider"], kept["resources"]


def read(package: Path) -> tuple[str, Schema]:
    """Return the provider's name with its version, and all resource types of a package."""
    found: dict[str, dict[str, Kind]] = {}
    version = ""
    for code, types in _modules(package):
        name = TYPE.search(code)
        if name:
            found[name[1]] = _resource(code, types)
            version = version or next(iter(VERSION.findall(types)), "")
    return version, found


def _modules(package: Path) -> Iterator[tuple[str, str]]:
    """Yield the code and the types of each module."""
    texts: dict[tuple[str, str], str] = {}
    with tarfile.open(package) as archive:
        for member in archive:
            parts = member.name.split("/")
            suffix = ".d.ts" if member.name.endswith(".d.ts") else ".js" if member.name.endswith(".js") else ""
            if len(parts) > 3 and parts[1] == "lib" and suffix and not DATA.match(parts[2]):
                content = archive.extractfile(member)
                key = (parts[2], suffix)
                texts[key] = texts.get(key, "") + _text(content)
    for module, suffix in sorted(texts):
        if suffix == ".js":
            yield texts[module, suffix], texts.get((module, ".d.ts"), "")


def _text(content: IO[bytes] | None) -> str:
    return content.read().decode().partition("//# sourceMappingURL")[0] if content else ""


def _resource(code: str, types: str) -> dict[str, Kind]:
    required = {
        name[:1].lower() + name[1:]: {each for each, optional in PROPERTY.findall(body) if not optional}
        for name, body in INTERFACE.findall(types)
    }
    tables: dict[str, list[tuple[str, str, str, str, str]]] = {}
    name: str | None = None
    lines: list[str] = []
    for line in code.splitlines():
        begun = FUNCTION.match(line)
        if begun:
            name, lines = str(begun[1] or ""), []
        elif line.strip() == "};" and name is not None:
            tables[name] = ARGUMENT.findall("\n".join(lines))
            name = None
        else:
            lines.append(line)
    config = next((key for key in required if key.endswith("Config") and f"{key[:1].upper()}{key[1:]} extends" in types), "")
    return _table(tables, required, "", required.get(config, set()), 0)


def _table(
    tables: Mapping[str, list[tuple[str, str, str, str, str]]],
    required: Mapping[str, set[str]],
    name: str,
    needed: set[str],
    depth: int,
) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for argument, value, block, shape, kind in tables.get(name, []):
        marked = argument + ("!" if argument in needed else "")
        inner = INNER.findall(value)[-1:]
        if argument == "timeouts":
            continue
        if inner and inner[0] in tables:
            below = _table(tables, required, inner[0], required.get(inner[0], set()), depth + 1) if depth < DEEPEST else {}
            found[marked] = below
        else:
            found[marked] = _scalar(shape, kind) if block == "false" else {}
    return found


def _scalar(shape: str, kind: str) -> str:
    """Return the code of what is no block: ``list`` and ``stringList`` is ``[s]``, ``map`` and ``stringMap`` ``{s}``."""
    one = next((code for name, code in SCALARS.items() if kind.startswith(name)), "?")
    return {"simple": one, "list": f"[{one}]", "set": f"[{one}]", "map": f"{{{one}}}"}.get(shape, "?")


def used(provider: str) -> Mapping[str, list[Mapping[str, object]]]:
    """Return the resource types that the fixes of one cloud name, with what they set in them."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for fix in terraform.shipped(provider).values():
        for block in fix.blocks:
            for type in (block.type, *block.alike):
                found.setdefault(type, []).append({**block.binds, **block.sets})
    return found


def kept(schema: Mapping[str, Kind], told: Iterable[Mapping[str, object]], depth: int = 0) -> dict[str, Kind]:
    """Return a table with its blocks as far as something is told in them: a whole one may be as large as all others."""
    some = list(told)
    found: dict[str, Kind] = {}
    for name, kind in sorted(schema.items()):
        if isinstance(kind, str):
            found[name] = kind
            continue
        below = [block for each in some for block in _blocks(each.get(name.rstrip("!")))]
        found[name] = kept(kind, below, depth + 1) if below or depth < 1 else {}
    return found


def _blocks(value: object) -> list[Mapping[str, object]]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]


def main(packages: Iterable[Path]) -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = {type: told for name in providers.names() for type, told in used(name).items()}
    for package in packages:
        version, every = read(package)
        resources = {type: kept(table, wanted[type]) for type, table in sorted(every.items()) if type in wanted}
        name = version.split("/")[1]
        lines = ",\n".join(f"{json.dumps(type)}: {json.dumps(table, sort_keys=True)}" for type, table in resources.items())
        FOLDER.joinpath(f"{name}.json").write_text(f'{{"provider": "{version}", "resources": {{\n{lines}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
