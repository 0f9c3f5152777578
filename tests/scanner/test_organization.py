"""A whole organization in one scan: an account each, and what none of them could show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config, Settings
from scanner.evaluation.registry import installed
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import SnapshotStatus
from scanner.scan import Scanned, scan
from simulators.gcp import Fault, SimulatedGcp


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "demarc.db")) as opened:
        yield opened


def look(store: Store, gcp: SimulatedGcp, **options: Any) -> dict[str, Scanned]:
    who = {"endpoint_url": gcp.endpoint, "credentials": str(gcp.credentials["service_account"])}
    flags = {**who, "organization": gcp.organization, **options}
    (target,) = Config(Settings()).targets("gcp", flags)
    scans = scan(lambda: store, target, installed("gcp"), lambda _event, _collector: None)
    return {each.account.id: each for each in scans}


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in queries.sql(store, query)]


def test_each_project_and_folder_is_an_account_with_its_parent(gcp: SimulatedGcp, store: Store) -> None:
    scans = look(store, gcp)
    assert {each.status for each in scans.values()} == {SnapshotStatus.COMPLETE}
    sent = {name: number for each in scans.values() for name, number in each.calls.items()}
    assert sent == {name: number for name, number in gcp.calls.items() if not name.startswith("token:")}
    parents = dict(ask(store, "SELECT account_id, parent FROM account"))
    assert parents[f"organizations/{gcp.organization}"] == ""
    assert all(parents[parent] is not None for parent in parents.values() if parent)
    assert ask(store, "SELECT count(*) FROM current_resources WHERE resource_type = 'gcp.project.project'") == [
        (sum("/" not in name for name in parents),)
    ]


def test_a_second_look_changes_nothing(gcp: SimulatedGcp, store: Store) -> None:
    look(store, gcp)
    again = look(store, gcp)
    assert {(each.applied.added, each.applied.changed, each.applied.removed) for each in again.values()} == {(0, 0, 0)}
    assert ask(store, "SELECT count(*) FROM resource_version WHERE valid_to IS NOT NULL") == [(0,)]


def test_policies_that_are_denied_make_unknown_and_close_nothing(gcp: SimulatedGcp, store: Store) -> None:
    look(store, gcp)
    floor = "SELECT sum(earned) / sum(expected) FROM scores WHERE latest = 1"
    ((before,),) = ask(store, floor)
    held = ask(store, "SELECT count(*) FROM current_resources")
    gcp.fault(Fault("IAM_POLICY", "denied"))
    scans = look(store, gcp)
    assert {each.status for each in scans.values()} == {SnapshotStatus.PARTIAL}
    assert ask(store, "SELECT count(*) FROM current_resources") == held
    assert ask(store, "SELECT count(*) FROM finding_history WHERE event <> 'opened'") == [(0,)]
    public = "SELECT DISTINCT status, permission FROM findings WHERE check_id = 'gcp.kms.crypto_key.not_public'"
    assert ask(store, public) == [("unknown", "cloudasset.assets.listIamPolicy")]
    assert ask(store, floor) < [(before,)]
