"""The organization: folders, projects, and what is set on them for all that lies below."""

from __future__ import annotations

from typing import Any

from simulators.gcp.estate.place import MANAGER, Data, Estate, Node, Place, Policy, policy

ORGANIZATION = Node("organizations", "111111111111", "example.com")
PRODUCTION = Node("folders", "222222222201", "production", ORGANIZATION)
SHOP = Node("folders", "222222222202", "shop", PRODUCTION)
SANDBOX = Node("folders", "222222222203", "sandbox", ORGANIZATION, careful=False)
CORE = Node("projects", "333333333301", "security-core", PRODUCTION)
CAREFUL = Node("projects", "333333333302", "shop-prod", SHOP)
CARELESS = Node("projects", "333333333303", "shop-sandbox", SANDBOX, careful=False)
LONELY = Node("projects", "333333333304", "old-website", ORGANIZATION, careful=False)
NODES = (ORGANIZATION, PRODUCTION, SHOP, SANDBOX, CORE, CAREFUL, CARELESS, LONELY)

EVERYTHING = [{"logType": each} for each in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")]
AUDITED = [{"service": "allServices", "auditLogConfigs": EVERYTHING}]
EXEMPTED = [
    {"service": "allServices", "auditLogConfigs": [{"logType": "ADMIN_READ"}]},
    {
        "service": "storage.googleapis.com",
        "auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": ["user:quiet@example.com"]}],
    },
]


def hierarchy(estate: Estate) -> None:
    estate.nodes += NODES
    for node in NODES:
        node_itself(Place(estate, node))
    _constraints(Place(estate, ORGANIZATION))
    _constraints(Place(estate, CARELESS))
    _perimeters(Place(estate, ORGANIZATION))
    contacts(Place(estate, ORGANIZATION))
    _denials(Place(estate, ORGANIZATION))


def node_itself(place: Place) -> None:
    node = place.node
    kind = {"organizations": "Organization", "folders": "Folder", "projects": "Project"}[node.kind]
    above = node.parent.key if node.parent else ""
    data = {"organizations": _organization, "folders": _folder, "projects": _project}[node.kind](place, above)
    audits = AUDITED if node.kind == "organizations" else ([] if place.careful else EXEMPTED)
    place.put(
        f"{MANAGER}/{kind}",
        node.key,
        data,
        version="v2" if kind == "Folder" else "v1",
        orgPolicy=_first_api(node),
    )
    place.estate.assets[-1]["iamPolicy"] = policy(granted(place), audits)


def _organization(place: Place, above: str) -> Data:
    del above
    name, owner = place.node.key, {"directoryCustomerId": "C0example1"}
    return {
        "creationTime": place.ago(900),
        "displayName": place.node.id,
        "lifecycleState": "ACTIVE",
        "name": name,
        "owner": owner,
    }


def _folder(place: Place, above: str) -> Data:
    return {
        "createTime": place.ago(800),
        "displayName": place.node.id,
        "lifecycleState": "ACTIVE",
        "name": place.node.key,
        "parent": above,
    }


def _project(place: Place, above: str) -> Data:
    kind, _, number = above.partition("/")
    return {
        "createTime": place.ago(700),
        "labels": {"owner": "shop", "environment": "production"} if place.careful else {},
        "lifecycleState": "ACTIVE",
        "name": place.node.id.replace("-", " ").title(),
        "parent": {"type": kind.removesuffix("s"), "id": number},
        "projectId": place.node.id,
        "projectNumber": place.node.number,
    }


def granted(place: Place) -> Policy:
    """Return who may do what on a node."""
    node = place.node
    if node.kind == "organizations":
        return {
            "roles/resourcemanager.organizationAdmin": ["group:gcp-admins@example.com"],
            "roles/cloudasset.viewer": ["serviceAccount:demarc@security-core.iam.gserviceaccount.com"],
            "roles/logging.configWriter": ["group:security@example.com"],
        }
    if node.kind == "folders":
        inherited = {"roles/viewer": ["group:developers@example.com"]}
        return inherited if place.careful else inherited | {"roles/owner": ["user:intern@gmail.com"]}
    if place.careful:
        return {
            "roles/editor": ["group:shop-operators@example.com | request.time < timestamp('2031-01-01T00:00:00Z')"],
            "roles/cloudkms.admin": ["group:key-admins@example.com"],
            "roles/run.invoker": [f"serviceAccount:{place.account('shop')}"],
        }
    return {
        "roles/owner": ["user:founder@example.com", f"serviceAccount:{place.account('build')}"],
        "roles/editor": [f"serviceAccount:{place.default_account}"],
        "roles/iam.serviceAccountAdmin": ["user:founder@example.com"],
        "roles/iam.serviceAccountUser": ["user:founder@example.com"],
        "roles/iam.serviceAccountTokenCreator": ["group:everybody@example.com"],
        "roles/cloudkms.admin": ["user:founder@example.com"],
        "roles/cloudkms.cryptoKeyEncrypterDecrypter": ["user:founder@example.com"],
        "roles/storage.objectViewer": ["allAuthenticatedUsers"],
    }


def _first_api(node: Node) -> list[Data] | None:
    """Return the policies of a node as content ORG_POLICY tells them."""
    if node is ORGANIZATION:
        return [
            {
                "constraint": "constraints/iam.disableServiceAccountKeyCreation",
                "booleanPolicy": {"enforced": True},
                "etag": "BwX1",
            },
            {
                "constraint": "constraints/iam.allowedPolicyMemberDomains",
                "listPolicy": {"allowedValues": ["is:C0example1"]},
                "etag": "BwX2",
            },
            {"constraint": "constraints/compute.requireOsLogin", "booleanPolicy": {"enforced": True}, "etag": "BwX3"},
        ]
    if node is CARELESS:
        return [
            {
                "constraint": "constraints/iam.disableServiceAccountKeyCreation",
                "booleanPolicy": {},
                "updateTime": "2026-01-01T00:00:00Z",
            },
            {"constraint": "constraints/iam.allowedPolicyMemberDomains", "listPolicy": {"allValues": "ALLOW"}},
        ]
    return None


def _constraints(place: Place) -> None:
    """Put the same policies as assets of the second API, which alone tells conditions and custom constraints."""
    node = place.node
    rules: dict[str, Any] = {
        "storage.uniformBucketLevelAccess": [{"enforce": place.careful}],
        "storage.publicAccessPrevention": [{"enforce": place.careful}],
        "compute.vmExternalIpAccess": [{"denyAll": True} if place.careful else {"allowAll": True}],
    }
    for constraint, each in rules.items():
        name = f"{node.key}/policies/{constraint}"
        data = {"name": name, "spec": {"rules": each, "etag": "CPexample", "updateTime": place.ago(40)}}
        place.put("orgpolicy.googleapis.com/Policy", name, data, version="v2")
    if node is ORGANIZATION:
        name = f"{node.key}/customConstraints/custom.disableGkeLegacyAbac"
        data = {
            "name": name,
            "resourceTypes": ["container.googleapis.com/Cluster"],
            "methodTypes": ["CREATE", "UPDATE"],
            "condition": "resource.legacyAbac.enabled == true",
            "actionType": "DENY",
            "displayName": "No legacy ABAC",
        }
        place.put("orgpolicy.googleapis.com/CustomConstraint", name, data, version="v2")


def _perimeters(place: Place) -> None:
    """Put an access policy, a level and a perimeter: each a section of the organization's own asset."""
    root = "accessPolicies/444444444401"
    perimeter = {
        "name": f"{root}/servicePerimeters/shop",
        "title": "shop",
        "status": {
            "resources": [CAREFUL.key],
            "restrictedServices": ["storage.googleapis.com", "bigquery.googleapis.com"],
            "accessLevels": [f"{root}/accessLevels/office"],
        },
    }
    level = {
        "name": f"{root}/accessLevels/office",
        "title": "office",
        "basic": {"conditions": [{"ipSubnetworks": ["203.0.113.0/24"]}]},
    }
    top = {"name": root, "parent": place.node.key, "title": "default policy", "etag": "abc"}
    for section, value in {"accessPolicy": top, "accessLevel": level, "servicePerimeter": perimeter}.items():
        place.estate.put(place.node, f"{MANAGER}/Organization", place.node.path, **{section: value})


def _denials(place: Place) -> None:
    name = f"policies/cloudresourcemanager.googleapis.com%2F{place.node.kind}%2F{place.node.number}/denypolicies/kept"
    rule = {
        "denyRule": {
            "deniedPrincipals": ["principalSet://goog/public:all"],
            "exceptionPrincipals": ["principalSet://goog/group/key-admins@example.com"],
            "deniedPermissions": ["cloudkms.googleapis.com/cryptoKeyVersions.destroy"],
        }
    }
    data = {"name": name, "kind": "DenyPolicy", "displayName": "No deleted keys", "rules": [rule], "etag": "abc"}
    place.put("iam.googleapis.com/PolicyV2", f"//{name}", data, version="v2")


def contacts(place: Place) -> None:
    name = f"{place.node.key}/contacts/1"
    data = {
        "name": name,
        "email": "security@example.com",
        "notificationCategorySubscriptions": ["SECURITY", "TECHNICAL"] if place.careful else ["BILLING"],
        "languageTag": "en",
        "validationState": "VALID",
        "validateTime": place.ago(30),
    }
    place.put("essentialcontacts.googleapis.com/Contact", name, data)
