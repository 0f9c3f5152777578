"""``scan``, ``doctor`` and ``permissions``: exit codes, what is printed where, and what is configured."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scanner import __version__
from simulators.aws import Fault, SimulatedAws
from tests.conftest import ACCOUNT
from tests.scanner.cli.conftest import ROLE, SMALL, Demarc


def test_the_version(demarc: Demarc) -> None:
    assert demarc("--version").out == f"{__version__}\n"


def test_a_whole_scan_ends_with_0_and_a_summary(aws: SimulatedAws, demarc: Demarc) -> None:
    ran = demarc(*SMALL)
    assert ran.code == 0
    for part in (f"aws account {ACCOUNT}", "complete", "score ", "coverage ", "What fails", "cells of the split", "next: "):
        assert part in ran.out
    assert "Nothing that was asked for went unread." in ran.out


@pytest.mark.parametrize(("threshold", "code"), [("critical", 0), ("low", 3)])
def test_findings_over_the_threshold_end_with_3(aws: SimulatedAws, demarc: Demarc, threshold: str, code: int) -> None:
    assert demarc(*SMALL, "--fail-on", threshold).code == code


def test_an_incomplete_scan_ends_with_4_and_names_what_would_show_it(aws: SimulatedAws, demarc: Demarc) -> None:
    aws.fault(Fault("sqs:GetQueueAttributes", "denied"))
    ran = demarc(*SMALL, "--verbose")
    assert ran.code == 4
    assert "partial" in ran.out
    assert "sqs:GetQueueAttributes" in ran.out.partition("What could not be seen")[2]
    assert "gap: " not in ran.out, "progress goes to the other stream"


def test_who_cannot_enter_ends_with_1_and_one_line(aws: SimulatedAws, demarc: Demarc) -> None:
    aws.fault(Fault("sts:AssumeRole", "denied"))
    ran = demarc(*SMALL)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"demarc: role {ROLE} cannot be assumed")
    assert ran.err.count("\n") == 1
    assert not Path("demarc.db").exists(), "who cannot enter leaves nothing behind"


def test_an_account_that_cannot_be_entered_does_not_stop_the_next(aws: SimulatedAws, demarc: Demarc, tmp_path: Path) -> None:
    accounts = [("broken", 'profile = "nobody"'), ("sound", f'role_arn = "{ROLE}"')]
    entry = '[[accounts]]\nprovider = "aws"\nname = "{}"\n{}\nservices = ["sqs"]\nregions = ["eu-west-1"]\n'
    (tmp_path / "demarc.toml").write_text("".join(entry.format(*each) for each in accounts))
    ran = demarc("scan", "aws")
    assert ran.code == 1
    assert "demarc: broken: AWS profile 'nobody' does not exist" in ran.err
    assert f"aws account {ACCOUNT} (sound): complete" in ran.out


@pytest.mark.parametrize(
    "options", [("--services", "nosuch"), ("--checks", "nosuch"), ("--fail-on", "nosuch"), ("--format", "nosuch")]
)
def test_wrong_usage_ends_with_2_and_nothing_is_scanned(
    aws: SimulatedAws, demarc: Demarc, tmp_path: Path, options: Any
) -> None:
    ran = demarc(*SMALL, *options)
    assert ran.code == 2
    assert "nosuch" in ran.err
    assert not aws.calls
    assert not (tmp_path / "demarc.db").exists()


def test_quiet_prints_nothing(aws: SimulatedAws, demarc: Demarc) -> None:
    ran = demarc(*SMALL, "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_the_report_as_json(aws: SimulatedAws, demarc: Demarc, tmp_path: Path) -> None:
    ran = demarc(*SMALL, "--format", "json", "--output", "out.json")
    assert ran.out == ""
    document = json.loads((tmp_path / "out.json").read_text())
    assert set(document) == {"snapshots", "scores", "blind_spots", "findings"}
    assert [each["status"] for each in document["snapshots"]] == ["complete"]
    assert {each["status"] for each in document["findings"]} >= {"pass", "fail"}


def test_only_the_checks_that_are_asked_for(aws: SimulatedAws, demarc: Demarc) -> None:
    demarc(*SMALL, "--checks", "encryption.*", "--exclude", "*.customer_key", "--quiet")
    rows = demarc("findings", "--status", "all", "--format", "json").json
    assert {row["area"] for row in rows} == {"encryption"}
    assert "aws.sqs.queue.encrypted" in {row["check_id"] for row in rows}


def test_flags_override_the_environment_which_overrides_the_file(
    aws: SimulatedAws, demarc: Demarc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demarc.toml").write_text('database = "file.db"\n')
    demarc(*SMALL, "--quiet")
    monkeypatch.setenv("DEMARC_DATABASE", "environment.db")
    demarc(*SMALL, "--quiet")
    demarc(*SMALL, "--quiet", "--db", "flag.db")
    assert {each.name for each in tmp_path.glob("*.db")} == {"file.db", "environment.db", "flag.db"}


def test_doctor_tells_which_calls_are_refused_without_scanning(aws: SimulatedAws, demarc: Demarc, tmp_path: Path) -> None:
    aws.fault(Fault("sqs:ListQueueTags", "denied"))
    ran = demarc("doctor", *SMALL[1:])
    assert ran.code == 4
    assert f"entered aws account {ACCOUNT}" in ran.out
    assert "sqs:ListQueueTags" in ran.out
    assert "1 operations refused" in ran.out
    assert not (tmp_path / "demarc.db").exists()
    aws.clear()
    assert demarc("doctor", *SMALL[1:]).code == 0


def test_permissions_are_a_policy_of_reads(demarc: Demarc) -> None:
    document = demarc("permissions", "aws", "--services", "sqs").json
    (statement,) = document["Statement"]
    assert "sqs:ListQueues" in statement["Action"]
    assert statement["Effect"] == "Allow"


def test_permissions_are_printed_in_the_format_that_is_asked_for(demarc: Demarc) -> None:
    assert demarc("permissions", "azure", "--format", "bicep").out.startswith("// az deployment mg create")
    assert "resource" in demarc("permissions", "gcp", "--format", "terraform").json
    wrong = demarc("permissions", "aws", "--format", "bicep")
    assert wrong.code == 2
    assert "json, terraform" in wrong.err


# In a process of its own: what ends a scan from outside.


def started(aws: SimulatedAws, folder: Path) -> subprocess.Popen[str]:
    """Start a scan that hangs in its reading."""
    aws.fault(Fault("sqs:GetQueueAttributes", "latency", seconds=5))
    code = "import sys; from scanner.cli import main; main(sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *SMALL],
        cwd=folder,
        env={**os.environ, **aws.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not aws.calls["sqs:GetQueueAttributes"]:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


def statuses(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "demarc.db") as database:
        return [status for (status,) in database.execute("SELECT status FROM snapshot ORDER BY pk")]


def test_ctrl_c_ends_cleanly_and_leaves_an_interrupted_snapshot(aws: SimulatedAws, demarc: Demarc, tmp_path: Path) -> None:
    process = started(aws, tmp_path)
    aws.clear()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert err == f"demarc: {ACCOUNT}: interrupted, recorded as snapshot 1; nothing else was changed\n"
    assert statuses(tmp_path) == ["interrupted"]


def test_a_killed_scan_changes_nothing_and_the_next_one_works(aws: SimulatedAws, demarc: Demarc, tmp_path: Path) -> None:
    assert demarc(*SMALL, "--quiet").code == 0
    process = started(aws, tmp_path)
    process.kill()
    process.communicate()
    aws.clear()
    assert statuses(tmp_path) == ["complete"]
    assert demarc("findings").code == 0
    assert demarc(*SMALL, "--quiet").code == 0
    assert statuses(tmp_path) == ["complete", "complete"]
