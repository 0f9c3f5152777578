"""Cases of classic Front Door and of the content network."""

from __future__ import annotations

from typing import Any

from checks.azure import frontdoor_classic as classic
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.net import item, part, to

(NAMES,) = classic.NAMES_CHECKED
OFF = {"enabledState": "Disabled"}


def fronted(host: str = "www.example.com", **said: Any) -> dict[str, Any]:
    return item(frontendEndpoints=[part("www", hostName=host, **said)])


def ruled(*accepted: str, **configuration: Any) -> dict[str, Any]:
    return item(
        routingRules=[part("r", acceptedProtocols=list(accepted), enabledState="Enabled", routeConfiguration=configuration)]
    )


def forwarding(protocol: str) -> dict[str, Any]:
    return {"backendPool": {"id": "pool"}, "forwardingProtocol": protocol}


def named(state: str, version: str | None) -> list[dict[str, Any]]:
    parameters = {"minimumTlsVersion": version, "certificateSource": "Cdn"}
    return [part(hostName="www.example.com", customHttpsProvisioningState=state, customHttpsParameters=parameters)]


REDIRECT = {"rules": [{"name": "https", "actions": [{"name": "UrlRedirect", "parameters": {"destinationProtocol": "Https"}}]}]}

CASES = [
    case(classic.kept_up, PASS, item=item(resourceState="Migrated")),
    case(classic.kept_up, FAIL, item=item(resourceState="Enabled")),
    case(classic.kept_up, FAIL, item=item()),
    case(classic.web_firewall, PASS, item=fronted(webApplicationFirewallPolicyLink=to("waf", "w"))),
    case(classic.web_firewall, FAIL, item=fronted(webApplicationFirewallPolicyLink=None)),
    case(classic.web_firewall, SKIP, item=item(resourceState="Migrated")),
    case(classic.web_firewall, SKIP, item=item(**OFF)),
    case(classic.tls_current, PASS, item=fronted(customHttpsConfiguration={"minimumTlsVersion": "1.2"})),
    case(classic.tls_current, PASS, item=fronted("door.azurefd.net")),
    case(classic.tls_current, FAIL, item=fronted(customHttpsConfiguration={"minimumTlsVersion": "1.0"})),
    case(classic.tls_current, FAIL, item=fronted(customHttpsConfiguration=None)),
    case(classic.tls_current, SKIP, item=item(**OFF)),
    case(classic.leads_to_https, PASS, item=ruled("Https", **forwarding("HttpsOnly"))),
    case(classic.leads_to_https, PASS, item=ruled("Http", redirectProtocol="HttpsOnly")),
    case(classic.leads_to_https, FAIL, item=ruled("Http", "Https", **forwarding("HttpsOnly"))),
    case(classic.leads_to_https, FAIL, item=ruled("Http", redirectProtocol="MatchRequest")),
    case(classic.leads_to_https, SKIP, item=item(**OFF)),
    case(classic.tls_to_origin, PASS, item=ruled("Http", "Https", **forwarding("HttpsOnly"))),
    case(classic.tls_to_origin, PASS, item=ruled("Https", **forwarding("MatchRequest"))),
    case(classic.tls_to_origin, PASS, item=ruled("Http", redirectProtocol="HttpsOnly")),
    case(classic.tls_to_origin, FAIL, item=ruled("Http", "Https", **forwarding("MatchRequest"))),
    case(classic.tls_to_origin, FAIL, item=ruled("Https", **forwarding("HttpOnly"))),
    case(classic.tls_to_origin, SKIP, item=item(**OFF)),
    case(NAMES, PASS, item=item(backendPoolsSettings={"enforceCertificateNameCheck": "Enabled"})),
    case(NAMES, PASS, item=item()),
    case(NAMES, FAIL, item=item(backendPoolsSettings={"enforceCertificateNameCheck": "Disabled"})),
    case(NAMES, SKIP, item=item(backendPoolsSettings={"enforceCertificateNameCheck": "Disabled"}, **OFF)),
    case(classic.supported, PASS, item=item({"sku": {"name": "Standard_Microsoft"}}, resourceState="Migrated")),
    case(classic.supported, FAIL, item=item({"sku": {"name": "Standard_Microsoft"}})),
    case(classic.supported, FAIL, item=item({"sku": {"name": "Standard_Verizon"}})),
    case(classic.served_encrypted, PASS, item=item(isHttpAllowed=False)),
    case(classic.served_encrypted, PASS, item=item(isHttpAllowed=True, deliveryPolicy=REDIRECT)),
    case(classic.served_encrypted, FAIL, item=item(isHttpAllowed=True)),
    case(classic.served_encrypted, FAIL, item=item()),
    case(classic.domains_encrypted, PASS, item=item(), custom_domains=named("Enabled", "TLS12")),
    case(classic.domains_encrypted, FAIL, item=item(), custom_domains=named("Enabled", "TLS10")),
    case(classic.domains_encrypted, FAIL, item=item(), custom_domains=named("Enabled", "None")),
    case(classic.domains_encrypted, FAIL, item=item(), custom_domains=named("Disabled", None)),
    case(classic.domains_encrypted, SKIP, item=item(), custom_domains=[]),
    case(classic.domains_encrypted, UNKNOWN, item=item(), custom_domains=DENIED),
    case(classic.origin_encrypted, PASS, item=item(isHttpsAllowed=True)),
    case(classic.origin_encrypted, PASS, item=item()),
    case(classic.origin_encrypted, FAIL, item=item(isHttpsAllowed=False)),
]
