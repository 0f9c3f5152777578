"""Terraform's language: a fix as text that can be put into a configuration, whatever the names in it hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.evaluation.terraform import MAP, THIS, Block, Fix
from scanner.reports.safe import CONTROLS, terminal

BLANK = re.compile(r"{(id-\d|[a-z]+)}")
GROUP = re.compile(r"/resourcegroups/([^/]+)", re.IGNORECASE)
STEP = "  "
NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What ends a text or begins a template, what no eye sees or what turns the direction, and halves of characters.
SPECIAL = re.compile(rf'[\\"]|[$%](?={{)|{CONTROLS.pattern}')
REPLACED = "# Terraform makes the resource anew for this, and deletes the one that is there: save what it holds first.\n"


def written(fix: Fix, names: Mapping[str, str] | None = None) -> str:
    """Return *fix* with the names in it; nothing where it has no resource. Without names, the blanks stay."""
    known = None if names is None else _known(names)
    return (REPLACED if fix.replaced else "") + "\n".join(_resource(each, known) for each in fix.blocks)


def _known(names: Mapping[str, str]) -> dict[str, str]:
    """Return what blanks may ask for: the names, the resource group in an id, and the last parts of it."""
    id = names.get("id", "")
    group = GROUP.search(id)
    parts = re.split("[/:]" if id.startswith("arn:") else "/", id)
    last = {f"id-{place}": part for place, part in enumerate(reversed(parts), 1)}
    return {**last, **names, **({"group": group[1]} if group else {})}


def _resource(block: Block, names: Mapping[str, str] | None) -> str:
    told = {name: _filled(value, names) for name, value in block.binds.items() if name not in block.sets}
    binds = {name: value for name, value in told.items() if value != ""}
    sets = {name: _filled(value, names) for name, value in block.sets.items()}
    parts = ["\n".join(_body(each, STEP)) for each in (binds, sets) if each]
    which = "" if binds or not names else f"# {terminal(names['id'])}\n"
    also = f"# or {', '.join(block.alike)}, with the same arguments\n" if block.alike else ""
    return f'{which}{also}resource "{block.type}" "{THIS}" {{\n' + "\n\n".join(parts) + "\n}\n"


class _Expression(str):
    """What is written as it stands. Only what we are told is one: a name that looks like one is a text."""

    __slots__ = ()


def _filled(value: Any, names: Mapping[str, str] | None) -> Any:
    """Return *value* with names in its blanks. A name may look like a blank or an expression, and stays what it is."""
    if isinstance(value, str) and value.startswith("="):
        return _Expression(value[1:])
    if isinstance(value, str) and names is not None:
        return BLANK.sub(lambda found: names.get(found[1], ""), value)
    if isinstance(value, Mapping):
        return {name: _filled(each, names) for name, each in value.items()}
    return [_filled(each, names) for each in value] if isinstance(value, list) else value


def _body(arguments: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Yield the lines of a body: arguments, then maps, then blocks, as the formatter of the language has them."""
    plain = {name: value for name, value in arguments.items() if not _nested(value)}
    width = max(map(len, plain), default=0)
    yield from (f"{indent}{name:{width}} = {_value(value)}" for name, value in plain.items())
    first = not plain
    for name, value in arguments.items():
        for each in _several(value) if _nested(value) else ():
            if not first:
                yield ""
            first = False
            yield from _block(name, each, indent)


def _nested(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value))


def _several(value: Any) -> Sequence[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) else value


def _block(name: str, value: Mapping[str, Any], indent: str) -> Iterator[str]:
    if name.endswith(MAP):
        keys = {key if NAME.fullmatch(key) else quoted(key): each for key, each in value.items()}
        width = max(map(len, keys), default=0)
        lines = [f"{indent}{STEP}{key:{width}} = {_value(each)}" for key, each in keys.items()]
    else:
        lines = list(_body(value, indent + STEP))
    yield from ([f"{indent}{name} {{", *lines, f"{indent}}}"] if lines else [f"{indent}{name} {{}}"])


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, _Expression):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return "null" if value is None else str(value)


def quoted(text: str) -> str:
    """Return *text* as a literal: nothing in it ends the literal, begins a template or hides."""
    return f'"{SPECIAL.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if letter in "$%":
        return f"\\u{ord(letter):04x}"
    if "\ud800" <= letter <= "\udfff":
        return "\ufffd"
    return ESCAPES.get(letter) or f"\\u{ord(letter):04x}"
