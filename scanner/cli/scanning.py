"""``demarc scan``, ``doctor`` and ``permissions``: the commands that speak to a provider."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import typer

from scanner import provider as providers
from scanner.cli import ERROR, FINDINGS, INCOMPLETE
from scanner.cli.app import app, complain
from scanner.cli.common import ConfigFile, Db, FormatName, Output, configured, split

scan = typer.Typer(no_args_is_help=True, help="Read an account live, store what is there, judge and score it.")
doctor = typer.Typer(no_args_is_help=True, help="Try every call that a scan makes once, without scanning.")
permissions = typer.Typer(no_args_is_help=True, help="Print the least grant that a scan needs.")
app.add_typer(scan, name="scan")
app.add_typer(doctor, name="doctor")
app.add_typer(permissions, name="permissions")

Several = list[str] | None


def scanning(
    flags: Mapping[str, Any],
    provider: str,
    regions: Several = typer.Option(None, "--regions", help="Only these, separated by commas."),
    services: Several = typer.Option(None, "--services", help="Only these: aws.s3 or s3, separated by commas."),
    checks: Several = typer.Option(None, "--checks", help="Only checks that fit: ids, controls, areas, CIS ids, globs."),
    exclude: Several = typer.Option(None, "--exclude", help="Not the checks that fit."),
    min_severity: str = typer.Option("", "--min-severity", help="Only checks of this severity and above."),
    fail_on: str = typer.Option("", "--fail-on", help="Exit with 3 when a finding of this severity or above is open."),
    account: str = typer.Option("", "--account", help="Only this one of the accounts in demarc.toml."),
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
    *,
    quiet: bool = typer.Option(False, "--quiet", help="Print nothing but errors."),
    verbose: bool = typer.Option(False, "--verbose", help="Print each gap as it is met."),
) -> int:
    from scanner.cli.progress import Progress  # noqa: PLC0415
    from scanner.evaluation.registry import Filter, installed  # noqa: PLC0415
    from scanner.inventory.store import Store  # noqa: PLC0415
    from scanner.reports.rows import Format  # noqa: PLC0415
    from scanner.reports.summary import report  # noqa: PLC0415
    from scanner.scan import scan as run  # noqa: PLC0415

    settings = configured(config)
    chosen = settings.settings
    wanted = Filter(
        split(checks) or chosen.checks, split(exclude) or chosen.exclude, severity(min_severity) or chosen.min_severity
    )
    threshold = severity(fail_on) or chosen.fail_on
    picked = wanted.pick(installed(provider))
    shape = _format(format, Format)
    targets = settings.targets(provider, flags, account=account, regions=split(regions), services=split(services))
    known_services(provider, targets[0].services)
    done, failures = [], 0
    with Store.open(db or chosen.database) as store:
        for target in targets:
            try:
                with Progress(target.name or provider, quiet=quiet, verbose=verbose) as progress:
                    done.append(run(store, target, picked, progress.watch))
            except providers.ConnectError as error:
                failures += 1
                complain(f"{target.name}: {error}" if target.name else str(error))
        if done and (output or not quiet):
            report(store, done, shape, output)
        if failures:
            return ERROR
        if threshold and any(open_at(store, each.account.id, threshold) for each in done):
            return FINDINGS
    return INCOMPLETE if any(each.status.value != "complete" for each in done) else 0


def severity(text: str) -> Any:
    from scanner.model import Severity  # noqa: PLC0415

    if not text:
        return None
    try:
        return Severity(text.lower())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no severity: {', '.join(Severity)}") from None


def _format(text: str, formats: Any) -> Any:
    try:
        return formats(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no format: {', '.join(formats)}") from None


def known_services(provider: str, services: frozenset[str]) -> None:
    """Refuse a service that no type belongs to: scanning nothing would look like success."""
    known = {kind.service for kind in providers.load(provider).kinds()}
    if missing := [each for each in sorted(services) if not {each, f"{provider}.{each}"} & known]:
        raise typer.BadParameter(f"no such service: {', '.join(missing)}; there are {', '.join(sorted(known))}")


def open_at(store: Any, account: str, threshold: Any) -> bool:
    from scanner.inventory import queries  # noqa: PLC0415
    from scanner.model import Severity  # noqa: PLC0415

    severities = [each.value for each in Severity if each.rank >= threshold.rank]
    found = queries.findings(store, {"account_id": [account], "severity": severities, "status": ["fail"]})
    return next(found, None) is not None


def trying(
    flags: Mapping[str, Any],
    provider: str,
    regions: Several = typer.Option(None, "--regions", help="Only these, separated by commas."),
    services: Several = typer.Option(None, "--services", help="Only these, separated by commas."),
    account: str = typer.Option("", "--account", help="Only this one of the accounts in demarc.toml."),
    config: ConfigFile = None,
) -> int:
    from scanner.reports.rows import Column, Format, write  # noqa: PLC0415

    refused = 0
    for target in configured(config).targets(
        provider, flags, account=account, regions=split(regions), services=split(services)
    ):
        selection = providers.Selection(target.regions, target.services)
        collector = target.provider.connect(target.options, selection, secret_key=b"doctor")
        typer.echo(f"entered {provider} account {collector.account.id}")
        failed = [probe for probe in collector.doctor() if probe.code]
        columns = [Column(title, title) for title in ("service", "operation", "code", "permission", "region")]
        if failed:
            write(failed, columns, Format.TABLE, sys.stdout)
        typer.echo(f"{sum(collector.calls.values())} calls, {len(failed)} operations refused")
        refused += len(failed)
    return INCOMPLETE if refused else 0


def granting(
    flags: Mapping[str, Any],
    provider: str,
    services: Several = typer.Option(None, "--services", help="Only these, separated by commas."),
) -> int:
    del flags
    known_services(provider, frozenset(split(services)))
    documents = providers.load(provider).permissions(providers.Selection(services=frozenset(split(services))))
    for document in documents:
        typer.echo(json.dumps(document, indent=2))
    return 0


def bound(provider: str, body: Callable[..., int], *, with_options: bool) -> Callable[..., int]:
    """Return *body* as a command of one provider, with the provider's options among its own."""
    options = fields(providers.load(provider).options) if with_options else ()
    names = [option.name for option in options]

    def command(**given: Any) -> int:
        flags = {name: given.pop(name) for name in names}
        return body(flags, provider, **given)

    signature = inspect.signature(body, eval_str=True)
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in list(signature.parameters.values())[2:]]
    more = [_parameter(option) for option in options]
    command.__signature__ = signature.replace(parameters=[*more, *own])  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in [*more, *own]}
    command.__doc__ = f"{providers.load(provider).title}."
    return command


def _parameter(option: Any) -> inspect.Parameter:
    kind = type(option.default) if option.default is not MISSING else str
    default = f"  [default: {option.default}]" if option.default not in ("", MISSING) else ""
    flag = "--" + option.name.replace("_", "-")
    setting = typer.Option(None, flag, help=option.metadata["help"] + default)
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=setting, annotation=kind | None)


for _name in providers.names():
    scan.command(_name)(bound(_name, scanning, with_options=True))
    doctor.command(_name)(bound(_name, trying, with_options=True))
    permissions.command(_name)(bound(_name, granting, with_options=False))

__all__ = ["Path"]
