"""Names the operation of a signed AWS request, by the same models from which boto3 made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import botocore.session

SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of one request."""

    service: str
    operation: str
    region: str
    protocol: str


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


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def _services(signing: str) -> tuple[Any, ...]:
    """Return the models of the services that sign with one name."""
    names = _session().get_available_services()
    near = [name for name in names if name.replace("-", "") in NAMED.get(signing, (signing.replace("-", ""),))]
    return tuple(_session().get_service_model(name) for name in near)


# Services whose signing name isn't their own name in the SDK. Source: botocore's service models, signingName.
NAMED: Mapping[str, tuple[str, ...]] = {
    "s3": ("s3", "s3control"),
    "sso": ("ssoadmin", "sso"),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticfilesystem": ("efs",),
    "monitoring": ("cloudwatch",),
    "events": ("events",),
    "access-analyzer": ("accessanalyzer",),
}


def identify(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Return what a request asks for; what can't be told has an empty operation."""
    scope = SCOPE.search(headers.get("authorization", ""))
    region, signing = (scope[1], scope[2]) if scope else ("", "sts")
    if target := headers.get("x-amz-target"):
        return _targeted(signing, region, target)
    if action := parse_qs(body.decode("latin-1")).get("Action") or parse_qs(query).get("Action"):
        return _named(signing, region, action[0])
    return _routed(signing, region, method, path, query)


def _targeted(signing: str, region: str, target: str) -> Request:
    prefix, _, operation = target.rpartition(".")
    for model in _services(signing):
        if model.metadata.get("targetPrefix") == prefix:
            return Request(model.service_name, operation, region, model.resolved_protocol)
    return Request(signing, operation, region, "json")


def _named(signing: str, region: str, action: str) -> Request:
    for model in _services(signing):
        if action in model.operation_names:
            return Request(model.service_name, action, region, model.resolved_protocol)
    return Request(signing, action, region, "query")


def _routed(signing: str, region: str, method: str, path: str, query: str) -> Request:
    given = set(parse_qs(query, keep_blank_values=True))
    for route in _routes(signing):
        if route.method == method and route.path.fullmatch(path.rstrip("/") or "/") and route.query <= given:
            return Request(route.service, route.operation, region, route.protocol)
    return Request(signing, "", region, "rest-xml")


@cache
def _routes(signing: str) -> tuple[Route, ...]:
    """Return the routes of the services that sign with one name, the most particular first."""
    routes = [_route(model, name) for model in _services(signing) for name in model.operation_names]
    return tuple(sorted(routes, key=lambda route: (-len(route.query), -route.length, route.operation)))


def _route(model: Any, name: str) -> Route:
    http = model.operation_model(name).http
    path, _, query = http["requestUri"].partition("?")
    if model.service_name == "s3":
        path = path or "/"
    pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", lambda found: ".+" if found[2] else "[^/]+", re.escape(path.rstrip("/") or "/"))
    fixed = len(re.sub(r"{\w+\+?}", "", path))
    keys = frozenset(parse_qs(query, keep_blank_values=True)) - {"x-id"}
    return Route(model.service_name, name, model.resolved_protocol, http["method"], re.compile(pattern), keys, fixed)
