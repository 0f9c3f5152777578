"""Checks on whom resource policies let in from outside, where the service's own module asks only whether they are public."""

from __future__ import annotations

from checks.aws import sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict


@check(
    "aws.cloudtrail.event_data_store.known_accounts",
    on="aws.cloudtrail.event_data_store",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Event data store admits only accounts of the organization",
    risk="An account that nobody here runs reads who did what in this one.",
    fix="aws cloudtrail put-resource-policy --resource-arn {id} --resource-policy file://policy.json, with accounts of the"
    " organization only",
    cis=sharing.STRANGERS,
)
def known_accounts(store: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(store, inventory)
