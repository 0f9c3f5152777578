"""What can go wrong on the wire, in the shape in which each of AWS's protocols says it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from html import escape
from typing import Literal

from simulators.allowance import Allowance
from simulators.aws.operations import Request
from simulators.listener import Answer

Kind = Literal[
    "denied",
    "throttled",
    "error",
    "unavailable",
    "expired",
    "skewed",
    "latency",
    "dropped",
    "cut",
    "truncated",
    "malformed",
    "empty",
]
# Sources: "Common errors" in the API reference of each service, and for S3 and EC2 their own lists of error codes.
REFUSALS = {
    "denied": (403, "AccessDenied", "User is not authorized to perform this"),
    "throttled": (400, "Throttling", "Rate exceeded"),
    "error": (500, "InternalFailure", "The request processing has failed because of an unknown error"),
    "unavailable": (503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server"),
    "expired": (403, "ExpiredToken", "The security token included in the request is expired"),
    "skewed": (403, "SignatureDoesNotMatch", "Signature expired: the request's time is too far from the server's"),
}
OWN_CODES = {
    ("denied", "ec2"): (403, "UnauthorizedOperation"),
    ("denied", "json"): (400, "AccessDeniedException"),
    ("denied", "rest-json"): (403, "AccessDeniedException"),
    ("throttled", "ec2"): (503, "RequestLimitExceeded"),
    ("throttled", "json"): (400, "ThrottlingException"),
    ("throttled", "rest-json"): (429, "ThrottlingException"),
    ("throttled", "rest-xml"): (503, "SlowDown"),
    ("error", "ec2"): (500, "InternalError"),
    ("error", "rest-xml"): (500, "InternalError"),
    ("unavailable", "ec2"): (503, "Unavailable"),
    ("expired", "ec2"): (400, "RequestExpired"),
    ("expired", "json"): (400, "ExpiredTokenException"),
    ("expired", "rest-json"): (403, "ExpiredTokenException"),
    ("expired", "rest-xml"): (400, "ExpiredToken"),
    ("skewed", "ec2"): (400, "RequestExpired"),
    ("skewed", "json"): (400, "InvalidSignatureException"),
    ("skewed", "rest-json"): (403, "InvalidSignatureException"),
    ("skewed", "rest-xml"): (403, "RequestTimeTooSkewed"),
}


@dataclass
class Fault:
    """A fault on operations that fit *operation* (``s3:GetBucketPolicy``, ``iam:*``, ``*``).

    It strikes *times* times (``None``: always) after letting *after* requests through, in *region* or everywhere, in
    *account* or everywhere. With *rate* it spares that many requests a second, and that many at once.
    """

    operation: str
    kind: Kind
    times: int | None = None
    after: int = 0
    region: str = ""
    account: str = ""
    seconds: float = 0.0
    rate: float = 0.0
    _allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        self._allowance = Allowance(self.rate)

    def strikes(self, request: Request) -> bool:
        """Tell whether it strikes this request, and count it."""
        if not fnmatchcase(request.name, self.operation):
            return False
        if self.region not in ("", request.region) or self.account not in ("", request.account):
            return False
        if self.rate and self._allowance.spares():
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
            return self.times >= 0
        return True


def refusal(kind: str, request: Request) -> Answer:
    """Return how AWS would refuse *request*."""
    status, code, message = REFUSALS[kind]
    own_status, own_code = OWN_CODES.get((kind, request.protocol), (status, code))
    return error(own_status, own_code, message, request)


def error(status: int, code: str, message: str, request: Request) -> Answer:
    if "json" in request.protocol:
        body = json.dumps({"__type": code, "message": message}).encode()
        return Answer(status, body, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code})
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    shapes = {
        "ec2": f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>0</RequestID></Response>",
        "rest-xml": f"<Error>{inner}<RequestId>0</RequestId></Error>",
    }
    whole = shapes.get(request.protocol, f"<ErrorResponse><Error>{inner}</Error><RequestId>0</RequestId></ErrorResponse>")
    return Answer(status, whole.encode(), {"Content-Type": "text/xml"})


def spoil(kind: str, answer: Answer) -> Answer:
    """Return *answer* as a broken connection or a broken server would deliver it."""
    half = answer.body[: len(answer.body) // 2]
    if kind == "dropped":
        return Answer(0, b"")
    if kind == "cut":
        return Answer(answer.status, half, answer.headers, max(len(answer.body), 2) + 1)
    if kind == "truncated":
        return Answer(answer.status, half, answer.headers)
    return Answer(answer.status, b"" if kind == "empty" else b"<<{not what was promised", answer.headers)
