from typing import Any

from checks.aws import sqs
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import (
    AWS_KEY,
    KEY_ARN,
    OUR_KEY,
    OWN,
    advanced,
    known_cases,
    named_cases,
    service_cases,
    tls_only,
    trail,
)

ARN = "arn:aws:sqs:eu-west-1:123456789012:dead"
REDRIVE = {"deadLetterTargetArn": ARN, "maxReceiveCount": 5}
DENY_ALL, BY_QUEUE = '{"redrivePermission":"denyAll"}', '{"redrivePermission":"byQueue"}'
USER = resource("aws.sqs.queue", redrive=REDRIVE)

DEAD: dict[str, Any] = {"attributes": {"QueueArn": ARN}}
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
SUBSCRIBED = resource("aws.sns.subscription", item={"TopicArn": TOPIC}, redrive=None)
TOPIC_FAILS = resource("aws.sns.subscription", "fails", item={"TopicArn": "arn:other"}, redrive={"deadLetterTargetArn": ARN})
WAITING = "ApproximateNumberOfMessagesVisible"


def measures(metric: str, queue: str) -> dict[str, Any]:
    return {"Namespace": "AWS/SQS", "MetricName": metric, "Dimensions": [{"Name": "QueueName", "Value": queue}]}


def told(*actions: str, **measured: Any) -> Resource:
    item = {"AlarmName": "dead", "ActionsEnabled": True, "AlarmActions": list(actions), **measured}
    return resource("aws.cloudwatch.alarm", name="dead", item=item)


def alarm(*actions: str) -> Resource:
    metric = actions[1] if len(actions) > 1 else WAITING
    return told(*actions[:1], **measures(metric, "dead"))


def summed(queue: str, action: str) -> Resource:
    return told(
        action, Metrics=[{"MetricStat": {"Metric": measures(WAITING, queue)}}, {"Id": "sum", "Expression": "SUM(METRICS())"}]
    )


QUERY = told(TOPIC, Metrics=[{"Id": "q", "Expression": f'SELECT MAX({WAITING}) FROM SCHEMA("AWS/SQS", QueueName)'}])

ADVANCED = advanced("Data", resources_type={"Equals": ["AWS::SQS::Queue"]})

CASES = [
    case(sqs.encrypted, PASS, attributes={"SqsManagedSseEnabled": "true"}),
    case(sqs.encrypted, PASS, attributes={"KmsMasterKeyId": "alias/ours", "SqsManagedSseEnabled": "false"}),
    case(sqs.encrypted, FAIL, attributes={"SqsManagedSseEnabled": "false"}),
    case(sqs.encrypted, FAIL, attributes={}),
    case(sqs.customer_key, PASS, attributes={"KmsMasterKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(sqs.customer_key, FAIL, attributes={"KmsMasterKeyId": KEY_ARN}, inventory=[AWS_KEY]),
    case(sqs.customer_key, FAIL, attributes={"SqsManagedSseEnabled": "true"}),
    case(sqs.refuses_plain_http, PASS, policy=tls_only("sqs:*")),
    case(sqs.refuses_plain_http, FAIL, policy=OWN),
    case(sqs.refuses_plain_http, FAIL, policy=None),
    *named_cases(sqs.not_public),
    *known_cases(sqs.known_accounts),
    *service_cases(sqs.services_bound),
    case(sqs.dead_letter, PASS, redrive=REDRIVE),
    case(sqs.dead_letter, FAIL, redrive=None, attributes={"QueueArn": ARN}),
    case(sqs.dead_letter, SKIP, redrive=None, attributes={"QueueArn": ARN}, inventory=[USER]),
    case(sqs.dead_letter, FAIL, redrive=None, attributes={"QueueArn": ARN, "RedriveAllowPolicy": DENY_ALL}),
    case(sqs.dead_letter, SKIP, redrive=None, attributes={"QueueArn": ARN, "RedriveAllowPolicy": BY_QUEUE}),
    case(sqs.dead_letter, UNKNOWN, redrive=None, attributes={"QueueArn": ARN}, inventory=[unlisted("aws.sqs.queue")]),
    case(sqs.failures_told, PASS, **DEAD, inventory=[USER, alarm(TOPIC), SUBSCRIBED]),
    case(sqs.failures_told, PASS, **DEAD, inventory=[TOPIC_FAILS, alarm(TOPIC), SUBSCRIBED]),
    case(sqs.failures_told, PASS, **DEAD, inventory=[USER, summed("dead", TOPIC), SUBSCRIBED]),
    case(sqs.failures_told, FAIL, **DEAD, inventory=[USER]),
    case(sqs.failures_told, FAIL, **DEAD, inventory=[USER, alarm(TOPIC)]),
    case(sqs.failures_told, FAIL, **DEAD, inventory=[USER, alarm(), SUBSCRIBED]),
    case(sqs.failures_told, FAIL, **DEAD, inventory=[USER, alarm(TOPIC, "NumberOfMessagesSent"), SUBSCRIBED]),
    case(sqs.failures_told, FAIL, **DEAD, inventory=[USER, summed("other", TOPIC), SUBSCRIBED]),
    case(sqs.failures_told, SKIP, **DEAD, inventory=[alarm(TOPIC), SUBSCRIBED]),
    case(sqs.failures_told, UNKNOWN, **DEAD, inventory=[USER, QUERY, SUBSCRIBED]),
    case(sqs.failures_told, UNKNOWN, **DEAD, inventory=[USER, unlisted("aws.cloudwatch.alarm")]),
    case(sqs.failures_told, UNKNOWN, **DEAD, inventory=[unlisted("aws.sqs.queue")]),
    case(sqs.queues_recorded, PASS, inventory=[USER, trail(ADVANCED)]),
    case(sqs.queues_recorded, FAIL, inventory=[USER, trail({})]),
    case(sqs.queues_recorded, SKIP, inventory=[trail({})]),
    case(sqs.queues_recorded, UNKNOWN, inventory=[USER, unlisted("aws.cloudtrail.organization_trail")]),
]
