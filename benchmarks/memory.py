"""How large a scan of many resources grows: the real command line against the front, measured as a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import DEMARC, Figure, Usage, report, run, serving

RESOURCES = 100_000
FEW = 1_000
MOST = 400  # megabytes


def scanned(database: Path, environment: Mapping[str, str]) -> Usage:
    usage = run((*DEMARC, "scan", "aws", "--quiet", "--db", str(database)), environment)
    if usage.code:
        raise SystemExit(f"the scan ended with exit code {usage.code}")
    return usage


def looks(resources: int) -> tuple[Usage, Usage]:
    """Scan so many resources twice into one inventory."""
    with TemporaryDirectory() as folder, serving("benchmarks.front", "--resources", str(resources)) as front:
        database = Path(folder) / "demarc.db"
        return scanned(database, front["environment"]), scanned(database, front["environment"])


def main() -> int:
    small, _ = looks(FEW)
    first, second = looks(RESOURCES)
    more = (RESOURCES - FEW) / 1000
    return report(
        f"Memory of a scan of {RESOURCES:,} resources",
        [
            Figure("largest size, first scan", first.peak, "MB", most=MOST),
            Figure("largest size, second scan, nothing changed", second.peak, "MB", most=MOST),
            Figure(f"  against {FEW:,} resources", max(first.peak, second.peak) / small.peak, "times"),
            Figure("CPU, first scan", (first.cpu - small.cpu) / more, "s a thousand resources"),
            Figure("CPU, second scan", (second.cpu - small.cpu) / more, "s a thousand resources"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
