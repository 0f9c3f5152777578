"""Who may do what: the question that each provider's checks package answers from what the inventory knows of an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from scanner.evaluation.registry import GROUP
from scanner.model import Inventory
from scanner.plugins import entry_points, find


@dataclass(frozen=True, slots=True)
class Holder:
    """One principal that may do it. ``certain`` is false where a condition, or what was not read, may still forbid it.

    ``through`` says what grants it, and where it is not certain, why.
    """

    principal: str
    certain: bool
    through: str


def others(why: str) -> Holder:
    """Return who stands for all that an answer can't name, and says why: a grant that was not read is no denial."""
    return Holder("others", certain=False, through=why)


@dataclass(frozen=True, slots=True)
class Question:
    """Who may do ``action`` on ``resource`` (an id, or empty for anything). ``type`` is its type where the inventory has it."""

    action: str
    resource: str = ""
    type: str = ""


WhoCan = Callable[[Inventory, Question, datetime], Iterable[Holder]]
"""Answers a question as of a time. Who is missing in the answer certainly may not, unless it holds :func:`others`.

Raises :class:`UnreadError` where nobody can say.
"""


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What a provider's checks package offers, at module level: there is nothing else to register.

    ``example`` is an action as this provider writes it.
    """

    provider: str
    example: str
    who_can: WhoCan


def entitlements(provider: str) -> Entitlements | None:
    """Return what answers for *provider*, if something installed does."""
    for point in entry_points(group=GROUP, name=provider):
        for found in find(point.load(), Entitlements):
            if found.provider == provider:
                return found
    return None
