"""What strangers get at, asked of a real scan."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.evaluation.exposure import Exposures, Opening, Ways
from scanner.inventory.store import Store
from scanner.model import Account, Inventory, SnapshotStatus
from tests.conftest import ACCOUNT
from tests.scanner.cli.conftest import Demarc

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_it_says_what_is_open_by_findings_and_what_was_not_read(demarc: Demarc, held: Path) -> None:
    rows = demarc("exposed", "--db", held, "--format", "json").json
    assert {row["account_id"] for row in rows} == {ACCOUNT}
    # Only IAM, S3 and SQS were scanned: of what stands in networks nobody knows.
    (interfaces,) = [row for row in rows if row["what"] == "what stands at network interfaces"]
    assert (interfaces["certainty"], interfaces["resource_id"]) == ("possibly", "")
    assert "NotScanned" in interfaces["doubt"]
    assert [row["certainty"] for row in rows] == sorted((row["certainty"] for row in rows), reverse=True)


def test_findings_and_openings_say_the_same(demarc: Demarc, held: Path) -> None:
    asked = ("--check", "aws.s3.bucket.not_public,aws.sqs.queue.not_public,aws.iam.role.not_open_to_world")
    findings = demarc("findings", *asked, "--db", held, "--format", "json").json
    opened = demarc("exposed", "--db", held, "--format", "json").json
    certain = {row["resource_id"] for row in opened if row["certainty"] == "yes"}
    assert {row["resource_id"] for row in findings} == certain


@pytest.mark.parametrize("options", [("--provider", "gcp"), ("--account", "999999999999")])
def test_it_is_narrowed_by_provider_and_account(demarc: Demarc, held: Path, options: tuple[str, str]) -> None:
    assert demarc("exposed", *options, "--db", held, "--format", "json").json == []
    assert demarc("exposed", "--provider", "a*", "--account", ACCOUNT, "--db", held, "--format", "json").json != []
    assert demarc("exposed", "--db", held, "--format", "csv").out.startswith("certainty,")


def test_where_nothing_follows_ways_it_is_said(demarc: Demarc, held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.reports.exposure.exposures", lambda _: None)
    (row,) = demarc("exposed", "--db", held, "--format", "json").json
    assert (row["certainty"], row["doubt"]) == ("possibly", "nothing that is installed follows ways into aws")


def test_an_account_that_was_never_read_is_told(demarc: Demarc, held: Path, tmp_path: Path) -> None:
    own = shutil.copy(held, tmp_path / "own.db")
    with Store.open(str(own), create=False) as store:
        store.record(Account("aws", "333333333333"), SnapshotStatus.FAILED, NOW, NOW, note="no entry")
    (row,) = demarc("exposed", "--account", "333333333333", "--db", own, "--format", "json").json
    assert (row["certainty"], row["what"], row["doubt"]) == (
        "possibly",
        "anything",
        "the account was never read to its end",
    )


def test_hostile_names_move_no_cursor_and_make_no_formula(demarc: Demarc, held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def follow(_: Inventory) -> Iterator[Opening]:
        yield Opening("aws.a", "=HYPERLINK(1)", "", "\x1b[2J", "@from", ("+path", "\x1b]0;x\x07"))

    asked = Exposures("aws", (), (Ways("doors", follow),))
    monkeypatch.setattr("scanner.reports.exposure.exposures", lambda _: asked)
    assert "\x1b" not in demarc("exposed", "--db", held).out
    (row,) = csv.DictReader(io.StringIO(demarc("exposed", "--db", held, "--format", "csv").out))
    assert [row[name][0] for name in ("resource_id", "source", "path")] == ["'", "'", "'"]
