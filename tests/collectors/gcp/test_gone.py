"""What is not there any more, and what only cannot be seen: deletion is told of nothing but a hierarchy that was read whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.model import Account
from simulators.gcp import Fault, SimulatedGcp
from simulators.gcp.estate import CARELESS, ORGANIZATION, PRODUCTION, SANDBOX, SHOP, Estate, Node
from tests.collectors.gcp.scans import Scan, scanned
from tests.collectors.gcp.test_export import export


def without(gcp: SimulatedGcp, *nodes: Node) -> None:
    """Delete *nodes* with all that they hold."""
    keys = {node.key for node in nodes}
    gcp.estate.assets[:] = [each for each in gcp.estate.assets if keys.isdisjoint(each["ancestors"])]
    gcp.estate.nodes[:] = [each for each in gcp.estate.nodes if each.key not in keys]
    gcp.refresh()


def moved(gcp: SimulatedGcp, node: Node, to: Node) -> None:
    for asset in gcp.estate.assets:
        if asset["ancestors"][0] == node.key:
            asset["ancestors"] = [node.key, *to.ancestors]
    gcp.estate.nodes[:] = [replace(each, parent=to) if each is node else each for each in gcp.estate.nodes]
    gcp.refresh()


def gone(scan: Scan, known: Sequence[Account]) -> set[str]:
    return {each.id for each in scan.collector.gone(known)}


@pytest.fixture
def known(gcp: SimulatedGcp) -> Sequence[Account]:
    """Return the accounts as an earlier scan of the organization saw them."""
    return scanned(gcp).collector.accounts


def test_nothing_is_gone_while_nothing_changed(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    assert gone(scanned(gcp), known) == set()


def test_a_deleted_project_is_gone(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    without(gcp, CARELESS)
    assert gone(scanned(gcp), known) == {"shop-sandbox"}


def test_a_deleted_folder_is_gone_with_what_was_in_it(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    without(gcp, SANDBOX)
    assert gone(scanned(gcp), known) == {"shop-sandbox", SANDBOX.key}


def test_a_project_that_moved_within_the_scope_is_there(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    moved(gcp, CARELESS, SHOP)
    scan = scanned(gcp)
    assert gone(scan, known) == set()
    assert next(each.parent for each in scan.collector.accounts if each.id == "shop-sandbox") == SHOP.key


def test_a_project_that_moved_out_of_the_folder_is_gone_from_it(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    without(gcp, CARELESS)
    assert gone(scanned(gcp, folder=SANDBOX.number), known) == {"shop-sandbox"}
    assert gone(scanned(gcp, folder=PRODUCTION.number), known) == set()  # it never was there


def test_a_project_of_another_organization_was_never_here(gcp: SimulatedGcp) -> None:
    strange = [Account("gcp", "theirs", parent="folders/9"), Account("gcp", "folders/9", parent="organizations/9")]
    assert gone(scanned(gcp), [*strange, Account("gcp", "alone")]) == set()


def test_parents_that_go_in_circles_lead_nowhere(gcp: SimulatedGcp) -> None:
    circle = [Account("gcp", "folders/8", parent="folders/9"), Account("gcp", "folders/9", parent="folders/8")]
    assert gone(scanned(gcp), circle) == set()


def test_what_was_left_out_was_not_looked_for(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    without(gcp, CARELESS)
    assert gone(scanned(gcp, exclude_projects="shop-*"), known) == set()
    assert gone(scanned(gcp, exclude_projects=SANDBOX.key), known) == set()
    assert gone(scanned(gcp, include_projects="security-*"), known) == set()
    assert gone(scanned(gcp, include_projects="shop-*"), known) == {"shop-sandbox"}


def test_a_folder_that_cannot_be_seen_is_hidden_and_not_gone(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    gcp.estate.assets[:] = [each for each in gcp.estate.assets if not each["name"].endswith(SHOP.key)]
    gcp.refresh()
    scan = scanned(gcp)
    assert SHOP.key not in {each.id for each in scan.collector.accounts}
    assert gone(scan, known) == set()


def test_a_listing_that_broke_off_tells_of_nothing_that_is_gone(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    without(gcp, CARELESS)
    gcp.fault(Fault("RESOURCE", "denied", after=1))
    assert gone(scanned(gcp), known) == set()


def test_a_project_deleted_while_it_is_read_is_gone_the_next_time(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    now = gcp.estate
    later = Estate(now.now, [each for each in now.assets if CARELESS.key not in each["ancestors"]])
    later.nodes += [each for each in now.nodes if each is not CARELESS]
    first = scanned(gcp)
    gcp.changed(later)
    assert gone(first, known) == set()
    assert gone(scanned(gcp), known) == {"shop-sandbox"}


def test_the_organization_itself_is_never_gone(gcp: SimulatedGcp, known: Sequence[Account]) -> None:
    assert ORGANIZATION.key in {each.id for each in known}
    assert gone(scanned(gcp, folder=SHOP.number), known) == set()


def test_an_export_need_not_hold_all(gcp: SimulatedGcp, known: Sequence[Account], tmp_path: Path) -> None:
    without(gcp, CARELESS)
    assert gone(scanned(gcp, from_=str(export(gcp, tmp_path, ["RESOURCE"]))), known) == set()
