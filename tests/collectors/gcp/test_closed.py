"""What a scan of an organization does not find any more is closed: types that nobody described, and whole projects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.gcp import PROVIDER
from collectors.gcp.assemble import Assembler
from scanner.config import Target
from scanner.inventory.store import Store
from scanner.scan import Scanned, scan
from simulators.gcp import Fault, SimulatedGcp
from simulators.gcp.estate import CARELESS
from tests.collectors.gcp.scans import options

OPEN = "SELECT count(*) FROM current_resources WHERE account_id = 'shop-sandbox'"
PODS = "SELECT count(*) FROM current_resources WHERE resource_type = 'gcp.unknown.k8s_io_pod'"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "demarc.db")) as opened:
        yield opened


def scanned(gcp: SimulatedGcp, store: Store, **given: Any) -> list[Scanned]:
    target = Target(PROVIDER, options(gcp, **given), frozenset(), frozenset())
    return scan(lambda: store, target, [], lambda *_: None)


def asked(store: Store, query: str) -> Any:
    with store.reading() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def delete(gcp: SimulatedGcp) -> None:
    gcp.estate.assets[:] = [
        each
        for each in gcp.estate.assets
        if CARELESS.key not in each["ancestors"] and not each["assetType"].startswith("k8s.io/")
    ]
    gcp.estate.nodes[:] = [each for each in gcp.estate.nodes if each is not CARELESS]
    gcp.refresh()


def test_a_deleted_project_is_closed_with_all_it_held_and_says_so(gcp: SimulatedGcp, store: Store) -> None:
    scanned(gcp, store)
    assert asked(store, OPEN) > 50
    delete(gcp)
    last = scanned(gcp, store)[-1]
    assert (last.account.id, last.resources) == ("shop-sandbox", 0)
    assert asked(store, OPEN) == 0
    assert asked(store, f"SELECT note FROM snapshot WHERE pk = {last.snapshot_id}") == "no longer in organizations/111111111111"
    assert "shop-sandbox" not in {each.account.id for each in scanned(gcp, store)}  # that was all there was to close


def test_a_type_that_nobody_described_is_closed_when_none_of_it_is_left(gcp: SimulatedGcp, store: Store) -> None:
    scanned(gcp, store)
    assert asked(store, PODS) > 0
    delete(gcp)
    scanned(gcp, store)
    assert asked(store, PODS) == 0


@pytest.mark.parametrize("content", ["RESOURCE", "IAM_POLICY"])
def test_nothing_is_closed_where_a_listing_broke_off(gcp: SimulatedGcp, store: Store, content: str) -> None:
    scanned(gcp, store)
    before = asked(store, PODS)
    delete(gcp)
    gcp.fault(Fault(content, "denied", after=content == "RESOURCE"))
    scanned(gcp, store)
    assert asked(store, PODS) == before


def test_what_is_as_it_was_is_told_by_its_bytes(gcp: SimulatedGcp, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned(gcp, store)
    made: list[str] = []
    real = Assembler.facts

    def counted(assembler: Assembler, asset: Any, *given: Any) -> Any:
        made.append(asset.asset_type)
        return real(assembler, asset, *given)

    monkeypatch.setattr(Assembler, "facts", counted)
    again = scanned(gcp, store)
    assert sum(each.applied.unchanged for each in again) == sum(each.resources for each in again)
    # What hangs on other assets as well, and what is told by its policy alone.
    assert {each.partition("/")[0] for each in made} == {"cloudresourcemanager.googleapis.com", "iap.googleapis.com"}
