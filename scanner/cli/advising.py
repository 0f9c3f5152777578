"""``advise``: what customers run themselves, and what a service of the provider would take over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import SOME, Accounts, ConfigFile, Db, Output, Several, destination, inventory, one_of, put, split

if TYPE_CHECKING:
    from scanner.evaluation.advice import Advice, Certainty
    from scanner.inventory.moments import Look
    from scanner.inventory.store import Store

COLUMNS = "certainty engine account_id region resource_id evidence to moves"
SHAPES = ("table", "json", "jsonl", "csv", "markdown")


@app.command()
def advise(
    account: Accounts = None,
    engine: Annotated[Several, typer.Option("--engine", help=f"Software, as PostgreSQL or Kafka. {SOME}")] = None,
    certainty: Annotated[str, typer.Option("--certainty", help="At least so sure: yes, probably or possibly.")] = "possibly",
    snapshot: Annotated[str, typer.Option("--snapshot", help="The look to ask; see `demarc diff --help`.")] = "latest",
    db: Db = "",
    config: ConfigFile = None,
    format: Annotated[str, typer.Option("--format", help="table, json, jsonl, csv or markdown")] = "table",
    output: Output = None,
) -> None:
    """Find what you run yourselves, and say which areas a managed service would take over, and what stays yours."""
    from scanner.evaluation.advice import Certainty  # noqa: PLC0415
    from scanner.inventory.moments import looks  # noqa: PLC0415
    from scanner.reports.advice import markdown, text  # noqa: PLC0415
    from scanner.reports.rows import console  # noqa: PLC0415

    shape = one_of("--format", format, SHAPES)
    least = Certainty(one_of("--certainty", certainty, [each for each in Certainty if each is not Certainty.UNKNOWN]))
    with inventory(db, config) as store:
        with store.reading() as connection:
            found = looks(connection, snapshot, datetime.now(UTC), split(account))
        rows = [row for look in found.values() for row in advice(store, look) if _wanted(row, least, split(engine))]
    rows.sort(key=lambda row: (row.certainty.rank, row.engine, row.account_id, row.resource_id))
    if shape not in ("table", "markdown"):
        put(rows, COLUMNS, shape, output)
        return
    with destination(output) as out:
        out.writelines(markdown(rows) if shape == "markdown" else (f"{line}\n" for line in text(rows, console(out).width)))


def _wanted(row: Advice, least: Certainty, engines: Sequence[str]) -> bool:
    """Tell whether a row is asked for. What could not be read is always told: it may hide what is asked for."""
    if not row.engine:
        return True
    fits = not engines or any(fnmatchcase(row.engine.lower(), f"*{each.lower()}*") for each in engines)
    return fits and row.certainty.rank <= least.rank


def advice(store: Store, look: Look) -> Iterator[Advice]:
    """Yield what was found in one account; last, one row that is unknown, where something could not be read."""
    from scanner.evaluation.advice import Advice, Certainty, Unseen, advise, self_run  # noqa: PLC0415
    from scanner.provider import load  # noqa: PLC0415
    from scanner.scan import beheld  # noqa: PLC0415

    asked = self_run(look.provider)
    missing = [] if asked else [f"signs of software on {look.provider} are not known"]
    if asked and look.at:
        kinds = load(look.provider).kinds()
        services = {kind.type: kind.service for kind in kinds}
        with beheld(store, look, kinds) as known:
            for each in asked.find(known):
                if isinstance(each, Unseen):
                    missing.append(each.why)
                else:
                    yield from advise(each, services[each.resource.type])
    if missing:
        yield Advice(look.provider, look.account_id, "", "", "", "", "", "", Certainty.UNKNOWN, tuple(missing))
