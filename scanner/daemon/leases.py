"""Which runs have lost their daemon: those that stopped counting, by the watcher's own steady clock.

No time of another machine, and no time of day, has a part in it: neither a clock that jumps nor two that differ can
end a run that lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.inventory.slots import Held


@dataclass(slots=True)
class Leases:
    """Watches runs of others. ``seconds``: for how long one may say nothing."""

    seconds: float
    _seen: dict[int, tuple[int, int, float]] = field(default_factory=dict)

    def forget(self) -> None:
        """Count anew from now on: the watcher saw nothing for a while, and what lives may have been as blind."""
        self._seen = {}

    def lost(self, running: Iterable[Held], now: float) -> Iterator[Held]:
        """Yield the runs that did not count on for longer than their lease. *now* is the reading of a steady clock."""
        seen = {}
        for each in running:
            attempt, beat, since = self._seen.get(each.pk, (each.attempt, each.beat, now))
            same = (attempt, beat) == (each.attempt, each.beat)
            seen[each.pk] = (each.attempt, each.beat, since if same else now)
            if same and now - since > self.seconds:
                yield each
        self._seen = seen
