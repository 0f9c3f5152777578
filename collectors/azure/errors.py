"""What a failed call means: denied, throttled, disabled, gone, unavailable, or an error of another kind.

Sources: Azure Resource Manager, "Troubleshoot common Azure deployment errors"; Microsoft Graph, "Error responses". That a
tenant without a licence is told by ``Authentication_RequestFromNonPremiumTenantOrB2CTenant`` is from reports of its users.
"""

from __future__ import annotations

from typing import Any

import orjson
from azure.core.exceptions import AzureError, ClientAuthenticationError, IncompleteReadError
from azure.core.exceptions import DecodeError as CoreDecodeError

from collectors.budget import SpentError
from scanner.model import Reason

# The resource that was asked about is no more, or what it lies in.
ABOVE_GONE = frozenset({"parentresourcenotfound", "resourcegroupnotfound", "subscriptionnotfound"})
NOT_FOUND = frozenset({"resourcenotfound", "notfound", "request_resourcenotfound"})
# Nothing of the kind can be there: the subscription never registered the provider.
NOT_REGISTERED = frozenset({"missingsubscriptionregistration", "subscriptionnotregistered", "subscription not registered"})
# The tenant's licence does not include it: or, where that cannot be looked up without one more permission, seems not to.
UNLICENSED = frozenset({"aadpremiumlicenserequired"})
SEEMS_UNLICENSED = frozenset(
    {"authentication_requestfromnonpremiumtenantorb2ctenant", "requestfromnonpremiumtenantorb2ctenant"}
)
LICENCES = "Directory.Read.All"
"""The permission without which Microsoft Graph may not see licences. Source: microsoft-graph-docs, issues 12537 and 14120."""
# Azure does not take the question (any more): ours to repair, and nobody's setting.
RETIRED = frozenset(
    {
        "invalidresourcetype",
        "noregisteredproviderfound",
        "invalidapiversionparameter",
        "unsupportedapiversion",
        "apiversionretired",
    }
)
DENIED = frozenset(
    {"authorizationfailed", "linkedauthorizationfailed", "authorization_requestdenied", "accessdenied", "forbidden"}
)
THROTTLED = frozenset({"toomanyrequests", "ratelimiting", "subscriptionrequeststhrottled", "resourcerequeststhrottled"})
NOT_EXPORTED = "NOT_EXPORTED"  # of our own: an export holds only what was written to it
NO_TOKEN = "NoToken"
TRUNCATED = "ResultTruncated"  # of our own: an answer says that it is not whole, and not how to get the rest


class WriteRefusedError(Exception):
    """Something tried a request that is no read, or that goes elsewhere. It was not sent."""


class DecodeError(Exception):
    """The answer is not what the API promises."""


class ApiError(Exception):
    """Azure answered with an error: the status of HTTP, and the code and message of the body.

    ``needs`` is a permission whose lack explains it, where that is another one than what was asked for takes.
    """

    def __init__(self, status: int, code: str = "", message: str = "", needs: str = "") -> None:
        super().__init__(f"{code or status}: {message}")
        self.status = status
        self.code = code or str(status)
        self.message = message
        self.needs = needs

    @property
    def key(self) -> str:
        return self.code.lower()


Failure = ApiError | AzureError | DecodeError | SpentError | WriteRefusedError
FAILURES = (ApiError, AzureError, DecodeError, SpentError, WriteRefusedError)


def refusal(status: int, body: bytes) -> ApiError:
    """Return what an answer that is no success says, as well as it can be told."""
    try:
        error: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ApiError(status, "", f"HTTP {status}")
    for name in ("error", "Error"):
        error = error.get(name, error) if isinstance(error, dict) else {}
    if not isinstance(error, dict):
        return ApiError(status, "", f"HTTP {status}")
    code, message = (str(error.get(name) or error.get(name.title()) or "") for name in ("code", "message"))
    return ApiError(status, code, " ".join(message.split()) or f"HTTP {status}")


def code_of(error: Failure) -> str:
    if isinstance(error, ClientAuthenticationError):
        return NO_TOKEN
    return error.code if isinstance(error, ApiError) else type(error).__name__


def message_of(error: Failure) -> str:
    text = error.message if isinstance(error, (ApiError, AzureError)) else str(error)
    return " ".join(str(text).split())


def reason_of(error: Failure) -> Reason:
    """Return why *error* left something unread."""
    if isinstance(error, ApiError):
        return _reason(error)
    if isinstance(error, ClientAuthenticationError):
        return Reason.DENIED
    if isinstance(error, (CoreDecodeError, DecodeError, WriteRefusedError)) and not isinstance(error, IncompleteReadError):
        return Reason.ERROR
    return Reason.UNAVAILABLE


def _reason(error: ApiError) -> Reason:
    if error.key in RETIRED or error.code == TRUNCATED:
        return Reason.ERROR
    if not error.needs and error.key in NOT_REGISTERED | UNLICENSED | SEEMS_UNLICENSED:
        return Reason.DISABLED
    if error.needs or error.status in (401, 403) or error.key in DENIED:
        return Reason.DENIED
    if error.status == 429 or error.key in THROTTLED:
        return Reason.THROTTLED
    if error.status == 408 or error.status >= 500 or error.code == NOT_EXPORTED:
        return Reason.UNAVAILABLE
    return Reason.ERROR


def gone(error: Failure, id: str) -> bool:
    """Tell whether *error* says that the resource *id* itself, or what it lies in, is no more.

    ``ResourceNotFound`` alone, or that of Microsoft Graph, is said of a missing setting as well: its message names what.
    """
    if not isinstance(error, ApiError) or error.status != 404:
        return False
    return error.key in ABOVE_GONE or (error.key in NOT_FOUND and f"'{native(id)}'" in error.message.lower())


def native(id: str) -> str:
    """Return how messages name a resource: its type and names, ``microsoft.sql/servers/s`` of a whole id."""
    _, _, named = id.lower().rpartition("/providers/")
    return named
