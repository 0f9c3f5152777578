"""Front Door (today's and classic), the content network, and the policies of their web firewall.

Profiles of both are of one native type and told apart by their kind: ``frontdoor``, and ``cdn`` for the rest.
"""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.frontdoor"
API = "2024-02-01"

PROFILE = Spec(
    type="azure.frontdoor.profile",
    service=SERVICE,
    title="Front Door",
    arm="microsoft.cdn/profiles",
    kind="frontdoor",
    api=API,
    facts={
        "custom_domains": Get("/customDomains", "value", action="Microsoft.Cdn/profiles/customdomains/read"),
        "security_policies": Get("/securityPolicies", "value", action="Microsoft.Cdn/profiles/securitypolicies/read"),
        "diagnostics": DIAGNOSTICS,
    },
)

ENDPOINT = Spec(
    type="azure.frontdoor.endpoint",
    service=SERVICE,
    title="Endpoint of Front Door",
    arm="microsoft.cdn/profiles/afdendpoints",
    api=API,
    facts={"routes": Get("/routes", "value", action="Microsoft.Cdn/profiles/afdendpoints/routes/read")},
)

CDN_PROFILE = Spec(
    type="azure.frontdoor.cdn_profile",
    service=SERVICE,
    title="Profile of the content network",
    arm="microsoft.cdn/profiles",
    facts={"diagnostics": DIAGNOSTICS},
)

CDN_ENDPOINT = Spec(
    type="azure.frontdoor.cdn_endpoint",
    service=SERVICE,
    title="Endpoint of the content network",
    arm="microsoft.cdn/profiles/endpoints",
    api=API,
    facts={
        "custom_domains": Get("/customDomains", "value", action="Microsoft.Cdn/profiles/endpoints/customdomains/read"),
    },
)

CLASSIC = Spec(
    type="azure.frontdoor.classic",
    service=SERVICE,
    title="Front Door (classic)",
    arm="microsoft.network/frontdoors",
    facts={"diagnostics": DIAGNOSTICS},
)

WAF_POLICY = Spec(
    type="azure.frontdoor.waf_policy",
    service=SERVICE,
    title="Policy of a web firewall",
    arm="microsoft.network/frontdoorwebapplicationfirewallpolicies",
)

ORIGIN_GROUP = Spec(
    type="azure.frontdoor.origin_group",
    service=SERVICE,
    title="Origin group",
    listing=Get("/originGroups", "value", action="Microsoft.Cdn/profiles/origingroups/read"),
    parent="azure.frontdoor.profile",
    api=API,
)

ORIGIN = Spec(
    type="azure.frontdoor.origin",
    service=SERVICE,
    title="Origin",
    listing=Get("/origins", "value", action="Microsoft.Cdn/profiles/origingroups/origins/read"),
    parent="azure.frontdoor.origin_group",
    api=API,
)
