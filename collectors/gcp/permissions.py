"""What a scan must be granted: roles, the permissions in them that it uses, and the API that has to be on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.gcp.assemble import PERMISSIONS
from collectors.gcp.client import ACCESS, IAM, INVENTORY, ORG, RESOURCE
from collectors.gcp.spec import Spec

API = "cloudasset.googleapis.com"
VIEWER, CONSUMER = "roles/cloudasset.viewer", "roles/serviceusage.serviceUsageConsumer"
# Source: Asset Inventory, "Access control": every call needs it on the project whose quota it uses.
QUOTA = "serviceusage.services.use"


def contents(specs: Iterable[Spec]) -> tuple[str, ...]:
    """Return the contents that facts of *specs* are made from; what stands above a project is always asked for."""
    return (RESOURCE, IAM, ORG, ACCESS, *([INVENTORY] if any(spec.inventory for spec in specs) else []))


def documents(specs: Iterable[Spec]) -> list[dict[str, Any]]:
    """Return the grant as data, as gcloud's commands and as Terraform's resources. Words in capitals are the user's."""
    listing = sorted(PERMISSIONS[content] for content in contents(specs))
    return [
        {
            "apis": {"on": "the quota project", "names": [API]},
            "roles": [
                {"on": "the organization, folder or project to read", "role": VIEWER, "permissions": listing},
                {"on": "the quota project", "role": CONSUMER, "permissions": [QUOTA]},
            ],
        },
        {"custom_role": {"title": "Demarc", "stage": "GA", "includedPermissions": listing}},
        {
            "gcloud": [
                f"gcloud services enable {API} --project=QUOTA_PROJECT",
                f"gcloud organizations add-iam-policy-binding ORGANIZATION --member=serviceAccount:ACCOUNT --role={VIEWER}",
                f"gcloud projects add-iam-policy-binding QUOTA_PROJECT --member=serviceAccount:ACCOUNT --role={CONSUMER}",
            ]
        },
        {
            "terraform": {
                "resource": {
                    "google_project_service": {"cloudasset": {"project": "QUOTA_PROJECT", "service": API}},
                    "google_organization_iam_member": {
                        "demarc": {"org_id": "ORGANIZATION", "role": VIEWER, "member": "serviceAccount:ACCOUNT"}
                    },
                    "google_project_iam_member": {
                        "demarc": {"project": "QUOTA_PROJECT", "role": CONSUMER, "member": "serviceAccount:ACCOUNT"}
                    },
                }
            }
        },
    ]
