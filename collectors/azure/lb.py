"""Load Balancer."""

from collectors.azure.spec import DIAGNOSTICS, Spec

BALANCER = Spec(
    type="azure.lb.balancer",
    service="azure.lb",
    title="Load balancer",
    arm="microsoft.network/loadbalancers",
    facts={"diagnostics": DIAGNOSTICS},
)
