"""What changed is written down for each channel once, and kept until it is delivered. On both engines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from scanner.evaluation.overlay import Acceptance
from scanner.inventory import outbox
from scanner.inventory.outbox import Interest
from scanner.inventory.store import Store
from scanner.model import Severity
from scanner.scan import settle
from tests.scanner.inventory.build import KINDS, ONE, SHUT, TWO, ask, box, day, look, refused

ALL = frozenset({"opened", "reopened", "coverage", "failing", "overdue", "incomplete", "resolved"})
OPEN: dict[str, Any] = {"Is": "open"}
HOUR = timedelta(hours=1)


def interest(name: str = "team", **given: Any) -> Interest:
    return Interest(name, **{"events": ALL, **given})


def tell(store: Store, *interests: Interest, on: int = 1) -> int:
    with store.changing() as connection:
        return outbox.tell(connection, interests or [interest()], day(on))


def bodies(store: Store) -> list[Mapping[str, Any]]:
    return [each.body for each in outbox.oldest(store, ["team", "other"], day(400))]


@pytest.fixture
def told(store: Store) -> Store:
    """A store whose channel knows of everything so far, which is nothing."""
    tell(store)
    return store


class TestNews:
    def test_are_the_findings_that_opened(self, told: Store) -> None:
        look(told, box("b1", item=OPEN), box("b2"), on=1, checks=[SHUT])
        assert tell(told) == 1
        (body,) = bodies(told)
        assert (body["account_id"], body["account"], body["counts"]) == ("1", "One", {"high": 1})
        assert [(each["event"], each["resource_id"], each["reason"]) for each in body["findings"]] == [
            ("opened", "b1", "it is open")
        ]

    def test_of_a_look_that_changed_nothing_are_none(self, told: Store) -> None:
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT])
        tell(told)
        look(told, box("b1", item=OPEN), on=2, checks=[SHUT])
        assert tell(told) == 0

    def test_are_findings_that_reopened_and_not_those_that_were_resolved(self, told: Store) -> None:
        for on, state in ((1, "open"), (2, "shut"), (3, "open")):
            look(told, box("b1", item={"Is": state}), on=on, checks=[SHUT])
        assert tell(told) == 2
        assert [key for (key,) in ask(told, "SELECT key FROM outbox ORDER BY pk")] == ["snapshot:1", "snapshot:3"]

    def test_are_what_a_channel_asks_for(self, told: Store) -> None:
        others = [interest("severe", least=Severity.CRITICAL), interest("elsewhere", accounts=("2", "three-*"))]
        tell(told, *others)
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT])
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT], account=TWO)
        assert tell(told, interest(), *others) == 3
        assert ask(told, "SELECT channel, key FROM outbox ORDER BY pk") == [
            ("team", "snapshot:1"),
            ("team", "snapshot:2"),
            ("elsewhere", "snapshot:2"),
        ]

    def test_are_not_what_somebody_accepts(self, told: Store) -> None:
        until = day(9999)
        told.say(Acceptance(check="test.box.*", owner="ann", reason="moves", until=until), day(0))
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT], then=lambda begun: begun.lay())
        assert tell(told) == 0

    def test_of_many_findings_name_the_worst_and_count_the_others(self, told: Store) -> None:
        look(told, *(box(f"b{number:02}", item=OPEN) for number in range(30)), on=1, checks=[SHUT])
        tell(told)
        (body,) = bodies(told)
        assert (len(body["findings"]), body["counts"]) == (outbox.MOST, {"high": 30})


class TestCoverage:
    def scored(self, store: Store, *said: Any, on: int) -> None:
        look(store, *said, on=on, checks=[SHUT], then=lambda begun: settle(begun, "test", KINDS.values()))

    @pytest.fixture(autouse=True)
    def installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scanner.scan.installed", lambda _: [SHUT])

    def test_that_falls_is_news_with_what_could_not_be_read(self, told: Store) -> None:
        self.scored(told, box("b1"), on=1)
        assert tell(told) == 0
        self.scored(told, *refused(), on=2)
        assert tell(told) == 1
        (body,) = bodies(told)
        lost = body["coverage"]
        assert (lost["before"], lost["after"]) == (1.0, 0.0)
        assert [(each["operation"], each["reason"], each["permission"]) for each in lost["gaps"]] == [
            ("List:test.box", "denied", "test:List:test.box")
        ]
        assert body["counts"] == {}

    def test_that_stays_low_is_told_once(self, told: Store) -> None:
        self.scored(told, box("b1"), on=1)
        for on in (2, 3):
            self.scored(told, *refused(), on=on)
        assert tell(told) == 1

    def test_of_an_accounts_first_look_has_fallen_from_nothing(self, told: Store) -> None:
        self.scored(told, *refused(), on=1)
        assert tell(told) == 0


class TestOnce:
    def test_what_is_told_again_is_written_once(self, told: Store) -> None:
        """Another daemon, or one that was killed before it noted how far it came."""
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT])
        tell(told)
        with told.changing() as connection:
            connection.exec_driver_sql("UPDATE channel SET told = 0")
        assert tell(told) == 0
        assert ask(told, "SELECT told FROM channel") == [(1,)]

    def test_nothing_is_written_if_how_far_it_came_is_not(self, told: Store) -> None:
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT])
        with told.changing() as connection:
            assert outbox.tell(connection, [interest()], day(1)) == 1
            connection.rollback()
        assert ask(told, "SELECT count(*) FROM outbox") == [(0,)]
        assert tell(told) == 1

    def test_a_channel_that_is_new_is_not_told_of_the_past(self, told: Store) -> None:
        look(told, box("b1", item=OPEN), on=1, checks=[SHUT])
        assert outbox.behind(told, [interest("other")])
        assert tell(told, interest("other")) == 0
        assert not outbox.behind(told, [interest("other")])
        look(told, box("b1", item=OPEN), box("b2", item=OPEN), on=2, checks=[SHUT])
        assert outbox.behind(told, [interest("other")])
        assert tell(told, interest("other"), on=2) == 1

    def test_one_that_comes_back_after_weeks_is_told_of_the_last_days(self, told: Store) -> None:
        for on in (1, 30):
            look(told, box(f"b{on}", item=OPEN), on=on, checks=[SHUT])
        assert tell(told, on=31) == 1
        assert ask(told, "SELECT key FROM outbox") == [("snapshot:2",)]


class TestTaking:
    @pytest.fixture
    def waiting(self, told: Store) -> Store:
        with told.changing() as connection:
            for number in range(3):
                outbox.put(connection, "team", f"k{number}", {"kind": "test", "at": ""}, day(1))
            outbox.put(connection, "other", "k0", {"kind": "test", "at": ""}, day(1))
        return told

    def test_gives_each_channel_its_oldest(self, waiting: Store) -> None:
        assert [(each.channel, each.key) for each in outbox.oldest(waiting, ["team", "other"], day(1))] == [
            ("team", "k0"),
            ("other", "k0"),
        ]
        assert outbox.oldest(waiting, [], day(1)) == []

    def test_is_for_one_and_the_others_wait(self, waiting: Store) -> None:
        (message, _) = outbox.oldest(waiting, ["team", "other"], day(1))
        assert outbox.take(waiting, message, day(1) + HOUR) is not None
        assert outbox.take(waiting, message, day(1) + HOUR) is None, "another was quicker"
        assert [each.channel for each in outbox.oldest(waiting, ["team", "other"], day(1))] == ["other"]

    def test_what_was_delivered_makes_room_for_the_next(self, waiting: Store) -> None:
        (message, _) = outbox.oldest(waiting, ["team", "other"], day(1))
        taken = outbox.take(waiting, message, day(1) + HOUR)
        assert taken is not None
        outbox.ended(waiting, taken, outbox.DELIVERED, "HTTP 200", day(1))
        assert [each.key for each in outbox.oldest(waiting, ["team"], day(1))] == ["k1"]
        assert ("team", "delivered", 1) in list(outbox.queued(waiting))

    def test_a_delivery_counts_even_if_another_attempt_began_meanwhile(self, waiting: Store) -> None:
        (message, _) = outbox.oldest(waiting, ["team", "other"], day(1))
        first = outbox.take(waiting, message, day(1))
        assert first is not None
        second = outbox.take(waiting, first, day(1) + HOUR)
        assert second is not None
        outbox.postponed(waiting, first, "HTTP 500", day(300))
        assert ask(waiting, "SELECT answer FROM outbox WHERE pk = 1") == [("",)], "it is the other's to say"
        outbox.ended(waiting, first, outbox.DELIVERED, "HTTP 200", day(1))
        outbox.postponed(waiting, second, "HTTP 500", day(300))
        assert ask(waiting, "SELECT state, answer FROM outbox WHERE pk = 1") == [("delivered", "HTTP 200")]

    def test_old_ones_are_forgotten_once_they_ended(self, waiting: Store) -> None:
        (message, _) = outbox.oldest(waiting, ["team", "other"], day(1))
        taken = outbox.take(waiting, message, day(1))
        assert taken is not None
        outbox.ended(waiting, taken, outbox.DELIVERED, "", day(1))
        with waiting.changing() as connection:
            assert outbox.forget(connection, day(2)) == 1
        assert ask(waiting, "SELECT count(*) FROM outbox") == [(3,)]


def test_accounts_of_others_have_coverage_of_their_own(told: Store) -> None:
    look(told, box("b1"), on=1, account=ONE, checks=[SHUT])
    look(told, *refused(), on=2, account=TWO, checks=[SHUT])
    assert tell(told) == 0
