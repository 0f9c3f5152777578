"""Checks on Bigtable. Who may use instances, tables and backups is asked with the other policies of single things.

Source: Bigtable Admin API, "Instance", "Cluster", "Table", "Backup".
"""

from __future__ import annotations

from datetime import datetime

from checks.gcp import recent
from checks.gcp.read import Item, named, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

INSTANCE, CLUSTER, TABLE, BACKUP = (f"gcp.bigtable.{each}" for each in ("instance", "cluster", "table", "backup"))


@check(
    f"{INSTANCE}.several_clusters",
    on=INSTANCE,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Instance survives the loss of a zone",
    risk="When the zone of its only cluster is down, so are all tables.",
    fix="gcloud bigtable clusters create NEW --project={account} --instance={name} --zone=ZONE",
)
def several_clusters(instance: Resource, inventory: Inventory) -> Verdict:
    if named(instance["item"].get("type"), "UNSPECIFIED PRODUCTION DEVELOPMENT") == "DEVELOPMENT":
        return skipped("an instance for development, which has one cluster only")
    clusters = [each["item"] for each in inventory.all(CLUSTER) if each.id.startswith(f"{instance.id}/clusters/")]
    zones = {str(each.get("location")).rpartition("/")[2] for each in clusters}
    return (passed if len(zones) > 1 else failed)(f"clusters in {len(zones)} zone(s)")


@check(
    f"{TABLE}.backed_up",
    on=TABLE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Table is backed up automatically, or was within a week",
    risk="What is deleted, encrypted or broken is gone.",
    fix="gcloud bigtable tables update {name} --project={account} --instance=INSTANCE --enable-automated-backup",
)
def backed_up(table: Resource, inventory: Inventory, now: datetime) -> Verdict:
    item = table["item"]
    if any(_on(item.get(field)) for field in ("automatedBackupPolicy", "effectiveAutomatedBackupPolicy")):
        return passed("backups are taken automatically")
    return recent.backed_up(inventory.where(BACKUP, "item.sourceTable", str(item.get("name"))), now)


def _on(policy: Item | None) -> bool:
    return bool(policy) and not yes((policy or {}).get("disabled"))
