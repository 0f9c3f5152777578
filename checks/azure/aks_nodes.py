"""Checks on nodes of AKS and on versions: what nodes run, how they are reached, and what keeps them current."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure.aks_read import (
    CLUSTER,
    UPDATE,
    automatic,
    chosen,
    each_pool,
    flag,
    image_day,
    minor,
    pools,
    settled,
    system,
    windows,
)
from checks.azure.read import Item, at, in_words, prop, same, word
from checks.support import kept_up, lasting, supported
from checks.systems import maintained_until
from checks.times import day
from scanner.evaluation.check import check
from scanner.evaluation.lifecycle import numbers
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

POOL = "az aks nodepool update --ids {id}/agentPools/NAME "
OLD = timedelta(days=90)
PATCHING = ("nodeimage", "securitypatch")
RETIRED = ("httpApplicationRouting", "kubeDashboard", "openServiceMesh")

# Versions.


@check(
    f"{CLUSTER}.supported_version",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster and its nodes run a version of Kubernetes with support",
    risk="Holes in it are fixed no more.",
    fix="az aks upgrade --ids {id} --kubernetes-version VERSION",
)
@settled
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    long_term = same(prop(cluster, "supportPlan"), "AKSLongTermSupport")
    running = [prop(cluster, "currentKubernetesVersion") or prop(cluster, "kubernetesVersion")]
    running += [pool.get("currentOrchestratorVersion") or pool.get("orchestratorVersion") for pool in pools(cluster)]
    found = sorted({minor(each) for each in running if minor(each)}, key=numbers)
    if not found:
        return unknown("its version is not told")
    return supported("azure.aks.long_term" if long_term else "azure.aks", found[0], now)


SUPPORT_LASTS = lasting(supported_version)


@check(
    f"{CLUSTER}.upgrades_itself",
    on=CLUSTER,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Cluster upgrades itself",
    risk="Patches of the control plane and the nodes arrive when somebody remembers, and versions grow old unnoticed.",
    fix=UPDATE + "--auto-upgrade-channel patch",
)
@settled
def upgrades_itself(cluster: Resource) -> Verdict:
    if automatic(cluster):
        return passed("AKS Automatic upgrades itself")
    channel = word(prop(cluster, "autoUpgradeProfile.upgradeChannel")) or "none"
    if channel == "node-image":
        return failed("only its nodes' images are upgraded")
    return (failed if channel == "none" else passed)(f"the channel is {channel}")


@check(
    f"{CLUSTER}.no_retired_addons",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.LOW,
    title="Cluster has no add-ons that Azure keeps up no more",
    risk="Holes in them are fixed no more, and some of them answer the internet.",
    fix="az aks disable-addons --ids {id} --addons NAME",
)
@settled
def no_retired_addons(cluster: Resource) -> Verdict:
    given = prop(cluster, "addonProfiles") or {}
    found = [
        name for name, addon in given.items() if word(name) in map(word, RETIRED) and same((addon or {}).get("enabled"), True)
    ]
    return failed(f"on: {in_words(found)}") if found else passed("none of them")


# Systems of nodes. Those of AKS Automatic are Azure's.


@check(
    f"{CLUSTER}.nodes_patched",
    on=CLUSTER,
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="Nodes of the cluster take patches of their system by themselves",
    risk="Holes in the system and the container runtime stay open until somebody upgrades by hand.",
    fix=UPDATE + "--node-os-upgrade-channel NodeImage",
)
@chosen
def nodes_patched(cluster: Resource) -> Verdict:
    channel = word(prop(cluster, "autoUpgradeProfile.nodeOSUpgradeChannel"))
    if same(prop(cluster, "autoUpgradeProfile.upgradeChannel"), "node-image"):
        return passed("the channel of the cluster is node-image")
    # Clusters that were made before there were channels for the system say nothing, and have none.
    return (passed if channel in PATCHING else failed)(f"the channel is {channel or 'not said'}")


@check(
    f"{CLUSTER}.node_images_recent",
    on=CLUSTER,
    control="guest_os.image_age",
    severity=Severity.MEDIUM,
    title="Nodes of the cluster were made of an image of the last 90 days",
    risk="They carry holes that everybody can look up, and Azure gives no support for them.",
    fix="az aks nodepool upgrade --ids {id}/agentPools/NAME --node-image-only",
)
@chosen
def node_images_recent(cluster: Resource, now: datetime) -> Verdict:
    def judge(pool: Item) -> Verdict:
        made = image_day(pool)
        if made is None:
            return unknown("its image's name tells no day")
        said = f"of an image of {day(made)}"
        return failed(said) if made + OLD <= now else passed(said, until=made + OLD)

    return each_pool(cluster, judge)


@check(
    f"{CLUSTER}.supported_systems",
    on=CLUSTER,
    control="guest_os.supported_version",
    severity=Severity.MEDIUM,
    title="Nodes of the cluster run a system that is still maintained",
    risk="Holes in it are fixed no more.",
    fix="az aks nodepool upgrade --ids {id}/agentPools/NAME --kubernetes-version VERSION, or a new pool with another --os-sku",
)
@chosen
def supported_systems(cluster: Resource, now: datetime) -> Verdict:
    def judge(pool: Item) -> Verdict:
        name = system(pool)
        return kept_up(name, maintained_until(name), now) if name else skipped("not Ubuntu")

    return each_pool(cluster, judge)


MAINTENANCE_LASTS = lasting(supported_systems)


@check(
    f"{CLUSTER}.secure_boot",
    on=CLUSTER,
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="Nodes of the cluster start only signed code",
    risk="Whoever gets onto a node stays there across restarts, below everything that looks for him.",
    fix=POOL + "--enable-secure-boot --enable-vtpm",
)
@chosen
def secure_boot(cluster: Resource) -> Verdict:
    def judge(pool: Item) -> Verdict:
        return skipped("Windows") if windows(pool) else flag("securityProfile.enableSecureBoot", "", "secure boot is off")(pool)

    return each_pool(cluster, judge)


# How nodes are reached, and what they hold.


@check(
    f"{CLUSTER}.private_nodes",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Nodes of the cluster have no addresses of the internet",
    risk="Every node stands on the internet; one careless rule is enough.",
    fix="Make the pool anew without --enable-node-public-ip",
    cis=("aks-v1:5.4.3",),
)
@settled
def private_nodes(cluster: Resource) -> Verdict:
    def judge(pool: Item) -> Verdict:
        return failed("a public address for each node") if same(pool.get("enableNodePublicIP"), True) else passed()

    return each_pool(cluster, judge)


@check(
    f"{CLUSTER}.ssh_off",
    on=CLUSTER,
    control="network.admin_ports",
    severity=Severity.LOW,
    title="Nobody signs in to nodes of the cluster with a key of SSH",
    risk="One key opens all nodes as their administrator, from whatever reaches their network.",
    fix=POOL + "--ssh-access disabled",
)
@settled
def ssh_off(cluster: Resource) -> Verdict:
    def judge(pool: Item) -> Verdict:
        way = word(at(pool, "securityProfile.sshAccess")) or "localuser"
        return (failed if way == "localuser" else passed)(f"SSH is {way}")

    return each_pool(cluster, lambda pool: skipped("Windows") if windows(pool) else judge(pool))


@check(
    f"{CLUSTER}.hosts_encrypted",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Disks of nodes are encrypted on their hosts, temporary ones too",
    risk="What pods cache and swap lies on the host's disks in the clear.",
    fix="Make the pool anew with --enable-encryption-at-host",
)
@settled
def hosts_encrypted(cluster: Resource) -> Verdict:
    return each_pool(cluster, flag("enableEncryptionAtHost", "", "not encrypted on the host"))


@check(
    f"{CLUSTER}.spans_zones",
    on=CLUSTER,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Node pools of the cluster stand in more than one zone",
    risk="When the zone fails, so does all that runs on them.",
    fix="az aks nodepool add --cluster-name {name} --resource-group GROUP --name NEW --zones 1 2 3, and delete the old pool",
)
@settled
def spans_zones(cluster: Resource) -> Verdict:
    def judge(pool: Item) -> Verdict:
        zones = pool.get("availabilityZones") or []
        return passed() if len(zones) > 1 else failed(f"in {in_words(zones) or 'no chosen zone'}")

    return each_pool(cluster, judge)
