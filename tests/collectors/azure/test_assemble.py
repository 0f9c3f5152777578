"""Where secrets may stand: what is found not to hold any is not looked through, so nothing may be overlooked."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.azure.assemble import leads
from collectors.azure.provider import specs
from collectors.redact import Redactor

NAMES = st.sampled_from(["item", "a", "b", "*"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.sampled_from(["text", 7, 1.5, ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(st.lists(NAMES, max_size=3).map(lambda steps: ".".join(["item", *steps])), max_size=3).map(tuple)


@settings(max_examples=500)
@given(st.dictionaries(NAMES, VALUES, max_size=2), PATHS)
def test_what_paths_do_not_lead_to_would_not_be_replaced(values: dict[str, Any], paths: tuple[str, ...]) -> None:
    replaced = deepcopy(values)
    Redactor(b"key").apply(replaced, paths)
    if not leads(values, paths):
        assert replaced == values


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"item": {"properties": {"password": "x"}}}, True),
        ({"item": {"properties": {"other": "x"}}}, False),
        ({"item": {"properties": {"password": None}}}, False),
        ({"item": {"properties": {"keys": [{"name": "x"}, {"value": "y"}]}}}, True),
        ({"item": {"properties": {"keys": [{"name": "x"}]}}}, False),
        ({"item": {"properties": {"settings": {"any": "x"}}}}, True),
        ({"item": {"properties": None}}, False),
    ],
)
def test_paths_lead_to_what_they_name(values: dict[str, Any], found: bool) -> None:
    paths = ("item.properties.password", "item.properties.keys.*.value", "item.properties.settings.*", "elsewhere.x")
    assert leads(values, paths) is found


@pytest.mark.parametrize("path", sorted({path for spec in specs() for path in spec.secret}))
def test_each_secret_of_a_type_is_found(path: str) -> None:
    fact, *steps = path.split(".")
    value: Any = "hunter2"
    for step in reversed(steps):
        value = [value] if step == "*" else {step: value}
    values = {fact: value}
    assert leads(values, (path,))
    Redactor(b"key").apply(values, (path,))
    assert "hunter2" not in str(values)
