"""Whether something was backed up of late: the same verdict wherever backups are resources of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from checks.gcp.read import either
from checks.times import time_of
from scanner.model import Resource, Verdict, failed, passed

RECENT = timedelta(days=7)
MADE = ("createTime", "snapshotTime", "startTime", "versionTime")


def backed_up(backups: Iterable[Resource], now: datetime) -> Verdict:
    """Pass when one of *backups* was made within a week."""
    times = [time for each in backups if (time := time_of(either(each["item"], *MADE)))]
    if not times:
        return failed("there is no backup")
    newest = max(times)
    said = f"the newest backup is of {newest.date()}"
    return passed(said, until=newest + RECENT) if now - newest < RECENT else failed(said)
