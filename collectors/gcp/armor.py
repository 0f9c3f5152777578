"""Cloud Armor."""

from collectors.gcp.spec import FINGERPRINT, LABELLED, Spec

SECURITY_POLICY = Spec(
    type="gcp.armor.security_policy",
    service="gcp.armor",
    title="Security policy",
    asset="compute.googleapis.com/SecurityPolicy",
    schema="compute.v1.SecurityPolicy",
    tags="item.labels",
    volatile=(*FINGERPRINT, *LABELLED),
)
