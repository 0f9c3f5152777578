"""Cases of API Management."""

from __future__ import annotations

from typing import Any

from checks.azure import apim
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.net import item, part

PREFIX = "Microsoft.WindowsAzure.ApiManagement.Gateway.Security"
HIDDEN = {"$secret": {"hash": "0", "detected": ["Azure Storage Account access key"]}}
HARMLESS = {"$secret": {"hash": "0", "detected": []}}


def tier(name: str, of: dict[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    return item({"sku": {"name": name, "capacity": 1}, **(of or {})}, **properties)


def custom(name: str, value: str = "True") -> dict[str, Any]:
    return item(customProperties={f"{PREFIX}.{name}": value, f"{PREFIX}.Other": "False"})


def api(*protocols: str, **said: Any) -> list[dict[str, Any]]:
    return [
        part("orders", **{"protocols": list(protocols or ("https",)), "isCurrent": True, "subscriptionRequired": True, **said})
    ]


def product(**said: Any) -> list[dict[str, Any]]:
    return [part("partners", **{"state": "published", "subscriptionRequired": True, "approvalRequired": True, **said})]


def key(scope: str, name: str = "k", **said: Any) -> dict[str, Any]:
    return part(name, **{"scope": f"/subscriptions/1/service/s{scope}", "state": "active", "displayName": name, **said})


def checked(*, chain: bool = True, name: bool = True) -> list[dict[str, Any]]:
    return [part(url="https://b", tls={"validateCertificateChain": chain, "validateCertificateName": name})]


def value(**said: Any) -> list[dict[str, Any]]:
    return [part("v", **{"displayName": "v", "secret": False, **said})]


CASES = [
    case(apim.protocols_current, PASS, item=item()),
    case(apim.protocols_current, PASS, item=custom("Protocols.Tls10", "False")),
    case(apim.protocols_current, FAIL, item=custom("Protocols.Tls10")),
    case(apim.protocols_current, FAIL, item=custom("Protocols.Tls11", "true")),
    case(apim.protocols_current, FAIL, item=custom("Backend.Protocols.Ssl30")),
    case(apim.ciphers_strong, PASS, item=custom("Ciphers.TripleDes168", "false")),
    case(apim.ciphers_strong, PASS, item=item(customProperties=None)),
    case(apim.ciphers_strong, FAIL, item=custom("Ciphers.TripleDes168")),
    case(apim.ciphers_strong, FAIL, item=custom("Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA")),
    case(apim.apis_encrypted, PASS, apis=api("https", "wss")),
    case(apim.apis_encrypted, PASS, apis=api("http", isCurrent=False)),
    case(apim.apis_encrypted, FAIL, apis=api("http", "https")),
    case(apim.apis_encrypted, FAIL, apis=api("ws")),
    case(apim.apis_encrypted, UNKNOWN, apis=DENIED),
    case(apim.backends_encrypted, PASS, backends=[part(url="https://b")], apis=api(serviceUrl="https://b")),
    case(apim.backends_encrypted, PASS, backends=[part(type="Pool", url=None)], apis=[]),
    case(apim.backends_encrypted, FAIL, backends=[part(url="HTTP://b")], apis=[]),
    case(apim.backends_encrypted, FAIL, backends=[], apis=api(serviceUrl="http://b")),
    case(apim.backends_encrypted, UNKNOWN, backends=[], apis=DENIED),
    case(apim.backends_proven, PASS, backends=checked()),
    case(apim.backends_proven, PASS, backends=[part(url="https://b", tls=None)]),
    case(apim.backends_proven, FAIL, backends=checked(chain=False)),
    case(apim.backends_proven, FAIL, backends=checked(name=False)),
    case(apim.not_public, PASS, item=item(publicNetworkAccess="Disabled")),
    case(apim.not_public, PASS, item=item(virtualNetworkType="Internal")),
    case(apim.not_public, FAIL, item=item(virtualNetworkType="External")),
    case(apim.not_public, FAIL, item=item()),
    case(apim.private_endpoint, PASS, item=item(virtualNetworkType="External")),
    case(
        apim.private_endpoint,
        PASS,
        item=item(privateEndpointConnections=[part(privateLinkServiceConnectionState={"status": "Approved"})]),
    ),
    case(
        apim.private_endpoint,
        FAIL,
        item=item(privateEndpointConnections=[part(privateLinkServiceConnectionState={"status": "Pending"})]),
    ),
    case(apim.private_endpoint, FAIL, item=item(virtualNetworkType="None")),
    case(apim.calls_need_a_key, PASS, apis=api()),
    case(
        apim.calls_need_a_key,
        PASS,
        apis=api(subscriptionRequired=False, authenticationSettings={"oAuth2": {"authorizationServerId": "a"}}),
    ),
    case(apim.calls_need_a_key, FAIL, apis=api(subscriptionRequired=False)),
    case(
        apim.calls_need_a_key,
        FAIL,
        apis=api(subscriptionRequired=False, authenticationSettings={"oAuth2": None, "openid": None}),
    ),
    case(apim.products_asked_for, PASS, products=product()),
    case(apim.products_asked_for, FAIL, products=product(approvalRequired=False)),
    case(apim.products_asked_for, FAIL, products=product(subscriptionRequired=False)),
    case(apim.products_asked_for, SKIP, products=product(state="notPublished", approvalRequired=False)),
    case(apim.products_asked_for, SKIP, products=None),
    case(
        apim.keys_narrow, PASS, subscriptions=[key("/products/p"), key("/apis/a"), key("/", "master"), key("/apis", "master")]
    ),
    case(apim.keys_narrow, PASS, subscriptions=[key("/apis", state="suspended")]),
    case(apim.keys_narrow, FAIL, subscriptions=[key("/apis")]),
    case(apim.keys_narrow, FAIL, subscriptions=[key("/apis/")]),
    case(apim.keys_narrow, UNKNOWN, subscriptions=DENIED),
    case(apim.tracing_off, PASS, subscriptions=[key("/products/p", allowTracing=False)]),
    case(apim.tracing_off, FAIL, subscriptions=[key("/products/p", allowTracing=True)]),
    case(apim.management_current, PASS, item=item(apiVersionConstraint={"minApiVersion": "2021-08-01"})),
    case(apim.management_current, PASS, item=item(apiVersionConstraint={"minApiVersion": "2022-04-01-preview"})),
    case(apim.management_current, FAIL, item=item(apiVersionConstraint={"minApiVersion": "2019-12-01"})),
    case(apim.management_current, FAIL, item=item(apiVersionConstraint={"minApiVersion": None})),
    case(apim.management_current, FAIL, item=item()),
    case(apim.direct_access_off, PASS, direct_access={"enabled": False}),
    case(apim.direct_access_off, PASS, direct_access=None),
    case(apim.direct_access_off, FAIL, direct_access={"enabled": True, "principalId": "x"}),
    case(apim.direct_access_off, UNKNOWN, direct_access=DENIED),
    case(apim.sign_up_closed, PASS, item=item(), sign_up={"enabled": False}),
    case(apim.sign_up_closed, PASS, item=item(developerPortalStatus="Disabled"), sign_up={"enabled": True}),
    case(apim.sign_up_closed, PASS, item=item(), sign_up=None),
    case(apim.sign_up_closed, FAIL, item=item(developerPortalStatus="Enabled"), sign_up={"enabled": True}),
    case(apim.identity, PASS, item=item({"identity": {"type": "SystemAssigned, UserAssigned"}})),
    case(apim.identity, FAIL, item=item({"identity": {"type": "None"}})),
    case(apim.identity, FAIL, item=item()),
    case(apim.secrets_in_vault, PASS, named_values=value(secret=True, keyVault={"secretIdentifier": "https://v/secrets/s"})),
    case(apim.secrets_in_vault, FAIL, named_values=value(secret=True, keyVault=None)),
    case(apim.secrets_in_vault, SKIP, named_values=value()),
    case(apim.secrets_in_vault, UNKNOWN, named_values=DENIED),
    case(apim.secrets_hidden, PASS, named_values=value(value=HARMLESS)),
    case(apim.secrets_hidden, PASS, named_values=value(secret=True, value=HIDDEN)),
    case(apim.secrets_hidden, FAIL, named_values=value(value=HIDDEN)),
    case(
        apim.certificates_renewed, PASS, item=item(hostnameConfigurations=[{"hostName": "h", "certificateSource": "BuiltIn"}])
    ),
    case(
        apim.certificates_renewed,
        PASS,
        item=item(
            hostnameConfigurations=[{"hostName": "h", "certificateSource": "KeyVault", "keyVaultId": "https://v/secrets/c"}]
        ),
    ),
    case(apim.certificates_renewed, FAIL, item=item(hostnameConfigurations=[{"hostName": "h", "certificateSource": "Custom"}])),
    case(apim.platform_supported, PASS, item=item(platformVersion="stv2.1")),
    case(apim.platform_supported, PASS, item=item(platformVersion="mtv1")),
    case(apim.platform_supported, FAIL, item=item(platformVersion="stv1")),
    case(apim.platform_supported, UNKNOWN, item=item()),
    case(apim.spans_zones, PASS, item=tier("Premium", {"zones": ["1", "2"]})),
    case(apim.spans_zones, PASS, item=tier("Premium")),
    case(apim.spans_zones, PASS, item=tier("Premium", {"zones": ["1"]}, additionalLocations=[{"location": "North Europe"}])),
    case(apim.spans_zones, FAIL, item=tier("Premium", {"zones": ["1"]})),
    case(apim.spans_zones, FAIL, item=tier("Standard")),
    case(apim.spans_zones, FAIL, item=tier("Developer")),
]
