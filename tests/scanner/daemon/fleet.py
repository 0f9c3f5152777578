"""A daemon and workers as processes, with a broker and a database between them, for tests and benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

import psutil

from scanner.daemon.broker import Celeried, application
from tests.scanner.daemon.test_faults import ROOT, Daemon, Place, eventually

TEXT = """
database = "{url}"
broker = "{broker}"
[daemon]
parallel = 2
poll = "1s"
lease = "5s"
grace = "20s"
listen = "127.0.0.1:0"
{accounts}
[[schedules]]
name = "yearly"
cron = "0 0 1 1 *"
misfire_grace = "52w"
attempts = 10
"""
ACCOUNT = """
[[accounts]]
provider = "stub"
name = "{name}"
account = "{name}"
folder = "{folder}"
many = {many}
calls = {calls}
latency = {latency}
"""
KILL_SECONDS, BETWEEN = 3.0, 4  # between two kills: so many seconds, and scans that ended


@dataclass
class Fleet(Place):
    """One inventory, one broker, and who works on them. ``names``: the accounts; each has so *many* resources."""

    broker: str = ""
    names: Sequence[str] = ("one",)
    many: int = 3
    calls: int = 1
    latency: float = 0.0

    def write(self, more: str = "") -> None:
        given = {"folder": self.folder, "many": self.many, "calls": self.calls, "latency": self.latency}
        accounts = "".join(ACCOUNT.format(name=name, **given) for name in self.names)
        self.file("demarc.toml").write_text(TEXT.format(url=self.url, broker=self.broker, accounts=accounts) + more)

    def worker(self, *more: str) -> Daemon:
        log = self.file(f"log{len(self.daemons)}")
        command = [sys.executable, "-m", "tests.scanner.daemon.program", "worker", "--config", str(self.file("demarc.toml"))]
        with log.open("wb") as out:
            process = subprocess.Popen([*command, *more], stderr=out, stdout=out, cwd=ROOT, env=os.environ)
        self.daemons.append(Daemon(process, log))
        return self.daemons[-1]

    def states(self) -> Counter[str]:
        return Counter(state for state, _ in self.runs())

    def messages(self) -> int:
        """Return how many messages no worker has."""
        broker = Celeried(application(self.broker))
        try:
            return broker.depth()
        finally:
            broker.close()

    def end(self) -> None:
        for each in self.daemons:
            for process in family(each):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            each.process.wait()

    def survive(self, workers: int, patience: float) -> int:
        """Work with so many workers, of which one dies every few seconds, until all is done. Return how many died.

        Who dies has begun a scan, and a few scans have ended meanwhile: on a slow machine, nobody would ever come to that else.
        """
        died, ended = 0, 0
        living = [self.worker("--listen", "") for _ in range(workers)]
        until = monotonic() + patience
        next_kill = monotonic() + KILL_SECONDS
        while self.states() != {"done": len(self.names)}:
            assert monotonic() < until, f"not all is done: {self.states()}"
            victim = next((each for each in living if b'"scan begins"' in each.log.read_bytes()), None)
            done = self.states()["done"]
            if victim and monotonic() > next_kill and done >= ended + BETWEEN:
                ended = done
                living.remove(victim)
                for process in reversed(family(victim)):  # itself first: else it tells of a scan that died, which then waits
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
                victim.process.wait()
                living.append(self.worker("--listen", ""))
                died += 1
                next_kill = monotonic() + KILL_SECONDS
            threading.Event().wait(0.3)
        return died


def family(each: Daemon) -> list[psutil.Process]:
    """Return a process and all that it started, the scans first; nothing where it ended."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(each.process.pid)
        return [*reversed(process.children(recursive=True)), process]
    return []


class Wire:
    """A Unix socket that leads to another, until it is cut."""

    def __init__(self, place: Path, leads_to: Path) -> None:
        self._to = leads_to
        self._open: list[socket.socket] = []
        self._cut = False
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(place))
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._socket.close()

    def cut(self) -> None:
        self._cut = True
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def mend(self) -> None:
        self._cut = False

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._socket.accept()
                if self._cut:
                    here.close()
                    continue
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(self._to))
                self._open += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=pump, args=(one, other), daemon=True).start()


def pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while part := one.recv(65536):
            other.sendall(part)
    for each in (one, other):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)  # which ends the pump of the other direction
        each.close()


__all__ = ["Fleet", "Wire", "eventually", "family"]
