"""Ways from some rights on Azure to more, and the actions that each takes.

Nothing is said here of what a role holds: its definition tells. The ways up are those that are published as the abuse of
Azure roles (SpecterOps' BloodHound, NetSPI's "Azure privilege escalation"); the actions are those that Azure RBAC's
documentation lists under "Azure permissions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from checks.azure.policy import GRANT

ASSIGN_IDENTITY = "microsoft.managedidentity/userassignedidentities/assign/action"

# Each lets its holder become an administrator of the scope.
ADMINISTRATION: Mapping[str, tuple[str, ...]] = {
    "grant itself any role": (GRANT,),
    "make itself eligible for any role": ("microsoft.authorization/roleeligibilityschedulerequests/write",),
    "activate any role for itself": ("microsoft.authorization/roleassignmentschedulerequests/write",),
    "widen a custom role that it holds": ("microsoft.authorization/roledefinitions/write",),
    "let another tenant in": ("microsoft.managedservices/registrationassignments/write",),
}
# Each lets its holder work as somebody else: as the identity of what runs there.
TAKEOVER: Mapping[str, tuple[str, ...]] = {
    "let tokens from outside in as a managed identity": (
        "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials/write",
    ),
    "start a machine as any managed identity": ("microsoft.compute/virtualmachines/write", ASSIGN_IDENTITY),
    "run a deployment script as any managed identity": ("microsoft.resources/deploymentscripts/write", ASSIGN_IDENTITY),
    "run a container as any managed identity": ("microsoft.containerinstance/containergroups/write", ASSIGN_IDENTITY),
    "run commands in machines": ("microsoft.compute/virtualmachines/runcommand/action",),
    "leave commands to machines": ("microsoft.compute/virtualmachines/runcommands/write",),
    "put an extension with any script on machines": ("microsoft.compute/virtualmachines/extensions/write",),
    "run commands in machines of scale sets": ("microsoft.compute/virtualmachinescalesets/virtualmachines/runcommand/action",),
    "run commands in clusters": ("microsoft.containerservice/managedclusters/runcommand/action",),
    "take a cluster's administrator credential": (
        "microsoft.containerservice/managedclusters/listclusteradmincredential/action",
    ),
    "run commands in containers": ("microsoft.containerinstance/containergroups/containers/exec/action",),
    "run its own runbook": (
        "microsoft.automation/automationaccounts/runbooks/draft/writecontent/action",
        "microsoft.automation/automationaccounts/runbooks/publish/action",
        "microsoft.automation/automationaccounts/jobs/write",
    ),
    "change what a workflow does": ("microsoft.logic/workflows/write",),
    "deploy to web apps and functions with their own password": ("microsoft.web/sites/publishxml/action",),
    "read a vault's secrets by admitting itself": ("microsoft.keyvault/vaults/accesspolicies/write",),
}
STEPS: Mapping[str, tuple[str, ...]] = {**ADMINISTRATION, **TAKEOVER}

Holds = Callable[[str], bool | None]


def steps(holds: Holds, ways: Mapping[str, Iterable[str]] = STEPS) -> list[str]:
    """Return the ways up that are certainly open to who *holds* actions."""
    return [way for way, needed in ways.items() if all(holds(action) is True for action in needed)]
