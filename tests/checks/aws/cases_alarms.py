import json
from typing import Any

import pytest

from checks.aws.alarms import ALARMS
from checks.aws.watched import REGIONLESS, WATCHED, Watched
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, UNKNOWN, case, resource, unlisted

HERE, HOME = "eu-west-1", "us-east-1"
OURS = f"arn:aws:account::{ACCOUNT}:account"
TOPIC = f"arn:aws:sns:{HERE}:{ACCOUNT}:on-call"
BY_NAME = {each.name: check for each, check in zip(WATCHED, ALARMS, strict=True)}
ALL = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}

# One pattern for each kind of event, in the many spellings that people use.
SPELLINGS = {
    "refused_calls": [
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
        "{$.errorCode=AccessDenied* || $.errorCode=*UnauthorizedOperation}",
        (
            '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") &&'
            ' ($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }'
        ),
    ],
    "sign_in_without_mfa": [
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
        (
            '{ $.additionalEventData.MFAUsed != Yes && $.eventName = ConsoleLogin && $.userIdentity.type = "IAMUser" &&'
            ' $.responseElements.ConsoleLogin = "Success" }'
        ),
    ],
    "root_use": [
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
        "{($.userIdentity.invokedBy not exists) && ($.eventType != AwsServiceEvent) && ($.userIdentity.type = Root)}",
        '{ $.userIdentity.arn = "arn:aws:iam::*:root" }',
    ],
    "failed_sign_ins": [
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        '{ $.errorMessage = "Failed*" && $.eventSource = signin.amazonaws.com }',
    ],
    "key_removal": [
        "{ ($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }",
        "{ $.eventName = ScheduleKeyDeletion || $.eventName = DisableKey && $.eventSource = kms* }",
    ],
}
NOT_ENOUGH = {
    "refused_calls": ['{ $.errorCode = "AccessDenied" }'],
    "sign_in_without_mfa": ["{ $.eventName = ConsoleLogin }", '{ $.additionalEventData.MFAUsed = "Yes" }'],
    "root_use": ['{ $.userIdentity.type = "Root" && $.eventName = ConsoleLogin }'],
    "failed_sign_ins": ['{ $.eventName = ConsoleLogin && $.errorMessage = "failed authentication" }'],
    "key_removal": ["{ $.eventName = DisableKey && $.eventName = ScheduleKeyDeletion }", "{ $.eventName = * }"],
}


def by_names(watched: Watched) -> str:
    """Return the plainest pattern: every name of an event, from the last to the first."""
    names = " || ".join(f"($.eventName={event['eventName']})" for event in reversed(watched.events))
    return f"{{ ($.eventSource = {watched.events[0]['eventSource']}) && ({names}) }}"


def trail(group: str = "audit", account: str = ACCOUNT, *, everywhere: bool = True, logging: bool = True) -> Resource:
    arn = f"arn:aws:logs:{HERE}:{account}:log-group:{group}:*"
    item = {"IsMultiRegionTrail": everywhere, "CloudWatchLogsLogGroupArn": arn}
    return resource("aws.cloudtrail.trail", item=item, status={"IsLogging": logging}, selectors=ALL)


def metric(pattern: str, group: str = "audit", name: str = "danger", region: str = HERE) -> Resource:
    made = [{"metricNamespace": "audit", "metricName": name, "metricValue": "1"}]
    item = {"logGroupName": group, "filterPattern": pattern, "metricTransformations": made}
    return resource("aws.logs.metric_filter", region=region, item=item)


def alarm(*actions: str, enabled: bool = True, **item: Any) -> Resource:
    measured = item or {"Namespace": "audit", "MetricName": "danger"}
    row = {"ActionsEnabled": enabled, "AlarmActions": list(actions), **measured}
    return resource("aws.cloudwatch.alarm", "arn:alarm", name="danger", item=row)


SUBSCRIBED = resource("aws.sns.subscription", item={"TopicArn": TOPIC})
TOLD = [trail(), alarm(TOPIC), SUBSCRIBED]
OF_METRICS: dict[str, Any] = {
    "Metrics": [{"MetricStat": {"Metric": {"Namespace": "audit", "MetricName": "danger"}}}, {"Id": "sum"}]
}


def rule(watched: Watched, region: str, *, state: str = "ENABLED", targets: int = 1, **detail: Any) -> Resource:
    names = sorted({event["eventName"] for event in watched.events})
    pattern = {"detail": {"eventName": names, **detail}, "source": [{"prefix": "aws."}]}
    item = {"EventPattern": json.dumps(pattern), "State": state}
    return resource("aws.eventbridge.rule", region=region, item=item, targets=[{"Id": "1"}] * targets)


REGIONS = [resource("aws.account.region", region=each) for each in (HERE, HOME)]


def common(watched: Watched, check: Check) -> list[pytest.ParameterSet]:
    pattern = SPELLINGS.get(watched.name, [by_names(watched)])[0]
    good = metric(pattern)
    return [
        case(check, PASS, id=OURS, inventory=[good, *TOLD]),
        case(check, FAIL, id=OURS),
        case(check, FAIL, id=OURS, inventory=TOLD),
        case(check, FAIL, id=OURS, inventory=[metric(pattern, group="other"), *TOLD]),
        case(check, UNKNOWN, id=OURS, inventory=[good, trail(), unlisted("aws.cloudwatch.alarm", HERE)]),
    ]


def in_halves(watched: Watched, check: Check) -> list[pytest.ParameterSet]:
    """Return cases of what filters on names: two halves make a whole, one name too few is not enough."""
    names = [event["eventName"] for event in watched.events]
    first, second = (" || ".join(f"$.eventName = {each}" for each in part) for part in (names[:1], names[1:]))
    return [
        case(check, PASS, id=OURS, inventory=[metric(f"{{ {first} }}"), metric(f"{{ {second} }}"), *TOLD]),
        case(check, FAIL, id=OURS, inventory=[metric(f"{{ {second} }}"), *TOLD]),
    ]


def by_rule(watched: Watched, check: Check) -> list[pytest.ParameterSet]:
    home = rule(watched, HOME)
    outcome = PASS if watched.events[0]["eventSource"] in REGIONLESS else FAIL
    return [
        case(check, PASS, id=OURS, inventory=[*REGIONS, rule(watched, HERE), home]),
        case(check, outcome, id=OURS, inventory=[*REGIONS, home]),
        case(check, FAIL, id=OURS, inventory=[*REGIONS, rule(watched, HERE), rule(watched, HOME, targets=0)]),
        case(check, FAIL, id=OURS, inventory=[*REGIONS, rule(watched, HERE), rule(watched, HOME, state="DISABLED")]),
        case(check, UNKNOWN, id=OURS, inventory=[*REGIONS, home, unlisted("aws.eventbridge.rule")]),
    ]


BY_NAMES = [(each, BY_NAME[each.name]) for each in WATCHED if each.name not in SPELLINGS or each.name == "key_removal"]
REFUSED, TRAILS = BY_NAME["refused_calls"], BY_NAME["trail_changes"]
REFUSING = WATCHED[0]
ON_ERRORS: dict[str, Any] = {"errorCode": [{"wildcard": "*UnauthorizedOperation"}, {"prefix": "AccessDenied"}]}
WIDE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
STOPPED = metric(by_names(WATCHED[4]))
COMPOSITE = resource(
    "aws.cloudwatch.composite_alarm",
    item={"ActionsEnabled": True, "AlarmActions": [TOPIC], "AlarmRule": 'ALARM("danger") OR ALARM(other)'},
)

CASES = [
    *(each for watched, check in zip(WATCHED, ALARMS, strict=True) for each in common(watched, check)),
    *(each for watched, check in BY_NAMES for each in in_halves(watched, check)),
    *(each for watched, check in BY_NAMES for each in by_rule(watched, check)),
    *(
        case(BY_NAME[name], PASS, id=OURS, inventory=[metric(pattern), *TOLD])
        for name, patterns in SPELLINGS.items()
        for pattern in patterns
    ),
    *(
        case(BY_NAME[name], FAIL, id=OURS, inventory=[metric(pattern), *TOLD])
        for name, patterns in NOT_ENOUGH.items()
        for pattern in patterns
    ),
    # Who is told.
    case(TRAILS, PASS, id=OURS, inventory=[STOPPED, trail(), alarm(TOPIC, **OF_METRICS), SUBSCRIBED]),
    case(TRAILS, PASS, id=OURS, inventory=[STOPPED, trail(), alarm("arn:aws:lambda:eu-west-1:1:function:page")]),
    case(TRAILS, PASS, id=OURS, inventory=[STOPPED, trail(), alarm(f"arn:aws:sns:{HERE}:210987654321:central")]),
    case(TRAILS, PASS, id=OURS, inventory=[STOPPED, trail(), alarm(), COMPOSITE, SUBSCRIBED]),
    case(TRAILS, FAIL, id=OURS, inventory=[STOPPED, trail(), alarm(), SUBSCRIBED]),
    case(TRAILS, FAIL, id=OURS, inventory=[STOPPED, trail(), alarm(TOPIC)]),
    case(TRAILS, FAIL, id=OURS, inventory=[STOPPED, trail(), alarm(TOPIC, enabled=False), SUBSCRIBED]),
    case(TRAILS, UNKNOWN, id=OURS, inventory=[STOPPED, trail(), alarm(TOPIC), unlisted("aws.sns.subscription")]),
    # What cannot be read is not taken for what matches nothing.
    case(TRAILS, UNKNOWN, id=OURS, inventory=[metric("{ $.eventName ~ StopLogging }"), *TOLD]),
    # Which trail.
    case(TRAILS, FAIL, id=OURS, inventory=[STOPPED, trail(everywhere=False), alarm(TOPIC), SUBSCRIBED]),
    case(TRAILS, FAIL, id=OURS, inventory=[STOPPED, trail(logging=False), alarm(TOPIC), SUBSCRIBED]),
    case(TRAILS, UNKNOWN, id=OURS, inventory=[trail(account="210987654321")]),
    # Refused calls are also calls that only read.
    case(
        REFUSED,
        PASS,
        id=OURS,
        inventory=[*REGIONS, *(rule(REFUSING, each, state=WIDE, **ON_ERRORS) for each in (HERE, HOME))],
    ),
    case(REFUSED, FAIL, id=OURS, inventory=[*REGIONS, *(rule(REFUSING, each, **ON_ERRORS) for each in (HERE, HOME))]),
]
