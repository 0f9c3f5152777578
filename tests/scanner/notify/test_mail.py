"""Mail goes out as plain text, and says when no server took it."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator

import pytest

from scanner.notify import mail
from scanner.notify.news import News, news
from tests.scanner.notify.test_forms import FINDING, snapshot

# Apprise asks for imghdr, which is on its way out of Python.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
HOSTILE = "<b>&amp;</b>\nSubject: spoofed\r\n.\r\n"


class Server:
    """A mail server that takes everything, but for what it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refusing = False
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                for line in self.rfile:
                    word = line[:4].upper().strip()
                    if word == b"RCPT" and server.refusing:
                        self.wfile.write(b"550 nobody here\r\n")
                    elif word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                        self.wfile.write(b"250 kept\r\n")
                    elif word == b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    else:
                        self.wfile.write(b"250 ok\r\n")

        self._server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"mailto://localhost:{self._server.server_address[1]}?from=demarc@example.org&to=team@example.org"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


def test_is_plain_text_in_which_names_are_data(server: Server) -> None:
    said = news(snapshot(account=HOSTILE, findings=[{**FINDING, "name": HOSTILE}]))
    assert mail.send(server.url, said).delivered
    (raw,) = server.mails
    got = email.message_from_bytes(raw, policy=email.policy.default)
    assert got["Subject"] == said.title
    assert got.get_all("To") == ["team@example.org"]
    body = got.get_body(("plain",))
    assert body is not None
    assert "<b>&amp;</b>" in body.get_content()
    assert got.get_body(("html",)) is None


def test_that_no_server_took_is_told(server: Server) -> None:
    server.refusing = True
    answer = mail.send(server.url, News("title", ("line",), "high"))
    assert (answer.delivered, answer.said) == (False, "the mail server did not take it")


def test_needs_an_address_for_mail() -> None:
    assert mail.fits("mailtos://ann:pw@mail.example.org?to=team@example.org")
    assert not mail.fits("slack://a/b/c")
    assert not mail.fits("mailto://")
