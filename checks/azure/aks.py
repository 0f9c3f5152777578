"""Checks on clusters of AKS: networks, keys, what is seen. Who gets in: `aks_access.py`; nodes and versions: `aks_nodes.py`.

Source: AKS REST API, "Managed Clusters". Ids of CIS: those of the AKS benchmark, as kube-bench lists them for 1.7.
"""

from __future__ import annotations

from checks.azure import workloads
from checks.azure.aks_read import CLUSTER, UPDATE, automatic, chosen, settled
from checks.azure.read import at, in_words, is_on, not_handed_on, prop, same, word
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

AUDITS = ("kube-audit", "kube-audit-admin")

# The API server.


def _inside(cluster: Resource) -> str:
    """Return why the API server has no address of the internet; empty where it has one."""
    if is_on(prop(cluster, "apiServerAccessProfile.enablePrivateCluster")):
        return "a private cluster"
    return "public network access is off" if same(prop(cluster, "publicNetworkAccess"), "Disabled") else ""


@check(
    f"{CLUSTER}.endpoint_narrow",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Cluster's API admits only chosen addresses",
    risk="Everybody can try stolen tokens, and the next hole in Kubernetes, from anywhere.",
    fix=UPDATE + "--api-server-authorized-ip-ranges CIDRS",
    cis=("aks-v1:5.4.1",),
)
@settled
def endpoint_narrow(cluster: Resource) -> Verdict:
    if reason := _inside(cluster):
        return passed(reason)
    blocks = [str(each) for each in prop(cluster, "apiServerAccessProfile.authorizedIPRanges") or []]
    if not blocks:
        return failed("the public endpoint admits everybody")
    if any(hold_world(frozenset(blocks), family) for family in FAMILIES):
        return failed(f"the public endpoint admits {in_words(blocks)}")
    return passed(f"the public endpoint admits {len(blocks)} block(s) of addresses")


@check(
    f"{CLUSTER}.private_endpoint",
    on=CLUSTER,
    control="network.private_endpoints",
    severity=Severity.MEDIUM,
    title="Cluster's API has no address of the internet",
    risk="One careless list of addresses, or one hole in Kubernetes, puts the control plane before everybody.",
    fix=UPDATE + "--enable-private-cluster, where the API server stands in a network; else make the cluster anew",
    cis=("aks-v1:5.4.2",),
)
@settled
def private_endpoint(cluster: Resource) -> Verdict:
    reason = _inside(cluster)
    return passed(reason) if reason else failed("a public endpoint")


@check(
    f"{CLUSTER}.run_command_off",
    on=CLUSTER,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Nobody runs commands in the cluster through Azure",
    risk="A role on Azure is enough to do anything in the cluster, past its network and its own roles.",
    fix=UPDATE + "--disable-run-command",
)
@settled
def run_command_off(cluster: Resource) -> Verdict:
    off = is_on(prop(cluster, "apiServerAccessProfile.disableRunCommand"))
    return passed("run command is off") if off else failed("run command is on")


# Networks, keys and secrets.


@check(
    f"{CLUSTER}.network_policies",
    on=CLUSTER,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Cluster enforces what pods may talk to each other",
    risk="From one pod, broken into, all others can be reached, whatever policies are written down.",
    fix=UPDATE + "--network-policy cilium --network-dataplane cilium",
    cis=("aks-v1:5.4.4",),
)
@settled
def network_policies(cluster: Resource) -> Verdict:
    engine = word(prop(cluster, "networkProfile.networkPolicy"))
    if engine not in ("", "none"):
        return passed(f"by {engine}")
    if same(prop(cluster, "networkProfile.networkPlugin"), "none"):
        return skipped("its network plugin is the customer's own, which alone could tell")
    return failed("nothing enforces them")


@check(
    f"{CLUSTER}.leaves_through_firewall",
    on=CLUSTER,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="What pods send goes where the network's routes say",
    risk="A pod, broken into, sends data wherever it likes, past every firewall.",
    fix="Create the cluster anew with --outbound-type userDefinedRouting and a route to a firewall",
)
@settled
def leaves_through_firewall(cluster: Resource) -> Verdict:
    way = word(prop(cluster, "networkProfile.outboundType")) or "loadbalancer"
    return (passed if way in ("userdefinedrouting", "none", "block") else failed)(f"by {way}")


@check(
    f"{CLUSTER}.pods_encrypt",
    on=CLUSTER,
    control="encryption.in_transit",
    severity=Severity.INFORMATIONAL,
    title="What pods send to each other is encrypted",
    risk="Whoever is on the network between the nodes reads it.",
    fix=UPDATE + "--enable-acns --acns-transit-encryption-type WireGuard",
)
@settled
def pods_encrypt(cluster: Resource) -> Verdict:
    way = word(prop(cluster, "networkProfile.advancedNetworking.security.transitEncryption.type"))
    if way not in ("", "none"):
        return passed(f"by {way}")
    mesh = same(prop(cluster, "serviceMeshProfile.mode"), "Istio")
    return passed("by its service mesh") if mesh else failed("nothing encrypts it")


@check(
    f"{CLUSTER}.secrets_encrypted",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.MEDIUM,
    title="Secrets of the cluster are encrypted with a key of one's own",
    risk="Whoever gets hold of the control plane's store, or of a backup of it, reads every password in it.",
    fix=UPDATE + "--enable-azure-keyvault-kms --azure-keyvault-kms-key-id KEY",
    cis=("aks-v1:5.3.1",),
)
@settled
def secrets_encrypted(cluster: Resource) -> Verdict:
    on = is_on(prop(cluster, "securityProfile.azureKeyVaultKms.enabled"))
    return passed("with a key of Key Vault") if on else failed("with a key of Microsoft's only")


@check(
    f"{CLUSTER}.disks_customer_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Disks of the cluster are encrypted with a key of one's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="Create the cluster anew with --node-osdisk-diskencryptionset-id SET",
)
@settled
def disks_customer_key(cluster: Resource) -> Verdict:
    key = prop(cluster, "diskEncryptionSetID")
    return passed("with a disk encryption set") if key else failed("with a key of Microsoft's")


def _addon(cluster: Resource, name: str) -> dict[str, object]:
    """Return an add-on; its name has many spellings."""
    given = prop(cluster, "addonProfiles") or {}
    return next((each or {} for key, each in given.items() if same(key, name)), {})


@check(
    f"{CLUSTER}.secrets_in_vault",
    on=CLUSTER,
    control="identity.secrets",
    severity=Severity.LOW,
    title="Pods of the cluster can take their secrets from Key Vault",
    risk="Secrets are copied into the cluster by hand, and lie there for everybody who may read the namespace.",
    fix="az aks enable-addons --ids {id} --addons azure-keyvault-secrets-provider",
)
@settled
def secrets_in_vault(cluster: Resource) -> Verdict:
    on = is_on(_addon(cluster, "azureKeyvaultSecretsProvider").get("enabled"))
    return passed("the add-on is on") if on else failed("the add-on is off")


# What is seen, and what is kept out.


@check(
    f"{CLUSTER}.audit_logged",
    on=CLUSTER,
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="Cluster hands on its audit log",
    risk="Who deleted, started or read what in the cluster, nobody can tell.",
    fix="az monitor diagnostic-settings create --resource {id} --name audit --workspace WORKSPACE"
    """ --logs '[{"category": "kube-audit-admin", "enabled": true}, {"category": "guard", "enabled": true}]'""",
    cis=("aks-v1:2.1.1", "v6:6.1.4"),
)
@settled
def audit_logged(cluster: Resource) -> Verdict:
    missing = not_handed_on(cluster, AUDITS)
    return failed("no diagnostic setting hands it on") if len(missing) == len(AUDITS) else passed("a diagnostic setting does")


@check(
    f"{CLUSTER}.workloads_logged",
    on=CLUSTER,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="What pods of the cluster print is kept",
    risk="When a pod or node is gone, nobody can tell what happened on it.",
    fix="az aks enable-addons --ids {id} --addons monitoring --workspace-resource-id WORKSPACE",
)
@settled
def workloads_logged(cluster: Resource) -> Verdict:
    on = is_on(_addon(cluster, "omsagent").get("enabled")) or is_on(
        prop(cluster, "azureMonitorProfile.containerInsights.enabled")
    )
    return passed("Container Insights is on") if on else failed("Container Insights is off")


@check(
    f"{CLUSTER}.threats_watched",
    on=CLUSTER,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="Defender's sensor runs on the cluster",
    risk="Miners, reverse shells and stolen tokens go unnoticed.",
    fix=UPDATE + "--enable-defender",
)
@settled
def threats_watched(cluster: Resource) -> Verdict:
    said = prop(cluster, "securityProfile")
    on = is_on(at(said, "defender.securityMonitoring.enabled")) or is_on(at(said, "azureDefender.enabled"))
    return passed("the sensor is on") if on else failed("the sensor is off")


@check(
    f"{CLUSTER}.images_scanned",
    on=CLUSTER,
    control="application.scanning",
    severity=Severity.LOW,
    title="Images that the cluster runs are scanned for known weaknesses",
    risk="It runs images with weaknesses that everybody can look up.",
    fix="az security pricing create --name Containers --tier standard --extensions"
    " name=ContainerRegistriesVulnerabilityAssessments isEnabled=True",
    cis=("aks-v1:5.1.1",),
)
@settled
def images_scanned(cluster: Resource, inventory: Inventory) -> Verdict:
    return workloads.images_scanned(cluster, inventory)


@check(
    f"{CLUSTER}.policies_enforced",
    on=CLUSTER,
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Azure Policy decides what may be started in the cluster",
    risk="Privileged pods, images of strangers and mounts of the host start without a question.",
    fix="az aks enable-addons --ids {id} --addons azure-policy",
)
@settled
def policies_enforced(cluster: Resource) -> Verdict:
    if automatic(cluster):
        return passed("AKS Automatic has it on")
    on = is_on(_addon(cluster, "azurepolicy").get("enabled"))
    return passed("the add-on is on") if on else failed("the add-on is off")


@check(
    f"{CLUSTER}.nodes_left_alone",
    on=CLUSTER,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Nobody changes the cluster's machines past the cluster",
    risk="A change to a node's network or disk breaks the cluster, or opens it, and the cluster's own settings don't show it.",
    fix=UPDATE + "--nrg-lockdown-restriction-level ReadOnly",
)
@chosen
def nodes_left_alone(cluster: Resource) -> Verdict:
    level = word(prop(cluster, "nodeResourceGroupProfile.restrictionLevel")) or "unrestricted"
    return (passed if level == "readonly" else failed)(f"the resource group of its nodes is {level}")


@check(
    f"{CLUSTER}.images_cleaned",
    on=CLUSTER,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Images that nothing uses are removed from the nodes",
    risk="Old images with known weaknesses stay on the nodes, and start again by a slip.",
    fix=UPDATE + "--enable-image-cleaner",
)
@settled
def images_cleaned(cluster: Resource) -> Verdict:
    on = is_on(prop(cluster, "securityProfile.imageCleaner.enabled"))
    return passed("Image Cleaner is on") if on else failed("Image Cleaner is off")
