"""Cases of Memorystore and Filestore: caches and file shares within a network."""

from __future__ import annotations

from typing import Any

from checks.gcp import filestore, memorystore
from scanner.model import Resource
from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted

REDIS, CLUSTER, VALKEY = memorystore.clients_sign_in
TLS, CLUSTER_TLS, VALKEY_TLS = memorystore.encrypted_connections
REPLICATED, VALKEY_REPLICATED = memorystore.replicated
NETWORK, MEMCACHE_NETWORK = memorystore.in_own_network
NAME = "locations/europe-west1-b/instances/share"
MAIN, DEFAULT = "projects/p/global/networks/main", "projects/p/global/networks/default"
ENCRYPTED = "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"


def share(*options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": f"projects/p/{NAME}", "fileShares": [{"name": "share", "nfsExportOptions": list(options)}], **fields}


def export(*ranges: str, **fields: Any) -> dict[str, Any]:
    return {"ipRanges": list(ranges), **fields}


def backup(made: str, of: str = NAME) -> Resource:
    return resource(filestore.BACKUP, "b", item={"sourceInstance": f"projects/1001/{of}", "createTime": made})


SQUASHED = {"squashMode": "ROOT_SQUASH"}
CASES = [
    case(REDIS, PASS, item={"authEnabled": True}),
    case(REDIS, FAIL, item={"authEnabled": False}),
    case(REDIS, FAIL, item={}),
    case(CLUSTER, PASS, item={"authorizationMode": "AUTH_MODE_IAM_AUTH"}),
    case(CLUSTER, PASS, item={"authorizationMode": 3}),
    case(CLUSTER, FAIL, item={"authorizationMode": "AUTH_MODE_DISABLED"}),
    case(CLUSTER, FAIL, item={}),
    case(VALKEY, PASS, item={"authorizationMode": "IAM_AUTH"}),
    case(VALKEY, FAIL, item={"authorizationMode": "AUTH_DISABLED"}),
    case(TLS, PASS, item={"transitEncryptionMode": "SERVER_AUTHENTICATION"}),
    case(TLS, PASS, item={"transitEncryptionMode": 1}),
    case(TLS, FAIL, item={"transitEncryptionMode": "DISABLED"}),
    case(TLS, FAIL, item={}),
    case(CLUSTER_TLS, PASS, item={"transitEncryptionMode": ENCRYPTED}),
    case(CLUSTER_TLS, FAIL, item={"transitEncryptionMode": 1}),
    case(VALKEY_TLS, PASS, item={"transitEncryptionMode": "SERVER_AUTHENTICATION"}),
    case(VALKEY_TLS, FAIL, item={"transitEncryptionMode": "TRANSIT_ENCRYPTION_DISABLED"}),
    case(memorystore.several_zones, PASS, item={"tier": "STANDARD_HA"}),
    case(memorystore.several_zones, PASS, item={"tier": 3}),
    case(memorystore.several_zones, FAIL, item={"tier": "BASIC"}),
    case(REPLICATED, PASS, item={"replicaCount": 1}),
    case(REPLICATED, FAIL, item={"replicaCount": 1, "zoneDistributionConfig": {"mode": "SINGLE_ZONE", "zone": "z"}}),
    case(REPLICATED, FAIL, item={"zoneDistributionConfig": {"mode": "MULTI_ZONE"}}),
    case(VALKEY_REPLICATED, PASS, item={"replicaCount": 2}),
    case(VALKEY_REPLICATED, FAIL, item={}),
    *(case(check, PASS, item={}) for check in memorystore.patched),
    *(
        case(check, PASS, item={"maintenanceVersion": "1", "availableMaintenanceVersions": ["1"]})
        for check in memorystore.patched
    ),
    *(
        case(check, FAIL, item={"maintenanceVersion": "1", "availableMaintenanceVersions": ["2"]})
        for check in memorystore.patched
    ),
    case(memorystore.supported_version, PASS, item={"redisVersion": "REDIS_7_2"}),
    case(memorystore.supported_version, FAIL, item={"redisVersion": "REDIS_4_0"}),
    case(memorystore.supported_version, UNKNOWN, item={"redisVersion": "REDIS_9_0"}),
    case(NETWORK, PASS, item={"authorizedNetwork": MAIN}),
    case(NETWORK, FAIL, item={"authorizedNetwork": DEFAULT}),
    case(NETWORK, FAIL, item={}),
    case(MEMCACHE_NETWORK, PASS, item={"authorizedNetwork": MAIN}),
    case(MEMCACHE_NETWORK, FAIL, item={"authorizedNetwork": DEFAULT}),
    case(filestore.exports_narrow, PASS, item=share(export("10.10.0.0/20"), export("10.20.0.5"))),
    case(filestore.exports_narrow, FAIL, item=share()),
    case(filestore.exports_narrow, FAIL, item=share(export("10.10.0.0/20"), export())),
    case(filestore.exports_narrow, FAIL, item=share(export("0.0.0.0/0"))),
    case(filestore.root_squashed, PASS, item=share(export("10.0.0.1", **SQUASHED))),
    case(filestore.root_squashed, FAIL, item=share(export("10.0.0.1", **SQUASHED), export("10.0.0.2"))),
    case(filestore.root_squashed, FAIL, item=share()),
    case(filestore.clients_sign_in, PASS, item=share(protocol="NFS_V4_1", directoryServices={"ldap": {"domain": "d"}})),
    case(filestore.clients_sign_in, FAIL, item=share(protocol="NFS_V4_1")),
    case(filestore.clients_sign_in, FAIL, item=share()),
    case(filestore.backed_up, PASS, item=share(), inventory=[backup("2026-05-30T00:00:00Z")]),
    case(filestore.backed_up, FAIL, item=share(), inventory=[backup("2026-04-30T00:00:00Z")]),
    case(filestore.backed_up, FAIL, item=share(), inventory=[backup("2026-05-30T00:00:00Z", f"{NAME}2")]),
    case(filestore.backed_up, UNKNOWN, item=share(), inventory=[unlisted(filestore.BACKUP)]),
    case(filestore.several_zones, PASS, item=share(tier="ENTERPRISE")),
    case(filestore.several_zones, FAIL, item=share(tier="BASIC_HDD")),
    case(filestore.in_own_network, PASS, item=share(networks=[{"network": "main"}])),
    case(filestore.in_own_network, FAIL, item=share(networks=[{"network": DEFAULT}])),
]
