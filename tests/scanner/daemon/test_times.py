"""When a schedule is due: the same slots for every daemon, whenever it starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scanner.config import ConfigError, Scheduled
from scanner.daemon.times import Rule, crontab, rule


def made(**given: Any) -> Rule:
    return rule(Scheduled(name="nightly", **given))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+00:00")


def test_a_crontab_line_is_due_at_its_times() -> None:
    nightly = made(cron="30 2 * * *")
    assert nightly.after(at("03-01T02:30")) == at("03-02T02:30")
    assert nightly.after(at("03-01T02:29:59")) == at("03-01T02:30")
    assert nightly.last(at("03-01T02:30")) == at("03-01T02:30")
    assert nightly.last(at("03-01T02:29")) == at("02-28T02:30")


@pytest.mark.parametrize(
    ("cron", "last"), [("0 0 1 1 *", "01-01T00:00"), ("0 0 1 * *", "03-01T00:00"), ("* * * * *", "03-15T11:07")]
)
def test_the_last_slot_is_found_however_long_ago(cron: str, last: str) -> None:
    assert made(cron=cron).last(at("03-15T11:07:30")) == at(last)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns"])
def test_an_interval_has_the_same_slots_wherever_it_is_computed(zone: str) -> None:
    every = made(every="6h", timezone=zone)
    assert every.last(at("03-01T11:59")) == at("03-01T06:00")
    assert every.after(at("03-01T06:00")) == at("03-01T12:00")


def test_a_time_zone_is_followed_through_its_changes() -> None:
    berlin = made(cron="0 3 * * *", timezone="Europe/Berlin")
    assert berlin.after(at("03-28T03:00")) == at("03-29T01:00"), "summer began"
    assert berlin.after(at("03-27T03:00")) == at("03-28T02:00"), "winter"


WEEKDAYS = [
    ("0", "sun"),
    ("7", "sun"),
    ("1", "mon"),
    ("1-5", "mon,tue,wed,thu,fri"),
    ("mon-fri", "mon,tue,wed,thu,fri"),
    ("5-7", "sun,fri,sat"),
    ("*/3", "sun,wed,sat"),
    ("1-5/2,sat", "mon,wed,fri,sat"),
    ("*", "*"),
]


@pytest.mark.parametrize(("given", "named"), WEEKDAYS)
def test_weekdays_are_counted_as_crontab_does(given: str, named: str) -> None:
    """APScheduler 3 counts from Monday on: its 0 is not crontab's."""
    assert crontab(f"0 0 * * {given}") == f"0 0 * * {named}"


def test_sunday_is_sunday() -> None:
    assert made(cron="0 0 * * 0").after(at("11-24T00:00")) == at("11-29T00:00")


MISTAKES = [
    ({"cron": "0 2 * *"}, "five fields"),
    ({"cron": "0 2 * * 8"}, "'8' is no weekday"),
    ({"cron": "0 2 * * 5-2"}, "'5-2' is no weekday"),
    ({"cron": "0 2 * * 1/0"}, "'1/0' is no weekday"),
    ({"cron": "0 2 * * sunday"}, "'sunday' is no weekday"),
    ({"cron": "61 2 * * *"}, "cron: "),
    ({"cron": "0 2 1 * 1"}, "make two schedules of it"),
    ({"cron": "0 2 30 2 *"}, "is never due"),
    ({"cron": "0 2 * * *", "timezone": "Mars/Olympus"}, "there is no time zone 'Mars/Olympus'"),
    ({"every": "1h", "timezone": "../../etc/passwd"}, "there is no time zone"),
]


@pytest.mark.parametrize(("given", "said"), MISTAKES)
def test_a_mistake_is_told_in_one_line(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as told:
        made(**given)
    assert str(told.value).startswith("schedules: nightly: ")
    assert "\n" not in str(told.value)


class TestJitter:
    RULE = made(cron="0 2 * * *", jitter="10m")
    SLOT = at("03-01T02:00")

    def test_lies_within_its_bounds_and_spreads_the_accounts(self) -> None:
        starts = [self.RULE.start(self.SLOT, "nightly", "aws", f"account{number}") for number in range(200)]
        late = [(start - self.SLOT) / timedelta(minutes=10) for start in starts]
        assert all(0 <= each < 1 for each in late)
        assert min(late) < 0.1
        assert max(late) > 0.9

    def test_is_the_same_for_every_daemon_and_another_in_the_next_slot(self) -> None:
        first = self.RULE.start(self.SLOT, "nightly", "aws", "prod")
        assert made(cron="0 2 * * *", jitter="10m").start(self.SLOT, "nightly", "aws", "prod") == first
        later = self.RULE.start(self.SLOT + timedelta(days=1), "nightly", "aws", "prod")
        assert later - first != timedelta(days=1)

    def test_is_none_where_none_is_asked_for(self) -> None:
        assert made(cron="0 2 * * *").start(self.SLOT, "a") == self.SLOT


def test_slots_are_in_utc() -> None:
    assert made(cron="0 3 * * *", timezone="Asia/Tokyo").after(at("03-01T00:00")) == datetime(2026, 3, 1, 18, tzinfo=UTC)
