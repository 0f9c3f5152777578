"""Cases of who gets into clusters of AKS, and as whom nodes and pods work."""

from __future__ import annotations

from checks.azure import aks_access as aks
from checks.azure import policy
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.cases_aks import asked, cluster
from tests.checks.azure.sites import IDENTITY, PRINCIPAL, assignment, of_identity

PULL, PUSH = "7f951dda-4ed3-4680-a7ca-43fe172d538d", "8311e382-0749-4cb8-b61a-304f252e45ec"
NODES = {"identityProfile": {"kubeletidentity": {"objectId": PRINCIPAL, "clientId": "c", "resourceId": "/x"}}}
REGISTRY = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/a/providers/Microsoft.ContainerRegistry/registries/r"
)


def role(id: str, name: str, *actions: str) -> Resource:
    """Return a built-in role."""
    said = {"roleName": name, "type": "BuiltInRole", "permissions": [{"actions": list(actions)}], "assignableScopes": ["/"]}
    return resource("azure.rbac.role_definition", f"/x/{id}", item={"id": f"/x/{id}", "name": id, "properties": said})


PULLS = role(PULL, "AcrPull", "Microsoft.ContainerRegistry/registries/pull/read")
PUSHES = role(
    PUSH, "AcrPush", "Microsoft.ContainerRegistry/registries/pull/read", "Microsoft.ContainerRegistry/registries/push/write"
)

CASES = [
    *asked(aks.local_accounts_off, {"disableLocalAccounts": True}, {"disableLocalAccounts": False}),
    *asked(aks.people_of_directory, {"aadProfile": {"managed": True}}, {"aadProfile": None}),
    *asked(aks.rights_of_azure, {"aadProfile": {"enableAzureRBAC": True}}, {"aadProfile": {"enableAzureRBAC": False}}),
    *asked(aks.rbac, {"enableRBAC": True}, {"enableRBAC": False}),
    case(aks.rbac, PASS, item=cluster()),
    case(aks.managed_identity, PASS, item=cluster({"identity": IDENTITY})),
    case(aks.managed_identity, FAIL, item=cluster(servicePrincipalProfile={"clientId": "c"})),
    *asked(
        aks.workload_identities,
        {"oidcIssuerProfile": {"enabled": True}, "securityProfile": {"workloadIdentity": {"enabled": True}}},
        {"oidcIssuerProfile": {"enabled": True}},
    ),
    *of_identity([aks.identity_not_administrator], cluster({"identity": IDENTITY})),
    *of_identity([aks.identity_not_administrator], cluster(**NODES)),
    case(aks.identity_not_administrator, SKIP, item=cluster()),
    case(aks.nodes_only_pull, PASS, item=cluster(**NODES), inventory=[assignment(PULL, REGISTRY), PULLS]),
    case(aks.nodes_only_pull, PASS, item=cluster(**NODES), inventory=[assignment(PUSH, REGISTRY, "other"), PUSHES]),
    case(aks.nodes_only_pull, FAIL, item=cluster(**NODES), inventory=[assignment(PUSH, REGISTRY), PUSHES]),
    case(aks.nodes_only_pull, FAIL, item=cluster(**NODES), inventory=[assignment(policy.CONTRIBUTOR)]),
    case(aks.nodes_only_pull, UNKNOWN, item=cluster(**NODES), inventory=[assignment("nobody-knows")]),
    case(aks.nodes_only_pull, UNKNOWN, item=cluster(**NODES), inventory=[unlisted("azure.rbac.role_assignment")]),
    case(aks.nodes_only_pull, SKIP, item=cluster()),
]
