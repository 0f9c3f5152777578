"""What a scan must be granted: roles, the permissions in them that it uses, and the API that has to be on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from collectors.gcp.assemble import PERMISSIONS
from collectors.gcp.client import ACCESS, IAM, INVENTORY, ORG, RESOURCE
from collectors.gcp.spec import Spec
from scanner.provider import Document

API = "cloudasset.googleapis.com"
VIEWER, CONSUMER = "roles/cloudasset.viewer", "roles/serviceusage.serviceUsageConsumer"
# Source: Asset Inventory, "Access control": every call needs it on the project whose quota it uses.
QUOTA = "serviceusage.services.use"


def contents(specs: Iterable[Spec]) -> tuple[str, ...]:
    """Return the contents that facts of *specs* are made from; what stands above a project is always asked for."""
    return (RESOURCE, IAM, ORG, ACCESS, *([INVENTORY] if any(spec.inventory for spec in specs) else []))


def grants(specs: Iterable[Spec]) -> dict[str, Sequence[Document]]:
    """Return the grant as data, as gcloud's commands and as Terraform's resources. Words in capitals are the user's."""
    listing = sorted(PERMISSIONS[content] for content in contents(specs))
    data = {
        "apis": {"on": "the quota project", "names": [API]},
        "roles": [
            {"on": "the organization, folder or project to read", "role": VIEWER, "permissions": listing},
            {"on": "the quota project", "role": CONSUMER, "permissions": [QUOTA]},
        ],
        "custom_role": {"title": "Demarc", "stage": "GA", "includedPermissions": listing},
    }
    commands = (
        f"gcloud services enable {API} --project=QUOTA_PROJECT",
        f"gcloud organizations add-iam-policy-binding ORGANIZATION --member=serviceAccount:ACCOUNT --role={VIEWER}",
        f"gcloud projects add-iam-policy-binding QUOTA_PROJECT --member=serviceAccount:ACCOUNT --role={CONSUMER}",
    )
    return {"json": [data], "gcloud": ["\n".join(commands)], "terraform": [_terraform()]}


def _terraform() -> dict[str, Any]:
    member = "serviceAccount:${var.service_account}"
    quota = "${var.quota_project}"
    return {
        "variable": {name: {"type": "string"} for name in ("organization", "quota_project", "service_account")},
        "resource": {
            "google_project_service": {"cloudasset": {"project": quota, "service": API, "disable_on_destroy": False}},
            "google_organization_iam_member": {"demarc": {"org_id": "${var.organization}", "role": VIEWER, "member": member}},
            "google_project_iam_member": {"demarc": {"project": quota, "role": CONSUMER, "member": member}},
        },
    }
