"""The organization, its folders, and what is set for all that lies below them.

Asset Inventory tells access policies twice: as types of their own, and, with content ACCESS_POLICY, as sections of the
organization's asset; the latter become the fact ``access_policy`` of the organization and of the projects they name.
"""

from collectors.gcp.spec import ETAG, FOLDER, ORG_POLICY, ORGANIZATION, STAMPED, UPDATED, Spec

SERVICE = "gcp.organization"

ROOT = Spec(
    type="gcp.organization.organization",
    service=SERVICE,
    title="Organization",
    asset=ORGANIZATION,
    schema="cloudresourcemanager.v1.Organization cloudresourcemanager.v3.Organization",
    iam=True,
    node=True,
    volatile=STAMPED,
)

BRANCH = Spec(
    type="gcp.organization.folder",
    service=SERVICE,
    title="Folder",
    asset=FOLDER,
    schema="cloudresourcemanager.v2.Folder cloudresourcemanager.v3.Folder",
    iam=True,
    node=True,
    volatile=STAMPED,
)

POLICY = Spec(
    type="gcp.organization.org_policy",
    service=SERVICE,
    title="Organization policy",
    asset=ORG_POLICY,
    schema="orgpolicy.v2.GoogleCloudOrgpolicyV2Policy",
    volatile=(*ETAG, "item.spec.etag", "item.spec.updateTime", "item.dryRunSpec.etag", "item.dryRunSpec.updateTime"),
)

CUSTOM_CONSTRAINT = Spec(
    type="gcp.organization.custom_constraint",
    service=SERVICE,
    title="Custom constraint",
    asset="orgpolicy.googleapis.com/CustomConstraint",
    schema="orgpolicy.v2.GoogleCloudOrgpolicyV2CustomConstraint",
    volatile=UPDATED,
)

CONTACT = Spec(
    type="gcp.organization.contact",
    service=SERVICE,
    title="Essential contact",
    asset="essentialcontacts.googleapis.com/Contact",
    schema="essentialcontacts.v1.GoogleCloudEssentialcontactsV1Contact",
    volatile=("item.validateTime",),
)

ACCESS_POLICY = Spec(
    type="gcp.organization.access_policy",
    service=SERVICE,
    title="Access policy",
    asset="identity.accesscontextmanager.googleapis.com/AccessPolicy",
    schema="accesscontextmanager.v1.AccessPolicy",
    iam=True,
    volatile=ETAG,
)

ACCESS_LEVEL = Spec(
    type="gcp.organization.access_level",
    service=SERVICE,
    title="Access level",
    asset="identity.accesscontextmanager.googleapis.com/AccessLevel",
    schema="accesscontextmanager.v1.AccessLevel",
)

SERVICE_PERIMETER = Spec(
    type="gcp.organization.service_perimeter",
    service=SERVICE,
    title="Service perimeter",
    asset="identity.accesscontextmanager.googleapis.com/ServicePerimeter",
    schema="accesscontextmanager.v1.ServicePerimeter",
    volatile=ETAG,
)

TAG_KEY = Spec(
    type="gcp.organization.tag_key",
    service=SERVICE,
    title="Tag key",
    asset="cloudresourcemanager.googleapis.com/TagKey",
    schema="cloudresourcemanager.v3.TagKey",
    iam=True,
    volatile=STAMPED,
)

TAG_VALUE = Spec(
    type="gcp.organization.tag_value",
    service=SERVICE,
    title="Tag value",
    asset="cloudresourcemanager.googleapis.com/TagValue",
    schema="cloudresourcemanager.v3.TagValue",
    iam=True,
    volatile=STAMPED,
)
