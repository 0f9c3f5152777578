"""``findings``, ``show``, ``resources``, ``gaps``, ``snapshots`` and ``sql``: questions to the inventory."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import (
    SOME,
    Accounts,
    Areas,
    ConfigFile,
    Db,
    FormatName,
    Output,
    Regions,
    Services,
    Several,
    Severities,
    Statuses,
    filters,
    inventory,
    put,
    split,
    statuses,
)

STATUSES = ("pass", "fail", "unknown", "closed", "all")


@app.command()
def findings(
    account: Accounts = None,
    region: Regions = None,
    service: Services = None,
    area: Areas = None,
    severity: Severities = None,
    status: Statuses = None,
    check: Annotated[Several, typer.Option(help=f"Check ids. {SOME}")] = None,
    resource: Annotated[Several, typer.Option(help=f"Resource ids. {SOME}")] = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
    *,
    accepted: Annotated[bool, typer.Option("--accepted", help="Also those that somebody accepts for a time.")] = False,
) -> None:
    """List findings, worst first. Those that somebody accepts are only counted, on the last line."""
    from scanner.inventory import queries  # noqa: PLC0415

    asked = list(statuses(status, STATUSES))
    wanted = filters(account, region, service, area, severity, status=asked, check_id=check, resource_id=resource)
    with inventory(db, config) as store:
        rows = queries.findings(store, wanted, accepted=accepted)
        columns = "severity status check_id account_id region resource_id reason finding_id"
        put(rows, f"{columns} accepted_by accepted_until" if accepted else columns, format, output)
        hidden = 0 if accepted else queries.accepted_findings(store, wanted)
    if hidden:
        typer.echo(
            f"{hidden} accepted {'finding is' if hidden == 1 else 'findings are'} hidden: --accepted shows them", err=True
        )


@app.command()
def show(
    finding: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")], db: Db = "", config: ConfigFile = None
) -> None:
    """Show one finding: why, evidence, fix, history."""
    from scanner.evaluation.registry import installed  # noqa: PLC0415
    from scanner.inventory import queries  # noqa: PLC0415
    from scanner.reports.finding import page  # noqa: PLC0415
    from scanner.responsibility.split import UnknownServiceError, resolve  # noqa: PLC0415

    with inventory(db, config) as store:
        row, history = queries.finding(store, finding)
    check = next((each for each in installed() if each.id == row["check_id"]), None)
    try:
        cell = resolve(row["service"], row["area"])
    except UnknownServiceError:  # the split of a later, or an earlier, version
        cell = None
    for line in page(row, history, check, cell):
        typer.echo(line)


@app.command()
def resources(
    account: Accounts = None,
    region: Regions = None,
    service: Services = None,
    type: Annotated[Several, typer.Option(help=f"Types, as aws.s3.bucket. {SOME}")] = None,
    resource: Annotated[Several, typer.Option(help=f"Resource ids. {SOME}")] = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List what is there. With --format jsonl it prints what `demarc judge` reads."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        wanted = filters(account, region, service, resource_type=type, resource_id=resource)
        put(queries.resources(store, wanted), "resource_type account_id region name resource_id", format, output)


@app.command()
def gaps(
    account: Accounts = None,
    region: Regions = None,
    service: Services = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List what could not be read, and what would show it."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        columns = "findings_affected reason code account_id region resource_type operation permission since"
        put(queries.gaps(store, filters(account, region, service)), columns, format, output)


@app.command()
def snapshots(
    account: Accounts = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List the looks at each account, newest first."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        columns = "snapshot_id account_id account_name status started_at added changed removed unchanged gaps note"
        put(queries.snapshots(store, {"account_id": split(account)}), columns, format, output)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One statement that reads.")],
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Run a query of yours, read-only. The views are documented in docs/reference/tables.md."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        rows = queries.sql(store, query)
        first = next(rows, None)
        every = iter(()) if first is None else (row for part in ((first,), rows) for row in part)
        put(every, " ".join(str(name).replace(" ", "_") for name in first or {}), format, output)
