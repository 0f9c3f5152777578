"""What a night of many accounts takes, calculated from figures measured here: ``python -m benchmarks.nightly [--accounts N]``.

Measured: a first look at the simulated AWS account and looks at it unchanged, judged by all checks, on PostgreSQL: calls, CPU
of the scan and of PostgreSQL, and of both while the scan is the inventory's only writer. Given: how long a call takes, how
many overlap (`benchmarks.latency` measures that), and the hours of the night.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from time import process_time

import psutil

from benchmarks.measure import MEGABYTE, Figure, report, serving
from scanner.config import Config, Settings
from scanner.evaluation.registry import installed
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.scan import scan
from tests.postgres import Postgres

LOOKS = 4  # at the account unchanged


class Timed(Store):
    """An inventory that tells what it took to write. ``seconds``: of its own CPU, for the last snapshot."""

    seconds = 0.0

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        with super().writing() as writing:
            began = process_time()
            yield writing
        self.seconds = process_time() - began


@dataclass(frozen=True, slots=True)
class Look:
    """What one scan took: calls, seconds of CPU of its own and of PostgreSQL, and of both as the only writer."""

    calls: int
    cpu: float
    database: float
    writing: float


def spent(server: psutil.Process) -> float:
    """Return CPU seconds of a server, those of its connections that ended included."""
    found = 0.0
    for each in (server, *server.children()):
        with suppress(psutil.NoSuchProcess):  # it ended since, and counts below
            times = each.cpu_times()
            found += times.user + times.system
    ended = server.cpu_times()
    return float(found + ended.children_user + ended.children_system)


def looks() -> Iterator[Look]:
    """Scan again and again, and yield what each scan took."""
    with serving("simulators.aws") as aws, Postgres.started() as postgres:
        os.environ.update(aws["environment"])
        (target,) = Config(Settings()).targets("aws", {})
        checks = installed("aws")
        assert postgres._process  # noqa: SLF001 -- its CPU is told too
        server = psutil.Process(postgres._process.pid)  # noqa: SLF001
        url = postgres.url(postgres.database())
        for _ in range(LOOKS + 1):
            database, cpu = spent(server), process_time()
            with Timed.open(url) as store:
                assert isinstance(store, Timed)
                (done,) = scan(lambda held=store: held, target, checks, lambda *_: None)  # type: ignore[misc]
            used = spent(server) - database
            # While a snapshot is written, one of both works at a time: their CPU is how long that takes on an idle machine.
            yield Look(sum(done.calls.values()), process_time() - cpu, used, store.seconds + used)


def usual(found: list[Look]) -> Look:
    """Return what a look took that was disturbed least."""
    return Look(found[-1].calls, *(min(getattr(each, name) for each in found) for name in ("cpu", "database", "writing")))


def figures(look: Look, given: argparse.Namespace) -> list[Figure]:
    """Return what a night of such looks takes."""
    night = given.hours * 3600
    seconds = look.calls * given.latency / given.overlap + look.cpu
    at_once = given.accounts * seconds / night
    return [
        Figure("calls of a scan", look.calls),
        Figure("  its own CPU", look.cpu, "s"),
        Figure("  as the only writer, PostgreSQL's CPU included", look.writing, "s"),
        Figure("  by the clock, with calls as slow as given", seconds, "s"),
        Figure("scans at once", ceil(at_once)),
        Figure(f"  workers of {given.parallel} scans", ceil(at_once / given.parallel)),
        Figure("  cores of all workers", given.accounts * look.cpu / night),
        Figure("cores of PostgreSQL", given.accounts * look.database / night),
        Figure("  of the night, in which a snapshot is written", given.accounts * look.writing / night, most=1),
        Figure("calls a second to AWS, all accounts", given.accounts * look.calls / night),
        Figure("  to one account, while it is scanned", look.calls / seconds),
    ]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--latency", type=float, default=0.06, help="seconds a call")
    parser.add_argument("--overlap", type=float, default=7.7, help="times faster than one call after the other")
    parser.add_argument("--parallel", type=int, default=4, help="scans at once of a worker")
    given = parser.parse_args()
    first, *later = list(looks())
    size = Figure(
        "largest size of this process, five scans in it", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE, "MB"
    )
    title = f"Night: {given.accounts:,} accounts in {given.hours:g} hours, {given.latency * 1000:g} ms a call"
    code = report(f"{title}; every account unchanged", [*figures(usual(later), given), size])
    return max(code, report(f"{title}; every account for the first time", figures(first, given)))


if __name__ == "__main__":
    sys.exit(main())
