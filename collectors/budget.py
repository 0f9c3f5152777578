"""How much one scan may use of a provider's API, whoever the provider is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic


class SpentError(Exception):
    """The budget of calls or time is used up, or the scan was told to stop."""


class Pace:
    """Lets calls go one after the other, so many a second and no faster, from whichever threads. 0: as fast as they like."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = Lock()

    def wait(self, stopped: Event) -> None:
        """Return when the next call may go, or what calls was *stopped*."""
        if not self._between:
            return
        with self._lock:
            now = monotonic()
            at = max(now, self._next)
            self._next = at + self._between
        stopped.wait(at - now)


@dataclass
class Budget:
    """What one scan may use, and what it has used. Shared by all of its threads."""

    calls: int | None = None
    seconds: float | None = None
    used: Counter[str] = field(default_factory=Counter)
    stopped: Event = field(default_factory=Event)
    pace: Pace = field(default_factory=lambda: Pace(0))
    _started: float = field(default_factory=monotonic)
    _lock: Lock = field(default_factory=Lock)

    def take(self, operation: str) -> None:
        """Count a call that is about to be sent, a retry too. Raises :class:`SpentError` when it may not be."""
        with self._lock:
            self._check()
            self.used[operation] += 1
        self.pace.wait(self.stopped)

    def _check(self) -> None:
        if self.stopped.is_set():
            raise SpentError("the scan was stopped")
        if self.calls is not None and self.used.total() >= self.calls:
            raise SpentError(f"the budget of {self.calls} calls is used up")
        if self.seconds is not None and monotonic() - self._started > self.seconds:
            raise SpentError(f"the budget of {self.seconds:g} seconds is used up")

    def spent(self) -> dict[str, int]:
        """Return the calls sent so far, by operation."""
        with self._lock:
            return dict(self.used)
