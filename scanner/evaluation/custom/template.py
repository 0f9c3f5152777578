"""What ``demarc checks new`` writes: a check that works, to be changed into the one that is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Template

from scanner.model import Kind
from scanner.responsibility.split import controls, resolve

PREFERRED = "governance.ownership"

HEAD = """\
# A check of your own on $on ($title).
# Facts: $facts.
# What they hold, as JSON: demarc resources --type $on --format jsonl
# Controls: demarc checks list, or docs/reference/controls.md. Try it: demarc checks test $folder
"""

YAML = """
checks:
  - id: $on.$name
    on: $on
    control: $control
    severity: low
    title: $label
    risk: Say what may happen where it is otherwise.
    fix: say what to do with {id} in {region}
    # True where all is well. A fact that is absent is null, one that nobody could read makes the verdict unknown.
    pass: $expression
    cases:
      - pass: {$fact: {$key: $value}}
      - fail: {$fact: {}}
      - fail: {$fact: null}
      - unknown: {}
"""

PYTHON = """
from __future__ import annotations

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed


@check(
    "$on.$name",
    on="$on",
    control="$control",
    severity=Severity.LOW,
    title="$label",
    risk="Say what may happen where it is otherwise.",
    fix="say what to do with {id} in {region}",
)
def $name(resource: Resource) -> Verdict:
    found = resource["$fact"] or {}  # None where it is absent; where nobody could read it, the line raises, and that is unknown
    return passed() if found.get("$key") == "$value" else failed("$key is not $value")
"""

CASES = """\
from __future__ import annotations

from scanner.evaluation.custom.cases import DENIED, FAIL, PASS, UNKNOWN, case

from .$module import $name

CASES = [
    case($name, PASS, $fact={"$key": "$value"}),
    case($name, FAIL, $fact={}),
    case($name, FAIL, $fact=None),
    case($name, UNKNOWN, $fact=DENIED),
]
"""


def files(kind: Kind, name: str, folder: str, *, yaml: bool) -> Mapping[str, str]:
    """Return the texts of a template by the names of their files."""
    stem = f"{kind.type}.{name}".replace(".", "_")
    fact = "tags" if "tags" in kind.facts else kind.facts[0]
    key, value = ("owner", "team-a") if fact == "tags" else ("example", "good")
    words = {
        "on": kind.type,
        "title": kind.title,
        "facts": ", ".join(dict.fromkeys(kind.facts)),
        "folder": folder,
        "name": name,
        "control": control(kind.service),
        "label": f"{kind.title} is as agreed"[:70],
        "fact": fact,
        "key": key,
        "value": value,
        "expression": f"'{fact} != null && has({fact}.{key}) && {fact}.{key} == \"{value}\"'",
        "module": stem,
    }
    if yaml:
        return {f"{stem}.yaml": Template(HEAD + YAML).substitute(words)}
    return {f"{stem}.py": Template(HEAD + PYTHON).substitute(words), f"cases_{stem}.py": Template(CASES).substitute(words)}


def control(service: str) -> str:
    """Return a control of an area that is not the provider's on *service*."""
    return next(each for each in _first(PREFERRED, controls()) if resolve(service, each.partition(".")[0]).owner != "provider")


def _first(preferred: str, others: Iterable[str]) -> Iterable[str]:
    return (preferred, *others)
