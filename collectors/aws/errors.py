"""What a failed AWS call means: denied, throttled, disabled, unavailable, or an error of another kind."""

from __future__ import annotations

from collections.abc import Iterable

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
    WaiterError,
)
from botocore.exceptions import (
    ConnectionError as ConnectionFailed,
)
from botocore.parsers import ResponseParserError

from scanner.model import Reason

SERVER_ERROR = 500

# The codes that AWS's services use for a refusal. Sources: the error shapes of botocore's models, AWS's lists of common
# errors, EC2's "Error codes for the Amazon EC2 API"; credentials that have expired meanwhile refuse as well. Codes that
# hold the word AccessDenied (of a key, of an organization) need no entry.
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthFailure",
        "AuthorizationError",
        "AuthorizationErrorException",
        "AuthorizationException",
        "Blocked",
        "ExpiredToken",
        "ExpiredTokenException",
        "Forbidden",
        "ForbiddenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InsufficientPermissionsException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "NotAuthorizedException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
# Source: the codes that botocore's standard retry mode holds for throttling, and IAM's own name for the limit of its
# report: what only reads is over no limit but that of a rate.
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
DISABLED = frozenset(
    {
        "NotSignedUp",
        "OptInRequired",
        "OptInRequiredException",
        "PendingVerification",
        "RegionDisabledException",
        "SubscriptionRequiredException",
    }
)
UNAVAILABLE = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "Unavailable",
    }
)
NO_CREDENTIALS = (
    CredentialRetrievalError,
    LoginError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
)


class SpentError(Exception):
    """The account's budget of calls or time is used up, or the scan was told to stop."""


class DecodeError(Exception):
    """The provider's answer, or a document in it, is not what its format promises."""


Failure = ClientError | BotoCoreError | ResponseParserError | SpentError | DecodeError
FAILURES = (ClientError, BotoCoreError, ResponseParserError, SpentError, DecodeError)


def code_of(error: Failure) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__


def message_of(error: Failure) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", ""))
    return str(error)


def reason_of(error: Failure) -> Reason:
    """Return why *error* left something unread."""
    if isinstance(error, ClientError):
        return _reason_of_answer(error)
    if isinstance(error, NO_CREDENTIALS):
        return Reason.DENIED
    if isinstance(error, (ConnectionFailed, HTTPClientError, SpentError, WaiterError)):
        return Reason.UNAVAILABLE
    return Reason.ERROR


def _reason_of_answer(error: ClientError) -> Reason:
    code = code_of(error)
    for codes, reason in (
        (DENIED, Reason.DENIED),
        (THROTTLED, Reason.THROTTLED),
        (DISABLED, Reason.DISABLED),
        (UNAVAILABLE, Reason.UNAVAILABLE),
    ):
        if code in codes:
            return reason
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status in (401, 403) or "AccessDenied" in code:
        return Reason.DENIED
    if status == 429:
        return Reason.THROTTLED
    return Reason.UNAVAILABLE if status >= SERVER_ERROR else Reason.ERROR


def says(error: Failure, codes: Iterable[str]) -> bool:
    """Tell whether *error* is one of *codes*, each a code or ``"Code: part of the message"``."""
    if not isinstance(error, ClientError):
        return False
    for entry in codes:
        code, _, text = entry.partition(":")
        if code == code_of(error) and text.strip() in message_of(error):
            return True
    return False
