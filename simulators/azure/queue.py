"""A simulated queue of a storage account: messages are handed out, counted, hidden for a while, and taken out by receipt.

Source: Queue Storage's REST reference, Get Messages and Delete Message.
"""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Self
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

from simulators.azure import certificate
from simulators.listener import Answer, Listener, Received, serving

NAME = "/demarc-changes"
TOKEN = "simulated"


@dataclass
class SimulatedQueue:
    """One queue, whose messages are hidden for no time at all. ``fault``: denied, busy, dropped, cut or malformed."""

    fault: str = ""
    calls: Counter[str] = field(default_factory=Counter)
    messages: dict[str, str] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    url: str = ""
    ca_file: str = ""
    _lock: Lock = field(default_factory=Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        with TemporaryDirectory(prefix="demarc-queue-simulator-") as folder:
            ca_file, key = certificate.write(Path(folder))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(ca_file, key)
            simulated = cls(ca_file=str(ca_file))
            listener = Listener(0, simulated.answer, context)
            simulated.url = f"https://127.0.0.1:{listener.server_address[1]}{NAME}"
            with serving(listener):
                yield simulated

    def put(self, text: str) -> None:
        with self._lock:
            self.messages[f"m{next(self._numbers)}"] = text

    def answer(self, request: Received) -> Answer:
        with self._lock:
            self.calls[f"{request.method} {request.path.rpartition('/messages')[0]}"] += 1
            if self.fault == "dropped":
                return Answer(0, b"")
            if self.fault == "busy":
                return _refused(503, "ServerBusy")
            if self.fault == "denied" or request.headers.get("authorization") != f"Bearer {TOKEN}":
                return _refused(403, "AuthorizationPermissionMismatch")
            return self._spoiled(self._done(request))

    def _done(self, request: Received) -> Answer:
        given = {name: values[0] for name, values in parse_qs(request.query).items()}
        _, found, rest = request.path.partition(f"{NAME}/messages")
        if not found or "x-ms-version" not in request.headers:
            return _refused(404, "ResourceNotFound")
        if request.method == "GET" and not rest:
            handed = "".join(self._handed(id) for id in list(self.messages)[: int(given.get("numofmessages", "1"))])
            body = f'<?xml version="1.0" encoding="utf-8"?><QueueMessagesList>{handed}</QueueMessagesList>'
            return Answer(200, body.encode(), {"Content-Type": "application/xml"})
        if request.method == "DELETE":
            id = unquote(rest.strip("/"))
            if given.get("popreceipt") != f"p+{id}/{self.attempts[id]}=" or self.messages.pop(id, None) is None:
                return _refused(404, "MessageNotFound")
            return Answer(204, b"")
        return _refused(405, "UnsupportedHttpVerb")

    def _handed(self, id: str) -> str:
        self.attempts[id] += 1
        told = {
            "MessageId": id,
            "PopReceipt": f"p+{id}/{self.attempts[id]}=",
            "DequeueCount": str(self.attempts[id]),
            "MessageText": self.messages[id],
        }
        return f"<QueueMessage>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in told.items())}</QueueMessage>"

    def _spoiled(self, answer: Answer) -> Answer:
        if self.fault == "cut":
            return Answer(answer.status, answer.body[:-5], answer.headers, len(answer.body))
        return Answer(200, b"<html>", answer.headers) if self.fault == "malformed" else answer


def _refused(status: int, code: str) -> Answer:
    return Answer(status, b"", {"x-ms-error-code": code})
