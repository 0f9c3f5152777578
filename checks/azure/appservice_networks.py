"""Checks on from where apps and functions are reached, and by which way they reach others.

Source: App Service documentation, "Access restrictions", "Private endpoints", "Integrate your app with a virtual network".
"""

from __future__ import annotations

from checks.azure.appservice_read import SITES, WEB, admits_world, closed, setting
from checks.azure.read import SET, is_on, private_endpoints, prop, word
from checks.kinds import each
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

WITHOUT_ENDPOINTS = ("free", "shared", "dynamic")  # tiers; "dynamic" is the Consumption plan's name


def _own_environment(site: Resource) -> bool:
    return bool(prop(site, "hostingEnvironmentProfile.id"))


@each(
    SITES,
    "networks_narrow",
    control="network.public_access",
    severity=Severity.LOW,
    title="NOUN is reached from chosen networks only",
    risk="Requests go past the gateway, with its web firewall, its sign-in and its logs.",
    fix=f"{WEB}ipSecurityRestrictionsDefaultAction=Deny",
)
def networks_narrow(site: Resource) -> Verdict:
    if reason := closed(site):
        return passed(reason)
    return failed("every address is admitted") if admits_world(site) else passed("its rules admit chosen networks")


@each(
    SITES,
    "deployment_narrow",
    control="network.admin_ports",
    severity=Severity.MEDIUM,
    title="NOUN's deployment site is reached from chosen networks only",
    risk="Anybody may try passwords and tokens on the site that changes the code and opens a shell.",
    fix=f"{WEB}scmIpSecurityRestrictionsUseMain=true, or properties.scmIpSecurityRestrictionsDefaultAction=Deny with own rules",
)
def deployment_narrow(site: Resource) -> Verdict:
    if reason := closed(site):
        return passed(reason)
    as_main = is_on(setting(site, "scmIpSecurityRestrictionsUseMain"))
    whose = "the site's" if as_main else "its own"
    if admits_world(site, "" if as_main else "scm"):
        return failed(f"every address is admitted, by {whose} rules")
    return passed(f"{whose} rules admit chosen networks")


@each(
    SITES,
    "private_endpoint",
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="NOUN has a private endpoint",
    risk="Whoever works with it needs a way over public addresses.",
    fix="az network private-endpoint create --name NEW --resource-group GROUP --subnet SUBNET --connection-name NEW"
    " --private-connection-resource-id {id} --group-id sites",
)
def private_endpoint(site: Resource) -> Verdict:
    tier = word(prop(site, "sku"))
    if tier in WITHOUT_ENDPOINTS:
        return skipped(f"the {tier} tier has no private endpoints")
    if _own_environment(site):
        return passed("it stands in a virtual network, in an environment of its own")
    approved = private_endpoints(site)
    return passed(f"{approved} approved") if approved else failed("no private endpoint is approved")


@each(
    SITES,
    "leaves_through_network",
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="NOUN sends everything through a network of the customer's",
    risk="What it sends, and where to, passes no firewall and leaves no flow log.",
    fix=f"{SET}virtualNetworkSubnetId=SUBNET properties.outboundVnetRouting.allTraffic=true",
)
def leaves_through_network(site: Resource) -> Verdict:
    if _own_environment(site):
        return passed("it stands in a virtual network, in an environment of its own")
    if not prop(site, "virtualNetworkSubnetId"):
        return failed("no network of the customer's")
    # The newer switches replace the older one, and either may be the one that is told.
    routed = ("outboundVnetRouting.allTraffic", "outboundVnetRouting.applicationTraffic", "vnetRouteAllEnabled")
    whole = any(is_on(prop(site, path)) for path in routed) or is_on(setting(site, "vnetRouteAllEnabled"))
    return passed("all that it sends") if whole else failed("only what it sends to inner addresses")
