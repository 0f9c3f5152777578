"""Cases of accounts of Batch, and of their pools."""

from __future__ import annotations

from typing import Any

from checks.azure import batch
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.cases_aci import PLAIN, SECRET
from tests.checks.azure.cases_aks import PRICING, SCANS
from tests.checks.azure.data import row


def account(action: str = "Deny", *values: str, **properties: Any) -> dict[str, Any]:
    rules = [{"action": "Allow", "value": value} for value in values]
    return row(networkProfile={"accountAccess": {"defaultAction": action, "ipRules": rules}}, **properties)


def machine(**configuration: Any) -> dict[str, Any]:
    return row(deploymentConfiguration={"virtualMachineConfiguration": configuration})


def led(port: int, *rules: tuple[str, str]) -> dict[str, Any]:
    """Return a pool with a port that is led to its machines. *rules*: from where, and Allow or Deny, in their order."""
    given = [
        {"priority": 150 + number, "sourceAddressPrefix": where, "access": how} for number, (where, how) in enumerate(rules)
    ]
    nat = {"name": "n", "protocol": "TCP", "backendPort": port, "networkSecurityGroupRules": given or None}
    return row(networkConfiguration={"endpointConfiguration": {"inboundNatPools": [nat]}})


def starts(**values: Any) -> dict[str, Any]:
    return row(startTask={"environmentSettings": [{"name": name, "value": value} for name, value in values.items()]})


def pulls(**registry: Any) -> dict[str, Any]:
    return machine(containerConfiguration={"type": "DockerCompatible", "containerRegistries": [registry]})


CASES = [
    case(batch.networks_narrow, PASS, item=account("Deny", "203.0.113.0/24")),
    case(batch.networks_narrow, PASS, item=account("Allow", publicNetworkAccess="Disabled")),
    case(batch.networks_narrow, FAIL, item=account("Allow")),
    case(batch.networks_narrow, FAIL, item=account("Deny", "0.0.0.0/0")),
    case(batch.networks_narrow, FAIL, item=row()),
    case(
        batch.storage_by_identity,
        PASS,
        item=row(autoStorage={"storageAccountId": "/x", "authenticationMode": "BatchAccountManagedIdentity"}),
    ),
    case(batch.storage_by_identity, FAIL, item=row(autoStorage={"storageAccountId": "/x"})),
    case(batch.storage_by_identity, SKIP, item=row()),
    case(
        batch.no_public_addresses,
        PASS,
        item=row(networkConfiguration={"publicIPAddressConfiguration": {"provision": "NoPublicIPAddresses"}}),
    ),
    case(batch.no_public_addresses, FAIL, item=row(networkConfiguration=None)),
    case(batch.own_network, PASS, item=row(networkConfiguration={"subnetId": "/x/subnets/nodes"})),
    case(batch.own_network, FAIL, item=row()),
    case(batch.admin_ports_closed, PASS, item=row()),
    case(batch.admin_ports_closed, PASS, item=led(8080)),
    case(batch.admin_ports_closed, PASS, item=led(22, ("203.0.113.0/24", "Allow"), ("*", "Deny"))),
    case(batch.admin_ports_closed, FAIL, item=led(22)),
    case(batch.admin_ports_closed, FAIL, item=led(3389, ("Internet", "Allow"))),
    case(batch.admin_ports_closed, FAIL, item=led(22, ("203.0.113.0/24", "Deny"))),
    case(batch.disks_encrypted, PASS, item=machine(diskEncryptionConfiguration={"targets": ["OsDisk", "TemporaryDisk"]})),
    case(batch.disks_encrypted, PASS, item=machine(securityProfile={"encryptionAtHost": True})),
    case(batch.disks_encrypted, FAIL, item=machine(diskEncryptionConfiguration={"targets": ["TemporaryDisk"]})),
    case(batch.disks_encrypted, FAIL, item=machine()),
    case(batch.patched, PASS, item=row(upgradePolicy={"automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}})),
    case(batch.patched, FAIL, item=row(upgradePolicy={"mode": "Manual"})),
    case(batch.supported_system, PASS, item=machine(nodeAgentSkuId="batch.node.ubuntu 22.04")),
    case(batch.supported_system, FAIL, item=machine(nodeAgentSkuId="batch.node.ubuntu 20.04")),
    case(batch.supported_system, FAIL, item=machine(nodeAgentSkuId="batch.node.centos 7")),
    case(batch.supported_system, UNKNOWN, item=machine(nodeAgentSkuId="batch.node.ubuntu 40.04")),
    case(batch.supported_system, SKIP, item=machine(nodeAgentSkuId="batch.node.windows amd64")),
    case(batch.secure_boot, PASS, item=machine(securityProfile={"uefiSettings": {"secureBootEnabled": True}})),
    case(batch.secure_boot, FAIL, item=machine(securityProfile={"securityType": "trustedLaunch"})),
    case(batch.supported_configuration, PASS, item=machine()),
    case(
        batch.supported_configuration, FAIL, item=row(deploymentConfiguration={"cloudServiceConfiguration": {"osFamily": "6"}})
    ),
    case(batch.supported_configuration, FAIL, item=row(currentNodeCommunicationMode="Classic")),
    case(batch.without_secrets, PASS, item=starts(MODE=PLAIN)),
    case(batch.without_secrets, FAIL, item=starts(KEY=SECRET)),
    case(batch.nobody_administers, PASS, item=row(startTask={"userIdentity": {"autoUser": {"elevationLevel": "NonAdmin"}}})),
    case(batch.nobody_administers, FAIL, item=row(startTask={"userIdentity": {"autoUser": {"elevationLevel": "Admin"}}})),
    case(batch.nobody_administers, FAIL, item=row(userAccounts=[{"name": "a", "elevationLevel": "admin"}])),
    case(batch.images_scanned, PASS, item=pulls(), inventory=[SCANS]),
    case(batch.images_scanned, FAIL, item=pulls()),
    case(batch.images_scanned, SKIP, item=machine()),
    case(batch.images_scanned, UNKNOWN, item=pulls(), inventory=[unlisted(PRICING)]),
    case(batch.images_pulled_by_identity, PASS, item=pulls(registryServer="s", identityReference={"resourceId": "/x"})),
    case(batch.images_pulled_by_identity, FAIL, item=pulls(registryServer="s", username="u")),
    case(batch.images_pulled_by_identity, SKIP, item=machine()),
]
