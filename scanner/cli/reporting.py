"""``report``: what was found, in the formats of other tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import (
    SOME,
    Accounts,
    Areas,
    ConfigFile,
    Db,
    Output,
    Regions,
    Services,
    Several,
    Severities,
    destination,
    filters,
    inventory,
    one_of,
    split,
    statuses,
)
from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from scanner.evaluation.check import Check
    from scanner.reports.formats import Format, Report

HTML = "html"
NAMES = ("json", "jsonl", "csv", "ocsf", "sarif", "asff", "junit", "oscal", "oscal-crm", "prometheus", "markdown", "schema")
STATUSES = ("pass", "fail", "unknown", "closed", "all")


@app.command()
def report(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=", ".join((HTML, *NAMES)))],
    account: Accounts = None,
    region: Regions = None,
    service: Services = None,
    area: Areas = None,
    severity: Severities = None,
    status: Annotated[
        Several, typer.Option("--status", help="pass, fail, unknown, closed or all  [default: as the format takes them]")
    ] = None,
    check: Annotated[Several, typer.Option(help=f"Check ids. {SOME}")] = None,
    resource: Annotated[Several, typer.Option(help=f"Resource ids. {SOME}")] = None,
    framework: Annotated[str, typer.Option(help="Only findings that touch this framework, as soc2, or a YAML file.")] = "",
    db: Db = "",
    config: ConfigFile = None,
    output: Output = None,
) -> None:
    """Write what was found in the format of another tool: html, json, ocsf, sarif, asff, junit, oscal, prometheus, ..."""
    from scanner.reports.formats import FORMATS  # noqa: PLC0415

    name = one_of("FORMAT", form, (HTML, *NAMES))
    if name == HTML:
        if any((region, service, area, severity, status, check, resource)):
            raise UsageError("html takes no filters but --account and --framework")
        _page(split(account), framework, output, db, config)
        return
    shape = FORMATS[name]
    if name == "schema":
        with destination(output) as out:
            out.writelines(shape.write(_empty()))
        return
    if check and framework:
        raise UsageError("--check and --framework both choose checks: take one of them")
    asked = statuses(status, STATUSES) if split(status) else shape.statuses
    wanted = filters(account, region, service, area, severity, status=list(asked), check_id=check, resource_id=resource)
    with inventory(db, config) as store, store.reading() as connection:
        told = gathered(connection, wanted, shape, framework)
        with destination(output) as out:
            out.writelines(shape.write(told))


def _page(accounts: Sequence[str], framework: str, output: Path | None, db: str, config: Path | None) -> None:
    """Write the report for browsers."""
    from scanner.responsibility.frameworks import newest, shipped  # noqa: PLC0415

    if framework:
        found = newest(framework)
        framework = found.id if found else one_of("--framework", framework, shipped())
    try:
        from scanner.web import static_report  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as error:
        raise UserError(f"html needs {error.name}: pip install 'demarc-scanner[web]'") from error
    with inventory(db, config) as store, destination(output) as out:
        static_report.write(store, out, datetime.now(UTC), accounts=accounts, framework=framework)


def _empty() -> Report:
    from scanner import __version__  # noqa: PLC0415
    from scanner.reports.formats import Report  # noqa: PLC0415

    return Report(made_at=datetime.now(UTC), version=__version__)


def gathered(connection: Connection, wanted: Mapping[str, Sequence[str]], shape: Format, framework: str = "") -> Report:
    """Return what is reported of one state of the inventory. Findings are read as the format takes them."""
    from scanner import __version__  # noqa: PLC0415
    from scanner.inventory import reporting  # noqa: PLC0415
    from scanner.reports.formats import Report  # noqa: PLC0415

    looks = list(reporting.looks(connection, wanted))
    checks = known_checks({row["provider"] for row in looks})
    if framework:
        wanted = {**wanted, "check_id": answering(framework, checks.values()) or ["no check"]}

    def count(by: Sequence[str]) -> Iterable[Mapping[str, Any]]:
        return reporting.counts(connection, by, wanted)

    return Report(
        made_at=datetime.now(UTC),
        version=__version__,
        findings=reporting.findings(connection, wanted, shape.order),
        count=count,
        checks=checks,
        frameworks=dict(mapped(checks.values())),
        looks=looks,
        scores=list(reporting.sums(connection, ("provider", "account_id"), wanted)),
        cells=list(reporting.cells(connection, wanted)),
        blind=list(reporting.blind(connection, wanted)),
    )


def known_checks(wanted: Iterable[str]) -> Mapping[str, Check]:
    """Return the checks of these providers, as far as they are installed, by their ids."""
    from scanner import provider as providers  # noqa: PLC0415
    from scanner.evaluation.registry import installed  # noqa: PLC0415

    known = sorted(set(wanted) & set(providers.names()))
    return {each.id: each for provider in known for each in installed(provider)}


def answering(name: str, checks: Iterable[Check]) -> list[str]:
    """Return the ids of the checks that answer a framework. Raises UsageError where there is no such framework."""
    from scanner.cli.complying import chosen  # noqa: PLC0415

    framework = chosen(name)
    return [each.id for each in checks if framework.of(each.id, each.control, each.cis)]


def mapped(checks: Iterable[Check]) -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    """Yield the requirements of each check by framework, under the check's id."""
    from scanner.responsibility.frameworks import shipped  # noqa: PLC0415

    frameworks = shipped()
    for each in checks:
        named = {framework.id: framework.of(each.id, each.control, each.cis) for framework in frameworks.values()}
        yield each.id, {framework: ids for framework, ids in named.items() if ids}
