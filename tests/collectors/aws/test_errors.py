"""What each of AWS's refusals means, held against the codes that botocore's models and its retries know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    LoginRefreshRequired,
    NoCredentialsError,
    PaginationError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from collectors.aws.errors import DecodeError, SpentError, code_of, message_of, reason_of, says
from collectors.aws.provider import specs
from scanner.model import Reason
from tests.collectors.aws.fake import LOADER

THROTTLED: Any = ThrottledRetryableChecker
TRANSIENT: Any = TransientRetryableChecker
URL = {"endpoint_url": "https://sts.eu-west-1.amazonaws.com"}


def refused(code: str, status: int = 400, message: str = "") -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        # A right that is missing, in the words of each protocol; S3, EC2 and JSON each have their own.
        ("AccessDenied", 403, Reason.DENIED),
        ("AccessDeniedException", 400, Reason.DENIED),
        ("UnauthorizedOperation", 403, Reason.DENIED),
        ("AuthorizationError", 403, Reason.DENIED),
        ("AuthorizationException", 400, Reason.DENIED),
        ("KMSAccessDenied", 400, Reason.DENIED),
        ("OrganizationAccessDeniedException", 400, Reason.DENIED),
        ("AllAccessDisabled", 403, Reason.DENIED),
        ("Blocked", 400, Reason.DENIED),
        # Credentials that are wrong, over, or signed at the wrong time. An opt-in region that is off answers like this.
        ("AuthFailure", 401, Reason.DENIED),
        ("InvalidClientTokenId", 403, Reason.DENIED),
        ("UnrecognizedClientException", 400, Reason.DENIED),
        ("ExpiredToken", 400, Reason.DENIED),
        ("ExpiredTokenException", 400, Reason.DENIED),
        ("RequestExpired", 400, Reason.DENIED),
        ("RequestTimeTooSkewed", 403, Reason.DENIED),
        ("SignatureDoesNotMatch", 403, Reason.DENIED),
        ("InvalidSignatureException", 400, Reason.DENIED),
        ("MissingAuthenticationTokenException", 400, Reason.DENIED),
        ("SomethingNew", 401, Reason.DENIED),
        ("SomethingNew", 403, Reason.DENIED),
        # A service, or a region, that the account does not have.
        ("OptInRequired", 401, Reason.DISABLED),
        ("SubscriptionRequiredException", 400, Reason.DISABLED),
        ("RegionDisabledException", 403, Reason.DISABLED),
        ("PendingVerification", 403, Reason.DISABLED),
        # Too fast.
        ("Throttling", 400, Reason.THROTTLED),
        ("RequestLimitExceeded", 503, Reason.THROTTLED),
        ("SlowDown", 503, Reason.THROTTLED),
        ("LimitExceeded", 409, Reason.THROTTLED),
        ("SomethingNew", 429, Reason.THROTTLED),
        # The service's own trouble.
        ("InternalFailure", 500, Reason.UNAVAILABLE),
        ("ServiceUnavailable", 503, Reason.UNAVAILABLE),
        ("RequestTimeout", 400, Reason.UNAVAILABLE),
        ("SomethingNew", 502, Reason.UNAVAILABLE),
        # Everything else: what a spec did not expect.
        ("NoSuchEntity", 404, Reason.ERROR),
        ("ValidationException", 400, Reason.ERROR),
        ("PermanentRedirect", 301, Reason.ERROR),
        ("AuthorizationHeaderMalformed", 400, Reason.ERROR),
        ("Unknown", 400, Reason.ERROR),
    ],
)
def test_a_refusal_has_one_reason(code: str, status: int, reason: Reason) -> None:
    assert reason_of(refused(code, status)) is reason


@pytest.mark.parametrize("code", sorted(THROTTLED._THROTTLED_ERROR_CODES))
def test_what_botocore_takes_for_throttling_we_do(code: str) -> None:
    assert reason_of(refused(code)) is Reason.THROTTLED


@pytest.mark.parametrize("code", sorted(TRANSIENT._TRANSIENT_ERROR_CODES))
def test_what_botocore_tries_again_is_not_the_specs_fault(code: str) -> None:
    assert reason_of(refused(code)) in {Reason.UNAVAILABLE, Reason.THROTTLED}


def modelled() -> Iterator[tuple[str, int, bool]]:
    """Yield the code, HTTP status and throttling trait of every error shape of the services that are read."""
    for service in {call.service or spec.api for spec in specs() for call in spec.calls}:
        for name, shape in LOADER.load_service_model(service, "service-2")["shapes"].items():
            if shape.get("exception"):
                error = shape.get("error", {})
                throttles = bool(shape.get("retryable", {}).get("throttling"))
                yield error.get("code", name), error.get("httpStatusCode", 400), throttles


REFUSED = {Reason.DENIED, Reason.DISABLED, Reason.THROTTLED}
TROUBLE = {Reason.UNAVAILABLE, Reason.THROTTLED, Reason.DENIED}
FILED = {401: REFUSED, 403: REFUSED, 429: {Reason.THROTTLED, Reason.UNAVAILABLE}, 500: TROUBLE, 502: TROUBLE, 503: TROUBLE}


def test_the_errors_of_the_models_are_filed_by_what_they_say_of_themselves() -> None:
    for code, status, throttles in set(modelled()):
        allowed = {Reason.THROTTLED} if throttles else FILED.get(status, set(Reason))
        assert reason_of(refused(code, status)) in allowed, code


@pytest.mark.parametrize(
    "error",
    [
        NoCredentialsError(),
        CredentialRetrievalError(provider="custom-process", error_msg="it failed"),
        TokenRetrievalError(provider="sso", error_msg="it is over"),
        SSOTokenLoadError(error_msg="no token"),
        UnauthorizedSSOTokenError(),
        LoginRefreshRequired(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_credentials_that_end_meanwhile_are_a_denial(error: Any) -> None:
    assert reason_of(error) is Reason.DENIED


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(error="no such name", **URL),
        ConnectTimeoutError(error="too long", **URL),
        ReadTimeoutError(error="too long", **URL),
        SSLError(error=OSError("no trust"), **URL),
        ProxyConnectionError(error="no proxy", proxy_url="http://proxy", **URL),
        HTTPClientError(error="anything"),
        SpentError("the budget is used up"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_be_reached_is_unavailable(error: Any) -> None:
    assert reason_of(error) is Reason.UNAVAILABLE


@pytest.mark.parametrize(
    "error",
    [
        DecodeError("malformed"),
        ResponseParserError("broken"),
        PaginationError(message="twice"),
        ParamValidationError(report="x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_be_understood_is_an_error_named_after_its_kind(error: Any) -> None:
    assert (reason_of(error), code_of(error)) == (Reason.ERROR, type(error).__name__)
    assert message_of(error)


def test_code_and_message_are_those_of_the_answer() -> None:
    error = refused("AccessDenied", 403, "User: x is not authorized to perform: s3:ListAllMyBuckets")
    assert (code_of(error), message_of(error)) == ("AccessDenied", "User: x is not authorized to perform: s3:ListAllMyBuckets")
    empty = ClientError({}, "Operation")
    assert (code_of(empty), message_of(empty), reason_of(empty)) == ("Unknown", "", Reason.ERROR)


def test_one_code_with_two_meanings_is_told_apart_by_its_message() -> None:
    off = refused("AccessDeniedException", 403, "Macie is not enabled")
    denied = refused("AccessDeniedException", 403, "User: x is not authorized to perform: macie2:GetMacieSession")
    codes = ("OtherException", "AccessDeniedException: Macie is not enabled")
    assert says(off, codes)
    assert not says(denied, codes)
    assert says(denied, ("AccessDeniedException",))


@pytest.mark.parametrize("error", [SpentError("NoSuchEntity"), DecodeError("NoSuchEntity"), NoCredentialsError()])
def test_only_an_answer_of_aws_says_anything(error: Any) -> None:
    assert not says(error, ("NoSuchEntity", "SpentError", "DecodeError", "NoCredentialsError"))
