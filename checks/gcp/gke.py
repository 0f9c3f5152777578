"""Checks on clusters of GKE. Who is let in: `gke_access.py`; what nodes run: `gke_nodes.py`."""

from __future__ import annotations

from datetime import datetime

from checks.gcp.gke_nodes import by_default_private
from checks.gcp.gke_read import CLUSTER, advanced, autopilot, chosen, settled
from checks.gcp.read import Item, in_words, last, linked, many, named, yes
from checks.gcp.vpc import SUBNET, flow_log
from checks.support import lasting, supported
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

UPDATE = "gcloud container clusters update {name} --project={account} --location={region} "
BACKUP, BINARY, API = "gcp.gke.backup_plan", "gcp.gke.binary_authorization_policy", "gcp.project.service"
CHANNELS = "UNSPECIFIED RAPID REGULAR STABLE EXTENDED"
DATABASE = "UNKNOWN ENCRYPTED DECRYPTED ALL_OBJECTS_ENCRYPTION_ENABLED"
POSTURES = "MODE_UNSPECIFIED DISABLED BASIC ENTERPRISE"
EVALUATIONS = (
    "EVALUATION_MODE_UNSPECIFIED DISABLED PROJECT_SINGLETON_POLICY_ENFORCE RESERVED RESERVED POLICY_BINDINGS"
    " POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
)
COMPONENTS = "COMPONENT_UNSPECIFIED SYSTEM_COMPONENTS WORKLOADS APISERVER SCHEDULER CONTROLLER_MANAGER"
SYSTEM, WORKLOADS = "SYSTEM_COMPONENTS", "WORKLOADS"
NONE = "none"
SCANNING = "containerscanning.googleapis.com"


# ---- the API server --------------------------------------------------------------------------------------------------


def _endpoints(cluster: Item) -> Item:
    """Return how the control plane is reached by address, in today's shape; empty where only the older one is there."""
    found: Item = (cluster.get("controlPlaneEndpointsConfig") or {}).get("ipEndpointsConfig") or {}
    return found


def _is_public(cluster: Item) -> bool:
    """Tell whether the control plane has an address of the internet. The two shapes say it the other way round."""
    endpoints = _endpoints(cluster)
    if "enablePublicEndpoint" in endpoints or "enabled" in endpoints:
        return yes(endpoints.get("enablePublicEndpoint")) and yes(endpoints.get("enabled", True))
    return not yes((cluster.get("privateClusterConfig") or {}).get("enablePrivateEndpoint"))


def _admitted(cluster: Item) -> Item:
    """Return from where the control plane may be called; empty when from everywhere."""
    networks = _endpoints(cluster).get("authorizedNetworksConfig") or cluster.get("masterAuthorizedNetworksConfig") or {}
    # Before there was a switch, the blocks alone said it.
    return networks if yes(networks.get("enabled", bool(networks.get("cidrBlocks")))) else {}


@check(
    f"{CLUSTER}.endpoint_narrow",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Cluster's API admits only chosen addresses",
    risk="Everybody can try stolen tokens, and the next hole in Kubernetes, from anywhere.",
    fix=UPDATE + "--enable-master-authorized-networks --master-authorized-networks=CIDRS",
    cis=("gke-v1.6:5.6.3",),
)
@settled
def endpoint_narrow(cluster: Resource) -> Verdict:
    item = cluster["item"]
    if not _is_public(item):
        return passed("no address of the internet")
    networks = _admitted(item)
    if not networks:
        return failed("the public endpoint admits everybody")
    cidrs = [str(block.get("cidrBlock")) for block in many(networks, "cidrBlocks")]
    if any(hold_world(frozenset(cidrs), family) for family in FAMILIES):
        return failed(f"the public endpoint admits {in_words(cidrs)}")
    return passed(f"the public endpoint admits {len(cidrs)} block(s) of addresses")


@check(
    f"{CLUSTER}.google_addresses_shut_out",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.LOW,
    title="Cluster's API does not admit every machine on Google Cloud",
    risk="Anybody can rent a machine on Google Cloud, and call from there.",
    fix=UPDATE + "--enable-master-authorized-networks --no-enable-google-cloud-access",
)
@settled
def google_addresses_shut_out(cluster: Resource) -> Verdict:
    networks = _admitted(cluster["item"])
    if not _is_public(cluster["item"]) or not networks:
        return skipped("no address of the internet" if networks else "the endpoint admits everybody, or nobody")
    opened = yes(networks.get("gcpPublicCidrsAccessEnabled"))
    return failed("public addresses of Google Cloud are admitted") if opened else passed("only the blocks that are named")


@check(
    f"{CLUSTER}.private_endpoint",
    on=CLUSTER,
    control="network.private_endpoints",
    severity=Severity.MEDIUM,
    title="Cluster's API has no address of the internet",
    risk="One careless list of networks, or one hole in Kubernetes, puts the control plane before everybody.",
    fix=UPDATE + "--no-enable-ip-access, or --enable-private-endpoint",
    cis=("gke-v1.6:5.6.4",),
)
@settled
def private_endpoint(cluster: Resource) -> Verdict:
    return failed("the public endpoint is on") if _is_public(cluster["item"]) else passed("the public endpoint is off")


@check(
    f"{CLUSTER}.name_leads_inside",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.LOW,
    title="Cluster's API is not called by its name from everywhere",
    risk="Stolen credentials work from anywhere, past every list of networks: only IAM stands in the way.",
    fix=UPDATE + "--no-enable-dns-access",
)
@settled
def name_leads_inside(cluster: Resource) -> Verdict:
    endpoint = (cluster["item"].get("controlPlaneEndpointsConfig") or {}).get("dnsEndpointConfig") or {}
    opened = yes(endpoint.get("allowExternalTraffic"))
    return failed("its name is for callers from everywhere") if opened else passed("its name is for Google's services only")


# ---- network ---------------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.private_nodes",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Nodes of the cluster have no addresses of the internet",
    risk="Every node stands on the internet; one careless firewall rule is enough.",
    fix=UPDATE + "--enable-private-nodes",
    cis=("gke-v1.6:5.6.5",),
)
@settled
def private_nodes(cluster: Resource) -> Verdict:
    private = by_default_private(cluster["item"])
    return passed("nodes have inner addresses only") if private else failed("nodes get public addresses")


@check(
    f"{CLUSTER}.vpc_native",
    on=CLUSTER,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Pods of the cluster have addresses that the network knows",
    risk="Pods are reached by routes, which whoever may forward packets can forge, and firewalls cannot tell them apart.",
    fix="Create the cluster anew with --enable-ip-alias: it cannot be changed",
    cis=("gke-v1.6:5.6.2",),
)
@settled
def vpc_native(cluster: Resource) -> Verdict:
    on = yes((cluster["item"].get("ipAllocationPolicy") or {}).get("useIpAliases"))
    return passed("a VPC-native cluster") if on else failed("pods are reached by routes")


@check(
    f"{CLUSTER}.network_policies",
    on=CLUSTER,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Cluster enforces what pods may talk to each other",
    risk="From one pod, broken into, all others can be reached, whatever policies are written down.",
    fix=UPDATE + "--enable-network-policy, or a new cluster with --enable-dataplane-v2",
)
@chosen
def network_policies(cluster: Resource) -> Verdict:
    item = cluster["item"]
    if advanced(item):
        return passed("Dataplane V2 enforces network policies")
    on = yes((item.get("networkPolicy") or {}).get("enabled"))
    return passed("network policies are enforced") if on else failed("network policies are not enforced")


@check(
    f"{CLUSTER}.flows_seen",
    on=CLUSTER,
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="Flows of the cluster are logged, those within a node too",
    risk="After a break-in nobody can tell which pods talked to whom.",
    fix=UPDATE + "--enable-intra-node-visibility, and turn on flow logs of its subnet",
    cis=("gke-v1.6:5.6.1",),
)
@settled
def flows_seen(cluster: Resource, inventory: Inventory) -> Verdict:
    network = cluster["item"].get("networkConfig") or {}
    if not yes(network.get("enableIntraNodeVisibility")):
        return failed("what stays within a node is not seen")
    subnet = linked(network.get("subnetwork"), SUBNET, cluster, inventory)
    if subnet is None:
        return unknown(f"the subnet {last(network.get('subnetwork'))} was not listed")
    return failed(f"{subnet.name} logs no flows") if flow_log(subnet) is None else passed("flows are logged")


# ---- data and keys ---------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.secrets_encrypted",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.MEDIUM,
    title="Secrets of the cluster are encrypted with a key of one's own",
    risk="Whoever gets hold of the control plane's store, or of a backup of it, reads every password in it.",
    fix=UPDATE + "--database-encryption-key=KEY",
    cis=("gke-v1.6:5.3.1",),
)
@settled
def secrets_encrypted(cluster: Resource) -> Verdict:
    database = cluster["item"].get("databaseEncryption") or {}
    state = named(database.get("state"), DATABASE) or "DECRYPTED"
    if state in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED"):
        return passed(f"encrypted with {database.get('keyName') or 'a key'}")
    return failed("encrypted with a key that Google owns and manages only")


# ---- versions --------------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.supported_version",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version of Kubernetes with standard support",
    risk="The community fixes no holes in it any more, and Google only for a while, on the extended channel.",
    fix="gcloud container clusters upgrade {name} --project={account} --location={region} --master --cluster-version=VERSION",
)
@settled
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    version = str(cluster["item"].get("currentMasterVersion") or "")
    minor = ".".join(version.split(".")[:2])
    return supported("gcp.gke", minor, now) if minor else unknown("its version is not told")


SUPPORT_LASTS = lasting(supported_version)


@check(
    f"{CLUSTER}.release_channel",
    on=CLUSTER,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Cluster follows a release channel",
    risk="Patches of the control plane and the nodes arrive later, and versions grow old unnoticed.",
    fix=UPDATE + "--release-channel=regular",
    cis=("gke-v1.6:5.5.4",),
)
@settled
def release_channel(cluster: Resource) -> Verdict:
    channel = named((cluster["item"].get("releaseChannel") or {}).get("channel"), CHANNELS) or "UNSPECIFIED"
    return (failed if channel == "UNSPECIFIED" else passed)(f"the channel is {channel}")


@check(
    f"{CLUSTER}.no_alpha",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster has no features that are still tried out",
    risk="Such a cluster gets no patches, is covered by no agreement, and ends by itself after 30 days.",
    fix="Create the cluster anew without --enable-kubernetes-alpha",
    cis=("gke-v1.6:5.10.2",),
)
@settled
def no_alpha(cluster: Resource) -> Verdict:
    return failed("an alpha cluster") if yes(cluster["item"].get("enableKubernetesAlpha")) else passed("no alpha cluster")


@check(
    f"{CLUSTER}.shielded_nodes",
    on=CLUSTER,
    control="guest_os.boot_integrity",
    severity=Severity.MEDIUM,
    title="Nodes prove to the cluster that they are its own",
    risk="Whoever gets the credentials of one node from its metadata joins the cluster as a node.",
    fix=UPDATE + "--enable-shielded-nodes",
    cis=("gke-v1.6:5.5.5",),
)
@chosen
def shielded_nodes(cluster: Resource) -> Verdict:
    on = yes((cluster["item"].get("shieldedNodes") or {}).get("enabled"))
    return passed("shielded nodes") if on else failed("nodes are not shielded")


# ---- what may run ----------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.images_admitted",
    on=CLUSTER,
    control="governance.code_signing",
    severity=Severity.MEDIUM,
    title="Cluster starts only images that a policy admits",
    risk="Whoever may deploy, or stole the right to, starts whatever image he likes.",
    fix=UPDATE + "--binauthz-evaluation-mode=PROJECT_SINGLETON_POLICY_ENFORCE",
    cis=("gke-v1.6:5.10.4",),
)
@settled
def images_admitted(cluster: Resource) -> Verdict:
    binary = cluster["item"].get("binaryAuthorization") or {}
    mode = named(binary.get("evaluationMode"), EVALUATIONS)
    if mode in ("", "EVALUATION_MODE_UNSPECIFIED"):
        return passed("Binary Authorization is on") if yes(binary.get("enabled")) else failed("Binary Authorization is off")
    if "ENFORCE" in mode:
        return passed(f"the mode is {mode}")
    # Policies of the cluster's own are checked while containers run, and keep none from starting.
    return failed(f"the mode is {mode}, which refuses nothing" if mode != "DISABLED" else "Binary Authorization is off")


@check(
    f"{BINARY}.refuses",
    on=BINARY,
    control="governance.image_source",
    severity=Severity.MEDIUM,
    title="Policy for images refuses those that nobody vouched for",
    risk="It is asked for every image, and admits each.",
    fix="gcloud container binauthz policy import policy.yaml --project={account}, with evaluationMode REQUIRE_ATTESTATION and"
    " enforcementMode ENFORCED_BLOCK_AND_AUDIT_LOG",
    cis=("gke-v1.6:5.1.4",),
)
def refuses(policy: Resource) -> Verdict:
    rule = policy["item"].get("defaultAdmissionRule") or {}
    how, force = str(rule.get("evaluationMode") or "ALWAYS_ALLOW"), str(rule.get("enforcementMode") or "")
    if how == "ALWAYS_ALLOW":
        return failed("every image is admitted")
    if force == "DRYRUN_AUDIT_LOG_ONLY":
        return failed("what should be refused is only logged")
    whole = [
        name
        for name in (str(one.get("namePattern")) for one in many(policy["item"], "admissionWhitelistPatterns"))
        if name in ("*", "**")
    ]
    return failed("every name is exempt") if whole else passed(f"by default: {how}")


@check(
    f"{CLUSTER}.images_scanned",
    on=CLUSTER,
    control="application.scanning",
    severity=Severity.LOW,
    title="Images that the cluster runs are scanned for known weaknesses",
    risk="Containers start from images with weaknesses that everybody can look up.",
    fix=f"gcloud services enable {SCANNING} --project={{account}}",
    cis=("gke-v1.6:5.1.1",),
)
@settled
def images_scanned(_cluster: Resource, inventory: Inventory) -> Verdict:
    return scanning(inventory)


def scanning(inventory: Inventory) -> Verdict:
    """Pass when the project scans the images that it stores. Images of other projects are scanned, or not, there."""
    for service in inventory.all(API):
        if last(service["item"].get("name") or service.id) == SCANNING:
            on = named(service["item"].get("state"), "STATE_UNSPECIFIED DISABLED ENABLED") in ("ENABLED", "")
            return passed("the project scans its images") if on else failed("scanning is turned off")
    return failed("scanning was never turned on")


@check(
    f"{CLUSTER}.posture_watched",
    on=CLUSTER,
    control="detection.posture",
    severity=Severity.LOW,
    title="Google looks over how workloads of the cluster are set up",
    risk="Pods with the rights of their node, and other mistakes of that kind, are found by those who look for them.",
    fix=UPDATE + "--security-posture=standard",
    cis=("gke-v1.6:5.10.5",),
)
@settled
def posture_watched(cluster: Resource) -> Verdict:
    mode = named((cluster["item"].get("securityPostureConfig") or {}).get("mode"), POSTURES)
    return (passed if mode in ("BASIC", "ENTERPRISE") else failed)(f"the mode is {mode or 'not set'}")


@check(
    f"{CLUSTER}.sandbox_ready",
    on=CLUSTER,
    control="application.exposure",
    severity=Severity.INFORMATIONAL,
    title="Cluster has a place for code that nobody trusts",
    risk="Code of strangers runs on the same kernel as everything else on the node.",
    fix="gcloud container node-pools create sandboxed --cluster={name} --project={account} --location={region}"
    " --sandbox=type=gvisor",
    cis=("gke-v1.6:5.10.3",),
)
@chosen
def sandbox_ready(cluster: Resource) -> Verdict:
    for pool in many(cluster["item"], "nodePools"):
        sandbox = (pool.get("config") or {}).get("sandboxConfig") or {}
        if named(sandbox.get("type") or sandbox.get("sandboxType"), "UNSPECIFIED GVISOR").upper() not in ("", "UNSPECIFIED"):
            return passed(f"nodes of {pool.get('name')} keep containers in a sandbox")
    return failed("no node pool keeps containers in a sandbox")


@check(
    f"{CLUSTER}.no_dashboard",
    on=CLUSTER,
    control="application.exposure",
    severity=Severity.HIGH,
    title="Cluster runs no web interface of Kubernetes",
    risk="The old web interface holds wide rights, and asked many a visitor for no password.",
    fix=UPDATE + "--update-addons=KubernetesDashboard=DISABLED",
    cis=("gke-v1.6:5.10.1",),
)
@settled
def no_dashboard(cluster: Resource) -> Verdict:
    addons = cluster["item"].get("addonsConfig") or {}
    if "kubernetesDashboard" not in addons:
        return passed("there is none")
    off = yes((addons["kubernetesDashboard"] or {}).get("disabled"))
    return passed("the web interface is off") if off else failed("the web interface is on")


# ---- logs, backups, zones --------------------------------------------------------------------------------------------


def _collected(cluster: Item, what: str) -> set[str] | None:
    """Return the components whose logs, or metrics, are collected; ``None`` where only the older switch is there."""
    config = cluster.get(f"{what}Config")
    if not config or "componentConfig" not in config:
        return None
    return {named(each, COMPONENTS) for each in many(config["componentConfig"] or {}, "enableComponents")}


@check(
    f"{CLUSTER}.logged",
    on=CLUSTER,
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="Cluster sends logs of its system and workloads to Cloud Logging",
    risk="When a pod or node is gone, nobody can tell what happened on it.",
    fix=UPDATE + "--logging=SYSTEM,WORKLOAD",
    cis=("gke-v1.6:5.7.1",),
)
@settled
def logged(cluster: Resource) -> Verdict:
    item, parts = cluster["item"], _collected(cluster["item"], "logging")
    if parts is not None:
        missing = [each for each in (SYSTEM, WORKLOADS) if each not in parts]
        return failed(f"not logged: {', '.join(missing)}") if missing else passed(f"logged: {in_words(parts, 5)}")
    service = str(item.get("loggingService") or NONE)
    return (failed if service == NONE else passed)(f"the logging service is {service}")


@check(
    f"{CLUSTER}.control_plane_logged",
    on=CLUSTER,
    control="logging.audit_trail",
    severity=Severity.LOW,
    title="Cluster's control plane sends its own logs, too",
    risk="What the API server refused, and why nothing was scheduled, nobody can tell.",
    fix=UPDATE + "--logging=SYSTEM,WORKLOAD,API_SERVER,SCHEDULER,CONTROLLER_MANAGER",
)
@settled
def control_plane_logged(cluster: Resource) -> Verdict:
    parts = _collected(cluster["item"], "logging") or set()
    return passed("the API server's log is sent") if "APISERVER" in parts else failed("the API server's log is not sent")


@check(
    f"{CLUSTER}.measured",
    on=CLUSTER,
    control="detection.alarms",
    severity=Severity.LOW,
    title="Cluster sends metrics of its system to Cloud Monitoring",
    risk="Nobody is told when nodes fail, or when a pod works for somebody else.",
    fix=UPDATE + "--monitoring=SYSTEM",
    cis=("gke-v1.6:5.7.1",),
)
@settled
def measured(cluster: Resource) -> Verdict:
    item, parts = cluster["item"], _collected(cluster["item"], "monitoring")
    if parts is not None:
        return passed(f"measured: {in_words(parts)}") if SYSTEM in parts else failed("the system is not measured")
    service = str(item.get("monitoringService") or NONE)
    return (failed if service == NONE else passed)(f"the monitoring service is {service}")


@check(
    f"{CLUSTER}.backed_up",
    on=CLUSTER,
    control="resilience.backup",
    severity=Severity.LOW,
    title="Backups of the cluster are made on a schedule",
    risk="A namespace that is deleted, or a cluster that is lost, has to be rebuilt from memory.",
    fix="gcloud container backup-restore backup-plans create PLAN --project={account} --location={region} --cluster={id}"
    " --all-namespaces --cron-schedule='0 3 * * *' --backup-retain-days=14",
)
@settled
def backed_up(cluster: Resource, inventory: Inventory) -> Verdict:
    """Compare by location and name: a plan names the project as it likes."""
    here = cluster.id.replace("/zones/", "/locations/").partition("/locations/")[2]
    for plan in inventory.all(BACKUP):
        item = plan["item"]
        meant = str(item.get("cluster")).replace("/zones/", "/locations/").partition("/locations/")[2] == here
        if meant and not yes(item.get("deactivated")) and (item.get("backupSchedule") or {}).get("cronSchedule"):
            return passed(f"by {plan.name}")
    return failed("no backup plan with a schedule")


@check(
    f"{CLUSTER}.spans_zones",
    on=CLUSTER,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Control plane and nodes stand in more than one zone",
    risk="When the zone fails, nothing can be changed or started, or nothing runs at all.",
    fix="Create the cluster anew with --location=REGION: it cannot be changed",
)
@settled
def spans_zones(cluster: Resource) -> Verdict:
    item = cluster["item"]
    place = str(item.get("location") or item.get("zone") or cluster.region)
    if place.count("-") > 1:
        return failed(f"the control plane stands in {place} only")
    zones = [str(each) for each in many(item, "locations")]
    if autopilot(item) or len(zones) != 1:
        return passed(f"in {in_words(zones) or place}")
    return failed(f"the nodes stand in {zones[0]} only")
