"""When a schedule is due. Pure: every daemon comes to the same slots, so that one row can decide who takes one up.

The triggers are APScheduler's. Its own jitter is not used: it is drawn anew each time, and two daemons would differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from scanner.config import ConfigError, Scheduled

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = 5
STEP = timedelta(microseconds=1)
WINDOWS = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=370))


class Trigger(Protocol):
    """What a trigger of APScheduler is asked."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """When one schedule is due. The slots of an interval are counted from 1970 on, wherever and whenever a daemon starts."""

    trigger: Trigger
    jitter: timedelta = timedelta()

    def after(self, moment: datetime) -> datetime | None:
        """Return the first slot later than *moment*."""
        found = self.trigger.get_next_fire_time(None, moment + STEP)
        return None if found is None else found.astimezone(UTC)

    def last(self, now: datetime) -> datetime | None:
        """Return the last slot up to *now*, where there was one in the last year."""
        for window in WINDOWS:
            slots = list(self._between(now - window, now))
            if slots:
                return slots[-1]
        return None

    def _between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        slot = self.after(start)
        while slot is not None and slot <= end:
            yield slot
            slot = self.after(slot)

    def start(self, slot: datetime, *names: str) -> datetime:
        """Return when an account is due in a slot: the jitter is its own share, the same for every daemon."""
        if not self.jitter:
            return slot
        drawn = blake2b("\0".join((*names, slot.isoformat())).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return slot + self.jitter * (int.from_bytes(drawn, "big") / 2**64)


def rule(given: Scheduled) -> Rule:
    """Return when a schedule is due. Raises :class:`ConfigError`."""
    where = f"schedules: {given.name}"
    try:
        zone = ZoneInfo(given.timezone)
    except (OSError, ValueError, KeyError) as error:  # the last is ZoneInfoNotFoundError
        raise ConfigError(f"{where}: there is no time zone {given.timezone!r}") from error
    if given.every is not None:
        seconds = int(given.every.total_seconds())
        return Rule(IntervalTrigger(seconds=seconds, start_date=EPOCH, timezone=UTC), given.jitter)
    try:
        made = Rule(CronTrigger.from_crontab(crontab(given.cron), zone), given.jitter)
        never = made.after(EPOCH) is None
    except ValueError as error:
        raise ConfigError(f"{where}: cron: {str(error)[:1].lower()}{str(error)[1:]}") from error
    if never:
        raise ConfigError(f"{where}: cron: {given.cron!r} is never due")
    return made


def crontab(text: str) -> str:
    """Return a crontab line as APScheduler reads it. Raises :class:`ValueError`.

    APScheduler counts weekdays from Monday, and crontab from Sunday, so they are named here. Where a day of the month and a
    weekday are given, crontab is due on either and APScheduler on both: that is refused.
    """
    parts = text.split()
    if len(parts) != FIELDS:
        raise ValueError("a crontab line has five fields: minute, hour, day, month, weekday")
    if parts[2] != "*" and parts[4] != "*":
        raise ValueError("it names a day of the month and a weekday: make two schedules of it")
    return " ".join([*parts[:4], _weekdays(parts[4])])


def _weekdays(text: str) -> str:
    if text == "*":
        return text
    numbers = sorted({number % 7 for part in text.lower().split(",") for number in _weekday(part)})
    return ",".join(DAYS[number] for number in numbers)


def _weekday(part: str) -> range:
    """Return the numbers of ``3``, ``wed``, ``1-5``, ``*/2`` or ``mon-fri/2``, Sunday being 0 and 7."""
    span, _, step = part.partition("/")
    first, _, last = ("0-6" if span == "*" else span).partition("-")
    numbers = [_number(each) for each in (first, last or first)]
    every = int(step or 1) if step.isdigit() or not step else 0
    if numbers[0] > numbers[1] or every < 1:
        raise ValueError(f"{part!r} is no weekday")
    return range(numbers[0], numbers[1] + 1, every)


def _number(day: str) -> int:
    if day in DAYS:
        return DAYS.index(day)
    if not day.isdigit() or int(day) >= len(DAYS):
        raise ValueError(f"{day!r} is no weekday")
    return int(day)
