"""Scans of a stub with a few types of its own, for the tests to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.azure.collect import AzureCollector
from collectors.azure.enter import connect
from collectors.azure.options import AzureOptions
from collectors.azure.spec import CONTAINERS, DIAGNOSTICS, Get, Graph, Rows, Spec
from collectors.azure.subscription import LOCK, MANAGEMENT_GROUP, RESOURCE_GROUP, SUBSCRIPTION_
from scanner.model import Gap, Listed, Present, Resource
from scanner.provider import Selection, nothing
from tests.collectors.azure.stub import TENANT, Stub

KEY = b"a key of the tests"
HOME = TENANT
DIRECTORY_TYPE = "azure.entra.tenant"
ONE, TWO = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/read"

ACCOUNT = Spec(
    type="azure.storage.account",
    service="azure.storage",
    title="Storage account",
    arm="microsoft.storage/storageaccounts",
    api="2024-01-01",
    facts={
        "blob": Get("/blobServices/default", action=BLOBS, absent="FeatureNotSupportedForAccount"),
        "diagnostics": DIAGNOSTICS,
        "findings": Rows("microsoft.security/assessments", "securityresources", many=True),
    },
    volatile=("item.properties.lastSeen",),
    secret=("item.properties.password", "blob.key"),
)
CONTAINER = Spec(
    type="azure.storage.container",
    service="azure.storage",
    title="Container",
    listing=Get(
        "/blobServices/default/containers", "value", action="Microsoft.Storage/storageAccounts/blobServices/containers/read"
    ),
    parent=ACCOUNT.type,
    api="2024-01-01",
)
APP = Spec(type="azure.appservice.app", service="azure.appservice", title="App", arm="microsoft.web/sites", kind="app")
FUNCTION = Spec(
    type="azure.functions.app", service="azure.functions", title="Function app", arm="microsoft.web/sites", kind="functionapp"
)
ASSIGNMENT = Spec(
    type="azure.rbac.role_assignment",
    service="azure.rbac",
    title="Role assignment",
    arm="microsoft.authorization/roleassignments",
    table="authorizationresources",
)
DIRECTORY = Spec(
    type=DIRECTORY_TYPE,
    service="azure.entra",
    title="Tenant",
    listing=Graph("/v1.0/organization", permission="Organization.Read.All"),
    parent=DIRECTORY_TYPE,
    facts={"security_defaults": Graph("/v1.0/policies/defaults", "", permission="Policy.Read.All")},
)
USER = Spec(
    type="azure.entra.user",
    service="azure.entra",
    title="User",
    listing=Graph("/v1.0/users?$top=2", permission="User.Read.All"),
    parent=DIRECTORY_TYPE,
    name="displayName",
    facts={
        "registration": Graph("/v1.0/reports/registration", permission="AuditLog.Read.All", by="id"),
        "methods": Graph("/v1.0/users/{id}/methods", permission="UserAuthenticationMethod.Read.All", days=7),
    },
)
SPECS = (ACCOUNT, CONTAINER, APP, FUNCTION, ASSIGNMENT, DIRECTORY, USER, SUBSCRIPTION_, RESOURCE_GROUP, MANAGEMENT_GROUP, LOCK)


def arm(subscription: str, native: str, name: str, group: str = "rg", **row: Any) -> dict[str, Any]:
    id = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{native}/{name}"
    given = {"id": id, "name": name, "type": native.lower(), "location": "westeurope", "subscriptionId": subscription}
    return given | {"tenantId": HOME, "resourceGroup": group.lower(), "tags": None, "kind": "", "properties": {}} | row


def storage(name: str, subscription: str = ONE, **row: Any) -> dict[str, Any]:
    return arm(subscription, "Microsoft.Storage/storageAccounts", name, **row)


def subscription_row(id: str, *chain: str) -> dict[str, Any]:
    above = [{"name": each, "displayName": each} for each in chain]
    return {
        "id": f"/subscriptions/{id}",
        "name": f"name of {id[0]}",
        "type": "microsoft.resources/subscriptions",
        "subscriptionId": id,
        "tenantId": HOME,
        "properties": {"state": "Enabled", "managementGroupAncestorsChain": above},
    }


def seed(stub: Stub) -> Stub:
    """Put two subscriptions into *stub*, one below a management group, with a storage account each."""
    stub.rows = {
        CONTAINERS: [
            subscription_row(ONE, "corp", HOME),
            subscription_row(TWO, HOME),
            {
                "id": "/providers/Microsoft.Management/managementGroups/corp",
                "name": "corp",
                "type": "microsoft.management/managementgroups",
            },
        ],
        "resources": [storage("first"), storage("second", TWO)],
    }
    listed = [{"subscriptionId": each, "displayName": f"name of {each[0]}", "tenantId": HOME} for each in (ONE, TWO)]
    stub.documents = {
        "/subscriptions": {"value": listed},
        "/v1.0/organization": {"value": [{"id": HOME, "displayName": "Contoso"}]},
        "/v1.0/policies/defaults": {"id": "x", "isEnabled": True},
        "/v1.0/users": {"value": [{"id": "u1", "displayName": "Ann"}]},
        "/v1.0/reports/registration": {"value": [{"id": "u1", "isMfaRegistered": True}]},
        "/v1.0/users/u1/methods": {"value": []},
    }
    for id in (ONE, TWO):
        stub.documents[f"/subscriptions/{id}/providers/microsoft.authorization/permissions"] = {
            "value": [{"actions": ["*/read"], "notActions": []}]
        }
        stub.documents[f"/subscriptions/{id}/providers/microsoft.authorization/locks"] = {"value": []}
    for row in stub.rows["resources"]:
        documents(stub, row["id"])
    return stub


def documents(stub: Stub, id: str) -> None:
    """Put what the reads of a storage account answer into *stub*."""
    base = id.lower()
    stub.documents[f"{base}/blobservices/default"] = {"properties": {"deleteRetentionPolicy": {"enabled": True}}}
    stub.documents[f"{base}/blobservices/default/containers"] = {"value": []}
    stub.documents[f"{base}/providers/microsoft.insights/diagnosticsettings"] = {"value": []}


@dataclass
class Scan:
    """Everything that one scan yielded."""

    collector: AzureCollector
    resources: list[Resource] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    def all(self, type: str, account: str = "") -> list[Resource]:
        return [each for each in self.resources if each.type == type and account in ("", each.account)]

    def one(self, type: str, account: str = "") -> Resource:
        (found,) = self.all(type, account)
        return found

    def complete(self, type: str, account: str) -> bool:
        (found,) = [each for each in self.listed if (each.type, each.account) == (type, account)]
        return found.complete

    def memory(self, account: str, type: str, fact: str) -> Mapping[str, Any]:
        """Return what an inventory would hold of this scan."""
        every = [(each.id, each.facts.get(fact)) for each in self.all(type, account)]
        return {id: known.value for id, known in every if isinstance(known, Present)}


def options(stub: Stub, **given: Any) -> AzureOptions:
    usual: dict[str, Any] = {"credentials": "environment", "attempts": 3, "threads": 4}
    return AzureOptions(**{"endpoint_url": stub.url, "ca_file": stub.ca_file} | usual | given)


def entered(
    stub: Stub, specs: Sequence[Spec] = SPECS, *, services: str = "", memory: Any = nothing, **given: Any
) -> AzureCollector:
    return connect(options(stub, **given), specs, Selection(services=frozenset(services.split())), lambda: KEY, memory)


def scanned(stub: Stub, specs: Sequence[Spec] = SPECS, **given: Any) -> Scan:
    scan = Scan(entered(stub, specs, **given))
    for event in scan.collector.collect():
        place: list[Any] = (
            scan.resources if isinstance(event, Resource) else scan.gaps if isinstance(event, Gap) else scan.listed
        )
        place.append(event)
    return scan
