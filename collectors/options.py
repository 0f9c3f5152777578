"""How a provider says what a user may tell it: one field of a dataclass an option."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def option(default: Any, help: str) -> Any:
    """Return a field with its default; users are shown *help*."""
    return field(default=default, metadata={"help": help})
