"""Service accounts and their keys, roles, federation, API keys, deny policies, and the APIs that are on."""

from __future__ import annotations

from simulators.gcp.estate.place import Place

APIS = (
    "cloudasset.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "containerscanning.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "storage.googleapis.com",
)


def identities(place: Place) -> None:
    _account(place, "shop" if place.careful else "build")
    _federation(place)
    _role(place)
    if not place.careful:
        _api_key(place)
    _deny(place)


def _account(place: Place, noun: str) -> None:
    email = place.account(noun)
    name = f"projects/{place.project}/serviceAccounts/{email}"
    data = {
        "name": name,
        "email": email,
        "displayName": noun,
        "projectId": place.project,
        "uniqueId": f"1{place.node.number}",
        "oauth2ClientId": f"1{place.node.number}",
        "etag": "MDEwMjE5MjA=",
    }
    users = {} if place.careful else {"roles/iam.serviceAccountTokenCreator": ["user:contractor@partner.example"]}
    place.put("iam.googleapis.com/ServiceAccount", name, data, iam=users or None)
    _key(place, name, "a1b2", "SYSTEM_MANAGED", 5)
    if not place.careful:
        _key(place, name, "c3d4", "USER_MANAGED", 400)


def _key(place: Place, account: str, id: str, kind: str, days: float) -> None:
    data = {
        "name": f"{account}/keys/{id}",
        "keyAlgorithm": "KEY_ALG_RSA_2048",
        "keyOrigin": "GOOGLE_PROVIDED",
        "keyType": kind,
        "validAfterTime": place.ago(days),
        "validBeforeTime": "9999-12-31T23:59:59Z" if kind == "USER_MANAGED" else place.ago(days - 16),
    }
    place.put("iam.googleapis.com/ServiceAccountKey", f"{account}/keys/{id}", data)


def _federation(place: Place) -> None:
    pool = f"projects/{place.node.number}/locations/global/workloadIdentityPools/ci"
    place.put(
        "iam.googleapis.com/WorkloadIdentityPool", pool, {"name": pool, "displayName": "ci", "state": "ACTIVE"}, version="v1"
    )
    provider = {
        "name": f"{pool}/providers/github",
        "state": "ACTIVE",
        "attributeMapping": {"google.subject": "assertion.sub", "attribute.repository": "assertion.repository"},
        "oidc": {"issuerUri": "https://token.actions.githubusercontent.com"},
    }
    if place.careful:
        provider["attributeCondition"] = "assertion.repository_owner == 'example'"
    place.put("iam.googleapis.com/WorkloadIdentityPoolProvider", f"{pool}/providers/github", provider)


def _role(place: Place) -> None:
    name = f"projects/{place.project}/roles/operator"
    permissions = ["compute.instances.get", "compute.instances.list"]
    risky = [] if place.careful else ["iam.serviceAccounts.actAs", "resourcemanager.projects.setIamPolicy"]
    data = {
        "name": name,
        "title": "Operator",
        "includedPermissions": [*permissions, *risky],
        "stage": "GA",
        "etag": "BwVexample=",
    }
    place.put("iam.googleapis.com/Role", name, data)


def _api_key(place: Place) -> None:
    name = f"projects/{place.node.number}/locations/global/keys/5e1f"
    data = {
        "name": name,
        "uid": "5e1f",
        "displayName": "maps",
        "createTime": place.ago(300),
        "updateTime": place.ago(300),
        "restrictions": {"apiTargets": [{"service": "cloudapis.googleapis.com"}]},
        "etag": 'W/"abc"',
    }
    place.put("apikeys.googleapis.com/Key", name, data, version="v2")


def _deny(place: Place) -> None:
    if place.careful:
        name = f"policies/cloudresourcemanager.googleapis.com%2Fprojects%2F{place.node.number}/denypolicies/no-keys"
        rule = {
            "denyRule": {
                "deniedPrincipals": ["principalSet://goog/public:all"],
                "deniedPermissions": ["iam.googleapis.com/serviceAccountKeys.create"],
            }
        }
        data = {"name": name, "kind": "DenyPolicy", "rules": [rule], "etag": "abc", "createTime": place.ago(90)}
        place.put("iam.googleapis.com/PolicyV2", f"//{name}", data, version="v2")


def apis(place: Place) -> None:
    enabled = APIS if place.careful else APIS[1:3]
    for each in enabled:
        name = f"projects/{place.node.number}/services/{each}"
        data = {"name": name, "parent": f"projects/{place.node.number}", "state": "ENABLED"}
        place.put("serviceusage.googleapis.com/Service", name, data)
    if place.careful:
        name = f"projects/{place.node.number}/accessApprovalSettings"
        services = [{"cloudProduct": "all", "enrollmentLevel": "BLOCK_ALL"}]
        settings = {"name": name, "notificationEmails": ["security@example.com"], "enrolledServices": services}
        place.put("accessapproval.googleapis.com/AccessApprovalSettings", name, settings)
        lien = {
            "name": f"liens/p{place.node.number}-l1",
            "parent": place.node.key,
            "origin": "example",
            "reason": "production",
            "restrictions": ["resourcemanager.projects.delete"],
        }
        place.put("cloudresourcemanager.googleapis.com/Lien", f"//liens/p{place.node.number}-l1", lien, version="v3")
    billing = {
        "name": f"projects/{place.project}/billingInfo",
        "projectId": place.project,
        "billingAccountName": "billingAccounts/0X0X",
        "billingEnabled": True,
    }
    place.put("cloudbilling.googleapis.com/ProjectBillingInfo", f"projects/{place.project}/billingInfo", billing)
