"""The command line over one inventory, made by one real scan of a simulated account."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.app import run
from simulators.aws import SimulatedAws
from tests.conftest import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/demarc-read"
SCAN = ("scan", "aws", "--role-arn", ROLE, "--regions", "eu-west-1", "--attempts", "1")
SMALL = (*SCAN, "--services", "sqs")


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Demarc = Callable[..., Ran]


@pytest.fixture
def demarc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Demarc:
    """Run one command in an empty folder and return how it ended."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran


@pytest.fixture(scope="module")
def held(running_aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inventory after one whole scan of three services."""
    file = tmp_path_factory.mktemp("held") / "demarc.db"
    with pytest.MonkeyPatch.context() as patched:
        for name, value in running_aws.environment.items():
            patched.setenv(name, value)
        assert run([*SCAN, "--services", "iam,s3,sqs", "--db", str(file), "--quiet"]) == 0
    return file
