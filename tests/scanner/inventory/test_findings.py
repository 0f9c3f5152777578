"""The life of findings, as it is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.evaluation.check import Check
from scanner.inventory import queries
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from scanner.model import failed, passed
from tests.cases import DENIED
from tests.scanner.inventory.build import (
    NORTH,
    SHUT,
    SOUTH,
    TWO,
    Said,
    ask,
    box,
    day,
    lid,
    listed,
    look,
    made,
    refused,
    shut,
)

OPEN, CLOSED, HIDDEN, BARE = (box(item=item) for item in ({"Is": "open"}, {"Is": "shut"}, DENIED, {"Is": "none"}))


def days(store: Store, *said: Any, checks: tuple[Check, ...] = (SHUT,)) -> None:
    """Look once a day, judging with *checks*; ``()`` is a day on which the box is gone."""
    for on, each in enumerate(said, 1):
        look(store, each, on=on, checks=checks)


def finding(store: Store) -> dict[str, Any]:
    (row,) = queries.findings(store, {})
    return row


def history(store: Store) -> list[tuple[Any, ...]]:
    return ask(store, "SELECT event, cause, snapshot_id FROM finding_history ORDER BY snapshot_id, event")


class TestLife:
    def test_begins_with_the_first_failure(self, store: Store) -> None:
        days(store, CLOSED, OPEN, OPEN)
        row = finding(store)
        assert (row["status"], row["opened_at"], row["resolved_at"], row["reopened"]) == ("fail", day(2), None, 0)
        assert history(store) == [("opened", "failed", 2)]

    def test_is_resolved_by_a_pass(self, store: Store) -> None:
        days(store, OPEN, CLOSED)
        row = finding(store)
        assert (row["status"], row["opened_at"], row["resolved_at"]) == ("pass", day(1), day(2))
        assert history(store) == [("opened", "failed", 1), ("resolved", "passed", 2)]

    def test_is_taken_up_again(self, store: Store) -> None:
        days(store, OPEN, CLOSED, OPEN)
        row = finding(store)
        assert (row["status"], row["opened_at"], row["resolved_at"], row["reopened"]) == ("fail", day(3), None, 1)
        assert history(store) == [("opened", "failed", 1), ("resolved", "passed", 2), ("reopened", "failed", 3)]

    @pytest.mark.parametrize("blind", [HIDDEN, refused()])
    def test_is_neither_ended_nor_begun_by_ignorance(self, store: Store, blind: Any) -> None:
        days(store, OPEN, blind, OPEN)
        assert history(store) == [("opened", "failed", 1)]
        assert (finding(store)["status"], finding(store)["opened_at"]) == ("fail", day(1))

    @pytest.mark.parametrize("blind", [HIDDEN, refused()])
    def test_stays_open_while_nobody_sees_and_says_what_was_last_known(self, store: Store, blind: Any) -> None:
        days(store, OPEN, OPEN, blind, blind)
        row = finding(store)
        assert (row["status"], row["opened_at"], row["resolved_at"]) == ("unknown", day(1), None)
        assert (row["last_known_status"], row["last_known_at"]) == ("fail", day(2))
        assert len(ask(store, "SELECT * FROM open_findings")) == 1

    def test_says_until_when_it_was_known_though_others_were_looked_at_since(self, store: Store) -> None:
        look(store, OPEN, on=1, checks=[SHUT])
        look(store, lid(), on=2, scopes=(), checks=[SHUT])
        look(store, HIDDEN, on=3, checks=[SHUT])
        assert finding(store)["last_known_at"] == day(1)

    def test_names_what_would_have_to_be_granted_to_go_on(self, store: Store) -> None:
        days(store, OPEN, refused())
        row = finding(store)
        assert (row["operation"], row["permission"]) == ("List:test.box", "test:List:test.box")

    def test_ends_with_the_resource(self, store: Store) -> None:
        days(store, OPEN, ())
        assert (finding(store)["status"], finding(store)["resolved_at"]) == ("closed", day(2))
        assert history(store)[-1] == ("resolved", "gone", 2)

    def test_ends_with_the_duty(self, store: Store) -> None:
        days(store, OPEN, BARE)
        assert (finding(store)["status"], finding(store)["resolved_at"]) == ("closed", day(2))
        assert history(store)[-1] == ("resolved", "not due", 2)

    @pytest.mark.parametrize("end", [(), BARE])
    def test_of_what_passed_ends_without_a_word(self, store: Store, end: Any) -> None:
        days(store, CLOSED, end)
        assert finding(store)["status"] == "closed"
        assert history(store) == []

    @pytest.mark.parametrize("end", [(), BARE])
    def test_is_taken_up_again_after_its_end(self, store: Store, end: Any) -> None:
        days(store, OPEN, end, OPEN)
        assert (finding(store)["status"], finding(store)["reopened"]) == ("fail", 1)
        assert history(store)[-1] == ("reopened", "failed", 3)

    def test_ends_once(self, store: Store) -> None:
        days(store, OPEN, (), (), ())
        assert len(history(store)) == 2

    def test_goes_on_untouched_where_nobody_looked(self, store: Store) -> None:
        look(store, OPEN, box("b2", SOUTH, item={"Is": "open"}), on=1, checks=[SHUT])
        before = list(queries.findings(store, {}))
        look(store, lid(), listed(region="east"), on=2, scopes=(), checks=[SHUT])
        assert list(queries.findings(store, {})) == before

    def test_goes_on_untouched_where_its_check_was_not_run(self, store: Store) -> None:
        days(store, OPEN)
        look(store, CLOSED, on=2, checks=[])
        assert finding(store)["status"] == "fail"

    def test_is_each_accounts_own(self, store: Store) -> None:
        look(store, OPEN, on=1, checks=[SHUT])
        look(store, CLOSED, on=2, checks=[SHUT], account=TWO)
        found = {row["account_id"]: (row["status"], row["finding_id"]) for row in queries.findings(store, {})}
        assert (found["1"][0], found["2"][0]) == ("fail", "pass")
        assert found["1"][1] != found["2"][1]


class TestWords:
    def test_are_all_there(self, store: Store) -> None:
        days(store, OPEN)
        row = finding(store)
        assert (row["check_id"], row["control"], row["area"], row["severity"]) == (
            "test.box.shut",
            "data.public_exposure",
            "data",
            "high",
        )
        assert (row["owner"], row["service"], row["service_model"]) == ("customer", "aws.s3", "abstracted")
        assert (row["provider"], row["account_id"], row["region"]) == ("test", "1", NORTH)
        assert (row["resource_type"], row["resource_id"], row["resource_name"]) == ("test.box", "b1", "b1")
        assert (row["reason"], row["evidence"], row["last_seen_at"]) == ("it is open", {"item.Is": "open"}, day(1))

    def test_follow_the_verdict(self, store: Store) -> None:
        days(store, OPEN, CLOSED)
        assert (finding(store)["reason"], finding(store)["evidence"]) == ("it is shut", None)

    def test_that_change_while_the_verdict_stays_are_kept(self, store: Store) -> None:
        size = made("test.box.small", lambda box: failed(f"it is {box['item']['Size']} wide"))
        days(store, box(item={"Size": 3}), box(item={"Size": 4}), checks=(size,))
        row = finding(store)
        assert (row["reason"], row["evidence"], row["snapshot_id"]) == ("it is 4 wide", {"item.Size": 4}, 2)
        assert history(store) == [("opened", "failed", 1)]

    def test_that_stay_are_not_written_again(self, store: Store) -> None:
        days(store, OPEN, OPEN, OPEN)
        assert finding(store)["snapshot_id"] == 1


class TestName:
    """A finding has the same name for ever: people link to it."""

    def test_stays_through_its_life(self, store: Store) -> None:
        names = set()
        course: list[Said] = [OPEN, CLOSED, HIDDEN, BARE, (), OPEN]
        for on, each in enumerate(course, 1):
            look(store, each, on=on, checks=[SHUT])
            names.add(finding(store)["finding_id"])
        assert len(names) == 1

    def test_is_the_same_in_every_inventory(self, store: Store) -> None:
        days(store, OPEN)
        assert finding(store)["finding_id"] == "f-gwhscpxmpxz23kww"

    def test_or_its_beginning_finds_it(self, store: Store) -> None:
        days(store, OPEN, CLOSED)
        name = finding(store)["finding_id"]
        row, turns = queries.finding(store, name[:7])
        assert row["finding_id"] == name
        assert [turn["event"] for turn in turns] == ["opened", "resolved"]

    @pytest.mark.parametrize("name", ["f-nothing", "", "f-", "%", "f-_%", "' OR 1=1 --"])
    def test_that_fits_none_or_several_is_told_in_one_line(self, store: Store, name: str) -> None:
        look(store, OPEN, box("b2"), on=1, checks=[SHUT])
        with pytest.raises(InventoryError, match="finding") as told:
            queries.finding(store, name)
        assert "\n" not in str(told.value)


RENAMED = replace(SHUT, id="test.box.closed", formerly=(SHUT.id,))


class TestRetired:
    def test_a_check_that_is_no_more_ends_its_findings(self, store: Store) -> None:
        days(store, OPEN)
        look(store, OPEN, on=2, then=lambda begun: begun.retire([]))
        assert (finding(store)["status"], finding(store)["resolved_at"]) == ("closed", day(2))
        assert history(store)[-1] == ("resolved", "check retired", 2)

    def test_a_check_that_is_still_there_keeps_them(self, store: Store) -> None:
        days(store, OPEN)
        look(store, on=2, scopes=(), then=lambda begun: begun.retire([SHUT]))
        assert finding(store)["status"] == "fail"

    def test_only_in_the_account_that_is_looked_at(self, store: Store) -> None:
        look(store, OPEN, on=1, checks=[SHUT], account=TWO)
        look(store, on=2, then=lambda begun: begun.retire([]))
        assert finding(store)["status"] == "fail"


class TestRenamed:
    """What a check was called formerly: its findings go on under the new name."""

    def test_goes_on_where_nobody_looked(self, store: Store) -> None:
        days(store, OPEN)
        look(store, on=2, scopes=(), then=lambda begun: begun.retire([RENAMED]))
        assert (finding(store)["check_id"], finding(store)["status"]) == ("test.box.closed", "fail")
        assert history(store) == [("opened", "failed", 1)]

    def test_goes_on_where_it_is_judged_again(self, store: Store) -> None:
        days(store, OPEN)
        name = finding(store)["finding_id"]
        look(store, CLOSED, on=2, checks=[RENAMED], then=lambda begun: begun.retire([RENAMED]))
        row = finding(store)
        assert (row["check_id"], row["status"], row["finding_id"]) == ("test.box.closed", "pass", name)
        assert history(store) == [("opened", "failed", 1), ("resolved", "passed", 2)]

    def test_goes_on_where_two_became_one(self, store: Store) -> None:
        tight = made("test.box.tight", shut)
        days(store, OPEN, checks=(SHUT, tight))
        both = replace(RENAMED, formerly=(SHUT.id, tight.id))
        look(store, OPEN, on=2, checks=[both], then=lambda begun: begun.retire([both]))
        found = {row["check_id"]: row["status"] for row in queries.findings(store, {})}
        assert found == {"test.box.closed": "fail", "test.box.tight": "closed"}
        look(store, OPEN, on=3, checks=[both], then=lambda begun: begun.retire([both]))
        assert len(list(queries.findings(store, {"status": ["fail"]}))) == 1


def test_more_findings_than_fit_in_one_page(store: Store) -> None:
    everything = [box(f"b{number:04}", item={"Is": "open" if number % 3 else "shut"}) for number in range(1100)]
    look(store, *everything, on=1, checks=[SHUT, made("test.box.there", lambda box: passed("it is there"))])
    assert ask(store, "SELECT status, count(*) FROM findings GROUP BY status ORDER BY 1") == [("fail", 733), ("pass", 1467)]
    look(store, *everything[:500], on=2, checks=[SHUT])
    assert ask(store, "SELECT count(*) FROM findings WHERE status = 'closed'") == [(1200,)]
    assert ask(store, "SELECT cause, count(*) FROM finding_history WHERE event = 'resolved' GROUP BY cause") == [("gone", 400)]
