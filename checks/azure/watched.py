"""Checks that Defender for Cloud watches a resource: one check for each type that one of its plans covers.

A plan is bought for a whole subscription. Source: Defender for Cloud, REST API "Pricings": ``Standard`` is on.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.azure import around
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Watched:
    """A type, and the plan that watches it."""

    type: str
    noun: str
    plan: str


WATCHED = (
    Watched("azure.storage.account", "Storage account", "StorageAccounts"),
    Watched("azure.keyvault.vault", "Key vault", "KeyVaults"),
    Watched("azure.vm.machine", "Virtual machine", "VirtualMachines"),
    Watched("azure.vmss.scale_set", "Scale set", "VirtualMachines"),
    Watched("azure.arc.machine", "Server", "VirtualMachines"),
    Watched("azure.sqlvm.machine", "SQL Server", "SqlServerVirtualMachines"),
    Watched("azure.sql.server", "Server", "SqlServers"),
    Watched("azure.sqlmi.instance", "Instance", "SqlServers"),
    Watched("azure.synapse.workspace", "Workspace", "SqlServers"),
    Watched("azure.postgres.server", "Server", "OpenSourceRelationalDatabases"),
    Watched("azure.mysql.server", "Server", "OpenSourceRelationalDatabases"),
    Watched("azure.cosmosdb.account", "Account", "CosmosDbs"),
    Watched("azure.apim.service", "Service", "Api"),
)


def _watched(watched: Watched) -> Check:
    @check(
        f"{watched.type}.threats_watched",
        on=watched.type,
        control="detection.threat_detector",
        severity=Severity.MEDIUM,
        title=f"{watched.noun} is watched by Defender for Cloud",
        risk="Break-ins, guessed passwords and strange readers of data raise no alarm.",
        fix=f"az security pricing create --name {watched.plan} --tier Standard",
    )
    def judge(resource: Resource, inventory: Inventory) -> Verdict:
        return around.watched(resource, watched.plan, inventory)

    return judge


THREATS_WATCHED = tuple(_watched(each) for each in WATCHED)
