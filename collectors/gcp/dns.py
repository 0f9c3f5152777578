"""Cloud DNS."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.dns"

MANAGED_ZONE = Spec(
    type="gcp.dns.managed_zone",
    service=SERVICE,
    title="Zone",
    asset="dns.googleapis.com/ManagedZone",
    schema="dns.v1.ManagedZone",
    iam=True,
    tags="item.labels",
)

POLICY = Spec(
    type="gcp.dns.policy",
    service=SERVICE,
    title="DNS policy of networks",
    asset="dns.googleapis.com/Policy",
    schema="dns.v1.Policy",
)

RESPONSE_POLICY = Spec(
    type="gcp.dns.response_policy",
    service=SERVICE,
    title="Response policy",
    asset="dns.googleapis.com/ResponsePolicy",
    schema="dns.v1.ResponsePolicy",
    tags="item.labels",
)
