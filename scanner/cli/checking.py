"""``checks`` and ``judge``: the checks themselves, without any account."""

from __future__ import annotations

import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner import CONFIGURATION
from scanner.cli import ERROR
from scanner.cli.app import app
from scanner.cli.common import ConfigFile, FormatName, Output, Several, configured, one_of, put, split
from scanner.errors import UsageError, UserError

if TYPE_CHECKING:
    from scanner.evaluation.check import Check
    from scanner.model import Kind

Folders = Annotated[
    Several, typer.Option("--custom-checks", help="Folders of your own checks, instead of the configured ones.")
]
FOLDER = "custom-checks"

checks = typer.Typer(no_args_is_help=True, help="The checks that are installed, and your own.")
app.add_typer(checks, name="checks")


def include(given: Several, config: Path | None) -> tuple[str, ...]:
    """Count custom checks among the installed: those of the flag or else of the configuration. Returns their folders."""
    from scanner.evaluation import registry  # noqa: PLC0415

    # To read a configuration that there is not would cost a third of the command.
    asked = given or config or Path(CONFIGURATION).exists() or os.environ.get("DEMARC_CUSTOM_CHECKS")
    folders = split(given) or (configured(config).settings.custom_checks if asked else ())
    registry.include(folders)
    return folders


@checks.command("list")
def listed(
    pattern: Annotated[str, typer.Argument(help="Glob over ids, controls, areas and CIS ids; without one, all.")] = "",
    custom_checks: Folders = None,
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """List the checks."""
    from scanner.evaluation.registry import Filter, told  # noqa: PLC0415

    include(custom_checks, config)
    picked = Filter(checks=(pattern,) if pattern else ()).pick(told())
    put((described(each) for each in picked), "severity control id cis", format, output)


def described(check: Check) -> dict[str, Any]:
    """Return the fields of a check that are data. They are not copied, as ``asdict`` would."""
    names = [field.name for field in fields(check) if field.name not in {"judge", "terraform"}]
    return {**{name: getattr(check, name) for name in names}, "area": check.area, "cis": ", ".join(check.cis)}


@checks.command("show")
def shown(id: str, custom_checks: Folders = None, config: ConfigFile = None) -> None:
    """Show one check in full."""
    from scanner.evaluation.registry import Filter, told  # noqa: PLC0415
    from scanner.reports.finding import in_terraform  # noqa: PLC0415

    include(custom_checks, config)
    for check in Filter(checks=(id,)).pick(told()):
        typer.echo(check.id)
        for name in ("title", "severity", "on", "control", "risk", "fix", "cis", "needs", "version"):
            value = getattr(check, name)
            typer.echo(f"  {name:9} {', '.join(value) if isinstance(value, tuple) else value}")
        hcl, none = in_terraform(check)
        for number, line in enumerate(hcl.splitlines() or ([none] if none else [])):
            typer.echo(f"  {'' if number else 'terraform':9} {line}".rstrip())


@checks.command("test")
def tried(
    folder: Annotated[Path | None, typer.Argument(help="A folder of your own checks; without one, those configured.")] = None,
    config: ConfigFile = None,
) -> int:
    """Run your own checks against their cases, and hold them against the rules of all checks."""
    from scanner.evaluation import custom  # noqa: PLC0415
    from scanner.evaluation.custom.testing import tested  # noqa: PLC0415
    from scanner.evaluation.registry import custom_packages, shipped  # noqa: PLC0415
    from scanner.reports.safe import terminal  # noqa: PLC0415

    chosen = (folder,) if folder else tuple(Path(each) for each in configured(config).settings.custom_checks)
    sources = (*custom.folders(chosen), *(() if folder else custom_packages()))
    if not sources:
        raise UsageError('name a folder: `demarc checks test FOLDER`, or custom_checks = "FOLDER" in demarc.toml')
    found = tested(sources, shipped())
    for problem in found.problems:
        typer.echo(terminal(problem))
    typer.echo(f"{_count(found.checks, 'check')}, {_count(found.cases, 'case')}, {_count(len(found.problems), 'problem')}")
    return ERROR if found.problems else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


@checks.command("new")
def begun(
    type: Annotated[str, typer.Argument(help="What it is about: aws.s3.bucket")],
    name: Annotated[str, typer.Option(help="The last part of its id.")] = "as_agreed",
    folder: Annotated[Path | None, typer.Option(help=f"Where to  [default: the one configured, or {FOLDER}]")] = None,
    config: ConfigFile = None,
    *,
    yaml: Annotated[bool, typer.Option("--yaml", help="With a CEL expression in YAML, instead of in Python.")] = False,
) -> None:
    """Write a check of your own to begin with, and its cases."""
    from scanner.evaluation.custom.rules import LAST  # noqa: PLC0415
    from scanner.evaluation.custom.template import files  # noqa: PLC0415

    if not LAST.fullmatch(name):
        raise UsageError("--name: small letters, digits and underscores, as encrypted_by_us")
    place = folder or Path(next(iter(configured(config).settings.custom_checks), FOLDER))
    texts = {place / file: text for file, text in files(_kind(type), name, str(place), yaml=yaml).items()}
    for file in texts:
        if file.exists():
            raise UserError(f"{file} is there already; choose another --name")
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            file.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"{place} can't be written: {error.strerror}") from error
    typer.echo("\n".join((*map(str, texts), f"Try it: demarc checks test {place}")))


def _kind(type: str) -> Kind:
    """Return one type. Raises UsageError, with what was probably meant."""
    from scanner import provider as providers  # noqa: PLC0415
    from scanner.evaluation.custom.rules import meant  # noqa: PLC0415

    provider = one_of("TYPE", type.partition(".")[0], providers.names())
    kinds = {kind.type: kind for kind in providers.load(provider).kinds()}
    if type not in kinds:
        raise UsageError(f"there is no type {type!r}; {meant(type, kinds)}")
    return kinds[type]


@app.command()
def judge(
    file: Annotated[Path, typer.Argument(help="Resources with facts, one JSON object a line.")],
    custom_checks: Folders = None,
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Judge resources from a file, without a database or a cloud."""
    from scanner.evaluation.offline import judged  # noqa: PLC0415

    include(custom_checks, config)
    rows = (asdict(finding) for finding in judged(file))
    put(rows, "severity status check region resource_id reason", format, output)
