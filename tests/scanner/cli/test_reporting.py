"""``report`` and ``comply`` over an inventory that a real scan of a simulated account left."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.reports.formats import FORMATS
from tests.scanner.cli.conftest import Demarc
from tests.scanner.reports.valid import READERS


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_valid(demarc: Demarc, held: Path, form: str) -> None:
    ran = demarc("report", form, "--db", held)
    assert (ran.code, ran.err) == (0, "")
    READERS[form](ran.out)


def test_the_formats_agree_on_how_much_there_is(demarc: Demarc, held: Path) -> None:
    rows = READERS["jsonl"](demarc("report", "jsonl", "--db", held).out)
    failing = sum(row["status"] == "fail" for row in rows)
    assert failing > 0
    assert len(READERS["csv"](demarc("report", "csv", "--db", held).out)) == len(rows)
    assert len(READERS["ocsf"](demarc("report", "ocsf", "--db", held).out)) == len(rows)
    assert len(READERS["asff"](demarc("report", "asff", "--db", held).out)) == len(rows)
    junit = READERS["junit"](demarc("report", "junit", "--db", held).out)
    assert (int(junit.attrib["tests"]), int(junit.attrib["failures"])) == (len(rows), failing)
    numbers = READERS["prometheus"](demarc("report", "prometheus", "--db", held).out)
    assert sum(each.value for each in numbers if each.name == "demarc_findings") == len(rows)


def test_filters_narrow_a_report(demarc: Demarc, held: Path) -> None:
    ran = demarc("report", "jsonl", "--db", held, "--service", "s3", "--status", "fail", "--severity", "high")
    found = READERS["jsonl"](ran.out)
    assert {(row["service"], row["status"], row["severity"]) for row in found} == {("aws.s3", "fail", "high")}


def test_a_finding_says_which_requirements_it_touches(demarc: Demarc, held: Path) -> None:
    (first, *_) = READERS["jsonl"](
        demarc("report", "jsonl", "--db", held, "--check", "aws.s3.bucket.public_access_blocked").out
    )
    assert "S3.8" in first["frameworks"]["aws-security-hub"]
    assert "PR.DS-01" in first["frameworks"]["nist-csf-2.0"]


def test_a_report_goes_into_a_file(demarc: Demarc, held: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.sarif"
    assert demarc("report", "sarif", "--db", held, "--output", file).out == ""
    READERS["sarif"](file.read_text("utf-8"))


def test_a_format_that_there_is_not(demarc: Demarc) -> None:
    ran = demarc("report", "sarrif")
    assert (ran.code, ran.err) == (2, "demarc: FORMAT: there is no 'sarrif'; did you mean 'sarif'?\n")


def test_the_schema_needs_no_inventory(demarc: Demarc) -> None:
    assert demarc("report", "schema").code == 0


def test_frameworks_are_listed(demarc: Demarc) -> None:
    listed = {each["framework"]: each for each in demarc("comply", "--format", "json").json}
    assert listed["soc2"]["requirements"] == 61


def test_how_an_account_stands(demarc: Demarc, held: Path) -> None:
    said = demarc("comply", "cis-aws-7.0", "--db", held, "--format", "json").json
    standing = {each["id"]: each["status"] for each in said["requirements"]}
    assert standing["3.1.4"] in ("pass", "fail")
    assert sum(said["statuses"].values()) == 70
    table = demarc("comply", "cis-aws-7.0", "--db", held)
    assert table.out.splitlines()[-1].startswith("CIS AWS Foundations Benchmark 7.0: 70 requirements")


def test_a_cloud_that_was_not_looked_at_is_not_compliant(demarc: Demarc, held: Path) -> None:
    said = demarc("comply", "cis-gcp-5.0", "--db", held, "--format", "json").json
    assert set(said["statuses"]) == {"not due", "not automatable"}


def test_only_some_requirements(demarc: Demarc, held: Path) -> None:
    rows = demarc("comply", "soc2", "--db", held, "--status", "not automatable", "--format", "jsonl").out.splitlines()
    assert len(rows) == 32


def test_a_framework_of_ones_own(demarc: Demarc, held: Path, tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    rule = "R-1: {subject: Buckets refuse the public, checks: [aws.s3.bucket.public_access_blocked]}"
    file.write_text(f'id: house\ntitle: House\nedition: "1"\ngranularity: rules\nrequirements:\n  {rule}\n', "utf-8")
    said = demarc("comply", file, "--db", held, "--format", "markdown")
    assert "| R-1 | Buckets refuse the public |" in said.out


def test_a_framework_that_there_is_not(demarc: Demarc) -> None:
    ran = demarc("comply", "soc3")
    assert (ran.code, ran.err) == (2, "demarc: framework: there is no 'soc3'; did you mean 'soc2'?\n")


def test_a_report_on_one_framework(demarc: Demarc, held: Path) -> None:
    rows = READERS["jsonl"](demarc("report", "jsonl", "--db", held, "--framework", "cis-aws-7.0").out)
    assert rows
    assert all("cis-aws-7.0" in row["frameworks"] for row in rows)
    assert len(rows) < len(READERS["jsonl"](demarc("report", "jsonl", "--db", held).out))
    assert demarc("report", "jsonl", "--db", held, "--framework", "cis-gcp-5.0").out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("jsonl", "--framework", "soc3"), "there is no 'soc3'"),
        (("jsonl", "--framework", "soc2", "--check", "aws.*"), "take one of them"),
        (("html", "--severity", "high"), "no filters but --account and --framework"),
    ],
)
def test_what_a_report_does_not_take(demarc: Demarc, held: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = demarc("report", *arguments, "--db", held)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_report_that_cannot_be_written_leaves_the_last_one(demarc: Demarc, held: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("the last one", "utf-8")
    for form in ("jsonl", "html"):
        assert demarc("report", form, "--db", held, "--framework", "soc3", "--output", file).code == 2
        assert file.read_text("utf-8") == "the last one"


def test_a_page_for_browsers(demarc: Demarc, held: Path) -> None:
    for framework in ("cis-aws-7.0", "cis-aws"):
        ran = demarc("report", "html", "--db", held, "--framework", framework)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("<!")
