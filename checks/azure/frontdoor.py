"""Checks on Front Door: its firewall, domains, routes and origins. The older kinds: `frontdoor_classic.py`."""

from __future__ import annotations

from checks.azure.read import Item, at, in_words, inner, is_on, last, many, parent, prop, properties, rows, tls, word
from checks.azure.settings import setting
from checks.azure.vnet_read import link, linked
from checks.azure.workloads import has_identity
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

PROFILE, ENDPOINT = "azure.frontdoor.profile", "azure.frontdoor.endpoint"
ORIGIN_GROUP, ORIGIN = "azure.frontdoor.origin_group", "azure.frontdoor.origin"
STANDARD = "standard_azurefrontdoor"
# Sets of ciphers that let no version before 1.2 in. Source: REST API, "AFD Custom Domains", "AfdCipherSuiteSetType".
CURRENT_SUITES = {"tls12_2022", "tls12_2023"}
LEAST = (1, 2)
ISSUED = {"approved", "refreshingvalidationtoken", "pendingrevalidation"}


def _domains(profile: Resource) -> list[Item]:
    return rows(profile, "custom_domains")


def _host(domain: Item) -> str:
    return str(inner(domain).get("hostName") or domain.get("name"))


@check(
    f"{PROFILE}.web_firewall",
    on=PROFILE,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Domains of Front Door stand behind a web firewall",
    risk="Every probe for known holes, and every flood of requests, arrives at the application.",
    fix="az afd security-policy create --profile-name {name} -g GROUP --security-policy-name waf --waf-policy POLICY"
    " --domains DOMAINS",
)
def web_firewall(profile: Resource, inventory: Inventory) -> Verdict:
    policies = [at(inner(one), "parameters") or {} for one in rows(profile, "security_policies")]
    named = [one for policy in policies for one in many(policy.get("associations"))]
    covered = {link(one) for association in named for one in many(association.get("domains"))}
    endpoints = [one for one in inventory.all(ENDPOINT) if parent(one.id) == profile.id]
    ends = {_host(one): link(one) for one in _domains(profile)}
    ends |= {one.name: one.id for one in endpoints if word(prop(one, "enabledState")) != "disabled"}
    if not ends:
        return skipped("it serves no domain")
    if any(is_on(policy.get("isProfileLevel")) for policy in policies):
        return passed("a policy holds for all of it")
    bare = [name for name, id in ends.items() if id not in covered]
    return failed(f"no policy for {in_words(bare)}") if bare else passed(f"{len(ends)} domains, each with a policy")


def _least(domain: Item) -> tuple[int, int] | None:
    settings = inner(domain).get("tlsSettings") or {}
    suites = word(settings.get("cipherSuiteSetType"))
    if suites in CURRENT_SUITES:
        return LEAST
    return (1, 0) if suites == "tls10_2019" else tls(settings.get("minimumTlsVersion"))


@check(
    f"{PROFILE}.tls_current",
    on=PROFILE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domains of Front Door speak TLS 1.2 and later",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix="az afd custom-domain update --profile-name {name} -g GROUP --custom-domain-name DOMAIN --minimum-tls-version TLS12",
)
def tls_current(profile: Resource) -> Verdict:
    """Judge domains of one's own; those that Azure gives are its own part."""
    domains = _domains(profile)
    if not domains:
        return skipped("no domain of one's own")
    known = {_host(one): _least(one) for one in domains}
    weak = [name for name, least in known.items() if least is not None and least < LEAST]
    unsaid = [name for name, least in known.items() if least is None]
    if weak:
        return failed(f"versions before 1.2 at {in_words(weak)}")
    return unknown(f"not said for {in_words(unsaid)}") if unsaid else passed(f"{len(domains)} domains, from 1.2 on")


@check(
    f"{PROFILE}.domains_proven",
    on=PROFILE,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Domains of Front Door are proven to be one's own",
    risk="Azure renews no certificate for them: visitors are turned away by their browsers, or learn to ignore the warning.",
    fix="az afd custom-domain regenerate-validation-token --profile-name {name} -g GROUP --custom-domain-name DOMAIN, and write"
    " the token into the zone",
)
def domains_proven(profile: Resource) -> Verdict:
    domains = _domains(profile)
    if not domains:
        return skipped("no domain of one's own")
    states = {_host(one): word(inner(one).get("domainValidationState")) for one in domains}
    loose = [f"{name} ({state or 'no state'})" for name, state in states.items() if state not in ISSUED]
    return failed(f"not proven: {in_words(loose)}") if loose else passed(f"{len(domains)} domains")


@check(
    f"{PROFILE}.vault_by_identity",
    on=PROFILE,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Front Door fetches certificates as an identity of its own",
    risk="An application that was registered for all of Front Door has the right to read the vault, whoever's profile asks.",
    fix="az afd profile update --profile-name {name} -g GROUP --identity-type SystemAssigned",
)
def vault_by_identity(profile: Resource) -> Verdict:
    given = [word(at(inner(one), "tlsSettings.certificateType")) for one in _domains(profile)]
    if "customercertificate" not in given:
        return skipped("no certificates from a vault")
    identity = profile["item"].get("identity")
    return passed(f"identity: {identity['type']}") if has_identity(identity) else failed("no managed identity")


def _routes(endpoint: Resource) -> list[Item]:
    return [one for one in rows(endpoint, "routes") if word(inner(one).get("enabledState")) != "disabled"]


@check(
    f"{ENDPOINT}.leads_to_https",
    on=ENDPOINT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Endpoint does nothing over HTTP but lead to HTTPS",
    risk="Passwords and sessions can be read and changed on their way.",
    fix="az afd route update --ids ROUTE --https-redirect Enabled --supported-protocols Http Https",
)
def leads_to_https(endpoint: Resource) -> Verdict:
    routes = _routes(endpoint)
    if not routes:
        return skipped("no routes")
    plain = [
        str(one.get("name"))
        for one in routes
        if "http" in {word(each) for each in inner(one).get("supportedProtocols") or []}
        and not is_on(inner(one).get("httpsRedirect"))
    ]
    return failed(f"served over HTTP by {in_words(plain)}") if plain else passed(f"{len(routes)} routes")


@check(
    f"{ENDPOINT}.tls_to_origin",
    on=ENDPOINT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Requests travel on to the origin encrypted",
    risk="What visitors sent goes over the internet to the application, for anybody on the way to read and change.",
    fix="az afd route update --ids ROUTE --forwarding-protocol HttpsOnly",
)
def tls_to_origin(endpoint: Resource) -> Verdict:
    """Accept that the visitor's protocol is kept where nothing but HTTPS is served."""
    routes = _routes(endpoint)
    if not routes:
        return skipped("no routes")
    plain = [str(one.get("name")) for one in routes if not _encrypted(inner(one))]
    return failed(f"in the clear by {in_words(plain)}") if plain else passed("over HTTPS")


def _encrypted(route: Item) -> bool:
    protocol = word(route.get("forwardingProtocol"))
    served = {word(each) for each in route.get("supportedProtocols") or []}
    kept = protocol in ("", "matchrequest") and (served == {"https"} or is_on(route.get("httpsRedirect")))
    return protocol == "httpsonly" or kept


NAMES_CHECKED = setting(
    (Kind(ORIGIN, "Origin", "az afd origin update --ids {id}"),),
    "name_checked",
    "enforceCertificateNameCheck",
    "true",
    "true",
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="NOUN has to show a certificate of its name",
    risk="Whoever leads the name astray shows any certificate that he has, and reads what visitors sent.",
    fix="MODIFY --enforce-certificate-name-check true",
)


@check(
    f"{ORIGIN}.reached_privately",
    on=ORIGIN,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Origin is reached over a private link",
    risk="The application has to be open to the internet, and is reached there past the firewall of Front Door.",
    fix="az afd origin update --ids {id} --enable-private-link true --private-link-resource RESOURCE"
    " --private-link-location {region} --private-link-request-message front-door",
)
def reached_privately(origin: Resource, inventory: Inventory) -> Verdict:
    profile = linked(PROFILE, parent(parent(origin.id)), inventory)
    if word(at(profile["item"], "sku.name")) == STANDARD:
        return skipped("the standard tier has no private links")
    target = at(properties(origin), "sharedPrivateLinkResource.privateLink.id")
    state = word(at(properties(origin), "sharedPrivateLinkResource.status"))
    if not target:
        return failed("over the internet")
    return (passed if state in ("", "approved") else failed)(f"by {last(target)}, {state or 'in use'}")


@check(
    f"{ORIGIN_GROUP}.health_checked",
    on=ORIGIN_GROUP,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Front Door asks whether origins are well",
    risk="Requests go on to an origin that answers no more, though another would.",
    fix="az afd origin-group update --ids {id} --probe-path / --probe-protocol Https --probe-interval-in-seconds 100"
    " --probe-request-type HEAD",
)
def health_checked(group: Resource, inventory: Inventory) -> Verdict:
    behind = [one for one in inventory.all(ORIGIN) if parent(one.id) == group.id]
    if len(behind) < 2:
        return skipped("nothing to choose between")
    probe = prop(group, "healthProbeSettings") or {}
    off = word(probe.get("probeProtocol")) in ("", "notset")
    return failed("no probe") if off else passed(f"asks at {probe.get('probePath') or '/'}")
