"""Cases of Data Factory. What may be a secret was replaced before it was stored."""

from __future__ import annotations

from typing import Any

from checks.azure import datafactory
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import below, row


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "0", "detected": list(detected)}}


def linked(**properties: Any) -> list[dict[str, Any]]:
    return [below("store", type="AzureSqlDatabase", typeProperties=properties)]


FROM_VAULT = {"type": "AzureKeyVaultSecret", "store": {"referenceName": "vault"}, "secretName": "s"}
MANAGED = {"referenceName": "default", "type": "ManagedVirtualNetworkReference"}

CASES = [
    case(datafactory.secrets_in_vault, PASS, item=row(), linked_services=[]),
    case(
        datafactory.secrets_in_vault, PASS, item=row(), linked_services=linked(connectionString=hidden(), password=FROM_VAULT)
    ),
    case(datafactory.secrets_in_vault, FAIL, item=row(), linked_services=linked(encryptedCredential=hidden())),
    case(datafactory.secrets_in_vault, FAIL, item=row(), linked_services=linked(connectionString=hidden("Secret Keyword"))),
    case(
        datafactory.secrets_in_vault,
        FAIL,
        item=row(),
        linked_services=linked(password={"type": "SecureString", "value": hidden()}),
    ),
    case(datafactory.secrets_in_vault, UNKNOWN, item=row(), linked_services=DENIED),
    case(datafactory.parameters_without_secrets, PASS, item=row(globalParameters={"a": {"type": "String", "value": hidden()}})),
    case(datafactory.parameters_without_secrets, PASS, item=row(globalParameters={"a": {"type": "Int", "value": 1}})),
    case(datafactory.parameters_without_secrets, PASS, item=row()),
    case(
        datafactory.parameters_without_secrets,
        FAIL,
        item=row(globalParameters={"a": {"type": "String", "value": hidden("Azure Storage Account access key")}}),
    ),
    case(datafactory.own_identity, PASS, item=row({"identity": {"type": "SystemAssigned"}})),
    case(datafactory.own_identity, FAIL, item=row({"identity": {"type": "None"}})),
    case(datafactory.own_identity, FAIL, item=row()),
    case(datafactory.kept_in_git, PASS, item=row(repoConfiguration={"repositoryName": "pipelines"})),
    case(datafactory.kept_in_git, FAIL, item=row()),
    case(datafactory.own_network, PASS, item=row(), integration_runtimes=[below("a", type="SelfHosted")]),
    case(
        datafactory.own_network,
        PASS,
        item=row(),
        integration_runtimes=[below("a", type="Managed", managedVirtualNetwork=MANAGED)],
    ),
    case(
        datafactory.own_network,
        PASS,
        item=row(),
        integration_runtimes=[
            below("a", type="Managed", typeProperties={"computeProperties": {"vNetProperties": {"vNetId": "x"}}})
        ],
    ),
    case(datafactory.own_network, FAIL, item=row(), integration_runtimes=[below("a", type="Managed", typeProperties={})]),
    case(datafactory.own_network, FAIL, item=row(), integration_runtimes=[]),
    case(datafactory.own_network, UNKNOWN, item=row(), integration_runtimes=DENIED),
]
