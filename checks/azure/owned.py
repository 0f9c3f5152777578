"""Checks that resources name their owner by tag: one check for each type of the table."""

from __future__ import annotations

from checks.azure.kept import system_database
from checks.owners import Owned, owner_named
from scanner.model import Resource

TAG = "az tag update --resource-id {id} --operation Merge --tags owner=TEAM"


def _of_machine(disk: Resource) -> str:
    return "the machine names its owner" if disk["item"].get("managedBy") else ""


def _of_service(resource: Resource) -> str:
    return "managed by another service" if resource["item"].get("managedBy") else ""


OWNED = (
    # Machines and what they stand on.
    Owned("azure.vm.machine", "Virtual machine", _of_service),
    Owned("azure.vmss.scale_set", "Scale set"),
    Owned("azure.disk.disk", "Disk", _of_machine),
    Owned("azure.disk.snapshot", "Snapshot"),
    Owned("azure.sqlvm.machine", "SQL Server"),
    Owned("azure.avd.host_pool", "Host pool"),
    Owned("azure.avs.private_cloud", "Private cloud"),
    Owned("azure.arc.machine", "Server"),
    Owned("azure.dedicatedhsm.hsm", "Dedicated HSM"),
    # Storage, vaults and backups.
    Owned("azure.storage.account", "Storage account", _of_service),
    Owned("azure.netapp.account", "NetApp account"),
    Owned("azure.keyvault.vault", "Key vault"),
    Owned("azure.managedhsm.hsm", "Managed HSM"),
    Owned("azure.recovery.vault", "Recovery vault"),
    Owned("azure.recovery.backup_vault", "Backup vault"),
    # Databases, analytics and messaging.
    Owned("azure.sql.server", "Server"),
    Owned("azure.sql.database", "Database", system_database),
    Owned("azure.sqlmi.instance", "Instance"),
    Owned("azure.postgres.server", "Server"),
    Owned("azure.mysql.server", "Server"),
    Owned("azure.cosmosdb.account", "Account"),
    Owned("azure.redis.cache", "Cache"),
    Owned("azure.redis.enterprise_cluster", "Cluster"),
    Owned("azure.synapse.workspace", "Workspace"),
    Owned("azure.datafactory.factory", "Factory"),
    Owned("azure.databricks.workspace", "Workspace"),
    Owned("azure.kusto.cluster", "Cluster"),
    Owned("azure.search.service", "Search service"),
    Owned("azure.servicebus.namespace", "Namespace"),
    Owned("azure.eventhubs.namespace", "Namespace"),
    Owned("azure.eventgrid.topic", "Topic"),
    Owned("azure.eventgrid.domain", "Domain"),
    Owned("azure.iothub.hub", "Hub"),
    # Networks and their edges.
    Owned("azure.vnet.network", "Network"),
    Owned("azure.vnet.public_ip", "Address"),
    Owned("azure.networkwatcher.flow_log", "Flow log"),
    Owned("azure.lb.balancer", "Load balancer"),
    Owned("azure.appgw.gateway", "Gateway"),
    Owned("azure.frontdoor.profile", "Front Door"),
    Owned("azure.frontdoor.cdn_profile", "Profile"),
    Owned("azure.frontdoor.classic", "Front Door"),
    Owned("azure.firewall.firewall", "Firewall"),
    Owned("azure.vpngw.gateway", "Gateway"),
    Owned("azure.vpngw.circuit", "Circuit"),
    Owned("azure.bastion.host", "Bastion"),
    Owned("azure.dns.zone", "Zone"),
    Owned("azure.dns.private_zone", "Private zone"),
    Owned("azure.apim.service", "Service"),
    # Applications, containers and AI.
    Owned("azure.appservice.app", "App"),
    Owned("azure.appservice.plan", "Plan"),
    Owned("azure.functions.app", "Function app"),
    Owned("azure.aks.cluster", "Cluster"),
    Owned("azure.aro.cluster", "Cluster"),
    Owned("azure.aci.group", "Container group"),
    Owned("azure.containerapps.app", "App"),
    Owned("azure.containerapps.job", "Job"),
    Owned("azure.containerapps.environment", "Environment"),
    Owned("azure.acr.registry", "Registry"),
    Owned("azure.springapps.service", "Service"),
    Owned("azure.logicapps.workflow", "Workflow"),
    Owned("azure.batch.account", "Account"),
    Owned("azure.ml.workspace", "Workspace"),
    Owned("azure.ml.online_endpoint", "Endpoint"),
    Owned("azure.openai.account", "Account"),
    Owned("azure.openai.other_account", "Account"),
    Owned("azure.automation.account", "Account"),
    Owned("azure.appconfig.store", "Store"),
    # What watches.
    Owned("azure.monitor.workspace", "Workspace"),
    Owned("azure.monitor.component", "Application Insights"),
)

OWNERS = tuple(owner_named(each, "tag", TAG) for each in OWNED)
