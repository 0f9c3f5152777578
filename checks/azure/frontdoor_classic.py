"""Checks on the older kinds of Front Door and of the content network, which Azure ends in 2027.

Source: Azure updates on the end of "Azure Front Door (classic)" and "Azure CDN from Microsoft (classic)"; the networks of
Akamai and Edgio have ended.
"""

from __future__ import annotations

from checks.azure.read import Item, at, in_words, inner, is_on, last, many, prop, properties, rows, tls, word
from checks.azure.settings import setting
from checks.azure.vnet_read import link
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

CLASSIC = "azure.frontdoor.classic"
CDN, CDN_ENDPOINT = "azure.frontdoor.cdn_profile", "azure.frontdoor.cdn_endpoint"
MOVED = {"migrated", "disabled", "deleting"}
GIVEN = (".azurefd.net", ".azureedge.net")
LEAST = (1, 2)


def _out_of_use(door: Resource) -> str:
    """Return why a Front Door serves nobody; empty where it does."""
    state = word(prop(door, "resourceState"))
    if state in MOVED:
        return f"it is {state}"
    return "it is off" if word(prop(door, "enabledState")) == "disabled" else ""


def _fronts(door: Resource) -> list[Item]:
    return many(prop(door, "frontendEndpoints"))


def _rules(door: Resource) -> list[Item]:
    return [one for one in many(prop(door, "routingRules")) if word(inner(one).get("enabledState")) != "disabled"]


@check(
    f"{CLASSIC}.kept_up",
    on=CLASSIC,
    control="governance.hygiene",
    severity=Severity.MEDIUM,
    title="Front Door is of the kind that Azure keeps",
    risk="Azure ends the classic kind: it gets no new protection, and what hangs on it has to move by then.",
    fix="Move {name} to Front Door Standard or Premium: az afd profile migrate --classic-resource-id {id} --profile-name NEW"
    " -g GROUP --sku Premium_AzureFrontDoor",
)
def kept_up(door: Resource) -> Verdict:
    state = word(prop(door, "resourceState"))
    return passed("it has moved") if state == "migrated" else failed("a classic Front Door")


@check(
    f"{CLASSIC}.web_firewall",
    on=CLASSIC,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Domains of Front Door stand behind a web firewall",
    risk="Every probe for known holes, and every flood of requests, arrives at the application.",
    fix="az network front-door update --name {name} -g GROUP"
    " --set frontendEndpoints[NUMBER].webApplicationFirewallPolicyLink.id=POLICY",
)
def web_firewall(door: Resource) -> Verdict:
    if reason := _out_of_use(door):
        return skipped(reason)
    bare = [str(one.get("name")) for one in _fronts(door) if not link(inner(one), "webApplicationFirewallPolicyLink.id")]
    return failed(f"no policy for {in_words(bare)}") if bare else passed("each domain has a policy")


@check(
    f"{CLASSIC}.tls_current",
    on=CLASSIC,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domains of Front Door speak TLS 1.2 and later",
    risk="Clients can be talked into a version of TLS whose encryption is broken, or speak none at all.",
    fix="az network front-door frontend-endpoint enable-https --front-door-name {name} -g GROUP --name DOMAIN"
    " --minimum-tls-version 1.2",
)
def tls_current(door: Resource) -> Verdict:
    """Judge domains of one's own: Azure takes care of the one that it gives."""
    if reason := _out_of_use(door):
        return skipped(reason)
    own = [one for one in _fronts(door) if not word(inner(one).get("hostName")).endswith(GIVEN)]
    weak = [
        str(inner(one).get("hostName"))
        for one in own
        if (tls(at(inner(one), "customHttpsConfiguration.minimumTlsVersion")) or (0, 0)) < LEAST
    ]
    return failed(f"not from 1.2 on: {in_words(weak)}") if weak else passed(f"{len(own)} domains, from 1.2 on")


def _plain(rule: Item) -> bool:
    """Tell whether a rule serves something over HTTP; one that only leads to HTTPS doesn't."""
    accepted = {word(each) for each in rule.get("acceptedProtocols") or []}
    route = rule.get("routeConfiguration") or {}
    return "http" in accepted and word(route.get("redirectProtocol")) != "httpsonly"


@check(
    f"{CLASSIC}.leads_to_https",
    on=CLASSIC,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Front Door does nothing over HTTP but lead to HTTPS",
    risk="Passwords and sessions can be read and changed on their way.",
    fix="az network front-door routing-rule create -f {name} -g GROUP -n to-https --frontend-endpoints DOMAIN"
    " --accepted-protocols Http --route-type Redirect --redirect-protocol HttpsOnly",
)
def leads_to_https(door: Resource) -> Verdict:
    if reason := _out_of_use(door):
        return skipped(reason)
    plain = [str(one.get("name")) for one in _rules(door) if _plain(inner(one))]
    return failed(f"served over HTTP by {in_words(plain)}") if plain else passed("everything leads to HTTPS")


@check(
    f"{CLASSIC}.tls_to_origin",
    on=CLASSIC,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Requests travel on to the application encrypted",
    risk="What visitors sent goes over the internet to the application, for anybody on the way to read and change.",
    fix="az network front-door routing-rule update -f {name} -g GROUP -n RULE --forwarding-protocol HttpsOnly",
)
def tls_to_origin(door: Resource) -> Verdict:
    if reason := _out_of_use(door):
        return skipped(reason)
    passing = [one for one in _rules(door) if at(inner(one), "routeConfiguration.backendPool") is not None]
    plain = [str(one.get("name")) for one in passing if not _encrypted(inner(one))]
    return failed(f"in the clear by {in_words(plain)}") if plain else passed("over HTTPS")


def _encrypted(rule: Item) -> bool:
    protocol = word(at(rule, "routeConfiguration.forwardingProtocol"))
    accepted = {word(each) for each in rule.get("acceptedProtocols") or []}
    return protocol == "httpsonly" or (protocol in ("", "matchrequest") and accepted == {"https"})


NAMES_CHECKED = setting(
    (Kind(CLASSIC, "Front Door", "az network front-door update --name {name} -g GROUP"),),
    "names_checked",
    "backendPoolsSettings.enforceCertificateNameCheck",
    "enabled",
    "enabled",
    exempt=_out_of_use,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="NOUN believes no certificate of another name",
    risk="Whoever leads the name astray shows any certificate that he has, and reads what visitors sent.",
    fix="MODIFY --enforce-certificate-name-check Enabled",
)


@check(
    f"{CDN}.supported",
    on=CDN,
    control="governance.hygiene",
    severity=Severity.MEDIUM,
    title="Profile is of a content network that Azure keeps",
    risk="Azure has ended these networks, or is about to: what hangs on one has to move by then.",
    fix="Move {name} to Front Door: az cdn profile-migration migrate --profile-name {name} -g GROUP"
    " --sku Standard_AzureFrontDoor",
)
def supported(profile: Resource) -> Verdict:
    sku = str(at(profile["item"], "sku.name") or "unnamed")
    state = word(prop(profile, "resourceState"))
    if state == "migrated" or word(sku).endswith("azurefrontdoor"):
        return passed("it has moved to Front Door")
    return failed(f"the {sku} tier")


@check(
    f"{CDN_ENDPOINT}.served_encrypted",
    on=CDN_ENDPOINT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Endpoint does nothing over HTTP but lead to HTTPS",
    risk="What is delivered can be changed on its way: scripts, images and downloads.",
    fix="az cdn endpoint update --ids {id} --no-http true",
)
def served_encrypted(endpoint: Resource) -> Verdict:
    """Take HTTP for allowed where nothing is said, as the API has it; a rule that redirects to HTTPS will do."""
    held = properties(endpoint)
    allowed = held.get("isHttpAllowed")
    if allowed is not None and not is_on(allowed):
        return passed("HTTP is off")
    rules = many(at(held, "deliveryPolicy.rules"))
    actions = [at(action, "parameters.destinationProtocol") for rule in rules for action in many(rule.get("actions"))]
    return passed("a rule leads to HTTPS") if "https" in map(word, actions) else failed("HTTP is allowed")


@check(
    f"{CDN_ENDPOINT}.domains_encrypted",
    on=CDN_ENDPOINT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domains of the endpoint speak TLS 1.2 and later",
    risk="Clients can be talked into a version of TLS whose encryption is broken, or speak none at all.",
    fix="az cdn custom-domain enable-https --endpoint-name {name} --profile-name PROFILE -g GROUP --name DOMAIN"
    " --min-tls-version 1.2",
)
def domains_encrypted(endpoint: Resource) -> Verdict:
    domains = rows(endpoint, "custom_domains")
    if not domains:
        return skipped("no domain of one's own")
    weak = [str(inner(one).get("hostName") or last(one.get("id"))) for one in domains if not _current(inner(one))]
    return failed(f"not from 1.2 on: {in_words(weak)}") if weak else passed(f"{len(domains)} domains, from 1.2 on")


def _current(domain: Item) -> bool:
    on = word(domain.get("customHttpsProvisioningState")) in ("enabled", "enabling")
    return on and (tls(at(domain, "customHttpsParameters.minimumTlsVersion")) or (0, 0)) >= LEAST


@check(
    f"{CDN_ENDPOINT}.origin_encrypted",
    on=CDN_ENDPOINT,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Endpoint can fetch from its origin encrypted",
    risk="What is fetched in the clear can be changed on its way, and is then handed to every visitor.",
    fix="az cdn endpoint update --ids {id} --no-https false",
)
def origin_encrypted(endpoint: Resource) -> Verdict:
    """Take it that the visitor's protocol is kept towards the origin, as Azure says; HTTPS is allowed where nothing is said."""
    held = properties(endpoint)
    allowed = held.get("isHttpsAllowed")
    return passed("HTTPS is allowed") if allowed is None or is_on(allowed) else failed("HTTPS is off")
