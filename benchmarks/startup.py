"""What a command costs before it does anything: CPU seconds, against the bare interpreter in the same run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.measure import DEMARC, Figure, report, run

RUNS = 9
MOST = 0.4  # seconds of CPU
COMMANDS = (("--help",), ("checks", "list"), ("--version",), ("scan", "aws", "--help"))
TARGETS = {("--help",): MOST, ("checks", "list"): MOST}
# As after the first run of an installed command, whatever the shell of this one says: compiled once.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}


def least(command: Sequence[str]) -> float:
    return min(run(command, COMPILED).cpu for _ in range(RUNS))


def main() -> int:
    floor = least((sys.executable, "-c", "pass"))
    figures = [Figure("python -c pass", floor, "s of CPU")]
    for command in COMMANDS:
        name, taken = f"demarc {' '.join(command)}", least((*DEMARC, *command))
        figures += [
            Figure(name, taken, "s of CPU", most=TARGETS.get(command)),
            Figure("  of the bare interpreter", taken / floor, "times"),
        ]
    return report("Start", figures)


if __name__ == "__main__":
    sys.exit(main())
