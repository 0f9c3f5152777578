"""What a scan must be granted: a role on subscriptions, and application permissions of Microsoft Graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from collectors.azure.spec import Get, Graph, Rows, Spec
from scanner.provider import Document

ROLE = "Demarc"
DESCRIPTION = "Reads what a posture scan needs, and nothing else"
# What entering asks for, whatever is scanned.
ALWAYS = (
    "Microsoft.Authorization/permissions/read",
    "Microsoft.Management/managementGroups/read",
    "Microsoft.ResourceGraph/resources/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)
SCOPE = "/providers/Microsoft.Management/managementGroups/GROUP"
GRAPH = "00000003-0000-0000-c000-000000000000"
"""The application id of Microsoft Graph, the same in every tenant and cloud. Source: Microsoft Graph permissions reference."""


def actions(specs: Iterable[Spec]) -> list[str]:
    """Return the actions that reads of *specs* take; roles compare them case-insensitively."""
    found = {each.lower(): each for each in ALWAYS}
    for spec in specs:
        for native in spec.natives:
            found.setdefault(f"{native}/read", f"{native}/read")
        for read in (spec.listing, *spec.facts.values()):
            if isinstance(read, Rows):
                found.setdefault(f"{read.arm}/read", f"{read.arm}/read")
            elif isinstance(read, Get):
                found[read.action.lower()] = read.action
    return sorted(found.values(), key=str.lower)


def graph(specs: Iterable[Spec]) -> list[str]:
    reads = (read for spec in specs for read in (spec.listing, *spec.facts.values()))
    return sorted({read.permission for read in reads if isinstance(read, Graph)})


def grants(specs: Iterable[Spec]) -> dict[str, Sequence[Document]]:
    """Return the grant as data, as az's commands, as Bicep and as Terraform. Words in capitals are the user's."""
    some = list(specs)
    reads, permissions = actions(some), graph(some)
    role = {
        "Name": ROLE,
        "IsCustom": True,
        "Description": DESCRIPTION,
        "Actions": reads,
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [SCOPE],
    }
    data = {"custom_role": role, "graph": {"application": GRAPH, "permissions": permissions}}
    return {
        "json": [data],
        "bicep": [_bicep(reads, permissions)],
        "terraform": [_terraform(reads, permissions)],
        "az": ["\n".join(_commands(role, permissions))],
    }


def _commands(role: Mapping[str, Any], permissions: Iterable[str]) -> Iterator[str]:
    yield f"az role definition create --role-definition '{json.dumps(role)}'"
    yield f"az role assignment create --assignee APPLICATION --role {ROLE} --scope {SCOPE}"
    for each in permissions:
        found = f"az ad sp show --id {GRAPH} --query \"appRoles[?value=='{each}'].id\" --output tsv"
        yield f"az ad app permission add --id APPLICATION --api {GRAPH} --api-permissions $({found})=Role"
    yield "az ad app permission admin-consent --id APPLICATION"


def _bicep(reads: Iterable[str], permissions: Iterable[str]) -> str:
    actions = "\n".join(f"          '{each}'" for each in reads)
    beside = "\n".join(f"//   {each}" for each in permissions)
    return f"""\
// az deployment mg create --management-group-id GROUP --location LOCATION --template-file demarc.bicep
// The permissions of Microsoft Graph are no resources of Azure. Grant them with `az` or Terraform:
{beside}

targetScope = 'managementGroup'

@description('Object id of the service principal, or managed identity, that scans.')
param principalId string

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {{
  name: guid(managementGroup().id, '{ROLE}')
  properties: {{
    roleName: '{ROLE}'
    description: '{DESCRIPTION}'
    type: 'CustomRole'
    assignableScopes: [
      managementGroup().id
    ]
    permissions: [
      {{
        actions: [
{actions}
        ]
      }}
    ]
  }}
}}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{
  name: guid(managementGroup().id, principalId, '{ROLE}')
  properties: {{
    roleDefinitionId: role.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }}
}}
"""


def _terraform(reads: list[str], permissions: Iterable[str]) -> dict[str, Any]:
    """Return it in Terraform's own JSON, for a file ``demarc.tf.json``."""
    scope, principal = "${var.scope}", "${var.principal_id}"
    role = {
        "name": ROLE,
        "scope": scope,
        "description": DESCRIPTION,
        "permissions": {"actions": reads},
        "assignable_scopes": [scope],
    }
    assigned = {
        "scope": scope,
        "role_definition_id": "${azurerm_role_definition.demarc.role_definition_resource_id}",
        "principal_id": principal,
    }
    granted = {
        each.lower().replace(".", "_").replace("-", "_"): {
            "app_role_id": f'${{data.azuread_service_principal.graph.app_role_ids["{each}"]}}',
            "principal_object_id": principal,
            "resource_object_id": "${data.azuread_service_principal.graph.object_id}",
        }
        for each in permissions
    }
    return {
        "terraform": {"required_providers": {name: {"source": f"hashicorp/{name}"} for name in ("azurerm", "azuread")}},
        "variable": {
            "scope": {"type": "string", "description": f"What is scanned: {SCOPE}, or /subscriptions/ID"},
            "principal_id": {"type": "string", "description": "Object id of the service principal that scans"},
        },
        "data": {"azuread_service_principal": {"graph": {"client_id": GRAPH}}},
        "resource": {
            "azurerm_role_definition": {"demarc": role},
            "azurerm_role_assignment": {"demarc": assigned},
            "azuread_app_role_assignment": granted,
        },
    }
