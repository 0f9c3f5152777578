"""Alerts on accounts that are not looked at as promised, and forgetting what is old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.daemon import upkeep
from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan, read
from scanner.inventory import alerts, slots
from scanner.inventory.alerts import Wrong
from scanner.inventory.slots import DONE, FAILED, LOST, Slot
from scanner.inventory.store import Store
from scanner.model import Account, Gap, Reason
from scanner.notify.delivery import Delivery
from tests.scanner.inventory.build import BOX, NORTH, SHUT, ask, box, day, look

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = Account("aws", "1", "One")
TEXT = """
[daemon]
retention = "30d"
[[accounts]]
provider = "aws"
name = "one"
[[schedules]]
name = "nightly"
cron = "0 12 * * *"
max_duration = "2h"
[[notifications]]
name = "hook"
kind = "webhook"
url = "http://127.0.0.1:9"
"""
MISSED = Gap(BOX.type, NORTH, BOX.service, "GetPolicy", Reason.DENIED, "NoEntry", "test:GetPolicy", "no", "b1", "policy")


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    file = tmp_path / "demarc.toml"
    file.write_text(TEXT, "utf-8")
    return read(file, {})


def ran(store: Store, on: int, state: str = DONE, note: str = "", again: datetime | None = None) -> None:
    """Let a run of day *on* end as told; one that is done leaves a look at the account."""
    claim = slots.claim(store, Slot("nightly", "aws", "one", day(on)), "a", day(on))
    assert claim is not None
    wrote = [{"provider": "aws", "id": "1", "snapshot": 1, "status": "complete"}] if state == DONE else []
    slots.end(store, claim, state, day(on) + HOUR, note=note, accounts=wrote, again_at=again)


def watched(store: Store, plan: Plan, now: datetime) -> list[tuple[str, str, bool]]:
    """Return the alerts that turned: kind, account, and whether it is over."""
    return [(each.wrong.kind, each.wrong.account_id, each.over) for each in upkeep.watch(store, plan, lambda: now)]


def messages(store: Store) -> list[str]:
    return [key for (key,) in ask(store, "SELECT key FROM outbox ORDER BY pk")]


def test_an_account_that_is_looked_at_as_promised_raises_no_alert(store: Store, plan: Plan) -> None:
    ran(store, 1)
    look(store, box("b1"), account=ONE, on=1)
    assert watched(store, plan, day(1) + 2 * DAY + 2 * HOUR) == []


class TestOverdue:
    def test_opens_after_two_slots_and_the_time_of_a_scan_once(self, store: Store, plan: Plan) -> None:
        ran(store, 1)
        look(store, box("b1"), account=ONE, on=1)
        late = day(1) + 2 * DAY + 3 * HOUR
        assert watched(store, plan, late) == [("overdue", "1", False)]
        assert watched(store, plan, late + DAY) == [], "it turned once"
        ((kind, since),) = [(each["kind"], each["since"]) for each in alerts.standing(store)]
        assert (kind, since) == ("overdue", day(1))
        assert messages(store) == ["alert:1:open"]

    def test_is_over_with_the_next_look_however_it_came(self, store: Store, plan: Plan) -> None:
        ran(store, 1)
        look(store, box("b1"), account=ONE, on=1)
        watched(store, plan, day(5))
        look(store, box("b1"), account=ONE, on=5)  # by hand: no run of a daemon
        assert watched(store, plan, day(5) + HOUR) == [("overdue", "1", True)]
        assert messages(store) == ["alert:1:open", "alert:1:over"]

    def test_of_an_account_that_never_was_looked_at_counts_from_its_first_turn(self, store: Store, plan: Plan) -> None:
        ran(store, 1, FAILED, "no entry", again=day(1) + HOUR)
        assert watched(store, plan, day(2)) == []
        assert watched(store, plan, day(3) + 3 * HOUR) == [("overdue", "", False)]
        (found,) = alerts.standing(store)
        assert (found["since"], found["note"]) == (None, "no entry")

    def test_of_nothing_that_was_ever_due_is_none(self, store: Store, plan: Plan) -> None:
        assert watched(store, plan, day(100)) == []

    def test_two_daemons_that_look_at_once_open_it_once(self, store: Store, plan: Plan) -> None:
        ran(store, 1)
        for _ in range(2):
            watched(store, plan, day(9))
        assert ask(store, "SELECT count(*) FROM alert") == [(1,)]
        assert len(messages(store)) == 1


class TestOthers:
    ELSEWHERE = Wrong("failing", "gcp", "data", "", None, "no entry")

    def test_alerts_on_accounts_of_another_configuration_are_left_alone(self, store: Store, plan: Plan) -> None:
        """Two daemons, one of which was not told of an account yet, would open and close it in turns."""
        with store.changing() as connection:
            alerts.settle(connection, [self.ELSEWHERE], (), day(1))
        assert watched(store, plan, day(2)) == []
        assert [each["target"] for each in alerts.standing(store)] == ["data"]

    def test_until_nobody_can_be_meant_any_more(self, store: Store, plan: Plan) -> None:
        with store.changing() as connection:
            alerts.settle(connection, [self.ELSEWHERE], (), day(1))
        assert watched(store, plan, day(9)) == [], "it is no news that it is over"
        assert alerts.standing(store) == []


class TestIncomplete:
    def test_opens_where_looks_never_see_everything(self, store: Store, plan: Plan) -> None:
        ran(store, 1)
        look(store, box("b1"), account=ONE, on=1)
        for on in (2, 3, 4):
            ran(store, on)
            look(store, box("b1"), MISSED, account=ONE, on=on)
        assert watched(store, plan, day(4) + HOUR) == [("incomplete", "1", False)]
        ran(store, 5)
        look(store, box("b1"), account=ONE, on=5)
        assert watched(store, plan, day(5) + HOUR) == [("incomplete", "1", True)]


class TestFailing:
    @pytest.mark.parametrize("state", [FAILED, LOST])
    def test_opens_when_nothing_more_will_be_tried_and_ends_with_a_scan(self, store: Store, plan: Plan, state: str) -> None:
        ran(store, 1)
        look(store, box("b1"), account=ONE, on=1)
        ran(store, 2, state, "no entry", again=day(2) + HOUR)
        assert watched(store, plan, day(2) + HOUR) == [], "it is tried again"
        ran(store, 3, state, "no entry")
        assert watched(store, plan, day(3) + HOUR) == [("failing", "", False)]
        (found,) = alerts.standing(store)
        assert (found["since"], found["note"]) == (day(1) + HOUR, "no entry")
        ran(store, 4)
        look(store, box("b1"), account=ONE, on=4)
        assert watched(store, plan, day(4) + HOUR) == [("failing", "", True)]

    def test_credentials_that_are_revoked_overnight_are_told_once_and_then_that_it_is_overdue(
        self, store: Store, plan: Plan
    ) -> None:
        ran(store, 1)
        look(store, box("b1"), account=ONE, on=1)
        said = []
        for on in range(2, 8):
            ran(store, on, FAILED, "the credentials have expired")
            said += watched(store, plan, day(on) + 3 * HOUR)
        assert said == [("failing", "", False), ("overdue", "1", False)]


class TestPruning:
    def test_is_done_once_a_night_by_one_daemon(self, store: Store, plan: Plan) -> None:
        for on in (1, 40, 80):
            look(store, box("b1", item={"Text": str(on)}), account=ONE, on=on, checks=[SHUT])
        night = datetime(2026, 3, 25, 4, 0, tzinfo=UTC)
        for who in ("a", "b"):
            upkeep.prune(store, plan, who, lambda: night, set())
        assert ask(store, "SELECT schedule, state, daemon FROM run") == [("prune", "done", "a")]
        assert ask(store, "SELECT count(*) FROM resource_version") == [(2,)]

    def test_waits_for_the_next_night_when_it_is_late(self, store: Store, plan: Plan) -> None:
        upkeep.prune(store, plan, "a", lambda: datetime(2026, 3, 25, 12, 0, tzinfo=UTC), set())
        assert ask(store, "SELECT count(*) FROM run") == [(0,)]


def test_news_are_written_and_sent(store: Store, plan: Plan) -> None:
    metrics = Metrics()
    upkeep.tell(store, plan, lambda: day(1))
    look(store, box("b1", item={"Is": "open"}), account=ONE, on=1, checks=[SHUT])
    upkeep.tell(store, plan, lambda: day(1) + HOUR)
    upkeep.send(Delivery(store, lambda: day(1) + HOUR), plan, metrics)
    assert messages(store) == ["snapshot:1"]
    assert metrics.registry.get_sample_value("demarc_notifications_total", {"channel": "hook", "outcome": "postponed"}) == 1
