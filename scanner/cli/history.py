"""``diff``, ``history`` and ``evaluate``: what changed and since when, and how a past look is judged today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import (
    SOME,
    Accounts,
    ConfigFile,
    Db,
    FormatName,
    Output,
    Several,
    Statuses,
    destination,
    inventory,
    one_of,
    put,
    split,
    statuses,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from scanner.inventory.moments import Look, Span
    from scanner.inventory.store import Store
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
    """Show what changed between two looks: resources, findings, what can be seen, the score and why."""
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
    from scanner.inventory import coverage, history  # noqa: PLC0415
    from scanner.reports.difference import Difference  # noqa: PLC0415

    return Difference(
        span,
        list(history.resources(connection, span)),
        list(history.findings(connection, span)),
        list(history.scores(connection, span, "area")),
        list(history.scores(connection, span, "check_id")),
        history.totals(connection, span),
        list(coverage.moved(connection, span)),
    )


@app.command()
def evaluate(
    snapshot: Annotated[str, typer.Option("--snapshot", help=LOOK)] = "latest",
    account: Accounts = None,
    status: Statuses = None,
    check: Annotated[Several, typer.Option(help="Check ids, controls, areas or CIS ids (v7:2.*). " + SOME)] = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Judge a past snapshot again, by the checks of today. Nothing is written: what was found then stays so."""
    from scanner.inventory.moments import looks  # noqa: PLC0415

    asked = statuses(status, ("pass", "fail", "unknown", "all"))
    with inventory(db, config) as store:
        with store.reading() as connection:
            found = looks(connection, snapshot, datetime.now(UTC), split(account))
        rows = (row for look in found.values() for row in judged_again(store, look, split(check)) if row["status"] in asked)
        put(rows, "severity status check_id account_id region resource_id reason", format, output)


def judged_again(store: Store, look: Look, patterns: Sequence[str]) -> Iterator[dict[str, Any]]:
    from scanner.evaluation.registry import Filter, installed  # noqa: PLC0415
    from scanner.provider import load  # noqa: PLC0415
    from scanner.scan import evaluate as again  # noqa: PLC0415

    checks = Filter(tuple(patterns)).pick(installed(look.provider))
    names = {"snapshot_id": look.snapshot, "provider": look.provider, "account_id": look.account_id}
    for finding in again(store, look, checks, load(look.provider).kinds()):
        row = asdict(finding)
        yield {**names, "check_id": row.pop("check"), **row}


@app.command("history")
def history_of(
    resource: Annotated[str, typer.Argument(help="Its id, its name, or the end of its id.")],
    db: Db = "",
    config: ConfigFile = None,
    format: Annotated[str, typer.Option("--format", help="table or json")] = "table",
    output: Output = None,
) -> None:
    """Show the life of one resource: what it was like, what failed on it, which looks saw it, and when."""
    from scanner.inventory import coverage, history  # noqa: PLC0415
    from scanner.reports.difference import biography  # noqa: PLC0415
    from scanner.reports.rows import dumps  # noqa: PLC0415

    shape = one_of("--format", format, ("table", "json"))
    with inventory(db, config) as store, store.reading() as connection, destination(output) as out:
        row = history.find(connection, resource)
        told = (
            history.versions(connection, row["pk"]),
            history.turns(connection, row["pk"]),
            history.unread(connection, row["pk"]),
            coverage.looks(connection, row),
        )
        if shape == "json":
            out.write(dumps(_told(row, *told)) + "\n")
        else:
            out.writelines(line + "\n" for line in biography(row, *told))


def _told(
    row: Any, versions: Iterator[Any], turns: Sequence[Any], unread: Sequence[Any], looks: Iterator[Any]
) -> dict[str, Any]:
    from scanner.reports.difference import as_json  # noqa: PLC0415

    names = ("provider", "account_id", "resource_type", "resource_id", "name", "first_seen_at", "last_changed_at", "closed_at")
    return {
        **{name: row[name] for name in names},
        "versions": [{**each, "fields": [as_json(given) for given in each["fields"]]} for each in versions],
        "findings": turns,
        "unread": unread,
        "looks": list(looks),
    }
