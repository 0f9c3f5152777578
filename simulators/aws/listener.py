"""An HTTP server of just what an AWS SDK needs, several times as fast as a general one: calls are made by the thousand."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedIOBase
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from simulators.aws.operations import Received

LONGEST = 65536


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. ``length`` is the Content-Length promised where the body is cut short of it; no status, no response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


class Listener(ThreadingTCPServer):
    """Answers on loopback, every connection in a thread of its own, until it is closed."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[Received], Answer]) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.answer = answer
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the connections that clients keep alive as well: nobody is answered after this."""
        super().server_close()
        for each in list(self._open):
            with suppress(OSError):  # its client was faster
                each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up in the middle are part of the trade."""


class Connection(StreamRequestHandler):
    """One connection, as long as its client keeps it."""

    disable_nagle_algorithm = True
    server: Listener

    def handle(self) -> None:
        while received := receive(self.rfile, self.wfile):
            answer = self.server.answer(received)
            if answer.status:
                self.wfile.write(written(answer, received.method))
            if not answer.status or answer.length is not None:
                return


def receive(stream: BufferedIOBase, back: BufferedIOBase) -> Received | None:
    """Read one request; ``None`` when there is no other."""
    line = stream.readline(LONGEST).decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while row := stream.readline(LONGEST).strip():
        name, _, value = row.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect") == "100-continue":
        back.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    path, _, query = line[1].partition("?")
    return Received(line[0], path, query, headers, stream.read(int(headers.get("content-length", 0))))


def written(answer: Answer, method: str) -> bytes:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    length = len(answer.body) if answer.length is None else answer.length
    rows = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in answer.headers.items())]
    head = "\r\n".join([*rows, f"Content-Length: {length}", "", ""]).encode("latin-1", "replace")
    return head if method == "HEAD" else head + answer.body
