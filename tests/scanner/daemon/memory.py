"""``python -m tests.scanner.daemon.memory``: what a daemon at rest takes, with and without dashboard and a queue of changes."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import boto3
import psutil

from simulators.aws.server import SimulatedAws
from tests.scanner.daemon.test_faults import Daemon
from tests.scanner.daemon.test_near_real_time import CHANGES

TEXT = """
database = "{database}"
[daemon]
listen = "127.0.0.1:0"
[[accounts]]
provider = "aws"
name = "one"
regions = ["eu-west-1"]
services = ["sqs"]
[[schedules]]
name = "yearly"
cron = "0 0 1 1 *"
misfire_grace = "52w"
"""
SHOWN = ("--dashboard", "--dashboard-listen", "127.0.0.1:0")
PAGES = ("/", "/split/aws.sqs/encryption", "/findings", "/accounts", "/api/v1/findings")
SECONDS = 30.0
MOST = 120  # megabytes
# As after the first run of an installed program: what is worked out of the source is kept beside the bytecode.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
COMPILE = (sys.executable, "-c", "from scanner.web.catalogue import standing; standing()")


def measured(folder: Path) -> Iterator[str]:
    """Yield a line for each way to run a daemon, after its first scan and five pages."""
    listens = ("--changes", str(folder / "changes.toml"))
    for number, (name, more) in enumerate(
        {"plain": (), "dashboard": SHOWN, "changes": listens, "both": (*SHOWN, *listens)}.items()
    ):
        (folder / "demarc.toml").write_text(TEXT.format(database=folder / f"{number}.db"))
        command = [
            sys.executable,
            "-c",
            "from scanner.cli import main; main()",
            "daemon",
            "--config",
            str(folder / "demarc.toml"),
        ]
        with (folder / f"log{number}").open("wb") as out:
            process = subprocess.Popen([*command, *more], stdout=out, stderr=out, env={**os.environ, **COMPILED})
        try:
            daemon = Daemon(process, folder / f"log{number}")
            daemon.said("scan ended", state="done")
            for page in PAGES if SHOWN[0] in more else ():
                urllib.request.urlopen(daemon.said("dashboard")["address"] + page).read()
            yield f"{name}: {at_rest(psutil.Process(process.pid))}"
        finally:
            process.terminate()
            process.wait()


def at_rest(process: psutil.Process) -> str:
    sleep(SECONDS / 3)
    before = process.cpu_times()
    sleep(SECONDS)
    after = process.cpu_times()
    used = (after.user + after.system - before.user - before.system) / SECONDS
    size = process.memory_info().rss / 1e6
    return f"{size:.0f} MB (at most {MOST}: {'held' if size <= MOST else 'MISSED'}), {used:.2%} of a core"


def main() -> None:
    subprocess.run(COMPILE, env={**os.environ, **COMPILED}, check=True)
    with SimulatedAws.start() as aws, TemporaryDirectory() as folder:
        os.environ.update(aws.environment)
        url = boto3.client("sqs").create_queue(QueueName="demarc")["QueueUrl"]
        (Path(folder) / "changes.toml").write_text(CHANGES.format(url=url))
        for line in measured(Path(folder)):
            print(line, flush=True)  # noqa: T201 -- what it is for


if __name__ == "__main__":
    main()
