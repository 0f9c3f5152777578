"""Checks that resources are not lost, and keep data in: locks, zones, and ways out: each of many types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.azure import around
from checks.azure.read import SET, is_on, prop, rows, told, word
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

STORAGE = "azure.storage.account"

LOCKED = {
    "azure.storage.account": "Storage account",
    "azure.netapp.account": "NetApp account",
    "azure.keyvault.vault": "Key vault",
    "azure.managedhsm.hsm": "Managed HSM",
    "azure.recovery.vault": "Recovery vault",
    "azure.recovery.backup_vault": "Backup vault",
    "azure.avs.private_cloud": "Private cloud",
    "azure.sql.server": "Server",
    "azure.sqlmi.instance": "Instance",
    "azure.postgres.server": "Server",
    "azure.mysql.server": "Server",
    "azure.cosmosdb.account": "Account",
    "azure.redis.cache": "Cache",
    "azure.redis.enterprise_cluster": "Cluster",
    "azure.synapse.workspace": "Workspace",
    "azure.datafactory.factory": "Factory",
    "azure.databricks.workspace": "Workspace",
    "azure.kusto.cluster": "Cluster",
    "azure.search.service": "Search service",
    "azure.servicebus.namespace": "Namespace",
    "azure.eventhubs.namespace": "Namespace",
    "azure.eventgrid.topic": "Topic",
    "azure.eventgrid.domain": "Domain",
    "azure.iothub.hub": "Hub",
    "azure.aks.cluster": "Cluster",
    "azure.aro.cluster": "Cluster",
    "azure.acr.registry": "Registry",
    "azure.springapps.service": "Service",
    "azure.logicapps.workflow": "Workflow",
    "azure.batch.account": "Account",
    "azure.ml.workspace": "Workspace",
    "azure.openai.account": "Account",
    "azure.openai.other_account": "Account",
    "azure.automation.account": "Account",
    "azure.appconfig.store": "Store",
}
OF_STORAGE = ("v6:9.3.9",)


def _locked(type: str, noun: str) -> Check:
    @check(
        f"{type}.deletion_locked",
        on=type,
        control="resilience.deletion_protection",
        severity=Severity.LOW,
        title=f"{noun} cannot be deleted in one step",
        risk="One slip, or one command of an intruder, and it is gone with all that it holds.",
        fix="az lock create --name keep --lock-type CanNotDelete --resource {id}",
        cis=("v6:6.2", *(OF_STORAGE if type == STORAGE else ())),
    )
    def judge(resource: Resource, inventory: Inventory) -> Verdict:
        return around.locked(resource, inventory)

    return judge


DELETION_LOCKED = tuple(_locked(type, noun) for type, noun in LOCKED.items())


@check(
    f"{STORAGE}.changes_locked",
    on=STORAGE,
    control="resilience.deletion_protection",
    severity=Severity.INFORMATIONAL,
    title="Storage account's lock lets nothing be changed",
    risk="Whoever may change the account opens it, or has its keys renewed while programs work with them.",
    fix="az lock create --name keep --lock-type ReadOnly --resource {id}",
    cis=("v6:9.3.10",),
)
def changes_locked(account: Resource, inventory: Inventory) -> Verdict:
    held = [scope for scope, level in around.locks(account, inventory).items() if level == around.READ_ONLY]
    return passed(f"a lock stands on {min(held)}") if held else failed("no such lock stands on it, or on what it is in")


@dataclass(frozen=True, slots=True)
class Spread:
    """A type. ``zones``: whether the loss of a zone is survived; ``exempt``: why that isn't due, if so."""

    type: str
    noun: str
    zones: Callable[[Resource], bool]
    fix: str
    exempt: Callable[[Resource], str] = lambda _: ""


def _flag(path: str) -> Callable[[Resource], bool]:
    return lambda resource: is_on(prop(resource, path))


def _standby(server: Resource) -> bool:
    return word(prop(server, "highAvailability.mode")) == "zoneredundant"


def _places(account: Resource) -> bool:
    """Tell whether an account lies in several regions, or in several zones of its one."""
    places = prop(account, "locations") or []
    return len(places) > 1 or any(is_on(each.get("isZoneRedundant")) for each in places)


def _zoned(resource: Resource) -> bool:
    """Tell whether a resource names several zones, or lets Azure spread it over all."""
    spread = word(prop(resource, "zonalAllocationPolicy")) == "automatic" or word(prop(resource, "redundancyMode")) == "zr"
    return spread or len(resource["item"].get("zones") or []) > 1


def _copies(service: Resource) -> bool:
    return int(prop(service, "replicaCount") or 1) > 1


def _placed(pool: Resource) -> bool:
    placement = "deploymentConfiguration.virtualMachineConfiguration.nodePlacementConfiguration.policy"
    return word(prop(pool, placement)) == "zonal"


def _copied(registry: Resource) -> bool:
    """Tell whether a registry lies in several zones, or in several regions."""
    return is_on(prop(registry, "zoneRedundancy")) or len(rows(registry, "replications")) > 1


def replica(server: Resource) -> str:
    """Return why a server is a copy of another, which decides for it; empty where it is none."""
    role = word(prop(server, "replicationRole"))
    return "a replica, whose primary decides" if "replica" in role else ""


def system_database(database: Resource) -> str:
    """Return why a database is none that holds data of the customer's; empty where it is one."""
    return "the server's own database" if word(database["item"].get("name")).rpartition("/")[2] == "master" else ""


def _own_or_warehouse(database: Resource) -> str:
    warehouse = "datawarehouse" in word(database["item"].get("kind"))
    return "a data warehouse, which runs in one zone" if warehouse else system_database(database)


SPREAD = (
    Spread("azure.sql.database", "Database", _flag("zoneRedundant"), f"{SET}zoneRedundant=true", _own_or_warehouse),
    Spread("azure.sqlmi.instance", "Instance", _flag("zoneRedundant"), f"{SET}zoneRedundant=true"),
    Spread("azure.postgres.server", "Server", _standby, f"{SET}highAvailability.mode=ZoneRedundant", replica),
    Spread("azure.mysql.server", "Server", _standby, f"{SET}highAvailability.mode=ZoneRedundant", replica),
    Spread(
        "azure.cosmosdb.account",
        "Account",
        _places,
        "az cosmosdb update --ids {id} --locations regionName=REGION failoverPriority=1 isZoneRedundant=True",
    ),
    Spread("azure.redis.cache", "Cache", _zoned, f"{SET}zonalAllocationPolicy=Automatic"),
    Spread("azure.redis.enterprise_cluster", "Cluster", _zoned, "Make a cluster with --zones 1 2 3, and move the data there"),
    Spread("azure.kusto.cluster", "Cluster", _zoned, "az kusto cluster update --ids {id} --zones 1 2 3"),
    Spread("azure.search.service", "Search service", _copies, "az search service update --ids {id} --replica-count 3"),
    Spread("azure.acr.registry", "Registry", _copied, "az acr replication create --registry {name} --location REGION"),
    Spread("azure.springapps.service", "Service", _flag("zoneRedundant"), "Make the service anew with --zone-redundant"),
    Spread("azure.batch.pool", "Pool", _placed, "Make the pool anew with nodePlacementConfiguration.policy Zonal"),
    Spread(
        "azure.containerapps.environment",
        "Environment",
        _flag("zoneRedundant"),
        "Make the environment anew with --zone-redundant",
    ),
)


def _spread(spread: Spread) -> Check:
    @check(
        f"{spread.type}.several_zones",
        on=spread.type,
        control="resilience.multi_zone",
        severity=Severity.MEDIUM,
        title=f"{spread.noun} survives the loss of a zone",
        risk="When the zone is down, so is all that works with it.",
        fix=spread.fix,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := spread.exempt(resource):
            return skipped(reason)
        return passed("it is spread over zones") if spread.zones(resource) else failed("it isn't spread over zones")

    return judge


SEVERAL_ZONES = tuple(_spread(each) for each in SPREAD)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A type that can be kept from sending data elsewhere. ``words``: what then stands at ``path``."""

    type: str
    noun: str
    path: str
    words: tuple[str, ...]
    fix: str


NAMED_HOSTS = f"{SET}restrictOutboundNetworkAccess=true properties.allowedFqdnList=[HOST]"
LEAVING = (
    Leaving(
        "azure.sql.server",
        "Server",
        "restrictOutboundNetworkAccess",
        ("enabled",),
        f"{SET}restrictOutboundNetworkAccess=Enabled",
    ),
    Leaving(
        "azure.kusto.cluster",
        "Cluster",
        "restrictOutboundNetworkAccess",
        ("enabled",),
        f"{SET}restrictOutboundNetworkAccess=Enabled",
    ),
    Leaving("azure.iothub.hub", "Hub", "restrictOutboundNetworkAccess", ("true",), f"{SET}restrictOutboundNetworkAccess=true"),
    Leaving(
        "azure.synapse.workspace",
        "Workspace",
        "managedVirtualNetworkSettings.preventDataExfiltration",
        ("true",),
        "Chosen when it is made: az synapse workspace create --enable-managed-virtual-network --prevent-data-exfiltration",
    ),
    Leaving(
        "azure.search.service",
        "Search service",
        "dataExfiltrationProtections",
        ("blockall",),
        f"{SET}dataExfiltrationProtections=['BlockAll']",
    ),
    Leaving(
        "azure.acr.registry",
        "Registry",
        "policies.exportPolicy.status",
        ("disabled",),
        f"{SET}policies.exportPolicy.status=disabled",
    ),
    Leaving(
        "azure.ml.workspace",
        "Workspace",
        "managedNetwork.isolationMode",
        ("allowonlyapprovedoutbound",),
        "az ml workspace update --ids {id} --managed-network allow_only_approved_outbound",
    ),
    Leaving("azure.openai.account", "Account", "restrictOutboundNetworkAccess", ("true",), NAMED_HOSTS),
    Leaving("azure.openai.other_account", "Account", "restrictOutboundNetworkAccess", ("true",), NAMED_HOSTS),
)


def _leaving(leaving: Leaving) -> Check:
    @check(
        f"{leaving.type}.outbound_restricted",
        on=leaving.type,
        control="data.external_sharing",
        severity=Severity.LOW,
        title=f"{leaving.noun} sends data to named places only",
        risk="Who gets in has the service itself carry the data to an address of his own.",
        fix=leaving.fix,
    )
    def judge(resource: Resource) -> Verdict:
        held = any(word(each) in leaving.words for each in told(resource, f"item.properties.{leaving.path}"))
        return passed("other places are refused") if held else failed("it may call any place")

    return judge


OUTBOUND_RESTRICTED = tuple(_leaving(each) for each in LEAVING)
