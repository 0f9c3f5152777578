"""Checks that a resource hands on its logs: one check for each type of each table.

Nothing is handed on unless a diagnostic setting says so. Categories: Azure Monitor documentation, "Supported categories for
resource logs".
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.azure.read import in_words, not_handed_on
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed

CALLS, DATA = "logging.access_logs", "logging.data_events"
FIX = (
    "az monitor diagnostic-settings create --resource {id} --name logs --workspace WORKSPACE"
    """ --logs '[{"categoryGroup": "allLogs", "enabled": true}]'"""
)


@dataclass(frozen=True, slots=True)
class Logged:
    """A type. ``categories``: those that tell who uses it; names with a bar between them stand for each other."""

    type: str
    noun: str
    categories: str
    control: str = DATA
    severity: Severity = Severity.MEDIUM
    cis: tuple[str, ...] = ()


LOGGED = (
    # Storage, vaults and backups.
    Logged("azure.keyvault.vault", "Key vault", "AuditEvent", cis=("v6:6.1.1.4",)),
    Logged("azure.managedhsm.hsm", "Managed HSM", "AuditEvent"),
    Logged("azure.recovery.vault", "Recovery vault", "CoreAzureBackup AddonAzureBackupJobs", CALLS),
    Logged("azure.recovery.backup_vault", "Backup vault", "CoreAzureBackup AddonAzureBackupJobs", CALLS),
    # Machines.
    Logged("azure.avd.host_pool", "Host pool", "Connection Management", CALLS),
    Logged("azure.avd.workspace", "Workspace", "Feed Management", CALLS),
    Logged("azure.avs.private_cloud", "Private cloud", "VMwareSyslog", CALLS),
    # Databases, analytics and messaging.
    Logged("azure.sqlmi.instance", "Instance", "SQLSecurityAuditEvents"),
    Logged("azure.postgres.server", "Server", "PostgreSQLLogs"),
    Logged("azure.mysql.server", "Server", "MySqlAuditLogs"),
    Logged(
        "azure.cosmosdb.account",
        "Account",
        "DataPlaneRequests|MongoRequests|CassandraRequests|GremlinRequests|TableApiRequests",
    ),
    Logged("azure.redis.cache", "Cache", "ConnectedClientList|MSEntraAuthenticationAuditLog"),
    Logged("azure.synapse.workspace", "Workspace", "SynapseRbacOperations"),
    Logged("azure.datafactory.factory", "Factory", "PipelineRuns"),
    Logged("azure.databricks.workspace", "Workspace", "accounts workspace", cis=("v6:2.1.7",)),
    Logged("azure.kusto.cluster", "Cluster", "Command Query"),
    Logged("azure.search.service", "Search service", "OperationLogs"),
    Logged("azure.servicebus.namespace", "Namespace", "OperationalLogs"),
    Logged("azure.eventhubs.namespace", "Namespace", "OperationalLogs"),
    Logged("azure.eventgrid.topic", "Topic", "DataPlaneRequests|PublishFailures"),
    Logged("azure.eventgrid.domain", "Domain", "DataPlaneRequests|PublishFailures"),
    Logged("azure.iothub.hub", "Hub", "Connections DeviceIdentityOperations"),
    # Applications, containers and AI.
    Logged("azure.acr.registry", "Registry", "ContainerRegistryLoginEvents ContainerRegistryRepositoryEvents"),
    Logged("azure.springapps.service", "Service", "ApplicationConsole IngressLogs", CALLS),
    Logged("azure.logicapps.workflow", "Workflow", "WorkflowRuntime", CALLS),
    Logged("azure.batch.account", "Account", "AuditLog|AuditLogs|ServiceLog|ServiceLogs", CALLS),
    Logged("azure.ml.workspace", "Workspace", "AmlComputeJobEvent|AmlRunStatusChangedEvent|ComputeInstanceEvent", CALLS),
    Logged("azure.openai.account", "Account", "Audit RequestResponse"),
    Logged("azure.openai.other_account", "Account", "Audit RequestResponse"),
    Logged("azure.automation.account", "Account", "JobLogs AuditEvent", CALLS),
    Logged("azure.appconfig.store", "Store", "HttpRequest"),
    # Edges of networks.
    Logged("azure.appgw.gateway", "Gateway", "ApplicationGatewayAccessLog", CALLS),
    Logged("azure.frontdoor.profile", "Front Door", "FrontDoorAccessLog", CALLS),
    Logged("azure.frontdoor.classic", "Front Door", "FrontdoorAccessLog", CALLS),
    Logged("azure.frontdoor.cdn_profile", "Profile", "AzureCdnAccessLog", CALLS),
    Logged(
        "azure.firewall.firewall",
        "Firewall",
        "AZFWNetworkRule|AzureFirewallNetworkRule AZFWApplicationRule|AzureFirewallApplicationRule",
        CALLS,
    ),
    Logged("azure.vpngw.gateway", "Gateway", "TunnelDiagnosticLog|P2SDiagnosticLog|GatewayDiagnosticLog", CALLS),
    Logged("azure.vpngw.circuit", "Circuit", "PeeringRouteLog", CALLS, Severity.LOW),
    Logged("azure.bastion.host", "Bastion", "BastionAuditLogs", CALLS),
    Logged("azure.lb.balancer", "Load balancer", "LoadBalancerHealthEvent", CALLS, Severity.LOW),
    Logged("azure.apim.service", "Service", "GatewayLogs", CALLS),
)
# What they saw of attacks.
DETECTED = "detection.threat_detector"
ATTACKS = (
    Logged("azure.appgw.gateway", "Gateway", "ApplicationGatewayFirewallLog", DETECTED),
    Logged("azure.frontdoor.profile", "Front Door", "FrontDoorWebApplicationFirewallLog", DETECTED),
    Logged("azure.frontdoor.classic", "Front Door", "FrontdoorWebApplicationFirewallLog", DETECTED),
    Logged("azure.firewall.firewall", "Firewall", "AZFWThreatIntel|AzureFirewallApplicationRule", DETECTED),
)


def _logged(logged: Logged, name: str, title: str, risk: str, *cis: str) -> Check:
    @check(
        f"{logged.type}.{name}",
        on=logged.type,
        control=logged.control,
        severity=logged.severity,
        title=f"{logged.noun} hands on the log of {title}",
        risk=risk,
        fix=FIX,
        cis=(*logged.cis, *cis),
    )
    def judge(resource: Resource) -> Verdict:
        asked = [each.split("|") for each in logged.categories.split()]
        missing = [either[0] for either in asked if len(not_handed_on(resource, either)) == len(either)]
        return failed(f"no diagnostic setting hands on {in_words(missing)}") if missing else passed("diagnostic settings do")

    return judge


UNTOLD = "After a break-in nobody can say who came, what he called, and what he took."
USE_LOGGED = tuple(_logged(each, "use_logged", "who uses it", UNTOLD, "v6:6.1.4") for each in LOGGED)
UNHEARD = "It sees who attacks and how, and nobody learns of it: no alarm can stand on what is thrown away."
ATTACKS_LOGGED = tuple(_logged(each, "attacks_logged", "attacks", UNHEARD) for each in ATTACKS)
