"""Assignments, roles and people that several modules of cases share, in the shapes of Resource Graph and Microsoft Graph."""

from __future__ import annotations

from typing import Any

from checks.azure import policy
from scanner.model import Resource
from tests.cases import ACCOUNT, resource

TENANT = "99999999-0000-0000-0000-000000000000"
SUBSCRIPTION = f"/subscriptions/{ACCOUNT}"
GROUP = "/providers/Microsoft.Management/managementGroups/corp"
VAULT = f"{SUBSCRIPTION}/resourceGroups/app/providers/Microsoft.KeyVault/vaults/v"
AUTHORIZATION = "/providers/Microsoft.Authorization"
OWNER, CONTRIBUTOR, ACCESS = policy.OWNER, policy.CONTRIBUTOR, policy.ACCESS_ADMINISTRATOR
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CUSTOM = "c0000000-0000-0000-0000-000000000001"
SECRETS = "4633458b-17de-408a-b874-0445c86b69e6"
WRITE = "Microsoft.Authorization/roleAssignments/write"

# How the portal writes that somebody may only assign one role, and that he may assign any but three.
ONLY_READER = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR"
    " (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals"
    f" {{{READER}}}))"
)
NO_OWNERS = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR"
    " (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals"
    f" {{{OWNER}, {ACCESS}, {policy.RBAC_ADMINISTRATOR}}}))"
)
ONE_PERSON = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR"
    " (@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals"
    " {28c35fea-2099-4cf5-8ad9-473547bc9423}))"
)


def definition(
    id: str = CUSTOM,
    actions: Any = (),
    but: Any = (),
    data: Any = (),
    *,
    scopes: Any = (SUBSCRIPTION,),
    name: str = "Operator",
    custom: bool = True,
    **more: Any,
) -> dict[str, Any]:
    """Return the row of a role definition."""
    block = {"actions": list(actions), "notActions": list(but), "dataActions": list(data), "notDataActions": [], **more}
    kind = "CustomRole" if custom else "BuiltInRole"
    return {
        "id": f"{AUTHORIZATION}/RoleDefinitions/{id}",
        "name": id,
        "type": "microsoft.authorization/roledefinitions",
        "properties": {"roleName": name, "type": kind, "permissions": [block], "assignableScopes": list(scopes)},
    }


def built_in(id: str, name: str, actions: Any = (), but: Any = (), data: Any = (), **more: Any) -> dict[str, Any]:
    return definition(id, actions, but, data, scopes=("/",), name=name, custom=False, **more)


ROLES = {
    OWNER: built_in(OWNER, "Owner", ["*"]),
    CONTRIBUTOR: built_in(
        CONTRIBUTOR, "Contributor", ["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]
    ),
    ACCESS: built_in(ACCESS, "User Access Administrator", ["*/read", "Microsoft.Authorization/*"]),
    policy.RBAC_ADMINISTRATOR: built_in(
        policy.RBAC_ADMINISTRATOR, "Role Based Access Control Administrator", [WRITE, "*/read"]
    ),
    READER: built_in(READER, "Reader", ["*/read"]),
    SECRETS: built_in(SECRETS, "Key Vault Secrets User", data=["Microsoft.KeyVault/vaults/secrets/getSecret/action"]),
}


def row(
    role: str = OWNER,
    scope: str = SUBSCRIPTION,
    who: str = "ada",
    kind: str = "User",
    condition: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return the row of a role assignment."""
    at = "" if scope == "/" else scope
    given = {
        "principalId": who,
        "principalType": kind,
        "roleDefinitionId": f"{at}{AUTHORIZATION}/roleDefinitions/{role}",
        "scope": scope,
        "condition": condition,
    }
    id = f"{at}{AUTHORIZATION}/roleAssignments/{who}-{role}"
    return {"id": id, "name": f"{who}-{role}", "tenantId": TENANT, "properties": {**given, **more}}


def definitions(*rows: dict[str, Any]) -> list[Resource]:
    """Return the definitions of roles that Azure has, and of *rows*."""
    every = [*ROLES.values(), *rows]
    return [resource("azure.rbac.role_definition", each["id"].lower(), name=each["name"], item=each) for each in every]


def assignments(*rows: dict[str, Any], type: str = "azure.rbac.role_assignment") -> list[Resource]:
    nobody: dict[str, Any] = dict.fromkeys(("user", "registration", "service_principal", "group"))
    return [resource(type, f"{each['id'].lower()}", item=each, **nobody) for each in rows]


def user(name: str = "ada@example.com", **more: Any) -> dict[str, Any]:
    return {"id": "ada", "userPrincipalName": name, "displayName": "Ada", "userType": "Member", "accountEnabled": True, **more}


GUEST = user("eve_other.example#EXT#@example.onmicrosoft.com", userType="Guest")
APP = {"id": "app", "displayName": "deploy", "accountEnabled": True, "servicePrincipalType": "Application"}
TEAM = {"id": "team", "displayName": "Operators", "securityEnabled": True}
HAS_FACTOR: dict[str, Any] = {"id": "ada", "isMfaCapable": True, "isMfaRegistered": True, "isAdmin": True}
NO_FACTOR: dict[str, Any] = {"id": "ada", "isMfaCapable": False, "isMfaRegistered": False, "isAdmin": True}


def known(**facts: Any) -> dict[str, Any]:
    """Return what the directory says of a principal."""
    return {"user": None, "registration": None, "service_principal": None, "group": None, **facts}
