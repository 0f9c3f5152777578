import pytest

from checks.aws.calls import USED, USES, Used
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import advanced, trail


def basic(kind: str = "All", *excluded: str) -> dict[str, list[dict[str, object]]]:
    row = {"ReadWriteType": kind, "IncludeManagementEvents": True, "ExcludeManagementEventSources": list(excluded)}
    return {"EventSelectors": [row]}


def common(used: Used, check: Check) -> list[pytest.ParameterSet]:
    thing = resource(used.kind)
    without = advanced("Management", eventSource={"NotEquals": [used.source]})
    return [
        case(check, PASS, inventory=[thing, trail(basic())]),
        case(check, PASS, inventory=[thing, trail(basic("All", "kms.amazonaws.com"))]),
        case(check, PASS, inventory=[thing, trail(advanced("Management"))]),
        case(check, FAIL, inventory=[thing]),
        case(check, FAIL, inventory=[thing, trail(basic("WriteOnly"))]),
        case(check, FAIL, inventory=[thing, trail(without)]),
        case(check, FAIL, inventory=[thing, trail(basic(), everywhere=False)]),
        case(check, FAIL, inventory=[thing, trail(basic(), logging=False)]),
        case(check, SKIP, inventory=[trail(basic())]),
        case(check, UNKNOWN, inventory=[thing, trail(None)]),
        case(check, UNKNOWN, inventory=[thing, trail(basic()), unlisted("aws.cloudtrail.organization_trail")]),
    ]


CASES = [each for used, check in zip(USED, USES, strict=True) for each in common(used, check)]
