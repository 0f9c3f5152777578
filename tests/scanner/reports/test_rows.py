"""Rows in each format: streamed, whole, harmless, and readable by what reads that format."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from typing import Any

import pytest

from scanner.model import Severity
from scanner.reports.rows import Column, Format, as_csv, as_json, as_lines, plain, shown, write

AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
ROW = {
    "name": "web",
    "at": AT,
    "share": 0.98765,
    "count": -3,
    "none": None,
    "tags": {"team": "a"},
    "list": [1, "x"],
    "on": True,
    "severity": Severity.HIGH,
}
COLUMNS = [Column("name", "name"), Column("share", "share", right=True)]


@dataclass(frozen=True)
class Thing:
    name: str
    share: float


def printed(rows: Any, format: Format, columns: list[Column] = COLUMNS) -> str:
    out = StringIO(newline="")
    write(rows, columns, format, out)
    return out.getvalue()


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


# Each format, of many rows, of one and of none.


@pytest.mark.parametrize("number", [0, 1, 3])
def test_every_format_reads_back_as_many_rows(number: int) -> None:
    rows = [{"name": f"n{each}", "share": 0.5} for each in range(number)]
    assert json.loads(printed(rows, Format.JSON)) == rows
    assert [json.loads(line) for line in printed(rows, Format.JSONL).splitlines()] == rows
    assert cells(printed(rows, Format.CSV)) == [{"name": row["name"], "share": "0.5"} for row in rows]
    header, *lines = printed(rows, Format.TABLE).splitlines()
    assert header.split() == ["name", "share"]
    assert [line.split() for line in lines] == [[row["name"], "0.50"] for row in rows]


def test_nothing_has_a_header_in_csv_where_the_columns_are_known() -> None:
    assert printed([], Format.CSV) == "name,share\r\n"
    assert printed([], Format.CSV, []) == ""


@pytest.mark.parametrize("format", list(Format))
def test_dataclasses_are_rows_too(format: Format) -> None:
    assert printed([Thing("web", 0.5)], format) == printed([{"name": "web", "share": 0.5}], format)


def test_json_and_csv_show_every_field_and_a_table_the_chosen_ones() -> None:
    assert set(json.loads(printed([ROW], Format.JSON))[0]) == set(ROW)
    assert set(cells(printed([ROW], Format.CSV))[0]) == set(ROW)
    assert printed([ROW], Format.TABLE).split() == ["name", "share", "web", "0.99"]


# Values.


def test_json_keeps_what_values_are() -> None:
    assert json.loads(printed([ROW], Format.JSONL)) == {
        **ROW,
        "at": "2026-01-02T03:04:05.000678Z",
        "severity": "high",
    }


def test_csv_keeps_numbers_and_times_whole_and_nests_as_json() -> None:
    assert cells(printed([ROW], Format.CSV)) == [
        {
            "name": "web",
            "at": "2026-01-02T03:04:05.000678+00:00",
            "share": "0.98765",
            "count": "-3",
            "none": "",
            "tags": '{"team":"a"}',
            "list": '[1,"x"]',
            "on": "True",
            "severity": "high",
        }
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (AT, "2026-01-02 03:04"),
        (0.98765, "0.99"),
        (float("nan"), "nan"),
        (3, "3"),
        (True, "True"),
        ({"a": AT}, '{"a":"2026-01-02T03:04:05.000678+00:00"}'),
        (("a", 1), '["a",1]'),
        (Severity.HIGH, "high"),
    ],
    ids=str,
)
def test_people_read_values_as_text(value: Any, text: str) -> None:
    assert plain(value) == text


def test_what_json_does_not_know_is_told_as_text() -> None:
    odd = {"set": {1}, "zone": timezone(timedelta(0)), "nan": float("nan")}
    assert json.loads(printed([odd], Format.JSONL)) == {"set": "{1}", "zone": "UTC", "nan": None}
    assert printed([{1: {2: "x"}}], Format.JSONL) == '{"1":{"2":"x"}}\n'


def test_what_is_bad_looks_bad() -> None:
    assert str(shown("critical").style) == "bold red"
    assert str(shown("anything").style) == ""


# Streams.


@pytest.mark.parametrize("format", [Format.JSON, Format.JSONL, Format.CSV])
def test_rows_are_written_as_they_come(format: Format) -> None:
    """The first is out before the third is made: nothing holds them all."""
    written: list[str] = []

    class Out(StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

        def writelines(self, lines: Any) -> None:
            for line in lines:
                self.write(line)

    def rows() -> Iterator[dict[str, str]]:
        yield {"name": "first"}
        yield {"name": "second"}
        assert "first" in "".join(written)
        yield {"name": "third"}

    write(rows(), COLUMNS, format, Out())
    assert "third" in "".join(written)


def test_what_streams_is_made_of_lines() -> None:
    assert list(as_lines([{"a": 1}, {"a": 2}])) == ['{"a":1}\n', '{"a":2}\n']
    assert "".join(as_json([{"a": 1}, {"a": 2}])) == '[\n{"a":1},\n{"a":2}\n]\n'
    out = StringIO(newline="")
    as_csv([{"a": 1}], [], out)
    assert out.getvalue() == "a\r\n1\r\n"


# Strangers.


EVIL = '=1+1\x1b[31m\x9b\u202e"\n'


@pytest.mark.parametrize("format", list(Format))
def test_a_strangers_name_does_nothing_in_any_format(format: Format) -> None:
    text = printed([{"name": EVIL, "share": 1.0, "nested": {"name": EVIL}}], format)
    assert not {"\x1b", "\x9b"} & set(text)
    if format is not Format.CSV:
        assert "\u202e" not in text


def test_json_of_a_strangers_name_is_still_that_name() -> None:
    (row,) = json.loads(printed([{"name": EVIL}], Format.JSON))
    assert row == {"name": EVIL}


def test_a_formula_is_text_and_a_negative_number_is_a_number() -> None:
    (row,) = cells(printed([{"name": "-2+3", "count": -3, "share": -0.5}], Format.CSV))
    assert row == {"name": "'-2+3", "count": "-3", "share": "-0.5"}


def test_markup_and_emoji_codes_are_shown_as_they_stand() -> None:
    assert (
        printed([{"name": "[red]x[/red] :warning:", "share": None}], Format.TABLE)
        .splitlines()[1]
        .startswith("[red]x[/red] :warning:")
    )


def test_a_pipe_gets_each_row_on_one_line_however_wide() -> None:
    rows = [{"name": "x" * 10_000, "share": 1.0}, {"name": "y", "share": 2.0}]
    assert len(printed(rows, Format.TABLE).splitlines()) == 3


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_screen_folds_what_is_too_wide_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Screen()
    write([{"name": "x" * 100, "share": 1.0}], COLUMNS, Format.TABLE, out)
    text = re.sub(r"\x1b\[\d+m", "", out.getvalue())  # bold headers are left of styles without colours
    assert max(map(len, text.splitlines())) <= 40
    assert text.count("x") == 100
