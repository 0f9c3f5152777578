import pytest

from checks.aws.alarms import ALARMS_OF_SERVICES
from checks.aws.watched import REGIONLESS, Watched
from checks.aws.watched_services import OF_SERVICES
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_alarms import HERE, OURS, TOLD, by_names, metric, rule, trail


def common(watched: Watched, check: Check) -> list[pytest.ParameterSet]:
    # What belongs to no region appears in one only, wherever the thing is.
    ways = ("us-east-1", HERE) if watched.events[0]["eventSource"] in REGIONLESS else (HERE, "us-east-1")
    seen, unseen = (rule(watched, each) for each in ways)
    thing = resource(watched.kind, region=HERE)
    good, short = metric(by_names(watched)), metric(f"{{ $.eventName = {watched.events[0]['eventName']} }}")
    return [
        case(check, PASS, id=OURS, inventory=[thing, good, *TOLD]),
        # A rule is needed only where there is something of the kind.
        case(check, PASS, id=OURS, inventory=[thing, seen, resource("aws.account.region", region="us-east-1")]),
        case(check, FAIL, id=OURS, inventory=[thing]),
        case(check, FAIL, id=OURS, inventory=[thing, short, *TOLD]),
        case(check, FAIL, id=OURS, inventory=[thing, unseen]),
        case(check, FAIL, id=OURS, inventory=[thing, rule(watched, ways[0], targets=0)]),
        case(check, SKIP, id=OURS, inventory=[trail()]),
        case(check, UNKNOWN, id=OURS, inventory=[unlisted(watched.kind)]),
        case(check, UNKNOWN, id=OURS, inventory=[thing, unlisted("aws.eventbridge.rule")]),
    ]


CASES = [each for watched, check in zip(OF_SERVICES, ALARMS_OF_SERVICES, strict=True) for each in common(watched, check)]
