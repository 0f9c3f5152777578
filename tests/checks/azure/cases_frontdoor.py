"""Cases of Front Door."""

from __future__ import annotations

from typing import Any

from checks.azure import frontdoor
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.net import item, part

PROFILE = "/subscriptions/1/resourcegroups/g/providers/microsoft.cdn/profiles/door"
(NAMES,) = frontdoor.NAMES_CHECKED


def domain(name: str = "www", **said: Any) -> dict[str, Any]:
    return {"id": f"{PROFILE}/customDomains/{name}", "name": name, "properties": {"hostName": f"{name}.example.com", **said}}


def served(**settings: Any) -> list[dict[str, Any]]:
    return [domain(tlsSettings={"certificateType": "ManagedCertificate", **settings})]


def policy(*domains: str, **said: Any) -> list[dict[str, Any]]:
    associations = [{"domains": [{"id": f"{PROFILE}/{each}"} for each in domains], "patternsToMatch": ["/*"]}]
    return [part("waf", parameters={"type": "WebApplicationFirewall", "associations": associations, **said})]


def endpoint(state: str = "Enabled", profile: str = PROFILE) -> Resource:
    return resource(frontdoor.ENDPOINT, f"{profile}/afdendpoints/e", "global", "e", item=item(enabledState=state))


def route(*protocols: str, **said: Any) -> list[dict[str, Any]]:
    return [part("default", supportedProtocols=list(protocols), enabledState="Enabled", **said)]


def profile(sku: str) -> Resource:
    return resource(frontdoor.PROFILE, PROFILE, "global", "door", item=item({"sku": {"name": sku}}))


def firewalled(outcome: Any, policies: Any, *inventory: Any, domains: Any = ()) -> Any:
    return case(
        frontdoor.web_firewall,
        outcome,
        id=PROFILE,
        item=item(),
        custom_domains=list(domains),
        security_policies=policies,
        inventory=inventory,
    )


def reached(outcome: Any, sku: str, link: Any = None, *, listed: bool = True) -> Any:
    held = item(sharedPrivateLinkResource=link)
    id = f"{PROFILE}/origingroups/g/origins/o"
    return case(frontdoor.reached_privately, outcome, id=id, item=held, inventory=[profile(sku)] if listed else [])


def origin(name: str) -> Resource:
    return resource(frontdoor.ORIGIN, f"{PROFILE}/origingroups/g/origins/{name}", item=item())


def probed(outcome: Any, probe: Any, *origins: Any) -> Any:
    id = f"{PROFILE}/origingroups/g"
    return case(frontdoor.health_checked, outcome, id=id, item=item(healthProbeSettings=probe), inventory=origins)


LINK = {"privateLink": {"id": "/subscriptions/1/x/sites/app"}, "status": "Approved"}
PREMIUM, STANDARD = "Premium_AzureFrontDoor", "Standard_AzureFrontDoor"

CASES = [
    firewalled(PASS, policy("customDomains/www", "afdEndpoints/E"), endpoint(), domains=[domain()]),
    firewalled(PASS, policy(isProfileLevel=True), endpoint(), domains=[domain()]),
    firewalled(PASS, policy("customdomains/WWW"), endpoint("Disabled"), domains=[domain()]),
    firewalled(PASS, policy("customDomains/www"), endpoint(profile=f"{PROFILE}2"), domains=[domain()]),
    firewalled(FAIL, policy("customDomains/www"), endpoint(), domains=[domain()]),
    firewalled(FAIL, policy("afdEndpoints/e"), endpoint(), domains=[domain()]),
    firewalled(FAIL, [], endpoint()),
    firewalled(SKIP, []),
    firewalled(UNKNOWN, DENIED, endpoint()),
    firewalled(UNKNOWN, [], unlisted(frontdoor.ENDPOINT)),
    case(frontdoor.tls_current, PASS, custom_domains=served(minimumTlsVersion="TLS12")),
    case(frontdoor.tls_current, PASS, custom_domains=served(minimumTlsVersion="TLS13", cipherSuiteSetType="Customized")),
    case(frontdoor.tls_current, PASS, custom_domains=served(cipherSuiteSetType="TLS12_2023")),
    case(frontdoor.tls_current, FAIL, custom_domains=served(minimumTlsVersion="TLS10")),
    case(frontdoor.tls_current, FAIL, custom_domains=served(cipherSuiteSetType="TLS10_2019")),
    case(frontdoor.tls_current, UNKNOWN, custom_domains=served()),
    case(frontdoor.tls_current, UNKNOWN, custom_domains=DENIED),
    case(frontdoor.tls_current, SKIP, custom_domains=[]),
    case(frontdoor.domains_proven, PASS, custom_domains=[domain(domainValidationState="Approved")]),
    case(frontdoor.domains_proven, FAIL, custom_domains=[domain(domainValidationState="TimedOut")]),
    case(frontdoor.domains_proven, FAIL, custom_domains=[domain()]),
    case(frontdoor.domains_proven, SKIP, custom_domains=[]),
    case(
        frontdoor.vault_by_identity,
        PASS,
        item=item({"identity": {"type": "SystemAssigned"}}),
        custom_domains=[domain(tlsSettings={"certificateType": "CustomerCertificate"})],
    ),
    case(
        frontdoor.vault_by_identity,
        FAIL,
        item=item(),
        custom_domains=[domain(tlsSettings={"certificateType": "CustomerCertificate"})],
    ),
    case(frontdoor.vault_by_identity, SKIP, item=item(), custom_domains=served()),
    case(frontdoor.leads_to_https, PASS, routes=route("Http", "Https", httpsRedirect="Enabled")),
    case(frontdoor.leads_to_https, PASS, routes=route("Https", httpsRedirect="Disabled")),
    case(frontdoor.leads_to_https, FAIL, routes=route("Http", "Https", httpsRedirect="Disabled")),
    case(frontdoor.leads_to_https, FAIL, routes=route("Http", "Https")),
    case(frontdoor.leads_to_https, SKIP, routes=[part("off", supportedProtocols=["Http"], enabledState="Disabled")]),
    case(frontdoor.leads_to_https, UNKNOWN, routes=DENIED),
    case(frontdoor.tls_to_origin, PASS, routes=route("Http", forwardingProtocol="HttpsOnly")),
    case(frontdoor.tls_to_origin, PASS, routes=route("Https", forwardingProtocol="MatchRequest")),
    case(
        frontdoor.tls_to_origin, PASS, routes=route("Http", "Https", forwardingProtocol="MatchRequest", httpsRedirect="Enabled")
    ),
    case(frontdoor.tls_to_origin, FAIL, routes=route("Http", "Https", forwardingProtocol="MatchRequest")),
    case(frontdoor.tls_to_origin, FAIL, routes=route("Https", forwardingProtocol="HttpOnly")),
    case(frontdoor.tls_to_origin, SKIP, routes=[]),
    case(NAMES, PASS, item=item(enforceCertificateNameCheck=True)),
    case(NAMES, PASS, item=item()),
    case(NAMES, FAIL, item=item(enforceCertificateNameCheck=False)),
    reached(PASS, PREMIUM, LINK),
    reached(FAIL, PREMIUM, {**LINK, "status": "Pending"}),
    reached(FAIL, PREMIUM),
    reached(SKIP, STANDARD),
    reached(UNKNOWN, PREMIUM, LINK, listed=False),
    probed(PASS, {"probeProtocol": "Https", "probePath": "/"}, origin("a"), origin("b")),
    probed(FAIL, {"probeProtocol": "NotSet"}, origin("a"), origin("b")),
    probed(FAIL, None, origin("a"), origin("b")),
    probed(SKIP, None, origin("a")),
    probed(UNKNOWN, None, unlisted(frontdoor.ORIGIN)),
]
