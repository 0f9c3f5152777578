"""One scan in a process of its own: ``python -m scanner.daemon.child``.

It reads its job from the first line of stdin, and writes its outcome as the last line of stdout. SIGTERM, and the end of
stdin, which is the daemon's, end it at a safe point: what is being read is not kept, what is being written is written.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from types import FrameType
from typing import IO, Any

import structlog

from scanner.config import Config, Target
from scanner.config import overlays as overlays_of
from scanner.daemon import logs
from scanner.daemon.job import Job, Outcome
from scanner.errors import UserError
from scanner.evaluation.registry import Filter, include, installed
from scanner.inventory import slots
from scanner.inventory.slots import DONE, FAILED, INTERRUPTED, LOST, Fenced, LostError
from scanner.inventory.writing import Writing
from scanner.model import Account, Event, Gap, Resource, Sketches, SnapshotStatus
from scanner.provider import Collector, ConnectError
from scanner.scan import InterruptedScanError, Scanned, scan

LAST_SECONDS = 30.0  # for what is being written, once the daemon is gone


class Careful(Fenced):
    """An inventory that begins no further snapshot once somebody wants the end. ``written``: the last one is there."""

    ending = False
    written = False

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        if self.ending:
            raise KeyboardInterrupt
        with super().writing() as writing:
            yield writing
        self.written = self.last


class Watch:
    """Counts what a scan meets."""

    def __init__(self) -> None:
        self.resources = 0
        self.gaps: Counter[str] = Counter()
        self.calls = 0

    def __call__(self, event: Event, collector: Collector) -> None:
        if isinstance(event, Resource):
            self.resources += 1
        elif isinstance(event, Sketches):
            self.resources += len(event)
        elif isinstance(event, Gap):
            self.gaps[event.reason.value] += 1
        self.calls = sum(collector.calls.values()) if not isinstance(event, Resource) else self.calls


class Child:
    """The scan of one job, and the handler of the signal that ends it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.watch = Watch()
        self.store: Careful | None = None
        self.ending = False

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End: at once, or after the snapshot that is being written; by itself, once that is the last. Once is enough."""
        if self.ending:
            return
        self.ending = True
        if self.store is not None:
            self.store.ending = True
            if self.store.busy or self.store.written:
                return
        raise KeyboardInterrupt

    def run(self) -> Outcome:
        """Scan, and tell how it ended. What a user can cause, or a cloud, raises nothing."""
        started = datetime.now(UTC)
        try:
            return self._done(self._scan())
        except LostError as error:
            return self._outcome(LOST, str(error))
        except (InterruptedScanError, KeyboardInterrupt) as error:
            return self._outcome(INTERRUPTED, str(error) or "interrupted before anything was read")
        except ConnectError as error:
            self._note(str(error), started)
            return self._outcome(FAILED, str(error))
        except UserError as error:
            return self._outcome(FAILED, str(error))
        finally:
            if self.store is not None:
                self.store.close()

    def _opened(self) -> Careful:
        store = Careful.open(self.job.config.settings.database)
        assert isinstance(store, Careful)  # noqa: S101 -- of a class method
        store.claim = self.job.claim
        store.ending = self.ending
        self.store = store
        return store

    def _scan(self) -> list[Scanned]:
        config = self.job.config
        chosen = config.settings
        slot = self.job.claim.slot
        include(chosen.custom_checks)
        picked = Filter(chosen.checks, chosen.exclude, chosen.min_severity).pick(installed(slot.provider))
        overlays = overlays_of(chosen.overlays)

        @cache
        def opened() -> Careful:
            store = self._opened()
            if overlays:
                store.synchronize(overlays, datetime.now(UTC))
            return store

        return scan(opened, target(config, slot.provider, slot.target, self.job.soft), picked, self._watched)

    def _watched(self, event: Event, collector: Collector) -> None:
        self.watch(event, collector)
        if self.store is not None:
            self.store.last = len(collector.accounts) == 1

    def _done(self, done: list[Scanned]) -> Outcome:
        """Tell what was written. Of several accounts, the run is done now; of one, it was when that was written."""
        self.watch.calls = max(self.watch.calls, *(sum(each.calls.values()) for each in done), 0)
        wrote = tuple(
            {
                "provider": each.account.provider,
                "id": each.account.id,
                "snapshot": each.snapshot_id,
                "status": each.status.value,
            }
            for each in done
        )
        if self.store is not None:
            slots.end(self.store, self.job.claim, DONE, datetime.now(UTC), accounts=wrote)
        return self._outcome(DONE, accounts=wrote)

    def _outcome(self, state: str, note: str = "", accounts: tuple[Any, ...] = ()) -> Outcome:
        return Outcome(state, note, accounts, self.watch.resources, self.watch.calls, dict(self.watch.gaps))

    def _note(self, why: str, started: datetime) -> None:
        """Leave a failed snapshot where it is known which account could not be entered."""
        try:
            store = self.store or self._opened()
            known = slots.wrote(store, self.job.claim.slot)
            if len(known) == 1:
                account = Account(known[0]["provider"], known[0]["id"])
                store.record(account, SnapshotStatus.FAILED, started, datetime.now(UTC), note=why)
        except UserError as error:
            structlog.get_logger().warning("the failure could not be noted", error=str(error))


def target(config: Config, provider: str, name: str, soft: float) -> Target:
    """Return what to scan. Providers that can end by themselves in time do so, with gaps for what they did not come to."""
    (found,) = config.targets(provider, {}, account=name)
    able = {each.name for each in fields(found.provider.options)}
    if "max_seconds" in able and soft and not found.options.max_seconds:
        (found,) = config.targets(provider, {"max_seconds": soft}, account=name)
    return found


def watch_daemon(line: IO[bytes]) -> None:
    """Wait for the end of the daemon, and end with it."""
    line.read()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(LAST_SECONDS)
    os._exit(1)


def main() -> None:
    """Scan what stdin says."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no outcome
    job = Job.unpacked(sys.stdin.buffer.readline())
    logs.configure(job.log)
    structlog.contextvars.bind_contextvars(scan=job.name)
    child = Child(job)
    signal.signal(signal.SIGTERM, child.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the daemon decides
    threading.Thread(target=watch_daemon, args=(sys.stdin.buffer,), daemon=True).start()
    outcome = child.run()
    with out:
        out.write(outcome.packed())
    os._exit(0)  # threads of clients that still wait for a cloud must not hold it up


if __name__ == "__main__":
    main()
