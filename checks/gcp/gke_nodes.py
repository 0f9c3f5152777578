"""Checks on node pools of GKE: what nodes run, as whom, and what keeps them current. Clusters: `gke.py`."""

from __future__ import annotations

from checks.gcp import read, workloads
from checks.gcp.gke_read import of_pools
from checks.gcp.read import Item, many, named, yes
from scanner.model import Severity, Verdict, failed, passed, skipped

UPDATE = "gcloud container node-pools update POOL --cluster=CLUSTER --project={account} --location={region} "
CREATE = "gcloud container node-pools create NEW --cluster=CLUSTER --project={account} --location={region} "
METADATA = "MODE_UNSPECIFIED GCE_METADATA GKE_METADATA"


def _config(pool: Item) -> Item:
    config: Item = pool.get("config") or {}
    return config


@of_pools(
    "own_service_account",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN does not run as the default service account",
    risk="Every node, and whatever breaks out of a container, is an editor of the project, which the account is by default.",
    fix=CREATE + "--service-account=ACCOUNT, and move the pods",
    cis=("gke-v1.6:5.2.1",),
)
def own_service_account(pool: Item, _cluster: Item) -> Verdict:
    return workloads.chosen(str(_config(pool).get("serviceAccount") or ""), "Compute Engine's default account")


@of_pools(
    "metadata_guarded",
    control="guest_os.metadata_service",
    severity=Severity.HIGH,
    title="NOUN hides the node's own credentials from its pods",
    risk="Any pod, broken into, works as the node, which may read every image and the cluster's secrets on it.",
    fix=UPDATE + "--workload-metadata=GKE_METADATA",
    cis=("gke-v1.6:5.4.1",),
)
def metadata_guarded(pool: Item, _cluster: Item) -> Verdict:
    config = _config(pool).get("workloadMetadataConfig") or {}
    mode = named(config.get("mode"), METADATA) or str(config.get("nodeMetadata") or "GCE_METADATA")
    return (passed if mode in ("GKE_METADATA", "GKE_METADATA_SERVER") else failed)(f"pods are shown {mode}")


@of_pools(
    "narrow_scopes",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="NOUN's nodes have no scope for everything",
    risk="What the node's account may do at all, anything on the node may do.",
    fix=CREATE + "--scopes=gke-default, and move the pods",
)
def narrow_scopes(pool: Item, _cluster: Item) -> Verdict:
    config = _config(pool)
    if not workloads.is_default(str(config.get("serviceAccount") or "default")):
        return skipped("an account of its own, whose roles limit it")
    return failed("every scope") if workloads.EVERYTHING in many(config, "oauthScopes") else passed("scopes are chosen")


@of_pools(
    "container_optimized",
    control="guest_os.supported_version",
    severity=Severity.LOW,
    title="NOUN runs the system that Google makes for containers",
    risk="A general system brings more that can be attacked, and that an intruder can change for good.",
    fix=UPDATE + "--image-type=COS_CONTAINERD",
    cis=("gke-v1.6:5.5.1",),
)
def container_optimized(pool: Item, _cluster: Item) -> Verdict:
    image = str(_config(pool).get("imageType") or "").upper()
    if image.startswith("WINDOWS"):
        return skipped("nodes for Windows containers")
    return (passed if image.startswith("COS") else failed)(f"the image type is {image or 'not told'}")


@of_pools(
    "repairs_itself",
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="NOUN replaces nodes that fail",
    risk="Nodes that hang keep their pods until somebody notices.",
    fix=UPDATE + "--enable-autorepair",
    cis=("gke-v1.6:5.5.2",),
)
def repairs_itself(pool: Item, _cluster: Item) -> Verdict:
    on = yes((pool.get("management") or {}).get("autoRepair"))
    return passed("nodes are repaired") if on else failed("nodes are not repaired")


@of_pools(
    "upgrades_itself",
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="NOUN is upgraded without anybody's help",
    risk="Holes in the nodes' system, and in Kubernetes on it, that were closed long ago are still open here.",
    fix=UPDATE + "--enable-autoupgrade",
    cis=("gke-v1.6:5.5.3",),
)
def upgrades_itself(pool: Item, _cluster: Item) -> Verdict:
    on = yes((pool.get("management") or {}).get("autoUpgrade"))
    return passed("nodes are upgraded") if on else failed("nodes are upgraded by hand")


@of_pools(
    "integrity_watched",
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="NOUN tells when something was started before its system",
    risk="What hides below the operating system is never seen.",
    fix=CREATE + "--shielded-integrity-monitoring, and move the pods",
    cis=("gke-v1.6:5.5.6",),
)
def integrity_watched(pool: Item, _cluster: Item) -> Verdict:
    on = yes((_config(pool).get("shieldedInstanceConfig") or {}).get("enableIntegrityMonitoring"))
    return passed("integrity monitoring is on") if on else failed("integrity monitoring is off")


@of_pools(
    "secure_boot",
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="NOUN starts only what its makers signed",
    risk="A changed kernel or loader is started like the right one.",
    fix=CREATE + "--shielded-secure-boot, and move the pods",
    cis=("gke-v1.6:5.5.7",),
)
def secure_boot(pool: Item, _cluster: Item) -> Verdict:
    on = yes((_config(pool).get("shieldedInstanceConfig") or {}).get("enableSecureBoot"))
    return passed("Secure Boot is on") if on else failed("Secure Boot is off")


@of_pools(
    "private_nodes",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="NOUN's nodes have no addresses of the internet",
    risk="Every node stands on the internet; one careless firewall rule is enough.",
    fix=UPDATE + "--enable-private-nodes",
)
def private_nodes(pool: Item, cluster: Item) -> Verdict:
    own = (pool.get("networkConfig") or {}).get("enablePrivateNodes")
    on = yes(own) if own is not None else by_default_private(cluster)
    return passed("nodes have inner addresses only") if on else failed("nodes have public addresses")


def by_default_private(cluster: Item) -> bool:
    """Tell whether nodes get inner addresses only where their pool doesn't say, in the field of today or the older one."""
    today = (cluster.get("networkConfig") or {}).get("defaultEnablePrivateNodes")
    return yes((cluster.get("privateClusterConfig") or {}).get("enablePrivateNodes") if today is None else today)


@of_pools(
    "kubelet_closed",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="NOUN's kubelets answer nobody without credentials",
    risk="Whoever reaches a node reads which pods run there, and how they are set up.",
    fix=UPDATE + "--no-enable-insecure-kubelet-readonly-port",
)
def kubelet_closed(pool: Item, _cluster: Item) -> Verdict:
    config = _config(pool).get("kubeletConfig") or {}
    opened = config.get("insecureKubeletReadonlyPortEnabled")
    return failed("the read-only port is open") if yes(opened) else passed("the read-only port was not opened")


@of_pools(
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN's boot disks are encrypted with a key of one's own",
    risk="Access to what nodes keep cannot be limited, logged or ended by a key of one's own.",
    fix=CREATE + "--boot-disk-kms-key=KEY, and move the pods",
    cis=("gke-v1.6:5.9.2",),
)
def customer_key(pool: Item, _cluster: Item) -> Verdict:
    return read.customer_key(_config(pool).get("bootDiskKmsKey"))
