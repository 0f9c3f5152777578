"""Checks that roles on the resources of a service are given to groups: one check for each service of the table."""

from __future__ import annotations

from checks.azure.read import prop, word
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

ASSIGNMENT = "azure.rbac.role_assignment"

# The services, and how the ids of their resources go on after "providers".
GRANTED = {
    "azure.acr": "microsoft.containerregistry/",
    "azure.aci": "microsoft.containerinstance/",
    "azure.aks": "microsoft.containerservice/",
    "azure.appconfig": "microsoft.appconfiguration/",
    "azure.appgw": "microsoft.network/applicationgateways/ microsoft.network/applicationgatewaywebapplicationfirewallpolicies/",
    "azure.arc": "microsoft.hybridcompute/",
    "azure.aro": "microsoft.redhatopenshift/",
    "azure.automation": "microsoft.automation/",
    "azure.avd": "microsoft.desktopvirtualization/",
    "azure.avs": "microsoft.avs/",
    "azure.batch": "microsoft.batch/",
    "azure.cosmosdb": "microsoft.documentdb/",
    "azure.databricks": "microsoft.databricks/",
    "azure.datafactory": "microsoft.datafactory/",
    "azure.dedicatedhsm": "microsoft.hardwaresecuritymodules/",
    "azure.disk": "microsoft.compute/disks/ microsoft.compute/snapshots/",
    "azure.dns": "microsoft.network/dnszones/ microsoft.network/privatednszones/ microsoft.network/dnsresolverpolicies/",
    "azure.eventgrid": "microsoft.eventgrid/",
    "azure.eventhubs": "microsoft.eventhub/",
    "azure.firewall": "microsoft.network/azurefirewalls/ microsoft.network/firewallpolicies/",
    "azure.frontdoor": (
        "microsoft.cdn/ microsoft.network/frontdoors/ microsoft.network/frontdoorwebapplicationfirewallpolicies/"
    ),
    "azure.iothub": "microsoft.devices/iothubs/",
    "azure.keyvault": "microsoft.keyvault/vaults/",
    "azure.kusto": "microsoft.kusto/",
    "azure.lb": "microsoft.network/loadbalancers/",
    "azure.logicapps": "microsoft.logic/",
    "azure.managedhsm": "microsoft.keyvault/managedhsms/",
    "azure.ml": "microsoft.machinelearningservices/",
    "azure.mysql": "microsoft.dbformysql/",
    "azure.netapp": "microsoft.netapp/",
    "azure.networkwatcher": "microsoft.network/networkwatchers/",
    "azure.openai": "microsoft.cognitiveservices/",
    "azure.postgres": "microsoft.dbforpostgresql/",
    "azure.recovery": "microsoft.recoveryservices/ microsoft.dataprotection/",
    "azure.redis": "microsoft.cache/",
    "azure.search": "microsoft.search/",
    "azure.servicebus": "microsoft.servicebus/",
    "azure.springapps": "microsoft.appplatform/",
    "azure.sql": "microsoft.sql/servers/",
    "azure.sqlmi": "microsoft.sql/managedinstances/",
    "azure.sqlvm": "microsoft.sqlvirtualmachine/",
    "azure.storage": "microsoft.storage/storageaccounts/",
    "azure.synapse": "microsoft.synapse/",
    "azure.vm": "microsoft.compute/virtualmachines/",
    "azure.vmss": "microsoft.compute/virtualmachinescalesets/",
}


def _granted(service: str, prefixes: tuple[str, ...]) -> Check:
    short = service.rpartition(".")[2]

    @check(
        f"{ASSIGNMENT}.{short}_to_groups",
        on=ASSIGNMENT,
        service=service,
        control="access.groups",
        severity=Severity.LOW,
        title=f"Roles on a resource of {short} are given to groups, not people",
        risk="Who leaves the team keeps what he was given himself, one resource here and another there.",
        fix="az role assignment delete --ids {id}, after the same role was given to a group",
    )
    def judge(assignment: Resource) -> Verdict:
        scope = f"{word(prop(assignment, 'scope'))}/"
        kind = word(prop(assignment, "principalType"))
        if not any(f"/providers/{prefix}" in scope for prefix in prefixes):
            return skipped(f"not given on a resource of {short}")
        return failed("given to a person") if kind == "user" else passed(f"given to a {kind or 'principal of an unsaid kind'}")

    return judge


TO_GROUPS = tuple(_granted(service, tuple(prefixes.split())) for service, prefixes in GRANTED.items())
