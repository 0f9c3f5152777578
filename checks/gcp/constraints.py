"""Organization policies: which constraints are in force on a project, after what it inherits.

A node's policies are read in both shapes, those of the first API (``booleanPolicy``, ``listPolicy``) and those of the second
(``spec.rules``). The nearest node that sets a constraint decides; lists are merged upwards where a policy says so. Rules that
hold for tagged resources only leave the answer open. A dry run enforces nothing. Source: Organization Policy documentation,
"Understanding constraints", "Understanding hierarchy evaluation".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.gcp import lineage
from scanner.model import Resource

Policies = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a list constraint allows. ``allowed``: nothing but these, ``None`` for anything; ``open``: tags may change it."""

    allowed: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()
    open: bool = False

    @property
    def limited(self) -> bool:
        return self.allowed is not None or bool(self.denied)


def nodes(project: Resource) -> list[Policies]:
    """Return the policies of a project and of each node above it, nearest first."""
    return [project["org_policy"] or [], *(each["org_policy"] or [] for each in lineage.ancestors(project))]


def enforced(levels: Sequence[Policies], names: Iterable[str]) -> bool | None:
    """Tell whether one of *names* (a constraint, and its managed successor) is enforced; ``None``: for some tags only."""
    said = [_enforced(levels, name) for name in names]
    return True if True in said else None if None in said else False


def limits(levels: Sequence[Policies], name: str) -> Limits:
    """Return what a list constraint leaves allowed."""
    allowed: set[str] | None = None
    denied: set[str] = set()
    unsure = False
    for policies in levels:
        for each in _set(policies, name):
            found = _list_of(each)
            unsure |= found.open
            denied |= found.denied
            allowed = allowed if found.allowed is None else {*(allowed or ()), *found.allowed}
            if not _inherits(each):
                return Limits(None if allowed is None else frozenset(allowed), frozenset(denied), unsure)
    return Limits(None if allowed is None else frozenset(allowed), frozenset(denied), unsure)


def names(policies: Policies) -> set[str]:
    """Return the constraints that a node sets, dry runs left out."""
    return {name_of(each) for each in policies if "constraint" in each or "spec" in each}


def name_of(policy: Mapping[str, Any]) -> str:
    """Return the constraint of a policy in either shape, without what stands before it."""
    return str(policy.get("constraint") or policy.get("name") or "").rpartition("/")[2]


def _set(policies: Policies, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the policy on one constraint, once though both APIs may tell of it."""
    fitting = [each for each in policies if name_of(each) == name and ("constraint" in each or "spec" in each)]
    yield from fitting[-1:]


def _enforced(levels: Sequence[Policies], name: str) -> bool | None:
    for policies in levels:
        for each in _set(policies, name):
            return _boolean(each)
    return False


def _boolean(policy: Mapping[str, Any]) -> bool | None:
    if "spec" not in policy:
        return bool((policy.get("booleanPolicy") or {}).get("enforced"))
    said = {bool(rule.get("enforce")) for rule in policy["spec"].get("rules") or [{}]}
    return said.pop() if len(said) == 1 else None


def _inherits(policy: Mapping[str, Any]) -> bool:
    body = policy.get("spec") or policy.get("listPolicy") or {}
    return bool(body.get("inheritFromParent"))


def _list_of(policy: Mapping[str, Any]) -> Limits:
    if "spec" not in policy:
        return _old_list(policy.get("listPolicy") or {})
    rules = policy["spec"].get("rules") or []
    always = [rule for rule in rules if not rule.get("condition")]
    allowed: set[str] | None = None
    denied: set[str] = set()
    for rule in always:
        values = rule.get("values") or {}
        denied.update(values.get("deniedValues") or ())
        if values.get("allowedValues") or rule.get("denyAll"):
            allowed = {*(allowed or ()), *(values.get("allowedValues") or ())}
    return Limits(None if allowed is None else frozenset(allowed), frozenset(denied), len(always) < len(rules))


def _old_list(body: Mapping[str, Any]) -> Limits:
    if body.get("allValues") in ("DENY", 2):
        return Limits(frozenset())
    allowed = body.get("allowedValues")
    return Limits(frozenset(allowed) if allowed else None, frozenset(body.get("deniedValues") or ()))
