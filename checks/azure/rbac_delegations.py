"""Checks on other tenants that are let in: Azure Lighthouse. No role assignment tells of these rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.azure import policy, rights
from checks.azure.policy import Grant
from checks.azure.read import in_words
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, unknown

DELEGATION, DEFINITION = "azure.rbac.delegation", "azure.rbac.delegation_definition"

Row = Mapping[str, Any]


def _properties(resource: Resource) -> Row:
    return resource["item"].get("properties") or {}


def _definition(delegation: Resource, inventory: Inventory) -> Resource | None:
    wanted = policy.plain(_properties(delegation).get("registrationDefinitionId"))
    return inventory.get(DEFINITION, wanted)


def _lasting(rows: object, scope: str) -> Iterator[Grant]:
    """Yield the grants of a list of authorizations, but for those that only hand out roles which are named."""
    for row in rows if isinstance(rows, list) else ():
        if not row.get("delegatedRoleDefinitionIds"):
            yield Grant(policy.plain(row.get("principalId")), "", policy.last(row.get("roleDefinitionId")), scope)


@check(
    "azure.rbac.delegation.narrow",
    on=DELEGATION,
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Another tenant holds no lasting rights that lead to more",
    risk="Whoever breaks into the managing tenant works here with its rights, and no user of this tenant shows it.",
    fix="az managedservices assignment delete --assignment {id}, and offer narrower roles, or eligible ones, instead",
)
def narrow(delegation: Resource, inventory: Inventory) -> Verdict:
    definition = _definition(delegation, inventory)
    if definition is None:
        return unknown("what was offered is not shown")
    properties, roles = _properties(definition), rights.roles(inventory)
    scope = policy.plain(delegation.id).rpartition("/providers/")[0]
    held = [(each, roles(each.role)) for each in _lasting(properties.get("authorizations"), scope)]
    tenant = properties.get("managedByTenantName") or properties.get("managedByTenantId")
    if wide := {role.name for given, role in held if role and rights.ways_up(role, given)}:
        return failed(f"{tenant} holds {in_words(wide)} for good")
    if strange := {given.role for given, role in held if role is None}:
        return unknown(f"what {tenant} holds by the role {in_words(strange)} is not shown")
    return passed(f"{tenant} holds {in_words({role.name for _, role in held if role}) or 'nothing'} for good")
