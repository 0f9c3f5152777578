"""Checks on who administers the directory: standing and eligible assignments of its privileged roles, and their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.azure import rights
from checks.azure.entra_read import GLOBAL_ADMINISTRATOR, PRIVILEGED, TENANT
from checks.azure.read import in_words, is_on, needed, word
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ASSIGNMENT, ELIGIBLE = "azure.entra.directory_role_assignment", "azure.entra.directory_eligible_assignment"
FEWEST, MOST = 2, 4
REMOVE = "DELETE /roleManagement/directory/roleAssignments/{id}"
KINDS = (
    Kind(ASSIGNMENT, "Directory role", REMOVE),
    Kind(
        ELIGIBLE, "Eligible directory role", "Remove the eligible assignment under Privileged Identity Management, Entra roles"
    ),
)
LESSER = "no role that leads to more"

Row = Mapping[str, Any]


def role_of(assignment: Resource) -> str:
    """Return the name of a privileged role, empty for any other."""
    return PRIVILEGED.get(word(assignment["item"].get("roleDefinitionId")), "")


def _who(assignment: Resource) -> str:
    for fact in ("user", "group", "service_principal"):
        known = assignment[fact]
        if isinstance(known, Mapping):
            return str(known.get("userPrincipalName") or known.get("displayName") or known.get("id"))
    return str(assignment["item"].get("principalId"))


@each(
    KINDS,
    "no_guest",
    control="access.external_trust",
    severity=Severity.HIGH,
    title="NOUN with power is of no guest",
    risk="How the guest signs in, and whether he still works there, another organization decides.",
    fix="MODIFY",
)
def no_guest(assignment: Resource) -> Verdict:
    if not (role := role_of(assignment)):
        return skipped(LESSER)
    user = assignment["user"]
    if not isinstance(user, Mapping):
        return skipped("no user")
    name = _who(assignment)
    return failed(f"{name} is {role}") if rights.is_guest(user) else passed(f"{name} is a member")


@each(
    KINDS,
    "cloud_only",
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="NOUN with power is of an account of the cloud",
    risk="Who owns the directory on premises sets the administrator's password, and owns the tenant.",
    fix="MODIFY, and give it to an account that is not synchronized",
)
def cloud_only(assignment: Resource) -> Verdict:
    if not (role := role_of(assignment)):
        return skipped(LESSER)
    known = assignment["user"] or assignment["group"]
    if not isinstance(known, Mapping):
        return skipped("neither a user nor a group")
    name = _who(assignment)
    synchronized = is_on(known.get("onPremisesSyncEnabled"))
    return failed(f"{name}, who is {role}, is synchronized") if synchronized else passed(f"{name} is of the cloud")


@each(
    KINDS,
    "no_application",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN with power is of no application",
    risk="Whoever finds its secret, or owns the application, administers the tenant without a second factor.",
    fix="MODIFY, and give single permissions of Microsoft Graph instead",
)
def no_application(assignment: Resource) -> Verdict:
    if not (role := role_of(assignment)):
        return skipped(LESSER)
    if not isinstance(assignment["service_principal"], Mapping):
        return passed("of no application")
    return failed(f"{_who(assignment)} is {role}")


@each(
    KINDS,
    "account_enabled",
    control="access.unused",
    severity=Severity.MEDIUM,
    title="NOUN is of an account that is not disabled",
    risk="Whoever enables the account again, or takes it over, has its rights at once.",
    fix="MODIFY",
)
def account_enabled(assignment: Resource) -> Verdict:
    known = assignment["user"] or assignment["service_principal"]
    if not isinstance(known, Mapping):
        return skipped("no account")
    name = _who(assignment)
    enabled = needed(known.get("accountEnabled"), f"whether {name} is enabled")
    return passed(f"{name} is enabled") if enabled else failed(f"{name} is disabled")


CHECKS = (no_guest, cloud_only, no_application, account_enabled)


@check(
    f"{TENANT}.global_administrators_few",
    on=TENANT,
    control="access.administrators",
    severity=Severity.HIGH,
    title=f"Tenant has {FEWEST} to {MOST} Global Administrators",
    risk="With many, one of them falls; with a single one, nobody is left when he does.",
    fix="DELETE /roleManagement/directory/roleAssignments/ID for those who need less, or assign another",
    cis=("v3:2.26",),
)
def global_administrators_few(_tenant: Resource, inventory: Inventory) -> Verdict:
    held = [each for kind in (ASSIGNMENT, ELIGIBLE) for each in inventory.all(kind)]
    found = [each for each in held if word(each["item"].get("roleDefinitionId")) == GLOBAL_ADMINISTRATOR]
    people = {str(each["item"].get("principalId")) for each in found}
    if len(people) > MOST:
        return failed(f"{len(people)} are")
    if groups := {_who(each) for each in found if isinstance(each["group"], Mapping)}:
        return unknown(f"how many are in the group {in_words(groups)} is not known here")
    return failed(f"{len(people) or 'nobody'} is") if len(people) < FEWEST else passed(f"{len(people)} are")


@check(
    f"{TENANT}.administration_activated",
    on=TENANT,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Administrators of the tenant activate their role when needed",
    risk="A stolen session of an administrator administers at once, at any hour.",
    fix="Make users eligible for the role under Privileged Identity Management, and delete their standing assignments",
)
def administration_activated(_tenant: Resource, inventory: Inventory) -> Verdict:
    if not any(True for _ in inventory.all(ELIGIBLE)):
        return skipped("nobody is eligible for anything: eligible roles are not in use")
    standing = [each for each in inventory.all(ASSIGNMENT) if role_of(each) and isinstance(each["user"], Mapping)]
    names = {_who(each) for each in standing}
    # Two accounts must get in when nothing else works.
    return (
        failed(f"{in_words(names)} administer without activation")
        if len(names) > FEWEST
        else passed(f"{len(names)} may at once")
    )
