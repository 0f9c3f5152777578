"""A small organization that the cases of several modules share: policies, nodes, and who is of it."""

from __future__ import annotations

from typing import Any

from scanner.model import Resource
from tests.cases import DENIED, resource

NUMBER = "1001"
ADA, EVE, STRANGER = "user:ada@example.com", "user:eve@gmail.com", "user:mal@other.example"
TEAM = "group:team@example.com"
OWN = "serviceAccount:app@sample.iam.gserviceaccount.com"
FOREIGN = "serviceAccount:app@vendor.iam.gserviceaccount.com"
AGENT = f"serviceAccount:service-{NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com"
DEFAULT = f"serviceAccount:{NUMBER}-compute@developer.gserviceaccount.com"
GONE = "deleted:user:bob@example.com?uid=123"
EXPIRED = 'request.time < timestamp("2026-01-01T00:00:00Z")'
LASTING = 'request.time < timestamp("2027-01-01T00:00:00Z")'
TAGGED = "resource.matchTag('1/env', 'prod')"


NOTHING_SET: dict[str, Any] = {"log_sinks": [], "deny_policies": [], "firewall_policies": []}


def bind(role: str, *members: str, when: str = "") -> dict[str, Any]:
    return {"role": f"roles/{role}", "members": list(members)} | ({"condition": {"expression": when}} if when else {})


def allow(*bindings: dict[str, Any], audit: Any = None) -> dict[str, Any]:
    return {"bindings": list(bindings)} | ({"auditConfigs": audit} if audit else {})


def flag(constraint: str, enforced: bool = True) -> dict[str, Any]:
    return {"constraint": f"constraints/{constraint}", "booleanPolicy": {"enforced": enforced}}


def rules(constraint: str, *given: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"name": f"projects/{NUMBER}/policies/{constraint}", "spec": {"rules": list(given), **spec}}


def top(*bindings: dict[str, Any], org: Any = None, **more: Any) -> dict[str, Any]:
    """Return the organization as it stands in a project's lineage."""
    admin = bind("resourcemanager.organizationAdmin", ADA)
    return {
        "name": "organizations/2",
        "display_name": "example.com",
        "iam_policy": allow(admin, *bindings),
        "org_policy": org,
        **NOTHING_SET,
        **more,
    }


def folder(*bindings: dict[str, Any], org: Any = None, **more: Any) -> dict[str, Any]:
    known = {"name": "folders/1", "display_name": "Team", "iam_policy": allow(*bindings), "org_policy": org}
    return known | NOTHING_SET | more


ITEM = {"projectId": "sample", "projectNumber": NUMBER, "parent": {"type": "folder", "id": "1"}}
UNDER = [folder(), top()]
UNTOLD = [{name: each for name, each in node.items() if name not in NOTHING_SET} for node in UNDER]
"""The same nodes as a scan writes them that did not see what is attached to them."""


def project(policy: Any = None, lineage: Any = UNDER, org: Any = None, **facts: Any) -> Resource:
    """Return the project of the account that the cases are of."""
    id = f"//cloudresourcemanager.googleapis.com/projects/{NUMBER}"
    known = {"item": ITEM, "iam_policy": policy, "lineage": lineage, "org_policy": org, "access_policy": None, **facts}
    return resource("gcp.project.project", id, name=NUMBER, **known)


PROJECT = project()
ALONE = project(lineage=None)
HIDDEN = project(lineage=DENIED)
