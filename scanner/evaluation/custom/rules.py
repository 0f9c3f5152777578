"""The rules that a custom check keeps, as the shipped ones do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache

from scanner import provider as providers
from scanner.evaluation import terraform
from scanner.evaluation.check import Check
from scanner.evaluation.custom.expression import KINDS, OURS, Expression
from scanner.evaluation.custom.files import Definition
from scanner.model import Kind, Severity
from scanner.responsibility.split import areas, controls, resolve, services

LAST = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_TITLE = 70
SHAPES = {
    **dict.fromkeys(("id", "on", "control", "title", "risk", "fix", "service"), str),
    "severity": Severity,
    "version": int,
    **dict.fromkeys(("cis", "formerly"), tuple),
}


def shapeless(check: Check) -> str:
    """Return what in a check is of another kind than it should be: Python itself doesn't ask."""
    wrong = [name for name, kind in SHAPES.items() if not isinstance(getattr(check, name), kind)]
    texts = all(isinstance(each, str) for name in ("cis", "formerly") if name not in wrong for each in getattr(check, name))
    if not wrong and texts:
        return ""
    name = wrong[0] if wrong else "cis or formerly"
    return f"{name} is a {SHAPES[name].__name__}" if wrong else f"{name} is a tuple of texts"


def problems(definitions: Sequence[Definition], shipped: Iterable[Check]) -> Iterator[str]:
    """Yield what is wrong, one line each: file, line, check, what, and what to do."""
    taken = {name: "a check that is installed" for check in shipped for name in (check.id, *check.formerly)}
    for each in definitions:
        for name in (each.check.id, *each.check.formerly):
            if name in taken:
                yield each.told(f"{name!r} is the id of {taken[name]}; choose another")
            taken[name] = f"the check at {each.file}:{each.line}"
        yield from (each.told(what) for what in broken(each))


def broken(definition: Definition) -> Iterator[str]:
    check = definition.check
    if check.provider not in providers.names():
        yield f"on: there is no provider {check.provider!r}; {meant(check.provider, providers.names())}"
        return
    kinds = types(check.provider)
    if kinds and check.on not in kinds:
        yield f"on: there is no type {check.on!r}; {meant(check.on, kinds)}"
        return
    yield from _named(check)
    yield from _told(check)
    kind = kinds.get(check.on)
    service = check.service or (kind.service if kind else "")
    yield from _placed(check, service)
    if kind:
        for each in definition.expressions:
            yield from _asked(each, kind)


def _named(check: Check) -> Iterator[str]:
    if not check.id.startswith(f"{check.on}.") or not LAST.fullmatch(check.id.removeprefix(f"{check.on}.")):
        yield f"the id begins with the type, and ends in a name of small letters: {check.on}.encrypted"
    if any(":" not in each for each in check.cis):
        yield "cis names an edition and a recommendation: v7:3.1.4"


def _told(check: Check) -> Iterator[str]:
    if not 0 < len(check.title) <= LONGEST_TITLE or check.title.endswith("."):
        yield f"the title has 1 to {LONGEST_TITLE} characters, and no full stop"
    if check.title.startswith("Ensure"):
        yield "the title states how things are where they are well, not what to do: leave out Ensure"
    if not check.risk.endswith("."):
        yield "the risk is a sentence, with a full stop"
    if not check.fix.strip():
        yield "the fix says what to do, and is empty"
    if check.terraform is not None and (said := terraform.problem(check.terraform)):
        yield f"terraform: {said}"


def _placed(check: Check, service: str) -> Iterator[str]:
    if check.control not in controls():
        yield f"control: there is no {check.control!r}; {meant(check.control, controls())}"
    elif service and service not in services():
        yield f"service: the split has no {service!r}; {meant(service, services())}"
    elif service and check.area in areas() and resolve(service, check.area).owner == "provider":
        yield f"{check.area} of {service} is the provider's: there is nothing of yours to check"


def _asked(expression: Expression, kind: Kind) -> Iterator[str]:
    known = (*dict.fromkeys(kind.facts), *OURS)
    for name in sorted(expression.names - expression.bound - KINDS - set(known)):
        yield f"{kind.type} has no fact {name!r}; it has {', '.join(known)}"
    for name in sorted(expression.bound & set(known)):
        yield f"a loop calls its variable {name!r}, which is a fact; call it otherwise"


def meant(given: str, known: Iterable[str]) -> str:
    """Return what was probably meant, or where all are listed."""
    names = list(known)
    near = get_close_matches(given, names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are {', '.join(names)}" if len(names) < 10 else "docs/reference lists them"


@cache
def types(provider: str) -> dict[str, Kind]:
    """Return a provider's types by name; none where it can't be loaded, since nothing of it is scanned here."""
    try:
        return {kind.type: kind for kind in providers.load(provider).kinds()}
    except providers.ConnectError:
        return {}
