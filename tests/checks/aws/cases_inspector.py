from typing import Any

import pytest

from checks.aws import inspector
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted


def state(**parts: str) -> dict[str, Any]:
    return {"state": {"status": "ENABLED"}, "resourceState": {name: {"status": each} for name, each in parts.items()}}


def settings(**parts: str) -> Resource:
    return resource(inspector.SETTINGS, account=state(**parts))


def scanned(check: Check, part: str, type: str) -> list[pytest.ParameterSet]:
    there = resource(type)
    return [
        case(check, PASS, inventory=[settings(**{part: "ENABLED"}), there]),
        case(check, FAIL, inventory=[settings(**{part: "DISABLED"}), there]),
        case(check, FAIL, inventory=[there]),
        case(check, SKIP, inventory=[settings(**{part: "DISABLED"}), resource(type, region="us-east-1")]),
        case(check, UNKNOWN, inventory=[settings(), unlisted(type, "eu-west-1")]),
        case(check, UNKNOWN, inventory=[unlisted(inspector.SETTINGS, "eu-west-1"), there]),
    ]


CASES = [
    *scanned(inspector.instances_scanned, "ec2", "aws.ec2.instance"),
    *scanned(inspector.images_scanned, "ecr", "aws.ecr.repository"),
    *scanned(inspector.functions_scanned, "lambda", "aws.lambda.function"),
    case(inspector.at_work, PASS, account=state(ec2="ENABLED", ecr="DISABLED")),
    case(inspector.at_work, FAIL, account=state(ec2="DISABLED")),
    case(inspector.at_work, FAIL, account={"state": {"status": "DISABLED"}, "resourceState": {}}),
    case(inspector.at_work, FAIL, account=None),
    case(inspector.narrow, PASS, item={"criteria": {"vulnerabilityId": [{"comparison": "EQUALS", "value": "CVE-1"}]}}),
    case(inspector.narrow, FAIL, item={"criteria": {"severity": [{"comparison": "EQUALS", "value": "LOW"}]}}),
    case(inspector.narrow, FAIL, item={"criteria": {"vulnerabilityId": []}}),
    *scanned(inspector.programs_scanned, "lambdaCode", "aws.lambda.function"),
]
