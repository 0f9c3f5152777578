"""What the benchmarks share: processes that are measured or serve, CPU time, and figures held against their targets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, process_time
from typing import Any

DEMARC = (sys.executable, "-c", "from scanner.cli import main; main()")
MEGABYTE = 1024 if sys.platform == "linux" else 1024 * 1024  # ru_maxrss counts kilobytes on Linux, bytes elsewhere


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took: seconds of CPU and by the clock, and its largest size in megabytes."""

    code: int
    cpu: float
    wall: float
    peak: float


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run *command* to its end, unheard. Its size counts from that of this process, which is therefore kept small."""
    started = monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(process.returncode, used.ru_utime + used.ru_stime, monotonic() - started, used.ru_maxrss / MEGABYTE)


@contextmanager
def serving(module: str, *arguments: str) -> Iterator[Mapping[str, Any]]:
    """Run ``python -m module`` beside the block. Yields the line of JSON that it prints when it is ready."""
    with subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def cpu(work: Callable[[], object], times: int = 1) -> float:
    """Return the CPU seconds of *work*: the least of several runs is the one that was disturbed least."""
    taken = []
    for _ in range(times):
        started = process_time()
        work()
        taken.append(process_time() - started)
    return min(taken)


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. ``most`` and ``least`` are its target, where it has one."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def held(self) -> bool:
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def __str__(self) -> str:
        target = f"at most {number(self.most)}" if self.most is not None else ""
        target = f"at least {number(self.least)}" if self.least is not None else target
        verdict = f"  ({target}: {'held' if self.held else 'MISSED'})" if target else ""
        return f"  {self.name:58} {number(self.value):>10} {self.unit}{verdict}"


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def report(title: str, figures: Sequence[Figure]) -> int:
    """Print *figures*; return an exit code: 1 when a target is missed."""
    print(title)
    for figure in figures:
        print(figure)
    return 0 if all(figure.held for figure in figures) else 1
