"""Facts to JSON and back: canonical, storable on both engines, and split into what is steady and what is volatile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.inventory import serial
from scanner.model import Absent, Fact, Present, Reason, Resource, Unread
from tests.cases import DENIED
from tests.scanner.inventory.build import NORTH, SOUTH, box
from tests.scanner.inventory.values import HOSTILE, HOSTILE_TEXT, JSON, deep, depth, nested, same


class TestText:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("plain", "plain"),
            ("", ""),
            ("a\0b", "a␀b"),
            ("é", "é"),
            ("é\0", "é␀"),
            ("\U0001f600", "\U0001f600"),
            ("\ud83d\ude00", "\U0001f600"),
            ("a\ud800b", "a\ufffdb"),
            ("\udfff", "\ufffd"),
            ("\ud800\ud800", "\ufffd\ufffd"),
        ],
    )
    def test_is_kept_or_made_storable(self, given: str, kept: str) -> None:
        assert serial.clean(given) == kept

    @given(HOSTILE_TEXT)
    def test_that_was_cleaned_is_clean(self, given: str) -> None:
        kept = serial.clean(given)
        assert serial.clean(kept) == kept
        assert "\0" not in kept.encode().decode()


class TestJson:
    @pytest.mark.parametrize(
        ("given", "packed"),
        [
            ({"b": 1, "a": [True, None, 1.5]}, '{"a":[true,null,1.5],"b":1}'),
            ({"é": "\U0001f600"}, '{"é":"\U0001f600"}'),
            ("a\0b", '"a␀b"'),
            ({"a\0": "\0"}, '{"a␀":"␀"}'),
            (r"\u0000", r'"\\u0000"'),
            ("\ud800", '"\ufffd"'),
            (2**64 - 1, "18446744073709551615"),
            (2**64, '"18446744073709551616"'),
            (-(2**63), "-9223372036854775808"),
            (-(2**63) - 1, '"-9223372036854775809"'),
            (float("nan"), "null"),
            (float("inf"), "null"),
            (b"\x00\xff", '"AP8="'),
            ({"z", "a"}, '["a","z"]'),
        ],
    )
    def test_is_canonical_and_storable(self, given: Any, packed: str) -> None:
        assert serial.text(given) == packed

    @given(JSON)
    def test_comes_back_as_it_was(self, value: Any) -> None:
        assert same(serial.loads(serial.dumps(value)), value)

    @given(JSON, JSON)
    def test_is_the_same_text_only_for_the_same_value(self, one: Any, other: Any) -> None:
        assert (serial.dumps(one) == serial.dumps(other)) == same(one, other)

    @given(JSON)
    def test_is_the_same_text_for_the_same_value_in_any_order(self, value: Any) -> None:
        assert serial.dumps(backwards(value)) == serial.dumps(value)

    @given(HOSTILE)
    def test_of_anything_is_storable(self, value: Any) -> None:
        packed = serial.text(value)
        assert "\0" not in packed
        assert "\\u0000" not in packed.replace("\\\\", "")
        assert all(-(2**63) <= each < 2**64 for each in integers(json.loads(packed)))

    @given(HOSTILE)
    def test_that_was_stored_is_stored_the_same_way_again(self, value: Any) -> None:
        packed = serial.dumps(value)
        assert serial.dumps(serial.loads(packed)) == packed

    @pytest.mark.parametrize("levels", [1, 200, 250, 254, 255, 1000, 100_000])
    def test_that_is_too_deep_is_cut(self, levels: int) -> None:
        packed = serial.dumps(deep(levels))
        assert depth(serial.loads(packed)) <= 254
        assert (b"core" in packed) == (levels <= 254)
        assert (serial.TOO_DEEP.encode() in packed) == (levels > 254)
        assert serial.dumps(serial.loads(packed)) == packed

    def test_of_a_megabyte_is_kept(self) -> None:
        policy = {"Statement": [{"Sid": str(number), "Resource": "x" * 1000} for number in range(1000)]}
        assert serial.loads(serial.dumps(policy)) == policy

    def test_of_what_nobody_foresaw_is_its_text(self) -> None:
        assert serial.text({"it": Odd()}) == '{"it":"odd␀"}'


class Odd:
    def __str__(self) -> str:
        return "odd\0"


def backwards(value: Any) -> Any:
    """Return *value* with the keys of its mappings in another order."""
    if isinstance(value, dict):
        return {name: backwards(value[name]) for name in reversed(value)}
    return [backwards(each) for each in value] if isinstance(value, list) else value


def integers(value: Any) -> list[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [found for each in value for found in integers(each)]
    return [value] if isinstance(value, int) else []


class TestHashes:
    def test_know_where_one_part_ends(self) -> None:
        assert len({serial.digest(*parts) for parts in ([b"ab", b""], [b"a", b"b"], [b"", b"ab"], [b"ab"])}) == 4

    def test_of_resources_differ_with_type_place_and_id(self) -> None:
        others = [
            box("b1"),
            box("b2"),
            box("b1", SOUTH),
            Resource("test.lid", "b1", "1", NORTH),
            Resource("test.box", "b1\0", "1", NORTH),
            Resource("test.box", "b1\ud800", "1", NORTH),
            Resource("test.box", "b1\ud801", "1", NORTH),
        ]
        assert len({serial.key(each) for each in others}) == len(others)

    def test_of_resources_stay_with_the_listing_that_returns_them(self) -> None:
        at_home, moved = (Resource("test.box", "b1", "1", region, listed_in=NORTH) for region in (NORTH, SOUTH))
        assert serial.key(at_home) == serial.key(moved)


KEYS = st.sampled_from(["a", "b", "c"])
TREES = nested(st.none() | st.integers(0, 3) | st.text("xy", max_size=2), KEYS, most=12)
PATHS = st.lists(KEYS | st.just("*"), min_size=1, max_size=3)


def reached(value: Any, steps: Sequence[str]) -> list[Any]:
    """Return what lies at *steps*: the meaning of a path, spelt out."""
    if not steps:
        return [value]
    if isinstance(value, list):
        return [found for each in value for found in reached(each, steps)]
    if not isinstance(value, dict):
        return []
    inner = [value[name] for name in sorted(value) if steps[0] in ("*", name)]
    return [found for each in inner for found in reached(each, steps[1:])]


class TestVolatile:
    @pytest.mark.parametrize(
        ("path", "rest", "taken"),
        [
            ("Seen", {"Id": 1, "Keys": [{"Id": 2, "Seen": "b"}, {"Id": 3}], "By": {"x": {"Seen": "c"}}}, ["a"]),
            ("Keys.Seen", {"Id": 1, "Seen": "a", "Keys": [{"Id": 2}, {"Id": 3}], "By": {"x": {"Seen": "c"}}}, ["b"]),
            ("By.*.Seen", {"Id": 1, "Seen": "a", "Keys": [{"Id": 2, "Seen": "b"}, {"Id": 3}], "By": {"x": {}}}, ["c"]),
            ("By", {"Id": 1, "Seen": "a", "Keys": [{"Id": 2, "Seen": "b"}, {"Id": 3}]}, [{"x": {"Seen": "c"}}]),
            ("Nothing", None, []),
            ("Id.deeper", None, []),
        ],
    )
    def test_parts_are_taken_out(self, path: str, rest: Any, taken: list[Any]) -> None:
        whole = {"Id": 1, "Seen": "a", "Keys": [{"Id": 2, "Seen": "b"}, {"Id": 3}], "By": {"x": {"Seen": "c"}}}
        left, kept = serial.split(whole, path.split("."))
        assert left == (whole if rest is None else rest)
        assert [value for _, value in kept] == taken

    @given(TREES, PATHS)
    def test_parts_taken_out_are_those_at_the_path(self, value: Any, steps: list[str]) -> None:
        assert [each for _, each in serial.split(value, steps)[1]] == reached(value, steps)

    @given(TREES, PATHS)
    def test_nothing_is_left_at_the_path(self, value: Any, steps: list[str]) -> None:
        rest, _ = serial.split(value, steps)
        assert reached(rest, steps) == []

    @given(TREES, PATHS)
    def test_parts_go_back_to_where_they_were(self, value: Any, steps: list[str]) -> None:
        before = serial.text(value)
        rest, kept = serial.split(value, steps)
        assert serial.text(serial.merge(rest, serial.loads(serial.dumps(kept)))) == before

    @given(TREES, TREES, PATHS)
    def test_parts_that_no_longer_fit_are_left_out(self, old: Any, new: Any, steps: list[str]) -> None:
        _, kept = serial.split(old, steps)
        rest, _ = serial.split(new, steps)
        merged = serial.merge(serial.loads(serial.dumps(rest)), kept)
        assert serial.text(serial.split(merged, steps)[0]) == serial.text(rest)


FACTS = st.dictionaries(
    st.sampled_from(["item", "policy", "usage", "other"]),
    TREES.map(lambda value: Absent() if value is None else Present(value)) | st.just(DENIED),
)


def holding(facts: dict[str, Fact]) -> Resource:
    return box().with_facts(**facts)


VOLATILE = st.lists(
    st.sampled_from(["item.a", "item.b.*", "policy.a.b", "usage", "missing", "other.*"]), unique=True, max_size=3
).map(tuple)


class TestPack:
    @given(FACTS, VOLATILE)
    def test_what_was_packed_comes_back(self, facts: dict[str, Fact], volatile: tuple[str, ...]) -> None:
        packed = serial.pack(holding(facts), volatile)
        unread = {name: serial.unread(*why) for name, why in serial.loads(packed.unread).items()}
        back = serial.facts(serial.loads(packed.facts), serial.loads(packed.volatile), unread)
        assert back == holding(facts).facts

    @given(FACTS, FACTS, VOLATILE)
    def test_contents_are_the_same_where_all_that_is_steady_is(
        self, one: dict[str, Fact], other: dict[str, Fact], volatile: tuple[str, ...]
    ) -> None:
        ones, others = (serial.pack(holding(facts), volatile) for facts in (one, other))
        hashes = [serial.content("", NORTH, each.facts) for each in (ones, others)]
        assert (hashes[0] == hashes[1]) == (orjson.loads(ones.facts) == orjson.loads(others.facts))

    @given(FACTS, st.sampled_from(["a", "b"]))
    def test_contents_differ_with_name_and_region(self, facts: dict[str, Fact], name: str) -> None:
        packed = serial.pack(holding(facts)).facts
        places = [(name, NORTH), (name, SOUTH), ("", NORTH), ("", SOUTH)]
        assert len({serial.content(*place, packed) for place in places}) == len(places)

    def test_does_not_change_the_resource(self) -> None:
        given = box(item={"Opened": "monday", "In": {"Opened": 1}})
        serial.pack(given, ("item.Opened", "item.In.Opened"))
        assert given["item"] == {"Opened": "monday", "In": {"Opened": 1}}

    def test_keeps_why_a_fact_is_unread(self) -> None:
        why = Unread(Reason.THROTTLED, "Slow\0", "Get\ud800", "x:Get")
        packed = serial.pack(box(policy=why))
        assert serial.loads(packed.unread) == {"policy": ["throttled", "Slow␀", "Get\ufffd", "x:Get"]}
        assert serial.loads(packed.facts) == {"item": {}}
