"""Application Gateway and the policies of its web firewall."""

from collectors.azure.spec import DIAGNOSTICS, Spec

SERVICE = "azure.appgw"

GATEWAY = Spec(
    type="azure.appgw.gateway",
    service=SERVICE,
    title="Application gateway",
    arm="microsoft.network/applicationgateways",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.operationalState",),
)

WAF_POLICY = Spec(
    type="azure.appgw.waf_policy",
    service=SERVICE,
    title="Policy of a web firewall",
    arm="microsoft.network/applicationgatewaywebapplicationfirewallpolicies",
)
