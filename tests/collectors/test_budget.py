"""How much one scan may use of a provider's API: calls, time, and calls a second."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic

import pytest

from collectors.budget import Budget, Pace, SpentError


def test_calls_go_no_faster_than_they_may_from_however_many_threads() -> None:
    budget = Budget(pace=Pace(100))

    def five() -> None:
        for _ in range(5):
            budget.take("a:List")

    began = monotonic()
    threads = [Thread(target=five) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert monotonic() - began >= 0.19
    assert budget.spent() == {"a:List": 20}


def test_without_a_pace_nothing_waits() -> None:
    Pace(0).wait(Event())
    assert Budget().spent() == {}


def test_what_waits_for_its_turn_ends_when_the_scan_is_stopped() -> None:
    budget = Budget(pace=Pace(0.01))
    budget.take("a:List")
    budget.stopped.set()
    budget.pace.wait(budget.stopped)
    with pytest.raises(SpentError, match="stopped"):
        budget.take("a:List")
