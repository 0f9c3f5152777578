"""``accept``, ``attest``, ``overlays`` and ``withdraw``: what people say over what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, FormatName, Output, configured, inventory, put
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.inventory.store import Store

Until = Annotated[str, typer.Option("--until", help="The last day on which it holds, as 2026-12-31, or a time.")]
Who = Annotated[str, typer.Option("--owner", help="Who answers for it.")]
Where = Annotated[str, typer.Option("--account", help="Only in this account; * stands for anything.")]


@app.command()
def accept(
    check: Annotated[str, typer.Argument(help="The check whose failures are accepted; * stands for anything.")],
    owner: Who,
    reason: Annotated[str, typer.Option(help="Why they are accepted.")],
    until: Until,
    account: Where = "*",
    resource: Annotated[str, typer.Option(help="Only on resources with this id; * stands for anything.")] = "*",
    tag: Annotated[str, typer.Option(help="Only on resources with this tag, name=value; * stands for anything.")] = "",
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Accept failures for a time. They leave the list of open findings; the score stays what it is."""
    from scanner.evaluation.overlay import acceptance  # noqa: PLC0415
    from scanner.evaluation.registry import Filter, installed  # noqa: PLC0415

    configured(config)
    Filter((check,)).pick(installed())
    given = {"check": check, "owner": owner, "reason": reason, "until": until, "account": account}
    said = acceptance({**given, "resource": resource, "tag": tag}, "accept")
    if said.until <= datetime.now(UTC):
        raise UsageError(f"accept: {until} is past")
    with inventory(db, config) as store:
        typer.echo(f"accepted as {store.say(said, datetime.now(UTC))}")


@app.command()
def attest(
    service: Annotated[str, typer.Argument(help="Service of the split, as aws.ec2.")],
    area: Annotated[str, typer.Argument(help="Area of the split.")],
    owner: Who,
    statement: Annotated[str, typer.Option(help="What is stated.")],
    until: Until,
    evidence: Annotated[str, typer.Option(help="Where the evidence is, as a link.")] = "",
    account: Where = "*",
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """State that a cell is held which no check looks at. It counts as attested from the next scan on, and earns nothing."""
    from scanner.evaluation.overlay import attestation  # noqa: PLC0415

    given = {"service": service, "area": area, "owner": owner, "statement": statement, "until": until}
    said = attestation({**given, "account": account, "evidence": evidence}, "attest")
    if said.until <= datetime.now(UTC):
        raise UsageError(f"attest: {until} is past")
    configured(config)
    if standing := checks_on(service, area):
        raise UsageError(
            f"attest: {len(standing)} checks look at {area} of {service}, such as {standing[0]}: what they say counts"
        )
    with inventory(db, config) as store:
        typer.echo(f"attested as {store.say(said, datetime.now(UTC))}")


def checks_on(service: str, area: str) -> Sequence[str]:
    """Return the checks that look at a cell."""
    from scanner.evaluation.registry import installed  # noqa: PLC0415
    from scanner.provider import load  # noqa: PLC0415

    provider = service.partition(".")[0]
    services = {kind.type: kind.service for kind in load(provider).kinds()}
    return [each.id for each in installed(provider) if (each.service or services.get(each.on)) == service and each.area == area]


@app.command()
def withdraw(
    name: Annotated[str, typer.Argument(help="What `demarc overlays` calls it: a1, s1.")],
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Take back what was accepted or attested."""
    with inventory(db, config) as store:
        store.withdraw(name, datetime.now(UTC))
        typer.echo(f"{name} is withdrawn")


@app.command()
def overlays(
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
    *,
    all: Annotated[bool, typer.Option("--all", help="Also what ended or was taken back.")] = False,
) -> None:
    """List what is accepted and attested."""
    with inventory(db, config) as store:
        put(standing(store, everything=all), "name kind what account_id owner until why source", format, output)


def standing(store: Store, *, everything: bool) -> Iterator[dict[str, Any]]:
    from scanner.inventory.overlays import every  # noqa: PLC0415

    now = datetime.now(UTC)
    with store.reading() as connection:
        for row in every(connection):
            if everything or (row["until"] > now and row["withdrawn_at"] is None):
                what = row.get("check_id") or f"{row['service']} {row['area']}"
                yield {**row, "what": what, "why": row.get("reason") or row.get("statement")}
