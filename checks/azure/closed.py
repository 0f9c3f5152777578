"""Checks that a resource is closed to the internet, and has a private endpoint: one check for each type of each table.

Where nothing is said, public access is on. Source: each service's REST API, ``publicNetworkAccess``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.azure.read import CLOSED, SET, is_on, private_endpoints, prop, word
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped


def why_closed(resource: Resource) -> str:
    """Return why nobody reaches a resource from the internet; empty where somebody may."""
    if resource.type == "azure.sqlmi.instance":
        return "" if is_on(prop(resource, "publicDataEndpointEnabled")) else "it has no public endpoint"
    if prop(resource, "network.delegatedSubnetResourceId") or prop(resource, "subnetId"):
        return "it stands in a virtual network"
    said = word(prop(resource, "publicNetworkAccess") or prop(resource, "network.publicNetworkAccess"))
    return f"public network access is {said}" if said in CLOSED else ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A type that can be closed."""

    type: str
    noun: str
    fix: str = f"{SET}publicNetworkAccess=Disabled"
    cis: tuple[str, ...] = ()


OF_NETWORK = f"{SET}network.publicNetworkAccess=Disabled"
REACHED = (
    Reached(
        "azure.storage.account",
        "Storage account",
        "az storage account update --ids {id} --public-network-access Disabled",
        ("v6:9.3.2.2",),
    ),
    Reached(
        "azure.keyvault.vault", "Key vault", "az keyvault update --ids {id} --public-network-access Disabled", ("v6:8.3.7",)
    ),
    Reached("azure.managedhsm.hsm", "Managed HSM"),
    Reached("azure.recovery.vault", "Recovery vault", "az backup vault update --ids {id} --public-network-access Disable"),
    Reached("azure.avd.host_pool", "Host pool"),
    Reached("azure.avd.workspace", "Workspace"),
    Reached("azure.arc.private_link_scope", "Private link scope"),
    Reached("azure.disk.disk", "Disk", "az disk update --ids {id} --public-network-access Disabled"),
    Reached("azure.disk.snapshot", "Snapshot", "az snapshot update --ids {id} --public-network-access Disabled"),
    Reached("azure.sql.server", "Server", cis=("v3:5.1.7",)),
    Reached("azure.sqlmi.instance", "Instance", f"{SET}publicDataEndpointEnabled=false"),
    Reached("azure.postgres.server", "Server", OF_NETWORK),
    Reached("azure.mysql.server", "Server", OF_NETWORK),
    Reached("azure.cosmosdb.account", "Account"),
    Reached("azure.redis.cache", "Cache"),
    Reached("azure.redis.enterprise_cluster", "Cluster"),
    Reached("azure.synapse.workspace", "Workspace"),
    Reached("azure.datafactory.factory", "Factory"),
    Reached("azure.databricks.workspace", "Workspace", cis=("v6:2.1.10",)),
    Reached("azure.kusto.cluster", "Cluster"),
    Reached("azure.search.service", "Search service", f"{SET}publicNetworkAccess=disabled"),
    Reached("azure.servicebus.namespace", "Namespace"),
    Reached("azure.eventhubs.namespace", "Namespace"),
    Reached("azure.eventgrid.topic", "Topic"),
    Reached("azure.eventgrid.domain", "Domain"),
    Reached("azure.iothub.hub", "Hub"),
    Reached("azure.acr.registry", "Registry"),
    Reached("azure.batch.account", "Account"),
    Reached("azure.ml.workspace", "Workspace"),
    Reached("azure.ml.online_endpoint", "Endpoint"),
    Reached("azure.openai.account", "Account"),
    Reached("azure.openai.other_account", "Account"),
    Reached("azure.appconfig.store", "Store"),
)


def _closed(reached: Reached) -> Check:
    @check(
        f"{reached.type}.public_access_off",
        on=reached.type,
        control="network.public_access",
        severity=Severity.MEDIUM,
        title=f"{reached.noun} is closed to the internet",
        risk="One address too many in a list, or one key that leaks, and anybody on the internet is in.",
        fix=reached.fix,
        cis=reached.cis,
    )
    def judge(resource: Resource) -> Verdict:
        reason = why_closed(resource)
        return passed(reason) if reason else failed("public network access is on")

    return judge


PUBLIC_ACCESS_OFF = tuple(_closed(each) for each in REACHED)


def _own_network(resource: Resource) -> str:
    placed = prop(resource, "network.delegatedSubnetResourceId") or prop(resource, "subnetId")
    return "it stands in a virtual network itself" if placed else ""


def _inside(environment: Resource) -> str:
    internal = is_on(prop(environment, "vnetConfiguration.internal"))
    return "it answers in its virtual network only" if internal else ""


def _of_project(workspace: Resource) -> str:
    project = word(workspace["item"].get("kind")) == "project"
    return "a project, whose hub decides" if project else ""


def _sku(resource: Resource) -> set[str]:
    sku = resource["item"].get("sku") or {}
    return {word(sku.get("tier")), word(sku.get("name"))}


def _below(*tiers: str) -> Callable[[Resource], str]:
    """Return a reader that says why a resource of one of *tiers* can have no private endpoint."""

    def without(resource: Resource) -> str:
        held = _sku(resource) & set(tiers)
        return f"the {min(held)} tier has no private endpoints" if held else ""

    return without


def _premium_only(registry: Resource) -> str:
    return "" if "premium" in _sku(registry) else "only the premium tier has private endpoints"


@dataclass(frozen=True, slots=True)
class Private:
    """A type that offers private endpoints. ``without``: why one has none, if so; ``fact``: where they are listed, if apart."""

    type: str
    noun: str
    without: Callable[[Resource], str] = lambda _: ""
    fact: str = ""
    cis: tuple[str, ...] = ()


PRIVATE = (
    Private("azure.storage.account", "Storage account", cis=("v6:9.3.2.1",)),
    Private("azure.keyvault.vault", "Key vault", cis=("v6:8.3.8",)),
    Private("azure.managedhsm.hsm", "Managed HSM"),
    Private("azure.recovery.vault", "Recovery vault"),
    Private("azure.avd.host_pool", "Host pool"),
    Private("azure.avd.workspace", "Workspace"),
    Private("azure.arc.private_link_scope", "Private link scope"),
    Private("azure.sql.server", "Server"),
    Private("azure.postgres.server", "Server", _own_network),
    Private("azure.mysql.server", "Server", _own_network),
    Private("azure.cosmosdb.account", "Account", cis=("v3:5.4.2",)),
    Private("azure.redis.cache", "Cache", _own_network),
    Private("azure.redis.enterprise_cluster", "Cluster"),
    Private("azure.synapse.workspace", "Workspace"),
    Private("azure.datafactory.factory", "Factory", fact="private_endpoints"),
    Private("azure.databricks.workspace", "Workspace", cis=("v6:2.1.11",)),
    Private("azure.kusto.cluster", "Cluster"),
    Private("azure.search.service", "Search service", _below("free")),
    Private("azure.servicebus.namespace", "Namespace", _below("basic", "standard")),
    Private("azure.eventhubs.namespace", "Namespace", _below("basic")),
    Private("azure.eventgrid.topic", "Topic"),
    Private("azure.eventgrid.domain", "Domain"),
    Private("azure.iothub.hub", "Hub"),
    Private("azure.acr.registry", "Registry", _premium_only),
    Private("azure.batch.account", "Account"),
    Private("azure.ml.workspace", "Workspace", _of_project),
    Private("azure.openai.account", "Account"),
    Private("azure.openai.other_account", "Account"),
    Private("azure.automation.account", "Account"),
    Private("azure.appconfig.store", "Store", _below("free")),
    Private("azure.containerapps.environment", "Environment", _inside),
)


def _private(private: Private) -> Check:
    @check(
        f"{private.type}.private_endpoint",
        on=private.type,
        control="network.private_endpoints",
        severity=Severity.LOW,
        title=f"{private.noun} has a private endpoint",
        risk="Whoever works with it needs a way over public addresses, which data can leave by too.",
        fix="az network private-endpoint create --name NEW --resource-group GROUP --subnet SUBNET --connection-name NEW"
        " --private-connection-resource-id {id} --group-id KIND",
        cis=private.cis,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := private.without(resource):
            return skipped(reason)
        approved = private_endpoints(resource, private.fact)
        return passed(f"{approved} approved") if approved else failed("no private endpoint is approved")

    return judge


PRIVATE_ENDPOINT = tuple(_private(each) for each in PRIVATE)
