"""``make demo``: three clouds in one inventory, an ending that says what to do next, and nobody's own clouds touched."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.app import run
from scanner.inventory import queries
from scanner.inventory.store import Store
from simulators import demo
from simulators.demo import alone, main

SERVICES = "aws.s3,azure.storage,gcp.storage"
ROOT = Path(__file__).parents[2]


def test_three_clouds_end_up_in_one_inventory(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulators.demo", "--services", SERVICES]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "AWS_PROFILE": "no-such-profile", "AZURE_CLIENT_ID": "somebody"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert [cloud for cloud in demo.CLOUDS if f"\n{cloud} account " not in done.stdout] == []
    assert "What fails, heaviest first" in done.stdout
    with Store.open(str(tmp_path / "demarc.db")) as store:
        rows = list(queries.sql(store, "select distinct provider from current_resources"))
    assert {row["provider"] for row in rows} == set(demo.CLOUDS)


def test_every_command_that_it_ends_with_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, database = dict(os.environ), str(tmp_path / "of-the-demo.db")
    assert main(["--cloud", "azure", "--services", "azure.storage", "--db", database]) == 0
    assert dict(os.environ) == before
    said = capsys.readouterr().out
    commands = [line.partition("demarc ")[2] for line in said.partition("Ask it:\n")[2].splitlines()]
    assert len(commands) == len(demo.NEXT)
    for command in commands:
        assert run(shlex.split(command)) == 0, command
        assert capsys.readouterr().out.strip(), command


def test_what_is_seen_and_what_is_not_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cloud", "gcp", "--db", str(tmp_path / "demo.db")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Setting up on loopback:\n- a Google Cloud organization, projects security-core, shop-prod")
    assert "cloudasset.assets.listOSInventories" in said


def test_nothing_leads_to_somebodys_clouds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AZURE_CLIENT_ID", "CLOUDSDK_CONFIG", "DEMARC_GCP_PROJECT", "https_proxy", "UNRELATED"):
        monkeypatch.setenv(name, "theirs")
    before = dict(os.environ)
    with alone():
        assert [name for name, value in os.environ.items() if value == "theirs"] == ["UNRELATED"]
        os.environ["AWS_REGION"] = "eu-west-1"
    assert dict(os.environ) == before


def test_what_goes_wrong_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("no inventory", "utf-8")
    assert main(["--cloud", "gcp", "--db", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
