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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

import structlog

from scanner.config import Config, Target
from scanner.config import overlays as overlays_of
from scanner.daemon import logs, narrowing, tracing
from scanner.daemon.job import Job, Outcome
from scanner.errors import UserError
from scanner.evaluation.registry import Filter, include, installed
from scanner.inventory import announced, slots
from scanner.inventory.announced import CHANGES
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

    def __init__(self, job: Job, traces: tracing.Silent | None = None) -> None:
        self.job = job
        self.traces = traces or tracing.Silent()
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

        whole = target(config, slot.provider, slot.target, self.job.soft, self.job.pace)
        if slot.schedule != CHANGES:
            return scan(opened, whole, picked, self._watched)
        part = self._stale(opened(), whole)
        return scan(opened, part, picked, self._watched) if part else []

    def _stale(self, store: Careful, whole: Target) -> Target | None:
        """Return the part of an account in which something changed; ``None`` where there is nothing to look at."""
        stale = announced.take(store, self.job.claim, datetime.now(UTC))
        narrow = narrowing.narrowed(stale, whole)
        structlog.get_logger().info("changes", count=len(stale), what=narrowing.counted(stale))
        return replace(whole, regions=narrow.regions, services=narrow.services) if narrow else None

    def _watched(self, event: Event, collector: Collector) -> None:
        self.watch(event, collector)
        self.traces.event(event, collector)
        if self.store is not None:
            self.store.last = len(collector.accounts) == 1

    def _done(self, done: list[Scanned]) -> Outcome:
        """Tell what was written. Of several accounts, the run is done now; of one, it was when that was written."""
        self.watch.calls = max(self.watch.calls, *(sum(each.calls.values()) for each in done), 0)
        wrote: tuple[Any, ...] = tuple(
            {
                "provider": each.account.provider,
                "id": each.account.id,
                "snapshot": each.snapshot_id,
                "status": each.status.value,
            }
            for each in done
        )
        if self.store is None:
            return self._outcome(DONE, accounts=wrote)
        changed = self.job.claim.slot.schedule == CHANGES
        if changed and not wrote:  # nothing was to be looked at: the run is told to have found what is known
            wrote = tuple(slots.wrote(self.store, self.job.claim.slot))
        slots.end(self.store, self.job.claim, DONE, datetime.now(UTC), accounts=wrote)
        if changed:
            announced.done(self.store, self.job.claim, [each.snapshot_id for each in done])
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


def target(config: Config, provider: str, name: str, soft: float, pace: float = 0.0) -> Target:
    """Return what to scan. Providers that can end by themselves in time do so, with gaps for what they did not come to.

    Those that can send no more than *pace* calls a second do so, where the account itself asks for no less.
    """
    (found,) = config.targets(provider, {}, account=name)
    able = {each.name for each in fields(found.provider.options)}
    flags = {}
    if "max_seconds" in able and soft and not found.options.max_seconds:
        flags["max_seconds"] = soft
    if "calls_per_second" in able and pace and not 0 < found.options.calls_per_second <= pace:
        flags["calls_per_second"] = pace
    return config.targets(provider, flags, account=name)[0] if flags else found


def watch_daemon(gone: Callable[[], object]) -> None:
    """Wait for the end of the daemon, which *gone* returns at, and end with it."""
    gone()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(LAST_SECONDS)
    os._exit(1)


def main() -> None:
    """Scan what stdin says."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no outcome
    job = Job.unpacked(sys.stdin.buffer.readline())
    said = scanned(job, sys.stdin.buffer.read)
    with out:
        out.write(said)
    os._exit(0)  # threads of clients that still wait for a cloud must not hold it up


def forked(line: Connection) -> None:
    """Scan what a worker says through *line*, and end: a process that was forked from one that has everything loaded."""
    os.setsid()  # a terminal's signals are the worker's

    def gone() -> None:
        with suppress(EOFError, OSError):
            line.recv_bytes()

    said = scanned(Job.unpacked(line.recv_bytes()), gone)
    with suppress(OSError):  # the worker is gone
        line.send_bytes(said)
    os._exit(0)  # as above


def scanned(job: Job, gone: Callable[[], object]) -> bytes:
    """Scan, and return the outcome as it is handed back."""
    logs.configure(job.log)
    structlog.contextvars.bind_contextvars(scan=job.name)
    traces = _traces()
    if trace := traces.begin(job):
        structlog.contextvars.bind_contextvars(trace=trace)
    child = Child(job, traces)
    signal.signal(signal.SIGTERM, child.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the daemon decides
    threading.Thread(target=watch_daemon, args=(gone,), daemon=True).start()
    outcome = child.run()
    traces.end(outcome)
    return outcome.packed()


def _traces() -> tracing.Silent:
    """Return what traces the scan. That traces can't be had is no reason not to scan."""
    try:
        return tracing.tracing(os.environ)
    except UserError as error:
        structlog.get_logger().warning("there are no traces", error=str(error))
        return tracing.Silent()


if __name__ == "__main__":
    main()
