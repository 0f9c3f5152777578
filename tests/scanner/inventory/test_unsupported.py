"""Resources of types that nobody described are kept, and stand among the blind spots."""

from __future__ import annotations

from scanner.inventory.store import Store
from scanner.model import Present, Resource
from tests.scanner.inventory.build import NORTH, ask, box, listed, look


def strange(id: str) -> Resource:
    return Resource("test.unknown.pod", id, "1", NORTH, {"asset": Present({"Type": "k8s.io/Pod"})}, id)


def test_they_are_kept_and_counted_as_blind(store: Store) -> None:
    look(store, box("b1"), strange("p1"), strange("p2"), listed("test.unknown.pod"))
    assert ask(store, "SELECT resource_id FROM current_resources WHERE service = '' ORDER BY 1") == [("p1",), ("p2",)]
    spots = "SELECT resource_type, reason, resources, findings_affected FROM blind_spots"
    assert ask(store, spots) == [("test.unknown.pod", "unsupported", 2, 0)]


def test_and_close_as_any_other(store: Store) -> None:
    look(store, strange("p1"), strange("p2"), listed("test.unknown.pod"))
    look(store, strange("p1"), listed("test.unknown.pod"), on=2)
    assert ask(store, "SELECT resources FROM blind_spots") == [(1,)]
