"""Until when operating systems are maintained, by the names that they give themselves, as agents hand them on."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from checks.support import versions


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], datetime], ...]:
    return tuple((re.compile(rf"{pattern}(\.\d.*)?"), day) for pattern, day in versions("systems").ends.items())


def maintained_until(system: str) -> datetime | None:
    """Return the day on which maintenance of *system* (``Ubuntu 22.04``) ends; ``None`` for one that is not known here."""
    return next((day for pattern, day in _patterns() if pattern.fullmatch(system)), None)
