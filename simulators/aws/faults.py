"""What can go wrong on the wire, in the shape in which each of AWS's protocols says it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from html import escape
from typing import Literal

from simulators.aws.operations import Request

Kind = Literal["denied", "throttled", "error", "expired", "latency", "cut", "truncated", "malformed", "empty"]
REFUSALS = {
    "denied": (403, "AccessDenied", "not authorized to perform this"),
    "throttled": (400, "Throttling", "Rate exceeded"),
    "error": (500, "InternalFailure", "an internal error"),
    "expired": (403, "ExpiredToken", "The security token included in the request is expired"),
}
OWN_CODES = {
    ("denied", "ec2"): "UnauthorizedOperation",
    ("denied", "json"): "AccessDeniedException",
    ("denied", "rest-json"): "AccessDeniedException",
    ("throttled", "ec2"): "RequestLimitExceeded",
    ("throttled", "json"): "ThrottlingException",
    ("throttled", "rest-json"): "ThrottlingException",
    ("throttled", "rest-xml"): "SlowDown",
    ("expired", "json"): "ExpiredTokenException",
    ("expired", "rest-json"): "ExpiredTokenException",
}


@dataclass
class Fault:
    """A fault on operations that fit *operation* (``s3:GetBucketPolicy``, ``iam:*``, ``*``).

    It strikes *times* times (``None``: always) after letting *after* requests through, in *region* or everywhere.
    """

    operation: str
    kind: Kind
    times: int | None = None
    after: int = 0
    region: str = ""
    seconds: float = 0.0

    def strikes(self, request: Request) -> bool:
        """Tell whether it strikes this request, and count it."""
        if not fnmatchcase(f"{request.service}:{request.operation}", self.operation):
            return False
        if self.region not in ("", request.region):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
            return self.times >= 0
        return True


@dataclass(frozen=True)
class Answer:
    """A response. ``length`` is the Content-Length promised where the body is cut short of it."""

    status: int
    body: bytes
    type: str
    length: int | None = None


def refusal(kind: str, request: Request) -> Answer:
    """Return how AWS would refuse *request*."""
    status, code, message = REFUSALS[kind]
    return error(status, OWN_CODES.get((kind, request.protocol), code), message, request)


def error(status: int, code: str, message: str, request: Request) -> Answer:
    if "json" in request.protocol:
        return Answer(status, json.dumps({"__type": code, "message": message}).encode(), "application/x-amz-json-1.1")
    inner = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    shapes = {
        "ec2": f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>0</RequestID></Response>",
        "rest-xml": f"<Error>{inner}<RequestId>0</RequestId></Error>",
    }
    whole = shapes.get(request.protocol, f"<ErrorResponse><Error>{inner}</Error><RequestId>0</RequestId></ErrorResponse>")
    return Answer(status, whole.encode(), "text/xml")


def spoil(kind: str, answer: Answer) -> Answer:
    """Return *answer* as a broken connection or a broken server would deliver it."""
    half = answer.body[: len(answer.body) // 2]
    if kind == "cut":
        return Answer(answer.status, half, answer.type, max(len(answer.body), 2) + 1)
    if kind == "truncated":
        return Answer(answer.status, half, answer.type)
    return Answer(answer.status, b"" if kind == "empty" else b"<<{not what was promised", answer.type)
