"""Until when a version is kept up to date by its maker: the same verdict for every table of such days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from scanner.model import Verdict, failed, passed, unknown


def ends(table: Mapping[str, str], name: str) -> datetime | None:
    """Return the day that *table* tells of *name*; ``None`` where it is not known."""
    said = table.get(name)
    return datetime.fromisoformat(said).replace(tzinfo=UTC) if said else None


def kept_up(name: str, end: datetime | None, now: datetime) -> Verdict:
    """Pass while *name* is kept up to date."""
    if end is None:
        return unknown(f"until when {name} is kept up to date is not known here")
    said = f"{name} is kept up to date until {end.date()}"
    return failed(said) if end <= now else passed(said, until=end)
