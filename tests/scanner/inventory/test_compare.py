"""What changed between two states, field by field."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.inventory.compare import MISSING, Field, fields

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        ({"a": 1}, {"a": 2}, [Field("a", 1, 2)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [Field("a.b", 1, 2)]),
        ({}, {"a": None}, [Field("a", MISSING, None)]),
        ({"a": None}, {}, [Field("a", None, MISSING)]),
        ({"a": 1}, {"a": True}, [Field("a", 1, True)]),
        ({"a": [1, 2]}, {"a": [2, 3, 1]}, [Field("a[]", MISSING, 3)]),
        ({"a": [1, 1]}, {"a": [1]}, [Field("a[]", 1, MISSING)]),
        ({"a": [{"k": 1, "v": 1}, 5]}, {"a": [5, {"k": 1, "v": 2}]}, [Field("a[].v", 1, 2)]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [Field("a", [1, 2], [2, 1])]),
        ({"a": [1]}, {"a": {"b": 1}}, [Field("a", [1], {"b": 1})]),
    ],
)
def test_fields_that_differ(before: Any, after: Any, differ: list[Field]) -> None:
    assert list(fields(before, after)) == differ


@given(JSON)
def test_equal_states_differ_in_nothing(value: Any) -> None:
    assert list(fields({"a": value}, {"a": deepcopy(value)})) == []


@given(JSON, JSON)
def test_different_states_differ_in_something_and_the_other_way_round(before: Any, after: Any) -> None:
    there, back = (list(fields({"a": one}, {"a": other})) for one, other in ((before, after), (after, before)))
    assert bool(there) == bool(back)
    if before != after:
        assert there
    assert {(each.path, repr(each.before), repr(each.after)) for each in there} == {
        (each.path, repr(each.after), repr(each.before)) for each in back
    }
