"""The daemon says when what is known of versions has grown old."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from scanner.daemon import upkeep
from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan
from scanner.evaluation import lifecycle
from scanner.inventory.store import Store
from tests.scanner.daemon.test_upkeep import plan as plan  # noqa: PLC0414 -- the same configuration

NIGHT = datetime(2026, 3, 25, 4, 0, tzinfo=UTC)


def warned(store: Store, plan: Plan) -> list[str]:
    with capture_logs() as said:
        upkeep.prune(store, plan, "a", lambda: NIGHT, set())
    return [each["note"] for each in said if each["log_level"] == "warning"]


def test_old_lists_are_warned_of_once_a_night(store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "warning", lambda now: f"old by {now:%Y-%m-%d}")
    assert warned(store, plan) == [f"old by {NIGHT:%Y-%m-%d}"]
    assert warned(store, plan) == []


def test_nothing_is_said_while_they_are_good(store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "warning", lambda now: "")
    assert warned(store, plan) == []


@pytest.mark.parametrize("count", [0, 2])
def test_they_are_counted_for_prometheus(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def old(now: datetime) -> list[object]:
        assert now.tzinfo
        return [object()] * count

    monkeypatch.setattr(lifecycle, "old", old)
    assert f"demarc_support_lists_old {count}.0" in Metrics().text().decode()
