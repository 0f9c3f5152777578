import pytest

from checks.aws.plans import PLANNED, PLANS, Plan
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

DETECTOR = "aws.guardduty.detector"


def detector(status: str = "ENABLED", **features: str) -> Resource:
    named = [{"Name": name, "Status": value} for name, value in features.items()]
    return resource(DETECTOR, detector={"Status": status, "Features": named})


def common(plan: Plan, check: Check) -> list[pytest.ParameterSet]:
    thing = resource(plan.kind)
    return [
        case(check, PASS, inventory=[thing, detector(**{plan.name: "ENABLED"})]),
        case(check, FAIL, inventory=[thing, detector(**{plan.name: "DISABLED"})]),
        case(check, FAIL, inventory=[thing, detector("DISABLED", **{plan.name: "ENABLED"})]),
        case(check, FAIL, inventory=[thing, detector(FLOW_LOGS="ENABLED")]),
        case(check, FAIL, inventory=[thing]),
        case(check, SKIP, inventory=[resource(plan.kind, region="us-east-1")]),
        case(check, UNKNOWN, inventory=[thing, resource(DETECTOR, detector=DENIED)]),
        case(check, UNKNOWN, inventory=[unlisted(plan.kind)]),
    ]


CASES = [each for plan, check in zip(PLANS, PLANNED, strict=True) for each in common(plan, check)]
