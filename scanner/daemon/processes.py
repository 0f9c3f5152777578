"""Starts the processes that scan, and tells when they ended and how."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from scanner.daemon.job import Job, Outcome
from scanner.inventory.slots import FAILED

COMMAND = (sys.executable, "-m", "scanner.daemon.child")


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


def outcome(said: bytes, code: int) -> Outcome:
    """Return how a scan ended, by its last line or, where that is missing, by what became of its process."""
    try:
        return Outcome.unpacked(said.splitlines()[-1])
    except (IndexError, ValueError):
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        return Outcome(FAILED, f"the process that scanned ended {how}")
