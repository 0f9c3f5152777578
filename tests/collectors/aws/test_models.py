"""The SDK's models without their prose: nothing but that is lost, and clients work with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import create_loader

from collectors.aws.models import loader, model, without_prose


def stripped(value: Any) -> Any:
    """Return *value* with empty documentation."""
    if isinstance(value, dict):
        texts = {name for name, each in value.items() if name == "documentation" and isinstance(each, str)}
        return {name: "" if name in texts else stripped(each) for name, each in value.items()}
    return [stripped(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", ["apigateway", "ec2", "glue", "iam", "rds", "s3"])
def test_a_model_is_that_of_the_sdk_but_for_its_prose(service: str) -> None:
    whole = create_loader().load_service_model(service, "service-2")
    fresh = loader.__wrapped__(None)  # clients of S3 rewrite the paths in the model that they share
    assert fresh.load_service_model(service, "service-2") == stripped(whole)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (b'{"documentation": "a \\"quoted\\" word, \\\\", "type": "string"}', b'{"documentation":"", "type": "string"}'),
        (b'{"documentation": {"shape": "Text"}}', b'{"documentation": {"shape": "Text"}}'),
        (b'{"default": "\\"documentation\\": \\"x\\""}', b'{"default": "\\"documentation\\": \\"x\\""}'),
    ],
    ids=["escapes", "a member of that name", "a text that speaks of it"],
)
def test_only_the_documentation_of_parts_is_taken_out(text: bytes, left: bytes) -> None:
    assert without_prose(text) == left


def test_models_are_read_once_a_process() -> None:
    assert loader(None) is loader(None)
    assert model("sqs") is model("sqs")
    assert model("sqs").signing_name == "sqs"


def test_models_of_the_users_own_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text('{"metadata": {"documentation": "long"}}', "utf-8")
    assert loader(str(tmp_path)).load_service_model("mine", "service-2") == {"metadata": {"documentation": ""}}
