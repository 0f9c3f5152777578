from __future__ import annotations

from typing import Any

from checks.azure import subscription
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.granted import (
    ACCESS,
    CONTRIBUTOR,
    CUSTOM,
    GROUP,
    ONE_PERSON,
    OWNER,
    READER,
    SUBSCRIPTION,
    TENANT,
    assignments,
    definition,
    definitions,
    row,
)

RG = f"{SUBSCRIPTION}/resourceGroups/app"
ELIGIBLE = "azure.rbac.eligible_assignment"
NO_GRANTS, NO_ELIGIBLE, NO_ROLES = (
    unlisted("azure.rbac.role_assignment"),
    unlisted(ELIGIBLE),
    unlisted("azure.rbac.role_definition"),
)


def people(*names: str, role: str = OWNER, **more: Any) -> list[Resource]:
    return assignments(*(row(role, who=name, **more) for name in names))


def may(*names: str, **more: Any) -> list[Resource]:
    return assignments(*(row(who=name, **more) for name in names), type=ELIGIBLE)


def hung(*groups: str, tenant: str = TENANT) -> dict[str, Any]:
    chain = [{"name": each, "displayName": each.title()} for each in (*groups, tenant.upper())]
    return {"tenantId": tenant, "properties": {"state": "Enabled", "managementGroupAncestorsChain": chain}}


TEAM = {"kind": "Group"}
OWNERS = [
    case(subscription.owners_few, PASS, inventory=people("ada", "bob")),
    case(subscription.owners_few, PASS, inventory=people("ada", "bob", "app")),
    case(subscription.owners_few, PASS, inventory=[*people("ada"), *people("bob", scope=GROUP)]),
    case(subscription.owners_few, PASS, inventory=[*people("ada"), *may("bob")]),
    case(subscription.owners_few, PASS, inventory=[*people("ada"), *people("team", scope="/", **TEAM)]),
    case(subscription.owners_few, PASS, inventory=[*people("ada", "ada", "bob"), *people("c", "d", "e", scope=GROUP)]),
    case(subscription.owners_few, FAIL, inventory=people("ada", "bob", "eve", "dan")),
    case(subscription.owners_few, FAIL, inventory=[*people("ada", "bob", "eve"), *people("team", **TEAM)]),
    case(subscription.owners_few, FAIL, inventory=people("ada")),
    case(subscription.owners_few, FAIL, inventory=[*people("ada"), *people("bob", scope=RG), *people("eve", role=ACCESS)]),
    case(subscription.owners_few, FAIL, inventory=[]),
    case(subscription.owners_few, UNKNOWN, inventory=[*people("ada"), *people("team", **TEAM)]),
    case(subscription.owners_few, UNKNOWN, inventory=[NO_GRANTS]),
    case(subscription.owners_few, UNKNOWN, inventory=[*people("ada"), NO_ELIGIBLE]),
]
CASES = [
    *OWNERS,
    case(subscription.rights_through_groups, PASS, inventory=[*people("team", **TEAM), *people("ada", scope=GROUP)]),
    case(subscription.rights_through_groups, PASS, inventory=people("app", kind="ServicePrincipal")),
    case(subscription.rights_through_groups, FAIL, inventory=people("ada", role=READER, scope=RG)),
    case(subscription.rights_through_groups, SKIP, inventory=people("ada", scope="/")),
    case(subscription.rights_through_groups, UNKNOWN, inventory=[NO_GRANTS]),
    case(
        subscription.administration_activated,
        PASS,
        inventory=[*definitions(), *may("ada"), *people("bob", role=CONTRIBUTOR), *people("team", **TEAM)],
    ),
    case(subscription.administration_activated, PASS, inventory=[*definitions(), *may("ada"), *people("bob", scope=RG)]),
    case(subscription.administration_activated, FAIL, inventory=[*definitions(), *may("ada"), *people("bob", scope=GROUP)]),
    case(subscription.administration_activated, SKIP, inventory=[*definitions(), *people("ada")]),
    case(
        subscription.administration_activated,
        UNKNOWN,
        inventory=[*definitions(), *may("ada"), *people("bob", role=ACCESS, condition=ONE_PERSON)],
    ),
    case(subscription.administration_activated, UNKNOWN, inventory=[*may("ada"), *people("bob", role=CUSTOM)]),
    case(subscription.administration_activated, UNKNOWN, inventory=[*may("ada"), *people("bob", role=CUSTOM), NO_ROLES]),
    case(subscription.administration_activated, UNKNOWN, inventory=[NO_ELIGIBLE]),
    case(
        subscription.locks_kept_by_role,
        PASS,
        inventory=definitions(definition(actions=["*/read", "microsoft.authorization/LOCKS/*"])),
    ),
    case(subscription.locks_kept_by_role, FAIL, inventory=definitions()),
    case(subscription.locks_kept_by_role, FAIL, inventory=definitions(definition(actions=["*"]))),
    case(
        subscription.locks_kept_by_role,
        FAIL,
        inventory=definitions(definition(actions=["Microsoft.Authorization/locks/write"])),
    ),
    case(subscription.locks_kept_by_role, UNKNOWN, inventory=[NO_ROLES]),
    case(
        subscription.locks_in_use,
        PASS,
        inventory=[resource(subscription.LOCK, item={"name": "keep", "properties": {"level": "CanNotDelete"}})],
    ),
    case(
        subscription.locks_in_use,
        FAIL,
        inventory=[resource(subscription.LOCK, item={"name": "x", "properties": {"level": "NotSpecified"}})],
    ),
    case(subscription.locks_in_use, FAIL, inventory=[]),
    case(subscription.locks_in_use, UNKNOWN, inventory=[unlisted(subscription.LOCK)]),
    case(subscription.under_management_group, PASS, item=hung("prod", "corp")),
    case(subscription.under_management_group, FAIL, item=hung()),
    case(subscription.under_management_group, UNKNOWN, item={"tenantId": TENANT, "properties": {}}),
    case(subscription.under_management_group, UNKNOWN, item=DENIED),
    case(subscription.in_use, PASS, item=hung()),
    case(subscription.in_use, FAIL, item={"properties": {"state": "Warned"}}),
    case(subscription.in_use, UNKNOWN, item={"properties": {}}),
    case(subscription.OWNERS[0], PASS, item=hung(), tags={"owner": "platform"}),
    case(subscription.OWNERS[0], FAIL, item=hung(), tags={}),
    case(subscription.OWNERS[1], PASS, item={"managedBy": ""}, tags={"Team": "app"}),
    case(subscription.OWNERS[1], FAIL, item={"managedBy": None}, tags={"env": "prod"}),
    case(subscription.OWNERS[1], SKIP, item={"managedBy": "/subscriptions/x/y"}, tags={}),
]
