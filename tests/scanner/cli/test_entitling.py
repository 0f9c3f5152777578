"""Who may do what, asked of a real scan."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.aws import SimulatedAws
from tests.conftest import ACCOUNT
from tests.scanner.cli.conftest import SMALL, Demarc


def test_it_says_who_may_through_what_and_what_leaves_it_open(demarc: Demarc, held: Path) -> None:
    rows = demarc("who-can", "s3:GetObject", "--db", held, "--format", "json").json
    assert {row["answer"] for row in rows} == {"possibly"}  # whether an organization forbids it was not asked
    assert {f"arn:aws:iam::{ACCOUNT}:root"} <= {row["principal"] for row in rows}
    assert "the root user; policies of the organization are not read from here" in {row["through"] for row in rows}


def test_where_no_policies_are_read_it_is_unknown_who_may(demarc: Demarc, held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.evaluation.entitlement.entitlements", lambda _: None)
    (row,) = demarc("who-can", "s3:GetObject", "--db", held, "--format", "json").json
    assert (row["answer"], row["through"]) == ("unknown", "no policies of aws are read")


def test_what_a_scan_did_not_read_is_unknown(
    demarc: Demarc, running_aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in running_aws.environment.items():
        monkeypatch.setenv(name, value)
    assert demarc(*SMALL, "--quiet").code == 0
    (row,) = demarc("who-can", "sqs:SendMessage", "--format", "json").json
    assert (row["answer"], row["principal"]) == ("unknown", "")
    assert "NotScanned" in row["through"]
