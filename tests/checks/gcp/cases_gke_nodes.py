"""Cases of node pools of GKE: as assets of their own, and within their cluster."""

from __future__ import annotations

from typing import Any

from checks.gcp import gke_nodes
from checks.gcp.gke_read import CLUSTER as TYPE
from checks.gcp.gke_read import POOL
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.cases_gke import AUTO, CLUSTER, cluster

ID = f"{CLUSTER}/nodePools/pool"
KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"


def pool(management: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    return {"name": "pool", "status": "RUNNING", "config": config, "management": management or {}}


def within(*pools: dict[str, Any], **fields: Any) -> Resource:
    return resource(TYPE, CLUSTER, item=cluster(nodePools=list(pools), **fields))


def asked(checks: tuple[Check, Check], good: dict[str, Any], bad: dict[str, Any]) -> list[Any]:
    """Return the cases that every question of pools has."""
    of_pool, of_cluster = checks
    listed = resource(POOL, ID, item=good)
    return [
        case(of_pool, PASS, id=ID, item=good, inventory=[within(good)]),
        case(of_pool, FAIL, id=ID, item=bad, inventory=[within(bad)]),
        case(of_pool, SKIP, id=ID, item=bad, inventory=[within(bad, **AUTO)]),
        case(of_pool, SKIP, id=ID, item={**bad, "status": "STOPPING"}, inventory=[within(bad)]),
        case(of_pool, UNKNOWN, id=ID, item=bad),
        case(of_pool, UNKNOWN, id=ID, item=bad, inventory=[unlisted(TYPE)]),
        case(of_cluster, PASS, id=CLUSTER, item=cluster(nodePools=[good])),
        case(of_cluster, FAIL, id=CLUSTER, item=cluster(nodePools=[good, bad])),
        case(of_cluster, SKIP, id=CLUSTER, item=cluster(nodePools=[bad]), inventory=[listed]),
        case(of_cluster, SKIP, id=CLUSTER, item=cluster(nodePools=[bad], **AUTO)),
        case(of_cluster, UNKNOWN, id=CLUSTER, item=cluster(nodePools=[bad]), inventory=[unlisted(POOL)]),
    ]


SCOPE = ["https://www.googleapis.com/auth/cloud-platform"]
METADATA, SCOPES, IMAGES = gke_nodes.metadata_guarded[0], gke_nodes.narrow_scopes[0], gke_nodes.container_optimized[0]
PRIVATE = gke_nodes.private_nodes[0]
OPEN = {**pool(), "networkConfig": {"enablePrivateNodes": False}}
INNER = {**pool(), "networkConfig": {"enablePrivateNodes": True}}

CASES = [
    *asked(
        gke_nodes.own_service_account, pool(serviceAccount="nodes@p.iam.gserviceaccount.com"), pool(serviceAccount="default")
    ),
    *asked(
        gke_nodes.metadata_guarded,
        pool(workloadMetadataConfig={"mode": "GKE_METADATA"}),
        pool(workloadMetadataConfig={"mode": "GCE_METADATA"}),
    ),
    *asked(
        gke_nodes.narrow_scopes, pool(oauthScopes=["https://www.googleapis.com/auth/logging.write"]), pool(oauthScopes=SCOPE)
    ),
    *asked(gke_nodes.container_optimized, pool(imageType="COS_CONTAINERD"), pool(imageType="UBUNTU_CONTAINERD")),
    *asked(gke_nodes.repairs_itself, pool({"autoRepair": True}), pool({"autoUpgrade": True})),
    *asked(gke_nodes.upgrades_itself, pool({"autoUpgrade": "true"}), pool({"autoRepair": True})),
    *asked(gke_nodes.integrity_watched, pool(shieldedInstanceConfig={"enableIntegrityMonitoring": True}), pool()),
    *asked(gke_nodes.secure_boot, pool(shieldedInstanceConfig={"enableSecureBoot": True}), pool(shieldedInstanceConfig={})),
    *asked(gke_nodes.private_nodes, INNER, OPEN),
    *asked(gke_nodes.kubelet_closed, pool(), pool(kubeletConfig={"insecureKubeletReadonlyPortEnabled": True})),
    *asked(gke_nodes.customer_key, pool(bootDiskKmsKey=KEY), pool()),
    case(METADATA, PASS, id=ID, item=pool(workloadMetadataConfig={"mode": 2}), inventory=[within()]),
    case(
        METADATA, PASS, id=ID, item=pool(workloadMetadataConfig={"nodeMetadata": "GKE_METADATA_SERVER"}), inventory=[within()]
    ),
    case(METADATA, FAIL, id=ID, item=pool(), inventory=[within()]),
    case(
        SCOPES,
        SKIP,
        id=ID,
        item=pool(serviceAccount="nodes@p.iam.gserviceaccount.com", oauthScopes=SCOPE),
        inventory=[within()],
    ),
    case(IMAGES, SKIP, id=ID, item=pool(imageType="WINDOWS_LTSC_CONTAINERD"), inventory=[within()]),
    case(IMAGES, PASS, id=ID, item=pool(imageType="COS"), inventory=[within()]),
    case(PRIVATE, PASS, id=ID, item=pool(), inventory=[within(privateClusterConfig={"enablePrivateNodes": True})]),
    case(PRIVATE, FAIL, id=ID, item=OPEN, inventory=[within(privateClusterConfig={"enablePrivateNodes": True})]),
    case(PRIVATE, FAIL, id=ID, item=pool(), inventory=[within()]),
]
