"""How one question is asked of several types: each gets a check of its own, made from one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scanner.evaluation.check import Check, Judge, check
from scanner.model import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: the noun that begins its titles, and the command that changes one of it."""

    type: str
    noun: str
    modify: str


def each(
    kinds: Sequence[Kind],
    name: str,
    *,
    control: str,
    severity: Severity,
    title: str,
    risk: str,
    fix: str,
    service: str = "",
    cis: tuple[str, ...] = (),
) -> Callable[[Judge], tuple[Check, ...]]:
    """Ask one question of each of *kinds*: ``NOUN`` in the title and ``MODIFY`` in the fix stand for its own words."""

    def wrap(judge: Judge) -> tuple[Check, ...]:
        return tuple(
            check(
                f"{kind.type}.{name}",
                on=kind.type,
                control=control,
                severity=severity,
                title=title.replace("NOUN", kind.noun),
                risk=risk,
                fix=fix.replace("MODIFY", kind.modify),
                service=service,
                cis=cis,
            )(judge)
            for kind in kinds
        )

    return wrap
