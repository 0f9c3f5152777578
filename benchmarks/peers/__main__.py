"""Demarc beside its peers: calls, CPU, memory and time of a full scan of one simulated account, in one run.

    python -m benchmarks.peers                                          # everything
    python -m benchmarks.peers --scale 1 --tools prowler --peers /var/tmp/peers    # one of it

What is installed of a peer stays for the next run. Calls are counted by the simulator, retries too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Figure, Usage, report, run
from benchmarks.peers.tools import PEERS, TOOLS, Tool

LATENCY = 0.03  # seconds, on every call
SCALES = (1, 5)
OURS, THEIRS = "demarc", "prowler"
# At most these parts of Prowler's: calls by scale; CPU, memory and time at each.
CALLS = {1: 0.6, 5: 0.5}
CPU, MEMORY, TIME = 1 / 5, 1 / 6, 1 / 6


@dataclass(frozen=True, slots=True)
class Cost:
    """What a scan took: once with answers at once, once with all of them late."""

    calls: int
    unanswered: int
    prompt: Usage
    late: Usage


class Account:
    """A simulated account in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.told: Mapping[str, Any] = self._answer()

    def ask(self, order: object) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def account(scale: int) -> Iterator[Account]:
    command = [sys.executable, "-m", "benchmarks.peers.account", "--scale", str(scale)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Account(process)
        assert process.stdin is not None
        process.stdin.close()


def scanned(tool: Tool, account: Account, peers: Path) -> Usage:
    """Scan the account as it is set. Ends the program where the tool doesn't come to its end."""
    with TemporaryDirectory() as folder:
        command = tool.command(peers, tool.scan(account.told["regions"], Path(folder)))
        usage = run(command, tool.environment(account.told["environment"]))
    if usage.code not in tool.fine:
        raise SystemExit(f"{tool.name} ended with exit code {usage.code}: {' '.join(command)}")
    return usage


def cost(tool: Tool, account: Account, peers: Path) -> Cost:
    account.ask({})
    prompt = scanned(tool, account, peers)
    counted = account.ask("calls")
    account.ask({"latency": LATENCY})
    late = scanned(tool, account, peers)
    return Cost(sum(counted["calls"].values()), sum(counted["unanswered"].values()), prompt, late)


def figures(name: str, found: Cost) -> list[Figure]:
    return [
        Figure(f"{name}: calls", found.calls),
        Figure("  of which the simulator cannot answer", found.unanswered),
        Figure("  CPU", found.prompt.cpu, "s"),
        Figure("  largest size", found.prompt.peak, "MB"),
        Figure("  by the clock", found.prompt.wall, "s"),
        Figure(f"  by the clock, {LATENCY * 1000:.0f} ms a call", found.late.wall, "s"),
    ]


def ratios(scale: int, ours: Cost, theirs: Cost) -> list[Figure]:
    """Return our cost as a part of Prowler's."""
    return [
        Figure("calls, of Prowler's", ours.calls / theirs.calls, most=CALLS.get(scale)),
        Figure("CPU, of Prowler's", ours.prompt.cpu / theirs.prompt.cpu, most=CPU),
        Figure("largest size, of Prowler's", ours.prompt.peak / theirs.prompt.peak, most=MEMORY),
        Figure("by the clock with latency, of Prowler's", ours.late.wall / theirs.late.wall, most=TIME),
    ]


def started(tools: Sequence[Tool], peers: Path) -> list[Figure]:
    """Return what each tool takes to say its version and to list its checks, the second time."""
    found = []
    for tool in tools:
        for what, arguments in tool.start.items():
            usages = [run(tool.command(peers, arguments), tool.environment({})) for _ in range(2)]
            found += [Figure(f"{tool.name}: {what}", usages[-1].cpu, "s of CPU"), Figure("  size", usages[-1].peak, "MB")]
    return found


def compared(scale: int, tools: Sequence[Tool], peers: Path) -> int:
    with account(scale) as place:
        found = {tool.name: cost(tool, place, peers) for tool in tools}
    shown = [figure for name, each in found.items() for figure in figures(name, each)]
    if {OURS, THEIRS} <= found.keys():
        shown += ratios(scale, found[OURS], found[THEIRS])
    return report(f"Scale {scale}", shown)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Demarc beside its peers.")
    parser.add_argument("--scale", type=int, choices=SCALES, action="append", help="once or five times the resources, or both")
    parser.add_argument("--start", action="store_true", help="what it takes to start, before anything is scanned")
    parser.add_argument("--tools", default="prowler,scoutsuite", help="peers, separated by commas")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where the peers are installed")
    given = parser.parse_args(arguments)
    tools = [TOOLS[name] for name in (OURS, *given.tools.split(",")) if name]
    for tool in tools:
        tool.install(given.peers)
        print(f"{tool.name} {tool.version(given.peers)}")
    os.environ.pop("PYTHONPATH", None)
    every = not given.start and not given.scale
    codes = [report("Start", started(tools, given.peers))] if given.start or every else []
    codes += [compared(scale, tools, given.peers) for scale in given.scale or (SCALES if every else ())]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
