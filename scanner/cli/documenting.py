"""``docs``: the generated reference, written to a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from scanner.cli.app import app, load

WIDTH = 100


@app.command(hidden=True)
def docs(folder: Annotated[Path, typer.Argument(help="Where the pages go.")] = Path("docs/reference")) -> None:
    """Write the reference of checks, types, permissions, tables and commands."""
    for name, text in rendered().items():
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")


def rendered() -> dict[str, str]:
    """Return every page of the reference by its file name."""
    from scanner import provider as providers  # noqa: PLC0415
    from scanner.evaluation.registry import installed  # noqa: PLC0415
    from scanner.reports.reference import pages, shared_pages  # noqa: PLC0415

    found = dict(shared_pages(commands(), _columns()))
    for name in providers.names():
        found.update(pages(providers.load(name), installed(name)))
    return found


def _columns() -> Mapping[str, Sequence[str]]:
    """Return the columns of the views, from an inventory made for the purpose."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from scanner.inventory import views  # noqa: PLC0415
    from scanner.inventory.store import Store  # noqa: PLC0415

    with TemporaryDirectory() as place, Store.open(f"{place}/empty.db") as store, store.reading() as connection:
        return views.held(connection)


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command's name and help, as printed."""
    load()
    root = typer.main.get_command(app)
    with root.make_context("demarc", [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH) as context:
        yield from _commands(root, context)


def _commands(command: Any, context: Any) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            with inner.make_context(name, [], parent=context, resilient_parsing=True) as below:
                yield from _commands(inner, below)
