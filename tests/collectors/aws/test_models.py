"""The SDK's models without their prose and without what nobody calls: nothing else is lost, and clients work with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import create_loader
from botocore.model import ServiceModel

from collectors.aws.models import SERVICE, loader, model, operations, prune, without_prose
from collectors.aws.provider import specs

REFERRED = {
    "Deep": {"type": "structure", "members": {"shape": {"shape": "List"}, "again": {"shape": "Deep"}}},
    "List": {"type": "list", "member": {"shape": "Map"}},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Deep"}},
    "Text": {"type": "string", "enum": ["shape", "Other"]},
}
DEEP = {**REFERRED, "Other": {"type": "string"}}


def fresh() -> Any:
    return loader.__wrapped__(None)


def walk(shape: Any, seen: set[str]) -> None:
    """Look at all that a shape refers to. The SDK raises where that is not there."""
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    parts = [*getattr(shape, "members", {}).values(), *(getattr(shape, name, None) for name in ("member", "key", "value"))]
    for part in parts:
        walk(part, seen)


def stripped(value: Any) -> Any:
    """Return *value* with empty documentation."""
    if isinstance(value, dict):
        texts = {name for name, each in value.items() if name == "documentation" and isinstance(each, str)}
        return {name: "" if name in texts else stripped(each) for name, each in value.items()}
    return [stripped(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", ["apigateway", "ec2", "glue", "iam", "rds", "s3", "sqs"])
def test_what_is_left_of_a_model_is_that_of_the_sdk_but_for_its_prose(service: str) -> None:
    whole = stripped(create_loader().load_service_model(service, SERVICE))
    left = fresh().load_service_model(service, SERVICE)  # clients of S3 rewrite the paths in the model that they share
    for part in ("operations", "shapes"):
        assert left[part].items() <= whole[part].items()
        assert 0 < len(left[part]) < len(whole[part])
    assert {**left, "operations": {}, "shapes": {}} == {**whole, "operations": {}, "shapes": {}}


def test_of_every_described_service_all_that_is_called_is_left_and_what_that_refers_to() -> None:
    methods: dict[str, set[str]] = {}
    for service, call in ((call.service or spec.api, call) for spec in specs() for call in spec.calls):
        methods.setdefault(service, set()).update({call.operation, call.prepare} - {""})
    for service, called in methods.items():
        left = ServiceModel(loader(None).load_service_model(service, SERVICE), service)
        assert called <= {xform_name(name) for name in left.operation_names}
        for name in left.operation_names:
            operation = left.operation_model(name)
            for shape in (operation.input_shape, operation.output_shape, *operation.error_shapes):
                walk(shape, set())


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sqs", "DeleteMessageBatch"),
        ("organizations", "ListRoots"),
        ("ec2", "DescribeRegions"),
        ("s3", "HeadBucket"),
        ("iam", "GenerateCredentialReport"),
        ("sts", "AssumeRole"),
        ("resource-explorer-2", "ListIndexes"),
    ],
)
def test_what_no_type_describes_and_is_called_all_the_same_is_left(service: str, operation: str) -> None:
    assert operation in model(service).operation_names


@pytest.mark.parametrize("operation", ["TerminateInstances", "DeleteVpc"])
def test_clients_cannot_even_name_most_writes(operation: str) -> None:
    assert operation not in model("ec2").operation_names
    assert operation in operations("ec2"), "whose names are still known"


def test_a_service_that_is_not_described_keeps_its_whole_model() -> None:
    whole = create_loader().load_service_model("sts", SERVICE)
    assert model("sts").operation_names == list(whole["operations"])


def test_what_the_sdk_adds_to_a_model_is_not_added_again_to_one_that_was_pruned() -> None:
    models = fresh()
    asked = [models.load_service_model("rds", SERVICE, api_version=None), models.load_service_model("rds", SERVICE)]
    assert asked[0] is asked[1]
    assert all("type" in shape for shape in asked[0]["shapes"].values()), "a shape of which only the addition is left"


def test_the_operation_by_which_a_service_names_its_endpoints_is_left() -> None:
    model = {"operations": {"A": {"endpointoperation": True, "output": {"shape": "Deep"}}, "B": {}}, "shapes": DEEP}
    prune(model, ())
    assert model == {"operations": {"A": {"endpointoperation": True, "output": {"shape": "Deep"}}}, "shapes": REFERRED}


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
