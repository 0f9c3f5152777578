"""``diff`` and ``history``: what changed, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import Accounts, ConfigFile, Db, Output, destination, inventory, one_of, split

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from scanner.inventory.moments import Span
    from scanner.reports.difference import Difference

LOOK = "A snapshot's number, a date, latest, previous, yesterday, or 7d for seven days ago."
Shape = Annotated[str, typer.Option("--format", help="table, json or markdown")]


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help=f"The earlier look. {LOOK}")] = "previous",
    b: Annotated[str, typer.Argument(help="The later look.")] = "latest",
    account: Accounts = None,
    db: Db = "",
    config: ConfigFile = None,
    format: Shape = "table",
    output: Output = None,
) -> None:
    """Show what changed between two looks: resources, findings, the score and why."""
    from scanner.inventory.moments import spans  # noqa: PLC0415
    from scanner.reports.difference import document, lines  # noqa: PLC0415
    from scanner.reports.rows import dumps  # noqa: PLC0415

    shape = one_of("--format", format, ("table", "json", "markdown"))
    with inventory(db, config) as store, store.reading() as connection, destination(output) as out:
        found = [difference(connection, span) for span in spans(connection, a, b, datetime.now(UTC), split(account))]
        if shape == "json":
            out.write(dumps([document(each) for each in found]) + "\n")
            return
        for each in found:
            out.writelines(line + "\n" for line in lines(each, markdown=shape == "markdown"))
        if not found:
            out.write("no account has two looks to compare\n")


def difference(connection: Connection, span: Span) -> Difference:
    from scanner.inventory import history  # noqa: PLC0415
    from scanner.reports.difference import Difference  # noqa: PLC0415

    return Difference(
        span,
        list(history.resources(connection, span)),
        list(history.findings(connection, span)),
        list(history.scores(connection, span, "area")),
        list(history.scores(connection, span, "check_id")),
        history.totals(connection, span),
    )


@app.command("history")
def history_of(
    resource: Annotated[str, typer.Argument(help="Its id, its name, or the end of its id.")],
    db: Db = "",
    config: ConfigFile = None,
    format: Annotated[str, typer.Option("--format", help="table or json")] = "table",
    output: Output = None,
) -> None:
    """Show the life of one resource: what it was like, what failed on it, and when."""
    from scanner.inventory import history  # noqa: PLC0415
    from scanner.reports.difference import biography  # noqa: PLC0415
    from scanner.reports.rows import dumps  # noqa: PLC0415

    shape = one_of("--format", format, ("table", "json"))
    with inventory(db, config) as store, store.reading() as connection, destination(output) as out:
        row = history.find(connection, resource)
        told = (
            history.versions(connection, row["pk"]),
            history.turns(connection, row["pk"]),
            history.unread(connection, row["pk"]),
        )
        if shape == "json":
            out.write(dumps(_told(row, *told)) + "\n")
        else:
            out.writelines(line + "\n" for line in biography(row, *told))


def _told(row: Any, versions: Iterator[Any], turns: Sequence[Any], unread: Sequence[Any]) -> dict[str, Any]:
    from scanner.reports.difference import as_json  # noqa: PLC0415

    names = ("provider", "account_id", "resource_type", "resource_id", "name", "first_seen_at", "last_changed_at", "closed_at")
    return {
        **{name: row[name] for name in names},
        "versions": [{**each, "fields": [as_json(given) for given in each["fields"]]} for each in versions],
        "findings": turns,
        "unread": unread,
    }
