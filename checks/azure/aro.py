"""Checks on clusters of Azure Red Hat OpenShift. Source: Azure Red Hat OpenShift REST API, "OpenShift Clusters"."""

from __future__ import annotations

from datetime import datetime

from checks.azure.aks_read import minor
from checks.azure.read import Item, in_words, is_on, many, prop, same, word
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, unknown

CLUSTER = "azure.aro.cluster"
ANEW = "Make the cluster anew: az aro create "


def _machines(cluster: Resource) -> list[tuple[str, Item]]:
    """Return the profiles of all machines by name; workers are told twice, and truly where their state is told."""
    workers = many(prop(cluster, "workerProfilesStatus")) or many(prop(cluster, "workerProfiles"))
    return [
        ("masters", prop(cluster, "masterProfile") or {}),
        *((str(each.get("name") or "workers"), each) for each in workers),
    ]


@check(
    f"{CLUSTER}.api_inside",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Cluster's API has no address of the internet",
    risk="Everybody can try stolen tokens, and the next hole in OpenShift, from anywhere.",
    fix=ANEW + "--apiserver-visibility Private",
)
def api_inside(cluster: Resource) -> Verdict:
    said = word(prop(cluster, "apiserverProfile.visibility"))
    if not said:
        return unknown("its visibility is not told")
    return (passed if said == "private" else failed)(f"it is {said}")


@check(
    f"{CLUSTER}.ingress_inside",
    on=CLUSTER,
    control="application.exposure",
    severity=Severity.LOW,
    title="What runs in the cluster is not open to the internet by default",
    risk="Every route that somebody makes answers everybody.",
    fix=ANEW + "--ingress-visibility Private",
)
def ingress_inside(cluster: Resource) -> Verdict:
    given = many(prop(cluster, "ingressProfiles"))
    if not given:
        return unknown("its ingress is not told")
    wide = [each.get("name") for each in given if not same(each.get("visibility"), "Private")]
    return failed(f"public: {in_words(wide)}") if wide else passed("private")


@check(
    f"{CLUSTER}.leaves_through_firewall",
    on=CLUSTER,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="What pods send goes where the network's routes say",
    risk="A pod, broken into, sends data wherever it likes, past every firewall.",
    fix=ANEW + "--outbound-type UserDefinedRouting",
)
def leaves_through_firewall(cluster: Resource) -> Verdict:
    way = word(prop(cluster, "networkProfile.outboundType")) or "loadbalancer"
    return (passed if way == "userdefinedrouting" else failed)(f"by {way}")


@check(
    f"{CLUSTER}.disks_customer_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Disks of the cluster are encrypted with a key of one's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix=ANEW + "--disk-encryption-set SET",
)
def disks_customer_key(cluster: Resource) -> Verdict:
    bare = [name for name, machine in _machines(cluster) if not machine.get("diskEncryptionSetId")]
    return failed(f"Microsoft's key: {in_words(bare)}") if bare else passed("with a disk encryption set")


@check(
    f"{CLUSTER}.hosts_encrypted",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Disks of nodes are encrypted on their hosts, temporary ones too",
    risk="What pods cache and swap lies on the host's disks in the clear.",
    fix=ANEW + "--master-encryption-at-host --worker-encryption-at-host",
)
def hosts_encrypted(cluster: Resource) -> Verdict:
    bare = [name for name, machine in _machines(cluster) if not is_on(machine.get("encryptionAtHost"))]
    return failed(f"not encrypted on the host: {in_words(bare)}") if bare else passed("all are")


@check(
    f"{CLUSTER}.managed_identity",
    on=CLUSTER,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Cluster works as managed identities",
    risk="The password of its service principal lies in the cluster, and the cluster stands still when it expires.",
    fix=ANEW + "--enable-managed-identity",
)
def managed_identity(cluster: Resource) -> Verdict:
    own = prop(cluster, "platformWorkloadIdentityProfile.platformWorkloadIdentities")
    return passed(f"{len(own)} identities") if own else failed("a service principal")


@check(
    f"{CLUSTER}.supported_version",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version of OpenShift with support",
    risk="Holes in it, and in the system of its nodes, which comes with it, are fixed no more.",
    fix="Upgrade it from its console, or with oc adm upgrade",
)
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    version = minor(prop(cluster, "clusterProfile.version"))
    return supported("azure.aro", version, now) if version else unknown("its version is not told")


SUPPORT_LASTS = lasting(supported_version)
