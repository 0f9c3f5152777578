"""VMware Engine."""

from collectors.gcp.spec import UPDATED, Spec

SERVICE = "gcp.vmwareengine"


def _type(noun: str, kind: str, title: str, *, iam: bool = False) -> Spec:
    return Spec(
        type=f"gcp.vmwareengine.{noun}",
        service=SERVICE,
        title=title,
        asset=f"vmwareengine.googleapis.com/{kind}",
        schema=f"vmwareengine.v1.{kind}",
        iam=iam,
        volatile=UPDATED,
    )


PRIVATE_CLOUD = _type("private_cloud", "PrivateCloud", "Private cloud", iam=True)
CLUSTER = _type("cluster", "Cluster", "Cluster", iam=True)
NETWORK_POLICY = _type("network_policy", "NetworkPolicy", "Network policy")
EXTERNAL_ACCESS_RULE = _type("external_access_rule", "ExternalAccessRule", "External access rule")
EXTERNAL_ADDRESS = _type("external_address", "ExternalAddress", "External address")
