"""Starts the processes that scan, and tells when they ended and how."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Protocol

from scanner.daemon.job import Job, Outcome
from scanner.inventory.slots import FAILED

CHILD = "scanner.daemon.child"
COMMAND = (sys.executable, "-m", CHILD)


class Scanning(Protocol):
    """A scan that runs."""

    def stop(self) -> None:
        """Ask it to end at a safe point."""

    def kill(self) -> None:
        """End it at once."""


Ended = Callable[[Outcome], None]
Launch = Callable[[Job, Ended], Scanning]


class Process:
    """A scan in a process of its own; *ended* is called in a thread of its own."""

    def __init__(self, job: Job, ended: Ended, command: tuple[str, ...] = COMMAND) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)  # noqa: S603 -- ours
        self._ended = ended
        threading.Thread(target=self._follow, args=(job.packed(),), name=f"scan-{job.name}", daemon=True).start()

    def _follow(self, job: bytes) -> None:
        process = self._process
        assert process.stdin  # noqa: S101 -- pipes were asked for
        assert process.stdout  # noqa: S101
        try:
            process.stdin.write(job)
            process.stdin.flush()
        except OSError:  # it died before it read its job
            pass
        said = process.stdout.read()
        code = process.wait()
        process.stdin.close()
        process.stdout.close()
        self._ended(outcome(said, code))

    def stop(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def forked(line: Connection) -> None:
    """Scan, in the process that was forked: there, and there only, the modules of a scan are loaded."""
    from scanner.daemon import child  # noqa: PLC0415

    child.forked(line)


class Nursery:
    """Starts scans by forking a process that has loaded what they need: a fortieth of the time that an interpreter takes.

    That process costs memory all the time, which is why only workers have one. ``modules``: what it loads beside the scanner.
    """

    def __init__(self, modules: Sequence[str], scan: Callable[[Connection], None] = forked) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([CHILD, *modules])
        self._scan = scan

    def open(self) -> None:
        """Load everything, so that the first scan does not wait for it."""
        first = self._context.Process(target=int)
        first.start()
        first.join()

    def __call__(self, job: Job, ended: Ended) -> Scanning:
        return Forked(self._context, self._scan, job, ended)


class Forked:
    """A scan in a process of its own; *ended* is called in a thread of its own."""

    def __init__(self, context: ForkServerContext, scan: Callable[[Connection], None], job: Job, ended: Ended) -> None:
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=scan, args=(theirs,))
        self._ended = ended
        with theirs, ExitStack() as undone:
            undone.callback(self._line.close)
            self._process.start()
            undone.pop_all()
        threading.Thread(target=self._follow, args=(job.packed(),), name=f"scan-{job.name}", daemon=True).start()

    def _follow(self, job: bytes) -> None:
        said = b""
        with suppress(OSError, EOFError):  # it died
            self._line.send_bytes(job)
            said = self._line.recv_bytes()
        self._process.join()
        self._line.close()
        self._ended(outcome(said, self._process.exitcode or 0))

    def stop(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def outcome(said: bytes, code: int) -> Outcome:
    """Return how a scan ended, by its last line or, where that is missing, by what became of its process."""
    try:
        return Outcome.unpacked(said.splitlines()[-1])
    except (IndexError, ValueError):
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        return Outcome(FAILED, f"the process that scanned ended {how}")
