"""Checks on stages of REST APIs of Amazon API Gateway. They name a setting for all methods ``*/*``, then for single ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws.apigateway import endpoint_types
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

STAGE = "aws.apigateway.stage"
ALL = "*/*"
SET = "aws apigateway update-stage --rest-api-id ID --stage-name STAGE --region {region} --patch-operations "
# As AWS writes that there is no limit of the stage's own. Source: API reference, "MethodSetting".
NO_LIMIT = -1


def _settings(stage: Resource) -> Mapping[str, Mapping[str, Any]]:
    return stage["item"].get("methodSettings") or {}


def detected_in(variables: Mapping[str, Any]) -> Verdict:
    """Pass unless one of *variables*, whose values are hidden, looked like a secret."""
    found = {name: hidden["$secret"]["detected"] for name, hidden in sorted(variables.items())}
    failures = [f"{name} holds what looks like {', '.join(kinds)}" for name, kinds in found.items() if kinds]
    return failed("; ".join(failures)) if failures else passed(f"{len(found)} variable(s), none of which looks like a secret")


@check(
    "aws.apigateway.stage.access_logged",
    on=STAGE,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Stage logs who calls the API",
    risk="Nobody can tell who sent which requests before, during and after an attack.",
    fix=SET
    + "op=replace,path=/accessLogSettings/destinationArn,value=GROUP op=replace,path=/accessLogSettings/format,value=FORMAT",
)
def access_logged(stage: Resource) -> Verdict:
    place = (stage["item"].get("accessLogSettings") or {}).get("destinationArn")
    return passed(f"logged to {place}") if place else failed("access logs are off")


@check(
    "aws.apigateway.stage.execution_logged",
    on=STAGE,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Stage logs what goes wrong",
    risk="Refused callers and failing code leave no trace.",
    fix=SET + "op=replace,path=/*/*/logging/loglevel,value=ERROR",
)
def execution_logged(stage: Resource) -> Verdict:
    levels = {name: each.get("loggingLevel", "OFF") for name, each in _settings(stage).items()}
    off = [name for name, level in levels.items() if level == "OFF"]
    if ALL not in levels:
        return failed("execution logs are off")
    return failed(f"execution logs are off for {', '.join(off)}") if off else passed(f"level is {levels[ALL]}")


@check(
    "aws.apigateway.stage.traced",
    on=STAGE,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Stage traces requests to what is behind it",
    risk="Nobody can tell which part of an application a request reached, and where it failed.",
    fix=SET + "op=replace,path=/tracingEnabled,value=true",
)
def traced(stage: Resource) -> Verdict:
    return passed("requests are traced") if stage["item"].get("tracingEnabled") else failed("requests are not traced")


@check(
    "aws.apigateway.stage.cache_encrypted",
    on=STAGE,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Stage encrypts the answers that it keeps",
    risk="Answers, and what they tell of people, are stored in the clear.",
    fix=SET + "op=replace,path=/*/*/caching/dataEncrypted,value=true",
)
def cache_encrypted(stage: Resource) -> Verdict:
    if not stage["item"].get("cacheClusterEnabled"):
        return skipped("the stage keeps no answers")
    caching = {name: each for name, each in _settings(stage).items() if each.get("cachingEnabled")}
    clear = [name for name, each in caching.items() if not each.get("cacheDataEncrypted")]
    return failed(f"in the clear for {', '.join(clear)}") if clear else passed("what is kept is encrypted")


@check(
    "aws.apigateway.stage.backend_knows_it",
    on=STAGE,
    control="identity.peers",
    severity=Severity.LOW,
    title="Stage shows its backends a certificate",
    risk="A backend on the internet cannot tell the API from anybody else, and answers all.",
    fix="aws apigateway generate-client-certificate --region {region}, then "
    + SET
    + "op=replace,path=/clientCertificateId,value=CERTIFICATE",
)
def backend_knows_it(stage: Resource) -> Verdict:
    certificate = stage["item"].get("clientCertificateId")
    return passed(f"certificate {certificate}") if certificate else failed("no client certificate")


@check(
    "aws.apigateway.stage.without_secrets",
    on=STAGE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Stage's variables hold no secrets",
    risk="Everybody who may read the stage's settings reads the secret.",
    fix="Keep the secret in Secrets Manager, and replace it: it must be taken for known",
)
def without_secrets(stage: Resource) -> Verdict:
    return detected_in(stage["item"].get("variables") or {})


@check(
    "aws.apigateway.stage.web_firewall",
    on=STAGE,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Stage of a public API stands behind a web firewall",
    risk="Common attacks on web applications, and floods of requests, reach the backends as they come.",
    fix="aws wafv2 associate-web-acl --web-acl-arn ACL --resource-arn {id} --region {region}",
)
def web_firewall(stage: Resource, inventory: Inventory) -> Verdict:
    if acl := stage["item"].get("webAclArn"):
        return passed(f"behind {acl}")
    api = inventory.get("aws.apigateway.rest_api", stage.id.partition("/stages/")[0])
    if api is not None and endpoint_types(api["item"]) == {"PRIVATE"}:
        return skipped("the API is private")
    return failed("no web ACL is associated")


@check(
    "aws.apigateway.stage.throttled",
    on=STAGE,
    control="resilience.floods",
    severity=Severity.LOW,
    title="Stage limits how often it is called",
    risk="One API that is flooded uses up the region's limit, and all the others refuse their callers.",
    fix=SET + "op=replace,path=/*/*/throttling/rateLimit,value=RATE op=replace,path=/*/*/throttling/burstLimit,value=BURST",
)
def throttled(stage: Resource) -> Verdict:
    rate = (_settings(stage).get(ALL) or {}).get("throttlingRateLimit", NO_LIMIT)
    return failed("only the account's limit holds") if rate == NO_LIMIT else passed(f"{rate:g} calls a second")
