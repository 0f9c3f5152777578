"""An AWS of a few lines: requests are answered before they would leave the process.

What is answered goes through botocore's own parsers, retries and events, so a test sees what the wire would show. Answers
are for the services that speak JSON; for the others, what AWS sends is given as :class:`Raw`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.loaders
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from collectors.aws.collect import AwsCollector
from collectors.aws.options import AwsOptions
from collectors.aws.session import Budget, Clients, Connection
from collectors.aws.spec import Call, Spec
from collectors.aws.unit import Unit, UnitReader
from collectors.redact import Redactor
from scanner.model import Account, Event, Gap, Listed, Resource

ACCOUNT, REGION = "123456789012", "eu-west-1"
LOADER = botocore.loaders.create_loader()  # holds what it has read of botocore's models, for all tests


@dataclass(frozen=True)
class Refusal:
    """An error, in the words of the service that is asked; ``rest``: of one that speaks JSON and names operations by paths."""

    code: str
    message: str = ""
    status: int = 400
    rest: bool = False


@dataclass(frozen=True)
class Raw:
    """A body that is sent as it is."""

    body: bytes


Answer = Mapping[str, Any] | Refusal | Raw
Answers = Answer | Sequence[Answer] | Callable[[Mapping[str, Any]], Answer]


class Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


class FakeAws:
    """Answers operations by name: with one answer, with one after the other, or with what a function of the request says.

    ``before`` is asked first, of operation and host, in the thread that calls; what it returns is the answer.
    """

    def __init__(self, **answers: Answers) -> None:
        self._answers = answers
        self._lock = Lock()
        self.sent: list[tuple[str, Any]] = []
        self.hosts: Counter[str] = Counter()
        self.urls: list[str] = []
        self.before: Callable[[str, str], Answer | None] = lambda _operation, _host: None

    def asked(self, operation: str) -> list[Any]:
        """Return the parameters of every request of *operation*, in order."""
        return [given for name, given in self.sent if name == operation]

    def session(self, **_: object) -> boto3.Session:
        inner = botocore.session.Session()
        inner.register_component("data_loader", LOADER)
        session = boto3.Session("AKIAEXAMPLE", "example", botocore_session=inner, region_name=REGION)
        events: Any = session.events
        events.register("before-send", self._send)
        return session

    def connection(self, budget: Budget | None = None, account: Account | None = None, **options: Any) -> Connection:
        clients = Clients(self.session(), AwsOptions(**{"attempts": 1, **options}), budget or Budget())
        return Connection(account or Account("aws", ACCOUNT, partition="aws"), clients, REGION)

    def collector(self, *specs: Spec, regions: Sequence[str] = (REGION,), **options: Any) -> AwsCollector:
        return AwsCollector(self.connection(**options), regions, specs, Redactor(b"key"))

    def read(self, *specs: Spec, region: str = REGION, **options: Any) -> Seen:
        """Read one unit of *specs*."""
        events: list[Event] = []
        unit = Unit(specs[0].api, region, specs)
        with ThreadPoolExecutor(4) as readers:
            UnitReader(self.connection(**options), Redactor(b"key"), unit, events.append).run(readers)
        return Seen(events)

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        speaks_json = "X-Amz-Target" in request.headers
        body: Any = request.body or b"{}"
        given = json.loads(body) if speaks_json else {}
        host = urlsplit(request.url).hostname or ""
        first = self.before(operation, host)
        with self._lock:
            self.sent.append((operation, given))
            self.hosts[host] += 1
            self.urls.append(request.url)
            answer = first or self._answer(operation, given)
        status = answer.status if isinstance(answer, Refusal) else 200
        return AWSResponse(request.url, status, {"content-type": "text/plain"}, Body(_body(answer, speaks_json)))  # type: ignore[arg-type]

    def _answer(self, operation: str, given: Mapping[str, Any]) -> Answer:
        answer = self._answers[operation]
        if isinstance(answer, Sequence):
            return answer[min(len(self.asked(operation)), len(answer)) - 1]
        return answer(given) if callable(answer) else answer


def _body(answer: Answer, speaks_json: bool) -> bytes:
    if isinstance(answer, Raw):
        return answer.body
    if isinstance(answer, Refusal):
        inner = f"<Error><Code>{answer.code}</Code><Message>{answer.message}</Message></Error>"
        xml = f"<Response>{inner}<Errors>{inner}</Errors></Response>"
        return (json.dumps({"__type": answer.code, "message": answer.message}) if speaks_json or answer.rest else xml).encode()
    return json.dumps(answer).encode()


@dataclass(frozen=True)
class Seen:
    """What a reader put, by kind."""

    events: list[Event]

    @property
    def resources(self) -> list[Resource]:
        return [each for each in self.events if isinstance(each, Resource)]

    @property
    def gaps(self) -> list[Gap]:
        return [each for each in self.events if isinstance(each, Gap)]

    @property
    def complete(self) -> dict[str, bool]:
        return {each.type: each.complete for each in self.events if isinstance(each, Listed)}

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.resources]

    def fact(self, name: str) -> Any:
        """Return a fact of the one resource there is."""
        (resource,) = self.resources
        return resource.facts[name]


# A made-up description over real operations: repositories, each with what a test asks about them.


def repositories(**more: Any) -> Spec:
    described = {
        "type": "aws.ecr.repository",
        "service": "aws.ecr",
        "api": "ecr",
        "title": "Repository",
        "listing": Call("describe_repositories", "repositories"),
        "id": "{repositoryArn}",
        "name": "{repositoryName}",
        "gone": frozenset({"RepositoryNotFoundException"}),
    }
    return Spec(**{**described, **more})


def named(*names: str) -> dict[str, Any]:
    """Return the answer that lists repositories of these names."""
    return {"repositories": [{"repositoryName": name, "repositoryArn": f"arn:{name}"} for name in names]}
