"""Gaps: what could not be read when it was last tried, and since when."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Gap, Listed, Reason, Unread, passed
from tests.cases import DENIED
from tests.scanner.inventory.build import NORTH, SHUT, SOUTH, TWO, ask, box, day, lid, listed, look, made, refused

SLOW = Unread(Reason.THROTTLED, "SlowDown", "GetPolicy", "test:GetPolicy")


def gaps(store: Store) -> list[tuple[Any, ...]]:
    """Return type, region, fact, code and the first snapshot of each gap."""
    columns = "resource_type, region, fact, code, since"
    return ask(store, f"SELECT {columns} FROM gap WHERE valid_to IS NULL ORDER BY {columns}")


class TestOfListings:
    def test_say_what_failed_and_why(self, store: Store) -> None:
        look(store, refused(), on=1)
        (row,) = queries.gaps(store)
        assert (row["provider"], row["account_id"], row["region"], row["service"]) == ("test", "1", NORTH, "aws.s3")
        assert (row["resource_type"], row["operation"], row["reason"]) == ("test.box", "List:test.box", "denied")
        assert (row["code"], row["permission"], row["since"]) == ("NoEntry", "test:List:test.box", day(1))

    def test_last_from_their_first_look_until_the_listing_succeeds(self, store: Store) -> None:
        look(store, refused(), on=1)
        look(store, refused(reason=Reason.THROTTLED), on=2)
        assert gaps(store) == [("test.box", NORTH, "", "NoEntry", 1)]
        look(store, listed(), on=3)
        assert gaps(store) == []
        look(store, refused(), on=4)
        assert gaps(store) == [("test.box", NORTH, "", "NoEntry", 4)]

    def test_stay_while_nobody_tries_again(self, store: Store) -> None:
        look(store, refused(), refused(region=SOUTH), on=1)
        look(store, lid(), listed(region=SOUTH), on=2, scopes=())
        assert gaps(store) == [("test.box", NORTH, "", "NoEntry", 1)]

    def test_of_several_calls_stand_side_by_side(self, store: Store) -> None:
        def part(operation: str) -> Gap:
            return Gap("test.box", NORTH, "aws.s3", operation, Reason.DENIED, operation)

        look(store, part("ListA"), Listed("test.box", NORTH, complete=False), on=1)
        look(store, part("ListA"), part("ListB"), Listed("test.box", NORTH, complete=False), on=2)
        assert gaps(store) == [("test.box", NORTH, "", "ListA", 1), ("test.box", NORTH, "", "ListB", 2)]

    def test_said_twice_are_one(self, store: Store) -> None:
        look(store, refused(), refused(), on=1)
        assert len(gaps(store)) == 1

    def test_of_one_account_are_not_anothers(self, store: Store) -> None:
        look(store, refused(), on=1)
        look(store, listed(), on=2, account=TWO)
        assert len(gaps(store)) == 1


class TestOfFacts:
    def test_say_which_fact_of_how_many_resources(self, store: Store) -> None:
        look(store, box("b1", policy=SLOW), box("b2", policy=SLOW), box("b3", policy={}), on=1)
        (row,) = queries.gaps(store)
        assert (row["operation"], row["reason"], row["code"], row["permission"]) == (
            "GetPolicy",
            "throttled",
            "SlowDown",
            "test:GetPolicy",
        )
        assert (row["resources"], row["since"]) == (2, day(1))

    def test_last_from_their_first_look_until_the_fact_is_read(self, store: Store) -> None:
        look(store, box(policy=SLOW), on=1)
        look(store, box(policy=DENIED), on=2)
        assert gaps(store) == [("test.box", NORTH, "policy", "AccessDenied", 1)]
        look(store, box(policy={}), on=3)
        assert gaps(store) == []

    def test_of_each_fact_begin_on_their_own(self, store: Store) -> None:
        look(store, box(policy=SLOW), on=1)
        look(store, box(policy=SLOW, usage=SLOW), on=2)
        assert [(fact, since) for _, _, fact, _, since in gaps(store)] == [("policy", 1), ("usage", 2)]

    def test_stay_while_the_listing_fails(self, store: Store) -> None:
        look(store, box(policy=SLOW), on=1)
        look(store, refused(), on=2)
        assert [(fact, since) for _, _, fact, _, since in gaps(store)] == [("", 2), ("policy", 1)]

    def test_go_with_the_resource(self, store: Store) -> None:
        look(store, box(policy=SLOW), on=1)
        look(store, on=2)
        assert gaps(store) == []

    def test_of_new_and_old_resources_are_both_noted(self, store: Store) -> None:
        look(store, box("b1", policy=SLOW), on=1)
        look(store, box("b1", policy=SLOW), box("b2", policy=SLOW), on=2)
        assert [since for *_, since in gaps(store)] == [1, 2]


PRIVATE = made("test.box.private", lambda box: passed(str(box["policy"])), control="access.public_grant")


class TestBlindSpots:
    def test_count_the_findings_that_wait_for_them(self, store: Store) -> None:
        look(store, box("b1", policy=SLOW), box("b2", policy=SLOW), box("b3", policy={}), on=1, checks=[SHUT, PRIVATE])
        (row,) = queries.gaps(store)
        assert (row["area"], row["findings_affected"], row["resources"]) == ("access", 2, 2)

    def test_of_a_listing_count_what_is_known_from_before(self, store: Store) -> None:
        look(store, box("b1"), box("b2"), on=1, checks=[SHUT])
        look(store, refused(), on=2, checks=[SHUT])
        (row,) = queries.gaps(store)
        assert (row["area"], row["findings_affected"], row["resources"]) == ("data", 2, 0)

    @pytest.mark.parametrize(("filters", "found"), [({}, 2), ({"region": [SOUTH]}, 1), ({"region": ["east"]}, 0)])
    def test_can_be_narrowed(self, store: Store, filters: dict[str, list[str]], found: int) -> None:
        look(store, refused(), refused(region=SOUTH), on=1)
        assert len(list(queries.gaps(store, filters))) == found
