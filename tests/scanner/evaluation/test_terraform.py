"""What is known of a fix in Terraform: told beside the checks of a cloud, or by a user's own check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
import yaml

from checks.aws import s3
from scanner.cli import app
from scanner.evaluation import registry, terraform
from scanner.evaluation.custom import CustomCheckError
from scanner.evaluation.terraform import NOTHING, problem

OWN: dict[str, Any] = {
    "id": "aws.sqs.queue.named_well",
    "on": "aws.sqs.queue",
    "control": "governance.ownership",
    "severity": "low",
    "title": "Queue has a good name",
    "risk": "Nobody finds it.",
    "fix": "rename {id}",
    "terraform": {"aws_sqs_queue": {"name": "{name}-queue", "tags =": {"owner": "=var.owner"}}},
    "pass": 'item.QueueUrl.endsWith("-queue")',
    "cases": [
        {"pass": {"item": {"QueueUrl": "a-queue"}}},
        {"fail": {"item": {"QueueUrl": "q"}}},
        {"unknown": {}},
    ],
}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Let no other test meet these checks."""
    yield
    registry.include(())


def own(folder: Path, told: Any) -> str:
    """Return what the command line shows of a check that says this of Terraform."""
    (folder / "own.yaml").write_text(yaml.safe_dump({"checks": [{**OWN, "terraform": told}]}, sort_keys=False))
    registry.include([folder])
    (check,) = (each for each in registry.installed("aws") if each.id == OWN["id"])
    return str(terraform.of(check))


def test_it_is_told_beside_the_checks() -> None:
    (block,) = terraform.of(s3.versioned).blocks
    assert (block.type, block.binds) == ("aws_s3_bucket_versioning", {"bucket": "{name}"})
    assert block.sets == {"versioning_configuration": {"status": "Enabled"}}


def test_a_check_that_nothing_is_told_of_has_nothing() -> None:
    assert terraform.of(replace(s3.versioned, id="aws.s3.bucket.new")) is NOTHING
    assert terraform.of(replace(s3.versioned, id="aws.new.thing.new", on="aws.new.thing")) is NOTHING


def test_a_check_of_a_user_tells_it_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "aws_sqs_queue" in own(tmp_path, OWN["terraform"])
    assert app.run(["checks", "show", OWN["id"], "--custom-checks", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert '  terraform resource "aws_sqs_queue" "this" {\n' in shown
    assert 'name = "{name}-queue"\n' in shown
    assert "owner = var.owner" in shown
    assert app.run(["checks", "test", str(tmp_path)]) == 0
    assert "a hand's work" in own(tmp_path, "It is a hand's work.")


BROKEN = [
    ("", "is empty"),
    ([], "resource types with their arguments"),
    ({}, "resource types with their arguments"),
    ({"aws_sqs_queue": "encrypted"}, "resource types with their arguments"),
    ({'aws" "x': {}}, "is no resource type"),
    ({"aws_sqs_queue": {'name" = "x"\n}': 1}}, "is no name of an argument"),
    ({"aws_sqs_queue": {"a": {"b": {"${x}": 1}}}}, "is no name of an argument"),
    ({"aws_sqs_queue": {"a": [{"b": None}]}}, "b is a text, a number"),
    ({"aws_sqs_queue": {"a": [1, {"b": 1}]}}, "a is a text, a number"),
    ({"aws_sqs_queue": {"tags =": "=var.tags"}}, "is a map of texts"),
    ({"aws_sqs_queue": {"tags =": {"a": {"b": 1}}}}, "is a map of texts"),
]


@pytest.mark.parametrize(("told", "what"), BROKEN, ids=[str(told)[:40] for told, _ in BROKEN])
def test_what_can_not_be_meant_is_refused(tmp_path: Path, told: Any, what: str) -> None:
    assert what in problem(told)
    with pytest.raises(CustomCheckError, match="terraform: "):
        own(tmp_path, told)


def test_keys_of_a_map_are_any_text() -> None:
    assert problem({"aws_sqs_queue": {"tags =": {"cost centre ${x}": "1"}, "names": ["a", 1, True]}}) == ""


def test_nobody_pays_for_it_who_is_shown_no_fix() -> None:
    code = "import sys; from scanner.cli.app import run; run(['checks', 'list', 'aws.s3.bucket.versioned'])"
    looked = f"{code}; print('yes' if 'scanner.evaluation.terraform' in sys.modules else 'no', file=sys.stderr)"
    assert run([sys.executable, "-c", looked], capture_output=True, text=True, check=True).stderr.strip() == "no"
