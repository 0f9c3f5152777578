"""How much one scan may use of a provider's API, whoever the provider is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic


class SpentError(Exception):
    """The budget of calls or time is used up, or the scan was told to stop."""


@dataclass
class Budget:
    """What one scan may use, and what it has used. Shared by all of its threads."""

    calls: int | None = None
    seconds: float | None = None
    used: Counter[str] = field(default_factory=Counter)
    stopped: Event = field(default_factory=Event)
    _started: float = field(default_factory=monotonic)
    _lock: Lock = field(default_factory=Lock)

    def take(self, operation: str) -> None:
        """Count a call that is about to be sent, a retry too. Raises :class:`SpentError` when it may not be."""
        with self._lock:
            self._check()
            self.used[operation] += 1

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
