"""A simulated subscription of Pub/Sub over REST: pull, acknowledge, and messages that come again until they are.

Source: ``projects.subscriptions`` in Pub/Sub's REST reference. ``deliveryAttempt`` is told with a dead letter topic only.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any, Self

from simulators.gcp import identity
from simulators.listener import Answer, Listener, Received, serving

NAME = "projects/shop-prod/subscriptions/demarc-changes"


@dataclass
class SimulatedPubSub:
    """One subscription. ``fault`` strikes all calls: denied, unavailable, dropped, cut or malformed.

    Messages are handed out again at once: a deadline of nought. ``counts``: there is a dead letter topic.
    """

    fault: str = ""
    counts: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    messages: dict[str, bytes] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    endpoint: str = ""
    _lock: Lock = field(default_factory=Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        simulated = cls()
        listener = Listener(0, simulated.answer)
        simulated.endpoint = f"http://127.0.0.1:{listener.server_address[1]}"
        with serving(listener):
            yield simulated

    def publish(self, data: bytes) -> None:
        with self._lock:
            self.messages[str(next(self._numbers))] = data

    def answer(self, request: Received) -> Answer:
        if request.path.startswith("/token"):
            return _json(200, identity.token(request.path, "", request.body))
        verb = request.path.removeprefix(f"/v1/{NAME}:")
        with self._lock:
            self.calls[verb] += 1
            if not identity.known(request.headers.get("authorization", "")):
                return _refused(401, "UNAUTHENTICATED")
            if self.fault == "denied":
                return _refused(403, "PERMISSION_DENIED")
            if self.fault == "unavailable":
                return _refused(503, "UNAVAILABLE")
            if self.fault == "dropped":
                return Answer(0, b"")
            return self._spoiled(self._done(verb, json.loads(request.body)))

    def _done(self, verb: str, body: dict[str, Any]) -> Answer:
        if verb == "pull":
            return _json(200, {"receivedMessages": [self._handed(id) for id in list(self.messages)[: body["maxMessages"]]]})
        if verb == "acknowledge":
            for each in body["ackIds"]:
                self.messages.pop(each.partition(":")[0], None)
            return _json(200, {})
        return _refused(404, "NOT_FOUND")

    def _handed(self, id: str) -> dict[str, Any]:
        self.attempts[id] += 1
        message = {"data": b64encode(self.messages[id]).decode(), "messageId": id, "publishTime": "2026-03-02T02:00:00Z"}
        counted = {"deliveryAttempt": self.attempts[id]} if self.counts else {}
        return {"ackId": f"{id}:{self.attempts[id]}", "message": message, **counted}

    def _spoiled(self, answer: Answer) -> Answer:
        if self.fault == "cut":
            return Answer(answer.status, answer.body[:-5], answer.headers, len(answer.body))
        return Answer(200, b"<html>", answer.headers) if self.fault == "malformed" else answer


def _json(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def _refused(code: int, status: str) -> Answer:
    return _json(code, {"error": {"code": code, "status": status, "message": f"{status} it is"}})
