"""How checks read grants: the assignments and roles of an account, and what the directory says of a principal.

An assignment made above a subscription stands in the tenant's account, too, and is judged there once; where rights add up,
it counts in each subscription that it reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checks.azure import policy
from checks.azure.policy import Denial, Grant, Level, Permission, Role, Roles, plain
from checks.azure.roles import STEPS, steps
from scanner.model import Inventory, Resource, Verdict, skipped

ASSIGNMENT, ELIGIBLE, DEFINITION = (
    "azure.rbac.role_assignment",
    "azure.rbac.eligible_assignment",
    "azure.rbac.role_definition",
)
DENIAL, CLASSIC = "azure.rbac.deny_assignment", "azure.rbac.classic_administrator"
SUBSCRIPTION = "azure.subscription.subscription"
ABOVE = "made above the subscription, and judged with the tenant"
WORKLOADS = frozenset({"serviceprincipal"})

# Roles that other tenants' delegations name, too: their definitions need not be listed where nobody else holds them.
# Source: Azure RBAC documentation, "Azure built-in roles for Privileged" and "General".
_CONTRIBUTORS = Permission(
    ("*",),
    (
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
        "Microsoft.Blueprint/blueprintAssignments/write",
        "Microsoft.Blueprint/blueprintAssignments/delete",
        "Microsoft.Compute/galleries/share/action",
    ),
)
KNOWN: Mapping[str, Role] = {
    each.id: each
    for each in (
        Role(policy.OWNER, "Owner", False, (Permission(("*",)),)),
        Role(policy.CONTRIBUTOR, "Contributor", False, (_CONTRIBUTORS,)),
        Role(
            policy.ACCESS_ADMINISTRATOR,
            "User Access Administrator",
            False,
            (Permission(("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*")),),
        ),
        Role("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", False, (Permission(("*/read",)),)),
    )
}


def roles(inventory: Inventory) -> Roles:
    """Return what gives a role by the last part of its id; each is looked for once, and not before it is asked for."""
    read: dict[str, Role | None] = {}

    def role(id: str) -> Role | None:
        if id not in read:
            found = next(iter(inventory.where(DEFINITION, "item.name", id)), None) or _spelled_otherwise(inventory, id)
            read[id] = policy.role(found["item"]) if found else KNOWN.get(id)
        return read[id]

    return role


def _spelled_otherwise(inventory: Inventory, id: str) -> Resource | None:
    return next((each for each in inventory.all(DEFINITION) if policy.last(each.id) == id), None)


def standing(inventory: Inventory) -> list[Grant]:
    """Return the grants that hold now, without activation."""
    return [policy.grant(each["item"]) for each in inventory.all(ASSIGNMENT)]


def eligible(inventory: Inventory) -> list[Grant]:
    """Return the grants that their holders may activate; none where the tenant has no licence for that."""
    return [policy.grant(each["item"], eligible=True) for each in inventory.all(ELIGIBLE)]


def denials(inventory: Inventory) -> list[Denial]:
    return [policy.denial(each["item"]) for each in inventory.all(DENIAL)]


def who_can(inventory: Inventory, action: str, scope: str, *, data: bool = False) -> dict[str, bool]:
    """Return who may do *action* at *scope*, by object id, and whether that is certain. Activated roles count."""
    given = [*standing(inventory), *eligible(inventory)]
    return policy.who_can(action, plain(scope), given, roles(inventory), denials(inventory), data=data)


def grant_of(assignment: Resource) -> Grant:
    return policy.grant(assignment["item"], eligible=assignment.type == ELIGIBLE)


def made_here(assignment: Resource, given: Grant) -> bool:
    """Tell whether an assignment is judged in the account that it stands in.

    Who is eligible above a subscription is only listed in subscriptions, and is judged in each.
    """
    if given.level < Level.MANAGEMENT_GROUP or assignment.type == ELIGIBLE:
        return True
    tenant = plain(assignment["item"].get("tenantId"))
    return not tenant or assignment.account.lower() == tenant


def name_of(role: Role | None, given: Grant) -> str:
    return role.name if role else f"role {given.role}"


def where(given: Grant) -> str:
    """Return in words where a grant holds."""
    if given.level is Level.ROOT:
        return "the whole tenant"
    kind = given.level.name.lower().replace("_", " ")
    return f"the {kind} {given.scope.rpartition('/')[2]}"


def who(assignment: Resource, given: Grant) -> str:
    """Return how people call the principal, or its id."""
    for fact in ("user", "group", "service_principal"):
        known = assignment[fact]
        if isinstance(known, Mapping):
            return str(known.get("userPrincipalName") or known.get("displayName") or given.principal)
    return given.principal


def is_guest(user: Mapping[str, Any]) -> bool:
    """Tell whether somebody is of another directory."""
    return str(user.get("userType") or "").lower() == "guest" or "#ext#" in str(user.get("userPrincipalName") or "").lower()


def ways_up(role: Role, given: Grant, ways: Mapping[str, Iterable[str]] = STEPS) -> list[str]:
    """Return the ways to more rights that a grant certainly opens."""
    return steps(lambda action: policy.may(given, role, action), ways)


def certain(role: Role, ways: Mapping[str, Iterable[str]] = STEPS) -> list[str]:
    """Return the ways to more rights that a role opens whatever it is granted on."""
    return steps(role.holds, ways)


def here(judge: Callable[[Grant, Roles], Verdict]) -> Callable[[Resource, Inventory], Verdict]:
    """Make *judge* of a grant a check's of an assignment, which skips those that are judged elsewhere."""

    def judged(assignment: Resource, inventory: Inventory) -> Verdict:
        given = grant_of(assignment)
        return judge(given, roles(inventory)) if made_here(assignment, given) else skipped(ABOVE)

    return judged
