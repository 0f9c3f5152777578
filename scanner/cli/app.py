"""Puts the commands together and turns what a user can cause into one line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import typer

from scanner import __version__
from scanner.cli import ERROR
from scanner.errors import UserError
from scanner.reports.safe import terminal

app = typer.Typer(
    name="demarc",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help costs a third of the time, and prints brackets as they are
    help="Which part of your clouds' security is yours, how well you hold it, and what you cannot see.",
    epilog="Exit codes: 0 fine, 1 error, 2 wrong usage, 3 findings at or over --fail-on, 4 the scan is incomplete.",
)


@app.callback(invoke_without_command=True)
def demarc(*, version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


MODULES = (
    "scanning",
    "asking",
    "splitting",
    "checking",
    "entitling",
    "exposing",
    "advising",
    "history",
    "overlaying",
    "database",
    "documenting",
    "reporting",
    "complying",
    "serving",
    "daemon",
    "working",
    "notifying",
)


def load() -> None:
    """Import the modules of all commands, which puts these into :data:`app`."""
    for module in MODULES:
        import_module(f"scanner.cli.{module}")
    app.registered_commands.sort(key=lambda each: _place(each.callback))  # whatever imported one of them before
    app.registered_groups.sort(key=lambda each: str(each.name))


def _place(command: Callable[..., object] | None) -> int:
    return MODULES.index(command.__module__.rpartition(".")[2]) if command else 0


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    load()
    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="demarc", standalone_mode=False)
    except typer.TyperException as error:
        said = error.format_message()
        typer.echo(said if "\n" in said else f"demarc: {terminal(said)}", err=True)  # several lines are the help text
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except UserError as error:
        complain(str(error))
        return error.exit_code
    return code if isinstance(code, int) else 0


def complain(message: str) -> int:
    typer.echo(f"demarc: {terminal(message)}", err=True)
    return ERROR
