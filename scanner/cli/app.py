"""Puts the commands together and turns what a user can cause into one line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click
import typer

from scanner import __version__
from scanner.cli import ERROR, USAGE
from scanner.reports.safe import terminal

app = typer.Typer(
    name="demarc",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Which part of your clouds' security is yours, how well you hold it, and what you cannot see.",
    epilog="Exit codes: 0 fine, 1 error, 2 wrong usage, 3 findings at or over --fail-on, 4 the scan is incomplete.",
)
# By name, so that a class is known as the user's mistake without importing what defines it.
MISTAKES = {
    "ConnectError",
    "InventoryError",
    "ConfigError",
    "NoSuchCheckError",
    "InterruptedScanError",
    "UnknownServiceError",
}
MISUSES = {"NoSuchCheckError", "ConfigError"}


@app.callback(invoke_without_command=True)
def demarc(*, version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for module in ("scanning", "asking", "checking"):
        import_module(f"scanner.cli.{module}")
    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="demarc", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return complain("interrupted")
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        name = type(error).__name__
        if name not in MISTAKES:
            raise
        complain(str(error))
        return USAGE if name in MISUSES else ERROR
    return code if isinstance(code, int) else 0


def complain(message: str) -> int:
    typer.echo(f"demarc: {terminal(message)}", err=True)
    return ERROR
