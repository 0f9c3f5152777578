"""``exposed``: what strangers get at, and by which way."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Annotated

import typer

from scanner.cli.app import app
from scanner.cli.common import SOME, Accounts, ConfigFile, Db, FormatName, Output, Several, inventory, put, split


@app.command()
def exposed(
    provider: Annotated[Several, typer.Option("--provider", help=f"Providers, as aws. {SOME}")] = None,
    account: Accounts = None,
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List what strangers get at, by the last look at each account: certainly, or possibly where something was not read."""
    from dataclasses import asdict  # noqa: PLC0415

    from scanner.inventory.moments import newest  # noqa: PLC0415
    from scanner.reports.exposure import every  # noqa: PLC0415

    wanted, names = split(provider), split(account)
    with inventory(db, config) as store:
        with store.reading() as connection:
            found = newest(connection, datetime.now(UTC))
        asked = [each for each in found if _fits(each.provider, wanted) and _fits(each.account_id, names)]
        columns = "certainty account_id resource_id what source path doubt"
        put((asdict(row) for row in every(store, asked)), columns, format, output)


def _fits(name: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or any(fnmatchcase(name, glob) for glob in wanted)
