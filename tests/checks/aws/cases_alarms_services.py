import pytest

from checks.aws.alarms import ALARMS_OF_STORES
from checks.aws.watched import OF_STORES, Watched
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_alarms import HERE, OURS, TOLD, by_names, metric, rule, trail


def common(watched: Watched, check: Check) -> list[pytest.ParameterSet]:
    thing = resource(watched.kind, region=HERE)
    good, short = metric(by_names(watched)), metric(f"{{ $.eventName = {watched.events[0]['eventName']} }}")
    return [
        case(check, PASS, id=OURS, inventory=[thing, good, *TOLD]),
        # A rule is needed only where there is something of the kind.
        case(check, PASS, id=OURS, inventory=[thing, rule(watched, HERE), resource("aws.account.region", region="us-east-1")]),
        case(check, FAIL, id=OURS, inventory=[thing]),
        case(check, FAIL, id=OURS, inventory=[thing, short, *TOLD]),
        case(check, FAIL, id=OURS, inventory=[thing, rule(watched, "us-east-1")]),
        case(check, FAIL, id=OURS, inventory=[thing, rule(watched, HERE, targets=0)]),
        case(check, SKIP, id=OURS, inventory=[trail()]),
        case(check, UNKNOWN, id=OURS, inventory=[unlisted(watched.kind)]),
        case(check, UNKNOWN, id=OURS, inventory=[thing, unlisted("aws.eventbridge.rule")]),
    ]


CASES = [each for watched, check in zip(OF_STORES, ALARMS_OF_STORES, strict=True) for each in common(watched, check)]
