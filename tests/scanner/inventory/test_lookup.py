"""What relational checks may ask: the inventory answers as the list does that checks are tested with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.inventory.lookup import Lookup
from scanner.inventory.shelf import NOT_SCANNED
from scanner.inventory.store import Store
from scanner.model import Account, Inventory, Reason, Resource, Unread, UnreadError
from tests.cases import DENIED, FakeInventory, unlisted
from tests.scanner.inventory.build import (
    BOX,
    GLOBAL,
    KEY,
    NORTH,
    ONE,
    SOUTH,
    box,
    day,
    lid,
    listed,
    look,
    refused,
    thing,
    writing,
)

EVERYWHERE = (("test.box", NORTH), ("test.box", SOUTH), ("test.key", GLOBAL))


@contextmanager
def asked(store: Store, *said: Any, on: int = 1, account: Account = ONE, scopes: Any = EVERYWHERE) -> Iterator[Inventory]:
    """Give what a check gets to ask while the look is being judged."""
    with writing(store, *said, day=day(on), account=account, scopes=scopes) as (begun, _):
        yield begun.inventory()


class TestAnswers:
    def test_all(self, store: Store) -> None:
        with asked(store, box("n"), box("s", SOUTH), lid("n")) as inventory:
            assert ids(inventory.all("test.box")) == ["n", "s"]
            assert ids(inventory.all("test.box", region=SOUTH)) == ["s"]
            assert ids(inventory.all("test.key")) == []

    def test_one(self, store: Store) -> None:
        with asked(store, box("n"), box("s", SOUTH, item={"Size": 3})) as inventory:
            found = inventory.get("test.box", "s")
            assert found is not None
            assert (found.region, found["item"]) == (SOUTH, {"Size": 3})
            assert inventory.get("test.box", "x") is None

    def test_those_that_hold_a_value(self, store: Store) -> None:
        inside = box("n", item={"In": [{"Lid": "l1"}, {"Lid": "l2"}]}), box("s", SOUTH, item={"In": {"Lid": "l2"}}), box("x")
        with asked(store, *inside) as inventory:
            assert ids(inventory.where("test.box", "item.In.Lid", "l2")) == ["n", "s"]
            assert ids(inventory.where("test.box", "item.In.Lid", "l2", region=SOUTH)) == ["s"]
            assert ids(inventory.where("test.box", "item.In.Lid", "l3")) == []

    def test_are_those_of_the_account(self, store: Store) -> None:
        look(store, box("other"), account=replace(ONE, id="2"), on=1)
        with asked(store, box("own"), on=2) as inventory:
            assert ids(inventory.all("test.box")) == ["own"]

    def test_hold_what_was_read_before_this_look_and_is_still_there(self, store: Store) -> None:
        look(store, box("b1", policy={"Open": True}), on=1)
        with asked(store, box("b1", policy=DENIED), on=2) as inventory:
            (found,) = inventory.all("test.box")
            assert found.facts["policy"] == DENIED, "what could not be read this time is unread, whatever was known"


class TestGaps:
    def test_a_type_that_was_never_looked_at_is_unread(self, store: Store) -> None:
        with asked(store) as inventory:
            assert why(lambda: inventory.all("test.lid")) == NOT_SCANNED

    def test_a_type_that_a_narrow_scan_left_out_is_known_from_the_last_look(self, store: Store) -> None:
        look(store, lid("l1"), lid("l2", SOUTH), on=1)
        with asked(store, on=8) as inventory:
            assert ids(inventory.all("test.lid")) == ["l1", "l2"]
            assert ids(inventory.all("test.lid", region=SOUTH)) == ["l2"]

    def test_until_that_is_too_long_ago(self, store: Store) -> None:
        look(store, lid(), on=1)
        with asked(store, on=9) as inventory:
            assert why(lambda: inventory.all("test.lid")) == NOT_SCANNED

    def test_a_type_whose_last_look_failed_is_unread_until_the_next(self, store: Store) -> None:
        look(store, lid(), on=1)
        look(store, refused("test.lid"), on=2)
        with asked(store, on=3) as inventory:
            assert why(lambda: inventory.all("test.lid")).reason is Reason.DENIED

    def test_a_region_that_was_given_up_hides_nothing_of_the_others(self, store: Store) -> None:
        look(store, box("s", SOUTH), on=1, scopes=())
        with asked(store, box("n"), on=9) as inventory:
            assert ids(inventory.all("test.box")) == ["n"]

    def test_a_region_that_was_not_looked_at_is_unread(self, store: Store) -> None:
        with asked(store) as inventory:
            assert why(lambda: inventory.all("test.box", region="east")) == NOT_SCANNED

    def test_a_listing_that_failed_is_unread_with_its_permission(self, store: Store) -> None:
        with asked(store, refused(region=SOUTH)) as inventory:
            assert ids(inventory.all("test.box", region=NORTH)) == []
            for question in (
                lambda: inventory.all("test.box"),
                lambda: inventory.all("test.box", region=SOUTH),
                lambda: inventory.get("test.box", "x"),
                lambda: inventory.where("test.box", "item.Is", "open"),
            ):
                assert why(question) == Unread(Reason.DENIED, "NoEntry", "List:test.box", "test:List:test.box")

    def test_a_listing_that_failed_elsewhere_hides_nothing_here(self, store: Store) -> None:
        known = box("n", item={"Is": "open"}), box("s", SOUTH, item={"Is": "open"})
        look(store, *known, on=1)
        with asked(store, known[0], refused(region=SOUTH), on=2) as inventory:
            assert ids(inventory.where("test.box", "item.Is", "open", region=NORTH)) == ["n"]

    def test_a_type_without_regions_answers_for_each(self, store: Store) -> None:
        with asked(store, thing(KEY, "k", NORTH, listed_in=GLOBAL), listed("test.key", GLOBAL)) as inventory:
            assert ids(inventory.all("test.key", region=NORTH)) == ["k"]
            assert ids(inventory.all("test.key", region="east")) == []

    def test_and_is_unread_in_each_when_its_listing_failed(self, store: Store) -> None:
        with asked(store, refused("test.key", GLOBAL)) as inventory:
            assert why(lambda: inventory.all("test.key", region=NORTH)).reason is Reason.DENIED


def ids(found: Any) -> list[str]:
    return sorted(each.id for each in found)


def why(question: Callable[[], Any]) -> Unread:
    with pytest.raises(UnreadError) as told:
        question()
    return told.value.fact


# The same questions to both, whatever there is and whatever failed.

VALUES = ("a", "b")
ITEMS: st.SearchStrategy[Any] = st.one_of(
    st.just(DENIED),
    st.fixed_dictionaries({"Is": st.sampled_from(VALUES) | st.lists(st.sampled_from(VALUES), max_size=2) | st.none()}),
    st.just({}),
)
BOXES = st.lists(
    st.builds(box, st.sampled_from(["b1", "b2", "b3"]), st.sampled_from([NORTH, SOUTH]), item=ITEMS),
    max_size=5,
    unique_by=lambda each: (each.id, each.region),
)
REGIONS = st.sampled_from([None, NORTH, SOUTH])


@dataclass(frozen=True)
class Question:
    """One question to an inventory."""

    words: Sequence[str]
    region: str | None = None

    def __call__(self, inventory: Inventory) -> Any:
        """Return the answer in a form that can be compared: what is there, or that nobody can say."""
        try:
            match self.words:
                case ("all", type):
                    return shown(inventory.all(type, region=self.region))
                case ("get", type, id):
                    found = inventory.get(type, id)
                    return found and found.id
                case (_, type, path, value):
                    return shown(inventory.where(type, path, value, region=self.region))
        except UnreadError:
            return "unread"


def shown(found: Any) -> list[tuple[Any, ...]]:
    return sorted((each.id, each.region, repr(each.facts)) for each in found)


QUESTIONS = [
    *(Question(("all", BOX.type), region) for region in (None, NORTH, SOUTH)),
    *(Question(("get", BOX.type, id)) for id in ("b1", "b2", "b3", "b4")),
    *(Question(("where", BOX.type, "item.Is", value), region) for value in (*VALUES, "c") for region in (None, NORTH, SOUTH)),
]


@pytest.fixture(params=["kept in memory", "read again"])
def room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few resources are kept in memory; of many, their numbers."""
    if request.param == "read again":
        monkeypatch.setattr("scanner.inventory.lookup.SMALL", 0)
        monkeypatch.setattr(Lookup.__init__, "__defaults__", (0,))


class TestSameQuestions:
    numbers = iter(range(10**6))

    @pytest.mark.usefixtures("room")
    def test_same_answers(self, store: Store) -> None:
        @settings(max_examples=20)
        @given(BOXES, BOXES, st.sets(st.sampled_from([NORTH, SOUTH])))
        def same(before: list[Resource], there: list[Resource], failed: set[str]) -> None:
            account = replace(ONE, id=f"same-{next(self.numbers)}")
            own = [replace(each, account=account.id) for each in there]
            look(store, *before, account=account, scopes=EVERYWHERE)
            fake = FakeInventory(tuple(own), tuple(unlisted("test.box", region) for region in failed))
            with asked(store, *own, *(refused(region=region) for region in failed), account=account, on=2) as real:
                for question in QUESTIONS:
                    assert question(real) == question(fake), question

        same()
