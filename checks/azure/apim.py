"""Checks on API Management: who reaches it and its APIs, what it speaks, and the secrets that it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.azure.read import Item, at, closed, in_words, inner, is_on, many, needed, private_endpoints, prop, rows, word
from checks.azure.workloads import has_identity
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "azure.apim.service"
SET = "az resource update --ids {id} --set properties."
GATEWAY = "microsoft.windowsazure.apimanagement.gateway."
# Settings that turn on what is broken. Source: REST API, "Api Management Service", customProperties.
OLD_PROTOCOLS = tuple(
    f"{GATEWAY}security.{side}protocols.{name}" for side in ("", "backend.") for name in ("tls10", "tls11", "ssl30")
)
WEAK_CIPHERS = tuple(
    f"{GATEWAY}security.ciphers.{name}"
    for name in (
        "tripledes168",
        "tls_rsa_with_aes_128_cbc_sha",
        "tls_rsa_with_aes_256_cbc_sha",
        "tls_rsa_with_aes_128_cbc_sha256",
        "tls_rsa_with_aes_256_cbc_sha256",
        "tls_rsa_with_aes_128_gcm_sha256",
        "tls_rsa_with_aes_256_gcm_sha384",
    )
)
# Since this version, the API of the service hands out no secrets to those who may only read.
# Source: API Management documentation, "API Management API versions", and the policy of Azure that asks for it.
LEAST_VERSION = "2021-08-01"
ENCRYPTED = {"https", "wss"}
ENDED = "stv1"
SPREAD = {"premium", "premiumv2"}
MASTER = "master"


def _tier(service: Resource) -> str:
    return word(at(service["item"], "sku.name"))


def _custom(service: Resource) -> set[str]:
    """Return the custom properties that are on, in small letters."""
    held = prop(service, "customProperties")
    return {word(name) for name, value in held.items() if is_on(value)} if isinstance(held, Mapping) else set()


def _current(api: Item) -> bool:
    """Tell whether an API is the revision that callers reach."""
    said = inner(api).get("isCurrent")
    return said is None or is_on(said)


def _apis(service: Resource) -> list[Item]:
    return [one for one in rows(service, "apis") if _current(one)]


@check(
    f"{SERVICE}.protocols_current",
    on=SERVICE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Service speaks TLS 1.2 and later, on both sides",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix=SET + "customProperties.'Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10'=False (and its like)",
)
def protocols_current(service: Resource) -> Verdict:
    on = [name.removeprefix(f"{GATEWAY}security.") for name in OLD_PROTOCOLS if name in _custom(service)]
    return failed(f"on: {in_words(on)}") if on else passed("no version before 1.2 is turned on")


@check(
    f"{SERVICE}.ciphers_strong",
    on=SERVICE,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Service takes no weak ciphers",
    risk="What is sent today can be recorded, and read when the key is lost one day.",
    fix=SET
    + "customProperties.'Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Ciphers.TripleDes168'=False (and its like)",
)
def ciphers_strong(service: Resource) -> Verdict:
    on = [name.rpartition(".")[2] for name in WEAK_CIPHERS if name in _custom(service)]
    return failed(f"on: {in_words(on)}") if on else passed("no weak cipher is turned on")


@check(
    f"{SERVICE}.apis_encrypted",
    on=SERVICE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="APIs are offered over HTTPS only",
    risk="Keys and data can be read and changed on their way.",
    fix="az apim api update -g GROUP --service-name {name} --api-id API --protocols https",
)
def apis_encrypted(service: Resource) -> Verdict:
    plain = [
        str(one.get("name")) for one in _apis(service) if {word(each) for each in inner(one).get("protocols") or []} - ENCRYPTED
    ]
    return failed(f"in the clear, too: {in_words(plain)}") if plain else passed(f"{len(_apis(service))} APIs")


def _backends(service: Resource) -> list[Item]:
    return [one for one in rows(service, "backends") if inner(one).get("url")]


@check(
    f"{SERVICE}.backends_encrypted",
    on=SERVICE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Calls travel on to backends encrypted",
    risk="Whoever gets into the network between reads what callers sent, and answers in place of the backend.",
    fix="az resource update --ids {id}/backends/BACKEND --set properties.url=https://HOST",
)
def backends_encrypted(service: Resource) -> Verdict:
    plain = [str(one.get("name")) for one in _backends(service) if word(inner(one)["url"]).startswith("http://")]
    plain += [str(one.get("name")) for one in _apis(service) if word(inner(one).get("serviceUrl")).startswith("http://")]
    return failed(f"in the clear: {in_words(plain)}") if plain else passed("over HTTPS")


@check(
    f"{SERVICE}.backends_proven",
    on=SERVICE,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Service believes no backend's certificate unseen",
    risk="Whoever stands between shows a certificate of his own, and reads what callers sent.",
    fix="az resource update --ids {id}/backends/BACKEND --set properties.tls.validateCertificateChain=true"
    " properties.tls.validateCertificateName=true",
)
def backends_proven(service: Resource) -> Verdict:
    """Take certificates for checked where nothing is said."""
    both = ("tls.validateCertificateChain", "tls.validateCertificateName")
    loose = [str(one.get("name")) for one in rows(service, "backends") if any(at(inner(one), field) is False for field in both)]
    return failed(f"not checked: {in_words(loose)}") if loose else passed("certificates of backends are checked")


@check(
    f"{SERVICE}.not_public",
    on=SERVICE,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Service is reached from where it must be only",
    risk="Everybody tries keys and holes on every API, past the web firewall that stands before some of them.",
    fix="az apim update --ids {id} --virtual-network Internal, or: az apim update --ids {id} --public-network-access false",
)
def not_public(service: Resource) -> Verdict:
    if closed(service):
        return passed("public network access is off")
    kind = word(prop(service, "virtualNetworkType")) or "none"
    return (passed if kind == "internal" else failed)(f"public network access is on, virtual network: {kind}")


@check(
    f"{SERVICE}.private_endpoint",
    on=SERVICE,
    control="network.private_endpoints",
    severity=Severity.LOW,
    title="Service is reached over a private endpoint, or stands in a network",
    risk="Calls from one's own networks go over the internet, which a firewall can hardly tell from all others.",
    fix="az network private-endpoint create -n NAME -g GROUP --vnet-name NETWORK --subnet SUBNET --connection-name NAME"
    " --private-connection-resource-id {id} --group-id Gateway",
)
def private_endpoint(service: Resource) -> Verdict:
    kind = word(prop(service, "virtualNetworkType")) or "none"
    if kind != "none":
        return passed(f"in a virtual network ({kind})")
    count = private_endpoints(service)
    return passed(f"{count} private endpoints") if count else failed("no private endpoint, no virtual network")


@check(
    f"{SERVICE}.calls_need_a_key",
    on=SERVICE,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="APIs ask callers for a key",
    risk="Anybody calls the API, and nobody can say who, or stop one alone, unless the code behind it asks for itself.",
    fix="az apim api update -g GROUP --service-name {name} --api-id API --subscription-required true",
)
def calls_need_a_key(service: Resource) -> Verdict:
    """Accept a sign-in by OAuth or OpenID that the API declares; what policies check is not read."""
    bare = [str(one.get("name")) for one in _apis(service) if not _asks(inner(one))]
    return failed(f"for anybody: {in_words(bare)}") if bare else passed(f"{len(_apis(service))} APIs")


def _asks(api: Item) -> bool:
    ways = api.get("authenticationSettings") or {}
    declared = any(
        ways.get(field) for field in ("oAuth2", "openid", "oAuth2AuthenticationSettings", "openidAuthenticationSettings")
    )
    return declared or is_on(api.get("subscriptionRequired"))


@check(
    f"{SERVICE}.products_asked_for",
    on=SERVICE,
    control="access.external_trust",
    severity=Severity.LOW,
    title="Nobody gets a key that no one has approved",
    risk="Whoever has an account of the developers' portal, which he may have made himself, calls the APIs at once.",
    fix="az apim product update -g GROUP --service-name {name} --product-id PRODUCT --subscription-required true"
    " --approval-required true",
)
def products_asked_for(service: Resource) -> Verdict:
    products = [one for one in rows(service, "products") if word(inner(one).get("state")) == "published"]
    if not products:
        return skipped("no product is published")
    both = ("subscriptionRequired", "approvalRequired")
    loose = [str(one.get("name")) for one in products if not all(is_on(inner(one).get(field)) for field in both)]
    return failed(f"not asked for: {in_words(loose)}") if loose else passed(f"{len(products)} products")


def _keys(service: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the names and settings of the keys that are in force."""
    for one in rows(service, "subscriptions"):
        if word(inner(one).get("state")) == "active":
            yield str(inner(one).get("displayName") or one.get("name")), inner(one)


@check(
    f"{SERVICE}.keys_narrow",
    on=SERVICE,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Keys are for one product or API, not for all",
    risk="One key that leaks opens every API of the service, those of tomorrow too.",
    fix="az resource update --ids {id}/subscriptions/SUBSCRIPTION --set properties.scope=/products/PRODUCT",
)
def keys_narrow(service: Resource) -> Verdict:
    """Leave out the key for everything that each service begins with, which cannot be deleted."""
    given = rows(service, "subscriptions")
    built_in = {str(inner(one).get("displayName") or one.get("name")) for one in given if word(one.get("name")) == MASTER}
    wide = [name for name, key in _keys(service) if _for_all(key) and name not in built_in]
    return failed(f"for all APIs: {in_words(wide)}") if wide else passed(f"{len(given)} keys")


def _for_all(key: Item) -> bool:
    return word(key.get("scope")).rstrip("/").endswith("/apis")


@check(
    f"{SERVICE}.tracing_off",
    on=SERVICE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Keys let nobody look into the gateway",
    risk="Whoever has the key reads the headers that the service sends to backends, secrets of its own among them.",
    fix="az resource update --ids {id}/subscriptions/SUBSCRIPTION --set properties.allowTracing=false",
)
def tracing_off(service: Resource) -> Verdict:
    wide = [name for name, key in _keys(service) if is_on(key.get("allowTracing")) and not _for_all(key)]
    return failed(f"may trace: {in_words(wide)}") if wide else passed("no key may trace")


@check(
    f"{SERVICE}.management_current",
    on=SERVICE,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Old versions of the service's own API are refused",
    risk="By them, whoever may only read the service gets its keys, and its users' secrets.",
    fix=SET + "apiVersionConstraint.minApiVersion=2021-08-01",
)
def management_current(service: Resource) -> Verdict:
    least = str(prop(service, "apiVersionConstraint.minApiVersion") or "")
    return (passed if least[:10] >= LEAST_VERSION else failed)(f"from {least or 'any version'} on")


@check(
    f"{SERVICE}.direct_access_off",
    on=SERVICE,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Service is managed through Azure only, not with a key",
    risk="Whoever has the key manages the service whole: no role, no second factor and no policy of Azure stands before it.",
    fix="az rest --method patch --url {id}/tenant/access?api-version=2024-05-01 --headers If-Match=* --body"
    """ '{"properties": {"enabled": false}}'""",
)
def direct_access_off(service: Resource) -> Verdict:
    access = service["direct_access"]
    if access is None:
        return passed("its tier has no direct access")
    return failed("direct access is on") if is_on(at(access, "enabled")) else passed("direct access is off")


@check(
    f"{SERVICE}.sign_up_closed",
    on=SERVICE,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Nobody makes himself an account of the developers' portal",
    risk="Strangers make themselves an account and see, and often call, what was meant for partners.",
    fix="az rest --method patch --url {id}/portalsettings/signup?api-version=2024-05-01 --headers If-Match=* --body"
    """ '{"properties": {"enabled": false}}'""",
)
def sign_up_closed(service: Resource) -> Verdict:
    if word(prop(service, "developerPortalStatus")) == "disabled" or service["sign_up"] is None:
        return passed("no developers' portal")
    return failed("anybody may sign up") if is_on(at(service["sign_up"], "enabled")) else passed("sign-up is closed")


@check(
    f"{SERVICE}.identity",
    on=SERVICE,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Service works as a managed identity",
    risk="It needs stored keys for vaults and backends, which are copied, and which nobody rotates.",
    fix="az apim update --ids {id} --enable-managed-identity true",
)
def identity(service: Resource) -> Verdict:
    held = service["item"].get("identity")
    return passed(f"identity: {held['type']}") if has_identity(held) else failed("no managed identity")


@check(
    f"{SERVICE}.secrets_in_vault",
    on=SERVICE,
    control="identity.secrets",
    severity=Severity.LOW,
    title="Secrets of the service stand in a vault",
    risk="Whoever may change the service reads them, and nobody rotates them or learns who did.",
    fix="az apim nv update -g GROUP --service-name {name} --named-value-id VALUE --key-vault-secret-identifier SECRET",
)
def secrets_in_vault(service: Resource) -> Verdict:
    secrets = [one for one in rows(service, "named_values") if is_on(inner(one).get("secret"))]
    if not secrets:
        return skipped("no secrets among its named values")
    loose = [_label(one) for one in secrets if not at(inner(one), "keyVault.secretIdentifier")]
    return failed(f"not in a vault: {in_words(loose)}") if loose else passed(f"{len(secrets)}, in a vault")


def _label(value: Item) -> str:
    return str(inner(value).get("displayName") or value.get("name"))


@check(
    f"{SERVICE}.secrets_hidden",
    on=SERVICE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="No secret stands among the values that all may read",
    risk="Whoever may read the service reads it, and so does every log that it is written to.",
    fix="az apim nv update -g GROUP --service-name {name} --named-value-id VALUE --secret true, and change the secret",
)
def secrets_hidden(service: Resource) -> Verdict:
    plain = [one for one in rows(service, "named_values") if not is_on(inner(one).get("secret"))]
    found = [_label(one) for one in plain if at(inner(one), "value.$secret.detected")]
    return failed(f"looks like a secret: {in_words(found)}") if found else passed(f"{len(plain)} values, none like a secret")


@check(
    f"{SERVICE}.certificates_renewed",
    on=SERVICE,
    control="encryption.certificates",
    severity=Severity.LOW,
    title="Certificates of the service come from a vault, or from Azure",
    risk="They were uploaded by hand, and nobody renews them before they end.",
    fix="az resource update --ids {id} --set properties.hostnameConfigurations[NUMBER].keyVaultId=SECRET",
)
def certificates_renewed(service: Resource) -> Verdict:
    hosts = many(prop(service, "hostnameConfigurations"))
    loose = [
        str(one.get("hostName"))
        for one in hosts
        if word(one.get("certificateSource")) == "custom" and not one.get("keyVaultId")
    ]
    return failed(f"uploaded: {in_words(loose)}") if loose else passed(f"{len(hosts)} names")


@check(
    f"{SERVICE}.platform_supported",
    on=SERVICE,
    control="runtime.supported_version",
    severity=Severity.HIGH,
    title="Service runs on a platform that Azure keeps up",
    risk="The first platform has ended: it gets no protection against new holes, and may stop any day.",
    fix="az rest --method post --url {id}/migrateToStv2?api-version=2024-05-01",
)
def platform_supported(service: Resource) -> Verdict:
    platform = word(needed(prop(service, "platformVersion"), "its platform"))
    return (failed if platform == ENDED else passed)(f"on {platform}")


@check(
    f"{SERVICE}.spans_zones",
    on=SERVICE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Service stands in more than one zone or region",
    risk="When the zone fails, none of the APIs answers.",
    fix=SET.replace("properties.", "") + 'zones=\'["1","2","3"]\' sku.capacity=3',
)
def spans_zones(service: Resource) -> Verdict:
    """Accept a premium service without zones: Azure chooses them then, from api-version 2024-05-01 on (not verified)."""
    if many(prop(service, "additionalLocations")):
        return passed("in several regions")
    tier, zones = _tier(service), service["item"].get("zones") or []
    if tier not in SPREAD:
        return failed(f"the {tier or 'unnamed'} tier stands in one zone")
    return failed("in one zone only") if len(zones) == 1 else passed(f"in {in_words(zones) or 'the zones Azure chose'}")
