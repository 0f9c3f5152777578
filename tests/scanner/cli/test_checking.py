"""The checks on the command line, a user's own among them: listed, tried, written, and judged with in a scan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.evaluation import registry
from simulators.aws import SimulatedAws
from tests.scanner.cli.conftest import SMALL, Demarc

OWN = "aws.sqs.queue.as_agreed"
YAML = """\
checks:
  - id: aws.sqs.queue.as_agreed
    on: aws.sqs.queue
    control: governance.ownership
    severity: critical
    title: Queue is as agreed
    risk: It isn't ours.
    fix: mend {id}
    pass: item.QueueUrl.size() > 0
    cases:
      - pass: {item: {QueueUrl: a}}
      - fail: {item: {QueueUrl: ""}}
"""


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Let no other test meet these checks."""
    yield
    registry.include(())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own" / "queues.yaml"
    file.parent.mkdir()
    file.write_text(YAML)
    return file


@pytest.mark.parametrize("flags", [(), ("--yaml",)])
def test_what_is_written_to_begin_with_works(demarc: Demarc, flags: tuple[str, ...]) -> None:
    written = demarc("checks", "new", "aws.s3.bucket", *flags)
    assert (written.code, written.err) == (0, "")
    *files, last = written.out.splitlines()
    assert last == "Try it: demarc checks test custom-checks"
    assert all(Path(each).is_file() for each in files)
    assert "# Facts: item, policy, public_access_block," in Path(files[0]).read_text()
    ran = demarc("checks", "test", "custom-checks")
    assert (ran.code, ran.out, ran.err) == (0, "1 check, 4 cases, 0 problems\n", "")


def test_it_goes_where_own_checks_are(demarc: Demarc) -> None:
    Path("demarc.toml").write_text('custom_checks = ["ours"]\n')
    assert demarc("checks", "new", "gcp.storage.bucket", "--yaml", "--name", "labelled").code == 0
    assert [each.name for each in Path("ours").iterdir()] == ["gcp_storage_bucket_labelled.yaml"]
    assert demarc("checks", "test").out == "1 check, 4 cases, 0 problems\n"
    assert [each["id"] for each in demarc("checks", "list", "gcp.storage.bucket.labelled", "--format", "json").json] == [
        "gcp.storage.bucket.labelled"
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("checks", "new", "aws.s3.bukcet"), 2, "there is no type 'aws.s3.bukcet'; did you mean 'aws.s3.bucket'?"),
        (("checks", "new", "amazon.s3"), 2, "TYPE: there is no 'amazon'; there are aws, azure, gcp"),
        (("checks", "new", "aws.s3.bucket", "--name", "../x"), 2, "--name: small letters, digits and underscores"),
        (("checks", "new", "aws.s3.bucket", "--folder", "/dev/null"), 1, "/dev/null can't be written: "),
        (("checks", "test"), 2, "name a folder: `demarc checks test FOLDER`"),
        (("checks", "test", "nowhere"), 1, "nowhere: custom_checks names a folder, and there is none here"),
        (("checks", "list", "--custom-checks", "nowhere"), 1, "nowhere: custom_checks names a folder"),
    ],
)
def test_what_a_user_can_get_wrong_is_told_in_one_line(
    demarc: Demarc, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = demarc(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"demarc: {said}")
    assert ran.err.count("\n") == 1


def test_nothing_is_overwritten(demarc: Demarc) -> None:
    demarc("checks", "new", "aws.s3.bucket")
    for file in Path("custom-checks").iterdir():
        file.write_text("mine")
    ran = demarc("checks", "new", "aws.s3.bucket")
    assert (ran.code, "is there already; choose another --name" in ran.err) == (1, True)
    assert {file.read_text() for file in Path("custom-checks").iterdir()} == {"mine"}


def test_what_is_wrong_is_told_and_ends_with_an_error(demarc: Demarc, own: Path) -> None:
    own.write_text(YAML.replace('{QueueUrl: ""}', '{QueueUrl: "\\e[31mred"}'))
    ran = demarc("checks", "test", own.parent)
    assert ran.code == 1
    *problems, count = ran.out.splitlines()
    assert problems == [f"{own}:12: {OWN}: should be fail, is pass"]
    assert count == "1 check, 2 cases, 1 problem"


def test_a_broken_check_stops_a_scan_with_its_line(demarc: Demarc, own: Path, tmp_path: Path) -> None:
    own.write_text(YAML.replace("item.QueueUrl.size() > 0", "item.QueueUrl.size( > 0"))
    Path("demarc.toml").write_text(f'custom_checks = ["{own.parent}"]\n')
    ran = demarc(*SMALL)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"demarc: {own}:9: pass: this is no CEL expression: ")
    assert ran.err.count("\n") == 1


def test_own_checks_are_listed_and_shown_beside_the_others(demarc: Demarc, own: Path) -> None:
    folder = ("--custom-checks", own.parent)
    assert OWN in demarc("checks", "list", *folder).out
    assert "title     Queue is as agreed" in demarc("checks", "show", OWN, *folder).out
    assert demarc("checks", "show", OWN).code == 2


def test_resources_of_a_file_are_judged_by_them(demarc: Demarc, own: Path) -> None:
    row = {"resource_type": "aws.sqs.queue", "resource_id": "q", "account_id": "1", "region": "r"}
    for facts, status in (('{"item": {"QueueUrl": ""}}', "fail"), ('{"item": {"QueueUrl": "q"}}', "pass"), ("{}", "unknown")):
        line = "{" + ", ".join(f'"{key}": "{value}"' for key, value in row.items()) + f', "facts": {facts}}}'
        Path("rows.jsonl").write_text(line)
        found = demarc("judge", "rows.jsonl", "--custom-checks", own.parent, "--format", "json").json
        assert [each["status"] for each in found if each["check"] == OWN] == [status]


def test_a_scan_counts_them_and_forgets_no_change(
    demarc: Demarc, own: Path, aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMARC_CUSTOM_CHECKS", str(own.parent))

    def found(table: str = "findings") -> list[dict[str, object]]:
        rows: list[dict[str, object]] = demarc(table, "--check", OWN, "--status", "all", "--format", "json").json
        return rows

    assert demarc(*SMALL, "--quiet").code == 0
    passing = found()
    assert {each["status"] for each in passing} == {"pass"}
    assert {(each["area"], each["severity"], each["owner"]) for each in passing} == {("governance", "critical", "customer")}
    own.write_text(YAML.replace("size() > 0", "size() < 0"))
    assert demarc(*SMALL, "--quiet").code == 0
    assert [each["status"] for each in found()] == ["fail"] * len(passing)
    score = f"SELECT sum(failed) AS failed FROM scores WHERE latest = 1 AND check_id = '{OWN}'"
    cell = "SELECT failed >= 1 AS failed FROM responsibility_ledger WHERE service = 'aws.sqs' AND area = 'governance'"
    assert demarc("sql", score, "--format", "json").json == [{"failed": len(passing)}]
    assert demarc("sql", cell, "--format", "json").json == [{"failed": 1}]
    monkeypatch.delenv("DEMARC_CUSTOM_CHECKS")
    assert demarc(*SMALL, "--quiet").code == 0
    assert {each["status"] for each in found()} == {"closed"}
