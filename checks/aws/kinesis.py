"""Checks on data streams of Kinesis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

STREAM = "aws.kinesis.stream"
LEAST_HOURS = 7 * 24


def _policy(stream: Resource) -> Mapping[str, Any] | None:
    """Return the policy; of a stream that has none, AWS may answer with an empty one."""
    document: Mapping[str, Any] | None = stream["policy"]
    return document or None


@check(
    f"{STREAM}.encrypted",
    on=STREAM,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Data stream is encrypted",
    risk="Records are stored in the clear, for up to a year.",
    fix="aws kinesis start-stream-encryption --stream-name {name} --encryption-type KMS --key-id KEY --region {region}",
)
def encrypted(stream: Resource) -> Verdict:
    kind = stream["summary"].get("EncryptionType") or "NONE"
    return failed("not encrypted at rest") if kind == "NONE" else passed("encrypted at rest")


@check(
    f"{STREAM}.customer_key",
    on=STREAM,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Data stream is encrypted with a key of the customer's own",
    risk="Access to the records cannot be limited, logged or ended by a key of one's own.",
    fix="aws kinesis start-stream-encryption --stream-name {name} --encryption-type KMS --key-id KEY --region {region}",
)
def customer_key(stream: Resource, inventory: Inventory) -> Verdict:
    summary = stream["summary"]
    if (summary.get("EncryptionType") or "NONE") == "NONE":
        return skipped("not encrypted at all")
    return keys.customer_key(stream, summary.get("KeyId"), inventory)


@check(
    f"{STREAM}.not_public",
    on=STREAM,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Data stream admits nobody unnamed",
    risk="Anybody with an AWS account may read the records, or put in his own.",
    fix="aws kinesis put-resource-policy --resource-arn {id} --policy file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(stream: Resource) -> Verdict:
    return sharing.admits_the_named(_policy(stream), stream.account)


@check(
    f"{STREAM}.known_accounts",
    on=STREAM,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Data stream's policy admits only accounts of the organization",
    risk="An account that nobody here runs may read the records, or put in its own.",
    fix="aws kinesis put-resource-policy --resource-arn {id} --policy file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def known_accounts(stream: Resource, inventory: Inventory) -> Verdict:
    return sharing.admits_the_known(_policy(stream), stream.account, inventory)


@check(
    f"{STREAM}.kept_a_week",
    on=STREAM,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Data stream keeps records for a week or more",
    risk="A consumer that stands still over a weekend has lost what it did not read.",
    fix="aws kinesis increase-stream-retention-period --stream-name {name} --retention-period-hours 168 --region {region}",
)
def kept_a_week(stream: Resource) -> Verdict:
    hours = int(stream["summary"]["RetentionPeriodHours"])
    return (passed if hours >= LEAST_HOURS else failed)(f"records are kept for {hours} hours")
