"""What each simulated cloud tells of itself, so that the demo can scan it as any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A simulated cloud that is up: what to say of it, the environment that leads to it, its entries for demarc.toml."""

    told: str
    environment: Mapping[str, str]
    accounts: Sequence[Mapping[str, str | Sequence[str]]]
