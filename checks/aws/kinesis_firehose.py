"""Checks on delivery streams of Data Firehose."""

from __future__ import annotations

from checks.aws.redshift import limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

DELIVERY = "aws.kinesis.delivery_stream"
AT_WORK = {"ENABLED", "ENABLING"}
DIRECT = "DirectPut"


@check(
    f"{DELIVERY}.encrypted",
    on=DELIVERY,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Delivery stream is encrypted",
    risk="Records that wait for their delivery are stored in the clear.",
    fix="aws firehose start-delivery-stream-encryption --delivery-stream-name {name} --region {region}"
    " --delivery-stream-encryption-configuration-input KeyType=CUSTOMER_MANAGED_CMK,KeyARN=KEY",
)
def encrypted(delivery: Resource) -> Verdict:
    stream = delivery["stream"]
    if stream.get("DeliveryStreamType") != DIRECT:
        return skipped("what it reads from keeps the records, and is asked instead")
    status = (stream.get("Encryption") or {}).get("Status", "DISABLED")
    return (passed if status in AT_WORK else failed)(f"encryption is {status}")


@check(
    f"{DELIVERY}.errors_logged",
    on=DELIVERY,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Delivery stream logs what it could not deliver",
    risk="Records, often logs themselves, are missing where they are looked for, and nobody notices.",
    fix="aws firehose update-destination --delivery-stream-name {name} --region {region}, with CloudWatchLoggingOptions",
)
def errors_logged(delivery: Resource) -> Verdict:
    on = any(delivery["stream"].get("Logging") or [])
    return passed("errors go to CloudWatch Logs") if on else failed("errors are not logged")


@check(
    f"{DELIVERY}.roles_limited",
    on=DELIVERY,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Delivery stream works with no role that holds every right",
    risk="Whoever may change the stream, or put a function into it, holds the account.",
    fix="Replace the policies of the role by one that names what the stream reads and where it writes",
)
def roles_limited(delivery: Resource, inventory: Inventory) -> Verdict:
    return limited(sorted({arn for arn in delivery["stream"].get("Roles") or [] if arn}), inventory)
