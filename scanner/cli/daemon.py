"""``demarc daemon``, and ``demarc scan --now``, which asks it for a scan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, FormatName, Output, configured, inventory, put
from scanner.cli.scanning import scan
from scanner.cli.serving import AccessFile, Url
from scanner.daemon.dashboard import PORT, Dashboard
from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from scanner.config import Config

HELP = "Scan by schedule, and tell what changed. Without a command: work until SIGTERM; SIGHUP reads demarc.toml anew."
daemon_app = typer.Typer(name="daemon", rich_markup_mode=None, help=HELP)
app.add_typer(daemon_app)
PORTS = 65535
SILENT = timedelta(minutes=2)  # after which a daemon counts as gone
ChangesFile = Annotated[
    Path | None, typer.Option(help="File that names the queues in which clouds announce changes.", envvar="DEMARC_CHANGES")
]
Which = Annotated[str, typer.Argument(help="Only this schedule of demarc.toml; * stands for all.")]


@daemon_app.callback(invoke_without_command=True)
def daemon(
    ctx: typer.Context,
    db: Db = "",
    config: ConfigFile = None,
    listen: Annotated[str | None, typer.Option(help="Where /healthz, /readyz and /metrics are; empty for nowhere.")] = None,
    dashboard: Annotated[bool, typer.Option("--dashboard", help="Serve the dashboard too, as `demarc serve` does.")] = False,
    dashboard_listen: Annotated[str, typer.Option(help=f"Where it is, with --dashboard  [default: 127.0.0.1:{PORT}]")] = "",
    access: AccessFile = None,
    url: Url = "",
    changes: ChangesFile = None,
) -> None:
    """Work by the schedules of demarc.toml until SIGTERM; SIGHUP reads it anew."""
    if ctx.invoked_subcommand:
        return
    try:
        from scanner.daemon.service import Service  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UserError(f"the daemon needs {error.name}: pip install 'demarc-scanner[daemon]'") from error
    said = configured(config).settings.daemon
    if not (dashboard or said.dashboard) and (access or url):
        raise UsageError("daemon: --access and --url go with --dashboard")
    access, url = access or (Path(said.access) if said.access else None), url or said.url
    place = _address(dashboard_listen or said.dashboard_listen)
    shown = Dashboard(*place, access, url, os.environ) if dashboard or said.dashboard else None
    changes = changes or (Path(said.changes) if said.changes else None)
    Service(config, os.environ, listen=listen, database=db, dashboard=shown, changes=changes).run()


def _address(given: str) -> tuple[str, int]:
    """Return host and port. Raises UsageError for what is no address."""
    host, colon, port = given.rpartition(":")
    if not host or not colon or not port.isdigit() or int(port) > PORTS:
        raise UsageError(f"--dashboard-listen: {given!r} is no address; write 127.0.0.1:{PORT}")
    return host.strip("[]"), int(port)


@daemon_app.command()
def pause(
    schedule: Which = "*",
    reason: Annotated[str, typer.Option(help="Why, for those who ask for the status.")] = "",
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Begin no scans, of a schedule or at all, until `demarc daemon resume`. What runs goes on."""
    from scanner.inventory import slots  # noqa: PLC0415

    known(schedule, configured(config))
    with inventory(db, config) as store:
        slots.halt(store, schedule, reason, datetime.now(UTC))
        typer.echo(f"paused: {schedule if schedule != slots.EVERYTHING else 'everything'}")


@daemon_app.command()
def resume(schedule: Which = "*", db: Db = "", config: ConfigFile = None) -> None:
    """Begin scans again."""
    from scanner.inventory import slots  # noqa: PLC0415

    with inventory(db, config) as store:
        if not slots.resume(store, schedule):
            raise UserError(f"nothing was paused: {schedule}")
        typer.echo(f"resumed: {schedule if schedule != slots.EVERYTHING else 'everything'}")


@daemon_app.command()
def status(db: Db = "", config: ConfigFile = None, format: FormatName = "table", output: Output = None) -> None:
    """Show who works, what is paused, what waits, runs and ran, what is wrong, and which messages wait."""
    from scanner.inventory import alerts, announced, outbox, slots  # noqa: PLC0415

    with inventory(db, config) as store:
        now = datetime.now(UTC)
        rows = [
            *_daemons(slots.daemons(store), now),
            *(_row("pause", each["schedule"], "paused", each["paused_at"], each["reason"]) for each in slots.pauses(store)),
            *(_run(each) for each in slots.latest(store)),
            *(_alert(each) for each in alerts.standing(store)),
            *(_queue(each) for each in announced.listeners(store)),
            *(_row("outbox", channel, state, None, f"{count} messages") for channel, state, count in outbox.queued(store)),
        ]
    put(rows, "what name state since note", format, output)


def _row(what: str, name: str, state: str, since: datetime | None, note: str) -> dict[str, Any]:
    return {"what": what, "name": name, "state": state, "since": since, "note": note}


def _daemons(found: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    for each in found:
        state = "works" if now - each["seen_at"] < SILENT else "silent"
        yield _row(each["role"], each["name"], state, each["started_at"], f"version {each['version']}")


def _run(each: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{each['schedule']} {each['provider']}/{each['target']}".rstrip("/ ")
    wrote = ", ".join(f"{one['id']} {one['status']}" for one in each["accounts"] or ())
    note = "; ".join(part for part in (each["note"], wrote) if part)
    return _row("run", name, each["state"], each["ended_at"] or each["began_at"] or each["slot"], note)


def _alert(each: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{each['provider']}/{each['target'] or each['account_id']}".rstrip("/")
    return _row("alert", name, each["kind"], each["since"], each["note"])


def _queue(each: Mapping[str, Any]) -> dict[str, Any]:
    return _row("queue", each["name"], "can't be read" if each["note"] else "is read", each["heard_at"], each["note"])


@daemon_app.command()
def grant(
    provider: Annotated[str, typer.Argument(help="aws, azure or gcp")],
    url: Annotated[str, typer.Argument(help="Of the queue; without one, the grant names one that may be called so.")] = "",
) -> None:
    """Print what reading a queue of changes needs, beside the grant of a scan (`demarc permissions`)."""
    from scanner.daemon.changes import announcer  # noqa: PLC0415
    from scanner.provider import shown  # noqa: PLC0415

    for documents in announcer(provider).permissions(url).values():
        for each in documents:
            typer.echo(shown(each))


def known(schedule: str, config: Config) -> None:
    """Refuse a schedule that there isn't: a pause of nothing would look like one."""
    from scanner.cli.common import one_of  # noqa: PLC0415

    if schedule != "*":
        one_of("schedule", schedule, [*(each.name for each in config.settings.schedules), "(changes)"])


@scan.callback(invoke_without_command=True)
def asked(
    ctx: typer.Context,
    now: Annotated[str, typer.Option("--now", help="Ask the daemon to scan this account, or all of a provider.")] = "",
    db: Db = "",
    config: ConfigFile = None,
) -> None:
    """Read an account: store, judge, score."""
    if ctx.invoked_subcommand:
        if now or db or config:
            raise UsageError("scan: --now goes without a provider's name, and other options come after it")
        return
    if not now:
        raise UsageError("scan: name a provider, or an account with --now")
    from scanner.daemon.targets import every, find  # noqa: PLC0415
    from scanner.inventory import slots  # noqa: PLC0415

    found = find(now, list(every(configured(config))))
    if not found:
        raise UsageError(f"scan --now: no account is called {now!r} in demarc.toml")
    with inventory(db, config) as store:
        for provider, name in found:
            fresh = slots.ask(store, provider, name, datetime.now(UTC))
            typer.echo(f"{'asked for' if fresh else 'already asked for'}: {name or provider}")
        daemons = [each for each in slots.daemons(store) if each["role"] == "daemon"]
        living = [each for each in daemons if datetime.now(UTC) - each["seen_at"] < SILENT]
        if not living:
            typer.echo("no daemon works on this inventory: the next one that starts will do it", err=True)
