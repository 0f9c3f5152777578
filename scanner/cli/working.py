"""``demarc worker`` and ``demarc queue``: scans on many machines, and what waits for them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import ConfigFile, Db, FormatName, Output, inventory, put
from scanner.errors import UserError

SILENT = 60  # seconds after which a worker that said nothing is taken for gone


@app.command()
def worker(
    db: Db = "",
    config: ConfigFile = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=64, help="Scans at once  [default: parallel of [daemon] in demarc.toml]")
    ] = None,
    listen: Annotated[str | None, typer.Option(help="Where /healthz, /readyz and /metrics are; empty for nowhere.")] = None,
) -> None:
    """Scan what the daemon queues, until SIGTERM. Any number of workers may run, on any machine."""
    try:
        from scanner.daemon.worker import Worker  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UserError(f"a worker needs {error.name}: pip install 'demarc-scanner[daemon,scale]'") from error
    Worker(config, os.environ, listen=listen, database=db, parallel=concurrency).run()


@app.command()
def queue(
    db: Db = "",
    config: ConfigFile = None,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many scans of each kind.")] = 20,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Show the workers, what the broker holds, and what runs, waits, and came to nothing."""
    from scanner.inventory import queued, slots  # noqa: PLC0415

    with inventory(db, config) as store:
        now = datetime.now(UTC)
        counts = queued.counts(store)
        rows = [
            *_workers(slots.daemons(store), now),
            *_broker(config),
            *(
                _row("runs", "", state, "", None, f"{counts.get(state, 0)} in all")
                for state in (slots.RUNNING, slots.WAITING, slots.QUEUED)
            ),
            *(_run(each) for each in queued.shown(store, limit)),
        ]
    put(rows, "what name state attempt since note", format, output)


def _row(what: str, name: str, state: str, attempt: int | str, since: datetime | None, note: str) -> dict[str, Any]:
    return {"what": what, "name": name, "state": state, "attempt": attempt, "since": since, "note": note}


def _workers(found: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    for each in found:
        state = "works" if (now - each["seen_at"]).total_seconds() < SILENT else "silent"
        yield _row(each["role"], each["name"], state, "", each["started_at"], f"version {each['version']}")


def _broker(config: Path | None) -> Iterator[dict[str, Any]]:
    """Yield how many messages the broker holds, where there is one; whether it answers, too."""
    from scanner.cli.common import configured  # noqa: PLC0415

    settings = configured(config).settings
    if not settings.broker.get_secret_value():
        return
    from scanner.daemon import plan  # noqa: PLC0415
    from scanner.daemon.queueing import BrokerError  # noqa: PLC0415

    url = plan.broker(settings, os.environ)
    try:
        from scanner.daemon.broker import Celeried, application  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UserError(f"the queue needs {error.name}: pip install 'demarc-scanner[daemon,scale]'") from error
    try:
        yield _row("broker", "", "answers", "", None, f"{Celeried(application(url)).depth()} messages")
    except BrokerError as error:
        yield _row("broker", "", "silent", "", None, str(error))


def _run(each: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{each['schedule']} {each['provider']}/{each['target']}".rstrip("/ ")
    since = each["ended_at"] or (each["queued_at"] if each["state"] == "queued" else each["began_at"]) or each["slot"]
    unsent = each["state"] == "queued" and each["sent_at"] is None
    again = f"again at {each['again_at']:%H:%M:%S}" if each["again_at"] else ""
    at = f"at {each['daemon']}" if each["state"] == "running" else ""
    note = "; ".join(part for part in (at, "not sent yet" if unsent else "", each["note"], again) if part)
    return _row("run", name, each["state"], each["attempt"], since, note)
