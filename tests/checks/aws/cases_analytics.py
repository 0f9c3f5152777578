import pytest

from checks.aws.analytics import ALARMS, ASKED, OWNERS, PRIVATE, PRIVATELY, RECORDED, USED, USES, WATCHED, Asked
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, Case, case, resource, unlisted
from tests.checks.aws.cases_alarms_services import common as alarm_cases
from tests.checks.aws.cases_calls import common as use_cases
from tests.checks.aws.cases_private import common as private_cases
from tests.checks.aws.policies import advanced, trail


def owner_cases(check: Check) -> list[pytest.ParameterSet]:
    return [
        case(check, PASS, tags={"Name": "x", "owner": "payments"}),
        case(check, FAIL, tags={"Name": "x", "project": "apollo"}),
        case(check, FAIL, tags={}),
        pytest.param(Case(check, UNKNOWN, resource(check.on, tags=DENIED)), id=f"{check.id}: unknown when tags=DENIED"),
    ]


def record_cases(asked: Asked, check: Check) -> list[pytest.ParameterSet]:
    thing, every = resource(asked.type), advanced("Data", resources_type={"Equals": [asked.events]})
    return [
        case(check, PASS, inventory=[thing, trail(every)]),
        case(check, FAIL, inventory=[thing]),
        case(check, FAIL, inventory=[thing, trail(advanced("Data", resources_type={"Equals": ["AWS::S3::Object"]}))]),
        case(check, FAIL, inventory=[thing, trail(every, logging=False)]),
        case(check, SKIP, inventory=[trail(every)]),
        case(check, UNKNOWN, inventory=[thing, trail(None)]),
        case(check, UNKNOWN, inventory=[trail(every), unlisted(asked.type)]),
    ]


CASES = [
    *(each for check in OWNERS for each in owner_cases(check)),
    *(each for used, check in zip(USED, USES, strict=True) for each in use_cases(used, check)),
    *(each for watched, check in zip(WATCHED, ALARMS, strict=True) for each in alarm_cases(watched, check)),
    *(each for asked, check in zip(ASKED, RECORDED, strict=True) for each in record_cases(asked, check)),
    *(each for private, check in zip(PRIVATE, PRIVATELY, strict=True) for each in private_cases(private, check)),
]
