"""Nothing cloudy, and nothing slow, is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW = {"boto3", "botocore", "sqlalchemy", "alembic", "pydantic", "rich", "moto", "detect_secrets", "yaml", "google"}
CODE = """
import sys
from scanner.cli.app import run
run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "command", [["--help"], ["--version"], ["checks", "list"], ["checks", "list", "--format", "json"]], ids=" ".join
)
def test_a_command_imports_only_what_it_uses(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, *command], capture_output=True, text=True, check=True)
    assert set(done.stderr.split()) & SLOW == set()


def test_no_provider_is_imported_for_the_list_of_commands() -> None:
    done = subprocess.run([sys.executable, "-c", CODE, "--help"], capture_output=True, text=True, check=True)
    assert "scan" in done.stdout
    assert "collectors" not in done.stderr.split()
