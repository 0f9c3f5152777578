"""Health over HTTP: ``/healthz``, ``/readyz`` and ``/metrics``; nothing else, and nothing that changes anything."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST

from scanner.config import ConfigError

SECONDS = 5.0  # for which a client may take its time
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    status: int
    body: bytes
    type: str = TEXT


Pages = Mapping[str, Callable[[], Page]]


def state(ok: Callable[[], str]) -> Callable[[], Page]:
    """Return a page that says ok, or with status 503 what is wrong: *ok* returns nothing when all is well."""

    def page() -> Page:
        said = ok()
        return Page(503 if said else 200, f"{said or 'ok'}\n".encode())

    return page


def metrics(text: Callable[[], bytes]) -> Callable[[], Page]:
    return lambda: Page(200, text(), CONTENT_TYPE_LATEST)


class Server:
    """Answers in threads of its own until it is closed."""

    def __init__(self, listen: str, pages: Pages) -> None:
        host, port = split(listen)

        class Handler(BaseHTTPRequestHandler):
            timeout = SECONDS
            server_version = "demarc"
            sys_version = ""

            def do_GET(self) -> None:
                self._answer(with_body=True)

            def do_HEAD(self) -> None:
                self._answer(with_body=False)

            def _answer(self, *, with_body: bool) -> None:
                made = pages.get(self.path.partition("?")[0], lambda: Page(404, b"there is no such page\n"))()
                self.send_response(made.status)
                self.send_header("Content-Type", made.type)
                self.send_header("Content-Length", str(len(made.body)))
                self.send_header("X-Content-Type-Options", "nosniff")
                self.end_headers()
                if with_body:
                    self.wfile.write(made.body)

            def log_message(self, *_: Any) -> None:
                """Say nothing: probes come every few seconds."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            address_family = family(host)

            def handle_error(self, *_: Any) -> None:
                """Say nothing: a client went away."""

        try:
            self._server = Quiet((host, port), Handler)
        except OSError as error:
            raise ConfigError(f"daemon: listen: {listen}: {error.strerror or error}") from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def split(listen: str) -> tuple[str, int]:
    """Return host and port of ``127.0.0.1:9464`` or ``[::1]:9464``. Raises :class:`ConfigError`."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"daemon: listen: {listen!r} is no address; write 127.0.0.1:9464")
    return host.strip("[]"), int(port)


def family(host: str) -> Any:
    """Return the family of addresses that *host* is of."""
    try:
        return socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        return socket.AF_INET
