"""The tools that are compared: how each is installed, asked and run. Each peer has a virtual environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import DEMARC

GIGABYTE = 10**9
PEERS = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "demarc-peers"
# What a shell may say of either, an installed tool is compiled once, and finds the simulator by whatever name.
AROUND = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(Path(__file__).with_name("named"))}
Arguments = Callable[[Sequence[str], Path], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. ``scan`` returns the arguments of a full scan of some regions that leaves its report in a folder.

    ``package`` is what PyPI has of it, none for this checkout; ``room`` what it needs of the disk, in gigabytes;
    ``fine`` are the exit codes of a scan that came to its end.
    """

    name: str
    program: str
    scan: Arguments
    start: Mapping[str, Sequence[str]]
    package: str = ""
    room: float = 0.0
    fine: tuple[int, ...] = (0,)

    def command(self, peers: Path, arguments: Sequence[str]) -> Sequence[str]:
        return (*((str(self._home(peers) / self.program),) if self.package else DEMARC), *arguments)

    def environment(self, leading: Mapping[str, str]) -> Mapping[str, str]:
        """Return *leading*, the environment that leads to the account, with what a peer needs beside it."""
        return {**leading, **AROUND} if self.package else {**leading, "PYTHONDONTWRITEBYTECODE": ""}

    def install(self, peers: Path) -> None:
        """Install a peer where it isn't yet. Ends the program where the disk is too small for it."""
        home = self._home(peers)
        if not self.package or (home / self.program).exists():
            return
        peers.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(peers).free < self.room * GIGABYTE:
            raise SystemExit(f"{self.package} needs about {self.room:g} GB at {peers}, and there is less")
        subprocess.run([sys.executable, "-m", "venv", str(home.parent)], check=True)
        pip = [str(home / "pip"), "install", "--quiet", "--no-cache-dir", self.package]
        subprocess.run(pip, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})

    def version(self, peers: Path) -> str:
        """Return the version that is installed, and how many packages came with it."""
        python = str(self._home(peers) / "python") if self.package else sys.executable
        name = self.package.partition("=")[0] or "demarc-scanner"
        code = "from importlib import metadata as m; import sys; print(m.version(sys.argv[1]), len(list(m.distributions())))"
        told = subprocess.run([python, "-c", code, name], capture_output=True, text=True, check=True)
        return "{} ({} packages in its environment)".format(*told.stdout.split())

    def _home(self, peers: Path) -> Path:
        return peers / self.name / "bin"


def _demarc(regions: Sequence[str], folder: Path) -> Sequence[str]:
    return ("scan", "aws", "--quiet", "--regions", ",".join(regions), "--db", str(folder / "demarc.db"))


def _prowler(regions: Sequence[str], folder: Path) -> Sequence[str]:
    quiet = ("--no-banner", "--no-color", "--log-level", "CRITICAL", "--ignore-exit-code-3")
    return ("aws", "--region", *regions, "--output-formats", "json-ocsf", "-o", str(folder), "-F", "prowler", *quiet)


def _scoutsuite(regions: Sequence[str], folder: Path) -> Sequence[str]:
    return ("aws", "--regions", *regions, "--no-browser", "--force", "--report-dir", str(folder), "--report-name", "scoutsuite")


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("demarc", "demarc", _demarc, {"version": ("--version",), "checks": ("checks", "list", "aws.*")}),
        Tool(
            "prowler",
            "prowler",
            _prowler,
            {"version": ("--version",), "checks": ("aws", "--list-checks")},
            package="prowler==5.46.0",
            room=3,
        ),
        Tool(
            "scoutsuite", "scout", _scoutsuite, {"version": ("--version",)}, package="ScoutSuite==5.14.0", room=2, fine=(0, 200)
        ),
    )
}
