"""An HTTP server of just what SDKs need, several times as fast as a general one: calls are made by the thousand."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedIOBase
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

LONGEST = 65536
FIRST_WORDS = 5.0  # seconds that a client may take to agree on TLS
POLL = 0.01  # seconds after which a server notices that it is to end


@dataclass(frozen=True, slots=True)
class Received:
    """One HTTP request as it came: the path still encoded, the names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. ``length`` is the Content-Length promised where the body is cut short of it; no status, no response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


class Listener(ThreadingTCPServer):
    """Answers on loopback, every connection in a thread of its own, until it is closed.

    With a *context*, over TLS. ``headers`` are sent with every answer that doesn't say otherwise.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        answer: Callable[[Received], Answer],
        context: ssl.SSLContext | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.answer = answer
        self.headers = headers or {}
        self._context = context
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[Any, Any]:
        """Take a connection. TLS is agreed on in its own thread: who says nothing keeps nobody waiting."""
        taken, address = super().get_request()
        if self._context:
            taken.settimeout(FIRST_WORDS)
            taken = self._context.wrap_socket(taken, server_side=True, do_handshake_on_connect=False)
        self._open.add(taken)
        return taken, address

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
        """Say nothing: clients that hang up in the middle, or don't trust the certificate, are part of the trade."""


class Connection(StreamRequestHandler):
    """One connection, as long as its client keeps it."""

    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
            self.request.settimeout(None)
        super().setup()

    def handle(self) -> None:
        while received := receive(self.rfile, self.wfile):
            answer = self.server.answer(received)
            if answer.status:
                self.wfile.write(written(answer, received.method, self.server.headers))
            if not answer.status or answer.length is not None:
                return


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Serve from a thread until the block ends, and then no more."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": POLL}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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


def written(answer: Answer, method: str, more: Mapping[str, str]) -> bytes:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    length = len(answer.body) if answer.length is None else answer.length
    given = {**more, **answer.headers}
    rows = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in given.items())]
    head = "\r\n".join([*rows, f"Content-Length: {length}", "", ""]).encode("latin-1", "replace")
    return head if method == "HEAD" else head + answer.body
