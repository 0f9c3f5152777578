"""Names the operation of a signed AWS request, by the same models from which boto3 made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.exceptions import UnknownServiceError
from moto.core.utils import get_service_model

from simulators.listener import Received

SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
HYPHEN = "__"
# The SDK's services that sign with one name, where it isn't their own. Source: botocore's models, signingName.
SIGNED = {
    "access-analyzer": ("accessanalyzer",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "bedrock": ("bedrock", "bedrock-agent"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "es": ("opensearch",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "sso": ("sso-admin",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of one request. What can't be told is empty; ``labels`` are the parameters within the path."""

    signing: str
    region: str
    key: str
    service: str = ""
    operation: str = ""
    protocol: str = ""
    account: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    def doing(self, operation: str, protocol: str) -> Request:
        return replace(self, operation=operation, protocol=protocol)


@dataclass(frozen=True, slots=True)
class Route:
    """How a REST service tells one operation from the others."""

    service: str
    operation: str
    protocol: str
    method: str
    path: re.Pattern[str]
    query: frozenset[str]
    length: int
    deprecated: bool


@cache
def _services(signing: str) -> tuple[Any, ...]:
    """Return the models of the services that sign with one name."""
    try:
        return tuple(get_service_model(name) for name in SIGNED.get(signing, (signing,)))
    except UnknownServiceError:
        return ()


def identify(received: Received) -> Request:
    """Return what a request asks for. Calls that aren't signed are those to STS that bring an identity instead."""
    scope = SCOPE.search(received.headers.get("authorization", ""))
    key, region, signing = scope.groups() if scope else ("", "us-east-1", "sts")
    request = Request(signing, region, key, service=signing)
    if target := received.headers.get("x-amz-target"):
        return _targeted(request, target)
    form = parse_qs(received.query if received.method == "GET" else received.body.decode("latin-1"))
    if "Action" in form:
        return _acted(request, form["Action"][0], form.get("Version", [""])[0])
    return _routed(request, received)


def _targeted(request: Request, target: str) -> Request:
    prefix, _, operation = target.rpartition(".")
    for each in _services(request.signing):
        if each.metadata.get("targetPrefix") == prefix:
            return _named(request, each, operation)
    return replace(request, operation=operation, protocol="json")


def _acted(request: Request, action: str, version: str) -> Request:
    """Tell services apart by their version as well: both kinds of load balancers describe load balancers."""
    for each in _services(request.signing):
        if each.api_version == version and action in each.operation_names:
            return _named(request, each, action)
    return replace(request, operation=action, protocol="query")


def _named(request: Request, service: Any, operation: str) -> Request:
    return replace(request, service=service.service_name, operation=operation, protocol=service.resolved_protocol)


def _routed(request: Request, received: Received) -> Request:
    given = set(parse_qs(received.query, keep_blank_values=True))
    path = received.path.rstrip("/") or "/"
    for route in _routes(request.signing):
        if route.method == received.method and route.query <= given and (found := route.path.fullmatch(path)):
            labels = {name.replace(HYPHEN, "-"): unquote(value) for name, value in found.groupdict().items()}
            known = {"service": route.service, "operation": route.operation, "protocol": route.protocol}
            return replace(request, labels=labels, **known)
    return replace(request, protocol="rest-json")


@cache
def _routes(signing: str) -> tuple[Route, ...]:
    """Return the routes of the services that sign with one name, the most particular first."""
    routes = [_route(each, name) for each in _services(signing) for name in each.operation_names]
    return tuple(sorted(routes, key=lambda route: (-len(route.query), -route.length, route.deprecated, route.operation)))


def _route(service: Any, name: str) -> Route:
    operation = service.operation_model(name)
    path, _, query = operation.http["requestUri"].partition("?")
    return Route(
        service.service_name,
        name,
        service.resolved_protocol,
        operation.http["method"],
        re.compile(re.sub(r"\\{([\w\\-]+)(\\\+)?\\}", _label, re.escape(path.rstrip("/") or "/"))),
        frozenset(parse_qs(query, keep_blank_values=True)) - {"x-id"},
        len(re.sub(r"{[\w-]+\+?}", "", path)),
        operation.deprecated,
    )


def _label(found: re.Match[str]) -> str:
    """Return the pattern of a parameter within a path. Names of groups know no hyphens, and some parameters have them."""
    name = found[1].replace("\\-", HYPHEN)
    return f"(?P<{name}>{'.+' if found[2] else '[^/]+'})"
