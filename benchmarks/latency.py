"""How well calls overlap: 1,000 buckets, 20 ms of latency on every call, against one call after the other.

The floor is the SDK itself: the same calls from as many threads, with nothing done with the answers.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from benchmarks.measure import DEMARC, Figure, report, run, serving
from collectors.aws.s3 import BUCKET
from collectors.aws.unit import AT_ONCE

BUCKETS = 1000
LATENCY = 0.02
LEAST = 15  # times faster than one call after the other


def scan(environment: Mapping[str, str]) -> tuple[float, int]:
    """Return how long a scan of the buckets takes by the clock, start and end of the process included, and its calls."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "demarc.db"
        usage = run((*DEMARC, "scan", "aws", "--quiet", "--services", "s3", "--db", str(database)), environment)
        if usage.code:
            raise SystemExit(f"the scan ended with exit code {usage.code}")
        with closing(sqlite3.connect(database)) as inventory:
            (calls,) = inventory.execute("SELECT calls FROM snapshot").fetchone()
    return usage.wall, sum(json.loads(calls).values())


def floor(environment: Mapping[str, str]) -> tuple[float, int]:
    """Return how long the same calls take without any of our work, and how many there are."""
    os.environ.update(environment)
    make: Any = boto3.client
    client = make("s3", config=Config(max_pool_connections=AT_ONCE))

    def settings(number: int) -> None:
        for call in BUCKET.facts.values():
            with suppress(ClientError):
                getattr(client, call.operation)(Bucket=f"bucket-{number}")

    started = monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(settings, range(BUCKETS)))
    return monotonic() - started, BUCKETS * len(BUCKET.facts)


def main() -> int:
    with serving("benchmarks.front", "--buckets", str(BUCKETS), "--latency", str(LATENCY)) as front:
        wall, calls = scan(front["environment"])
        bare, same = floor(front["environment"])
    return report(
        f"Latency: {BUCKETS:,} buckets, {calls:,} calls of {LATENCY * 1000:.0f} ms, in {wall:.1f} s",
        [
            Figure("faster than one call after the other", calls * LATENCY / wall, "times", least=LEAST),
            Figure("  the SDK's bare calls from as many threads", same * LATENCY / bare, "times"),
            Figure("  time of the scan against that of the bare calls", (wall / calls) / (bare / same), "times"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
