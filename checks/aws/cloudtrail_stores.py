"""Checks on event data stores of AWS CloudTrail."""

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

LEAST_DAYS = 365


@check(
    "aws.cloudtrail.event_data_store.delete_protected",
    on="aws.cloudtrail.event_data_store",
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="Event data store cannot be deleted in one step",
    risk="One call deletes the records of what was done.",
    fix="aws cloudtrail update-event-data-store --event-data-store {id} --termination-protection-enabled",
)
def delete_protected(store: Resource) -> Verdict:
    if store["store"].get("TerminationProtectionEnabled"):
        return passed("termination protection is on")
    return failed("termination protection is off")


@check(
    "aws.cloudtrail.event_data_store.kept_a_year",
    on="aws.cloudtrail.event_data_store",
    control="data.retention",
    severity=Severity.LOW,
    title="Event data store keeps events for a year",
    risk="A break-in is often noticed after months; the records of its beginning are gone by then.",
    fix="aws cloudtrail update-event-data-store --event-data-store {id} --retention-period 365",
)
def kept_a_year(store: Resource) -> Verdict:
    days = store["store"]["RetentionPeriod"]
    return (passed if days >= LEAST_DAYS else failed)(f"events are kept for {days} days")


@check(
    "aws.cloudtrail.event_data_store.customer_key",
    on="aws.cloudtrail.event_data_store",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Event data store is encrypted with the customer's own key",
    risk="Who may read the events cannot be limited, or ended, by a key of one's own.",
    fix="aws cloudtrail update-event-data-store --event-data-store {id} --kms-key-id KEY",
)
def customer_key(store: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(store, store["store"].get("KmsKeyId"), inventory)


@check(
    "aws.cloudtrail.event_data_store.not_public",
    on="aws.cloudtrail.event_data_store",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Event data store admits nobody unnamed",
    risk="Anybody may read who did what in the account.",
    fix="aws cloudtrail put-resource-policy --resource-arn {id} --resource-policy file://policy.json",
    cis=sharing.STRANGERS,
)
def not_public(store: Resource) -> Verdict:
    return sharing.named(store)
