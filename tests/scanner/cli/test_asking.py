"""Questions to the inventory: what is printed, how it is narrowed, and what is said to a slip of the hand."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.responsibility.split import areas, services
from tests.scanner.cli.conftest import Demarc

EVERY = [
    ("findings",),
    ("resources",),
    ("gaps",),
    ("snapshots",),
    ("split",),
    ("split", "s3"),
    ("sql", "SELECT check_id, status FROM findings"),
    ("checks", "list"),
    ("who-can", "s3:GetObject"),
]


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
@pytest.mark.parametrize("format", ["table", "json", "jsonl", "csv"])
def test_every_question_is_answered_in_every_format(demarc: Demarc, held: Path, command: Any, format: str) -> None:
    db = () if command[0] == "checks" else ("--db", held)
    ran = demarc(*command, *db, "--format", format)
    assert (ran.code, ran.err) == (0, "")
    readers: dict[str, Callable[[], Any]] = {
        "table": lambda: ran.out.splitlines()[1:],
        "json": lambda: ran.json,
        "jsonl": lambda: [json.loads(line) for line in ran.out.splitlines()],
        "csv": lambda: list(csv.DictReader(io.StringIO(ran.out))),
    }
    rows = readers[format]()
    assert bool(rows) is (command != ("gaps",))  # nothing was refused to this scan


def test_findings_are_those_that_fail_worst_first(demarc: Demarc, held: Path) -> None:
    rows = demarc("findings", "--db", held, "--format", "json").json
    assert {row["status"] for row in rows} == {"fail"}
    order = ["critical", "high", "medium", "low", "informational"]
    assert [row["severity"] for row in rows] == sorted((row["severity"] for row in rows), key=order.index)


@pytest.mark.parametrize(
    ("options", "column", "values"),
    [
        (["--severity", "critical,high"], "severity", {"critical", "high"}),
        (["--status", "pass"], "status", {"pass"}),
        (["--status", "all"], "status", {"pass", "fail", "unknown"}),
        (["--service", "sqs"], "service", {"aws.sqs"}),
        (["--service", "aws.sqs"], "service", {"aws.sqs"}),
        (["--area", "encryption"], "area", {"encryption"}),
        (["--check", "aws.sqs.queue.encrypted"], "check_id", {"aws.sqs.queue.encrypted"}),
        (["--check", "*.queue.encrypted"], "check_id", {"aws.sqs.queue.encrypted"}),
        (["--account", "999999999999"], "account_id", set()),
        (["--resource", "*' OR 1=1 --"], "resource_id", set()),
    ],
)
def test_findings_are_narrowed(demarc: Demarc, held: Path, options: list[str], column: str, values: set[str]) -> None:
    rows = demarc("findings", "--db", held, "--format", "json", *options).json
    assert {row[column] for row in rows} == values


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["findings", "--severity", "hihg"], "did you mean 'high'?"),
        (["findings", "--status", "failed"], "did you mean 'fail'?"),
        (["findings", "--area", "encription"], "did you mean 'encryption'?"),
        (["findings", "--format", "xml"], "there are table, json, jsonl, csv"),
        (["finding"], "Did you mean 'findings'?"),
        (["findings", "--sevrity", "high"], "--severity"),
        (["checks", "list", "aws.nothing.*"], "no check fits"),
    ],
)
def test_a_slip_of_the_hand_is_one_line_and_code_2(demarc: Demarc, held: Path, command: list[str], said: str) -> None:
    ran = demarc(*command, *(["--db", held] if command[0] == "findings" else []))
    assert ran.code == 2
    assert ran.err.startswith("demarc: ")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_a_missing_inventory_is_one_line_and_code_1(demarc: Demarc) -> None:
    ran = demarc("findings")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no inventory at demarc.db: run a scan first" in ran.err


def test_a_file_that_cannot_be_written_is_one_line_and_code_1(demarc: Demarc, held: Path) -> None:
    ran = demarc("findings", "--db", held, "--output", "no/such/folder/out.json")
    assert ran.code == 1
    assert "no/such/folder/out.json can't be written" in ran.err


def test_output_goes_to_the_file(demarc: Demarc, held: Path, tmp_path: Path) -> None:
    ran = demarc("findings", "--db", held, "--format", "json", "--output", tmp_path / "out.json")
    assert ran.out == ""
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))


def test_show_tells_why_whose_and_how_to_fix(demarc: Demarc, held: Path) -> None:
    (row,) = demarc("findings", "--db", held, "--check", "aws.sqs.queue.encrypted", "--format", "json").json
    shown = demarc("show", row["finding_id"][:12], "--db", held)
    assert shown.code == 0
    for part in (row["finding_id"], row["resource_id"], row["reason"], "shared: encryption of aws.sqs", "aws sqs "):
        assert part in shown.out
    assert "evidence" in shown.out
    assert "opened: failed (snapshot 1)" in shown.out


@pytest.mark.parametrize(("name", "said"), [("f-", "several findings"), ("zzz", "is no finding")])
def test_show_asks_for_one_finding(demarc: Demarc, held: Path, name: str, said: str) -> None:
    ran = demarc("show", name, "--db", held)
    assert ran.code == 1
    assert said in ran.err


def test_resources_are_what_judge_reads(demarc: Demarc, held: Path, tmp_path: Path) -> None:
    """A file of resources is judged as the scan judged them, but where a check needs what the file lacks."""
    file = tmp_path / "resources.jsonl"
    demarc("resources", "--db", held, "--type", "aws.sqs.queue", "--format", "jsonl", "--output", file)
    judged = demarc("judge", file, "--format", "json").json
    stored = demarc("findings", "--db", held, "--service", "sqs", "--status", "all", "--format", "json").json
    there = {(row["check_id"], row["resource_id"]): row["status"] for row in stored}
    here = {(row["check"], row["resource_id"]): row["status"] for row in judged}
    assert here.keys() >= there.keys()
    assert Counter(here.values())["fail"] > 0
    assert all(here[place] in (status, "unknown") for place, status in there.items())


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"resource_type": "aws.sqs.queue"}', '{"resource_type": "no.such.type", "facts": {}}']
)
def test_judge_names_the_line_that_is_no_resource(demarc: Demarc, tmp_path: Path, line: str) -> None:
    (tmp_path / "bad.jsonl").write_text("\n" + line + "\n")
    ran = demarc("judge", "bad.jsonl")
    assert ran.code == 1
    assert "bad.jsonl, line 2: not a resource" in ran.err


def test_the_split_fits_eighty_columns(demarc: Demarc, held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen on a terminal of 80 columns; a pipe has no width."""
    monkeypatch.setattr("scanner.reports.rows.WIDE", 80)
    ran = demarc("split", "--db", held)
    assert max(len(line) for line in ran.out.splitlines()) <= 80
    head = ran.out.splitlines()[0].split()
    assert head == [area[:3] for area in areas()]
    assert "cells of the split are ours" in ran.out


def test_the_split_of_a_service_and_of_a_cell(demarc: Demarc, held: Path) -> None:
    rows = demarc("split", "s3", "--db", held, "--format", "json").json
    assert {row["service"] for row in rows} == {"aws.s3"}
    cell = demarc("split", "s3", "encryption", "--db", held).out
    assert cell.startswith("aws.s3 · encryption: shared (abstracted)\n")
    assert "aws.s3.bucket.encrypted" in cell
    assert "Security in Amazon S3" in cell
    unused = demarc("split", "rds", "--db", held)
    assert (unused.code, "uses 'rds'" in unused.err) == (1, True)


def test_coverage_counts_the_checks_of_every_service_of_the_split(demarc: Demarc) -> None:
    rows = demarc("coverage", "aws", "--format", "json").json
    assert {row["service"] for row in rows} == {name for name in services() if name.startswith("aws.")}
    assert {row["state"] for row in rows if row["checks"]} <= {"not due", "provider"}  # nothing is judged here
    picture = demarc("coverage", "aws").out
    s3 = next(line.split() for line in picture.splitlines() if line.startswith("s3 "))
    of_data = next(row["checks"] for row in rows if (row["service"], row["area"]) == ("aws.s3", "data"))
    assert s3[1 + list(areas()).index("data")] == str(of_data)


def test_sql_cannot_write(demarc: Demarc, held: Path) -> None:
    ran = demarc("sql", "DELETE FROM finding", "--db", held)
    assert ran.code == 1
    assert "nothing can be written here" in ran.err


def test_sql_that_is_wrong_is_told_in_one_line(demarc: Demarc, held: Path) -> None:
    ran = demarc("sql", "SELECT x FROM nowhere", "--db", held)
    assert ran.code == 1
    assert "nowhere" in ran.err
    assert ran.err.count("\n") == 1


def test_a_check_is_shown_in_full(demarc: Demarc) -> None:
    ran = demarc("checks", "show", "aws.s3.bucket.not_public")
    assert ran.code == 0
    assert "data.public_exposure" in ran.out
    assert "aws s3api put-public-access-block" in ran.out
