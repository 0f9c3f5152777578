"""What can go wrong on the wire, as Azure Resource Manager, Resource Graph, Microsoft Graph and Entra say it.

Sources: Azure Resource Manager, "Troubleshoot common Azure deployment errors" and "Understand how Azure Resource Manager
throttles requests"; Resource Graph, "Guidance for throttled requests"; Microsoft Graph, "Error responses" and "throttling";
"Microsoft Entra authentication and authorization error codes". Messages are shortened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from simulators.allowance import Allowance
from simulators.azure.operations import Request
from simulators.listener import Answer

Kind = Literal[
    "denied",
    "throttled",
    "throttled_silently",
    "error",
    "bad_gateway",
    "unavailable",
    "timeout",
    "unauthenticated",
    "expired",
    "unregistered",
    "unlicensed",
    "gone",
    "parent_gone",
    "group_gone",
    "subscription_gone",
    "version_retired",
    "disabled",
    "latency",
    "dropped",
    "cut",
    "truncated",
    "garbled",
    "empty",
    "portal",
    "hollow",
    "result_truncated",
    "same_page",
    "foreign_page",
]
NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
# HTTP status, code, message. Braces are filled with the action, the path and the subscription of the request.
REFUSALS: dict[str, tuple[int, str, str]] = {
    "denied": (
        403,
        "AuthorizationFailed",
        "The client 'demarc' with object id 'x' does not have authorization to perform action '{action}' over scope '{path}'.",
    ),
    "throttled": (
        429,
        "SubscriptionRequestsThrottled",
        "Number of 'read' requests for '{subscription}' exceeded.",
    ),
    "throttled_silently": (429, "TooManyRequests", "The request is being throttled."),
    "error": (500, "InternalServerError", "Encountered internal server error."),
    "bad_gateway": (502, "BadGateway", "The gateway did not receive a response from the resource provider."),
    "unavailable": (503, "ServiceUnavailable", "The service is temporarily unavailable."),
    "timeout": (504, "GatewayTimeout", "The gateway did not receive a response from '{namespace}' within the time period."),
    "unauthenticated": (401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."),
    "expired": (401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."),
    "unregistered": (
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found.",
    ),
    "unlicensed": (403, NO_PREMIUM, "Neither tenant is B2C or tenant doesn't have premium license"),
    "gone": (404, "ResourceNotFound", "The Resource '{native}' under resource group '{group}' was not found."),
    "parent_gone": (
        404,
        "ParentResourceNotFound",
        "Failed to perform 'read' on resource(s) of type '{short}', because the parent resource '{parent}' could not be found.",
    ),
    "group_gone": (404, "ResourceGroupNotFound", "Resource group '{group}' could not be found."),
    "subscription_gone": (404, "SubscriptionNotFound", "The subscription '{subscription}' could not be found."),
    "version_retired": (
        400,
        "NoRegisteredProviderFound",
        "No registered resource provider found for location '' and API version '{version}' for type '{short}'.",
    ),
    "disabled": (409, "ReadOnlyDisabledSubscription", "The subscription '{subscription}' is disabled and therefore read only."),
}
GRAPH: dict[str, tuple[int, str, str]] = {
    "denied": (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    "gone": (
        404,
        "Request_ResourceNotFound",
        "Resource '{last}' does not exist or one of its reference objects is not present.",
    ),
    "unauthenticated": (401, "InvalidAuthenticationToken", "Access token is empty."),
    "expired": (401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    "unavailable": (503, "serviceNotAvailable", "The service is unavailable."),
    "error": (500, "generalException", "An internal server error occurred."),
}
RESOURCE_GRAPH: dict[str, tuple[int, str, str]] = {
    "throttled": (429, "RateLimiting", "Client application has been throttled and should not attempt to repeat the request."),
    "throttled_silently": (429, "RateLimiting", "Client application has been throttled."),
    "denied": (403, "AuthorizationFailed", "The client does not have authorization to perform action '{action}'."),
}
OF_SURFACE: Mapping[str, Mapping[str, tuple[int, str, str]]] = {"graph": GRAPH, "resourcegraph": RESOURCE_GRAPH}
HEADERS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("throttled", "arm"): {"Retry-After": "1", "x-ms-ratelimit-remaining-subscription-reads": "0"},
    ("throttled_silently", "arm"): {"x-ms-ratelimit-remaining-subscription-reads": "0"},
    ("throttled", "resourcegraph"): {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:01"},
    ("throttled", "graph"): {"Retry-After": "1"},
}
LATE = ("latency", "result_truncated", "same_page", "foreign_page")
"""Faults that are no refusal and break no body: they slow an answer down, or change what it says."""


@dataclass
class Fault:
    """A fault on operations that fit *operation* (``arm:microsoft.storage/*/read``, ``resourcegraph:resources``, ``*``).

    It strikes *times* times (``None``: always) after letting *after* requests through, in *subscription* or everywhere, on
    paths that hold *path*, whatever its casing. With *rate* it spares that many requests a second, and that many at once.
    """

    operation: str
    kind: Kind
    times: int | None = None
    after: int = 0
    subscription: str = ""
    path: str = ""
    seconds: float = 0.0
    rate: float = 0.0
    struck: int = field(default=0, init=False)
    _allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        self._allowance = Allowance(self.rate)

    def strikes(self, request: Request) -> bool:
        """Tell whether it strikes this request, and count it."""
        if not fnmatchcase(request.name.lower(), self.operation.lower()):
            return False
        if self.subscription.lower() not in ("", request.subscription) or self.path.lower() not in request.path.lower():
            return False
        if self.rate and self._allowance.spares():
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True


def refusal(kind: str, request: Request, headers: Mapping[str, str] | None = None) -> Answer:
    """Return how Azure would refuse *request*."""
    status, code, message = OF_SURFACE.get(request.surface, {}).get(kind) or REFUSALS[kind]
    told = {**HEADERS.get((kind, request.surface), {}), **(headers or {})}
    return error(status, code, message.format_map(_words(request)), told)


def _words(request: Request) -> dict[str, str]:
    """Return what messages name, as Azure names it: types and names without the scope that they are in."""
    path = request.path
    group = path.split("/")[4] if path.lower().startswith("/subscriptions/") and path.count("/") >= 4 else ""
    parts = path.rpartition("/providers/")[2].split("/") if "/providers/" in path else ["", ""]
    short, whole = "/".join(parts[1::2]), path.rpartition("/providers/")[2]
    collection = len(parts) % 2 == 0
    return {
        "action": request.name.partition(":")[2],
        "path": path,
        "subscription": request.subscription,
        "namespace": parts[0],
        "group": group,
        "kind": f"{parts[0]}/{short}",
        "short": short,
        "native": whole.rpartition("/")[0] if collection and len(parts) > 2 else whole,
        "parent": path.rpartition("/")[0] if collection else path.rpartition("/")[0].rpartition("/")[0],
        "version": request.one("api-version"),
        "last": path.rpartition("/")[2],
    }


def error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    return Answer(status, json.dumps({"error": {"code": code, "message": message, **more}}).encode(), headers or {})


def spoiled(kind: str, answer: Answer) -> Answer:
    """Return *answer* as a broken connection, a broken server or somebody in between would deliver it."""
    half = answer.body[: len(answer.body) // 2]
    if kind == "dropped":
        return Answer(0, b"")
    if kind == "cut":
        return Answer(answer.status, half, answer.headers, max(len(answer.body), 2) + 1)
    if kind == "truncated":
        return Answer(answer.status, half, answer.headers)
    if kind == "garbled":
        return Answer(answer.status, b"<<{not what was promised", answer.headers)
    if kind == "portal":
        return Answer(200, b"<html><body>Sign in to this network</body></html>", {"Content-Type": "text/html"})
    return Answer(answer.status, b"{}" if kind == "hollow" else b"", answer.headers)
