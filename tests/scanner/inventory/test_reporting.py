"""What reports ask of an inventory: orders, counts, the newest looks, sums, and what changed between two looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scanner.evaluation.overlay import Acceptance
from scanner.inventory import reporting
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Account, Event, SnapshotStatus
from scanner.scan import settle
from tests.scanner.inventory.build import KINDS, ONE, SHUT, TWO, box, day, look, refused

OPEN = {"Is": "open"}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.scan.installed", lambda _provider: (SHUT,))


def scored(store: Store, *said: Event | Sequence[Event], on: int = 1, account: Account = ONE) -> None:
    def then(begun: Writing) -> None:
        settle(begun, "test", list(KINDS.values()))

    look(store, *said, on=on, account=account, checks=[SHUT], then=then)


def asked(store: Store, what: Any, *arguments: Any) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return list(what(connection, *arguments))


def test_findings_come_worst_first_or_by_account(store: Store) -> None:
    look(store, box("a", item=OPEN), box("b", "south"), checks=[SHUT])
    look(store, box("c"), account=TWO, checks=[SHUT])
    for order in reporting.ORDERS:
        rows = asked(store, reporting.findings, {}, order)
        assert [(row["account_id"], row["resource_id"]) for row in rows] == [("1", "a"), ("1", "b"), ("2", "c")]
    assert [row["resource_id"] for row in asked(store, reporting.findings, {"status": ["fail"]}, "worst first")] == ["a"]


def test_counts_tell_what_is_accepted_from_what_is_not(store: Store) -> None:
    look(store, box("a", item=OPEN), box("b", item=OPEN), box("c"), checks=[SHUT])
    said = Acceptance(check="*", owner="ann", reason="so", until=datetime.now(UTC) + timedelta(days=9), resource="a")
    store.say(said, datetime.now(UTC))
    assert asked(store, reporting.counts, ("provider", "status", "accepted"), {}) == [
        {"provider": "test", "status": "fail", "accepted": 0, "findings": 1},
        {"provider": "test", "status": "fail", "accepted": 1, "findings": 1},
        {"provider": "test", "status": "pass", "accepted": 0, "findings": 1},
    ]
    assert asked(store, reporting.counts, ("check_id",), {"status": ["pass"]}) == [{"check_id": SHUT.id, "findings": 1}]


def test_no_other_column_becomes_sql(store: Store) -> None:
    with pytest.raises(KeyError):
        asked(store, reporting.counts, ("1; DROP TABLE finding",), {})


def test_the_newest_look_at_each_account_however_it_ended(store: Store) -> None:
    look(store, box("a"), on=1)
    look(store, box("a"), on=2, account=TWO)
    store.record(ONE, SnapshotStatus.FAILED, day(3), day(3))
    rows = asked(store, reporting.looks, {})
    assert [(row["account_id"], row["status"], row["account_name"]) for row in rows] == [
        ("1", "failed", "One"),
        ("2", "complete", "Two"),
    ]
    assert rows[0]["started_at"] == day(3)
    assert [row["account_id"] for row in asked(store, reporting.looks, {"account_id": ["2"]})] == ["2"]


def test_sums_of_the_latest_scores(store: Store) -> None:
    scored(store, box("a", item=OPEN), box("b"))
    scored(store, box("a"), box("b"), on=2)
    (row,) = asked(store, reporting.sums, ("check_id", "severity"), {"status": ["fail"]})
    assert (row["check_id"], row["severity"], row["passed"], row["failed"], row["accepted"]) == (SHUT.id, "high", 2, 0, 0)
    assert row["expected"] == row["known"] == row["earned"] > 0


def test_cells_and_blind_spots(store: Store) -> None:
    scored(store, box("a", item=OPEN))
    scored(store, refused(), on=2)
    cells = {row["area"]: row["state"] for row in asked(store, reporting.cells, {"service": ["aws.s3"], "severity": ["high"]})}
    assert cells["data"] == "blind"
    (spot,) = asked(store, reporting.blind, {"account_id": ["1"], "area": ["encryption"]})
    assert (spot["reason"], spot["permission"]) == ("denied", "test:List:test.box")


class TestChanges:
    def test_there_are_none_at_the_first_look(self, store: Store) -> None:
        scored(store, box("a", item=OPEN))
        assert asked(store, reporting.changes, {}, NOW, 3) == []

    def test_say_what_turned_and_how_the_score_moved(self, store: Store) -> None:
        scored(store, box("a", item=OPEN), *(box(f"x{number}") for number in range(5)))
        scored(store, box("a"), *(box(f"x{number}", item=OPEN) for number in range(5)), on=2)
        (row,) = asked(store, reporting.changes, {}, NOW, 3)
        assert (row["account_id"], row["since"]) == ("1", day(1))
        assert row["turns"] == {"opened": 5, "reopened": 0, "resolved": 1}
        assert [each["event"] for each in row["worst"]] == ["opened"] * 3
        before, after = row["totals"]
        assert before["earned"] > after["earned"]

    def test_are_those_of_the_accounts_that_are_asked_for(self, store: Store) -> None:
        for account in (ONE, TWO):
            scored(store, box("a"), account=account)
            scored(store, box("a", item=OPEN), account=account, on=2)
        assert [row["account_id"] for row in asked(store, reporting.changes, {"account_id": ["2"]}, NOW, 3)] == ["2"]
