"""Checks on EKS clusters. Who is let in: `eks_access.py`; what its pods run on: `eks_nodes.py`, `eks_parts.py`."""

from __future__ import annotations

from datetime import datetime

from checks.aws import keys
from checks.aws.detectors import watched
from checks.aws.eks_read import ADDON, CLUSTER, minor, settled, supported, within
from checks.support import lasting
from checks.world import EVERYWHERE, FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

SET = "aws eks update-cluster-config --name {name} --region {region} "
WITNESSES = ("api", "audit", "authenticator")  # the logs of the control plane that tell who did what
# From here on all that the API server stores is encrypted. Source: EKS user guide, "Default envelope encryption".
ENCRYPTED_SINCE = (1, 28)
AGENT = "aws-guardduty-agent"
IDENTITIES = "eks-pod-identity-agent"


# ---- the API server --------------------------------------------------------------------------------------------------


@check(
    "aws.eks.cluster.endpoint_narrow",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Cluster's API admits only chosen addresses",
    risk="Everybody can try stolen tokens, and the next hole in Kubernetes, from anywhere.",
    fix=SET + "--resources-vpc-config endpointPrivateAccess=true,endpointPublicAccess=false, or publicAccessCidrs=CIDRS",
)
@settled("cluster")
def endpoint_narrow(cluster: Resource) -> Verdict:
    network = cluster["cluster"]["resourcesVpcConfig"]
    if not network["endpointPublicAccess"]:
        return passed("no public endpoint")
    cidrs = network.get("publicAccessCidrs") or [EVERYWHERE[4]]
    if any(hold_world(frozenset(cidrs), family) for family in FAMILIES):
        return failed(f"the public endpoint admits {', '.join(cidrs[:3])}")
    return passed(f"the public endpoint admits {len(cidrs)} blocks of addresses")


@check(
    "aws.eks.cluster.private_endpoint",
    on=CLUSTER,
    control="network.private_endpoints",
    severity=Severity.MEDIUM,
    title="Nodes reach the cluster's API from within the VPC",
    risk="Nodes talk to the control plane over public addresses, which have to stay open for them.",
    fix=SET + "--resources-vpc-config endpointPrivateAccess=true",
)
@settled("cluster")
def private_endpoint(cluster: Resource) -> Verdict:
    on = cluster["cluster"]["resourcesVpcConfig"]["endpointPrivateAccess"]
    return passed("the private endpoint is on") if on else failed("the private endpoint is off")


# ---- data ------------------------------------------------------------------------------------------------------------


@check(
    "aws.eks.cluster.secrets_encrypted",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Secrets of the cluster are stored encrypted",
    risk="Whoever gets hold of the control plane's store reads every password in it.",
    fix="aws eks associate-encryption-config --cluster-name {name} --region {region} --encryption-config"
    " resources=secrets,provider=KEY, or upgrade to version 1.28 or later",
)
@settled("cluster")
def secrets_encrypted(cluster: Resource) -> Verdict:
    known = cluster["cluster"]
    if key := _key(cluster):
        return passed(f"secrets are encrypted with {key}")
    if minor(known["version"]) >= ENCRYPTED_SINCE:
        return passed(f"version {known['version']} encrypts all that it stores")
    return failed(f"version {known['version']} without an encryption configuration")


def _key(cluster: Resource) -> str:
    """Return the key that secrets are encrypted with; empty when the cluster names none."""
    for each in cluster["cluster"].get("encryptionConfig") or []:
        if "secrets" in (each.get("resources") or []):
            return str(each["provider"]["keyArn"])
    return ""


@check(
    "aws.eks.cluster.customer_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Cluster's secrets are encrypted with a key of the customer's own",
    risk="Access to the secrets cannot be limited, logged or ended by a key of one's own.",
    fix="aws eks associate-encryption-config --cluster-name {name} --region {region} --encryption-config"
    " resources=secrets,provider=KEY",
)
@settled("cluster")
def customer_key(cluster: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(cluster, _key(cluster), inventory)


# ---- versions --------------------------------------------------------------------------------------------------------


@check(
    "aws.eks.cluster.supported_version",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version of Kubernetes with standard support",
    risk="The community fixes no holes in it any more, and AWS only grave ones, at a price, for a while.",
    fix="aws eks update-cluster-version --name {name} --region {region} --kubernetes-version VERSION, one version at a time",
)
@settled("cluster")
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    return supported(cluster["cluster"]["version"], cluster, now)


SUPPORT_LASTS = lasting(supported_version)


@check(
    "aws.eks.cluster.upgrades_itself",
    on=CLUSTER,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Cluster is upgraded when standard support of its version ends",
    risk="Nobody notices the end of support, and the cluster stays behind for another year.",
    fix=SET + "--upgrade-policy supportType=STANDARD",
)
@settled("cluster")
def upgrades_itself(cluster: Resource) -> Verdict:
    policy = (cluster["cluster"].get("upgradePolicy") or {}).get("supportType", "EXTENDED")
    return (passed if policy == "STANDARD" else failed)(f"the upgrade policy is {policy}")


@check(
    "aws.eks.cluster.upgrade_ready",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.LOW,
    title="Nothing stands in the way of the cluster's next upgrade",
    risk="The cluster stays on an old version because something in it would break.",
    fix="aws eks list-insights --cluster-name {name} --region {region}, then resolve those of status ERROR",
)
@settled("cluster")
def upgrade_ready(cluster: Resource) -> Verdict:
    insights = [each for each in cluster["insights"] or [] if each["category"] == "UPGRADE_READINESS"]
    if not insights:
        return skipped("AWS has looked for nothing yet")
    if errors := sorted(each["name"] for each in insights if each["status"] == "ERROR"):
        return failed(f"in the way: {', '.join(errors)}")
    if unsure := sorted(each["name"] for each in insights if each["status"] not in ("PASSING", "WARNING")):
        return unknown(f"AWS could not tell: {', '.join(unsure)}")
    return passed(f"{len(insights)} insights, none in the way")


# ---- logs and detectors ----------------------------------------------------------------------------------------------


@check(
    "aws.eks.cluster.control_plane_logged",
    on=CLUSTER,
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="Cluster records who does what through its API",
    risk="After a break-in nobody can tell which secrets were read and what was started.",
    fix=SET + "--logging file://logging.json, with the types api, audit and authenticator enabled",
)
@settled("cluster")
def control_plane_logged(cluster: Resource) -> Verdict:
    setups = (cluster["cluster"].get("logging") or {}).get("clusterLogging") or []
    on = {name for each in setups if each.get("enabled") for name in each.get("types") or []}
    if off := [name for name in WITNESSES if name not in on]:
        return failed(f"not logged: {', '.join(off)}")
    return passed(f"logged: {', '.join(sorted(on))}")


@check(
    "aws.eks.cluster.audit_watched",
    on=CLUSTER,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="GuardDuty watches what is done through the cluster's API",
    risk="Anonymous callers, stolen tokens and privileged pods go unnoticed.",
    fix="aws guardduty update-detector --detector-id ID --region {region} --features Name=EKS_AUDIT_LOGS,Status=ENABLED",
)
@settled("cluster")
def audit_watched(cluster: Resource, inventory: Inventory) -> Verdict:
    return watched(inventory, cluster.region, "EKS_AUDIT_LOGS")


@check(
    "aws.eks.cluster.runtime_watched",
    on=CLUSTER,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="GuardDuty watches what runs in the cluster's containers",
    risk="Miners, reverse shells and escapes from containers go unnoticed.",
    fix="aws guardduty update-detector --detector-id ID --region {region} with the feature RUNTIME_MONITORING and in it"
    " EKS_ADDON_MANAGEMENT",
)
@settled("cluster")
def runtime_watched(cluster: Resource, inventory: Inventory) -> Verdict:
    verdict = watched(inventory, cluster.region, "RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING")
    if verdict.outcome is not Outcome.PASS or inventory.get(ADDON, within(cluster, "addon") + AGENT):
        return verdict
    return failed("runtime monitoring is on, but its agent is not installed")


@check(
    "aws.eks.cluster.images_scanned",
    on=CLUSTER,
    control="application.scanning",
    severity=Severity.LOW,
    title="Images that the cluster runs are scanned for known weaknesses",
    risk="Containers start from images with weaknesses that everybody can look up.",
    fix="aws inspector2 enable --resource-types ECR --region {region}",
)
@settled("cluster")
def images_scanned(cluster: Resource, inventory: Inventory) -> Verdict:
    for settings in inventory.all("aws.inspector.settings", region=cluster.region):
        state = (settings["account"] or {}).get("resourceState") or {}
        status = (state.get("ecr") or {}).get("status", "DISABLED")
        return (passed if status == "ENABLED" else failed)(f"Inspector's status for images is {status}")
    return failed("Inspector is not on in the region")


# ---- identities of pods, deletion ------------------------------------------------------------------------------------


@check(
    "aws.eks.cluster.workload_identities",
    on=CLUSTER,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Pods of the cluster can have roles of their own",
    risk="Pods take the role of their node, or carry keys: one of them broken into gives away what all of them may do.",
    fix="aws eks create-addon --cluster-name {name} --region {region} --addon-name eks-pod-identity-agent",
)
@settled("cluster")
def workload_identities(cluster: Resource, inventory: Inventory) -> Verdict:
    known = cluster["cluster"]
    if (known.get("computeConfig") or {}).get("enabled"):
        return passed("Auto Mode brings the agent for pod identities")
    issuer = ((known.get("identity") or {}).get("oidc") or {}).get("issuer", "").removeprefix("https://")
    providers = inventory.all("aws.iam.oidc_provider")
    if issuer and any(each.id.endswith(f":oidc-provider/{issuer}") for each in providers):
        return passed("IAM trusts the cluster's own issuer of identities")
    if inventory.get(ADDON, within(cluster, "addon") + IDENTITIES):
        return passed("the agent for pod identities is installed")
    return failed("neither an agent for pod identities, nor an OIDC provider of the cluster's issuer")


@check(
    "aws.eks.cluster.deletion_protected",
    on=CLUSTER,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Cluster is protected from deletion",
    risk="One wrong or hostile call takes the cluster with all that runs on it.",
    fix=SET + "--deletion-protection",
)
@settled("cluster")
def deletion_protected(cluster: Resource) -> Verdict:
    on = cluster["cluster"].get("deletionProtection")
    return passed("deletion protection is on") if on else failed("deletion protection is off")
