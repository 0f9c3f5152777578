"""Checks on who is let into EKS clusters: how their users are kept, access entries, and directories they trust."""

from __future__ import annotations

from checks.aws.eks_read import CLUSTER, ENTRY, settled, within
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ADMINISTRATION = "AmazonEKSClusterAdminPolicy"
FEW = 5  # more principals than that administer a cluster by habit, not by need
BY_MAP = "CONFIG_MAP"


def _mode(cluster: Resource) -> str:
    """Return how a cluster keeps its users; before there was a choice, only in a map of its own."""
    return str((cluster["cluster"].get("accessConfig") or {}).get("authenticationMode", BY_MAP))


def _administers(entry: Resource) -> bool:
    """Tell whether an access entry gives full administration of the whole cluster."""
    return any(
        each["policyArn"].endswith(f"/{ADMINISTRATION}") and each["accessScope"]["type"] == "cluster"
        for each in entry["policies"] or []
    )


@check(
    "aws.eks.cluster.access_by_entries",
    on=CLUSTER,
    control="access.groups",
    severity=Severity.MEDIUM,
    title="Access entries alone decide who is let into the cluster",
    risk="A map inside the cluster lets people in whom neither IAM nor CloudTrail shows.",
    fix="aws eks update-cluster-config --name {name} --region {region} --access-config authenticationMode=API, after giving"
    " everybody in the map aws-auth an access entry",
)
@settled("cluster")
def access_by_entries(cluster: Resource) -> Verdict:
    mode = _mode(cluster)
    return (passed if mode == "API" else failed)(f"the authentication mode is {mode}")


@check(
    "aws.eks.cluster.creator_visible",
    on=CLUSTER,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Creator of the cluster is no hidden administrator",
    risk="Whoever made the cluster administers it for ever, and no list shows it.",
    fix="aws eks update-cluster-config --name {name} --region {region} --access-config"
    " authenticationMode=API_AND_CONFIG_MAP, then remove the access entry of the creator",
)
@settled("cluster")
def creator_visible(cluster: Resource) -> Verdict:
    # Without access entries there is no other way than to make the creator an administrator.
    if _mode(cluster) == BY_MAP:
        return failed("the creator is an administrator that no access entry shows")
    made = (cluster["cluster"].get("accessConfig") or {}).get("bootstrapClusterCreatorAdminPermissions")
    return passed("what the creator may do stands in an access entry" if made else "the creator was given no rights")


@check(
    "aws.eks.cluster.administrators_few",
    on=CLUSTER,
    control="access.administrators",
    severity=Severity.LOW,
    title="Few principals administer the cluster",
    risk="Each of them, taken over, gives away every secret and workload of the cluster.",
    fix="aws eks disassociate-access-policy --cluster-name {name} --region {region} --principal-arn PRINCIPAL --policy-arn"
    " arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy, and give narrower policies",
)
@settled("cluster")
def administrators_few(cluster: Resource, inventory: Inventory) -> Verdict:
    if _mode(cluster) == BY_MAP:
        return skipped("the cluster has no access entries")
    own = within(cluster, "access-entry")
    entries = [each for each in inventory.all(ENTRY, region=cluster.region) if each.id.startswith(own)]
    count = sum(1 for each in entries if _administers(each))
    return (failed if count > FEW else passed)(f"{count} of {len(entries)} principals administer the cluster")


@check(
    "aws.eks.access_entry.administrator_is_role",
    on=ENTRY,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Administrator of the cluster is a role, not a user",
    risk="A user's access key, once leaked, administers the cluster until somebody notices.",
    fix="Give a role that people assume an access entry, then: aws eks delete-access-entry --region {region}"
    " --cluster-name CLUSTER --principal-arn {name}",
)
def administrator_is_role(entry: Resource) -> Verdict:
    if not _administers(entry):
        return skipped("no administrator")
    kind = entry["item"]["principalArn"].split(":", 5)[-1].partition("/")[0]
    return passed("a role") if kind == "role" else failed(f"the administrator is a {kind}")


@check(
    "aws.eks.access_entry.principal_exists",
    on=ENTRY,
    control="access.unused",
    severity=Severity.LOW,
    title="Access entry is somebody's",
    risk="Entries of roles and users that are gone hide who is really let in.",
    fix="aws eks delete-access-entry --region {region} --cluster-name CLUSTER --principal-arn {name}",
)
def principal_exists(entry: Resource, inventory: Inventory) -> Verdict:
    arn = entry["item"]["principalArn"]
    kind, account = arn.split(":", 5)[-1].partition("/")[0], arn.split(":")[4]
    if account != entry.account or kind not in ("role", "user"):
        return skipped(f"a {kind} of account {account}")
    return passed(f"the {kind} exists") if inventory.get(f"aws.iam.{kind}", arn) else failed(f"no such {kind}")


@check(
    "aws.eks.identity_provider.groups_apart",
    on="aws.eks.identity_provider",
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="Directory cannot put people into Kubernetes's own groups",
    risk="Whoever may name a group system:masters in the directory administers the cluster, whatever its own rules say.",
    fix="aws eks disassociate-identity-provider-config, then associate it anew with a groupsPrefix such as oidc:",
)
@settled("provider")
def groups_apart(provider: Resource) -> Verdict:
    known = provider["provider"]
    if not known.get("groupsClaim"):
        return passed("the directory names no groups")
    prefix = known.get("groupsPrefix")
    if not prefix:
        return failed(f"groups of {known['issuerUrl']} keep the names that they have there")
    return passed(f"groups of {known['issuerUrl']} begin with {prefix}")
