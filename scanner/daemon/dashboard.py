"""The dashboard of an inventory: who is let in, where it listens, and how it is served, by itself or inside the daemon.

What it needs is imported when it is served: the daemon and the command line start without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from socket import socket

    from fastapi import FastAPI
    from uvicorn import Config, Server

    from scanner.inventory.store import Store
    from scanner.web.access import Access

PORT = 8470
LAST = 3  # seconds for answers that are under way when it ends


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Where a dashboard listens, and for whom. ``access``: a file that says who may see what. ``url``: behind a proxy."""

    host: str = "127.0.0.1"
    port: int = PORT
    access: Path | None = None
    url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    def opened(self) -> Opened:
        """Begin to listen. Raises :class:`UserError` for what is missing, and for what would let in whoever comes by."""
        try:
            import fastapi  # noqa: F401, PLC0415 -- said here, and not by a page
            import uvicorn  # noqa: F401, PLC0415

            from scanner.web.access import LEAST, load  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise UserError(f"the dashboard needs {error.name}: pip install 'demarc-scanner[web]'") from error
        given = load(self.access, self.environment)
        hosts = admitted(given, self.host, self.url)
        key = self.environment.get("DEMARC_SERVE_SESSION_KEY", "")
        if 0 < len(key) < LEAST:
            raise UsageError(f"DEMARC_SERVE_SESSION_KEY has fewer than {LEAST} letters: `openssl rand -hex 32` makes one")
        return Opened(self, given, hosts, key, bound(self.host, self.port))


class Opened:
    """A dashboard that listens. It answers once it has an inventory to show."""

    def __init__(self, given: Dashboard, access: Access, hosts: tuple[str, ...], key: str, ears: socket) -> None:
        self._given = given
        self._access = access
        self._hosts = hosts
        self._key = key
        self._ears = ears
        self._server: Server | None = None
        self._thread: Thread | None = None

    @property
    def address(self) -> str:
        host = f"[{self._given.host}]" if ":" in self._given.host else self._given.host
        return f"http://{host}:{self._ears.getsockname()[1]}"

    def server(self, store: Store, *, quiet: bool = False) -> Server:
        """Return what answers with *store*. *quiet*: it leaves the form of logs as it is."""
        from uvicorn import Server  # noqa: PLC0415

        from scanner.web.app import create  # noqa: PLC0415

        url = self._given.url
        secure = url.startswith("https://")
        site = create(store, self._access, hosts=self._hosts, secure=secure, session_key=self._key, address=url)
        Thread(target=site.state.site.latest.read, daemon=True).start()
        return Server(settings(site, url, quiet=quiet))

    def run(self, store: Store) -> None:
        """Answer until the process is told to end."""
        self.server(store).run(sockets=[self._ears])

    def begin(self, store: Store) -> None:
        """Answer, in a thread, until :meth:`close`."""
        self._server = self.server(store, quiet=True)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._ears]}, name="dashboard", daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(2 * LAST)
        self._ears.close()


def settings(site: FastAPI, url: str, *, quiet: bool = False) -> Config:
    """Return how the dashboard is served. Only what stands behind a proxy believes who is said to ask."""
    from uvicorn import Config  # noqa: PLC0415
    from uvicorn.config import LOGGING_CONFIG  # noqa: PLC0415

    logs = None if quiet else LOGGING_CONFIG
    how = Config(site, log_level="warning", log_config=logs, server_header=False, date_header=False, proxy_headers=bool(url))
    how.timeout_graceful_shutdown = LAST
    return how


def bound(host: str, port: int) -> socket:
    """Return where requests come in. Raises UserError when nobody can listen there."""
    from socket import AF_INET, AF_INET6, create_server  # noqa: PLC0415

    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET)
    except OSError as error:
        raise UserError(f"{host}:{port} can't be listened on: {error.strerror}") from error


def admitted(access: Access, listen: str, url: str) -> tuple[str, ...]:
    """Return the names that are answered to. Raises UsageError for what would let in whoever comes by."""
    from urllib.parse import urlsplit  # noqa: PLC0415

    from scanner.web.guard import LOOPBACK, is_loopback  # noqa: PLC0415

    try:
        named = urlsplit(url)
        host = named.hostname
    except ValueError:
        named, host = urlsplit(""), None
    if url and (named.scheme not in ("http", "https") or not host):
        raise UsageError("--url is an address, as https://demarc.example.org")
    if not access.closed and (url or not is_loopback(listen)):
        raise UsageError(f"nobody would have to sign in at {url or listen}: set DEMARC_SERVE_TOKEN, or give --access")
    if host:
        return (host, *(LOOPBACK if is_loopback(listen) else ()))
    return LOOPBACK if is_loopback(listen) else ()
