"""Apigee. Proxies and environments are not in Asset Inventory."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.apigee"

ORGANIZATION = Spec(
    type="gcp.apigee.organization",
    service=SERVICE,
    title="Organization",
    asset="apigee.googleapis.com/Organization",
    schema="apigee.v1.GoogleCloudApigeeV1Organization",
    volatile=("item.lastModifiedAt",),
)

INSTANCE = Spec(
    type="gcp.apigee.instance",
    service=SERVICE,
    title="Instance",
    asset="apigee.googleapis.com/Instance",
    schema="apigee.v1.GoogleCloudApigeeV1Instance",
    volatile=("item.lastModifiedAt",),
)
