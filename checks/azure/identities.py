"""Checks on as whom resources work: the same two questions of each type."""

from __future__ import annotations

from checks.azure import workloads
from checks.kinds import Kind, each
from scanner.model import Inventory, Resource, Severity, Verdict

RUNNING = (
    Kind("azure.aci.group", "Container group", "Make the group anew with --assign-identity"),
    Kind("azure.containerapps.app", "App", "az containerapp identity assign --ids {id} --system-assigned"),
    Kind("azure.containerapps.job", "Job", "az containerapp job identity assign --ids {id} --system-assigned"),
    Kind("azure.logicapps.workflow", "Workflow", "az logic workflow identity assign --ids {id} --system-assigned"),
    Kind("azure.ml.workspace", "Workspace", "az ml workspace update --ids {id} with identity in its file"),
    Kind("azure.openai.account", "Account", "az cognitiveservices account identity assign --ids {id}"),
    Kind("azure.automation.account", "Account", "az resource update --ids {id} --set identity.type=SystemAssigned"),
    Kind("azure.batch.pool", "Pool", "Make the pool anew with an identity"),
    Kind("azure.kusto.cluster", "Cluster", "az kusto cluster update --ids {id} --type SystemAssigned"),
)
WITH_RIGHTS = (
    *RUNNING,
    Kind("azure.acr.registry", "Registry", ""),
    Kind("azure.appconfig.store", "Store", ""),
    Kind("azure.batch.account", "Account", ""),
    Kind("azure.ml.online_endpoint", "Endpoint", ""),
)


@each(
    RUNNING,
    "managed_identity",
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="NOUN has a managed identity",
    risk="It reaches databases and vaults with keys, which lie in its settings and do not expire.",
    fix="MODIFY",
)
def managed_identity(resource: Resource) -> Verdict:
    return workloads.identified(resource["item"].get("identity"))


@each(
    WITH_RIGHTS,
    "identity_not_administrator",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN's identity administers nothing",
    risk="Whoever gets it to run what he likes administers what the role stands for.",
    fix="az role assignment delete --assignee IDENTITY --role ROLE --scope SCOPE; grant a narrower one",
)
def identity_not_administrator(resource: Resource, inventory: Inventory) -> Verdict:
    return workloads.narrow_identity(resource, inventory)
