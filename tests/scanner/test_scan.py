"""Scans over the wire: what is reported when all is well, and what is never reported when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config, Settings
from scanner.evaluation.registry import installed
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Event, SnapshotStatus
from scanner.provider import Collector, ConnectError
from scanner.scan import InterruptedScanError, Scanned, scan
from simulators.aws import Fault, SimulatedAws
from tests.conftest import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/demarc-read"
SERVICES = ("iam", "s3", "sqs")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "demarc.db")) as opened:
        yield opened


def look(store: Store, *services: str, watch: Any = None, **options: Any) -> Scanned:
    flags = {"role_arn": ROLE, "attempts": 1, **options}
    (target,) = Config(Settings()).targets("aws", flags, regions=["eu-west-1"], services=services or SERVICES)
    (scanned,) = scan(lambda: store, target, installed("aws"), watch or (lambda _event, _collector: None))
    return scanned


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in queries.sql(store, query)]


def test_a_whole_scan_finds_good_and_bad(aws: SimulatedAws, store: Store) -> None:
    scanned = look(store)
    assert scanned.status is SnapshotStatus.COMPLETE, ask(store, "SELECT operation, code FROM blind_spots")
    assert ask(store, "SELECT count(*) FROM current_resources WHERE resource_type = 'aws.s3.bucket'") == [(4,)]
    judged = dict(
        ask(store, "SELECT status, count(*) FROM findings WHERE check_id LIKE 'aws.sqs.queue.encrypted' GROUP BY status")
    )
    assert judged == {"pass": 1, "fail": 1}
    assert not aws.unanswered


def test_a_second_scan_changes_nothing(aws: SimulatedAws, store: Store) -> None:
    look(store)
    again = look(store)
    assert (again.applied.added, again.applied.changed, again.applied.removed) == (0, 0, 0)
    assert again.applied.unchanged == again.resources
    assert ask(store, "SELECT count(*) FROM resource_version WHERE valid_to IS NOT NULL") == [(0,)]


def test_the_collector_counts_what_the_wire_sees(aws: SimulatedAws, store: Store) -> None:
    scanned = look(store, "sqs")
    sent = {name.split(":")[1]: number for name, number in scanned.calls.items()}
    seen = {name.split(":")[1]: number for name, number in aws.calls.items()}
    seen.pop("AssumeRole")
    assert sent == seen


FAULTS = ["denied", "throttled", "error", "expired", "cut", "truncated", "malformed", "empty"]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_listing_that_fails_is_a_gap_and_closes_nothing(aws: SimulatedAws, store: Store, kind: Any) -> None:
    look(store, "sqs")
    before = ask(store, "SELECT finding_id, opened_at, resolved_at FROM findings ORDER BY 1")
    aws.fault(Fault("sqs:ListQueues", kind))
    assert look(store, "sqs").status is SnapshotStatus.PARTIAL
    assert ask(store, "SELECT count(*) FROM current_resources") == [(2,)]
    assert ask(store, "SELECT DISTINCT status FROM findings") == [("unknown",)]
    assert ask(store, "SELECT finding_id, opened_at, resolved_at FROM findings ORDER BY 1") == before
    aws.clear()
    assert look(store, "sqs").applied.changed == 0
    assert ask(store, "SELECT count(*) FROM finding_history WHERE event <> 'opened'") == [(0,)]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fact_that_fails_is_unknown_and_keeps_its_value(aws: SimulatedAws, store: Store, kind: Any) -> None:
    look(store, "sqs")
    aws.fault(Fault("sqs:GetQueueAttributes", kind))
    scanned = look(store, "sqs")
    assert (scanned.status, scanned.applied.changed) == (SnapshotStatus.PARTIAL, 0)
    checked = "SELECT DISTINCT status FROM findings WHERE check_id = 'aws.sqs.queue.encrypted'"
    assert ask(store, checked) == [("unknown",)]


def test_an_unknown_finding_names_the_permission_that_is_missing(aws: SimulatedAws, store: Store) -> None:
    aws.fault(Fault("sqs:GetQueueAttributes", "denied"))
    look(store, "sqs")
    query = "SELECT DISTINCT permission FROM findings WHERE check_id = 'aws.sqs.queue.encrypted'"
    assert ask(store, query) == [("sqs:GetQueueAttributes",)]


def test_losing_rights_never_raises_the_score(aws: SimulatedAws, store: Store) -> None:
    total = "SELECT sum(earned) / sum(expected), sum(expected) FROM scores WHERE latest = 1"
    look(store)
    ((floor, expected),) = ask(store, total)
    aws.fault(Fault("iam:*", "denied"))
    look(store)
    ((less, still),) = ask(store, total)
    assert less < floor
    assert still >= expected, "a listing that was refused is due at least once a check"


def test_one_failing_service_leaves_the_others_alone(aws: SimulatedAws, store: Store) -> None:
    aws.fault(Fault("s3:*", "error"))
    look(store)
    known = dict(ask(store, "SELECT resource_type, count(*) FROM current_resources GROUP BY resource_type"))
    assert known["aws.sqs.queue"] == 2
    assert known["aws.iam.user"] == 4


def test_a_connection_cut_between_pages_keeps_what_was_read(aws: SimulatedAws, store: Store) -> None:
    aws.fault(Fault("resourcegroupstaggingapi:GetResources", "denied"))
    aws.fault(Fault("sqs:ListQueueTags", "cut", times=1))
    look(store, "sqs")
    assert ask(store, "SELECT count(*) FROM gap") == [(1,)]


def test_an_interrupted_scan_writes_one_row_and_nothing_else(aws: SimulatedAws, store: Store) -> None:
    look(store, "sqs")
    before = ask(store, "SELECT * FROM findings ORDER BY 1")

    def stop(_event: Event, _collector: Collector) -> None:
        raise KeyboardInterrupt

    with pytest.raises(InterruptedScanError):
        look(store, "sqs", watch=stop)
    assert ask(store, "SELECT status FROM snapshot ORDER BY pk") == [("complete",), ("interrupted",)]
    assert ask(store, "SELECT * FROM findings ORDER BY 1") == before


def test_a_spent_budget_is_a_gap(aws: SimulatedAws, store: Store) -> None:
    assert look(store, "sqs", max_calls=3).status is SnapshotStatus.PARTIAL
    assert ask(store, "SELECT DISTINCT code FROM gap") == [("SpentError",)]


@pytest.mark.parametrize(
    ("options", "fault", "said"),
    [
        ({"profile": "nobody"}, None, "profile 'nobody' does not exist"),
        ({}, Fault("sts:AssumeRole", "denied"), "cannot be assumed"),
        ({}, Fault("sts:GetCallerIdentity", "expired"), "have expired"),
        ({"endpoint_url": "http://127.0.0.1:9"}, None, "cannot be reached"),
    ],
)
def test_who_cannot_enter_is_told_in_one_line(aws: SimulatedAws, store: Store, options: Any, fault: Any, said: str) -> None:
    if fault:
        aws.fault(fault)
    with pytest.raises(ConnectError, match=said) as told:
        look(store, "sqs", **options)
    assert "\n" not in str(told.value)
    assert ask(store, "SELECT count(*) FROM snapshot") == [(0,)]
