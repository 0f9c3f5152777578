"""Checks on Amazon Inspector's scanning of code."""

from __future__ import annotations

from checks.aws import keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict

CODE_SCANNING = "aws.inspector.code_scanning"


@check(
    f"{CODE_SCANNING}.customer_key",
    on=CODE_SCANNING,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Code in findings is encrypted with a key of the customer's own",
    risk="Access to the weak lines of one's own code cannot be limited, logged or ended by a key of one's own.",
    fix="aws inspector2 update-encryption-key --kms-key-id KEY --scan-type CODE --resource-type AWS_LAMBDA_FUNCTION"
    " --region {region}",
)
def customer_key(scanning: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(scanning, scanning["key"], inventory)
