"""Checks on managed node groups of EKS."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from checks.aws.eks_read import NODEGROUP, UNWELL, cluster_of, settled, spread, subnets, supported
from checks.support import kept_up, lasting, versions
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

INSTANCE = "aws.ec2.instance"
SET = "aws eks update-nodegroup-version --cluster-name CLUSTER --nodegroup-name {name} --region {region}"
OLDEST = timedelta(days=90)
# How releases end: 1.33.0-20260415, 1.33-2026.04.15 for Windows. Bottlerocket's tell no date.
RELEASED = re.compile(r"-(\d{4})\.?(\d{2})\.?(\d{2})$")
CUSTOM = "CUSTOM"
AMAZON_LINUX_2 = "AL2"


# ---- images and versions of nodes ------------------------------------------------------------------------------------


@check(
    "aws.eks.nodegroup.image_recent",
    on=NODEGROUP,
    control="guest_os.image_age",
    severity=Severity.MEDIUM,
    title="Nodes run an image of the last 90 days",
    risk="Holes in the nodes' kernel and runtime that were closed long ago are still open here.",
    fix=SET,
)
@settled("nodegroup")
def image_recent(group: Resource, now: datetime) -> Verdict:
    known = group["nodegroup"]
    release = known.get("releaseVersion") or ""
    if known.get("amiType") == CUSTOM:
        return unknown(f"the image is the customer's own ({release}); how old it is was not said")
    if not (found := RELEASED.search(release)):
        return unknown(f"release {release or 'unknown'} does not tell its date")
    made = datetime.strptime("".join(found.groups()), "%Y%m%d").replace(tzinfo=UTC)
    if now - made > OLDEST:
        return failed(f"release {release} is {(now - made).days} days old")
    return passed(f"release {release}", until=made + OLDEST)


@check(
    "aws.eks.nodegroup.system_maintained",
    on=NODEGROUP,
    control="guest_os.supported_version",
    severity=Severity.MEDIUM,
    title="Nodes run a system that AWS still builds images of",
    risk="New holes in the nodes' system stay open: there will be no image that closes them.",
    fix="Create a node group of type AL2023 or Bottlerocket, move the pods, then: aws eks delete-nodegroup --cluster-name"
    " CLUSTER --nodegroup-name {name} --region {region}",
)
@settled("nodegroup")
def system_maintained(group: Resource, now: datetime) -> Verdict:
    kind = group["nodegroup"].get("amiType") or CUSTOM
    if kind == CUSTOM:
        return skipped("the image is the customer's own")
    if kind.startswith(f"{AMAZON_LINUX_2}_"):
        return kept_up(f"type {kind}", versions("aws.eks.images").ends[AMAZON_LINUX_2], now)
    return passed(f"type is {kind}")


@check(
    "aws.eks.nodegroup.supported_version",
    on=NODEGROUP,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Nodes run a version of Kubernetes with standard support",
    risk="The community fixes no holes in the nodes' software any more.",
    fix=SET,
)
@settled("nodegroup")
def supported_version(group: Resource, inventory: Inventory, now: datetime) -> Verdict:
    known = group["nodegroup"]
    if not known.get("version"):
        return unknown("which version the nodes run was not said")
    cluster = cluster_of(group, known["clusterName"], inventory)
    return supported(known["version"], cluster, now) if cluster else unknown("the cluster was not listed")


SUPPORT_LASTS = lasting(supported_version)


@check(
    "aws.eks.nodegroup.replaceable",
    on=NODEGROUP,
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="Node group can replace its nodes",
    risk="Patched images cannot be rolled out, and nodes that fail stay away.",
    fix="aws eks describe-nodegroup --cluster-name CLUSTER --nodegroup-name {name} --region {region}, then resolve its"
    " health issues",
)
@settled("nodegroup")
def replaceable(group: Resource) -> Verdict:
    known = group["nodegroup"]
    issues = sorted({each["code"] for each in (known.get("health") or {}).get("issues") or []})
    if issues:
        return failed(f"health issues: {', '.join(issues)}")
    return (failed if known["status"] in UNWELL else passed)(f"status is {known['status']}, no health issues")


@check(
    "aws.eks.nodegroup.repairs_itself",
    on=NODEGROUP,
    control="resilience.self_healing",
    severity=Severity.INFORMATIONAL,
    title="Nodes that fail are repaired without anybody's help",
    risk="Nodes that hang keep their pods until somebody notices.",
    fix="aws eks update-nodegroup-config --cluster-name CLUSTER --nodegroup-name {name} --region {region}"
    " --node-repair-config enabled=true",
)
@settled("nodegroup")
def repairs_itself(group: Resource) -> Verdict:
    on = (group["nodegroup"].get("nodeRepairConfig") or {}).get("enabled")
    return passed("node repair is on") if on else failed("node repair is off")


# ---- who reaches nodes, and their role -------------------------------------------------------------------------------


@check(
    "aws.eks.nodegroup.remote_access_closed",
    on=NODEGROUP,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="Nodes do not offer SSH or RDP to the world",
    risk="Everybody can try keys and holes on the nodes' own SSH or RDP.",
    fix="Create a node group without an SSH key, or with source security groups; remote access cannot be changed later",
)
@settled("nodegroup")
def remote_access_closed(group: Resource) -> Verdict:
    access = group["nodegroup"].get("remoteAccess") or {}
    if not access.get("ec2SshKey"):
        # With a launch template, its security groups decide, and are judged by themselves.
        return passed("no remote access is set up")
    # Source: API reference, "RemoteAccessConfig": a key without source groups opens the port to everybody.
    sources = access.get("sourceSecurityGroups") or []
    return passed(f"only from {', '.join(sources)}") if sources else failed("open to everybody: no source security groups")


@check(
    "aws.eks.nodegroup.private_nodes",
    on=NODEGROUP,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Nodes start in subnets that give no public addresses",
    risk="Every node stands on the internet; one careless security group is enough.",
    fix="Create a node group in private subnets and move the pods; subnets of a node group cannot be changed",
)
@settled("nodegroup")
def private_nodes(group: Resource, inventory: Inventory) -> Verdict:
    names = group["nodegroup"].get("subnets") or []
    found = subnets(names, group.region, inventory)
    if public := [each["item"]["SubnetId"] for each in found if each["item"].get("MapPublicIpOnLaunch")]:
        return failed(f"nodes get public addresses in {', '.join(public)}")
    return passed("no subnet gives public addresses") if len(found) == len(names) else unknown("a subnet was not listed")


@check(
    "aws.eks.nodegroup.metadata_guarded",
    on=NODEGROUP,
    control="guest_os.metadata_service",
    severity=Severity.MEDIUM,
    title="Containers do not reach the credentials of their node",
    risk="Any pod, broken into, can take the role of its node, which may attach volumes and pull every image.",
    fix="Use a launch template with HttpTokens=required and HttpPutResponseHopLimit=1: aws eks update-nodegroup-version"
    " --cluster-name CLUSTER --nodegroup-name {name} --region {region} --launch-template ID",
)
@settled("nodegroup")
def metadata_guarded(group: Resource, inventory: Inventory) -> Verdict:
    known = group["nodegroup"]
    named = inventory.where(INSTANCE, "tags.eks:nodegroup-name", known["nodegroupName"], region=group.region)
    nodes = [each for each in named if each.tags.get("eks:cluster-name") == known["clusterName"]]
    for each in nodes:
        options = each["item"].get("MetadataOptions") or {}
        if options.get("HttpEndpoint") == "disabled":
            continue
        if options.get("HttpTokens") != "required":
            return failed(f"node {each.name} gives its credentials without a session token")
        if options.get("HttpPutResponseHopLimit", 1) > 1:
            return failed(f"node {each.name} answers over {options['HttpPutResponseHopLimit']} hops, so to containers too")
    return passed(f"{len(nodes)} nodes answer only themselves") if nodes else skipped("the group has no nodes")


@check(
    "aws.eks.nodegroup.spans_zones",
    on=NODEGROUP,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Node group has subnets in more than one zone",
    risk="When the zone fails, the group's pods have no place to go.",
    fix="Create a node group with subnets in several zones; subnets of a node group cannot be changed",
)
@settled("nodegroup")
def spans_zones(group: Resource, inventory: Inventory) -> Verdict:
    return spread(group["nodegroup"].get("subnets") or [], group.region, inventory)
