"""``serve``: the dashboard and its JSON."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, inventory
from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from socket import socket

    from fastapi import FastAPI
    from uvicorn import Config

    from scanner.web.access import Access

PORT = 8470


@app.command()
def serve(
    listen: Annotated[str, typer.Option(help="Address to listen on; all but this machine's own need sign-in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = PORT,
    access: Annotated[Path | None, typer.Option(help="Who may see what: tokens, groups, an OpenID Connect provider.")] = None,
    url: Annotated[str, typer.Option(help="Where browsers find it, as https://demarc.example.org, behind a proxy.")] = "",
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Serve the dashboard. DEMARC_SERVE_TOKEN holds a token to sign in with; --access names a file that says more."""
    from threading import Thread  # noqa: PLC0415

    try:
        import uvicorn  # noqa: PLC0415

        from scanner.evaluation.registry import installed  # noqa: PLC0415
        from scanner.web.access import LEAST, load  # noqa: PLC0415
        from scanner.web.app import create  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UserError(f"the dashboard needs {error.name}: pip install 'demarc-scanner[web]'") from error
    given = load(access, os.environ)
    hosts = admitted(given, listen, url)
    key = os.environ.get("DEMARC_SERVE_SESSION_KEY", "")
    if 0 < len(key) < LEAST:
        raise UsageError(f"DEMARC_SERVE_SESSION_KEY has fewer than {LEAST} letters: `openssl rand -hex 32` makes one")
    with inventory(db, config) as store:
        installed()  # a custom check that can't be used is told here, and not by a page
        site = create(store, given, hosts=hosts, secure=url.startswith("https://"), session_key=key, address=url)
        Thread(target=site.state.site.latest.read, daemon=True).start()
        ears = bound(listen, port)
        name = f"[{listen}]" if ":" in listen else listen
        typer.echo(f"demarc: http://{name}:{ears.getsockname()[1]}", err=True)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings(site, url)).run(sockets=[ears])


def settings(site: FastAPI, url: str) -> Config:
    """Return how the dashboard is served. Only what stands behind a proxy believes who is said to ask."""
    from uvicorn import Config  # noqa: PLC0415

    return Config(site, log_level="warning", server_header=False, date_header=False, proxy_headers=bool(url))


def bound(listen: str, port: int) -> socket:
    """Return where requests come in. Raises UserError when nobody can listen there."""
    from socket import AF_INET, AF_INET6, create_server  # noqa: PLC0415

    try:
        return create_server((listen, port), family=AF_INET6 if ":" in listen else AF_INET)
    except OSError as error:
        raise UserError(f"{listen}:{port} can't be listened on: {error.strerror}") from error


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
        raise UsageError(f"serve: nobody would have to sign in at {url or listen}: set DEMARC_SERVE_TOKEN, or give --access")
    if host:
        return (host, *(LOOPBACK if is_loopback(listen) else ()))
    return LOOPBACK if is_loopback(listen) else ()
