"""Checks on snapshots that were taken by hand, of databases of RDS and Aurora."""

from __future__ import annotations

from checks.aws import sharing
from checks.aws.rds_read import SNAPSHOTS, is_encrypted
from checks.kinds import each
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

EVERYBODY = "all"


def _restorers(snapshot: Resource) -> set[str]:
    """Return the accounts that may copy or restore *snapshot* beside its own, everybody among them."""
    return {
        account
        for attribute in snapshot["attributes"] or []
        if attribute["AttributeName"] == "restore"
        for account in attribute.get("AttributeValues") or []
    }


@each(
    SNAPSHOTS,
    "not_public",
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="NOUN cannot be restored by everybody",
    risk="Anybody with an AWS account can make a database of it and read all that it holds.",
    fix="MODIFY --attribute-name restore --values-to-remove all --region {region}",
)
def not_public(snapshot: Resource) -> Verdict:
    if EVERYBODY in _restorers(snapshot):
        return failed("every AWS account may restore it")
    return passed("no account unnamed may restore it")


@each(
    SNAPSHOTS,
    "known_accounts",
    control="data.external_sharing",
    severity=Severity.HIGH,
    title="NOUN is shared within the organization only",
    risk="An account that nobody here runs can make a database of it and read all that it holds.",
    fix="MODIFY --attribute-name restore --values-to-remove ACCOUNT --region {region}",
)
def known_accounts(snapshot: Resource, inventory: Inventory) -> Verdict:
    restorers = _restorers(snapshot)
    if EVERYBODY in restorers:
        return failed("every AWS account may restore it")
    return sharing.members_only(restorers - {snapshot.account}, inventory)


@each(
    SNAPSHOTS,
    "encrypted",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="NOUN is encrypted",
    risk="Whoever gets at the snapshot reads all of the database.",
    fix="Copy the snapshot with --kms-key-id KEY, then delete it: aws rds copy-db-snapshot, aws rds copy-db-cluster-snapshot",
)
def encrypted(snapshot: Resource) -> Verdict:
    return passed("encrypted at rest") if is_encrypted(snapshot) else failed("not encrypted at rest")
