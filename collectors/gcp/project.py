"""Projects and what is set for a whole project."""

from collectors.gcp.spec import PROJECT, STAMPED, Spec

SERVICE = "gcp.project"

ITSELF = Spec(
    type="gcp.project.project",
    service=SERVICE,
    title="Project",
    asset=PROJECT,
    schema="cloudresourcemanager.v1.Project cloudresourcemanager.v3.Project",
    iam=True,
    node=True,
    tags="item.labels",
    volatile=STAMPED,
)

API = Spec(
    type="gcp.project.service",
    service=SERVICE,
    title="Enabled API",
    asset="serviceusage.googleapis.com/Service",
    schema="serviceusage.v1.GoogleApiServiceusageV1Service",
)

LIEN = Spec(
    type="gcp.project.lien",
    service=SERVICE,
    title="Lien",
    asset="cloudresourcemanager.googleapis.com/Lien",
    schema="cloudresourcemanager.v3.Lien",
)

ACCESS_APPROVAL = Spec(
    type="gcp.project.access_approval_settings",
    service=SERVICE,
    title="Access Approval settings",
    asset="accessapproval.googleapis.com/AccessApprovalSettings",
    schema="accessapproval.v1.AccessApprovalSettings",
)

BILLING = Spec(
    type="gcp.project.billing_info",
    service=SERVICE,
    title="Billing of the project",
    asset="cloudbilling.googleapis.com/ProjectBillingInfo",
    schema="cloudbilling.v1.ProjectBillingInfo",
)
