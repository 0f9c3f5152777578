"""Checks on how resources encrypt: the oldest TLS that they take, and whose key it is at rest. Each is asked of many types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.azure.read import SET, prop, tls, told, word
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

MODERN = (1, 2)
NO_CAPABILITY = "no version of TLS is asked for"


@dataclass(frozen=True, slots=True)
class Floor:
    """A type. ``path``: the oldest TLS that it takes; ``unsaid``: whether that is modern where nothing is said."""

    type: str
    noun: str
    path: str = "minimumTlsVersion"
    unsaid: bool = False
    wanted: str = "1.2"
    always: Callable[[Resource], str] = lambda _: ""


def _by_protocol(account: Resource) -> str:
    """Return why an account speaks modern TLS whatever is set. Source: Cosmos DB REST API, ``minimalTlsVersion``."""
    capabilities = {word(each.get("name")) for each in prop(account, "capabilities") or []}
    mongo = word(account["item"].get("kind")) == "mongodb"
    return "its protocol works with TLS 1.2 only" if mongo or "enablecassandra" in capabilities else ""


# Unsaid: Service Bus and Event Hubs take 1.2 at least since October 2025 ("Configure the minimum TLS version"); caches made
# without it take 1.2 at least. Cosmos DB, SQL, Event Grid: 1.0. Older versions were switched off for SQL in August 2025, but a
# server that names none is bound to whatever the service takes next. Not verified: IoT Hub's.
FLOORS = (
    Floor("azure.sql.server", "Server", "minimalTlsVersion"),
    Floor("azure.sqlmi.instance", "Instance", "minimalTlsVersion"),
    Floor("azure.cosmosdb.account", "Account", "minimalTlsVersion", wanted="Tls12", always=_by_protocol),
    Floor("azure.redis.cache", "Cache", unsaid=True),
    Floor("azure.redis.enterprise_cluster", "Cluster", unsaid=True),
    Floor("azure.servicebus.namespace", "Namespace", unsaid=True),
    Floor("azure.eventhubs.namespace", "Namespace", unsaid=True),
    Floor("azure.eventgrid.topic", "Topic", "minimumTlsVersionAllowed"),
    Floor("azure.eventgrid.domain", "Domain", "minimumTlsVersionAllowed"),
    Floor("azure.iothub.hub", "Hub", "minTlsVersion"),
)


def _floor(floor: Floor) -> Check:
    @check(
        f"{floor.type}.modern_tls",
        on=floor.type,
        control="encryption.in_transit",
        severity=Severity.MEDIUM,
        title=f"{floor.noun} takes TLS 1.2 or newer only",
        risk="Whoever is on the way makes old clients speak a version of TLS that can be broken.",
        fix=f"{SET}{floor.path}={floor.wanted}",
    )
    def judge(resource: Resource) -> Verdict:
        said = word(prop(resource, floor.path))
        if reason := floor.always(resource):
            return passed(reason)
        if not said:
            return passed("1.2 is the oldest, as nothing else is said") if floor.unsaid else failed(NO_CAPABILITY)
        return (passed if (tls(said) or (0, 0)) >= MODERN else failed)(f"the oldest that it takes is {said}")

    return judge


MODERN_TLS = tuple(_floor(each) for each in FLOORS)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A type. ``paths``: where a key of the customer's is named; ``kind``: the word there that means one, if not any.

    ``without``: why one cannot have a key of the customer's, if so.
    """

    type: str
    noun: str
    paths: tuple[str, ...]
    fix: str
    kind: str = ""
    cis: tuple[str, ...] = ()
    without: Callable[[Resource], str] = lambda _: ""


def _size(resource: Resource) -> str:
    return word((resource["item"].get("sku") or {}).get("name"))


def _premium_only(namespace: Resource) -> str:
    if _size(namespace) == "premium" or prop(namespace, "clusterArmId"):
        return ""
    return f"the {_size(namespace) or 'smallest'} tier has no keys of one's own"


def _premium_registry(registry: Resource) -> str:
    return "" if _size(registry) == "premium" else f"the {_size(registry) or 'smallest'} tier has no keys of one's own"


def _paid_only(store: Resource) -> str:
    return "the free tier has no keys of one's own" if _size(store) == "free" else ""


def _of_project(workspace: Resource) -> str:
    return "a project, whose hub decides" if word(workspace["item"].get("kind")) == "project" else ""


VAULT, OLD_VAULT = "azurekeyvault", "microsoft.keyvault"
ANEW = "The key is chosen when it is made: "
KEYED = (
    Keyed(
        "azure.sql.server",
        "Server",
        ("protector.serverKeyType",),
        "az sql server tde-key set --ids {id} --server-key-type AzureKeyVault --kid KEY",
        VAULT,
        ("v3:5.1.3",),
    ),
    Keyed(
        "azure.sqlmi.instance",
        "Instance",
        ("protector.serverKeyType",),
        "az sql mi tde-key set --ids {id} --server-key-type AzureKeyVault --kid KEY",
        VAULT,
    ),
    Keyed(
        "azure.postgres.server",
        "Server",
        ("item.properties.dataEncryption.type",),
        ANEW + "az postgres flexible-server create --key KEY --identity IDENTITY",
        VAULT,
    ),
    Keyed(
        "azure.mysql.server",
        "Server",
        ("item.properties.dataEncryption.type",),
        "az mysql flexible-server update --ids {id} --key KEY --identity IDENTITY",
        VAULT,
    ),
    Keyed(
        "azure.cosmosdb.account",
        "Account",
        ("item.properties.keyVaultKeyUri",),
        "az cosmosdb update --ids {id} --key-uri KEY",
    ),
    Keyed(
        "azure.redis.enterprise_cluster",
        "Cluster",
        ("item.properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl",),
        "az redisenterprise update --ids {id} --key-encryption-key-url KEY --key-encryption-identity-type IDENTITY",
    ),
    Keyed(
        "azure.synapse.workspace",
        "Workspace",
        ("item.properties.encryption.cmk.key.keyVaultUrl", "item.properties.encryption.cmk.key.name"),
        ANEW + "az synapse workspace create --key-identifier KEY",
    ),
    Keyed(
        "azure.datafactory.factory",
        "Factory",
        ("item.properties.encryption.vaultBaseUrl",),
        "Set the key while the factory is empty: az datafactory update with encryption.vaultBaseUrl and encryption.keyName",
    ),
    Keyed(
        "azure.databricks.workspace",
        "Workspace",
        (
            "item.properties.encryption.entities.managedServices.keyVaultProperties",
            "item.properties.encryption.entities.managedDisk.keyVaultProperties",
            "item.properties.parameters.encryption.value.KeyName",
            "item.properties.parameters.encryption.value.keyName",
        ),
        "az databricks workspace update --ids {id} --prepare-encryption, then --key-source Microsoft.Keyvault --key-name KEY"
        " --key-vault VAULT --key-version VERSION",
        cis=("v6:2.1.8",),
    ),
    Keyed(
        "azure.kusto.cluster",
        "Cluster",
        ("item.properties.keyVaultProperties.keyName",),
        "az kusto cluster update --ids {id} --key-vault-properties key-name=KEY key-vault-uri=VAULT",
    ),
    Keyed(
        "azure.search.service",
        "Search service",
        ("item.properties.encryptionWithCmk.enforcement",),
        f"{SET}encryptionWithCmk.enforcement=Enabled",
        "enabled",
    ),
    Keyed(
        "azure.servicebus.namespace",
        "Namespace",
        ("item.properties.encryption.keyVaultProperties",),
        "az servicebus namespace encryption add --ids {id} --encryption-config key-name=KEY key-vault-uri=VAULT",
        without=_premium_only,
    ),
    Keyed(
        "azure.eventhubs.namespace",
        "Namespace",
        ("item.properties.encryption.keyVaultProperties",),
        "az eventhubs namespace encryption add --ids {id} --encryption-config key-name=KEY key-vault-uri=VAULT",
        without=_premium_only,
    ),
    Keyed(
        "azure.acr.registry",
        "Registry",
        ("item.properties.encryption.status",),
        ANEW + "az acr create --sku Premium --key-encryption-key KEY --identity IDENTITY",
        "enabled",
        without=_premium_registry,
    ),
    Keyed(
        "azure.aci.group",
        "Container group",
        ("item.properties.encryptionProperties.keyName",),
        ANEW + "az container create with encryptionProperties in its file",
    ),
    Keyed(
        "azure.batch.account",
        "Account",
        ("item.properties.encryption.keySource",),
        "az batch account set --ids {id} --encryption-key-source Microsoft.KeyVault --encryption-key-identifier KEY",
        OLD_VAULT,
    ),
    Keyed(
        "azure.ml.workspace",
        "Workspace",
        ("item.properties.encryption.keyVaultProperties.keyIdentifier",),
        ANEW + "az ml workspace create with customer_managed_key in its file",
        without=_of_project,
    ),
    Keyed(
        "azure.openai.account",
        "Account",
        ("item.properties.encryption.keySource",),
        "az cognitiveservices account update --ids {id} --encryption KEY",
        OLD_VAULT,
    ),
    Keyed(
        "azure.openai.other_account",
        "Account",
        ("item.properties.encryption.keySource",),
        "az cognitiveservices account update --ids {id} --encryption KEY",
        OLD_VAULT,
    ),
    Keyed(
        "azure.automation.account",
        "Account",
        ("item.properties.encryption.keySource",),
        "az automation account update --ids {id} with the key in its file",
        OLD_VAULT,
    ),
    Keyed(
        "azure.appconfig.store",
        "Store",
        ("item.properties.encryption.keyVaultProperties.keyIdentifier",),
        "az appconfig update --ids {id} --encryption-key-name KEY --encryption-key-vault VAULT",
        without=_paid_only,
    ),
)


def _keyed(keyed: Keyed) -> Check:
    @check(
        f"{keyed.type}.customer_key",
        on=keyed.type,
        control="encryption.customer_keys",
        severity=Severity.LOW,
        title=f"{keyed.noun} is encrypted with a key of the customer's own",
        risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
        fix=keyed.fix,
        cis=keyed.cis,
    )
    def judge(resource: Resource) -> Verdict:
        if reason := keyed.without(resource):
            return skipped(reason)
        found = [each for each in told(resource, *keyed.paths) if word(each) == (keyed.kind or word(each))]
        return passed("a key of the customer's own is in use") if found else failed("the key is Microsoft's")

    return judge


CUSTOMER_KEY = tuple(_keyed(each) for each in KEYED)
