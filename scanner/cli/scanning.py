"""``demarc scan``, ``doctor`` and ``permissions``: the commands that speak to a provider."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from scanner import provider as providers
from scanner.cli import ERROR, FINDINGS, INCOMPLETE
from scanner.cli.app import app, complain
from scanner.cli.common import ConfigFile, Db, FormatName, Output, Several, configured, destination, one_of, split

if TYPE_CHECKING:
    from scanner.config import Target
    from scanner.evaluation.check import Check
    from scanner.inventory.store import Store
    from scanner.model import Severity
    from scanner.scan import Scanned

OnlyRegions = Annotated[Several, typer.Option("--regions", help="Only these, separated by commas.")]
OnlyServices = Annotated[Several, typer.Option("--services", help="Only these: aws.s3 or s3, separated by commas.")]
OneAccount = Annotated[str, typer.Option("--account", help="Only this one of the accounts in demarc.toml.")]


def scanning(
    flags: Mapping[str, Any],
    provider: str,
    regions: OnlyRegions = None,
    services: OnlyServices = None,
    checks: Annotated[Several, typer.Option(help="Only checks that fit: ids, controls, areas, CIS ids, globs.")] = None,
    exclude: Annotated[Several, typer.Option(help="Not the checks that fit.")] = None,
    min_severity: Annotated[str, typer.Option(help="Only checks of this severity and above.")] = "",
    custom_checks: Annotated[Several, typer.Option(help="Folders of your own checks, instead of the configured ones.")] = None,
    fail_on: Annotated[str, typer.Option(help="Exit with 3 when a finding of this severity or above is open.")] = "",
    account: OneAccount = "",
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print each gap as it is met.")] = False,
) -> int:
    from scanner.config import overlays as overlays_of  # noqa: PLC0415
    from scanner.evaluation.registry import Filter, include, installed  # noqa: PLC0415
    from scanner.inventory.store import Store  # noqa: PLC0415
    from scanner.reports.rows import Format  # noqa: PLC0415
    from scanner.reports.summary import report  # noqa: PLC0415

    settings = configured(config)
    chosen = settings.settings
    include(split(custom_checks) or chosen.custom_checks)
    least = severity("--min-severity", min_severity) or chosen.min_severity
    picked = Filter(split(checks) or chosen.checks, split(exclude) or chosen.exclude, least).pick(installed(provider))
    threshold = severity("--fail-on", fail_on) or chosen.fail_on
    shape = Format(one_of("--format", format, Format))
    targets = settings.targets(provider, flags, account=account, regions=split(regions), services=split(services))
    known_services(provider, *(target.services for target in targets))
    overlays = overlays_of(chosen.overlays)
    with ExitStack() as closing:

        @cache
        def opened() -> Store:
            store = closing.enter_context(Store.open(db or chosen.database))
            if overlays:
                store.synchronize(overlays, datetime.now(UTC))
            return store

        done, failures = scanned(opened, targets, picked, quiet=quiet, verbose=verbose)
        if done and (output or not quiet):
            with destination(output) as out:
                report(opened(), done, shape, out)
        if not quiet:
            warn(provider)
        if failures:
            return ERROR
        if threshold and any(open_at(opened(), each, threshold) for each in done):
            return FINDINGS
    return INCOMPLETE if any(each.status.value != "complete" for each in done) else 0


def scanned(
    inventory: Callable[[], Store], targets: Sequence[Target], checks: Sequence[Check], *, quiet: bool, verbose: bool
) -> tuple[Sequence[Scanned], int]:
    """Scan one target after the other; one that can't be entered is complained of, counted, and doesn't stop the rest."""
    from scanner.cli.progress import Progress  # noqa: PLC0415
    from scanner.scan import scan as run  # noqa: PLC0415

    done: list[Scanned] = []
    failures = 0
    for target in targets:
        try:
            with Progress(target.name or target.provider.name, quiet=quiet, verbose=verbose) as progress:
                found = run(inventory, target, checks, progress.watch)
            done += found
            for each in found:
                if each.note:
                    complain(f"{each.account.id} {each.account.name}: {each.note}")
        except providers.ConnectError as error:
            failures += 1
            complain(f"{target.name}: {error}" if target.name else str(error))
    return done, failures


def severity(option: str, text: str) -> Severity | None:
    from scanner.model import Severity  # noqa: PLC0415

    return Severity(one_of(option, text, Severity)) if text else None


def known_services(provider: str, *selections: frozenset[str]) -> None:
    """Refuse a service that no type belongs to: scanning nothing would look like success."""
    known = {kind.service for kind in providers.load(provider).kinds()}
    for each in sorted(name for selection in selections for name in selection):
        if not {each, f"{provider}.{each}"} & known:
            one_of("--services", each, sorted({*known, *(name.partition(".")[2] for name in known)}))


def warn(provider: str) -> None:
    """Say where what checks know of supported versions is old."""
    from scanner.evaluation.lifecycle import warning  # noqa: PLC0415

    if said := warning(datetime.now(UTC), provider):
        complain(said)


def open_at(store: Store, each: Scanned, threshold: Severity) -> bool:
    from scanner.inventory import queries  # noqa: PLC0415
    from scanner.model import Severity  # noqa: PLC0415

    failing = queries.failing(store, {"account_id": [each.account.id]})
    return any(Severity(name).rank >= threshold.rank for name in failing)


def trying(
    flags: Mapping[str, Any],
    provider: str,
    regions: OnlyRegions = None,
    services: OnlyServices = None,
    account: OneAccount = "",
    config: ConfigFile = None,
) -> int:
    targets = configured(config).targets(provider, flags, account=account, regions=split(regions), services=split(services))
    known_services(provider, *(target.services for target in targets))
    codes = [_doctored(target) for target in targets]
    warn(provider)
    return ERROR if ERROR in codes else max(codes)


def _doctored(target: Target) -> int:
    """Try one account's calls and print those that are refused. Returns the exit code for it."""
    from scanner.reports.rows import Column, Format, write  # noqa: PLC0415

    selection = providers.Selection(target.regions, target.services)
    try:
        collector = target.provider.connect(target.options, selection, secret_key=lambda: b"doctor")
    except providers.ConnectError as error:
        return complain(f"{target.name}: {error}" if target.name else str(error))
    typer.echo(f"entered {target.provider.name} account {collector.account.id}")
    failed = [probe for probe in collector.doctor() if probe.code]
    if failed:
        columns = [Column(title, title) for title in ("service", "operation", "code", "permission", "region")]
        write(failed, columns, Format.TABLE, sys.stdout)
    typer.echo(f"{sum(collector.calls.values())} calls, {len(failed)} operations refused")
    return INCOMPLETE if failed else 0


def granting(
    flags: Mapping[str, Any],
    provider: str,
    services: OnlyServices = None,
    format: Annotated[
        str, typer.Option(help="json or terraform; aws: stackset, discovery; azure: bicep, az; gcp: gcloud")
    ] = "json",
) -> int:
    del flags
    chosen = frozenset(split(services))
    known_services(provider, chosen)
    grants = providers.load(provider).permissions(providers.Selection(services=chosen))
    for document in grants[one_of("--format", format, grants)]:
        typer.echo(providers.shown(document).rstrip())
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
    flag = "--" + option.name.strip("_").replace("_", "-")  # ``from_`` is --from, a word that Python keeps to itself
    setting = typer.Option(None, flag, help=option.metadata["help"] + default)
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=setting, annotation=kind | None)


class OfProviders(TyperGroup):
    """A group with one command a provider, made when it is asked for: importing every provider takes time."""

    body: Callable[..., int]
    with_options = True

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- Typer's signature
        return list(providers.names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        commands: dict[str, Any] = {**dict.fromkeys(self.list_commands(ctx)), **self.commands}
        if cmd_name in commands and commands[cmd_name] is None:
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(cmd_name)(bound(cmd_name, self.body, with_options=self.with_options))
            commands[cmd_name] = typer.main.get_command(alone)
        self.commands = commands  # all their names, from which Typer guesses what was meant
        return commands.get(cmd_name)


class Scanning(OfProviders):
    body = staticmethod(scanning)


class Trying(OfProviders):
    body = staticmethod(trying)


class Granting(OfProviders):
    body = staticmethod(granting)
    with_options = False


scan = typer.Typer(cls=Scanning, no_args_is_help=True, help="Read an account: store, judge, score.")
doctor = typer.Typer(cls=Trying, no_args_is_help=True, help="Try each call of a scan once, without scanning.")
permissions = typer.Typer(cls=Granting, no_args_is_help=True, help="Print the least grant that a scan needs.")
app.add_typer(scan, name="scan")
app.add_typer(doctor, name="doctor")
app.add_typer(permissions, name="permissions")
