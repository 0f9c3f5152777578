"""Yes, no, or nobody can say: what conditions of policies come to."""

from __future__ import annotations

from collections.abc import Iterable

Decided = bool | None
"""``None``: perhaps."""


def either(said: Iterable[Decided]) -> Decided:
    """Return whether one of several holds."""
    every = list(said)
    return True if True in every else None if None in every else False


def both(said: Iterable[Decided]) -> Decided:
    """Return whether all of several hold."""
    every = list(said)
    return False if False in every else None if None in every else True


def contrary(said: Decided) -> Decided:
    return None if said is None else not said
