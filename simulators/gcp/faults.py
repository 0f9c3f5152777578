"""What can go wrong on the wire, as Google's REST APIs say it.

Sources: google.rpc.Status and google.api.ErrorReason for the form of errors; the messages are shortened from those that
users of Asset Inventory report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "denied",
    "throttled",
    "error",
    "unavailable",
    "disabled",
    "no_quota",
    "unauthenticated",
    "gone",
    "too_large",
    "stale_token",
    "latency",
    "dropped",
    "cut",
    "garbled",
    "empty",
    "portal",
    "hollow",
]
QUOTA = "Quota exceeded for quota metric 'ListAssets Requests' and limit 'ListAssets Requests per minute'"
OFF = "Cloud Asset API has not been used in project 333333333301 before or it is disabled. Enable it and retry."
# HTTP status, name of google.rpc.Code, message, reason.
REFUSALS: dict[str, tuple[int, str, str, str]] = {
    "denied": (403, "PERMISSION_DENIED", "The caller does not have permission", "IAM_PERMISSION_DENIED"),
    "throttled": (429, "RESOURCE_EXHAUSTED", QUOTA, "RATE_LIMIT_EXCEEDED"),
    "error": (500, "INTERNAL", "Internal error encountered.", ""),
    "unavailable": (503, "UNAVAILABLE", "The service is currently unavailable.", ""),
    "disabled": (403, "PERMISSION_DENIED", OFF, "SERVICE_DISABLED"),
    "no_quota": (403, "PERMISSION_DENIED", "Caller does not have required permission to use project x", "USER_PROJECT_DENIED"),
    "unauthenticated": (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED"),
    "gone": (404, "NOT_FOUND", "The project does not exist.", ""),
    "stale_token": (400, "INVALID_ARGUMENT", "The page token is invalid or has expired.", ""),
    "too_large": (429, "RESOURCE_EXHAUSTED", "Received message larger than max (5242880 vs. 4194304)", ""),
}


@dataclass
class Fault:
    """A fault on listings of *content* (empty: all) below *parent* (empty: any), or on ``token`` in place of a content.

    It strikes *times* times (``None``: always) after letting *after* requests through; ``too_large`` only pages of more
    than *above* assets.
    """

    content: str
    kind: Kind
    times: int | None = None
    after: int = 0
    parent: str = ""
    seconds: float = 0.0
    above: int = 0
    struck: int = field(default=0, init=False)

    def strikes(self, content: str, parent: str, size: int) -> bool:
        """Tell whether it strikes this request, and count it."""
        if self.content not in ("", content) or self.parent not in ("", parent) or size <= self.above:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. ``length`` is the Content-Length promised where the body is cut short of it; no status, no response."""

    status: int
    body: bytes
    type: str = "application/json; charset=UTF-8"
    length: int | None = None


def refusal(kind: str) -> Answer:
    return error(*REFUSALS[kind])


def error(status: int, code: str, message: str, reason: str = "") -> Answer:
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "cloudasset.googleapis.com"},
    }
    inner: dict[str, Any] = {"code": status, "message": message, "status": code} | ({"details": [detail]} if reason else {})
    return Answer(status, json.dumps({"error": inner}, indent=2).encode())


def spoiled(kind: str, answer: Answer) -> Answer:
    """Return *answer* as a broken connection, a broken server or somebody in between would deliver it."""
    half = answer.body[: len(answer.body) // 2]
    if kind == "dropped":
        return Answer(0, b"")
    if kind == "cut":
        return Answer(answer.status, half, length=len(answer.body))
    if kind == "garbled":
        return Answer(answer.status, half)
    if kind == "portal":
        return Answer(200, b"<html><body>Sign in to this network</body></html>", "text/html")
    return Answer(answer.status, b"{}" if kind == "hollow" else b"")
