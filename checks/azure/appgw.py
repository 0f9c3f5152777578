"""Checks on application gateways: their web firewall, TLS on both sides, certificates. Policies of the firewall: `waf.py`."""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.read import Item, at, in_words, inner, is_on, last, many, prop, properties, tls, word
from checks.azure.settings import setting
from checks.azure.vnet_read import link
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

GATEWAY = "azure.appgw.gateway"
KIND = Kind(GATEWAY, "Gateway", "az network application-gateway")
# What each of Azure's own policies speaks at least; the first holds where none is named.
# Source: Application Gateway documentation, "TLS policy overview".
POLICIES = {
    "appgwsslpolicy20150501": (1, 0),
    "appgwsslpolicy20170401": (1, 1),
    "appgwsslpolicy20170401s": (1, 2),
    "appgwsslpolicy20220101": (1, 2),
    "appgwsslpolicy20220101s": (1, 2),
}
OLDEST = "AppGwSslPolicy20150501"
LEAST = (1, 2)
FIRST_GENERATION = {"standard", "waf"}
WITH_FIREWALL = {"waf", "waf_v2", "basic_waf_v2"}


def _tier(gateway: Resource) -> str:
    return word(prop(gateway, "sku.tier") or prop(gateway, "sku.name"))


def _listeners(gateway: Resource) -> list[Item]:
    return many(prop(gateway, "httpListeners"))


def _own_firewall(gateway: Resource) -> Item:
    """Return the settings of a firewall that stand in the gateway itself, as of old; none where a policy holds instead."""
    found = prop(gateway, "webApplicationFirewallConfiguration")
    ruled = link(properties(gateway), "firewallPolicy.id")
    return found if isinstance(found, dict) and not ruled and is_on(found.get("enabled")) else {}


def _no_own_firewall(gateway: Resource) -> str:
    return "" if _own_firewall(gateway) else "its firewall, if it has one, is set in a policy"


@check(
    f"{GATEWAY}.web_firewall",
    on=GATEWAY,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Gateway has a web firewall",
    risk="Every probe for known holes, and every flood of requests, arrives at the application.",
    fix="az network application-gateway update --ids {id} --sku WAF_v2 --waf-policy POLICY",
    cis=("v6:7.10",),
)
def web_firewall(gateway: Resource) -> Verdict:
    if _tier(gateway) not in WITH_FIREWALL:
        return failed(f"the {_tier(gateway) or 'unnamed'} tier has none")
    if policy := link(properties(gateway), "firewallPolicy.id"):
        return passed(f"filtered by {last(policy)}")
    if _own_firewall(gateway):
        return passed("filtered by rules of its own")
    bare = [str(one.get("name")) for one in _listeners(gateway) if not link(inner(one), "firewallPolicy.id")]
    if bare or not _listeners(gateway):
        return failed(f"nothing filters {in_words(bare) or 'what comes in'}")
    return passed("filtered by a policy for each listener")


FIREWALL_PREVENTS = setting(
    (KIND,),
    "firewall_prevents",
    "webApplicationFirewallConfiguration.firewallMode",
    "prevention",
    None,
    exempt=_no_own_firewall,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="NOUN's own web firewall turns attacks away",
    risk="Attacks are written down, and let through.",
    fix="MODIFY waf-config set --gateway-name {name} -g GROUP --enabled true --firewall-mode Prevention",
)
BODIES_INSPECTED = setting(
    (KIND,),
    "bodies_inspected",
    "webApplicationFirewallConfiguration.requestBodyCheck",
    "true",
    "true",
    exempt=_no_own_firewall,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="NOUN's own web firewall looks at bodies",
    risk="What is sent in forms, uploads and calls of APIs goes to the application unseen.",
    fix="MODIFY waf-config set --gateway-name {name} -g GROUP --enabled true --request-body-check true",
)
HTTP2 = setting(
    (KIND,),
    "http2",
    "enableHttp2",
    "true",
    "false",
    control="encryption.in_transit",
    severity=Severity.INFORMATIONAL,
    title="NOUN speaks HTTP/2",
    risk="Clients fall back to the older protocol, which is slower and easier to smuggle requests through.",
    fix="MODIFY update --ids {id} --http2 Enabled",
    cis=("v6:7.13",),
)


def _policies(gateway: Resource) -> Iterator[tuple[str, Item]]:
    """Yield each policy for TLS with what it is for."""
    held = properties(gateway)
    yield "the gateway", held.get("sslPolicy") or {"policyName": held.get("defaultPredefinedSslPolicy") or OLDEST}
    for profile in many(held.get("sslProfiles")):
        if policy := inner(profile).get("sslPolicy"):
            yield str(profile.get("name")), policy


def _least(policy: Item) -> tuple[int, int] | None:
    """Return the oldest version that a policy lets in; ``None`` where that isn't known."""
    if named := word(policy.get("policyName")):
        return POLICIES.get(named)
    if said := policy.get("minProtocolVersion"):
        return tls(said)
    off = {tls(each) for each in policy.get("disabledSslProtocols") or []}
    return next((each for each in ((1, 0), (1, 1), (1, 2), (1, 3)) if each not in off), None)


@check(
    f"{GATEWAY}.tls_current",
    on=GATEWAY,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Gateway speaks TLS 1.2 and later",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix="az network application-gateway ssl-policy set --gateway-name {name} -g GROUP --policy-type Predefined"
    " --name AppGwSslPolicy20220101S",
    cis=("v6:7.12",),
)
def tls_current(gateway: Resource) -> Verdict:
    if not any(word(inner(one).get("protocol")) in ("https", "tls") for one in _tls_ends(gateway)):
        return skipped("no listener speaks TLS")
    known = [(name, _least(policy)) for name, policy in _policies(gateway)]
    weak = [
        f"{name} from {f'{at_least[0]}.{at_least[1]}' if at_least else 'an unknown version'}"
        for name, at_least in known
        if at_least is None or at_least < LEAST
    ]
    return failed(f"{in_words(weak)} on") if weak else passed("from 1.2 on")


def _tls_ends(gateway: Resource) -> list[Item]:
    return [*_listeners(gateway), *many(prop(gateway, "listeners"))]


def _redirects(gateway: Resource) -> set[str]:
    """Return the ids of redirections that lead to a listener for HTTPS, or to an address of it."""
    held = properties(gateway)
    secure = {link(one) for one in _listeners(gateway) if word(inner(one).get("protocol")) == "https"}
    found = many(held.get("redirectConfigurations"))
    return {
        link(one)
        for one in found
        if link(inner(one), "targetListener.id") in secure or word(inner(one).get("targetUrl")).startswith("https://")
    }


def _served(gateway: Resource, listener: str) -> Iterator[str]:
    """Yield the rules by which a listener serves something without leading to HTTPS first."""
    held, secure = properties(gateway), _redirects(gateway)
    maps = {link(one): inner(one) for one in many(held.get("urlPathMaps"))}
    for rule in many(held.get("requestRoutingRules")):
        said = inner(rule)
        if link(said, "httpListener.id") != listener:
            continue
        paths = maps.get(link(said, "urlPathMap.id"))
        if paths is None:
            leads = [link(said, "redirectConfiguration.id")]
        else:
            leads = [link(paths, "defaultRedirectConfiguration.id")]
            leads += [link(inner(one), "redirectConfiguration.id") for one in many(paths.get("pathRules"))]
        if not set(leads) <= secure:
            yield str(rule.get("name"))


@check(
    f"{GATEWAY}.leads_to_https",
    on=GATEWAY,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Gateway does nothing over HTTP but lead to HTTPS",
    risk="Passwords and sessions can be read and changed on their way.",
    fix="az network application-gateway redirect-config create --gateway-name {name} -g GROUP -n to-https --type Permanent"
    " --target-listener LISTENER, and name it in the rule",
)
def leads_to_https(gateway: Resource) -> Verdict:
    plain = [link(one) for one in _listeners(gateway) if word(inner(one).get("protocol")) == "http"]
    if not plain:
        return passed("no listener for HTTP")
    served = [rule for listener in plain for rule in _served(gateway, listener)]
    return failed(f"served over HTTP: {in_words(served)}") if served else passed("redirects everything to HTTPS")


@check(
    f"{GATEWAY}.tls_to_backend",
    on=GATEWAY,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Requests travel on to the application encrypted",
    risk="Whoever gets into the network between, or onto a machine that mirrors it, reads what visitors sent.",
    fix="az network application-gateway http-settings update --gateway-name {name} -g GROUP -n SETTINGS --protocol Https"
    " --port 443",
)
def tls_to_backend(gateway: Resource) -> Verdict:
    settings = many(prop(gateway, "backendHttpSettingsCollection"))
    if not settings:
        return skipped("nothing is passed on")
    plain = [str(one.get("name")) for one in settings if word(inner(one).get("protocol")) != "https"]
    return failed(f"in the clear by {in_words(plain)}") if plain else passed("over HTTPS")


@check(
    f"{GATEWAY}.backend_proven",
    on=GATEWAY,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Gateway believes no certificate unseen",
    risk="Whoever stands between it and the application shows a certificate of his own, and reads what visitors sent.",
    fix="az resource update --ids {id} --set"
    " properties.backendHttpSettingsCollection[NUMBER].properties.validateCertChainAndExpiry=true",
)
def backend_proven(gateway: Resource) -> Verdict:
    """Take certificates for checked where nothing is said: both questions are asked unless somebody turns them off."""
    both = ("validateCertChainAndExpiry", "validateSNI")
    settings = [
        one for one in many(prop(gateway, "backendHttpSettingsCollection")) if word(inner(one).get("protocol")) == "https"
    ]
    if not settings:
        return skipped("nothing is passed on over HTTPS")
    loose = [str(one.get("name")) for one in settings if any(inner(one).get(field) is False for field in both)]
    return failed(f"not checked by {in_words(loose)}") if loose else passed("certificates of the application are checked")


@check(
    f"{GATEWAY}.certificates_in_vault",
    on=GATEWAY,
    control="identity.secrets",
    severity=Severity.LOW,
    title="Certificates of the gateway come from a vault",
    risk="Their private keys were uploaded by hand, may lie elsewhere still, and nobody renews them before they end.",
    fix="az network application-gateway ssl-cert update --gateway-name {name} -g GROUP -n CERTIFICATE"
    " --key-vault-secret-id SECRET",
)
def certificates_in_vault(gateway: Resource) -> Verdict:
    certificates = many(prop(gateway, "sslCertificates"))
    if not certificates:
        return skipped("no certificates")
    loose = [one for one in certificates if not (inner(one).get("keyVaultSecretId") or inner(one).get("hsm"))]
    names = in_words(str(one.get("name")) for one in loose)
    return failed(f"uploaded: {names}") if loose else passed(f"{len(certificates)}, from a vault")


@check(
    f"{GATEWAY}.current_generation",
    on=GATEWAY,
    control="governance.hygiene",
    severity=Severity.MEDIUM,
    title="Gateway is of the generation that Azure keeps",
    risk="Azure ended the first generation: it gets no new protection, and may stop any day.",
    fix="Migrate {name} with Azure's script to a gateway of the tier WAF_v2; the generation of a gateway cannot be changed",
)
def current_generation(gateway: Resource) -> Verdict:
    tier = _tier(gateway)
    return (failed if tier in FIRST_GENERATION else passed)(f"the tier is {tier}")


@check(
    f"{GATEWAY}.spans_zones",
    on=GATEWAY,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Gateway stands in more than one zone",
    risk="When the zone fails, nothing answers.",
    fix="Create the gateway anew without naming a zone, or with --zones 1 2 3; the zones of a gateway cannot be changed",
)
def spans_zones(gateway: Resource) -> Verdict:
    """Take it that Azure spreads a gateway for which nobody chose zones (not verified for those of before 2025)."""
    if _tier(gateway) in FIRST_GENERATION:
        return failed("the first generation knows no zones")
    zones = [str(each) for each in gateway["item"].get("zones") or []]
    return failed(f"in zone {zones[0]} only") if len(zones) == 1 else passed(f"in {in_words(zones) or 'the zones Azure chose'}")


@check(
    f"{GATEWAY}.several_instances",
    on=GATEWAY,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Gateway runs in more than one instance",
    risk="While the only instance is replaced, nothing answers.",
    fix="az network application-gateway update --ids {id} --min-capacity 2",
)
def several_instances(gateway: Resource) -> Verdict:
    """Accept none as the least: Azure keeps spare instances then (not verified for gateways of a basic tier)."""
    least = at(properties(gateway), "autoscaleConfiguration.minCapacity")
    count = prop(gateway, "sku.capacity") if least is None else least
    if least is not None and _tier(gateway) not in FIRST_GENERATION and int(least) == 0:
        return passed("Azure keeps spare instances where the least is none")
    return (passed if int(count or 0) > 1 else failed)(f"{int(count or 0)} instances at least")
