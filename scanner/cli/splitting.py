"""``split``: who owns each cell, how well it is held, what is blind and what is dark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import Accounts, ConfigFile, Db, FormatName, Output, configured, destination, filters, inventory, put
from scanner.errors import UserError

COLUMNS = "account_id service area owner state score_floor coverage passed failed unknown checks customer_duty"


@app.command("split")
def splitting(
    service: Annotated[str, typer.Argument(help="Only this service, as aws.s3 or s3: a line an area.")] = "",
    area: Annotated[str, typer.Argument(help="Only this area of it: who does what, and what tests it.")] = "",
    account: Accounts = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Show who owns what, and how well it is held. Services in use by areas: score, what is blind, what is dark."""
    from scanner.inventory import queries  # noqa: PLC0415

    wanted = filters(account, service=[service] if service else None, area=[area] if area else None)
    with inventory(db, config) as store:
        if format != "table":
            put(queries.ledger(store, wanted), COLUMNS, format, output)
            return
        rows = list(queries.ledger(store, wanted))
    if service and not rows:
        raise UserError(f"no account in this inventory uses {service!r}: `demarc split` shows what is in use")
    if area:
        _cell(rows, output)
    elif service:
        put(rows, COLUMNS, format, output)
    else:
        _picture(rows, output)


@app.command("coverage")
def coverage(
    provider: Annotated[str, typer.Argument(help="aws, azure, gcp, …")],
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Show what is looked at, without an account: the services of a provider by areas, and how many checks stand on each."""
    from scanner import provider as providers  # noqa: PLC0415
    from scanner.evaluation.ledger import ledger  # noqa: PLC0415
    from scanner.evaluation.registry import installed  # noqa: PLC0415
    from scanner.responsibility.split import services  # noqa: PLC0415

    configured(None)
    counted = {kind.type: kind.service for kind in providers.load(provider).kinds()}
    placed = [(check, check.service or counted[check.on]) for check in installed(provider)]
    every = [service for service in services() if service.partition(".")[0] == provider]
    rows = [
        {"service": cell.service, "area": cell.area, "owner": cell.owner, "state": state, "checks": checks}
        for cell, state, checks, _ in ledger(every, placed, ())
    ]
    if format == "table":
        _checks(rows, output)
    else:
        put(rows, "service area owner state checks", format, output)


def _checks(rows: Sequence[Any], output: Path | None) -> None:
    from scanner.reports.rows import console  # noqa: PLC0415
    from scanner.reports.split import count  # noqa: PLC0415

    with destination(output) as out:
        count(rows, console(out))


def _picture(rows: Sequence[Any], output: Path | None) -> None:
    from scanner.reports.rows import console  # noqa: PLC0415
    from scanner.reports.split import draw, tally  # noqa: PLC0415

    with destination(output) as out:
        to = console(out)
        draw(rows, to)
        to.print(tally(rows))


def _cell(rows: Sequence[Any], output: Path | None) -> None:
    from scanner import provider as providers  # noqa: PLC0415
    from scanner.evaluation.registry import installed  # noqa: PLC0415
    from scanner.reports.safe import terminal  # noqa: PLC0415
    from scanner.reports.split import cell  # noqa: PLC0415

    service, area = rows[0]["service"], rows[0]["area"]
    provider = service.partition(".")[0]
    services = {kind.type: kind.service for kind in providers.load(provider).kinds()}
    checks = [each for each in installed(provider) if (each.service or services.get(each.on), each.area) == (service, area)]
    with destination(output) as out:
        out.writelines(terminal(line) + "\n" for line in cell(rows, checks))
