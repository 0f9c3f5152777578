"""``comply``: how the accounts stand against a framework, requirement by requirement."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import SOME, Accounts, ConfigFile, Db, Output, Several, destination, inventory, one_of, put, split
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.reports.compliance import Judged
    from scanner.responsibility.frameworks import Framework

SHAPES = ("table", "json", "jsonl", "csv", "markdown")
COLUMNS = "id subject status passed failed accepted unknown attested coverage why"


@app.command()
def comply(
    name: Annotated[
        str,
        typer.Argument(
            help="A framework (cis-aws: its newest edition), or a YAML file with one of your own. Without: list them."
        ),
    ] = "",
    account: Accounts = None,
    status: Annotated[Several, typer.Option(help=f"Only requirements that stand so: fail, unknown, ... {SOME}")] = None,
    db: Db = "",
    config: ConfigFile = None,
    format: Annotated[str, typer.Option("--format", help="table, json, jsonl, csv or markdown")] = "table",
    output: Output = None,
) -> None:
    """Show how you stand against a framework: pass, fail, unknown, attested, not automatable, and how much was seen."""
    from scanner.reports.compliance import Standing, cells, document, headline, markdown  # noqa: PLC0415
    from scanner.reports.rows import dumps  # noqa: PLC0415
    from scanner.reports.safe import terminal  # noqa: PLC0415

    shape = one_of("--format", format, SHAPES)
    if not name:
        put(_listed(), "framework title edition requirements automatable granularity", _rows_of(shape), output)
        return
    framework = chosen(name)
    wanted = {one_of("--status", each, Standing) for each in split(status)}
    found = standing(framework, db, config, split(account))
    shown = [each for each in found if not wanted or each.standing in wanted]
    if shape == "table":
        put((dict(zip(COLUMNS.split(), cells(each), strict=True)) for each in shown), COLUMNS, shape, output)
        typer.echo(terminal(headline(framework, found)), err=output is not None)
        return
    if shape in ("jsonl", "csv"):
        put((each.as_row() for each in shown), COLUMNS, shape, output)
        return
    with destination(output) as out:
        text = markdown(framework, shown) if shape == "markdown" else (dumps(document(framework, shown)), "\n")
        out.writelines(text)


def _rows_of(shape: str) -> str:
    return "table" if shape == "markdown" else shape


def _listed() -> list[Mapping[str, object]]:
    from scanner.responsibility.frameworks import shipped  # noqa: PLC0415

    return [
        {
            "framework": each.id,
            "title": each.title,
            "edition": each.edition,
            "requirements": len(each.requirements),
            "automatable": sum(requirement.automatable for requirement in each.requirements.values()),
            "granularity": each.granularity,
            "source": each.source,
        }
        for each in shipped().values()
    ]


def chosen(name: str) -> Framework:
    """Return a shipped framework, or the one in a file. Raises UsageError, with what was probably meant."""
    from scanner.responsibility.frameworks import newest, read, shipped  # noqa: PLC0415

    if found := shipped().get(name) or newest(name):
        return found
    if name.endswith((".yaml", ".yml")) or Path(name).exists():
        return read(Path(name))
    one_of("framework", name, shipped())
    raise UsageError(f"there is no framework {name!r}")


def standing(framework: Framework, db: str, config: Path | None, accounts: tuple[str, ...]) -> list[Judged]:
    """Return how the accounts stand against *framework*, by the latest look at each."""
    from scanner.cli.reporting import known_checks  # noqa: PLC0415
    from scanner.inventory import reporting  # noqa: PLC0415
    from scanner.reports.compliance import judged  # noqa: PLC0415

    wanted = {"account_id": accounts}
    with inventory(db, config) as store, store.reading() as connection:
        sums = list(reporting.sums(connection, ("check_id",), wanted))
        cells = list(reporting.cells(connection, wanted))
        providers = {framework.provider, *(row["provider"] for row in reporting.looks(connection, wanted))}
    return list(judged(framework, known_checks(providers).values(), sums, cells))
