"""Checks that deleting what holds data takes two steps: one check for each type of the table.

Fields: each service's API reference. What is left out there is off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.gcp.cloudsql_read import UPDATE
from checks.gcp.keyed import elsewhere
from checks.gcp.read import Item, yes
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, values_at

ENABLED = ("DELETE_PROTECTION_ENABLED", 2)  # Firestore's word, and its number


@dataclass(frozen=True, slots=True)
class Protected:
    """A type. ``path``: where its item says so; ``without``: why one needs no protection, if so."""

    type: str
    noun: str
    path: str
    fix: str
    without: Callable[[Item], str] = lambda _: ""
    cis: tuple[str, ...] = ()


PROTECTED = (
    Protected(
        "gcp.cloudsql.instance",
        "Instance",
        "settings.deletionProtectionEnabled",
        UPDATE + "--deletion-protection",
        elsewhere,
        ("v5:6.9",),
    ),
    Protected(
        "gcp.spanner.database",
        "Database",
        "enableDropProtection",
        "gcloud spanner databases update {name} --project={account} --instance=INSTANCE --enable-drop-protection",
    ),
    Protected(
        "gcp.firestore.database",
        "Database",
        "deleteProtectionState",
        "gcloud firestore databases update --database={name} --project={account} --delete-protection",
    ),
    Protected(
        "gcp.bigtable.table",
        "Table",
        "deletionProtection",
        "gcloud bigtable tables update {name} --project={account} --instance=INSTANCE --deletion-protection",
    ),
    Protected(
        "gcp.memorystore.redis_cluster",
        "Cluster",
        "deletionProtectionEnabled",
        "gcloud redis clusters update {name} --project={account} --region={region} --deletion-protection",
    ),
    Protected(
        "gcp.filestore.instance",
        "Instance",
        "deletionProtectionEnabled",
        "gcloud filestore instances update {name} --project={account} --location={region} --deletion-protection",
    ),
)


def _protected(protected: Protected) -> Check:
    @check(
        f"{protected.type}.deletion_protected",
        on=protected.type,
        control="resilience.deletion_protection",
        severity=Severity.MEDIUM,
        title=f"{protected.noun} cannot be deleted in one step",
        risk="One slip, or one command of an intruder, and the data is gone.",
        fix=protected.fix,
        cis=protected.cis,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := protected.without(resource["item"]):
            return skipped(reason)
        found = values_at(resource, f"item.{protected.path}")
        on = any(yes(each) or each in ENABLED for each in found)
        return passed("deletion protection is on") if on else failed("deletion protection is off")

    return judge


DELETION_PROTECTED = tuple(_protected(each) for each in PROTECTED)
