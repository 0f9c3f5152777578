"""The IAM actions that the described calls need, and the least policy that grants them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from botocore import xform_name

from collectors.aws.models import model, operations
from collectors.aws.spec import Call, Spec

# What entering the account calls: regions.py. sts:GetCallerIdentity needs no permission.
ENTERING = ("ec2:DescribeRegions",)
# IAM files CloudWatch under its own name, not the one that signs its requests. Source: Service Authorization Reference.
PREFIXES = {"monitoring": "cloudwatch"}
# Values of parameters are read as they are kept. Whoever may read them may ask for them in the clear as well, and the key of
# Systems Manager's own, unlike keys of customers, lets everybody in the account decrypt through the service: hence a denial.
# Source: KMS Developer Guide, "AWS managed keys" and "kms:ViaService"; not verified: with which ending China names services.
VALUES = "ssm:GetParameters"
SEALED: dict[str, Any] = {
    "Sid": "DemarcNeverDecrypts",
    "Effect": "Deny",
    "Action": "kms:Decrypt",
    "Resource": "*",
    "Condition": {"StringLike": {"kms:ViaService": "ssm.*.amazonaws.com*"}},
}
LONGEST = 6144  # characters of a managed policy without white space. Source: IAM quotas, "IAM and STS character limits"


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in operations(service)}


def actions(spec: Spec, call: Call) -> tuple[str, ...]:
    """Return the IAM actions without which *call* is refused."""
    service = call.service or spec.api
    sent = [*([] if call.iam else [call.operation]), *([call.prepare] if call.prepare else [])]
    named = [f"{prefix(service)}:{_operations(service)[name]}" for name in sent]
    return tuple(dict.fromkeys([*call.iam, *named]))


def prefix(service: str) -> str:
    """Return what IAM, and ARNs, call a service of botocore's."""
    signing = model(service).signing_name
    return PREFIXES.get(signing, signing)


def needed(specs: Iterable[Spec]) -> tuple[str, ...]:
    """Return every action that a scan of *specs* needs, sorted."""
    return tuple(sorted({*ENTERING, *(action for spec in specs for call in spec.calls for action in actions(spec, call))}))


def policy_document(specs: Iterable[Spec]) -> dict[str, Any]:
    """Return one identity policy that grants what *specs* call, however long it gets."""
    return _document(list(needed(specs)))


def policy_documents(specs: Iterable[Spec], more: Iterable[str] = ()) -> tuple[dict[str, Any], ...]:
    """Return identity policies that together grant what *specs* call, and *more* actions, each within IAM's limit of length."""
    documents: list[dict[str, Any]] = []
    for action in sorted({*needed(specs), *more}):
        if documents and len(compact(wider := _document([*_granted(documents[-1]), action]))) <= LONGEST:
            documents[-1] = wider
        else:
            documents.append(_document([action]))
    return tuple(documents)


def _document(granted: list[str]) -> dict[str, Any]:
    statement = {"Sid": "DemarcRead", "Effect": "Allow", "Action": granted, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement, *([SEALED] if VALUES in granted else [])]}


def _granted(document: dict[str, Any]) -> list[str]:
    granted: list[str] = document["Statement"][0]["Action"]
    return granted


def compact(document: dict[str, Any]) -> str:
    """Return *document* without white space, as IAM counts it."""
    return json.dumps(document, separators=(",", ":"))
