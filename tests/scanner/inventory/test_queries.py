"""What the commands ask: filtered, sorted and alike on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from scanner.inventory import queries
from scanner.inventory.rows import LedgerRow, ScoreRow
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from scanner.model import Severity, SnapshotStatus, failed
from tests.cases import DENIED
from tests.scanner.inventory.build import NORTH, ONE, SHUT, SOUTH, TWO, box, day, lid, look, made, refused

WORST = made("test.box.worst", lambda box: failed("always"), severity=Severity.CRITICAL)
LEAST = made("test.box.least", lambda box: failed("always"), severity=Severity.LOW)


def settle(begun: Writing) -> None:
    begun.scores(
        [
            ScoreRow("", NORTH, "aws.s3", "data", "test.box.shut", "high", "customer", 1, 1, 0, 0, 6.0, 6.0, 3.0),
            ScoreRow("", SOUTH, "aws.s3", "data", "test.box.shut", "high", "customer", 0, 2, 0, 0, 5.0, 5.0, 0.0),
            ScoreRow("", NORTH, "aws.sqs", "access", "test.lid.shut", "low", "shared", 3, 0, 1, 0, 2.0, 1.5, 1.5),
        ]
    )
    begun.ledger([LedgerRow("aws.s3", "abstracted", area, "customer", "assessed") for area in ("data", "access")])


@pytest.fixture
def known(store: Store) -> Store:
    """Two accounts: one with an open box in the north and one in the south, one that could not be looked at."""
    open = [box("b_1", NORTH, item={"Is": "open"}), box("b%2", SOUTH, item={"Is": "open"}), lid("l1")]
    look(store, *open, box("b*3", tags={"team": "a"}), on=1, checks=[LEAST, SHUT, WORST], then=settle)
    look(store, refused(), box("other", policy=DENIED), account=TWO, on=2, checks=[SHUT])
    return store


def ids(rows: Any, name: str = "resource_id") -> list[Any]:
    return [row[name] for row in rows]


NARROWED: list[tuple[Mapping[str, Sequence[str]], int]] = [
    ({}, 4),
    ({"account_id": ["1"]}, 3),
    ({"account_id": ["1", "2"]}, 4),
    ({"region": ["south"], "account_id": ["1"]}, 1),
    ({"severity": ["critical"]}, 0),
    ({"status": ["pass"]}, 2),
    ({"check_id": ["test.lid.*"]}, 0),
    ({"check_id": ["test.box.shu_"]}, 0),
    ({"check_id": ["*%*"]}, 0),
    ({"resource_id": ["b_1"]}, 1),
    ({"resource_id": ["b_*"]}, 1),
    ({"resource_id": ["b%*"]}, 1),
    ({"resource_id": ["b*"]}, 3),
    ({"resource_id": ["B*"]}, 0),
    ({"reason": ["it is open"]}, 2),
    ({"owner": ["customer"]}, 4),
    ({"owner": []}, 4),
    ({"region": ["' OR '1' = '1"]}, 0),
]


class TestFilters:
    def test_narrow_findings(self, known: Store) -> None:
        for filters, found in NARROWED:
            only_shut = {"check_id": ["test.box.shut"], **filters}
            assert len(list(queries.findings(known, only_shut))) == found, filters

    def test_narrow_resources(self, known: Store) -> None:
        assert ids(queries.resources(known, {"resource_type": ["test.lid"]})) == ["l1"]
        assert ids(queries.resources(known, {"service": ["aws.s3"], "account_id": ["2"]})) == ["other"]


class TestFindings:
    def test_come_worst_first(self, known: Store) -> None:
        rows = queries.findings(known, {"resource_id": ["b_1"]})
        assert ids(rows, "severity") == ["critical", "high", "low"]

    def test_have_times_and_documents(self, known: Store) -> None:
        (row,) = queries.findings(known, {"resource_id": ["b_1"], "check_id": ["test.box.shut"]})
        assert (row["opened_at"], row["evidence"]) == (day(1), {"item.Is": "open"})
        assert isinstance(row["last_seen_at"], datetime)

    def test_need_not_be_read_to_their_end(self, known: Store) -> None:
        rows = queries.findings(known, {})
        assert next(rows)
        rows.close()  # type: ignore[attr-defined]


class TestResources:
    def test_come_by_type_region_and_id_with_tags(self, known: Store) -> None:
        rows = list(queries.resources(known, {"account_id": ["1"]}))
        assert ids(rows) == ["b*3", "b_1", "b%2", "l1"]
        assert rows[0]["tags"] == {"team": "a"}


class TestGaps:
    def test_come_with_those_first_that_hide_most(self, known: Store) -> None:
        rows = list(queries.gaps(known))
        assert ids(rows, "operation") == ["List:test.box", "Operation"]

    def test_are_summed_by_the_permission_that_is_missing(self, known: Store) -> None:
        look(known, refused(), refused(region=SOUTH), on=3)
        first, *_ = queries.permissions_missing(known, {}, 1)
        assert (first["permission"], first["accounts"], first["regions"]) == ("test:List:test.box", 2, 2)


class TestSnapshots:
    def test_come_latest_first(self, known: Store) -> None:
        known.record(ONE, SnapshotStatus.FAILED, day(3), day(3), note="no entry")
        rows = list(queries.snapshots(known))
        assert [(row["snapshot_id"], row["status"], row["note"]) for row in rows] == [
            (3, "failed", "no entry"),
            (2, "partial", ""),
            (1, "complete", ""),
        ]
        assert rows[0]["started_at"] == day(3)

    def test_of_one_account(self, known: Store) -> None:
        assert ids(queries.snapshots(known, {"account_id": ["2"]}), "snapshot_id") == [2]


SLICES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("account_id", [("1", 13.0, 4.5, 3)]),
    ("service", [("aws.s3", 11.0, 3.0, 3), ("aws.sqs", 2.0, 1.5, 0)]),
    ("area", [("access", 2.0, 1.5, 0), ("data", 11.0, 3.0, 3)]),
    ("region", [("north", 8.0, 4.5, 1), ("south", 5.0, 0.0, 2)]),
    ("severity", [("high", 11.0, 3.0, 3), ("low", 2.0, 1.5, 0)]),
    ("check_id", [("test.box.shut", 11.0, 3.0, 3), ("test.lid.shut", 2.0, 1.5, 0)]),
]


class TestScores:
    def test_sum_by_a_column(self, known: Store) -> None:
        for by, slices in SLICES:
            rows = queries.triples(known, by)
            assert [(row["slice"], row["expected"], row["earned"], row["failed"]) for row in rows] == slices

    def test_sum_by_no_other(self, known: Store) -> None:
        for by in ("expected", "1; DROP TABLE score"):
            with pytest.raises(ValueError, match=by):
                list(queries.triples(known, by))

    def test_tell_which_checks_cost_most(self, known: Store) -> None:
        (row,) = queries.heaviest(known, {}, 5)
        assert (row["check_id"], row["failed"], row["lost"]) == ("test.box.shut", 3, 8.0)

    def test_tell_at_which_severities_something_fails(self, known: Store) -> None:
        assert queries.failing(known, {}) == {"high"}


def test_the_ledger_comes_by_service_and_area(known: Store) -> None:
    assert ids(queries.ledger(known), "area") == ["access", "data"]
    assert ids(queries.ledger(known, {"area": ["data"]}), "area") == ["data"]
