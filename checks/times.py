"""Times as clouds write them."""

from __future__ import annotations

from datetime import UTC, datetime

NOT_A_TIME = {"", "N/A", "no_information", "not_supported"}


def time_of(said: str | None) -> datetime | None:
    """Return the time that an API or a report tells; ``None`` where it has none to tell."""
    if said is None or said in NOT_A_TIME:
        return None
    time = datetime.fromisoformat(said)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def day(time: datetime) -> str:
    return time.date().isoformat()
