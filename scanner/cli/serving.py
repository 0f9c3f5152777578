"""``serve``: the dashboard and its JSON."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, inventory
from scanner.daemon.dashboard import PORT, Dashboard, admitted, settings

__all__ = ["admitted", "serve", "settings"]

AccessFile = Annotated[
    Path | None, typer.Option("--access", help="Who may see what: tokens, groups, an OpenID Connect provider.")
]
Url = Annotated[str, typer.Option("--url", help="Where browsers find it, as https://demarc.example.org, behind a proxy.")]


@app.command()
def serve(
    listen: Annotated[str, typer.Option(help="Address to listen on; all but this machine's own need sign-in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = PORT,
    access: AccessFile = None,
    url: Url = "",
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Serve the dashboard. DEMARC_SERVE_TOKEN holds a token to sign in with; --access names a file that says more."""
    opened = Dashboard(listen, port, access, url, os.environ).opened()
    from scanner.evaluation.registry import told  # noqa: PLC0415

    with inventory(db, config) as store:
        told()  # a custom check that can't be used is told here, and not by a page
        typer.echo(f"demarc: {opened.address}", err=True)
        with suppress(KeyboardInterrupt):
            opened.run(store)
