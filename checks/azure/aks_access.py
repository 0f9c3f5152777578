"""Checks on who gets into clusters of AKS, and as whom their nodes and pods work."""

from __future__ import annotations

from checks.azure import policy, rights, workloads
from checks.azure.aks_read import CLUSTER, UPDATE, settled
from checks.azure.read import in_words, is_on, prop, word
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

PUSH = "microsoft.containerregistry/registries/push/write"


@check(
    f"{CLUSTER}.local_accounts_off",
    on=CLUSTER,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Cluster has no accounts of its own",
    risk="Its administrator's certificate names nobody, passes every second factor, and cannot be taken back.",
    fix=UPDATE + "--disable-local-accounts",
)
@settled
def local_accounts_off(cluster: Resource) -> Verdict:
    off = is_on(prop(cluster, "disableLocalAccounts"))
    return passed("local accounts are off") if off else failed("local accounts are on")


@check(
    f"{CLUSTER}.people_of_directory",
    on=CLUSTER,
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="People sign in to the cluster with Entra ID",
    risk="Who leaves keeps his access, and nobody is asked for a second factor.",
    fix=UPDATE + "--enable-aad --aad-admin-group-object-ids GROUP",
    cis=("aks-v1:5.5.1",),
)
@settled
def people_of_directory(cluster: Resource) -> Verdict:
    return passed("Entra ID") if prop(cluster, "aadProfile") else failed("no directory")


@check(
    f"{CLUSTER}.rights_of_azure",
    on=CLUSTER,
    control="access.groups",
    severity=Severity.LOW,
    title="Rights in the cluster are given by roles of Azure",
    risk="Bindings inside the cluster are reviewed by nobody, and outlive the people they name.",
    fix=UPDATE + "--enable-azure-rbac",
    cis=("aks-v1:5.5.2",),
)
@settled
def rights_of_azure(cluster: Resource) -> Verdict:
    on = is_on(prop(cluster, "aadProfile.enableAzureRBAC"))
    return passed("Azure RBAC decides") if on else failed("only bindings inside the cluster decide")


@check(
    f"{CLUSTER}.rbac",
    on=CLUSTER,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Cluster asks what its callers may do",
    risk="Whoever gets in, each pod too, does everything.",
    fix="Create the cluster anew: RBAC cannot be switched on later",
)
@settled
def rbac(cluster: Resource) -> Verdict:
    # Source: REST API: RBAC is on where nothing is said.
    return failed("RBAC is off") if word(prop(cluster, "enableRBAC")) == "false" else passed("RBAC is on")


@check(
    f"{CLUSTER}.managed_identity",
    on=CLUSTER,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Cluster works as a managed identity",
    risk="The password of its service principal lies on every node, and the cluster stands still when it expires.",
    fix=UPDATE + "--enable-managed-identity",
)
@settled
def managed_identity(cluster: Resource) -> Verdict:
    return workloads.identified(cluster["item"].get("identity"))


@check(
    f"{CLUSTER}.workload_identities",
    on=CLUSTER,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Pods of the cluster can have identities of their own",
    risk="Pods take the rights of their node, or carry keys: one of them broken into gives away what all of them may do.",
    fix=UPDATE + "--enable-oidc-issuer --enable-workload-identity",
    cis=("aks-v1:5.2.1",),
)
@settled
def workload_identities(cluster: Resource) -> Verdict:
    parts = {
        "its issuer": prop(cluster, "oidcIssuerProfile.enabled"),
        "Workload Identity": prop(cluster, "securityProfile.workloadIdentity.enabled"),
    }
    off = [name for name, value in parts.items() if not is_on(value)]
    return failed(f"off: {in_words(off)}") if off else passed("Workload Identity is on")


def _kubelet(cluster: Resource) -> object:
    return prop(cluster, "identityProfile.kubeletidentity")


@check(
    f"{CLUSTER}.identity_not_administrator",
    on=CLUSTER,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Cluster's and nodes' identities administer nothing",
    risk="Every pod that reaches the node's metadata administers what the role stands for.",
    fix="az role assignment delete --assignee IDENTITY --role ROLE --scope SCOPE; grant a narrower one",
)
@settled
def identity_not_administrator(cluster: Resource, inventory: Inventory) -> Verdict:
    return workloads.narrow(workloads.principals(cluster["item"].get("identity"), _kubelet(cluster)), inventory)


@check(
    f"{CLUSTER}.nodes_only_pull",
    on=CLUSTER,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Nodes may pull images, and not push any",
    risk="From one node, broken into, the images of all clusters can be swapped.",
    fix="az role assignment create --assignee IDENTITY --role AcrPull --scope REGISTRY, and delete the wider one",
    cis=("aks-v1:5.1.3",),
)
@settled
def nodes_only_pull(cluster: Resource, inventory: Inventory) -> Verdict:
    held, role = workloads.principals(_kubelet(cluster)), rights.roles(inventory)
    if not held:
        return skipped("its nodes have no identity")
    given = [each for each in rights.standing(inventory) if each.principal in held]
    said = [(rights.name_of(role(each.role), each), policy.may(each, role(each.role), PUSH)) for each in given]
    if wide := [name for name, may in said if may]:
        return failed(f"nodes hold {in_words(wide)}")
    unsure = [name for name, may in said if may is None]
    return unknown(f"nodes hold {in_words(unsure)}") if unsure else passed(f"{len(given)} role(s), none of which pushes")
