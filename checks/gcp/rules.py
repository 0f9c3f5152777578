"""What rules of Firebase let anybody do: they decide what an application's users may read and write, without IAM.

Only what certainly holds for anybody is found: ``allow`` without a condition, with one that is always true, or with nothing
but a date that has not passed, as the console writes it for trying things out. Source: Firebase documentation, "Basic
Security Rules", "Security Rules language"; Firebase Rules API, "Ruleset", "Release".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

COMMENTS = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
ALLOW = re.compile(r"\ballow\s+(?P<methods>[\w\s,]+?)\s*(?::\s*if\s+(?P<condition>[^;{}]*?))?\s*;")
ALWAYS = re.compile(r"\(*\s*true\s*\)*")
UNTIL = re.compile(r"request\.time\s*<=?\s*timestamp\.date\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")


def text(ruleset: Mapping[str, Any]) -> str:
    """Return all that a ruleset says, empty where its text was not told."""
    files = (ruleset.get("source") or {}).get("files") or []
    return "\n".join(str(each.get("content") or "") for each in files)


def open_to_all(rules: str, now: datetime) -> list[str]:
    """Return what anybody may do at *now*, in the rules' own words."""
    return sorted({methods for methods, end in _open(COMMENTS.sub(" ", rules)) if end is None or end > now})


def _open(rules: str) -> Iterator[tuple[str, datetime | None]]:
    """Yield what is allowed to anybody, and until when; ``None`` for good."""
    for each in ALLOW.finditer(rules):
        methods, condition = " ".join(each["methods"].split()), each["condition"]
        if condition is None or ALWAYS.fullmatch(condition.strip()):
            yield methods, None
        elif (until := UNTIL.fullmatch(condition.strip())) and (end := _day(*map(int, until.groups()))):
            yield methods, end


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
