"""The cheap look before the careful one: it may see a secret where none is, and never the other way round."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.evident import FORMS, possible, replaced

SIGNS = [sign for _, signs, _ in FORMS for sign in signs if sign != "://"]
FORM = {kind: form for kind, _, form in FORMS}
# Of what texts are made that nearly hold a sign, hold one, hold two that overlap, or hold none.
PIECES = [
    *SIGNS,
    *(sign[1:] for sign in SIGNS),
    *(sign[:-1] for sign in SIGNS),
    *"_-.=K ",
    "ü",
    "\\",
    '"',
    "Standard_LRS",
    "\n",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("around", ["{}", "x{}", "{}x", "_{}_", "-{}-", "Key{}Key", ".{}.", "ü{}ü", '"{}"'])
def test_no_sign_is_overlooked_whatever_stands_around_it(sign: str, around: str) -> None:
    assert possible([{"a": around.format(sign)}])


@settings(max_examples=500)
@given(TEXTS)
def test_what_holds_a_sign_is_possible(text: str) -> None:
    if any(sign in text for sign in SIGNS):
        assert possible({"a": [text]})


@settings(max_examples=200)
@given(st.text(max_size=40), st.sampled_from(sorted(FORM)), st.data())
def test_what_fits_a_form_is_possible_and_replaced(around: str, kind: str, data: st.DataObject) -> None:
    secret = data.draw(st.from_regex(re.compile(FORM[kind], re.ASCII)))
    text = f"{around} {secret} {around}"
    if replaced(text, lambda *_: "") != text:
        assert possible(text)


@settings(max_examples=500)
@given(TEXTS | st.text(max_size=60))
def test_what_is_not_possible_holds_nothing_that_would_be_replaced(text: str) -> None:
    if not possible(text):
        assert replaced(text, lambda *_: "seen") == text


@pytest.mark.parametrize(
    "text",
    [
        "/subscriptions/10000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/disks/os_disk-1",
        "Standard_LRS",
        "https://account.blob.core.windows.net/container?x=1",
        "https://example.com:8443/a@b",
        "secretName KeyVault primary_key cat_ig lpat -",
    ],
)
def test_what_settings_usually_hold_is_not_looked_at_twice(text: str) -> None:
    assert not possible(text)


def test_what_json_cannot_say_is_looked_at() -> None:
    assert possible("\ud800")
