"""What a failed call of a Google API means: denied, throttled, disabled, unavailable, or an error of another kind.

Sources: google.rpc.Code for the names of the statuses, google.rpc.ErrorInfo and google.api.ErrorReason for the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import requests
from google.auth.exceptions import GoogleAuthError, TransportError

from collectors.budget import SpentError
from scanner.model import Reason

DISABLED = frozenset({"SERVICE_DISABLED", "BILLING_DISABLED", "CONSUMER_SUSPENDED"})
PASSING = frozenset({"RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "ABORTED", "UNKNOWN"})
NOT_EXPORTED = "NOT_EXPORTED"  # of our own: an export holds only what was asked for
# What HTTP alone says, where the body says nothing: a proxy's answer, a load balancer's.
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
REASONS = {
    "PERMISSION_DENIED": Reason.DENIED,
    "UNAUTHENTICATED": Reason.DENIED,
    "RESOURCE_EXHAUSTED": Reason.THROTTLED,
    "UNAVAILABLE": Reason.UNAVAILABLE,
    "INTERNAL": Reason.UNAVAILABLE,
    "DEADLINE_EXCEEDED": Reason.UNAVAILABLE,
    "ABORTED": Reason.UNAVAILABLE,
    "UNKNOWN": Reason.UNAVAILABLE,
    NOT_EXPORTED: Reason.UNAVAILABLE,
}


class DecodeError(Exception):
    """The answer, or a document in it, is not what the API promises."""


class ApiError(Exception):
    """Google answered with an error. ``status`` is a name of google.rpc.Code, ``reason`` one of google.api.ErrorReason."""

    def __init__(self, status: str, message: str = "", reason: str = "", wait: float = 0.0) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.reason = reason
        self.wait = wait

    @property
    def disabled(self) -> bool:
        return self.reason in DISABLED or "has not been used in project" in self.message

    @property
    def too_large(self) -> bool:
        """Whether the answer, not a quota, was too much: the same status, which waiting does not cure."""
        return self.status == "RESOURCE_EXHAUSTED" and "larger than max" in self.message

    @property
    def stale_token(self) -> bool:
        """Whether the page token is not accepted (any more): it expires 72 hours after the first page."""
        said = self.message.lower().replace("_", " ").replace("pagetoken", "page token")
        return self.status == "INVALID_ARGUMENT" and "page token" in said


Failure = ApiError | requests.RequestException | GoogleAuthError | SpentError | DecodeError
FAILURES = (ApiError, requests.RequestException, GoogleAuthError, SpentError, DecodeError)


def refusal(response: requests.Response) -> ApiError:
    """Return what an answer that is no success says, as well as it can be told."""
    status, message, reason = STATUSES.get(response.status_code, "UNKNOWN"), "", ""
    try:
        error = msgspec.json.decode(response.content)["error"]
        status, message = str(error.get("status") or status), str(error.get("message", ""))
        details = [each for each in error.get("details", ()) if isinstance(each, Mapping)]
        reason = next((str(each["reason"]) for each in details if "reason" in each), "")
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError, UnicodeDecodeError):
        message = f"HTTP {response.status_code}"
    return ApiError(status, " ".join(message.split()), reason, _seconds(response.headers.get("Retry-After")))


def _seconds(given: str | None) -> float:
    return float(given) if given and given.isdecimal() else 0.0


def passing(error: Failure) -> bool:
    """Tell whether it is worth trying again: what Google calls passing, a broken connection, a garbled body."""
    if isinstance(error, ApiError):
        return error.status in PASSING and not error.too_large
    if isinstance(error, GoogleAuthError):
        return isinstance(error, TransportError) or bool(getattr(error, "retryable", False))
    return isinstance(error, (requests.RequestException, DecodeError))


def code_of(error: Failure) -> str:
    if isinstance(error, ApiError):
        return error.reason if error.disabled and error.reason else error.status
    return type(error).__name__


def message_of(error: Failure) -> str:
    return error.message if isinstance(error, ApiError) else str(error)


def reason_of(error: Failure) -> Reason:
    """Return why *error* left something unread."""
    if isinstance(error, ApiError):
        if error.disabled:
            return Reason.DISABLED
        return Reason.ERROR if error.too_large else REASONS.get(error.status, Reason.ERROR)
    if isinstance(error, GoogleAuthError) and not isinstance(error, TransportError):
        return Reason.DENIED
    return Reason.ERROR if isinstance(error, DecodeError) else Reason.UNAVAILABLE
