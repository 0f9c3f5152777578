"""Changes that AWS announces: CloudTrail's events, which a rule of EventBridge puts into a queue of SQS.

What an event means is data, in ``changes.yaml``. Taking messages out of the queue that was made for us is how it is read:
it changes nothing of what is scanned. See docs/decisions/0017.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from scanner.daemon.change import Attack, Change, Message, Source, SourceError, Trial, at_path, holds
from scanner.model import Severity
from scanner.provider import Document

DETAILS = re.compile(r"(AWS|Amazon) (API Call|Console Sign In|Service Event) via CloudTrail")  # "Amazon" in China
WAIT = 10  # seconds; SQS allows 20, and a daemon that ends does not wait for longer than its grace
MOST = 10  # messages; SQS allows no more
QUEUE = re.compile(r"/(\d{12})/([A-Za-z0-9_-]{1,80}(?:\.fifo)?)/?")
ENDPOINT = re.compile(r"sqs\.([a-z0-9-]+)\.")
OPERATIONS = frozenset({"ReceiveMessage", "DeleteMessageBatch"})
LONGEST = 200  # characters of what an event says of who did it


@cache
def table() -> Mapping[str, Any]:
    """Return what ``changes.yaml`` holds."""
    import yaml  # noqa: PLC0415 -- only who listens reads it

    loaded: Mapping[str, Any] = yaml.safe_load(files("collectors.aws").joinpath("changes.yaml").read_text("utf-8"))
    return loaded


@cache
def sources() -> Mapping[str, tuple[str, ...]]:
    """Return the services that each event source may change, of those that are read: nothing of others can be stale."""
    from collectors.aws.provider import specs  # noqa: PLC0415 -- which looks for types in this module as well

    found: dict[str, set[str]] = defaultdict(set)
    for spec in specs():
        found[table()["signed"].get(spec.api, spec.api)].add(spec.service)
    return {source: tuple(sorted(services)) for source, services in found.items()}


def read(body: str) -> tuple[Change, ...]:
    """Return what one message of the queue tells. Raises :class:`ValueError` for what is no event of EventBridge's.

    Events that read, that failed, or that no service of ours is behind, tell of nothing.
    """
    event = json.loads(body)
    if not isinstance(event, dict) or not isinstance(event.get("detail"), dict):
        raise ValueError("no event of EventBridge")  # noqa: TRY004 -- of the text, not of a caller
    record = event["detail"]
    if not DETAILS.fullmatch(str(event.get("detail-type"))) or not isinstance(record.get("eventName"), str):
        raise ValueError("no event of CloudTrail")
    changed = change(record, str(event.get("account") or ""), str(event.get("id") or ""))
    return (changed,) if changed else ()


def change(record: Mapping[str, Any], account: str, event: str) -> Change | None:
    """Return what an event of CloudTrail's tells, ``None`` where that is nothing. Raises :class:`ValueError`."""
    name, source = record["eventName"], str(record.get("eventSource", "")).partition(".")[0]
    if record.get("readOnly") is True or record.get("errorCode"):
        return None
    attack, trial = _attack(record, source, name)
    services = _services(source, name)
    if not services and not attack:
        return None
    type, id = _resource(record, source, name)
    at = datetime.fromisoformat(str(record["eventTime"]) if "eventTime" in record else "")
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return Change(
        event=str(record.get("eventID") or event),
        account=str(record.get("recipientAccountId") or account),
        what=f"{source}:{name}",
        at=at,
        region=str(record.get("awsRegion", "")),
        services=services,
        type=type,
        id=id,
        who=_who(record),
        origin=str(record.get("sourceIPAddress", ""))[:LONGEST],
        attack=attack,
        trial=trial,
    )


def _services(source: str, name: str) -> tuple[str, ...]:
    for pattern, services in table()["narrower"].get(source, ()):
        if re.search(pattern, name):
            return tuple(services)
    return sources().get(source, ())


def _resource(record: Mapping[str, Any], source: str, name: str) -> tuple[str, str]:
    for pattern, type, path in table()["resources"].get(source, ()):
        if re.search(pattern, name):
            for value in at_path(record, path):
                if isinstance(value, str) and value:
                    return type, value
    return "", ""


def _who(record: Mapping[str, Any]) -> str:
    identity = record.get("userIdentity")
    if not isinstance(identity, dict):
        return ""
    said = identity.get("arn") or identity.get("invokedBy") or identity.get("userName") or identity.get("type") or ""
    return str(said)[:LONGEST]


def _attack(record: Mapping[str, Any], source: str, name: str) -> tuple[Attack | None, Trial | None]:
    for row in table()["attacks"]:
        if row["source"] == source and name in row["events"] and holds(row, record):
            made = Attack(row["name"], row["control"], row["service"], Severity(row["severity"]), row["said"])
            return made, _trial(row.get("trial"), record)
    return None, None


def _trial(row: Mapping[str, Any] | None, record: Mapping[str, Any]) -> Trial | None:
    if row is None:
        return None
    found = {name: next(at_path(record, path), None) for name, path in row["facts"].items()}
    type = row["check"].rpartition(".")[0]
    return Trial(row["check"], type, {**row.get("given", {}), **{name: _opened(value) for name, value in found.items()}})


def _opened(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def message(raw: Mapping[str, Any]) -> Message:
    """Return one message of SQS's as it is read, or with what is wrong with it."""
    receipt, attempt = raw["ReceiptHandle"], int(raw.get("Attributes", {}).get("ApproximateReceiveCount", 0))
    try:
        return Message(receipt, attempt, read(raw.get("Body", "")))
    except (ValueError, RecursionError) as error:
        return Message(receipt, attempt, problem=str(error) or type(error).__name__)


class Queue:
    """A queue of SQS. Its clients call ``ReceiveMessage`` and ``DeleteMessageBatch``, and nothing else."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def receive(self) -> Sequence[Message]:
        asked = {"MaxNumberOfMessages": MOST, "WaitTimeSeconds": WAIT}
        answer = self._sent("receive_message", MessageSystemAttributeNames=["ApproximateReceiveCount"], **asked)
        return [message(raw) for raw in answer.get("Messages", ())]

    def done(self, receipts: Sequence[str]) -> None:
        for start in range(0, len(receipts), MOST):
            entries = [{"Id": str(number), "ReceiptHandle": each} for number, each in enumerate(receipts[start : start + MOST])]
            failed = self._sent("delete_message_batch", Entries=entries).get("Failed") or []
            if failed:
                raise SourceError(f"{self._url}: {len(failed)} messages can't be taken out: {failed[0].get('Code')}")

    def _sent(self, operation: str, **parameters: Any) -> Mapping[str, Any]:
        from collectors.aws.errors import FAILURES  # noqa: PLC0415

        try:
            answer: Mapping[str, Any] = getattr(self._client, operation)(QueueUrl=self._url, **parameters)
        except (*FAILURES, ValueError) as error:
            raise SourceError(f"{self._url}: {' '.join(str(error).split())}") from error
        return answer

    def close(self) -> None:
        self._client.close()


def listen(options: Any, address: str) -> Source:
    """Return the queue with this URL, read with the credentials of the account. Raises SourceError, or ConnectError."""
    from botocore.config import Config  # noqa: PLC0415 -- the SDK is heavy, and only who listens needs it

    from collectors.aws.session import connect, refuse_broken, settings  # noqa: PLC0415

    named = _region(address)
    connection = connect(options, [named] if named else ())
    made = settings(options)
    # A queue waits for WAIT seconds before it answers that there is nothing.
    patient = made["config"].merge(Config(read_timeout=WAIT + options.read_timeout, max_pool_connections=1))
    session: Any = connection.clients.session
    region = named or connection.region
    client = session.client("sqs", region_name=region, endpoint_url=made["endpoint_url"], config=patient)
    client.meta.events.register_first("before-call", _refuse_others)
    client.meta.events.register("before-parse", refuse_broken)
    return Queue(client, address)


def _refuse_others(model: Any, **_: Any) -> None:
    """Let nothing be sent but what takes messages out of a queue."""
    if model.name not in OPERATIONS:
        raise SourceError(f"{model.name} is nothing that a listener sends")


def _region(address: str) -> str:
    """Return the region of a queue's URL, empty where that does not tell. Raises :class:`SourceError` for no such URL."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not QUEUE.fullmatch(parts.path):
        raise SourceError(f"{address!r} is no queue of SQS: write https://sqs.eu-central-1.amazonaws.com/111111111111/demarc")
    found = ENDPOINT.match(parts.hostname or "")
    return found[1] if found else ""


def permissions(address: str) -> Mapping[str, Sequence[Document]]:
    """Return the grant that reading the queue needs: two actions, on this queue alone."""
    fits = QUEUE.fullmatch(urlsplit(address).path)
    arn = f"arn:aws:sqs:{_region(address) or '*'}:{fits[1]}:{fits[2]}" if fits else "arn:aws:sqs:*:*:demarc-changes"
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["sqs:DeleteMessage", "sqs:ReceiveMessage"], "Resource": arn}],
    }
    return {"json": [policy]}
