"""The IAM actions that the described calls need, and the least policy that grants them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.model import ServiceModel

from collectors.aws.spec import Call, Spec
from scanner.provider import Document

# What entering the account calls: regions.py. sts:GetCallerIdentity needs no permission.
ENTERING = ("ec2:DescribeRegions",)
# IAM files CloudWatch under its own name, not the one that signs its requests. Source: Service Authorization Reference.
PREFIXES = {"monitoring": "cloudwatch"}
LONGEST = 6144  # characters of a managed policy without white space. Source: IAM quotas, "IAM and STS character limits"


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in _model(service).operation_names}


def actions(spec: Spec, call: Call) -> tuple[str, ...]:
    """Return the IAM actions without which *call* is refused."""
    service = call.service or spec.api
    sent = [*([] if call.iam else [call.operation]), *([call.prepare] if call.prepare else [])]
    signing = _model(service).signing_name
    named = [f"{PREFIXES.get(signing, signing)}:{_operations(service)[name]}" for name in sent]
    return tuple(dict.fromkeys([*call.iam, *named]))


def needed(specs: Iterable[Spec]) -> tuple[str, ...]:
    """Return every action that a scan of *specs* needs, sorted."""
    return tuple(sorted({*ENTERING, *(action for spec in specs for call in spec.calls for action in actions(spec, call))}))


def policy_document(specs: Iterable[Spec]) -> dict[str, Any]:
    """Return one identity policy that grants what *specs* call, however long it gets."""
    return _document(list(needed(specs)))


def policy_documents(specs: Iterable[Spec]) -> tuple[dict[str, Any], ...]:
    """Return identity policies that together grant what *specs* call, each within IAM's limit of length."""
    documents: list[dict[str, Any]] = []
    for action in needed(specs):
        if documents and len(_compact(wider := _document([*_granted(documents[-1]), action]))) <= LONGEST:
            documents[-1] = wider
        else:
            documents.append(_document([action]))
    return tuple(documents)


def grants(specs: Iterable[Spec]) -> dict[str, Sequence[Document]]:
    """Return the policies, and a resource of Terraform for each of them."""
    policies = policy_documents(specs)
    made = {f"demarc_{number}": _resource(policy, number) for number, policy in enumerate(policies, 1)}
    return {"json": policies, "terraform": [{"resource": {"aws_iam_policy": made}}]}


def _resource(policy: dict[str, Any], number: int) -> dict[str, str]:
    return {"name": f"demarc-{number}", "description": "Reads what a posture scan needs", "policy": _compact(policy)}


def _document(granted: list[str]) -> dict[str, Any]:
    statement = {"Sid": "DemarcRead", "Effect": "Allow", "Action": granted, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _granted(document: dict[str, Any]) -> list[str]:
    granted: list[str] = document["Statement"][0]["Action"]
    return granted


def _compact(document: dict[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))
