"""How much a scan may use of an API: never overdrawn, and over when it is told to stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from collectors.budget import Budget, SpentError


def test_it_is_never_overdrawn_however_many_threads_draw_on_it() -> None:
    budget = Budget(calls=500)

    def draw(number: int) -> None:
        for _ in range(200):
            with suppress(SpentError):
                budget.take(f"operation {number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(draw, range(8)))
    assert sum(budget.spent().values()) == 500


def test_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("collectors.budget.monotonic", lambda: now[0])
    budget = Budget(seconds=10, _started=0.0)
    budget.take("first")
    now[0] = 10.1
    with pytest.raises(SpentError, match="budget of 10 seconds"):
        budget.take("second")
    assert budget.spent() == {"first": 1}


def test_nothing_is_taken_once_it_is_stopped() -> None:
    budget = Budget()
    budget.stopped.set()
    with pytest.raises(SpentError, match="was stopped"):
        budget.take("anything")
    assert budget.spent() == {}
