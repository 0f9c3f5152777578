"""What is installed is known to the dashboard without the SDKs of clouds in its process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanner import provider as providers
from scanner.errors import UserError
from scanner.web import catalogue

CODE = """
import sys
from scanner.web import catalogue
assert catalogue.standing()
print(*{name.partition(".")[0] for name in sys.modules})
"""
SDKS = {"boto3", "botocore", "azure", "google", "grpc", "requests"}


def test_the_service_of_each_type_is_asked_of_another_process() -> None:
    assert catalogue._asked("gcp") == {kind.type: kind.service for kind in providers.load("gcp").kinds()}


def test_types_that_cannot_be_loaded_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ASKS", (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(UserError, match="the types of gcp can't be loaded here"):
        catalogue._asked("gcp")


def test_no_sdk_is_loaded_to_know_where_checks_stand() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & SDKS == set()
