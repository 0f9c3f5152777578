"""``python -m benchmarks``: every benchmark in a process of its own, one after the other, or those that are named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

NAMES = (
    "startup",
    "calls",
    "evaluation",
    "storage",
    "inventory",
    "memory",
    "latency",
    "aws_organization",
    "gcp",
    "azure",
    "reports",
    "web",
    "queue",
    "nightly",
)


def main(names: Sequence[str]) -> int:
    codes = [subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode for name in names or NAMES]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
