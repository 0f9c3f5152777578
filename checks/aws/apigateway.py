"""Checks on REST APIs of Amazon API Gateway, on domain names and keys.

Stages: `apigateway_stages.py`; HTTP and WebSocket APIs: `apigateway_http.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.aws import sharing
from checks.aws.document import malformed
from checks.aws.sharing import Document
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

REST, DOMAIN, KEY = (f"aws.apigateway.{each}" for each in ("rest_api", "domain_name", "api_key"))
OPEN = "NONE"
# What browsers ask before they ask: it carries no credentials. Source: API Gateway developer guide, "CORS for REST APIs".
PREFLIGHT = "OPTIONS"
OLD_POLICIES = {"TLS_1_0"}
KEY_AGE = timedelta(days=365)
UPDATE = "aws apigateway update-rest-api --rest-api-id ID --region {region} --patch-operations "


def document(api: Resource) -> Document:
    """Return the policy of a REST API, which AWS tells as JSON with its quotes escaped. Raises UnreadError when it isn't."""
    said = api["item"].get("policy")
    if not said:
        return None
    try:
        found = json.loads(json.loads(f'"{said}"') if said.startswith('{\\"') else said)
    except ValueError as error:
        raise malformed() from error
    if not isinstance(found, Mapping):
        raise malformed()
    return found


def endpoint_types(item: Mapping[str, Any]) -> set[str]:
    """Return how an API is reached: ``REGIONAL``, ``EDGE``, ``PRIVATE``."""
    return set((item.get("endpointConfiguration") or {}).get("types") or [])


def _open_methods(api: Resource) -> Iterator[str]:
    for each in api["methods"] or []:
        for method in each.get("methods") or []:
            open_to_all = (method.get("authorizationType") or OPEN) == OPEN and not method.get("apiKeyRequired")
            if open_to_all and method.get("httpMethod") != PREFLIGHT:
                yield f"{method.get('httpMethod')} {each.get('path')}"


def listed(names: list[str]) -> str:
    """Return the first of *names*, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


@check(
    "aws.apigateway.rest_api.methods_authorized",
    on=REST,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Methods of the API ask who calls",
    risk="Whoever knows the address calls them, and makes what is behind them work, and cost.",
    fix="aws apigateway update-method --rest-api-id ID --resource-id ID --http-method METHOD --region {region}"
    " --patch-operations op=replace,path=/authorizationType,value=AWS_IAM, or an authorizer",
)
def methods_authorized(api: Resource) -> Verdict:
    if not (found := list(_open_methods(api))):
        return passed("every method asks who calls")
    # A private API is reached by nobody whom its policy does not name: without one, nobody can call it.
    if endpoint_types(api["item"]) == {"PRIVATE"}:
        return skipped("private: asked of its policy")
    if (policy := document(api)) is None:
        return failed(f"open: {listed(found)}")
    verdict = sharing.admits_the_named(policy, api.account)
    return verdict if verdict.outcome != "fail" else failed(f"open, and {verdict.because}: {listed(found)}")


@check(
    "aws.apigateway.rest_api.private_stays_private",
    on=REST,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Policy of a private API admits only the organization",
    risk="An account that nobody here runs calls an API that was meant for the inside.",
    fix=UPDATE + "op=replace,path=/policy,value=POLICY",
    cis=sharing.STRANGERS,
)
def private_stays_private(api: Resource, inventory: Inventory) -> Verdict:
    if endpoint_types(api["item"]) != {"PRIVATE"}:
        return skipped("the API is meant for the outside")
    return sharing.admits_the_known(document(api), api.account, inventory)


@check(
    "aws.apigateway.rest_api.requests_validated",
    on=REST,
    control="application.exposure",
    severity=Severity.LOW,
    title="API checks requests before it passes them on",
    risk="Malformed requests reach code that may not expect them.",
    fix="aws apigateway create-request-validator --rest-api-id ID --validate-request-body --validate-request-parameters"
    " --region {region}, and name it in each method",
)
def requests_validated(api: Resource) -> Verdict:
    rows = [(each.get("path"), method) for each in api["methods"] or [] for method in each.get("methods") or []]
    asked = [(path, method) for path, method in rows if method.get("httpMethod") != PREFLIGHT]
    if not asked:
        return skipped("the API has no methods")
    bare = [f"{method.get('httpMethod')} {path}" for path, method in asked if not method.get("requestValidatorId")]
    return failed(f"not checked: {listed(bare)}") if bare else passed("every method has a validator")


def default_address(names: list[Resource], *, off: bool) -> Verdict:
    """Pass when the address that AWS made for an API is *off*, where *names* of the customer's own lead to APIs."""
    if off:
        return passed("the default address is off")
    if not names:
        return skipped("no domain name of its own leads to APIs of the region")
    return failed("the address that AWS made answers beside the domain name")


@check(
    "aws.apigateway.rest_api.default_endpoint_off",
    on=REST,
    control="network.public_access",
    severity=Severity.LOW,
    title="API is reached by its domain name alone",
    risk="Over the address that AWS made, callers pass by client certificates, and by what stands before the name.",
    fix=UPDATE + "op=replace,path=/disableExecuteApiEndpoint,value=true",
)
def default_endpoint_off(api: Resource, inventory: Inventory) -> Verdict:
    if endpoint_types(api["item"]) == {"PRIVATE"}:
        return passed("the API is private")
    names = list(inventory.all(DOMAIN, region=api.region))
    return default_address(names, off=bool(api["item"].get("disableExecuteApiEndpoint")))


@check(
    "aws.apigateway.domain_name.tls_current",
    on=DOMAIN,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domain name speaks TLS 1.2 and later only",
    risk="Callers can be talked into a version of TLS whose encryption is broken.",
    fix="aws apigateway update-domain-name --domain-name {name} --region {region} --patch-operations"
    " op=replace,path=/securityPolicy,value=TLS_1_2",
)
def tls_current(name: Resource) -> Verdict:
    policy = name["item"]["securityPolicy"]
    return (failed if policy in OLD_POLICIES else passed)(f"policy is {policy}")


@check(
    "aws.apigateway.domain_name.trust_store_sound",
    on=DOMAIN,
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="Certificates of callers are checked by a sound trust store",
    risk="Callers are refused who should be let in, or certificates count that should not.",
    fix="Replace the file of the trust store, then aws apigateway update-domain-name --domain-name {name} --region {region}"
    " --patch-operations op=replace,path=/mutualTlsAuthentication/truststoreVersion,value=VERSION",
)
def trust_store_sound(name: Resource) -> Verdict:
    mutual = name["item"].get("mutualTlsAuthentication") or {}
    if not mutual.get("truststoreUri"):
        return skipped("callers are not asked for certificates")
    warnings = mutual.get("truststoreWarnings") or []
    return failed(str(warnings[0])) if warnings else passed("the trust store has no warnings")


@check(
    "aws.apigateway.api_key.replaced_yearly",
    on=KEY,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Key of API clients is less than a year old",
    risk="Keys end up in code, logs and mails; whoever finds one calls as that client.",
    fix="aws apigateway create-api-key --enabled --region {region}, give it to the client; then delete-api-key {name}",
)
def replaced_yearly(key: Resource, now: datetime) -> Verdict:
    if not key["item"].get("enabled"):
        return skipped("the key is off")
    made = datetime.fromisoformat(key["item"]["createdDate"])
    said = f"made on {made:%Y-%m-%d}"
    return failed(said) if now - made > KEY_AGE else passed(said, until=made + KEY_AGE)
