"""Checks on load balancers: what they speak, by which certificates, what they offer, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from checks.exposures import ADMINISTRATION, EXPOSURES, LAST_PORT, Port
from checks.gcp.read import Item, either, in_words, last, linked, many, place, yes
from checks.kinds import Kind, each
from checks.times import day, time_of
from checks.world import EVERYWHERE, FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

FORWARDING, BACKEND, BUCKET = "gcp.lb.forwarding_rule", "gcp.lb.backend_service", "gcp.lb.backend_bucket"
HTTP_PROXY, URL_MAP, POLICY = "gcp.lb.target_http_proxy", "gcp.lb.url_map", "gcp.lb.ssl_policy"
CERTIFICATE, MANAGED = "gcp.lb.ssl_certificate", "gcp.lb.certificate"
PROXIES = (
    Kind("gcp.lb.target_https_proxy", "HTTPS proxy", "gcloud compute target-https-proxies update {name} --project={account}"),
    Kind("gcp.lb.target_ssl_proxy", "TLS proxy", "gcloud compute target-ssl-proxies update {name} --project={account}"),
)
FACING = {"EXTERNAL", "EXTERNAL_MANAGED", "EXTERNAL_PASSTHROUGH"}
WEB = {"HTTP", "HTTPS", "HTTP2", "H2C", "GRPC"}
# Profiles without weak ciphers. Below RESTRICTED and FIPS, versions before 1.2 may be spoken; these two know no older ones.
# Source: Cloud Load Balancing documentation, "SSL policies for SSL and TLS protocols".
CURRENT, STRICT = {"TLS_1_2", "TLS_1_3"}, {"RESTRICTED", "FIPS_202205"}
WEAK = (
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
)
NOTICE = timedelta(days=30)
LATE = timedelta(days=7)  # Google renews its own about a month before they end
# Services that the world has no business with, by port: the same as for firewalls.
INNER: dict[Port, str] = {port: said for one in EXPOSURES for port, said in one.ports.items()} | ADMINISTRATION
UPDATE = "gcloud compute backend-services update {name} --project={account} --global "


# ---- encryption ------------------------------------------------------------------------------------------------------


@each(
    PROXIES,
    "tls_current",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN speaks TLS 1.2 and later, with strong ciphers only",
    risk="Clients can be talked into a version of TLS, or a cipher, whose encryption is broken.",
    fix="gcloud compute ssl-policies create current --project={account} --profile=MODERN --min-tls-version=1.2, then: MODIFY"
    " --ssl-policy=current",
    cis=("v4:3.9", "v5:3.11"),
)
def tls_current(proxy: Resource, inventory: Inventory) -> Verdict:
    link = proxy["item"].get("sslPolicy")
    if not link:
        return failed("no TLS policy: every version from 1.0 on, and weak ciphers, are offered")
    policy = linked(link, POLICY, proxy, inventory)
    if policy is None:
        return unknown(f"the policy {last(link)} was not listed")
    item = policy["item"]
    profile, least = str(item.get("profile") or "COMPATIBLE"), str(item.get("minTlsVersion") or "TLS_1_0")
    if least not in CURRENT and profile not in STRICT:
        return failed(f"{policy.name} allows {least.replace('_', ' ', 1).replace('_', '.')}")
    features = many(item, "customFeatures") if profile == "CUSTOM" else []
    weak = list(WEAK) if profile == "COMPATIBLE" and least != "TLS_1_3" else [one for one in WEAK if one in features]
    if weak:
        return failed(f"{policy.name} ({profile}) allows {in_words(weak)}")
    return passed(f"{policy.name}: profile {profile}, from {least} on")


def _facing(target: Resource, inventory: Inventory) -> list[Resource]:
    """Return the forwarding rules that lead the internet to *target*."""
    here = place(target.id)
    rules = (rule for rule in inventory.all(FORWARDING) if place(rule["item"].get("target")) == here)
    return [rule for rule in rules if str(rule["item"].get("loadBalancingScheme") or "EXTERNAL") in FACING]


@check(
    f"{HTTP_PROXY}.redirects_to_https",
    on=HTTP_PROXY,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="HTTP proxy does nothing but redirect to HTTPS",
    risk="Passwords and sessions can be read and changed on their way.",
    fix="gcloud compute url-maps import MAP --project={account} --global, with defaultUrlRedirect and httpsRedirect: true, and"
    " nothing beside it; then give it to the proxy {name}",
)
def redirects_to_https(proxy: Resource, inventory: Inventory) -> Verdict:
    if not _facing(proxy, inventory):
        return skipped("no address of the internet leads to it")
    urls = linked(proxy["item"].get("urlMap"), URL_MAP, proxy, inventory)
    if urls is None:
        return unknown(f"the URL map {last(proxy['item'].get('urlMap'))} was not listed")
    served = sorted(set(_served(urls["item"])))
    return failed(f"served over HTTP: {in_words(served)}") if served else passed(f"{urls.name} redirects everything to HTTPS")


def _served(urls: Item) -> Iterator[str]:
    """Yield what a URL map serves without leading to HTTPS first."""
    yield from _end(urls, "defaultService", "defaultRouteAction", "defaultUrlRedirect")
    for matcher in many(urls, "pathMatchers"):
        yield from _end(matcher, "defaultService", "defaultRouteAction", "defaultUrlRedirect")
        for rule in (*many(matcher, "pathRules"), *many(matcher, "routeRules")):
            yield from _end(rule, "service", "routeAction", "urlRedirect")


def _end(rule: Item, service: str, action: str, redirect: str) -> Iterator[str]:
    if rule.get(service):
        yield last(rule[service])
    yield from (last(one.get("backendService")) for one in many(rule.get(action) or {}, "weightedBackendServices"))
    if rule.get(redirect) and not yes(rule[redirect].get("httpsRedirect")):
        yield "a redirect that keeps to HTTP"


# ---- certificates ----------------------------------------------------------------------------------------------------


def _managed(certificate: Resource) -> bool:
    return bool(certificate["item"].get("managed")) or certificate["item"].get("type") == "MANAGED"


def _state(certificate: Resource) -> str:
    return str(either(certificate["item"].get("managed") or {}, "status", "state") or "")


CERTIFICATES = (
    Kind(CERTIFICATE, "Certificate", "gcloud compute ssl-certificates create NEW --project={account} --domains=DOMAINS"),
    Kind(MANAGED, "Certificate", "gcloud certificate-manager certificates create NEW --project={account} --domains=DOMAINS"),
)


@each(
    CERTIFICATES,
    "valid",
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="NOUN does not end soon",
    risk="Visitors are turned away by their browsers, or learn to ignore the warning.",
    fix="MODIFY, and give it to the proxy in place of {name}",
)
def valid(certificate: Resource, now: datetime) -> Verdict:
    ends, managed = time_of(certificate["item"].get("expireTime")), _managed(certificate)
    if ends is None:
        state = _state(certificate)
        return failed(f"never issued: {state}") if "FAILED" in state else skipped("not issued yet")
    notice = ends - (LATE if managed else NOTICE)
    return failed(f"ends on {day(ends)}") if now >= notice else passed(f"ends on {day(ends)}", until=notice)


@each(
    CERTIFICATES,
    "renewed_by_google",
    control="identity.credential_age",
    severity=Severity.LOW,
    title="NOUN is issued and renewed by Google",
    risk="Its private key was uploaded by hand, may lie elsewhere still, and nobody renews it before it ends.",
    fix="MODIFY, and give it to the proxy in place of {name}",
    cis=("gke-v1.6:5.6.7",),
)
def renewed_by_google(certificate: Resource) -> Verdict:
    if not _managed(certificate):
        return failed("uploaded by hand")
    state = _state(certificate)
    return failed(f"Google could not renew it: {state}") if "FAILED" in state else passed(f"managed by Google {state}".rstrip())


# ---- what it offers, and to whom -------------------------------------------------------------------------------------


@check(
    f"{FORWARDING}.inner_ports_closed",
    on=FORWARDING,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Forwarding rule puts no inner service before the world",
    risk="Databases, remote control and the like are attacked by machines as soon as they appear.",
    fix="gcloud compute forwarding-rules delete {name} --project={account} --region={region}, or create it anew with"
    " --source-ip-ranges of those who need it",
)
def inner_ports_closed(rule: Resource) -> Verdict:
    """Where every port is forwarded, the machines' firewall chooses, and is judged by itself."""
    item = rule["item"]
    if str(item.get("loadBalancingScheme") or "EXTERNAL") not in FACING:
        return skipped("not an address of the internet")
    sources = frozenset(str(one) for one in many(item, "sourceIpRanges")) or frozenset(EVERYWHERE.values())
    if not any(hold_world(sources, family) for family in FAMILIES):
        return passed(f"only for {in_words(sources)}")
    if yes(item.get("allPorts")) or _forwards_all(item):
        return skipped("forwards every port: the firewall of the machines decides")
    protocol = str(either(item, "IPProtocol", "ipProtocol") or "TCP").lower()
    found = sorted(port for port in INNER if port[0] == protocol and any(low <= port[1] <= high for low, high in _ports(item)))
    named_ports = ", ".join(f"{port[0]} {port[1]} ({INNER[port]})" for port in found[:3])
    return failed(f"offers {named_ports} to the world") if found else passed("offers no inner service")


def _ports(rule: Item) -> list[tuple[int, int]]:
    given = [str(port) for port in many(rule, "ports")] or [str(rule.get("portRange") or "")]
    spans = [span.partition("-") for span in given if span]
    return [(int(low), int(high or low)) for low, _, high in spans]


def _forwards_all(rule: Item) -> bool:
    """Tell whether a rule names no ports, or all of them: as forwarding to machines without a proxy does."""
    return all(low <= 1 and high == LAST_PORT for low, high in _ports(rule))


@check(
    f"{FORWARDING}.used",
    on=FORWARDING,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Forwarding rule leads to something",
    risk="An address that leads nowhere is forgotten, and what is put behind it one day is public at once.",
    fix="gcloud compute forwarding-rules delete {name} --project={account} --region={region}",
)
def used(rule: Resource) -> Verdict:
    link = rule["item"].get("target") or rule["item"].get("backendService")
    return passed(f"leads to {last(link)}") if link else failed("leads to nothing")


# ---- backends --------------------------------------------------------------------------------------------------------


def _scheme(backend: Resource) -> str:
    return str(backend["item"].get("loadBalancingScheme") or "EXTERNAL")


def _is_web(backend: Resource) -> bool:
    return str(backend["item"].get("protocol") or "HTTP") in WEB


@check(
    f"{BACKEND}.requests_logged",
    on=BACKEND,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Requests to the backend are logged",
    risk="Nobody can tell who attacked the application, or what was asked of it.",
    fix=UPDATE + "--enable-logging --logging-sample-rate=1.0",
    cis=("v4:2.16", "v5:2.17"),
)
def requests_logged(backend: Resource) -> Verdict:
    if not _is_web(backend) or _scheme(backend) == "INTERNAL_SELF_MANAGED":
        return skipped("no load balancer for HTTP")
    config = backend["item"].get("logConfig") or {}
    if not yes(config.get("enable")):
        return failed("requests are not logged")
    rate = float(config.get("sampleRate", 1))
    return (passed if rate > 0 else failed)(f"{rate:.0%} of the requests are logged")


@check(
    f"{BACKEND}.web_firewall",
    on=BACKEND,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Backend of the internet stands behind a policy of Cloud Armor",
    risk="Every probe for known holes, and every flood of requests, arrives at the application.",
    fix=UPDATE + "--security-policy=POLICY",
)
def web_firewall(backend: Resource, inventory: Inventory) -> Verdict:
    if not _is_web(backend) or _scheme(backend) not in FACING:
        return skipped("not for HTTP from the internet")
    link = backend["item"].get("securityPolicy")
    if not link:
        return failed("no security policy")
    policy = linked(link, "gcp.armor.security_policy", backend, inventory)
    return passed(f"filtered by {last(link)}") if policy else failed(f"the security policy {last(link)} does not exist")


@check(
    f"{BACKEND}.tls_to_backend",
    on=BACKEND,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Requests travel on to the backend encrypted",
    risk="Whoever gets into the network between, or onto a machine that mirrors it, reads what visitors sent.",
    fix=UPDATE + "--protocol=HTTPS, after giving the application a certificate",
)
def tls_to_backend(backend: Resource) -> Verdict:
    if not _is_web(backend) or _scheme(backend) == "INTERNAL_SELF_MANAGED":
        return skipped("no load balancer for HTTP")
    groups = many(backend["item"], "backends")
    if not groups or all(
        "/networkEndpointGroups/" in str(one.get("group")) and "/regions/" in str(one["group"]) for one in groups
    ):
        return skipped("Google's own platform, or nothing, stands behind it")
    protocol = str(backend["item"].get("protocol") or "HTTP")
    return (failed if protocol in ("HTTP", "H2C") else passed)(f"the protocol is {protocol}")


@check(
    f"{BACKEND}.health_checked",
    on=BACKEND,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Backend is asked whether it is well",
    risk="Requests go on to machines that answer no more.",
    fix=UPDATE + "--health-checks=CHECK",
)
def health_checked(backend: Resource) -> Verdict:
    groups = [str(one.get("group")) for one in many(backend["item"], "backends")]
    if not groups or all("/networkEndpointGroups/" in one and "/zones/" not in one for one in groups):
        return skipped("no group of machines stands behind it")
    checks = many(backend["item"], "healthChecks")
    return passed(f"by {in_words(last(one) for one in checks)}") if checks else failed("no health check")


@check(
    f"{BACKEND}.spans_zones",
    on=BACKEND,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Machines behind the load balancer stand in more than one zone",
    risk="When the zone fails, nothing answers.",
    fix="gcloud compute backend-services add-backend {name} --project={account} --global --instance-group=GROUP"
    " --instance-group-zone=ANOTHER",
)
def spans_zones(backend: Resource) -> Verdict:
    groups = [str(one.get("group")) for one in many(backend["item"], "backends")]
    if not groups:
        return skipped("nothing stands behind it")
    if regional := [one for one in groups if "/zones/" not in one]:
        return passed(f"{last(regional[0])} is of a whole region")
    zones = sorted({one.partition("/zones/")[2].partition("/")[0] for one in groups})
    return (passed if len(zones) > 1 else failed)(f"in {', '.join(zones)}")


@check(
    f"{BUCKET}.edge_firewall",
    on=BUCKET,
    control="application.web_protection",
    severity=Severity.INFORMATIONAL,
    title="Bucket behind the load balancer stands behind an edge policy",
    risk="Whole countries, or single abusers, cannot be kept from what costs by the gigabyte.",
    fix="gcloud compute backend-buckets update {name} --project={account} --edge-security-policy=POLICY",
)
def edge_firewall(bucket: Resource) -> Verdict:
    policy = bucket["item"].get("edgeSecurityPolicy")
    return passed(f"filtered by {last(policy)}") if policy else failed("no edge security policy")
