"""Checks that one property of the row decides by itself: the same question of one type or several, from a line of data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checks.azure.read import at, prop, word
from checks.kinds import Kind, each
from scanner.evaluation.check import Check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

Exempt = Callable[[Resource], str]
"""Why a check is not due on a resource; empty where it is."""


def setting(
    kinds: Sequence[Kind],
    name: str,
    path: str,
    good: str,
    unsaid: str | None,
    *,
    of: str = "",
    exempt: Exempt = lambda _: "",
    control: str,
    severity: Severity,
    title: str,
    risk: str,
    fix: str,
    cis: tuple[str, ...] = (),
) -> tuple[Check, ...]:
    """Ask *kinds* for the property at *path*, of the row or of the fact *of*: one of the *good* words passes.

    *unsaid* is what holds where the property is missing; ``None`` where that isn't known. ``NOUN`` in the title and
    ``MODIFY`` in the fix stand for the words of each kind.
    """

    def judge(resource: Resource) -> Verdict:
        said = word(at(resource[of], path) if of else prop(resource, path)) or unsaid
        if reason := exempt(resource):
            return skipped(reason)
        if said is None:
            return unknown(f"{path} is not said, and what then holds depends on when it was made")
        return (passed if said in good.lower().split() else failed)(f"{path} is {said or 'not set'}")

    return each(kinds, name, control=control, severity=severity, title=title, risk=risk, fix=fix, cis=cis)(judge)
