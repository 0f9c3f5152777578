"""Checks on AWS KMS keys. Keys that AWS manages are listed with the rest, but nothing about them can be set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from checks.aws import sharing
from checks.aws.recorded import calls_recorded
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GOING = ("PendingDeletion", "PendingReplicaDeletion")
SOURCE = "kms.amazonaws.com"
WHOLE = {"*", "kms:*"}
EXPIRY_NOTICE = timedelta(days=30)


def _by_aws(key: Resource) -> bool:
    return bool(key["key"]["KeyManager"] == "AWS")


@check(
    "aws.kms.key.rotates",
    on="aws.kms.key",
    control="encryption.key_rotation",
    severity=Severity.MEDIUM,
    title="Symmetric key rotates",
    risk="One leaked version of the key opens everything that was ever encrypted with it.",
    fix="aws kms enable-key-rotation --key-id {name} --region {region}",
    cis=("v5:3.6", "v6:4.6", "v7:4.6"),
)
def rotates(key: Resource) -> Verdict:
    if reason := _cannot_rotate(key["key"]):
        return skipped(reason)
    rotation = key["rotation"] or {}
    if rotation.get("KeyRotationEnabled"):
        return passed(f"rotates every {rotation.get('RotationPeriodInDays', 365)} days")
    return failed("automatic rotation is off")


def _cannot_rotate(metadata: dict[str, Any]) -> str:
    """Return why automatic rotation is not to be had, if it is not."""
    if metadata["KeyManager"] == "AWS":
        return "AWS rotates the keys that it manages"
    if metadata.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        return f"keys of kind {metadata['KeySpec']} cannot rotate"
    if metadata.get("Origin", "AWS_KMS") != "AWS_KMS":
        return f"key material of origin {metadata['Origin']} cannot rotate by itself"
    return "" if metadata["KeyState"] == "Enabled" else f"the key is {metadata['KeyState']}"


@check(
    "aws.kms.key.not_being_deleted",
    on="aws.kms.key",
    control="encryption.key_deletion",
    severity=Severity.HIGH,
    title="Key is not about to be deleted",
    risk="When the key is gone, everything encrypted with it is lost for good.",
    fix="aws kms cancel-key-deletion --key-id {name} --region {region}, unless nothing uses the key",
)
def not_being_deleted(key: Resource) -> Verdict:
    metadata = key["key"]
    if metadata["KeyManager"] == "AWS":
        return skipped("managed by AWS")
    if metadata["KeyState"] not in GOING:
        return passed(f"the key is {metadata['KeyState']}")
    return failed(f"the key will be deleted on {metadata.get('DeletionDate', 'a date that AWS does not tell')}")


@check(
    "aws.kms.key.material_lasts",
    on="aws.kms.key",
    control="encryption.key_deletion",
    severity=Severity.HIGH,
    title="Imported key material does not expire soon",
    risk="On the day that the material expires, nothing encrypted with the key can be read.",
    fix="Import the same key material again: aws kms import-key-material --key-id {name}",
)
def material_lasts(key: Resource, now: datetime) -> Verdict:
    metadata = key["key"]
    if metadata.get("Origin") != "EXTERNAL":
        return skipped("the key material was not imported")
    if metadata["KeyState"] == "PendingImport":
        return failed("the key has no material: it expired, was deleted, or was never imported")
    if "ValidTo" not in metadata:
        return passed("the key material does not expire")
    notice = datetime.fromisoformat(metadata["ValidTo"]) - EXPIRY_NOTICE
    if notice <= now:
        return failed(f"the key material expires on {metadata['ValidTo']}")
    return passed(f"the key material lasts until {metadata['ValidTo']}", until=notice)


@check(
    "aws.kms.key.not_public",
    on="aws.kms.key",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Key admits nobody unnamed",
    risk="Anybody with an AWS account may decrypt with the key, or destroy it.",
    fix="aws kms put-key-policy --key-id {name} --policy-name default --policy file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(key: Resource) -> Verdict:
    return skipped("managed by AWS") if _by_aws(key) else sharing.named(key)


@check(
    "aws.kms.key.known_accounts",
    on="aws.kms.key",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Key policy admits only accounts of the organization",
    risk="An account that nobody here runs may decrypt with the key.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(key: Resource, inventory: Inventory) -> Verdict:
    return skipped("managed by AWS") if _by_aws(key) else sharing.known(key, inventory)


@check(
    "aws.kms.key.control_delegated",
    on="aws.kms.key",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Key policy gives whole control to the account alone",
    risk="Whoever uses the key may also rewrite its policy or delete it.",
    fix="Split kms:* in the key policy into the actions that administrators and users need",
)
def control_delegated(key: Resource) -> Verdict:
    if _by_aws(key):
        return skipped("managed by AWS")
    for each in sharing.statements(key["policy"]):
        whole = each["Effect"] == "Allow" and WHOLE & set(sharing.strings(each.get("Action", [])))
        holders = sharing.strings(each.get("Principal", "*")) if whole else []
        if others := [name for name in holders if not _is_account(name, key.account)]:
            return failed(f"every action is given to {', '.join(others)}")
    return passed("only the account itself holds every action")


def _is_account(principal: str, account: str) -> bool:
    return principal == account or (principal.endswith(f"::{account}:root") and principal.startswith("arn:"))


@check(
    "aws.account.account.key_use_recorded",
    on="aws.account.account",
    service="aws.kms",
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="A trail records who uses keys",
    risk="Nobody can tell who decrypted what: trails may leave out KMS to save money.",
    fix="aws cloudtrail put-event-selectors without kms.amazonaws.com among ExcludeManagementEventSources",
)
def key_use_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return calls_recorded(inventory, SOURCE)
