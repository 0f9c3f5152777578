"""Cases of Databricks."""

from __future__ import annotations

from typing import Any

from checks.azure import databricks
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import GROUP, row

NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/Lake"
SERVERLESS = row(computeMode="Serverless")
OF_HYBRIDS = (
    databricks.own_network,
    databricks.subnets_filtered,
    databricks.machines_without_addresses,
    databricks.storage_walled,
    databricks.storage_copied,
    databricks.twice_encrypted,
    databricks.clusters_patched,
    databricks.clusters_watched,
    databricks.own_identity,
)


def workspace(**parameters: Any) -> dict[str, Any]:
    return row(parameters={name: {"type": "String", "value": value} for name, value in parameters.items()})


INJECTED = workspace(customVirtualNetworkId=NETWORK, customPublicSubnetName="Public", customPrivateSubnetName="private")


def network(**groups: bool) -> Resource:
    subnets = [
        {"name": name, "properties": {"networkSecurityGroup": {"id": "x"} if on else None}} for name, on in groups.items()
    ]
    return resource(databricks.NETWORK, NETWORK.lower(), item=row(subnets=subnets))


def enhanced(feature: str, value: str) -> dict[str, Any]:
    return row(enhancedSecurityCompliance={feature: {"value": value}})


CASES = [
    *(case(check, SKIP, item=SERVERLESS) for check in OF_HYBRIDS),
    case(databricks.own_network, PASS, item=INJECTED),
    case(databricks.own_network, FAIL, item=workspace()),
    case(databricks.subnets_filtered, PASS, item=INJECTED, inventory=[network(public=True, private=True)]),
    case(databricks.subnets_filtered, FAIL, item=INJECTED, inventory=[network(public=True, private=False)]),
    case(databricks.subnets_filtered, SKIP, item=INJECTED, inventory=[]),
    case(databricks.subnets_filtered, SKIP, item=workspace()),
    case(databricks.subnets_filtered, UNKNOWN, item=INJECTED, inventory=[unlisted(databricks.NETWORK)]),
    case(databricks.machines_without_addresses, PASS, item=workspace(enableNoPublicIp=True)),
    case(databricks.machines_without_addresses, UNKNOWN, item=workspace()),
    case(databricks.machines_without_addresses, FAIL, item=workspace(enableNoPublicIp=False)),
    case(databricks.catalog_governs, PASS, item=row(isUcEnabled=True)),
    case(databricks.catalog_governs, FAIL, item=row(isUcEnabled=False)),
    case(databricks.catalog_governs, SKIP, item=row()),
    case(databricks.storage_walled, PASS, item=row(defaultStorageFirewall="Enabled")),
    case(databricks.storage_walled, FAIL, item=row()),
    case(databricks.storage_copied, PASS, item=workspace(storageAccountSkuName="Standard_RAGRS")),
    case(databricks.storage_copied, PASS, item=workspace()),
    case(databricks.storage_copied, FAIL, item=workspace(storageAccountSkuName="Standard_LRS")),
    case(databricks.twice_encrypted, PASS, item=workspace(requireInfrastructureEncryption=True)),
    case(databricks.twice_encrypted, FAIL, item=workspace(requireInfrastructureEncryption=False)),
    case(databricks.clusters_patched, PASS, item=enhanced("automaticClusterUpdate", "Enabled")),
    case(databricks.clusters_patched, FAIL, item=row()),
    case(databricks.clusters_watched, PASS, item=enhanced("enhancedSecurityMonitoring", "Enabled")),
    case(databricks.clusters_watched, FAIL, item=enhanced("enhancedSecurityMonitoring", "Disabled")),
    case(databricks.own_identity, PASS, item=row(accessConnector={"id": "/x", "identityType": "SystemAssigned"})),
    case(databricks.own_identity, FAIL, item=row()),
]
