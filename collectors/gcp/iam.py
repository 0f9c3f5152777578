"""IAM: service accounts, keys, roles, deny policies, federation, API keys.

Pools of identities are listed since September 2025. Source: release notes of Cloud Asset Inventory, 2025-09-15.
"""

from collectors.gcp.spec import DENY_POLICY as DENY
from collectors.gcp.spec import ETAG, STAMPED, Spec

SERVICE = "gcp.iam"

SERVICE_ACCOUNT = Spec(
    type="gcp.iam.service_account",
    service=SERVICE,
    title="Service account",
    asset="iam.googleapis.com/ServiceAccount",
    schema="iam.v1.ServiceAccount",
    iam=True,
    volatile=ETAG,
)

SERVICE_ACCOUNT_KEY = Spec(
    type="gcp.iam.service_account_key",
    service=SERVICE,
    title="Key of a service account",
    asset="iam.googleapis.com/ServiceAccountKey",
    schema="iam.v1.ServiceAccountKey",
    secret=("item.privateKeyData",),
)

ROLE = Spec(
    type="gcp.iam.role",
    service=SERVICE,
    title="Custom role",
    asset="iam.googleapis.com/Role",
    schema="iam.v1.Role",
    volatile=ETAG,
)

DENY_POLICY = Spec(
    type="gcp.iam.deny_policy",
    service=SERVICE,
    title="Deny policy",
    asset=DENY,
    schema="iam.v2.GoogleIamV2Policy",
    volatile=STAMPED,
)

WORKLOAD_IDENTITY_POOL = Spec(
    type="gcp.iam.workload_identity_pool",
    service=SERVICE,
    title="Workload identity pool",
    asset="iam.googleapis.com/WorkloadIdentityPool",
    schema="iam.v1.WorkloadIdentityPool",
    iam=True,
)

WORKLOAD_IDENTITY_POOL_PROVIDER = Spec(
    type="gcp.iam.workload_identity_pool_provider",
    service=SERVICE,
    title="Provider of a workload identity pool",
    asset="iam.googleapis.com/WorkloadIdentityPoolProvider",
    schema="iam.v1.WorkloadIdentityPoolProvider",
)

WORKFORCE_POOL = Spec(
    type="gcp.iam.workforce_pool",
    service=SERVICE,
    title="Workforce pool",
    asset="iam.googleapis.com/WorkforcePool",
    schema="iam.v1.WorkforcePool",
    iam=True,
)

WORKFORCE_POOL_PROVIDER = Spec(
    type="gcp.iam.workforce_pool_provider",
    service=SERVICE,
    title="Provider of a workforce pool",
    asset="iam.googleapis.com/WorkforcePoolProvider",
    schema="iam.v1.WorkforcePoolProvider",
    secret=(
        "item.oidc.clientSecret",
        "item.extraAttributesOauth2Client.clientSecret",
        "item.extendedAttributesOauth2Client.clientSecret",
    ),
)

API_KEY = Spec(
    type="gcp.iam.api_key",
    service=SERVICE,
    title="API key",
    asset="apikeys.googleapis.com/Key",
    schema="apikeys.v2.V2Key",
    tags="item.annotations",
    volatile=STAMPED,
    secret=("item.keyString",),
)
