"""``make demo``: simulated clouds on loopback, scanned through their real SDKs into one inventory."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner import config
from scanner.cli.app import complain
from scanner.cli.scanning import scanned
from scanner.errors import UserError
from scanner.evaluation.registry import installed
from scanner.inventory.store import Store
from scanner.reports.rows import Format
from scanner.reports.summary import report
from scanner.scan import Scanned
from simulators.stage import Stage

CLOUDS = ("aws", "azure", "gcp")
# What leads to clouds that are somebody's: a demo never touches them.
FOREIGN = ("AWS_", "AZURE_", "GOOGLE_", "CLOUDSDK_", *(f"{config.PREFIX}{cloud.upper()}_" for cloud in CLOUDS))
DEFAULT = config.Settings.model_fields["database"].default
NEXT = (
    "findings --severity critical",
    "split storage encryption",
    "gaps",
    "sql 'select provider, count(*) from open_findings group by 1'",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Scan into an inventory in the current folder and return the exit code of the demo, not of the scans."""
    given = parser().parse_args(arguments)
    clouds = [cloud for cloud in CLOUDS if cloud in (given.cloud or CLOUDS)]
    services = [name for name in given.services.split(",") if name]
    with alone(), ExitStack() as up:
        say("Setting up on loopback:")
        stages = {cloud: up.enter_context(staged(cloud)) for cloud in clouds}
        for stage in stages.values():
            os.environ.update(stage.environment)
        folder = Path(up.enter_context(TemporaryDirectory(prefix="demarc-demo-")))
        say("Scanning them as any other.\n")
        try:
            code = scan(written(folder, stages), clouds, services, given.db)
        except UserError as error:
            return complain(str(error))
    say(f"\nThe simulated clouds are gone; what was seen of them is kept in {given.db}. Ask it:")
    for each in NEXT:
        say(f"  {demarc()} {each}" + ("" if given.db == DEFAULT else f" --db {given.db}"))
    return code


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m simulators.demo", description="Scan simulated clouds, as a demo.")
    made.add_argument("--cloud", action="append", choices=CLOUDS, help="only this one; may be given again")
    made.add_argument("--services", default="", help="only these, separated by commas: aws.s3,azure.storage")
    made.add_argument("--db", default=DEFAULT, help="the inventory [default: %(default)s]")
    return made


@contextmanager
def staged(cloud: str) -> Iterator[Stage]:
    """Set one cloud up and say so."""
    made: AbstractContextManager[Stage] = import_module(f"simulators.{cloud}.demo").staged()
    with made as stage:
        say(f"- {stage.told}.")
        yield stage


@contextmanager
def alone() -> Iterator[None]:
    """Have nothing in the environment lead to anybody's clouds until the block ends; what it sets is forgotten then."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(FOREIGN) or name.lower().endswith("_proxy"):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def written(folder: Path, stages: Mapping[str, Stage]) -> Path:
    """Write the demarc.toml that names the accounts of all clouds, and return where. Texts and lists of JSON are TOML's."""
    entries = [{"provider": cloud, **account} for cloud, stage in stages.items() for account in stage.accounts]
    file = folder / config.FILE
    text = "".join(
        "[[accounts]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items()) for entry in entries
    )
    file.write_text(text, "utf-8")
    return file


def scan(file: Path, clouds: Sequence[str], services: Sequence[str], database: str) -> int:
    """Scan what *file* names and sum it up. Returns 1 where something could not be entered, else 0."""
    configured = config.load(file, os.environ)
    done: list[Scanned] = []
    failures = 0
    with Store.open(database) as store:
        for cloud in clouds:
            targets = configured.targets(cloud, {}, services=services)
            some, failed = scanned(lambda: store, targets, installed(cloud), quiet=False, verbose=False)
            done += some
            failures += failed
        report(store, done, Format.TABLE, sys.stdout)
    return 1 if failures else 0


def demarc() -> str:
    """Return how the command is called from here."""
    command = Path(sys.executable).with_name("demarc")
    return str(command.relative_to(Path.cwd())) if command.is_relative_to(Path.cwd()) else "demarc"


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
