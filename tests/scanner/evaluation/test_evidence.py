"""Evidence: the paths and values that a check read last, however it read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.evaluation.evidence import LONGEST, MOST, short, watched
from scanner.model import Resource, UnreadError, values_at
from tests.cases import ABSENT, DENIED, resource

BOX = resource(
    "test.box",
    item={
        "Size": 3,
        "Lid": {"Open": True, "Colour": "red"},
        "In": [{"Id": 1, "Hot": False}, {"Id": 2, "Hot": True}],
        "Names": ["a"],
    },
    policy=ABSENT,
    usage=DENIED,
    tags={"team": "a"},
)


def read(look: Callable[[Resource], Any]) -> dict[str, Any]:
    """Return what is noted while *look* looks at the box."""
    seen = watched(BOX)
    look(seen)
    return seen.trace.values()


LOOKS: list[tuple[Callable[[Resource], Any], dict[str, Any]]] = [
    (lambda box: box["item"]["Size"], {"item.Size": 3}),
    (lambda box: box["item"].get("Size"), {"item.Size": 3}),
    (lambda box: box["item"].get("Weight", 7), {"item.Weight": None}),
    (lambda box: box["item"]["Lid"]["Open"], {"item.Lid.Open": True}),
    (lambda box: box["item"]["In"][1]["Hot"], {"item.In[1].Hot": True}),
    (lambda box: [each for each in box["item"]["In"] if each["Hot"]], {"item.In[0].Hot": False, "item.In[1].Hot": True}),
    (lambda box: any(each["Id"] == 1 for each in box["item"]["In"]), {"item.In[0].Id": 1}),
    (lambda box: "a" in box["item"]["Names"], {"item.Names": ["a"]}),
    (lambda box: box["item"]["In"][:1], {"item.In": BOX["item"]["In"]}),
    (lambda box: dict(box["item"]["Lid"].items()), {"item.Lid.Open": True, "item.Lid.Colour": "red"}),
    (lambda box: list(box["item"]["Lid"].values()), {"item.Lid.Open": True, "item.Lid.Colour": "red"}),
    (lambda box: values_at(box, "item.In.Id"), {"item.In[0].Id": 1, "item.In[1].Id": 2}),
    (lambda box: box["policy"], {"policy": None}),
    (lambda box: box.tags["team"], {"tags.team": "a"}),
    (lambda box: box["item"], {"item": BOX["item"]}),
    (lambda box: box.name, {}),
]


@pytest.mark.parametrize(("look", "noted"), LOOKS)
def test_what_was_read_is_noted(look: Callable[[Resource], Any], noted: dict[str, Any]) -> None:
    assert read(look) == noted


def test_what_was_read_last_stands_last() -> None:
    def look(box: Resource) -> None:
        for name in ("Open", "Colour", "Open"):
            box["item"]["Lid"][name]

    assert list(read(look)) == ["item.Lid.Colour", "item.Lid.Open"]


def test_a_container_stands_for_itself_only_where_nothing_in_it_was_read() -> None:
    assert read(lambda box: (box["item"]["Lid"], box["item"]["Names"][0])) == {
        "item.Lid": BOX["item"]["Lid"],
        "item.Names[0]": "a",
    }


def test_a_name_that_another_begins_with_is_not_taken_for_its_inside() -> None:
    box = watched(resource("test.box", item={"Lid": [1], "Lids": {"Id": 1}}))
    _ = box["item"]["Lid"], box["item"]["Lids"]["Id"]
    assert box.trace.values() == {"item.Lid": [1], "item.Lids.Id": 1}


def test_an_unread_fact_raises_as_ever() -> None:
    with pytest.raises(UnreadError):
        watched(BOX)["usage"]


def test_only_the_last_values_are_kept() -> None:
    box = watched(resource("test.box", item=list(range(100))))
    for _ in box["item"]:
        pass
    assert list(box.trace.values()) == [f"item[{number}]" for number in range(100 - MOST, 100)]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), "x" * LONGEST + "…"),
        (["x"] * LONGEST, f"({LONGEST} entries)"),
        ({str(number): "x" for number in range(LONGEST)}, f"({LONGEST} entries)"),
        ([1, 2], [1, 2]),
        (None, None),
        (10**600, 10**600),
    ],
)
def test_what_is_long_is_cut(value: Any, kept: Any) -> None:
    assert short(value) == kept


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=8,
)


def walked(value: Any) -> Any:
    """Return a copy that was made by reading everything."""
    if isinstance(value, dict):
        return {name: walked(value[name]) for name in value}
    return [walked(each) for each in value] if isinstance(value, list) else value


@given(JSON)
def test_being_watched_changes_nothing_that_is_read(value: Any) -> None:
    seen = watched(resource("test.box", item=value))
    assert walked(seen["item"]) == value
    assert seen["item"] == value
    assert (seen.type, seen.id, seen.account, seen.region, seen.name, seen.listed_in) == (
        "test.box",
        "under-test",
        BOX.account,
        BOX.region,
        "under-test",
        BOX.region,
    )
    assert len(seen.trace.values()) <= MOST
