"""Advice as people read it: in a narrow terminal, in Markdown, with strangers' names in it."""

from __future__ import annotations

import pytest

from scanner.evaluation.advice import Advice, Certainty, Workload, advise
from scanner.model import Present, Resource
from scanner.reports.advice import markdown, tally, text

HOSTILE = "db\x1b[2J | `x` <script>\u202e"
BLIND = Advice("aws", "2", "", "", "", "", "", "", Certainty.UNKNOWN, ("the listing of aws.ec2.instance could not be read",))


def rows(name: str = "db", *services: str) -> list[Advice]:
    machine = Resource("aws.ec2.instance", f"arn:{name}", "1", "eu-west-1", {"item": Present({})}, name)
    evidence = ("port 5432: sg-1", f"tag Name {name}")
    return list(advise(Workload(machine, "PostgreSQL", Certainty.POSSIBLY, evidence, services), "aws.ec2"))


@pytest.mark.parametrize("width", [10, 40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = list(text([*rows("db", "aws.rds", "aws.aurora"), BLIND], width))
    assert max(map(len, lines)) <= max(width, 20)
    said = " ".join(line.strip() for line in lines)
    assert "guest_os" in said


def test_it_says_what_moves_and_what_stays_ours() -> None:
    lines = list(text(rows("db", "aws.rds", "aws.aurora"), 1000))
    assert lines[0] == "possibly: PostgreSQL on arn:db, aws account 1 eu-west-1"
    assert lines[1] == "  because: port 5432: sg-1; tag Name db"
    assert "  to: aws.rds or aws.aurora; clients stay as they are" in lines or "aws.aurora or aws.rds" in "".join(lines)
    assert any(line.startswith("  moves: ") and "guest_os (customer > provider)" in line for line in lines)
    assert any(line.startswith("  stays yours: data") and "your share of runtime" in line for line in lines)


def test_software_that_no_service_runs_is_told_as_such() -> None:
    assert "  no service of the provider that the split knows takes anything of it over" in list(text(rows("db"), 1000))


def test_a_workload_counts_once_and_what_nobody_saw_is_said() -> None:
    found = [*rows("db", "aws.rds", "aws.dynamodb"), BLIND]
    assert tally(found) == "1 workload (1 possibly); not everything could be read of 1 account"
    assert tally([]) == "no sign of software that you run yourselves was found in what was read"


def test_strangers_names_are_shown_as_they_are() -> None:
    shown = "\n".join(text(rows(HOSTILE, "aws.rds"), 200)) + "".join(markdown(rows(HOSTILE, "aws.rds")))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    document = "".join(markdown(rows(HOSTILE, "aws.rds")))
    assert "<script>" not in document
    assert r"\| \`x\`" in document


def test_markdown_cites_the_split() -> None:
    document = "".join(markdown([*rows("db", "aws.rds"), BLIND]))
    (line,) = [line for line in document.splitlines() if line.startswith("| guest\\_os |")]
    assert line.count("|") == 7
    assert "http" in document or "github" in document.lower() or "awsdocs" in document
    assert "unknown: aws account 2" in document
