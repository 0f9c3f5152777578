"""Who may do what on Azure: role assignments that reach the scope, less what deny assignments take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.azure import policy, rights
from checks.azure.entra_read import TENANT
from checks.azure.policy import Grant, plain
from scanner.evaluation.entitlement import Entitlements, Holder, Question, others
from scanner.model import Inventory, UnreadError

UNSURE = "; a condition, an activation, a deny assignment or an unlisted role is not decided"


def who_can(inventory: Inventory, question: Question, when: datetime) -> Iterator[Holder]:  # noqa: ARG001 -- a WhoCan
    """Yield who may do an action on one resource, or on the account's subscription; data actions are told by their name.

    Principals are object ids, with the name that the directory knows. Groups are named, not their members.
    """
    action, scope = question.action, plain(question.resource) or _whole(inventory)
    data = _of_data(inventory, action)
    roles = rights.roles(inventory)
    named = _names(inventory)
    given = [*rights.standing(inventory), *rights.eligible(inventory)]
    for id, sure in policy.who_can(action, scope, given, roles, rights.denials(inventory), data=data).items():
        through = sorted({_said(each, roles) for each in given if _reaches(each, id, scope)})
        yield Holder(f"{named[id]} ({id})" if id in named else id, sure, ", ".join(through) + ("" if sure else UNSURE))
    if not question.resource:
        yield others("what is granted on groups and single resources below is told when one is asked for")
    if data:
        yield others("keys, shared access signatures and access policies of the resource let in more than roles do")


def _whole(inventory: Inventory) -> str:
    """Return the account's own scope: a subscription, or the tenant's root, which has none."""
    try:
        found = next(iter(inventory.all(rights.SUBSCRIPTION)), None)
    except UnreadError:
        if not list(inventory.all(TENANT)):
            raise
        found = None
    return plain(found.id) if found else "/"


def _of_data(inventory: Inventory, action: str) -> bool:
    """Tell whether *action* is one of data: a role names it, or one like it, among its data actions."""
    definitions = (policy.role(each["item"]) for each in inventory.all(rights.DEFINITION))
    blocks = [block for role in definitions for block in role.permissions if "*" not in block.data]
    return any(block.names(action, data=True) for block in blocks)


def _names(inventory: Inventory) -> dict[str, str]:
    assigned = ((each, rights.grant_of(each)) for each in inventory.all(rights.ASSIGNMENT))
    named = ((given.principal, rights.who(each, given)) for each, given in assigned)
    return {id: name for id, name in named if name != id}


def _reaches(given: Grant, principal: str, scope: str) -> bool:
    return given.principal == principal and policy.covers(given.scope, scope)


def _said(given: Grant, roles: policy.Roles) -> str:
    held = rights.name_of(roles(given.role), given)
    return f"{held} on {rights.where(given)}" + (", once activated" if given.eligible else "")


ENTITLEMENTS = Entitlements("azure", "Microsoft.Storage/storageAccounts/read", who_can)
