"""Cases of application gateways."""

from __future__ import annotations

from typing import Any

from checks.azure import appgw
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.net import item, part, to

(PREVENTS,), (BODIES,), (HTTP2,) = appgw.FIREWALL_PREVENTS, appgw.BODIES_INSPECTED, appgw.HTTP2
POLICY = to("ApplicationGatewayWebApplicationFirewallPolicies", "waf")
OWN = {"enabled": True, "firewallMode": "Prevention", "requestBodyCheck": True}


def gateway(tier: str = "WAF_v2", of: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    return item(of, sku={"name": tier, "tier": tier}, **properties)


def listener(name: str, protocol: str, **said: Any) -> dict[str, Any]:
    return {**to("applicationGateways", f"g/httpListeners/{name}"), "name": name, "properties": {"protocol": protocol, **said}}


HTTPS, HTTP = listener("secure", "Https"), listener("plain", "Http")


def speaking(**properties: Any) -> dict[str, Any]:
    return gateway(httpListeners=[HTTPS], **properties)


def routed(*, target: dict[str, Any] | None = None, paths: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return a gateway whose listener for HTTP leads by a redirection to *target*, or by *paths*."""
    redirect = {**to("applicationGateways", "g/redirectConfigurations/r"), "properties": target or {}}
    leading = {"redirectConfiguration": {"id": redirect["id"]}} if target else {"backendAddressPool": to("x", "pool")}
    mapped = {
        **to("applicationGateways", "g/urlPathMaps/m"),
        "properties": {"pathRules": paths, "defaultRedirectConfiguration": {"id": redirect["id"]}},
    }
    if paths is not None:
        leading = {"urlPathMap": {"id": mapped["id"]}}
    return gateway(
        httpListeners=[HTTPS, HTTP],
        redirectConfigurations=[redirect],
        urlPathMaps=[mapped],
        requestRoutingRules=[
            part("r", httpListener={"id": HTTP["id"]}, **leading),
            part("s", httpListener={"id": HTTPS["id"]}),
        ],
    )


TO_HTTPS = {"redirectType": "Permanent", "targetListener": {"id": HTTPS["id"].lower()}}
REDIRECTING = part("a", redirectConfiguration=to("applicationGateways", "g/redirectConfigurations/r"))


def backend(**said: Any) -> dict[str, Any]:
    return gateway(backendHttpSettingsCollection=[part("b", **said)])


CASES = [
    case(appgw.web_firewall, PASS, item=gateway(firewallPolicy=POLICY)),
    case(appgw.web_firewall, PASS, item=gateway("WAF", webApplicationFirewallConfiguration=OWN)),
    case(appgw.web_firewall, PASS, item=gateway(httpListeners=[listener("l", "Https", firewallPolicy=POLICY)])),
    case(appgw.web_firewall, FAIL, item=gateway(httpListeners=[listener("l", "Https", firewallPolicy=POLICY), HTTP])),
    case(appgw.web_firewall, FAIL, item=gateway(webApplicationFirewallConfiguration={**OWN, "enabled": False})),
    case(appgw.web_firewall, FAIL, item=gateway("Standard_v2")),
    case(appgw.web_firewall, FAIL, item=gateway()),
    case(PREVENTS, PASS, item=gateway(webApplicationFirewallConfiguration=OWN)),
    case(PREVENTS, FAIL, item=gateway(webApplicationFirewallConfiguration={**OWN, "firewallMode": "Detection"})),
    case(PREVENTS, SKIP, item=gateway(firewallPolicy=POLICY, webApplicationFirewallConfiguration=OWN)),
    case(PREVENTS, SKIP, item=gateway()),
    case(BODIES, PASS, item=gateway(webApplicationFirewallConfiguration={"enabled": True})),
    case(BODIES, FAIL, item=gateway(webApplicationFirewallConfiguration={**OWN, "requestBodyCheck": False})),
    case(BODIES, SKIP, item=gateway(webApplicationFirewallConfiguration={"enabled": False})),
    case(HTTP2, PASS, item=gateway(enableHttp2=True)),
    case(HTTP2, FAIL, item=gateway(enableHttp2=False)),
    case(HTTP2, FAIL, item=gateway()),
    *(
        case(appgw.tls_current, outcome, item=speaking(sslPolicy=said))
        for said, outcome in (
            ({"policyType": "Predefined", "policyName": "AppGwSslPolicy20220101S"}, PASS),
            ({"policyType": "Predefined", "policyName": "AppGwSslPolicy20170401S"}, PASS),
            ({"policyType": "Predefined", "policyName": "AppGwSslPolicy20170401"}, FAIL),
            ({"policyType": "Predefined", "policyName": "AppGwSslPolicy20150501"}, FAIL),
            ({"policyType": "Predefined", "policyName": "AppGwSslPolicy20991231"}, FAIL),
            ({"policyType": "CustomV2", "minProtocolVersion": "TLSv1_3"}, PASS),
            ({"policyType": "Custom", "minProtocolVersion": "TLSv1_2"}, PASS),
            ({"policyType": "Custom", "minProtocolVersion": "TLSv1_1"}, FAIL),
            ({"disabledSslProtocols": ["TLSv1_0", "TLSv1_1"]}, PASS),
            ({"disabledSslProtocols": ["TLSv1_0"]}, FAIL),
            (None, FAIL),
        )
    ),
    case(appgw.tls_current, PASS, item=speaking(defaultPredefinedSslPolicy="AppGwSslPolicy20220101")),
    case(
        appgw.tls_current,
        FAIL,
        item=speaking(
            sslPolicy={"policyName": "AppGwSslPolicy20220101"},
            sslProfiles=[part("old", sslPolicy={"minProtocolVersion": "TLSv1_0"})],
        ),
    ),
    case(appgw.tls_current, SKIP, item=gateway(httpListeners=[HTTP])),
    case(appgw.leads_to_https, PASS, item=speaking()),
    case(appgw.leads_to_https, PASS, item=routed(target=TO_HTTPS)),
    case(appgw.leads_to_https, PASS, item=routed(target={"targetUrl": "HTTPS://www.example.com"})),
    case(appgw.leads_to_https, PASS, item=routed(target=TO_HTTPS, paths=[REDIRECTING])),
    case(appgw.leads_to_https, FAIL, item=routed(target=TO_HTTPS, paths=[part("a", backendAddressPool=to("x", "p"))])),
    case(appgw.leads_to_https, FAIL, item=routed(target={"targetListener": {"id": HTTP["id"]}})),
    case(appgw.leads_to_https, FAIL, item=routed()),
    case(appgw.tls_to_backend, PASS, item=backend(protocol="Https")),
    case(appgw.tls_to_backend, FAIL, item=backend(protocol="Http")),
    case(appgw.tls_to_backend, FAIL, item=backend()),
    case(appgw.tls_to_backend, SKIP, item=gateway()),
    case(appgw.backend_proven, PASS, item=backend(protocol="Https")),
    case(appgw.backend_proven, PASS, item=backend(protocol="Https", validateCertChainAndExpiry=True, validateSNI=True)),
    case(appgw.backend_proven, FAIL, item=backend(protocol="Https", validateCertChainAndExpiry=False)),
    case(appgw.backend_proven, FAIL, item=backend(protocol="Https", validateSNI=False)),
    case(appgw.backend_proven, SKIP, item=backend(protocol="Http", validateSNI=False)),
    case(appgw.certificates_in_vault, PASS, item=gateway(sslCertificates=[part(keyVaultSecretId="https://v/secrets/c")])),
    case(appgw.certificates_in_vault, FAIL, item=gateway(sslCertificates=[part(publicCertData="MII")])),
    case(appgw.certificates_in_vault, SKIP, item=gateway(sslCertificates=[])),
    case(appgw.current_generation, PASS, item=gateway("Standard_v2")),
    case(appgw.current_generation, FAIL, item=gateway("WAF")),
    case(appgw.current_generation, FAIL, item=gateway("standard")),
    case(appgw.spans_zones, PASS, item=gateway("WAF_v2", {"zones": ["1", "2"]})),
    case(appgw.spans_zones, PASS, item=gateway()),
    case(appgw.spans_zones, FAIL, item=gateway("WAF_v2", {"zones": ["1"]})),
    case(appgw.spans_zones, FAIL, item=gateway("WAF")),
    case(appgw.several_instances, PASS, item=item(sku={"tier": "WAF_v2", "capacity": 2})),
    case(appgw.several_instances, PASS, item=gateway(autoscaleConfiguration={"minCapacity": 2})),
    case(appgw.several_instances, PASS, item=gateway(autoscaleConfiguration={"minCapacity": 0})),
    case(appgw.several_instances, FAIL, item=gateway(autoscaleConfiguration={"minCapacity": 1})),
    case(appgw.several_instances, FAIL, item=item(sku={"tier": "WAF", "capacity": 1})),
]
