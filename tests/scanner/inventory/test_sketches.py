"""What a collector can tell by a hash alone is made only where it is not as it was known."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scanner.inventory.store import Store
from scanner.model import Resource, Sketch, Sketches
from tests.scanner.inventory.build import BOX, NORTH, ONE, Looked, ask, box, boxes, look


class Collector:
    """Tells boxes by id and state, and notes which of them it had to make."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def page(self, *found: tuple[str, str], digests: Sequence[bytes] | None = None) -> Sketches:
        told = digests or [f"{id} {state}".encode().ljust(32, b".") for id, state in found]
        rows = [(ONE.id, BOX.type, NORTH, digest, each) for digest, each in zip(told, found, strict=True)]
        return Sketches(rows, self._make)

    def _make(self, sketch: Sketch) -> Resource:
        id, state = sketch[-1]
        self.made.append(id)
        return Resource(BOX.type, id, ONE.id, NORTH, box(id, item={"Is": state}).facts, id, NORTH)


@pytest.fixture
def collector() -> Collector:
    return Collector()


def counts(looked: Looked) -> tuple[int, int, int, int]:
    each = looked.applied
    return each.added, each.changed, each.removed, each.unchanged


def test_what_is_as_it_was_known_is_not_made(store: Store, collector: Collector) -> None:
    assert counts(look(store, collector.page(("b1", "shut"), ("b2", "shut")))) == (2, 0, 0, 0)
    collector.made.clear()
    assert counts(look(store, collector.page(("b1", "shut"), ("b2", "open")), on=2)) == (0, 1, 0, 1)
    assert collector.made == ["b2"]
    assert {id: facts["item"] for id, facts in boxes(store).items()} == {"b1": {"Is": "shut"}, "b2": {"Is": "open"}}


def test_what_is_not_told_any_more_is_closed(store: Store, collector: Collector) -> None:
    look(store, collector.page(("b1", "shut"), ("b2", "shut")))
    assert counts(look(store, collector.page(("b1", "shut")), on=2)) == (0, 0, 1, 1)
    assert list(boxes(store)) == ["b1"]


def test_what_came_back_is_made_again(store: Store, collector: Collector) -> None:
    look(store, collector.page(("b1", "shut")))
    look(store, on=2)
    assert counts(look(store, collector.page(("b1", "shut")), on=3)) == (1, 0, 0, 0)
    assert ask(store, "SELECT count(*) FROM resource_version") == [(2,)]


def test_without_a_digest_it_is_always_made_and_compared(store: Store, collector: Collector) -> None:
    look(store, collector.page(("b1", "shut"), digests=[b""]))
    assert counts(look(store, collector.page(("b1", "shut"), digests=[b""]), on=2)) == (0, 0, 0, 1)
    assert collector.made == ["b1", "b1"]


def test_a_new_digest_of_the_same_content_is_no_change_and_is_known_from_then_on(store: Store, collector: Collector) -> None:
    look(store, collector.page(("b1", "shut"), digests=[b"1" * 32]))
    for on in (2, 3):
        assert counts(look(store, collector.page(("b1", "shut"), digests=[b"2" * 32]), on=on)) == (0, 0, 0, 1)
    assert collector.made == ["b1", "b1"]
