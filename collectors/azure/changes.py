"""Changes that Azure announces: events of a subscription, which Event Grid puts into a queue of a storage account.

Sources: "Azure subscription as an Event Grid source"; Queue Storage's REST reference (Get Messages, Delete Message).
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from threading import Event
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from scanner.daemon.change import Attack, Change, Message, Source, SourceError, at_path
from scanner.model import Severity
from scanner.provider import Document

MOST = 32  # messages at once; Queue Storage allows no more
HIDDEN = 60  # seconds for which messages are nobody else's
WAIT = 5.0  # seconds between two questions where there was nothing: these queues don't wait
VERSION = "2021-12-02"  # tokens of Entra are accepted from 2017-11-09 on
SCOPE = "https://storage.azure.com/.default"
QUEUE = re.compile(r"/(?:[a-z0-9]{3,24}/)?[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])")
SUCCESS = re.compile(r"Microsoft\.Resources\.Resource(Write|Delete|Action)Success")
SUBSCRIPTION = re.compile(r"/subscriptions/([0-9a-f-]{36})(?:/|$)", re.IGNORECASE)
NAMES = ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "name", "appid")
LONGEST = 200  # characters of what an event says of who did it


@cache
def table() -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 -- only who listens reads it

    loaded: Mapping[str, Any] = yaml.safe_load(files("collectors.azure").joinpath("changes.yaml").read_text("utf-8"))
    return loaded


@cache
def kinds() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return, for each native type that is read, in lower case, one of our types and the services that it may be of."""
    from collectors.azure.provider import specs  # noqa: PLC0415 -- which looks for types in this module as well

    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    every: Any = specs()
    for spec in every.values() if isinstance(every, Mapping) else every:
        for arm in spec.arm.split():
            first, services = found.get(arm, (spec.type, ()))
            found[arm] = (first, (*services, *({spec.service} - set(services))))
    return found


def read(text: str) -> tuple[Change, ...]:
    """Return what one message of the queue tells: JSON, mostly in base64. Raises :class:`ValueError` for what is no event.

    What did not succeed, and what is of no type of ours, is nothing.
    """
    event = json.loads(text if text.lstrip().startswith("{") else b64decode(text, validate=True))
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        raise ValueError("no event of Event Grid")  # noqa: TRY004 -- of the text, not of a caller
    kind, at = str(event.get("eventType") or event.get("type")), str(event.get("eventTime") or event.get("time"))
    if not kind.startswith("Microsoft."):
        raise ValueError("no event of Azure Resource Manager")
    data = event["data"]
    id = str(data.get("resourceUri") or event.get("subject") or "")
    in_subscription = SUBSCRIPTION.match(id)
    if not SUCCESS.fullmatch(kind) or in_subscription is None:
        return ()
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    what = str(data.get("operationName") or kind)
    type, services = _concerned(id)
    attack = _attack(what)
    if not services and not attack:
        return ()
    changed = Change(
        event=str(event.get("id") or ""),
        account=in_subscription[1].lower(),
        what=what,
        at=moment,
        services=services,
        type=type,
        id=id,
        who=_who(data.get("claims")),
        origin=_text(data, "httpRequest.clientIpAddress"),
        attack=attack,
    )
    return (changed,)


def _concerned(id: str) -> tuple[str, tuple[str, ...]]:
    """Return the type of what was changed, or of what it is a part of, and the services that may hold it."""
    type, services = "", dict[str, None]()
    for part in re.split("/providers/", id, flags=re.IGNORECASE)[1:]:
        namespace, *rest = part.lower().split("/")
        known = [f"{namespace}/{'/'.join(rest[: 2 * depth : 2])}" for depth in range(1, len(rest) // 2 + 1)]
        fitting = [kinds()[each] for each in known if each in kinds()]
        if fitting:
            type = fitting[-1][0]
        held = [service for _, each in fitting for service in each] or table()["namespaces"].get(namespace, ())
        services.update(dict.fromkeys(held))
    return type, tuple(services)


def _attack(operation: str) -> Attack | None:
    for row in table()["attacks"]:
        if operation.lower() in row["operations"]:
            return Attack(row["name"], row["control"], row["service"], Severity(row["severity"]), row["said"])
    return None


def _who(claims: Any) -> str:
    """Return who did it, by claims that are data, or a text of JSON."""
    try:
        given = json.loads(claims) if isinstance(claims, str) else claims
    except (ValueError, RecursionError):
        return ""
    named = (given.get(name) for name in NAMES) if isinstance(given, dict) else ()
    return next((each[:LONGEST] for each in named if isinstance(each, str) and each), "")


def _text(value: Any, path: str) -> str:
    return next((each[:LONGEST] for each in at_path(value, path) if isinstance(each, str)), "")


def messages(body: bytes) -> list[Message]:
    """Return the messages of an answer. Raises :class:`ValueError` for what is none."""
    try:
        root = ET.fromstring(body)  # noqa: S314 -- expat refuses entities that grow since 2.4.1
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != "QueueMessagesList":
        raise ValueError(f"<{root.tag}> is no list of messages")
    return [_message(each) for each in root.iter("QueueMessage")]


def _message(raw: ET.Element) -> Message:
    receipt = json.dumps([raw.findtext("MessageId", ""), raw.findtext("PopReceipt", "")])
    attempt = int(raw.findtext("DequeueCount", "0"))
    try:
        return Message(receipt, attempt, read(raw.findtext("MessageText", "")))
    except (ValueError, RecursionError, TypeError) as error:
        return Message(receipt, attempt, problem=str(error) or type(error).__name__)


class Queue:
    """A queue of a storage account. Messages are read and taken out of it, and nothing else is sent."""

    def __init__(self, send: Any, address: str) -> None:
        self._send = send
        self._address = address
        self._stopped = Event()

    def receive(self) -> Sequence[Message]:
        body = self._sent("GET", f"{self._address}/messages?numofmessages={MOST}&visibilitytimeout={HIDDEN}", {200})
        try:
            found = messages(body)
        except ValueError as error:
            raise SourceError(f"{self._address}: what answers is no Queue Storage: {error}") from error
        if not found:
            self._stopped.wait(WAIT)
        return found

    def done(self, receipts: Sequence[str]) -> None:
        for each in receipts:
            id, receipt = json.loads(each)
            # 404: it is out already, or somebody else's by now
            place = f"{self._address}/messages/{quote(id, safe='')}?popreceipt={quote(receipt, safe='')}"
            self._sent("DELETE", place, {204, 404})

    def _sent(self, method: str, url: str, fine: set[int]) -> bytes:
        from azure.core.exceptions import AzureError  # noqa: PLC0415
        from azure.core.rest import HttpRequest  # noqa: PLC0415

        try:
            answer = self._send(HttpRequest(method, url, headers={"x-ms-version": VERSION}))
            body: bytes = answer.content
        except (AzureError, ValueError) as error:
            raise SourceError(f"{self._address}: {' '.join(str(error).split())}") from error
        if answer.status_code not in fine:
            code = answer.headers.get("x-ms-error-code", "")
            raise SourceError(f"{self._address}: {answer.status_code} {code}".rstrip())
        return body

    def close(self) -> None:
        self._stopped.set()


def listen(options: Any, address: str) -> Source:
    """Return the queue with this URL, read with the credentials of the account. Raises :class:`SourceError`."""
    from azure.core.pipeline import Pipeline  # noqa: PLC0415 -- the SDK is heavy, and only who listens needs it
    from azure.core.pipeline.policies import BearerTokenCredentialPolicy, UserAgentPolicy  # noqa: PLC0415
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415

    from collectors.azure import session  # noqa: PLC0415

    place = urlsplit(address)
    if place.scheme != "https" or not QUEUE.fullmatch(place.path):  # a token is sent there
        raise SourceError(f"{address!r} is no queue: write https://ACCOUNT.queue.core.windows.net/NAME")
    try:
        tokens = BearerTokenCredentialPolicy(session.credential(options), SCOPE)
    except ValueError as error:
        raise SourceError(f"{address}: {error}") from error
    waits = {"connection_timeout": options.connect_timeout, "read_timeout": options.read_timeout}
    transport = RequestsTransport(connection_verify=options.ca_file or True, **waits)
    pipeline: Any = Pipeline(transport, [UserAgentPolicy("demarc"), tokens])

    def send(request: Any) -> Any:
        return pipeline.run(request).http_response

    return Queue(send, address.rstrip("/"))


def permissions(address: str) -> Mapping[str, Sequence[Document]]:
    """Return the grant that reading the queue needs: one role, on this queue alone."""
    place = urlsplit(address)
    account, name = (place.hostname or "ACCOUNT").partition(".")[0], place.path.strip("/") or "demarc-changes"
    queue = f"/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Storage/storageAccounts/{account}"
    role = {
        "scope": f"{queue}/queueServices/default/queues/{name}",
        "role": "Storage Queue Data Message Processor",
        "dataActions": [
            "Microsoft.Storage/storageAccounts/queueServices/queues/messages/process/action",
            "Microsoft.Storage/storageAccounts/queueServices/queues/messages/read",
        ],
    }
    return {"json": [{"roles": [role]}]}
