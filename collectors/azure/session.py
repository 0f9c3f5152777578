"""Entering Azure: whose credentials, and pipelines that can only read Azure Resource Manager and Microsoft Graph."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from azure.core.credentials import TokenCredential
from azure.core.exceptions import DecodeError as CoreDecodeError
from azure.core.pipeline import Pipeline, PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, HTTPPolicy, RetryPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import (
    AzureCliCredential,
    DefaultAzureCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from azure.mgmt.resource.resources import ResourceManagementClient
from requests.adapters import HTTPAdapter

from collectors.azure.clouds import CLOUDS
from collectors.azure.errors import ApiError, WriteRefusedError, refusal
from collectors.azure.options import AzureOptions
from collectors.budget import Budget

QUERY = "/providers/Microsoft.ResourceGraph/resources"
# Waits double from this on, and differ between threads.
BACKOFF = 0.8
LONGEST_WAIT = 60.0
PASSING = frozenset({408, 429, 500, 502, 503, 504})
QUOTA_RESETS = "x-ms-user-quota-resets-after"  # hours:minutes:seconds. Source: "Guidance for throttled requests"
BURST = 250.0  # reads of one subscription at once. Source: Azure Resource Manager, "Understand how requests are throttled"

BLOCK = 1 << 20  # bytes of an answer that are handed on at once: a page of rows has some millions

Request = PipelineRequest[HttpRequest]
Response = PipelineResponse[HttpRequest, HttpResponse]


@dataclass
class Call:
    """One call on its way through the pipeline: what it is counted as, and what was answered."""

    operation: str
    answer: dict[str, Any] = field(default_factory=dict)
    renewed: bool = False


class Retries(RetryPolicy[HttpRequest, HttpResponse]):
    """azure-core's own, for the one POST that only reads as well, and for waits that Resource Graph says in its own header."""

    def __init__(self, attempts: int) -> None:
        many = attempts - 1
        super().__init__(retry_total=many, retry_connect=many, retry_read=many, retry_status=many, retry_backoff_factor=BACKOFF)
        self._method_whitelist = frozenset({"GET", "POST"})

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        return bool(settings["total"]) and response.http_response.status_code in PASSING

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        try:
            asked = super().get_retry_after(response) or _seconds(response.http_response.headers.get(QUOTA_RESETS, ""))
        except (ValueError, TypeError, OverflowError):  # no number, and no date either
            return None
        return min(asked, LONGEST_WAIT) if asked else None

    def get_backoff_time(self, settings: dict[str, Any]) -> float:
        doubled: float = settings["backoff"] * 2 ** (len(settings["history"]) - 1)
        return min(doubled * random.uniform(0.75, 1.25), LONGEST_WAIT)  # noqa: S311 -- it hides nothing


def _seconds(given: str) -> float:
    hours, minutes, seconds = given.split(":") if given else (0, 0, 0)
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


class Documents(HTTPPolicy[HttpRequest, HttpResponse]):
    """Reads each success as a JSON object, within the tries: what is garbled or cut is asked for again."""

    def send(self, request: Request) -> Response:
        call: Call = request.context.options.pop("call", None) or request.context["call"]
        request.context["call"] = call
        response = self.next.send(request)
        response.http_response.read()  # here, in large pieces: what requests reads by itself it reads in small ones
        if response.http_response.status_code == 200:
            try:
                answer = orjson.loads(response.http_response.content)
            except orjson.JSONDecodeError as error:
                raise CoreDecodeError(f"the answer is no JSON: {error}") from error
            if not isinstance(answer, dict):
                raise CoreDecodeError("the answer is no JSON object")
            call.answer = answer
        return response


class Tokens(BearerTokenCredentialPolicy[HttpRequest, HttpResponse]):
    """Sends a token along. One that is refused is renewed once a call, by credentials that remember nothing."""

    def __init__(self, make: Callable[[], TokenCredential], scope: str, tenant: str) -> None:
        super().__init__(make(), scope)
        self._make = make
        self._tenant = tenant
        self._refused = ""
        self._locked = Lock()

    def on_request(self, request: Request) -> None:
        with self._locked:
            if self._need_new_token:
                self._request_token(*self._scopes, **({"tenant_id": self._tenant} if self._tenant else {}))
            token = self._token
        if token:
            self._update_headers(request.http_request.headers, token.token)

    def send(self, request: Request) -> Response:
        response = super().send(request)
        call: Call = request.context["call"]
        if response.http_response.status_code != 401 or call.renewed:
            return response
        call.renewed = True
        used = request.http_request.headers.get("Authorization", "")
        with self._locked:
            if used != self._refused:  # else another thread has renewed it meanwhile
                self._refused = used
                self._credential = self._make()
                self._token = None
        return super().send(request)


class ReadOnly(HTTPPolicy[HttpRequest, HttpResponse]):
    """The last before the wire, passed at every try: sends reads to one place, each taken from the budget."""

    def __init__(self, base: str, budget: Budget, pace: Pace) -> None:
        super().__init__()
        self._place = urlsplit(base)[:2]
        self._budget = budget
        self._pace = pace

    def send(self, request: Request) -> Response:
        method, url = request.http_request.method, urlsplit(request.http_request.url)
        reads = method == "GET" or (method == "POST" and url.path == QUERY)
        if not reads or url[:2] != self._place or ".." in url.path.split("/"):
            raise WriteRefusedError(f"{method} {url.scheme}://{url.netloc}{url.path} is not a read that was asked for")
        self._pace.wait(url.path)
        self._budget.take(request.context["call"].operation)
        return self.next.send(request)


class Pace:
    """Spreads the reads of each subscription: a burst, then so many a second, as Azure fills them up again."""

    def __init__(self, rate: float, budget: Budget) -> None:
        self._rate = rate
        self._budget = budget
        self._left: dict[str, tuple[float, float]] = {}
        self._locked = Lock()

    def wait(self, path: str) -> None:
        """Wait until the subscription of *path* has a read left, and take it."""
        if self._rate and path.lower().startswith("/subscriptions/") and (behind := self._take(path.split("/")[2].lower())) > 0:
            self._budget.stopped.wait(behind / self._rate)

    def _take(self, subscription: str) -> float:
        """Take a read, which may not be there yet. Return by how many it is behind."""
        with self._locked:
            now = monotonic()
            left, since = self._left.get(subscription, (BURST, now))
            left = min(BURST, left + (now - since) * self._rate) - 1
            self._left[subscription] = left, now
            return -left


class Transport(RequestsTransport):  # type: ignore[misc]
    """Keeps as many connections as there are threads, and ends its waits when the scan is stopped."""

    def __init__(self, options: AzureOptions, budget: Budget) -> None:
        session = requests.Session()
        session.mount("https://", HTTPAdapter(pool_maxsize=options.threads + 2))
        verify = options.ca_file or True
        waits = {"connection_timeout": options.connect_timeout, "read_timeout": options.read_timeout}
        super().__init__(session=session, connection_verify=verify, connection_data_block_size=BLOCK, **waits)
        self._stopped = budget.stopped

    def sleep(self, duration: float) -> None:
        self._stopped.wait(duration)


def places(options: AzureOptions) -> tuple[str, str, str]:
    """Return where Azure Resource Manager, Microsoft Graph and the tokens are."""
    cloud, here = CLOUDS[options.cloud], options.endpoint_url
    found = (here or cloud.arm, options.graph_url or here or cloud.graph, options.authority or here or cloud.authority)
    arm, graph, authority = (each.rstrip("/") for each in found)
    return arm, graph, authority


def credential(options: AzureOptions) -> TokenCredential:
    """Return whom to be. What is missing for it only shows when a token is asked for, or as a ValueError."""
    authority = places(options)[2]
    given: dict[str, Any] = {"authority": authority}
    if authority not in {each.authority for each in CLOUDS.values()}:
        given["disable_instance_discovery"] = True
    if options.ca_file:
        given["connection_verify"] = options.ca_file
    if options.tenant:
        given["additionally_allowed_tenants"] = ["*"]
    return _credential(options, given)


def _credential(options: AzureOptions, given: dict[str, Any]) -> TokenCredential:
    who: dict[str, Any] = {"client_id": options.client_id} if options.client_id else {}
    match options.credentials:
        case "environment":
            return EnvironmentCredential(**given)
        case "workload_identity":
            return WorkloadIdentityCredential(**who, **given)
        case "managed_identity":
            return ManagedIdentityCredential(**who)
        case "cli":
            return AzureCliCredential(tenant_id=options.tenant)
    managed = {"managed_identity_client_id": options.client_id} if options.client_id else {}
    return DefaultAzureCredential(**managed, **given)


class Session:
    """One identity's way to Azure Resource Manager, through its own client, and to Microsoft Graph. Threads may share it."""

    def __init__(self, options: AzureOptions, budget: Budget) -> None:
        self.options = options
        self.budget = budget
        self.arm_url, self.graph_url, _ = places(options)
        self._transport = Transport(options, budget)
        pace = Pace(options.reads_per_second, budget)
        cloud = CLOUDS[options.cloud]
        ours = self._policies(self.arm_url, f"{cloud.audience}/.default", pace)
        self._arm = ResourceManagementClient(credential(options), "", self.arm_url, policies=ours, transport=self._transport)
        self._graph = Pipeline(self._transport, self._policies(self.graph_url, f"{cloud.graph}/.default", pace))

    def _policies(self, base: str, scope: str, pace: Pace) -> Sequence[Any]:
        """Return our own list: azure-core's usual one would register providers, which writes."""
        tokens = Tokens(lambda: credential(self.options), scope, self.options.tenant)
        guard = ReadOnly(base, self.budget, pace)
        return [UserAgentPolicy("demarc"), Retries(self.options.attempts), Documents(), tokens, guard]

    def arm(self, url: str, operation: str) -> dict[str, Any]:
        """Return the body of a GET of Azure Resource Manager. Raises one of ``FAILURES``."""
        return self._answer(HttpRequest("GET", url), operation, self._arm.send_request)

    def query(self, url: str, body: dict[str, Any], operation: str) -> dict[str, Any]:
        """Return the answer to one query of Resource Graph. Raises one of ``FAILURES``."""
        request = HttpRequest("POST", url, content=orjson.dumps(body), headers={"Content-Type": "application/json"})
        return self._answer(request, operation, self._arm.send_request)

    def graph(self, url: str, operation: str) -> dict[str, Any]:
        """Return the body of a GET of Microsoft Graph. Raises one of ``FAILURES``."""

        def send(request: HttpRequest, **options: Any) -> HttpResponse:
            sent: Response = self._graph.run(request, **options)
            return sent.http_response

        return self._answer(HttpRequest("GET", url), operation, send)

    def _answer(self, request: HttpRequest, operation: str, send: Callable[..., HttpResponse]) -> dict[str, Any]:
        call = Call(operation)
        response = send(request, call=call, stream=True)
        if response.status_code == 204:
            raise ApiError(404, "NoContent", "the answer is empty")
        if response.status_code != 200:
            raise refusal(response.status_code, response.content)
        return call.answer

    def close(self) -> None:
        """Stop calling; what is under way ends soon."""
        self.budget.stopped.set()

    def release(self) -> None:
        """Close the connections, once nothing is under way any more."""
        self._transport.close()
