"""``findings``, ``show``, ``resources``, ``gaps``, ``snapshots``, ``split`` and ``sql``: questions to the inventory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, FormatName, Output, destination, inventory, split

Several = Annotated[list[str] | None, typer.Option(help="Only these, separated by commas.")]


def put(rows: Iterable[Any], columns: str, format: str, output: Path | None) -> None:
    """Print rows; *columns* names those of the table."""
    from scanner.reports.rows import Column, Format, write  # noqa: PLC0415

    try:
        shape = Format(format)
    except ValueError:
        raise typer.BadParameter(f"{format!r} is no format: {', '.join(Format)}") from None
    chosen = [Column(name.replace("_", " "), name) for name in columns.split()]
    with destination(output) as out:
        write(rows, chosen, shape, out)


@app.command()
def findings(
    account: Several = None,
    region: Several = None,
    service: Several = None,
    area: Several = None,
    severity: Several = None,
    status: Annotated[list[str] | None, typer.Option(help="pass, fail, unknown or closed  [default: fail]")] = None,
    check: Several = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List findings, worst first."""
    from scanner.inventory import queries  # noqa: PLC0415

    filters = {
        "account_id": split(account),
        "region": split(region),
        "service": split(service),
        "area": split(area),
        "severity": split(severity),
        "status": split(status) or ("fail",),
        "check_id": split(check),
    }
    with inventory(db, config) as store:
        rows = queries.findings(store, filters)
        put(rows, "severity status check_id account_id region resource_id reason finding_id", format, output)


@app.command()
def show(finding: str, db: Db = "", config: ConfigFile = None) -> None:
    """Show one finding: why, evidence, fix, history."""
    from scanner.evaluation.registry import installed  # noqa: PLC0415
    from scanner.inventory import queries, serial  # noqa: PLC0415
    from scanner.reports.rows import plain  # noqa: PLC0415
    from scanner.reports.safe import terminal  # noqa: PLC0415

    with inventory(db, config) as store:
        row, history = queries.finding(store, finding)
    check = next((each for each in installed() if each.id == row["check_id"]), None)
    lines = {name: row[name] for name in row if name not in ("evidence", "finding_id") and row[name] not in (None, "")}
    if check:
        names = {"id": row["resource_id"], "name": row["resource_name"], "region": row["region"]}
        lines |= {"title": check.title, "risk": check.risk, "cis": ", ".join(check.cis)}
        lines["fix"] = filled(check.fix, {**names, "account": row["account_id"]})
    typer.echo(row["finding_id"])
    for name, value in lines.items():
        typer.echo(f"  {name:18} {terminal(plain(value))}")
    evidence = serial.loads(row["evidence"]) if isinstance(row["evidence"], str) else row["evidence"]
    for path, value in (evidence or {}).items():
        typer.echo(f"  evidence           {terminal(path)} = {terminal(plain(value))}")
    for turn in history:
        typer.echo(f"  {turn['at']!s:18.18} {turn['event']} ({turn['cause']}, snapshot {turn['snapshot_id']})")


def filled(fix: str, names: dict[str, str]) -> str:
    """Return a fix with the names in it, quoted for a shell: they are strangers' text."""
    from shlex import quote  # noqa: PLC0415

    for name, value in names.items():
        fix = fix.replace("{" + name + "}", quote(value))
    return fix


@app.command()
def resources(
    account: Several = None,
    region: Several = None,
    service: Several = None,
    type: Several = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List what is there; --format jsonl prints what `demarc judge` reads."""
    from scanner.inventory import queries  # noqa: PLC0415

    names = {"account_id": account, "region": region, "service": service, "resource_type": type}
    with inventory(db, config) as store:
        rows = queries.resources(store, {name: split(values) for name, values in names.items()})
        put(rows, "resource_type account_id region name resource_id", format, output)


@app.command()
def gaps(db: Db = "", config: ConfigFile = None, format: FormatName = "table", output: Output = None) -> None:
    """List what could not be read, and what would show it."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        columns = "findings_affected reason code account_id region resource_type operation permission"
        put(queries.gaps(store), columns, format, output)


@app.command()
def snapshots(db: Db = "", config: ConfigFile = None, format: FormatName = "table", output: Output = None) -> None:
    """List the looks at each account, newest first."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        columns = "snapshot_id account_id account_name status started_at added changed removed unchanged gaps note"
        put(queries.snapshots(store), columns, format, output)


@app.command("split")
def split_command(db: Db = "", config: ConfigFile = None, format: FormatName = "table", output: Output = None) -> None:
    """Show services in use by areas: who owns each cell, how it stands, what is blind and what is dark."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        columns = "account_id service service_model area owner state score_floor coverage passed failed unknown checks"
        put(queries.ledger(store), columns, format, output)


@app.command()
def sql(query: str, db: Db = "", config: ConfigFile = None, format: FormatName = "table", output: Output = None) -> None:
    """Run a query of yours, read-only. The views are documented in docs/reference/tables.md."""
    from scanner.inventory import queries  # noqa: PLC0415

    with inventory(db, config) as store:
        rows = queries.sql(store, query)
        first = next(rows, None)
        every = iter(()) if first is None else (row for part in ((first,), rows) for row in part)
        put(every, " ".join(str(name).replace(" ", "_") for name in first or {}), format, output)
