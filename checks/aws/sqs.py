"""Checks on Amazon SQS queues."""

from checks.aws import keys, sharing, transport
from checks.aws.alarms import armed, measured
from checks.aws.recorded import use_recorded
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

# Where the ARN stands of the queue that takes what failed: type and path. SNS and EventBridge send there, too.
FAILING = (
    ("aws.sqs.queue", "redrive.deadLetterTargetArn"),
    ("aws.sns.subscription", "redrive.deadLetterTargetArn"),
    ("aws.eventbridge.rule", "targets.DeadLetterConfig.Arn"),
)
# Metrics that rise when failed messages lie in a queue; those that fail aren't counted as sent.
# Source: SQS developer guide, "Dead-letter queues", "Available CloudWatch metrics".
WAITING = {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}
NAMESPACE = "AWS/SQS"


@check(
    "aws.sqs.queue.encrypted",
    on="aws.sqs.queue",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Queue encrypts its messages at rest",
    risk="Message bodies are stored in the clear.",
    fix="aws sqs set-queue-attributes --queue-url {id} --attributes SqsManagedSseEnabled=true",
)
def encrypted(queue: Resource) -> Verdict:
    attributes = queue["attributes"]
    if key := attributes.get("KmsMasterKeyId"):
        return passed(f"encrypted with {key}")
    if attributes.get("SqsManagedSseEnabled") == "true":
        return passed("encrypted with SQS-managed keys")
    return failed("server-side encryption is off")


@check(
    "aws.sqs.queue.customer_key",
    on="aws.sqs.queue",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Queue is encrypted with a key of the customer's own",
    risk="Who may read the messages cannot be limited, or ended, by a key of one's own.",
    fix="aws sqs set-queue-attributes --queue-url {id} --attributes KmsMasterKeyId=KEY --region {region}",
)
def customer_key(queue: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(queue, queue["attributes"].get("KmsMasterKeyId"), inventory)


@check(
    "aws.sqs.queue.refuses_plain_http",
    on="aws.sqs.queue",
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Queue policy refuses plain HTTP",
    risk="Messages can be read and changed on their way.",
    fix="Add a statement to the queue's policy that denies sqs:* to everyone where aws:SecureTransport is false",
)
def refuses_plain_http(queue: Resource) -> Verdict:
    document = queue["policy"]
    if transport.refuses_plain_http(document):
        return passed("the policy denies requests without TLS")
    return failed("the policy does not deny requests without TLS" if document else "no queue policy")


@check(
    "aws.sqs.queue.not_public",
    on="aws.sqs.queue",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Queue admits nobody unnamed",
    risk="Anybody may take messages out, or send ones that systems trust.",
    fix="aws sqs set-queue-attributes --queue-url {id} --attributes file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(queue: Resource) -> Verdict:
    return sharing.named(queue)


@check(
    "aws.sqs.queue.known_accounts",
    on="aws.sqs.queue",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Queue's policy admits only accounts of the organization",
    risk="An account that nobody here runs may take messages out or send some.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(queue: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(queue, inventory)


@check(
    "aws.sqs.queue.services_bound",
    on="aws.sqs.queue",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="AWS services send to the queue for this account only",
    risk="Anybody can make the admitted service send messages here, from an account of their own.",
    fix="Add a condition on aws:SourceAccount or aws:SourceArn to the statements that admit services",
)
def services_bound(queue: Resource, inventory: Inventory) -> Verdict:
    return sharing.services_bound(queue, inventory)


@check(
    "aws.sqs.queue.dead_letter",
    on="aws.sqs.queue",
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Messages that cannot be processed are kept",
    risk="A message that fails over and over is lost when its time is up, and blocks others until then.",
    fix="aws sqs set-queue-attributes --queue-url {id} --attributes file://redrive.json --region {region}",
)
def dead_letter(queue: Resource, inventory: Inventory) -> Verdict:
    if redrive := queue["redrive"]:
        return passed(f"kept in {redrive['deadLetterTargetArn']}")
    attributes = queue["attributes"]
    if "denyAll" not in attributes.get("RedriveAllowPolicy", "denyAll"):
        return skipped("the queue is made for failed messages of others")
    arn = attributes["QueueArn"]
    for _ in inventory.where("aws.sqs.queue", "redrive.deadLetterTargetArn", arn, region=queue.region):
        return skipped("the queue takes failed messages of others")
    return failed("no dead-letter queue")


@check(
    "aws.sqs.queue.failures_told",
    on="aws.sqs.queue",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Somebody is told of messages that failed",
    risk="Work fails for days, or somebody sends what cannot be processed, until the messages are lost when their time is up.",
    fix="aws cloudwatch put-metric-alarm on ApproximateNumberOfMessagesVisible of AWS/SQS for the queue, with --alarm-actions"
    " of a topic that somebody has subscribed to",
)
def failures_told(queue: Resource, inventory: Inventory) -> Verdict:
    arn = queue["attributes"]["QueueArn"]
    if not any(any(inventory.where(type, path, arn, region=queue.region)) for type, path in FAILING):
        return skipped("the queue takes no failed messages of others")
    name = {"Name": "QueueName", "Value": arn.rpartition(":")[2]}
    told = list(armed(inventory, queue.region))
    for alarm in told:
        for each in measured(alarm):
            if each["Namespace"] == NAMESPACE and each["MetricName"] in WAITING and name in (each.get("Dimensions") or []):
                return passed(f"told by the alarm {alarm['AlarmName']}")
    for alarm in told:
        if any(NAMESPACE in each.get("Expression", "") for each in alarm.get("Metrics") or []):
            return unknown(f"which queues the query of {alarm['AlarmName']} takes in cannot be judged")
    return failed("no alarm on the queue tells anybody")


@check(
    "aws.account.account.queues_recorded",
    on="aws.account.account",
    service="aws.sqs",
    control="logging.data_events",
    severity=Severity.LOW,
    title="A trail records who uses SQS queues",
    risk="Nobody can tell who took messages out of a queue, or sent them.",
    fix="aws cloudtrail put-event-selectors with advanced selectors for data events of AWS::SQS::Queue",
)
def queues_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return use_recorded(inventory, "aws.sqs.queue", "AWS::SQS::Queue")
