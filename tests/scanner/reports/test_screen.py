"""The end of a scan as people see it, at three widths: compared with pictures that are kept as text.

Run with ``REDRAW=1`` to keep what is drawn now; then look at it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from scanner.evaluation.score import Grade, Sum
from scanner.reports.rows import WIDE, width
from scanner.reports.screen import Change, Fix, Picture, Standing, bar, draw, granting, sign, strip
from scanner.reports.split import Square
from scanner.reports.summary import fixes
from tests.scanner.reports.made import CHECK

SCREENS = Path(__file__).with_name("screens")
HOSTILE = "\x1b[31m<script>\u202e" + "n" * 4096


def square(state: str, floor: float = 0.0, owner: str = "customer") -> Square:
    return Square(owner, {state}, Sum(10, 10, 10 * floor))


def triple(area: str, expected: float, known: float, earned: float, *counts: int) -> dict[str, Any]:
    sums = {"slice": area, "expected": expected, "known": known, "earned": earned}
    return {**sums, **dict(zip(("passed", "failed", "unknown"), counts, strict=True))}


SQUARES: Mapping[str, Sequence[Square]] = {
    "data": [square("assessed", share / 10) for share in range(11)],
    "encryption": [square("partly blind", 0.9), square("blind"), square("dark"), square("attested")],
    "endpoint": [square("not visible")],
    "physical": [square("provider", owner="provider")],
}
SPOT = {"operation": "s3:GetBucketPolicy", "permission": "s3:GetBucketPolicy", "reason": "denied", "accounts": 1, "regions": 2}
TURN = {"event": "opened", "severity": "critical", "check_id": "aws.s3.bucket.not_public", "resource_id": "arn:aws:s3:::shop"}
PICTURE = Picture(
    standings=[
        Standing("aws account 111111111111 (shop): complete, 90 resources", Sum(100, 90, 60), Grade("D", ("at most D: x",))),
        Standing("aws account 222222222222: partial, 3 resources", Sum(), Grade("", ("nothing was assessed",))),
        Standing("all 2 accounts", Sum(100, 90, 60), Grade("D", ("at most D: x",))),
    ],
    areas=[triple("data", 60, 60, 50, 50, 10, 0), triple("encryption", 40, 30, 10, 10, 20, 10)],
    squares=SQUARES,
    changes=[
        Change(
            "aws account 111111111111",
            datetime(2026, 11, 25, 12, tzinfo=UTC),
            Sum(100, 95, 70),
            Sum(100, 90, 60),
            {"opened": 2, "reopened": 0, "resolved": 1},
            [TURN],
        ),
        Change("aws account 222222222222", datetime(2026, 11, 25, 12, tzinfo=UTC), Sum(), Sum(), {"opened": 0}),
    ],
    fixes=[
        Fix(
            "aws.s3.bucket.not_public",
            "critical",
            3,
            2.34,
            "Bucket admits nobody",
            "aws s3api put-bucket-policy --bucket {name}",
        ),
        Fix("aws.gone.check", "low", 1, 0.01),
    ],
    blind=[
        {**SPOT, "findings_affected": 8},
        {**SPOT, "operation": "arm:x/list", "permission": "x/read", "findings_affected": 2, "accounts": 2},
    ],
    waiting=10,
    tally="16 cells of the split are ours: 11 assessed, 1 attested, 1 blind, 1 dark, 1 not visible, 1 partly blind",
)
EMPTY = Picture(
    [Standing("aws account 1: complete", Sum(), Grade(""))], [], {}, [], [], [], 0, "0 cells of the split are ours: none"
)


def drawn(picture: Picture, columns: int, **more: Any) -> str:
    out = StringIO()
    draw(picture, Console(file=out, width=columns, markup=False, highlight=False, emoji=False, **more))
    return out.getvalue()


@pytest.mark.parametrize(("name", "columns"), [("80", 80), ("200", 200), ("piped", WIDE)])
@pytest.mark.parametrize(("what", "picture"), [("whole", PICTURE), ("empty", EMPTY)])
def test_it_looks_as_it_was_when_somebody_looked(what: str, picture: Picture, name: str, columns: int) -> None:
    file = SCREENS / f"{what}_{name}.txt"
    text = "".join(f"{line.rstrip()}\n" for line in drawn(picture, columns).splitlines())
    if os.environ.get("REDRAW"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("columns", [80, 100, 140, 200])
def test_no_line_is_wider_than_the_screen(columns: int) -> None:
    many = {area: list(squares) * 50 for area, squares in SQUARES.items()}
    wide = replace(PICTURE, squares=many, fixes=[*PICTURE.fixes, Fix("x" * 99, "high", 10**6, 3, "t" * 99, "f" * 99)])
    assert max(width(line) for line in drawn(wide, columns).splitlines()) <= columns


def test_without_colours_it_says_the_same() -> None:
    coloured = drawn(PICTURE, 80, force_terminal=True, color_system="truecolor")
    assert "\x1b[" in coloured
    assert "\x1b" not in drawn(PICTURE, 80)
    assert "\x1b" not in drawn(PICTURE, 80, force_terminal=True, no_color=True, color_system=None)


def test_strangers_text_does_nothing_to_a_terminal() -> None:
    row = {**TURN, "resource_id": HOSTILE, "check_id": HOSTILE}
    spot = {**SPOT, "operation": HOSTILE, "permission": HOSTILE, "findings_affected": 1}
    told = replace(
        PICTURE,
        standings=[Standing(HOSTILE, Sum(), Grade(""))],
        changes=[replace(PICTURE.changes[0], account=HOSTILE, worst=[row])],
        fixes=[Fix(CHECK.id, "high", 1, 1, "title", HOSTILE)],
        blind=[spot],
    )
    text = drawn(told, 80)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_of_many_accounts_the_worst_are_shown() -> None:
    accounts = [Standing(f"account {number}", Sum(100, 100, number), Grade("E")) for number in range(50)]
    text = drawn(replace(PICTURE, standings=[*accounts, Standing("all 50 accounts", Sum(1, 1, 1), Grade("A"))]), 80)
    assert "account 0\n" in text
    assert "account 30\n" not in text
    assert "30 accounts with better scores" in text
    assert "all 50 accounts" in text


SHARES = st.floats(0, 1)


@given(SHARES, SHARES, st.integers(1, 60))
def test_a_bar_never_shows_more_than_is_known_to_hold(known: float, earned: float, size: int) -> None:
    whole = Sum(1.0, known, known * earned)
    text = bar(whole, size).plain
    assert len(text) == size
    assert text.count("█") <= (whole.floor or 0) * size + 1e-6
    assert ("▒" in text) == (known < 1 - 1e-9) or text.count("█") == size or known > 1 - 1e-6
    assert text == "".join(sorted(text, key="█▒░".index))


def test_what_was_not_assessed_has_no_bar() -> None:
    assert bar(Sum(), 4).plain == "····"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (square("assessed", 0.95), "█"),
        (square("assessed", 0.7), "▅"),
        (square("assessed", 0.1), "▂"),
        (square("partly blind", 0.95), "¿"),
        (square("blind"), "?"),
        (square("dark"), "□"),
        (square("attested"), "✓"),
        (square("not due"), ""),
        (square("provider", owner="provider"), ""),
    ],
)
def test_the_sign_of_a_cell(given: Square, shown: str) -> None:
    assert sign(given) == shown


def test_cells_that_do_not_fit_are_shown_in_proportion_and_none_is_lost() -> None:
    many = [square("assessed", 0.95)] * 90 + [square("blind")]
    assert strip(many, 200).plain == "?" + "█" * 90
    fitted = strip(many, 20).plain
    assert len(fitted) <= 20
    assert "?" in fitted
    assert fitted.count("█") > 10


def test_one_permission_is_named_over_all_calls_and_accounts() -> None:
    spots = [
        {"permission": "a", "findings_affected": 5},
        {"permission": "b", "findings_affected": 3},
        {"permission": "b", "findings_affected": 3},
        {"permission": "", "findings_affected": 99},
    ]
    assert granting(spots) == ("b", 6)
    assert granting([{"permission": "", "findings_affected": 9}]) is None


def score(check_id: str, expected: float, known: float, earned: float, *, failed: int, accepted: int = 0) -> dict[str, Any]:
    sums = {"expected": expected, "known": known, "earned": earned}
    return {"check_id": check_id, "severity": "high", **sums, "failed": failed, "accepted": accepted}


def test_the_fixes_that_raise_the_score_most() -> None:
    sums = [
        score(CHECK.id, 40, 40, 20, failed=2),
        score("blind", 30, 0, 0, failed=0),
        score("half.accepted", 30, 30, 0, failed=1, accepted=1),
        score("all.accepted", 0, 0, 0, failed=0, accepted=3),
    ]
    first, second = fixes(sums, {CHECK.id: CHECK})
    assert (first.check_id, first.points, first.title) == (CHECK.id, 20.0, CHECK.title)
    assert (second.check_id, second.points, second.title) == ("half.accepted", 15.0, "")
