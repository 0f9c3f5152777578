"""Checks on whom rights are granted to: does he still exist, is he of ours, does he sign in with a second factor.

They hold for standing and for eligible assignments alike. What the directory says of a principal comes with the assignment.
"""

from __future__ import annotations

from collections.abc import Mapping

from checks.azure import policy, rights
from checks.azure.policy import Grant, Role
from checks.azure.read import needed
from checks.azure.rights import ASSIGNMENT, ELIGIBLE
from checks.kinds import Kind, each
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

KINDS = (
    Kind(ASSIGNMENT, "Role assignment", "az role assignment delete --ids {id}"),
    Kind(ELIGIBLE, "Eligible assignment", "Remove the eligible assignment {id} under Privileged Identity Management"),
)
# Of a group of another directory, and of a device, no list of ours tells.
LISTED = {"user": "user", "group": "group", "serviceprincipal": "service_principal"}
LOGINS = ("Microsoft.Compute/virtualMachines/login/action", "Microsoft.Compute/virtualMachines/loginAsAdmin/action")
DATA = (
    "Microsoft.KeyVault/vaults/secrets/getSecret/action",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
)


def _power(given: Grant, role: Role) -> str:
    """Return what a grant lets its holder do that needs care, in words; empty where nothing does."""
    if ways := rights.ways_up(role, given):
        return ways[0]
    if any(policy.may(given, role, action, data=True) is True for action in LOGINS):
        return "sign in to machines"
    return "read secrets or files" if any(policy.may(given, role, action, data=True) is True for action in DATA) else ""


@each(
    KINDS,
    "principal_exists",
    control="access.unused",
    severity=Severity.LOW,
    title="NOUN is of somebody who exists",
    risk="Nobody knows any more whose rights these are; what is listed in vain hides what is not.",
    fix="MODIFY",
)
def principal_exists(assignment: Resource) -> Verdict:
    given = rights.grant_of(assignment)
    if not rights.made_here(assignment, given):
        return skipped(rights.ABOVE)
    known = {kind: assignment[fact] for kind, fact in LISTED.items()}
    if any(known.values()):
        return passed(rights.who(assignment, given))
    if given.kind not in LISTED:
        return skipped("of another directory, or of a kind that is not listed")
    return failed(f"{given.principal} is no {given.kind} of the tenant any more")


@each(
    KINDS,
    "account_enabled",
    control="access.unused",
    severity=Severity.MEDIUM,
    title="NOUN is of an account that is not disabled",
    risk="Whoever enables the account again, or takes it over, has its rights at once.",
    fix="MODIFY",
    cis=("v6:5.3.5",),
)
def account_enabled(assignment: Resource) -> Verdict:
    given = rights.grant_of(assignment)
    if not rights.made_here(assignment, given):
        return skipped(rights.ABOVE)
    known = assignment["user"] or assignment["service_principal"]
    if not isinstance(known, Mapping):
        return skipped("no account of the tenant")
    name = rights.who(assignment, given)
    enabled = needed(known.get("accountEnabled"), f"whether {name} is enabled")
    return passed(f"{name} is enabled") if enabled else failed(f"{name} is disabled")


@each(
    KINDS,
    "no_guest_with_power",
    control="access.external_trust",
    severity=Severity.HIGH,
    title="NOUN gives no guest rights that lead to more",
    risk="How the guest signs in, and whether he still works there, another organization decides.",
    fix="MODIFY",
)
def no_guest_with_power(assignment: Resource, inventory: Inventory) -> Verdict:
    given = rights.grant_of(assignment)
    if not rights.made_here(assignment, given):
        return skipped(rights.ABOVE)
    user = assignment["user"]
    if not isinstance(user, Mapping) or not rights.is_guest(user):
        return skipped("no guest")
    role = rights.roles(inventory)(given.role)
    if role is None:
        return unknown(f"what the {rights.name_of(role, given)} holds is not shown")
    name, power = rights.who(assignment, given), _power(given, role)
    return (
        failed(f"{name}, as {role.name}, can {power}") if power else passed(f"{name} is {role.name} of {rights.where(given)}")
    )


@each(
    KINDS,
    "second_factor",
    control="identity.mfa",
    severity=Severity.HIGH,
    title="NOUN with power is of somebody with a second factor",
    risk="A guessed password is enough to run machines, read secrets or become an owner.",
    fix="Require multifactor authentication by a conditional access policy, and let the user register a method",
    cis=("v6:3.1.1",),
)
def second_factor(assignment: Resource, inventory: Inventory) -> Verdict:
    given = rights.grant_of(assignment)
    if not rights.made_here(assignment, given):
        return skipped(rights.ABOVE)
    user = assignment["user"]
    if not isinstance(user, Mapping) or user.get("accountEnabled") is False:
        return skipped("no user who may sign in")
    role = rights.roles(inventory)(given.role)
    if role is None:
        return unknown(f"what the {rights.name_of(role, given)} holds is not shown")
    power = _power(given, role)
    return _factor(assignment, rights.who(assignment, given), power) if power else skipped("no rights that lead to more")


def _factor(assignment: Resource, name: str, power: str) -> Verdict:
    registered = assignment["registration"]
    if registered is None:
        return unknown(f"no report of second factors names {name}: it takes a licence of Entra ID P1")
    if registered.get("isMfaCapable") is True:
        return passed(f"{name} has one")
    return failed(f"{name} can {power}, and has none")


CHECKS = (principal_exists, account_enabled, no_guest_with_power, second_factor)
