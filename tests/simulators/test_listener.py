"""The HTTP server: what an SDK needs of it, what a broken connection looks like, and that it ends when it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from socket import SHUT_WR, create_connection
from threading import Thread

import pytest

from simulators.listener import Answer, Listener, Received

ANSWERS = {
    "/fine": Answer(200, b"hello", {"Content-Type": "text/plain"}),
    "/odd": Answer(299, b""),
    "/cut": Answer(200, b"he", length=5),
    "/dropped": Answer(0, b""),
}


class Served:
    """A listener that is up, and what it received."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.listener = Listener(0, self._answer)
        self.port = self.listener.server_address[1]
        self._thread = Thread(target=self.listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def _answer(self, received: Received) -> Answer:
        self.received.append(received)
        return ANSWERS[received.path]

    def close(self) -> None:
        self.listener.shutdown()
        self._thread.join()
        self.listener.server_close()

    def get(self, path: str) -> bytes:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            return asked(connection, path)

    def raw(self, sent: bytes) -> bytes:
        """Return everything that is said to what was sent."""
        with closing(create_connection(("127.0.0.1", self.port), timeout=5)) as connection:
            connection.sendall(sent)
            connection.shutdown(SHUT_WR)
            return b"".join(iter(lambda: connection.recv(4096), b""))


def asked(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    return connection.getresponse().read()


@pytest.fixture
def served() -> Iterator[Served]:
    with closing(Served()) as running:
        yield running


def test_a_connection_serves_many_requests(served: Served) -> None:
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=5)) as connection:
        for number in range(3):
            connection.request("POST", f"/fine?n={number}&a=%2F", body=b"b" * number, headers={"X-Amz-Target": "a.B"})
            answer = connection.getresponse()
            assert (answer.status, answer.read(), answer.headers["Content-Type"]) == (200, b"hello", "text/plain")
    first, *_, last = served.received
    assert (first.method, first.path, first.query, first.body) == ("POST", "/fine", "n=0&a=%2F", b"")
    assert (last.body, last.headers["x-amz-target"]) == (b"bb", "a.B")


def test_head_has_no_body_and_unknown_statuses_a_reason(served: Served) -> None:
    assert served.raw(b"HEAD /fine HTTP/1.1\r\n\r\n").endswith(b"Content-Length: 5\r\n\r\n")
    assert served.raw(b"GET /odd HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 299 Unknown\r\n")


def test_who_asks_before_sending_is_told_to_go_on(served: Served) -> None:
    asked = b"PUT /fine HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok"
    assert served.raw(asked).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert served.received[0].body == b"ok"


@pytest.mark.parametrize(("path", "failure"), [("/cut", IncompleteRead), ("/dropped", RemoteDisconnected)])
def test_broken_connections_are_broken(served: Served, path: str, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        served.get(path)


def test_what_is_no_request_gets_no_answer(served: Served) -> None:
    assert served.raw(b"\x16\x03\x01\r\n\r\n") == b""
    assert not served.received


def test_nobody_is_answered_after_the_end() -> None:
    served = Served()
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=5)) as kept:
        assert asked(kept, "/fine") == b"hello"
        served.close()
        with pytest.raises((RemoteDisconnected, ConnectionError)):
            asked(kept, "/fine")
    with pytest.raises(ConnectionRefusedError):
        create_connection(("127.0.0.1", served.port), timeout=5)
