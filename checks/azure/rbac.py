"""Checks on roles that the customer made, on assignments by what they grant, and on classic administrators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from checks.azure import policy, rights
from checks.azure.policy import Grant, Level, Role, Roles
from checks.azure.read import in_words
from checks.azure.rights import ASSIGNMENT, CLASSIC, DEFINITION, ELIGIBLE
from checks.azure.roles import ADMINISTRATION, TAKEOVER
from checks.times import time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

UPDATE = "az role definition update --role-definition ROLE.json, without the actions, for the role {name}"
REMOVE = "az role assignment delete --ids {id}"
BUILT_IN = "made by Microsoft"


def _custom(definition: Resource) -> Role | None:
    role = policy.role(definition["item"])
    return role if role.custom else None


def _widest(role: Role) -> Level:
    return max((policy.level(scope) for scope in role.scopes), default=Level.RESOURCE)


def _first(ways: list[str]) -> str:
    more = f", and {len(ways) - 3} more ways" if len(ways) > 3 else ""
    return f"{'; '.join(ways[:3])}{more}"


@check(
    "azure.rbac.role_definition.no_custom_owner",
    on=DEFINITION,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Custom role does not administer a whole subscription",
    risk="Reviews that count owners miss those who hold the same rights under another name.",
    fix=UPDATE,
    cis=("v6:5.4", "v3:2.23"),
)
def no_custom_owner(definition: Resource) -> Verdict:
    role = _custom(definition)
    if role is None:
        return skipped(BUILT_IN)
    if _widest(role) < Level.SUBSCRIPTION:
        return passed("it is not assigned to a whole subscription")
    if role.everything or (any("*" in each.actions for each in role.permissions) and role.holds(policy.GRANT) is True):
        return failed("it holds every action, as Owner does")
    return passed("it doesn't hold every action")


def _escalation(definition: Resource, ways: Mapping[str, Iterable[str]]) -> Verdict:
    role = _custom(definition)
    if role is None:
        return skipped(BUILT_IN)
    found = rights.certain(role, ways)
    return failed(f"its holder can {_first(found)}") if found else passed("no known way")


@check(
    "azure.rbac.role_definition.no_escalation",
    on=DEFINITION,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Custom role does not let its holder make itself an owner",
    risk="A holder of few rights gives itself all of them.",
    fix=UPDATE,
)
def no_escalation(definition: Resource) -> Verdict:
    return _escalation(definition, ADMINISTRATION)


@check(
    "azure.rbac.role_definition.no_takeover",
    on=DEFINITION,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Custom role does not let its holder work as other identities",
    risk="Its holder runs code as whatever identity the machine, app or job has, and has that one's rights.",
    fix=UPDATE,
)
def no_takeover(definition: Resource) -> Verdict:
    return _escalation(definition, TAKEOVER)


@check(
    "azure.rbac.role_definition.data_named",
    on=DEFINITION,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Custom role names the data that it opens",
    risk="A holder reads and changes the data of every service, of those that are added later, too.",
    fix=UPDATE,
)
def data_named(definition: Resource) -> Verdict:
    role = _custom(definition)
    if role is None:
        return skipped(BUILT_IN)
    wide = [each for block in role.permissions for each in block.data if set(each.partition("/")[0]) == {"*"}]
    return failed(f"it opens {in_words(wide)}") if wide else passed("it opens no data of all services")


@check(
    "azure.rbac.role_definition.assigned",
    on=DEFINITION,
    control="access.unused",
    severity=Severity.LOW,
    title="Custom role is assigned to somebody",
    risk="A role that nobody reviews is there for whoever finds it useful.",
    fix="az role definition delete --name {name}",
)
def assigned(definition: Resource, inventory: Inventory) -> Verdict:
    role = _custom(definition)
    if role is None:
        return skipped(BUILT_IN)
    if any(each.role == role.id for each in (*rights.standing(inventory), *rights.eligible(inventory))):
        return passed("it is assigned")
    here = f"/subscriptions/{definition.account.lower()}"
    if not all(policy.covers(here, scope) for scope in role.scopes):
        return skipped("it may be assigned in other subscriptions")
    return failed("nobody holds it, for good or to be activated")


@check(
    "azure.rbac.role_assignment.access_administration_restricted",
    on=ASSIGNMENT,
    control="access.administrators",
    severity=Severity.HIGH,
    title="User Access Administrator is not held on a subscription or above",
    risk="Its holder gives himself and others any role; at the root, in every subscription of the tenant.",
    fix=REMOVE,
    cis=("v6:5.3.3",),
)
def access_administration_restricted(assignment: Resource) -> Verdict:
    given = rights.grant_of(assignment)
    if not rights.made_here(assignment, given):
        return skipped(rights.ABOVE)
    if given.role != policy.ACCESS_ADMINISTRATOR:
        return skipped("another role")
    if given.level < Level.SUBSCRIPTION:
        return passed(f"held on {rights.where(given)} only")
    if policy.administers(given, rights.KNOWN[given.role]) is False:
        return passed("a condition keeps it from assigning Owner")
    return failed(f"held on {rights.where(given)}")


def _is_owner(role: Role) -> bool:
    return role.id in (policy.OWNER, policy.ACCESS_ADMINISTRATOR) or role.everything


@check(
    "azure.rbac.role_assignment.delegation_limited",
    on=ASSIGNMENT,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Who may assign roles may not assign Owner",
    risk="Somebody who was to hand out a few roles makes himself an owner.",
    fix="az role assignment update --role-assignment FILE, with a condition on the roles that may be assigned, for {id}",
)
@rights.here
def delegation_limited(given: Grant, roles: Roles) -> Verdict:
    role = roles(given.role)
    if role is None:
        return unknown(f"what the {rights.name_of(role, given)} holds is not shown")
    if _is_owner(role) or role.holds(policy.GRANT) is False:
        return skipped("the role administers everything, or assigns nothing")
    said = [
        policy.may_assign(given, role, each) for each in (policy.OWNER, policy.ACCESS_ADMINISTRATOR, policy.RBAC_ADMINISTRATOR)
    ]
    if True in said:
        return failed(f"{role.name} on {rights.where(given)} assigns any role")
    return unknown("its condition hangs on more than the role") if None in said else passed("its condition names the roles")


@check(
    "azure.rbac.role_assignment.no_wide_workload_owner",
    on=ASSIGNMENT,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="No application or managed identity administers a subscription",
    risk="Whoever finds its secret, or gets code to run with its identity, owns the subscription, without a second factor.",
    fix=REMOVE,
)
@rights.here
def no_wide_workload_owner(given: Grant, roles: Roles) -> Verdict:
    if given.kind not in rights.WORKLOADS:
        return skipped("no application")
    if given.level < Level.SUBSCRIPTION:
        return passed(f"it holds rights on {rights.where(given)} only")
    said = policy.administers(given, role := roles(given.role))
    if said is None:
        return unknown(f"whether {rights.name_of(role, given)} administers cannot be told")
    return failed(f"it is {rights.name_of(role, given)} of {rights.where(given)}") if said else passed("it doesn't administer")


@check(
    "azure.rbac.role_assignment.not_at_root",
    on=ASSIGNMENT,
    control="access.administrators",
    severity=Severity.HIGH,
    title="No role that can be turned into more is held on the whole tenant",
    risk="One account that falls takes every subscription with it.",
    fix=REMOVE,
)
@rights.here
def not_at_root(given: Grant, roles: Roles) -> Verdict:
    if given.level < Level.ROOT or given.role == policy.ACCESS_ADMINISTRATOR:
        return skipped("not held on the whole tenant")
    role = roles(given.role)
    if role is None:
        return unknown(f"what the {rights.name_of(role, given)} holds is not shown")
    found = rights.ways_up(role, given)
    return failed(f"as {role.name}, its holder can {_first(found)}") if found else passed(f"{role.name} opens no known way")


@check(
    "azure.rbac.eligible_assignment.ends",
    on=ELIGIBLE,
    control="access.administrators",
    severity=Severity.LOW,
    title="Eligibility to administer ends on some day",
    risk="Who changed to another team still makes himself an owner whenever he likes.",
    fix="Set an end for the eligible assignment {id} under Privileged Identity Management, Azure resources",
)
def ends(assignment: Resource, inventory: Inventory, now: datetime) -> Verdict:
    given = rights.grant_of(assignment)
    said = policy.administers(given, role := rights.roles(inventory)(given.role))
    if said is None:
        return unknown(f"whether {rights.name_of(role, given)} administers cannot be told")
    if not said:
        return skipped("it doesn't administer")
    end = time_of(assignment["item"]["properties"].get("endDateTime"))
    if end is None:
        return failed(f"eligible as {rights.name_of(role, given)} of {rights.where(given)} without an end")
    return passed(f"until {end.date()}" if end > now else "it has ended")


@check(
    "azure.rbac.classic_administrator.none_left",
    on=CLASSIC,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="No classic administrator is left",
    risk="Where they still count they are owners whom no review of role assignments shows.",
    fix="Remove {name} under the subscription's Access control (IAM), Classic administrators",
)
def none_left(administrator: Resource) -> Verdict:
    named = str((administrator["item"].get("properties") or {}).get("role") or "")
    held = {each.strip().lower() for each in named.split(";")} - {"accountadministrator", ""}
    if not held and named:
        return passed("it pays the subscription's bills only")
    return failed(f"is {named}" if named else "is listed without a role")
