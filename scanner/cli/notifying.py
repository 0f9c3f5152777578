"""``demarc notify``: whether messages arrive."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Several, configured, one_of, split
from scanner.errors import UserError

notify_app = typer.Typer(name="notify", no_args_is_help=True, rich_markup_mode=None, help="Messages to people.")
app.add_typer(notify_app)


@notify_app.callback()
def notify() -> None:
    """Messages to people."""


@notify_app.command("test")
def trying(
    channel: Annotated[Several, typer.Option("--channel", help="Only these channels, separated by commas.")] = None,
    config: ConfigFile = None,
) -> None:
    """Send a message to each channel of demarc.toml, and tell what came of it. Ends with 1 when one did not arrive."""
    from scanner.notify.channels import channels  # noqa: PLC0415

    settings = configured(config).settings
    known = channels(settings.notifications, os.environ)
    chosen = [one_of("--channel", each, known) for each in split(channel)] or list(known)
    if not chosen:
        raise UserError("demarc.toml has no [[notifications]]")
    now = datetime.now(UTC)
    failed = 0
    for name in chosen:
        answer = known[name].send(f"test:{now.timestamp():.0f}", {"kind": "test", "at": now.isoformat()}, now)
        failed += not answer.delivered
        typer.echo(f"{name}: {'delivered' if answer.delivered else 'not delivered'}: {answer.said}")
    if failed:
        raise typer.Exit(1)
