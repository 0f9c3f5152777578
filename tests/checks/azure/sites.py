"""Apps of App Service and Functions, and what is known of identities, in the shapes of Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checks.azure import policy
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import row

ID = "/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/apps/providers/microsoft.web/sites/shop"
SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
PRINCIPAL = "a0000000-0000-4000-8000-00000000000A"
IDENTITY = {"type": "SystemAssigned", "principalId": PRINCIPAL, "tenantId": "t"}
LINUX = row({"kind": "app,linux"}, reserved=True)
ANY = {"ipAddress": "Any", "action": "Allow", "priority": 2147483647, "name": "Allow all"}


def graph(**settings: Any) -> list[dict[str, Any]]:
    """Return the row of an app's settings in Resource Graph, whose names begin with a capital."""
    held = {name[0].upper() + name[1:]: value for name, value in settings.items()}
    return [{"id": f"{ID}/config/web", "name": "shop", "type": "microsoft.web/sites/config", "properties": held}]


def told(checks: Iterable[Check], good: dict[str, Any], bad: dict[str, Any], item: dict[str, Any] | None = None) -> list[Any]:
    """Return the cases of a question about settings: told by either API, or by neither."""
    known = item or row()
    return [
        each
        for asked in checks
        for each in (
            case(asked, PASS, item=known, settings=graph(**good), config=DENIED),
            case(asked, FAIL, item=known, settings=graph(**bad), config=DENIED),
            case(asked, PASS, item=known, settings=[], config=good),
            case(asked, FAIL, item=known, settings=[], config=bad),
            case(asked, UNKNOWN, item=known, settings=[], config=DENIED),
            case(asked, UNKNOWN, item=known, settings=DENIED, config=good),
        )
    ]


def set_in_row(checks: Iterable[Check], good: dict[str, Any], bad: dict[str, Any]) -> list[Any]:
    """Return the cases of a question that an app's own row answers."""
    return [each for asked in checks for each in (case(asked, PASS, item=row(**good)), case(asked, FAIL, item=row(**bad)))]


def assignment(role: str, scope: str = SUBSCRIPTION, principal: str = PRINCIPAL) -> Resource:
    given = {"principalId": principal, "principalType": "ServicePrincipal", "roleDefinitionId": f"/x/{role}", "scope": scope}
    return resource("azure.rbac.role_assignment", f"{scope}/1", item={"id": f"{scope}/1", "properties": given})


def of_identity(checks: Iterable[Check], item: dict[str, Any], **facts: Any) -> list[Any]:
    """Return the cases of whether an identity, which *item* or *facts* name, administers anything."""
    group = f"{SUBSCRIPTION}/resourceGroups/apps"
    return [
        each
        for asked in checks
        for each in (
            case(asked, PASS, item=item, inventory=[assignment(policy.CONTRIBUTOR, group)], **facts),
            case(asked, PASS, item=item, inventory=[assignment(policy.OWNER, principal="other")], **facts),
            case(asked, PASS, item=item, inventory=[assignment(policy.OWNER, f"{group}/providers/x/y/z")], **facts),
            case(asked, FAIL, item=item, inventory=[assignment(policy.OWNER, group)], **facts),
            case(asked, FAIL, item=item, inventory=[assignment(policy.CONTRIBUTOR)], **facts),
            case(asked, UNKNOWN, item=item, inventory=[assignment("nobody-knows")], **facts),
            case(asked, UNKNOWN, item=item, inventory=[unlisted("azure.rbac.role_assignment")], **facts),
        )
    ]
