"""Checks on Amazon SQS queues."""

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed


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
