"""Entering Google Cloud: whose credentials, whose quota; and a session that can only read Asset Inventory."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google.auth
import requests
from google.auth import impersonated_credentials
from google.auth.credentials import Credentials, CredentialsWithQuotaProject, with_scopes_if_required
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession

from collectors.budget import Budget, SpentError
from collectors.gcp.errors import ApiError, DecodeError
from collectors.gcp.options import GcpOptions
from scanner.provider import ConnectError

GOOGLE = "https://cloudasset.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
NO_SCOPE = "nothing says what to read: pass --organization, --folder or --project"


class WriteRefusedError(Exception):
    """Something tried a request that is no read, or that goes elsewhere. It was not sent."""


class ReadSession(AuthorizedSession):
    """Sends reads to one host, each taken from the budget, a repetition with a new token too."""

    def __init__(self, credentials: Credentials, base: str, budget: Budget) -> None:
        super().__init__(credentials)  # type: ignore[no-untyped-call]
        self._place = urlsplit(base)[:2]
        self._budget = budget
        self.headers["User-Agent"] = "demarc (gzip)"  # Google compresses for agents that say so twice

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        url = urlsplit(str(request.url))
        if request.method != "GET" or url[:2] != self._place:
            raise WriteRefusedError(f"{request.method} {url.netloc}{url.path} is not a read of Asset Inventory")
        content = parse_qs(url.query).get("contentType", ["?"])[0]
        self._budget.take(f"cloudasset:ListAssets:{content}")
        return super().send(request, **kwargs)


def base(options: GcpOptions) -> str:
    return options.endpoint_url.rstrip("/") or GOOGLE


def credentials(options: GcpOptions) -> tuple[Credentials, str]:
    """Return whom to be and the project that this says, empty for none. Raises GoogleAuthError."""
    quota = options.quota_project or None
    with warnings.catch_warnings():
        # The file is the user's own word, and what a missing quota project leads to is said when it does.
        warnings.simplefilter("ignore")
        if options.credentials:
            load: Any = google.auth.load_credentials_from_file
            unscoped, project = load(options.credentials)  # with scopes, it would ask for the project of a federation
            found: Credentials = with_scopes_if_required(unscoped, SCOPES)  # type: ignore[no-untyped-call]
        else:
            found, project = google.auth.default(SCOPES, quota_project_id=quota)
    if options.impersonate:
        found = impersonated(found, options)
    if quota and isinstance(found, CredentialsWithQuotaProject):
        found = found.with_quota_project(quota)  # type: ignore[no-untyped-call]
    return found, project or ""


def impersonated(source: Credentials, options: GcpOptions) -> Credentials:
    """Return the credentials of the last account of the chain, which *source* starts."""
    *delegates, target = [each.strip() for each in options.impersonate.split(",") if each.strip()]
    override = f"{base(options)}/v1/projects/-/serviceAccounts/{target}:generateAccessToken" if options.endpoint_url else None
    return impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        source, target, SCOPES, delegates=delegates, iam_endpoint_override=override
    )


def scope(options: GcpOptions, project: str) -> str:
    """Return what is to be read. Raises :class:`ConnectError` when nothing says it."""
    if found := options.scope or (f"projects/{project}" if project else ""):
        return found
    raise ConnectError(NO_SCOPE)


def explain(error: Exception, options: GcpOptions, where: str) -> str:
    """Return one line on why *where* can't be entered and what to do."""
    return " ".join(_explain(error, options, where).split())


def _explain(error: Exception, options: GcpOptions, where: str) -> str:
    if isinstance(error, ApiError):
        return _refused(error, options, where)
    if isinstance(error, RefreshError) and options.impersonate:
        who = options.impersonate.rpartition(",")[2].strip()
        return f"{who} cannot be impersonated ({_first(error)}): whoever asks needs roles/iam.serviceAccountTokenCreator on it"
    for kinds, said in EXPLAINED:
        if isinstance(error, kinds):
            return said.format(_first(error))
    return f"Google Cloud cannot be entered: {error}"


def _first(error: Exception) -> str:
    return str(error.args[0] if error.args else error)


EXPLAINED: Sequence[tuple[tuple[type[Exception], ...], str]] = (
    (
        (DefaultCredentialsError,),
        "no Google credentials ({}): pass --credentials, or run `gcloud auth application-default login`",
    ),
    ((TransportError, requests.RequestException), "Google Cloud cannot be reached: {}"),
    ((RefreshError,), "the Google credentials are not accepted ({}): `gcloud auth application-default login` renews them"),
    ((GoogleAuthError, ValueError), "the Google credentials cannot be used: {}"),
    ((SpentError,), "nothing was read: {}"),
    ((DecodeError,), "what answers is not Google Cloud: {}"),
)


def _refused(error: ApiError, options: GcpOptions, where: str) -> str:
    quota = options.quota_project or "PROJECT"
    if error.disabled:
        return (
            f"the Cloud Asset API is not enabled ({error.message}):"
            f" gcloud services enable cloudasset.googleapis.com --project={quota}, or pass --quota-project"
        )
    if error.reason == "USER_PROJECT_DENIED" or "quota project" in error.message:
        return (
            f"the quota project cannot be used ({error.message}):"
            " it needs roles/serviceusage.serviceUsageConsumer; --quota-project names another"
        )
    if error.status == "PERMISSION_DENIED":
        return f"{where} cannot be read ({error.message}): grant roles/cloudasset.viewer on it, or see `demarc permissions gcp`"
    if error.status == "UNAUTHENTICATED":
        return f"Google refused the credentials ({error.message}): sign in again"
    if error.status in ("NOT_FOUND", "INVALID_ARGUMENT"):
        return f"{where} cannot be read as asked ({error.message})"
    return f"{where} cannot be entered ({error})"
