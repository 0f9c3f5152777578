"""What is kept of a resource: a version for each content, the latest of what is volatile, and whatever nobody saw end."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Absent, Reason, Unread
from tests.cases import ABSENT, DENIED
from tests.scanner.inventory.build import (
    BOX,
    NORTH,
    SOUTH,
    ask,
    box,
    boxes,
    day,
    lid,
    listed,
    look,
    refused,
    thing,
    writing,
)


def versions(store: Store, id: str = "b1") -> list[tuple[int, int | None, Any]]:
    """Return the versions of a resource: from snapshot, to snapshot, facts."""
    query = f"""
        SELECT v.valid_from, v.valid_to, v.facts FROM resource_version v JOIN resource r ON r.pk = v.resource_pk
        WHERE r.resource_id = '{id}' ORDER BY v.pk"""
    return [(first, last, queries.document(facts)) for first, last, facts in ask(store, query)]


def current(store: Store, id: str = "b1") -> dict[str, Any]:
    (row,) = (row for row in queries.resources(store, {}) if row["resource_id"] == id)
    return row


class TestVersions:
    def test_begin_where_the_content_changes(self, store: Store) -> None:
        for on, size in enumerate([1, 1, 2, 2, 1], 1):
            look(store, box(item={"Size": size}), on=on)
        assert versions(store) == [
            (1, 3, {"item": {"Size": 1}}),
            (3, 5, {"item": {"Size": 2}}),
            (5, None, {"item": {"Size": 1}}),
        ]

    def test_follow_content_and_not_the_order_of_keys(self, store: Store) -> None:
        look(store, box(item={"a": 1, "b": {"c": 1, "d": 2}}), on=1)
        assert look(store, box(item={"b": {"d": 2, "c": 1}, "a": 1}), on=2).applied.unchanged == 1

    def test_follow_the_order_of_lists(self, store: Store) -> None:
        look(store, box(item={"In": [1, 2]}), on=1)
        assert look(store, box(item={"In": [2, 1]}), on=2).applied.changed == 1

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({"Size": 1}, {"Size": "1"}),
            ({"Size": 1}, {"Size": True}),
            ({"Size": 0}, {"Size": False}),
            ({"Size": None}, {}),
            ({"Size": []}, {"Size": {}}),
            ({"Size": ""}, {"Size": None}),
        ],
    )
    def test_tell_values_apart_that_look_alike(self, store: Store, before: Any, after: Any) -> None:
        look(store, box(item=before), on=1)
        assert look(store, box(item=after), on=2).applied.changed == 1
        assert boxes(store)["b1"]["item"] == after

    @pytest.mark.parametrize("changed", [thing(BOX, "b1", NORTH, name="Other"), box("b1", policy=None), box("b1", more={})])
    def test_begin_where_the_name_changes_or_a_fact_comes(self, store: Store, changed: Any) -> None:
        look(store, box(), on=1)
        assert look(store, changed, on=2).applied.changed == 1

    def test_begin_where_a_fact_goes(self, store: Store) -> None:
        look(store, box(policy={}), on=1)
        assert look(store, box(), on=2).applied.changed == 1
        assert boxes(store)["b1"] == {"item": {}}

    def test_begin_where_it_moves_to_another_region(self, store: Store) -> None:
        home, away = (thing(BOX, "b1", region) for region in (NORTH, SOUTH))
        moved = type(home)("test.box", "b1", away.account, SOUTH, home.facts, home.name, listed_in=NORTH)
        look(store, home, on=1)
        assert look(store, moved, on=2).applied.changed == 1
        assert current(store)["region"] == SOUTH

    def test_do_not_begin_where_what_was_once_so_is_so_again(self, store: Store) -> None:
        look(store, box(), box("b2"), on=1)
        assert look(store, box("b2"), box(), on=2).applied.unchanged == 2

    def test_of_what_came_back_begin_anew(self, store: Store) -> None:
        look(store, box(), on=1)
        look(store, on=2)
        assert look(store, box(), on=3).applied.added == 1
        assert [(first, last) for first, last, _ in versions(store)] == [(1, 2), (3, None)]
        assert current(store)["first_seen_at"] == day(1)

    def test_the_last_of_two_rows_for_one_resource_counts(self, store: Store) -> None:
        applied = look(store, box(item={"Size": 1}), box(item={"Size": 2}), on=1).applied
        assert applied.added == 1
        assert boxes(store) == {"b1": {"item": {"Size": 2}}}


class TestTimes:
    def test_of_change_move_with_the_content_only(self, store: Store) -> None:
        for on, size in enumerate([1, 1, 2, 2], 1):
            look(store, box(item={"Size": size}), on=on)
        row = current(store)
        assert (row["first_seen_at"], row["last_changed_at"], row["last_seen_at"]) == (day(1), day(3), day(4))

    def test_of_sight_do_not_move_while_nobody_can_look(self, store: Store) -> None:
        look(store, box(), on=1)
        look(store, box(), on=2)
        look(store, refused(), on=3)
        assert current(store)["last_seen_at"] == day(2)

    def test_of_sight_do_not_move_while_others_are_looked_at(self, store: Store) -> None:
        look(store, box(), on=1)
        look(store, lid(), on=2, scopes=())
        assert current(store)["last_seen_at"] == day(1)

    def test_of_sight_move_with_what_a_listing_that_broke_off_shows_anew(self, store: Store) -> None:
        look(store, box(), on=1)
        look(store, box("b2"), refused(), on=2)
        assert (current(store, "b1")["last_seen_at"], current(store, "b2")["last_seen_at"]) == (day(1), day(2))


class TestAbsent:
    """That something is not configured is knowledge: kept as null, and a change when it comes or goes."""

    def test_is_null(self, store: Store) -> None:
        look(store, box(policy=ABSENT), on=1)
        assert boxes(store)["b1"] == {"item": {}, "policy": None}

    def test_is_the_same_whatever_the_provider_calls_it(self, store: Store) -> None:
        look(store, box(policy=Absent("NoSuchPolicy")), on=1)
        assert look(store, box(policy=Absent("NotFound")), on=2).applied.unchanged == 1

    def test_takes_the_place_of_a_value(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        assert look(store, box(policy=ABSENT), on=2).applied.changed == 1
        assert boxes(store)["b1"]["policy"] is None

    def test_is_not_unread(self, store: Store) -> None:
        look(store, box(policy=ABSENT), on=1)
        assert current(store)["unread"] is None
        assert ask(store, "SELECT count(*) FROM gap") == [(0,)]


class TestUnread:
    """What could not be read this time is as it was last known."""

    def test_keeps_the_last_value_and_makes_no_version(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        assert look(store, box(policy=DENIED), on=2).applied.unchanged == 1
        assert boxes(store)["b1"]["policy"] == {"Open": True}
        assert look(store, box(policy={"Open": True}), on=3).applied.unchanged == 1
        assert len(versions(store)) == 1

    def test_does_not_hide_what_else_changed(self, store: Store) -> None:
        look(store, box(policy={"Open": True}, item={"Size": 1}), on=1)
        assert look(store, box(policy=DENIED, item={"Size": 2}), on=2).applied.changed == 1
        assert boxes(store)["b1"] == {"policy": {"Open": True}, "item": {"Size": 2}}

    def test_tells_afterwards_what_changed_meanwhile(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        look(store, box(policy=DENIED), on=2)
        assert look(store, box(policy={"Open": False}), on=3).applied.changed == 1
        assert [first for first, _, _ in versions(store)] == [1, 3]

    def test_has_no_value_where_none_was_ever_known(self, store: Store) -> None:
        look(store, box(policy=DENIED), on=1)
        assert boxes(store)["b1"] == {"item": {}}

    def test_keeps_absence_as_well(self, store: Store) -> None:
        look(store, box(policy=ABSENT), on=1)
        assert look(store, box(policy=DENIED), on=2).applied.unchanged == 1
        assert boxes(store)["b1"]["policy"] is None

    def test_is_said_beside_what_is_known(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        look(store, box(policy=Unread(Reason.THROTTLED, "SlowDown", "GetPolicy", "test:GetPolicy")), on=2)
        assert current(store)["unread"] == {"policy": ["throttled", "SlowDown", "GetPolicy", "test:GetPolicy"]}
        look(store, box(policy={"Open": True}), on=3)
        assert current(store)["unread"] is None

    def test_of_what_came_back_keeps_the_value_from_before_it_went(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        look(store, on=2)
        look(store, box(policy=DENIED), on=3)
        assert "policy" not in boxes(store)["b1"], "another thing may have the name now"


class TestVolatile:
    """What changes without meaning is the latest observation, outside of the versions."""

    def test_makes_no_version(self, store: Store) -> None:
        look(store, box(item={"Size": 1, "Opened": "monday"}), on=1)
        assert look(store, box(item={"Size": 1, "Opened": "tuesday"}), on=2).applied.unchanged == 1
        assert versions(store) == [(1, None, {"item": {"Size": 1}})]

    def test_is_seen_by_who_asks_for_facts(self, store: Store) -> None:
        look(store, box(item={"Size": 1, "Opened": "monday"}, usage={"Times": 3}), on=1)
        look(store, box(item={"Size": 1, "Opened": "tuesday"}, usage={"Times": 4}), on=2)
        assert boxes(store)["b1"] == {"item": {"Size": 1, "Opened": "tuesday"}, "usage": {"Times": 4}}

    def test_is_seen_by_checks(self, store: Store) -> None:
        look(store, box(item={"Size": 1, "Opened": "monday"}, usage={"Times": 3}), on=1)
        with writing(store, box(item={"Size": 1, "Opened": "tuesday"}, usage={"Times": 4}), day=day(2)) as (begun, _):
            ((stored,),) = begun.pages("test.box")
        assert (stored.resource["item"], stored.resource["usage"]) == ({"Size": 1, "Opened": "tuesday"}, {"Times": 4})

    def test_keeps_the_last_observation_while_it_is_unread(self, store: Store) -> None:
        look(store, box(item={"Size": 1}, usage={"Times": 3}), on=1)
        assert look(store, box(item={"Size": 1}, usage=DENIED), on=2).applied.unchanged == 1
        assert boxes(store)["b1"]["usage"] == {"Times": 3}

    def test_of_what_came_back_is_not_that_from_before_it_went(self, store: Store) -> None:
        look(store, box(item={"Size": 1, "Opened": "monday"}, usage={"Times": 3}), on=1)
        look(store, on=2)
        look(store, box(item=DENIED, usage=DENIED), on=3)
        assert boxes(store)["b1"] == {}

    def test_that_is_there_no_more_is_gone(self, store: Store) -> None:
        look(store, box(item={"Size": 1, "Opened": "monday"}), on=1)
        look(store, box(item={"Size": 1}), on=2)
        assert boxes(store)["b1"] == {"item": {"Size": 1}}


class TestClosing:
    """Only a listing that was read to its end closes what it does not have."""

    def test_by_a_complete_listing(self, store: Store) -> None:
        look(store, box("b1"), box("b2"), on=1)
        assert look(store, box("b1"), on=2).applied.removed == 1
        assert list(boxes(store)) == ["b1"]
        assert ask(store, "SELECT resource_id FROM resource WHERE closed_at IS NOT NULL") == [("b2",)]

    def test_by_an_empty_one(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        assert look(store, listed(), on=2).applied.removed == 1
        assert boxes(store) == {}

    def test_not_by_one_that_was_refused(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        assert look(store, refused(), on=2).applied.removed == 0
        assert list(boxes(store)) == ["b1"]

    def test_not_by_one_that_broke_off(self, store: Store) -> None:
        look(store, box("b1"), box("b2", item={"Size": 1}), on=1)
        applied = look(store, box("b2", item={"Size": 2}), box("b3"), refused(), on=2).applied
        assert (applied.added, applied.changed, applied.removed) == (1, 1, 0)
        assert boxes(store) == {"b1": {"item": {}}, "b2": {"item": {"Size": 2}}, "b3": {"item": {}}}

    @pytest.mark.parametrize("other", [listed("test.lid", NORTH), listed("test.box", SOUTH)])
    def test_not_by_one_of_another_type_or_region(self, store: Store, other: Any) -> None:
        look(store, box("b1"), on=1)
        assert look(store, other, on=2, scopes=()).applied.removed == 0
        assert list(boxes(store)) == ["b1"]

    def test_of_one_region_leaves_the_other(self, store: Store) -> None:
        look(store, box("n", NORTH), box("s", SOUTH), on=1)
        look(store, listed(region=SOUTH), refused(region=NORTH), on=2)
        assert list(boxes(store)) == ["n"]

    def test_a_listing_of_which_a_part_failed_is_not_complete(self, store: Store) -> None:
        look(store, box("b1"), on=1)
        look(store, refused(), listed(), on=2)
        assert list(boxes(store)) == ["b1"]

    def test_more_than_fit_in_one_batch(self, store: Store) -> None:
        look(store, *(box(f"b{number}") for number in range(1300)), on=1)
        applied = look(store, *(box(f"b{number}") for number in range(0, 1300, 2)), on=2).applied
        assert (applied.removed, applied.unchanged, len(boxes(store))) == (650, 650, 650)


def changes(store: Store) -> list[tuple[Any, ...]]:
    query = "SELECT snapshot_id, change, resource_id, facts_before, facts_after FROM changes ORDER BY snapshot_id, resource_id"
    return [(*names, queries.document(before), queries.document(after)) for *names, before, after in ask(store, query)]


def test_changes_are_told_by_snapshot(store: Store) -> None:
    one, two = {"item": {"Size": 1}}, {"item": {"Size": 2}}
    look(store, box("b1", item={"Size": 1}), box("b2", item={"Size": 1}), on=1)
    look(store, box("b1", item={"Size": 2}), on=2)
    look(store, box("b1", item={"Size": 2}), box("b2", item={"Size": 2}), on=3)
    assert changes(store) == [
        (1, "added", "b1", None, one),
        (1, "added", "b2", None, one),
        (2, "changed", "b1", one, two),
        (2, "removed", "b2", one, None),
        (3, "added", "b2", None, two),
    ]
