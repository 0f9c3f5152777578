"""Changes that Google Cloud announces: feeds of Asset Inventory, which publish assets that changed into a topic of Pub/Sub.

A feed tells what an asset is and was, not who changed it. Sources: ``google.cloud.asset.v1.TemporalAsset``;
``projects.subscriptions`` of Pub/Sub's REST reference (pull, acknowledge).
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from scanner.daemon.change import Attack, Change, Message, Source, SourceError, at_path, holds
from scanner.model import Severity
from scanner.provider import Document

PUBSUB = "https://pubsub.googleapis.com"
MOST = 100  # messages at once
WAIT = 30.0  # seconds after which a pull that brought nothing is begun anew
SUBSCRIPTION = re.compile(r"projects/[a-z0-9.:-]{1,100}/subscriptions/[A-Za-z][A-Za-z0-9._~+%-]{2,254}")
PROJECT = re.compile(r"//[^/]+/projects/([a-z][a-z0-9.:-]+)(?:/|$)")  # an id; a number needs the inventory
PROJECTS = "//cloudresourcemanager.googleapis.com/"
VERBS = ("pull", "acknowledge")


@cache
def table() -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 -- only who listens reads it

    loaded: Mapping[str, Any] = yaml.safe_load(files("collectors.gcp").joinpath("changes.yaml").read_text("utf-8"))
    return loaded


@cache
def kinds() -> Mapping[str, tuple[str, str]]:
    """Return type and service of each type of asset that is read."""
    from collectors.gcp.provider import specs  # noqa: PLC0415 -- which looks for types in this module as well

    return {asset: (spec.type, spec.service) for spec in specs() for asset in spec.assets}


def read(data: bytes) -> tuple[Change, ...]:
    """Return what one message of a feed tells. Raises :class:`ValueError` for what is none.

    The first message of a feed says that it works, and tells of nothing; as do assets of types that are not read.
    """
    event = json.loads(data)
    if not isinstance(event, dict):
        raise ValueError("no asset")  # noqa: TRY004 -- of the text, not of a caller
    asset = event.get("asset") or event.get("priorAsset")
    if not isinstance(asset, dict):
        if "window" in event or "asset" in event:
            raise ValueError("no asset")
        return ()
    name, type = asset.get("name"), asset.get("assetType")
    if not isinstance(name, str) or not isinstance(type, str):
        raise ValueError("an asset without name or type")  # noqa: TRY004
    if type not in kinds():
        return ()
    return (_change(event, asset, name),)


def _change(event: Mapping[str, Any], asset: Mapping[str, Any], name: str) -> Change:
    window = event.get("window")
    since = window.get("startTime") if isinstance(window, dict) else None
    at = datetime.fromisoformat(str(since or asset.get("updateTime")))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    type, service = kinds()[asset["assetType"]]
    what = "deleted" if event.get("deleted") is True else "iamPolicy" if "iamPolicy" in asset else "resource"
    account, stands_for = _place(name, asset.get("ancestors"))
    return Change(
        event=f"{name} {since or asset.get('updateTime')} {what}",
        account=account,
        what=f"{asset['assetType']}:{what}",
        at=at,
        services=(service,),
        type=type,
        id=name,
        attack=_attack(event, asset),
        stands_for=stands_for,
    )


def _place(name: str, ancestors: Any) -> tuple[str, str]:
    """Return the project that an asset is in, and where only its number is told, the name of the asset that it is."""
    if fits := PROJECT.match(name):
        return fits[1], ""
    first = ancestors[0] if isinstance(ancestors, list) and ancestors else ""
    if not isinstance(first, str) or "/" not in first:
        raise ValueError("an asset without ancestors")
    return ("", PROJECTS + first) if first.startswith("projects/") else (first, "")


def _attack(event: Mapping[str, Any], asset: Mapping[str, Any]) -> Attack | None:
    before = event.get("priorAsset") if event.get("priorAssetState") == "PRESENT" else None
    deleted = event.get("deleted") is True
    for row in table()["attacks"]:
        if asset["assetType"] in row["assets"] and deleted == row.get("deleted", False) and _became(row, asset, before):
            return Attack(row["name"], row["control"], row["service"], Severity(row["severity"]), row["said"])
    return None


def _became(row: Mapping[str, Any], asset: Mapping[str, Any], before: Any) -> bool:
    if "lost" in row:
        was, now = list(at_path(before, row["lost"])), list(at_path(asset, row["lost"]))
        return bool(was) and was != now and "iamPolicy" in asset
    if row.get("made") and before is not None:
        return False
    if "needs" in row and not any(at_path(asset, row["needs"])):
        return False
    return holds(row, asset) and (row.get("deleted", False) or before is None or not holds(row, before))


def message(raw: Mapping[str, Any]) -> Message:
    """Return one received message as it is read, or with what is wrong with it. Without a dead letter topic, nobody counts."""
    receipt, attempt = raw["ackId"], int(raw.get("deliveryAttempt") or 0)
    try:
        return Message(receipt, attempt, read(b64decode(raw["message"].get("data", ""), validate=True)))
    except (ValueError, RecursionError, TypeError) as error:
        return Message(receipt, attempt, problem=str(error) or type(error).__name__)


class Subscription:
    """A subscription of Pub/Sub. Its session sends ``pull`` and ``acknowledge`` to it, and nothing else."""

    def __init__(self, session: Any, address: str, timeouts: tuple[float, float]) -> None:
        self._session = session
        self._address = address
        self._timeouts = timeouts

    def receive(self) -> Sequence[Message]:
        answer = self._sent("pull", {"maxMessages": MOST})
        return [message(raw) for raw in answer.get("receivedMessages") or ()]

    def done(self, receipts: Sequence[str]) -> None:
        self._sent("acknowledge", {"ackIds": list(receipts)})

    def _sent(self, verb: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        import requests  # noqa: PLC0415
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

        try:
            answer = self._session.post(f"{self._address}:{verb}", json=body, timeout=self._timeouts)
        except requests.ReadTimeout:
            return {}  # nothing came
        except (requests.RequestException, GoogleAuthError) as error:
            raise SourceError(f"{self._address}: {' '.join(str(error).split())}") from error
        if answer.status_code == requests.codes.gateway_timeout:
            return {}
        try:
            said = answer.json()
        except ValueError as error:
            raise SourceError(f"{self._address}: what answers is not Pub/Sub ({answer.status_code})") from error
        if not answer.ok or not isinstance(said, dict):
            raise SourceError(f"{self._address}: {answer.status_code}: {_why(said)}")
        return said

    def close(self) -> None:
        self._session.close()


def _why(said: Any) -> str:
    return str(next(at_path(said, "error.message"), "no reason was given"))[:200]


def listen(options: Any, address: str) -> Source:
    """Return the subscription of this name, read with the credentials of the account. Raises SourceError, or ConnectError."""
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 -- the SDK is heavy, and only who listens needs it
    from google.auth.transport.requests import AuthorizedSession  # noqa: PLC0415

    from collectors.gcp.session import credentials, explain  # noqa: PLC0415

    if not SUBSCRIPTION.fullmatch(address):
        raise SourceError(f"{address!r} is no subscription: write projects/PROJECT/subscriptions/NAME")
    whole = f"{options.endpoint_url.rstrip('/') or PUBSUB}/v1/{address}"
    try:
        found, _ = credentials(options)
    except (GoogleAuthError, ValueError) as error:
        raise SourceError(explain(error, options, address)) from error

    class Session(AuthorizedSession):
        def send(self, request: Any, **kwargs: Any) -> Any:
            if request.method != "POST" or request.url not in {f"{whole}:{verb}" for verb in VERBS}:
                raise SourceError(f"{request.method} {request.url} is nothing that a listener sends")
            return super().send(request, **kwargs)

    return Subscription(Session(found), whole, (options.connect_timeout, WAIT))  # type: ignore[no-untyped-call]


def permissions(address: str) -> Mapping[str, Sequence[Document]]:
    """Return the grant that reading the subscription needs: one role, on this subscription alone."""
    name = address if SUBSCRIPTION.fullmatch(address) else "projects/PROJECT/subscriptions/demarc-changes"
    role = {"on": name, "role": "roles/pubsub.subscriber", "permissions": ["pubsub.subscriptions.consume"]}
    return {"json": [{"roles": [role]}]}
