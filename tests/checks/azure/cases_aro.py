"""Cases of clusters of Azure Red Hat OpenShift."""

from __future__ import annotations

from typing import Any

from checks.azure import aro
from tests.cases import FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import row

SET = {"diskEncryptionSetId": "/x/diskEncryptionSets/s", "encryptionAtHost": "Enabled"}
BARE = {"diskEncryptionSetId": None, "encryptionAtHost": "Disabled"}


def machines(master: dict[str, Any], *workers: dict[str, Any], told: str = "workerProfiles") -> dict[str, Any]:
    return row(masterProfile=master, **{told: [{"name": "worker", **each} for each in workers]})


def runs(version: str) -> dict[str, Any]:
    return row(clusterProfile={"version": version})


CASES = [
    case(aro.api_inside, PASS, item=row(apiserverProfile={"visibility": "Private"})),
    case(aro.api_inside, FAIL, item=row(apiserverProfile={"visibility": "Public", "ip": "203.0.113.1"})),
    case(aro.api_inside, UNKNOWN, item=row()),
    case(aro.ingress_inside, PASS, item=row(ingressProfiles=[{"name": "default", "visibility": "private"}])),
    case(aro.ingress_inside, FAIL, item=row(ingressProfiles=[{"name": "default", "visibility": "Public"}])),
    case(aro.ingress_inside, UNKNOWN, item=row(ingressProfiles=None)),
    case(aro.leaves_through_firewall, PASS, item=row(networkProfile={"outboundType": "UserDefinedRouting"})),
    case(aro.leaves_through_firewall, FAIL, item=row(networkProfile={"outboundType": "Loadbalancer"})),
    case(aro.disks_customer_key, PASS, item=machines(SET, SET)),
    case(aro.disks_customer_key, FAIL, item=machines(SET, BARE)),
    case(aro.disks_customer_key, FAIL, item=machines(BARE, SET)),
    case(aro.disks_customer_key, FAIL, item=machines(SET, BARE, told="workerProfilesStatus")),
    case(aro.hosts_encrypted, PASS, item=machines(SET, SET)),
    case(aro.hosts_encrypted, FAIL, item=machines(SET, SET, BARE)),
    case(
        aro.managed_identity,
        PASS,
        item=row(platformWorkloadIdentityProfile={"platformWorkloadIdentities": {"file-csi-driver": {"resourceId": "/x"}}}),
    ),
    case(aro.managed_identity, FAIL, item=row(servicePrincipalProfile={"clientId": "c"})),
    case(aro.supported_version, PASS, item=runs("4.18.9")),
    case(aro.supported_version, FAIL, item=runs("4.9.1")),
    case(aro.supported_version, FAIL, item=runs("4.10.1")),
    case(aro.supported_version, UNKNOWN, item=runs("5.0.1")),
    case(aro.supported_version, UNKNOWN, item=row()),
]
