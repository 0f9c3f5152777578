"""Entering an AWS account: the credential chain, the role, the regions; and clients that can only read."""

from __future__ import annotations

import json
import os
import re
import socket
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as ConnectionFailed,
)
from botocore.parsers import ResponseParserError
from botocore.utils import parse_timestamp

from collectors.aws import models
from collectors.aws.errors import DENIED, FAILURES, SpentError, code_of, message_of, reason_of
from collectors.aws.options import AwsOptions
from collectors.budget import Pace
from scanner.model import Account, Reason
from scanner.provider import ConnectError

READS = re.compile(r"(List|Get|Describe|BatchGet|Head)[A-Z]")
# They change nothing of the account's: a report is rendered, a session token is handed out.
HARMLESS = frozenset({"GenerateCredentialReport", "AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
CONNECTIONS = 64
AGENT = f"demarc Boto3/{boto3.__version__} Botocore/{botocore.__version__}"  # without one, the SDK composes it for each call
PAGE = re.compile(rb"\s*<(!doctype\s+)?html", re.IGNORECASE)  # what portals and proxies put in place of an answer
PUBLIC = re.compile(r"\.[a-z]+$")  # a name, and not the address of a simulator or proxy
NO_REGION = "no AWS region: set AWS_REGION, a region in the profile, or --regions"


class WriteRefusedError(Exception):
    """Something tried an operation that is not a read. It was not sent."""


@dataclass
class Budget:
    """How much one scan of one account may use, and what it has used. Shared by all of its threads.

    What an account of an organization takes, it takes from the budget ``above`` as well, which is that of all.
    """

    calls: int | None = None
    seconds: float | None = None
    above: Budget | None = None
    used: Counter[str] = field(default_factory=Counter)
    stopped: Event = field(default_factory=Event)
    pace: Pace = field(default_factory=lambda: Pace(0))
    _started: float = field(default_factory=monotonic)
    _lock: Lock = field(default_factory=Lock)

    def check(self) -> None:
        """Raise :class:`SpentError` when no further call may be sent."""
        if self.above:
            self.above.check()
        with self._lock:
            self._check()

    def take(self, operation: str) -> None:
        """Count a call that is about to be sent, a retry too. Raises :class:`SpentError` when it may not be."""
        if self.above:
            with self._lock:
                self._check()
            self.above.take(operation)  # which may have to wait, and nobody for us meanwhile
        with self._lock:
            self._check()
            self.used[operation] += 1
        self.pace.wait(self.stopped)

    def check_stopped(self) -> None:
        """Raise :class:`SpentError` when the scan is to end: then there is no use in what takes no call either."""
        if self.above:
            self.above.check_stopped()
        if self.stopped.is_set():
            raise SpentError("the scan was stopped")

    def _check(self) -> None:
        self.check_stopped()
        if self.calls is not None and self.used.total() >= self.calls:
            raise SpentError(f"the budget of {self.calls} calls is used up")
        if self.seconds is not None and monotonic() - self._started > self.seconds:
            raise SpentError(f"the budget of {self.seconds:g} seconds is used up")

    def spent(self) -> dict[str, int]:
        """Return the calls sent so far, by ``service:Operation``."""
        with self._lock:
            return dict(self.used)


class Clients:
    """botocore clients of one account: thread-safe to create, counted, guarded against writing."""

    def __init__(self, session: boto3.Session, options: AwsOptions, budget: Budget) -> None:
        self.session = session
        self._session: Any = session
        parsers = self._session._session.get_component("response_parser_factory")  # noqa: SLF001 -- no public way
        parsers.set_parser_defaults(timestamp_parser=moment)
        self._options = options
        self._lock = Lock()
        self.budget = budget
        self._settings = settings(options)

    def __call__(self, service: str, region: str) -> Any:
        """Return a new client. Sessions aren't thread-safe in this one respect, hence the lock."""
        with self._lock:
            client = self._session.client(service, region_name=region, **self._settings)
        guard(client.meta.events, self.budget)
        if self._options.endpoint_url or not PUBLIC.search(urlsplit(client.meta.endpoint_url).hostname or ""):
            hold(client.meta.events, client.meta.endpoint_url)
        return client

    def within(self, budget: Budget) -> Clients:
        """Return clients of the same account that take their calls from another budget."""
        made = Clients(self.session, self._options, budget)
        made._lock = self._lock
        return made

    def plain(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client as the session makes it, for what renews credentials: neither counted nor guarded."""
        with self._lock:
            return self._session.client(*args, **kwargs)

    def offers(self, service: str, region: str, partition: str) -> bool:
        """Tell whether *service* is in *region*. The SDK's list is as old as the SDK: of what it lacks, the DNS knows."""
        known = self._session.get_available_regions(service, partition_name=partition)
        return region in known or bool(self._options.endpoint_url) or resolves(self(service, region).meta.endpoint_url)


def moment(value: Any) -> datetime:
    """Return a time as the SDK does, which asks a parser of any format for it; nearly all times have this one."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return parse_timestamp(value)
    return found if found.tzinfo else parse_timestamp(value)


def settings(options: AwsOptions) -> dict[str, Any]:
    """Return what every client is made with."""
    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": options.attempts},
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        max_pool_connections=CONNECTIONS,
        user_agent=AGENT,
        s3={"addressing_style": "path"} if options.endpoint_url else None,  # a bucket's name before it is another host
    )
    return {"config": config, "endpoint_url": options.endpoint_url or None}


def resolves(url: str) -> bool:
    """Tell whether there is a host of this name. Where the DNS doesn't know, that counts as yes: then the call tells."""
    try:
        socket.getaddrinfo(urlsplit(url).hostname, None)
    except socket.gaierror as error:
        return error.errno not in (socket.EAI_NONAME, socket.EAI_NODATA)
    return True


def hold(events: Any, endpoint: str) -> None:
    """Make a client stay with the one host of *endpoint*: S3 Control's rules put the account's id before it."""
    netloc = urlsplit(endpoint).netloc

    def stay(request: Any, **_: Any) -> None:
        request.url = urlunsplit(urlsplit(request.url)._replace(netloc=netloc))

    events.register("before-sign", stay)


def guard(events: Any, budget: Budget) -> None:
    """Make a client's event system take every request from the budget, refuse writes, and notice broken answers."""

    def refuse_writes(model: Any, **_: Any) -> None:
        if not READS.match(model.name) and model.name not in HARMLESS:
            raise WriteRefusedError(f"{model.service_model.service_name}:{model.name} is not a read")

    def take(event_name: str, **_: Any) -> None:
        service, operation = event_name.split(".", 2)[1:]
        budget.take(f"{service}:{operation}")

    events.register_first("before-call", refuse_writes)
    events.register("before-send", take)
    events.register("before-parse", refuse_broken)


def refuse_broken(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    """Raise for a body that is empty, no JSON object, or a web page where the model promises fields.

    botocore's parsers turn all of them into an answer without fields, which would read as "there is nothing".
    Source: ``_parse_body_as_json`` and ``_parse_xml_string_to_dom`` in botocore/parsers.py.
    """
    body, status = response_dict["body"], response_dict["status_code"]
    shape, name = operation_model.output_shape, operation_model.name
    if status >= 300 or shape is None or operation_model.has_streaming_output:
        return
    if not body:
        if any(_in_body(member) for member in shape.members.values()):
            raise ResponseParserError(f"{name} answered with an empty body")
        return
    if PAGE.match(body):
        raise ResponseParserError(f"{name} was answered by a web page")
    if "json" in operation_model.service_model.resolved_protocol and "payload" not in shape.serialization:
        _refuse_no_object(name, body)


def _refuse_no_object(name: str, body: bytes) -> None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ResponseParserError(f"{name} answered with broken JSON") from error
    if not isinstance(answer, dict):
        raise ResponseParserError(f"{name} answered with JSON that is no object")


def _in_body(member: Any) -> bool:
    return "location" not in member.serialization


@dataclass(frozen=True)
class Connection:
    """An account that was entered: who it is, and how to make clients for it."""

    account: Account
    clients: Clients
    region: str

    def within(self, budget: Budget) -> Connection:
        """Return the same way in, with a budget of its own."""
        return replace(self, clients=self.clients.within(budget))


def connect(options: AwsOptions, regions: Sequence[str] = (), make: Callable[..., boto3.Session] = boto3.Session) -> Connection:
    """Enter the account. Raises :class:`ConnectError` with one line that says what to do."""
    budget = Budget(options.max_calls or None, options.max_seconds or None, pace=Pace(options.calls_per_second))
    try:
        session = make(botocore_session=_inner(options.profile))
        # boto3 alone of AWS's tools does not know AWS_REGION. Source: AWS SDKs and Tools Reference Guide, "AWS Region".
        region = os.environ.get("AWS_REGION") or session.region_name or (min(regions) if regions else "")
        if not region:
            raise ConnectError(NO_REGION)
        # Not by a second boto3.Session over the same botocore session: boto3 would hook into it twice, and S3 clients fail.
        session._session.set_config_variable("region", region)  # noqa: SLF001 -- no public way
        if options.role_arn:
            session = assume(session, options, region)
        clients = Clients(session, options, budget)
        identity = clients("sts", region).get_caller_identity()
    except (*FAILURES, ValueError, EOFError) as error:
        raise ConnectError(explain(error, options)) from error
    return Connection(_account(identity), clients, region)


def enter(entered: Connection, options: AwsOptions, account: Account, budget: Budget) -> Connection:
    """Enter another account of the organization by its role, from the one that was entered. Raises :class:`ConnectError`.

    Whose account it is, the role's name says: nobody is asked.
    """
    role = f"arn:{account.partition}:iam::{account.id}:role/{options.role_name.lstrip('/')}"
    chosen = replace(options, role_arn=role)
    try:
        budget.take("sts:AssumeRole")
        session = assume(entered.clients.session, chosen, entered.region, entered.clients.plain)
        assumed: Any = session.get_credentials()
        assumed.get_frozen_credentials()  # now, and not when the first of many threads needs them
        return Connection(account, Clients(session, chosen, budget), entered.region)
    except (*FAILURES, ValueError) as error:
        raise ConnectError(explain(error, chosen)) from error


def _inner(profile: str) -> Any:
    """Return a session of botocore's that reads the models of services once a process, not once an account."""
    inner: Any = botocore.session.Session(profile=profile or None)
    loader = models.loader(inner.get_config_variable("data_path"))
    loader.search_paths[:] = dict.fromkeys(loader.search_paths)  # each boto3.Session adds its own once more
    inner.register_component("data_loader", loader)
    return inner


def _account(identity: Mapping[str, Any]) -> Account:
    id, arn = identity.get("Account"), identity.get("Arn", "").split(":")
    if not id or len(arn) < 6:
        raise ConnectError("what answers is not AWS: it does not say whose account this is")
    return Account("aws", id, partition=arn[1])


def assume(session: boto3.Session, options: AwsOptions, region: str, make: Callable[..., Any] | None = None) -> boto3.Session:
    """Return a session of the role, whose credentials renew themselves for as long as the scan lasts.

    *make* makes clients of *session*, where several threads do.
    """
    source = session.get_credentials()
    if source is None:
        raise NoCredentialsError
    extra = {"RoleSessionName": "demarc"} | ({"ExternalId": options.external_id} if options.external_id else {})
    made: Any = make or session.client

    def client(*args: Any, **kwargs: Any) -> Any:
        return made(*args, **kwargs, region_name=region, **settings(options))

    fetcher = AssumeRoleCredentialFetcher(client, source, options.role_arn, extra_args=extra)
    inner = _inner(options.profile)
    inner._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")  # noqa: SLF001 -- no public way
    return boto3.Session(botocore_session=inner, region_name=region)


def explain(error: Exception, options: AwsOptions) -> str:
    """Return one line on why the account can't be entered and what to do."""
    return " ".join(_explain(error, options).split())


def _explain(error: Exception, options: AwsOptions) -> str:
    if isinstance(error, ClientError):
        return _explain_refusal(error, options)
    if isinstance(error, ProfileNotFound):
        name = error.kwargs["profile"]
        return f"AWS profile {name!r} does not exist: `aws configure list-profiles` shows the ones that do"
    for kinds, said in EXPLAINED:
        if isinstance(error, kinds):
            return said.format(error)
    return f"AWS cannot be entered: {error}"


EXPLAINED: Sequence[tuple[tuple[type[Exception], ...], str]] = (
    ((NoCredentialsError,), "no AWS credentials found: set AWS_PROFILE, run `aws sso login`, or pass --profile"),
    ((SSOError, TokenRetrievalError, NoAuthTokenError), "not signed in to AWS: {}; `aws sso login` signs in"),
    ((LoginError,), "not signed in to AWS: {}; `aws login` signs in"),
    ((NoRegionError,), NO_REGION),
    ((ConnectionFailed, HTTPClientError), "AWS cannot be reached: {}"),
    ((ResponseParserError,), "what answers is not AWS: {}"),
    ((EOFError,), "the AWS profile asks for an MFA code and there is no terminal: use credentials that need none"),
)


def _explain_refusal(error: ClientError, options: AwsOptions) -> str:
    code, said = code_of(error), f"{code_of(error)}: {message_of(error)}"
    if code.startswith(("Expired", "RequestExpired")):
        return f"the AWS credentials have expired ({said}): sign in again"
    if "Signature expired" in said or "Signature not yet current" in said:
        return f"AWS refused the time of the request ({said}): set this machine's clock"
    if error.operation_name == "AssumeRole":
        role = f"role {options.role_arn or 'of the profile'} cannot be assumed ({said})"
        denied = reason_of(error) is Reason.DENIED
        return f"{role}: check its trust policy and --external-id" if denied else role
    if code in DENIED:
        return f"AWS refused the credentials ({said})"
    return f"AWS cannot be entered ({said})"
