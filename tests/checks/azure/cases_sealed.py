"""Cases of the oldest TLS that resources take, and of whose key they are encrypted with."""

from __future__ import annotations

from typing import Any

from checks.azure import sealed
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import row, sized

FLOORS = {check.on: (check, floor) for check, floor in zip(sealed.MODERN_TLS, sealed.FLOORS, strict=True)}
KEYED = {check.on: check for check in sealed.CUSTOMER_KEY}
ACCOUNT = FLOORS["azure.cosmosdb.account"][0]
VAULT = [{"keyName": "k", "keyVaultUri": "https://v.vault.azure.net", "keyVersion": ""}]


def oldest(value: str | None) -> list[tuple[Any, dict[str, Any]]]:
    return [(check, row(**{floor.path: value})) for check, floor in FLOORS.values()]


# What each type says of a key of the customer's own, and of one of Microsoft's.
OWN: dict[str, dict[str, Any]] = {
    "azure.postgres.server": row(dataEncryption={"type": "AzureKeyVault", "primaryKeyURI": "https://v"}),
    "azure.mysql.server": row(dataEncryption={"type": "azurekeyvault"}),
    "azure.cosmosdb.account": row(keyVaultKeyUri="https://v/keys/k"),
    "azure.redis.enterprise_cluster": row(
        encryption={"customerManagedKeyEncryption": {"keyEncryptionKeyUrl": "https://v/keys/k/1"}}
    ),
    "azure.synapse.workspace": row(
        encryption={"cmk": {"status": "Active", "key": {"name": "d", "keyVaultUrl": "https://v/keys/k"}}}
    ),
    "azure.datafactory.factory": row(encryption={"vaultBaseUrl": "https://v", "keyName": "k"}),
    "azure.databricks.workspace": row(
        encryption={"entities": {"managedDisk": {"keySource": "Microsoft.Keyvault", "keyVaultProperties": VAULT[0]}}}
    ),
    "azure.kusto.cluster": row(keyVaultProperties={"keyName": "k", "keyVaultUri": "https://v"}),
    "azure.search.service": row(encryptionWithCmk={"enforcement": "Enabled"}),
    "azure.servicebus.namespace": sized("Premium", "Premium", encryption={"keyVaultProperties": VAULT}),
    "azure.eventhubs.namespace": sized("Premium", "Premium", encryption={"keyVaultProperties": VAULT}),
    "azure.acr.registry": sized("Premium", encryption={"status": "enabled"}),
    "azure.aci.group": row(encryptionProperties={"keyName": "k"}),
    "azure.batch.account": row(encryption={"keySource": "Microsoft.KeyVault"}),
    "azure.ml.workspace": row(encryption={"keyVaultProperties": {"keyIdentifier": "https://v/keys/k"}}),
    "azure.openai.account": row(encryption={"keySource": "Microsoft.KeyVault"}),
    "azure.openai.other_account": row(encryption={"keySource": "microsoft.keyvault"}),
    "azure.automation.account": row(encryption={"keySource": "Microsoft.Keyvault"}),
    "azure.appconfig.store": sized("Standard", encryption={"keyVaultProperties": {"keyIdentifier": "https://v/keys/k"}}),
}
MICROSOFTS: dict[str, dict[str, Any]] = {
    "azure.postgres.server": row(dataEncryption={"type": "SystemManaged"}),
    "azure.cosmosdb.account": row(keyVaultKeyUri=""),
    "azure.synapse.workspace": row(encryption={"doubleEncryptionEnabled": False}),
    "azure.databricks.workspace": row(parameters={"encryption": {"type": "Object", "value": {"keySource": "Default"}}}),
    "azure.kusto.cluster": row(keyVaultProperties=None),
    "azure.search.service": row(encryptionWithCmk={"enforcement": "Unspecified"}),
    "azure.servicebus.namespace": sized("Premium", "Premium", encryption=None),
    "azure.eventhubs.namespace": sized("Premium", "Premium"),
    "azure.acr.registry": sized("Premium", encryption={"status": "disabled"}),
    "azure.batch.account": row(encryption={"keySource": "Microsoft.Batch"}),
    "azure.openai.account": row(encryption={"keySource": "Microsoft.CognitiveServices"}),
    "azure.automation.account": row(encryption={"keySource": "Microsoft.Automation"}),
    "azure.appconfig.store": sized("Standard", encryption={"keyVaultProperties": None}),
}
PROTECTED = ("azure.sql.server", "azure.sqlmi.instance")

CASES = [
    *(case(check, FAIL, item=item) for check, item in oldest("1.0")),
    *(case(check, FAIL, item=item) for check, item in oldest("None")),
    *(case(check, PASS, item=item) for check, item in oldest("1.2")),
    *(case(check, PASS, item=item) for check, item in oldest("1.3")),
    *(case(check, PASS, item=item) for check, item in oldest("TLS1_2")),
    *(case(check, FAIL, item=item) for check, item in oldest("TLS1_0")),
    *(case(check, PASS if floor.unsaid else FAIL, item=row()) for check, floor in FLOORS.values()),
    case(ACCOUNT, PASS, item=row(minimalTlsVersion="Tls12")),
    case(ACCOUNT, FAIL, item=row(minimalTlsVersion="Tls11")),
    case(ACCOUNT, PASS, item=row({"kind": "MongoDB"})),
    case(ACCOUNT, PASS, item=row(capabilities=[{"name": "EnableCassandra"}])),
    *(case(KEYED[type], PASS, item=item) for type, item in OWN.items()),
    *(case(KEYED[type], FAIL, item=MICROSOFTS.get(type, row())) for type in OWN),
    *(case(KEYED[type], PASS, item=row(), protector={"serverKeyType": "AzureKeyVault"}) for type in PROTECTED),
    *(case(KEYED[type], FAIL, item=row(), protector={"serverKeyType": "ServiceManaged"}) for type in PROTECTED),
    *(case(KEYED[type], UNKNOWN, item=row(), protector=DENIED) for type in PROTECTED),
    case(KEYED["azure.acr.registry"], SKIP, item=sized("Basic")),
    case(KEYED["azure.acr.registry"], SKIP, item=row()),
    case(KEYED["azure.appconfig.store"], SKIP, item=sized("free")),
    case(KEYED["azure.ml.workspace"], SKIP, item=row({"kind": "Project"})),
    case(KEYED["azure.servicebus.namespace"], SKIP, item=sized("Standard", "Standard")),
    case(KEYED["azure.eventhubs.namespace"], FAIL, item=sized("Standard", "Standard", clusterArmId="/x")),
]
