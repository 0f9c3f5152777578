"""Checks on Fargate profiles and add-ons of EKS clusters."""

from __future__ import annotations

from checks.aws.eks_read import ADDON, UNWELL, settled, spread
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped


@check(
    "aws.eks.fargate_profile.spans_zones",
    on="aws.eks.fargate_profile",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Fargate profile has subnets in more than one zone",
    risk="When the zone fails, the profile's pods have no place to go.",
    fix="Create a profile with subnets in several zones; a profile cannot be changed",
)
@settled("profile")
def spans_zones(profile: Resource, inventory: Inventory) -> Verdict:
    return spread(profile["profile"].get("subnets") or [], profile.region, inventory)


@check(
    "aws.eks.addon.own_role",
    on=ADDON,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Add-on has a role of its own",
    risk="The node's role needs the add-on's rights, and every pod on the node can take them.",
    fix="aws eks update-addon --cluster-name CLUSTER --addon-name {name} --region {region} --pod-identity-associations"
    " serviceAccount=NAME,roleArn=ROLE",
)
@settled("addon")
def own_role(addon: Resource) -> Verdict:
    known = addon["addon"]
    if role := known.get("serviceAccountRoleArn"):
        return passed(f"role {role.rpartition('/')[2]}")
    if known.get("podIdentityAssociations"):
        return passed("a role by pod identity")
    needs = addon["needs"]
    if not needs or not needs.get("requiresIamPermissions"):
        return skipped("the add-on needs no rights")
    return failed("it needs rights, and has them from the node")


@check(
    "aws.eks.addon.updated",
    on=ADDON,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Add-on took its last update",
    risk="Parts of the cluster stay on an old version, or run in two versions at once.",
    fix="aws eks describe-addon --cluster-name CLUSTER --addon-name {name} --region {region}, then resolve its health issues",
)
def updated(addon: Resource) -> Verdict:
    known = addon["addon"]
    issues = sorted({each["code"] for each in (known.get("health") or {}).get("issues") or []})
    if known["status"] in UNWELL:
        return failed(f"status is {known['status']}: {', '.join(issues) or 'no reason given'}")
    return passed(f"status is {known['status']}")
