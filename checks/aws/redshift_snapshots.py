"""Checks on snapshots of Redshift that were taken by hand."""

from __future__ import annotations

from checks.aws import sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

SNAPSHOT = "aws.redshift.snapshot"


@check(
    f"{SNAPSHOT}.known_accounts",
    on=SNAPSHOT,
    control="data.external_sharing",
    severity=Severity.HIGH,
    title="Snapshot is shared within the organization only",
    risk="An account that nobody here runs can make a cluster of it and read all that it holds.",
    fix="aws redshift revoke-snapshot-access --snapshot-identifier {name} --account-with-restore-access ACCOUNT"
    " --region {region}",
)
def known_accounts(snapshot: Resource, inventory: Inventory) -> Verdict:
    named = {each["AccountId"] for each in snapshot["item"].get("AccountsWithRestoreAccess") or []}
    return sharing.members_only(named - {snapshot.account}, inventory)


@check(
    f"{SNAPSHOT}.encrypted",
    on=SNAPSHOT,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Snapshot is encrypted",
    risk="Whoever gets at the snapshot reads all of the cluster.",
    fix="Encrypt the cluster, take a new snapshot, then delete this one; a snapshot itself cannot be encrypted",
)
def encrypted(snapshot: Resource) -> Verdict:
    return passed("encrypted at rest") if snapshot["item"].get("Encrypted") else failed("not encrypted at rest")
