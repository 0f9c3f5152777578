"""Strangers' text does nothing where it is shown, and JSON still says what it said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reports import safe

ANY = st.text(st.characters(exclude_categories=()))
WHOLE = st.text()  # without halves of characters, as an inventory holds it
ACTING = "\x00\x07\x1b\x7f\x9b\u200b\u202e\u2066\ufeff\ud800"


@given(ANY)
def test_a_terminal_gets_one_line_that_it_only_shows(text: str) -> None:
    shown = safe.terminal(text)
    assert len(shown) == len(text)
    assert not set(shown) & {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *ACTING}
    assert len(shown.splitlines()) <= 1
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ärger, 日本, 🙂", "plain, ärger, 日本, 🙂"),
        ("a\nb\tc\r", "a b c "),
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("\x9b31mred", "\ufffd31mred"),
        ("\x1b]8;;http://x\x07link", "\ufffd]8;;http://x\ufffdlink"),
        ("exe\u202etxt.", "exe\ufffdtxt."),
    ],
)
def test_what_a_terminal_would_act_on_is_seen_instead(text: str, shown: str) -> None:
    assert safe.terminal(text) == shown


@given(ANY)
def test_no_cell_is_a_formula_or_an_escape(text: str) -> None:
    cell = safe.cell(text)
    assert not cell.lstrip(" ").startswith(safe.FORMULA)
    assert not set(cell) & {"\x1b", "\x9b", "\x00", "\x07"}
    cell.encode()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_a_formula_becomes_text(text: str, cell: str) -> None:
    assert safe.cell(text) == cell


@given(WHOLE)
def test_json_says_the_same_and_acts_on_nothing(text: str) -> None:
    escaped = safe.json(json.dumps(text, ensure_ascii=False))
    assert json.loads(escaped) == text
    assert safe.CONTROLS.search(escaped) is None
