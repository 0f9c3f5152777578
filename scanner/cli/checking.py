"""``checks list``, ``checks show`` and ``judge``: the checks themselves, without any account."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import FormatName, Output, put

if TYPE_CHECKING:
    from scanner.evaluation.check import Check

checks = typer.Typer(no_args_is_help=True, help="The checks that are installed.")
app.add_typer(checks, name="checks")


@checks.command("list")
def listed(
    pattern: Annotated[str, typer.Argument(help="Glob over ids, controls, areas and CIS ids; without one, all.")] = "",
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List the checks."""
    from scanner.evaluation.registry import Filter, installed  # noqa: PLC0415

    picked = Filter(checks=(pattern,) if pattern else ()).pick(installed())
    put((described(each) for each in picked), "severity control id cis", format, output)


def described(check: Check) -> dict[str, Any]:
    """Return the fields of a check that are data. They are not copied, as ``asdict`` would."""
    names = [field.name for field in fields(check) if field.name != "judge"]
    return {**{name: getattr(check, name) for name in names}, "area": check.area, "cis": ", ".join(check.cis)}


@checks.command("show")
def shown(id: str) -> None:
    """Show one check in full."""
    from scanner.evaluation.registry import Filter, installed  # noqa: PLC0415

    for check in Filter(checks=(id,)).pick(installed()):
        typer.echo(check.id)
        for name in ("title", "severity", "on", "control", "risk", "fix", "cis", "needs", "version"):
            value = getattr(check, name)
            typer.echo(f"  {name:9} {', '.join(value) if isinstance(value, tuple) else value}")


@app.command()
def judge(
    file: Annotated[Path, typer.Argument(help="Resources with facts, one JSON object a line.")],
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Judge resources from a file, without a database or a cloud."""
    from scanner.evaluation.offline import judged  # noqa: PLC0415

    rows = (asdict(finding) for finding in judged(file))
    put(rows, "severity status check region resource_id reason", format, output)
