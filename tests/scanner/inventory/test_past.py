"""A past look judged again: by what was there then, and by nothing that was only seen, or read, since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scanner.inventory import serial
from scanner.inventory.moments import looks
from scanner.inventory.serial import NOT_KEPT
from scanner.inventory.store import Store
from scanner.model import Inventory, Resource, UnreadError, Verdict, failed, passed, values_at
from scanner.scan import evaluate
from tests.cases import DENIED, resource
from tests.scanner.inventory.build import KINDS, SHUT, ask, box, day, listed, look, made, refused

KNOWN = list(KINDS.values())


def judged(store: Store, snapshot: int, judge: Callable[..., Verdict] | None = None) -> dict[str, tuple[str, str]]:
    """Return status and missing permission by resource, as of a snapshot."""
    check = made("test.box.asked", judge) if judge else SHUT
    with store.reading() as connection:
        (then,) = looks(connection, str(snapshot), day(99)).values()
    return {each.resource_id: (str(each.status), each.permission) for each in evaluate(store, then, [check], KNOWN)}


def test_what_was_there_is_judged_as_it_was(store: Store) -> None:
    look(store, box("a", item={"Is": "open"}), box("b"), on=1)
    look(store, box("a"), on=2)
    assert judged(store, 1) == {"a": ("fail", ""), "b": ("pass", "")}
    assert judged(store, 2) == {"a": ("pass", "")}


def test_nothing_is_written(store: Store) -> None:
    look(store, box("a", item={"Is": "open"}), on=1, checks=[SHUT])
    look(store, box("a"), on=2, checks=[SHUT])
    before = ask(store, "SELECT finding_id, status, opened_at, resolved_at FROM findings")
    judged(store, 1)
    assert ask(store, "SELECT finding_id, status, opened_at, resolved_at FROM findings") == before
    assert ask(store, "SELECT count(*) FROM snapshot") == [(2,)]


def test_what_was_denied_then_is_unknown_though_it_was_read_since(store: Store) -> None:
    def asked(thing: Resource) -> Verdict:
        return failed("so") if thing["policy"] else passed()

    look(store, box("a", policy=None), on=1)
    look(store, box("a", policy=DENIED), on=2)
    look(store, box("a", policy={"Open": True}), on=3)
    assert [judged(store, number, asked)["a"] for number in (1, 2, 3)] == [
        ("pass", ""),
        ("unknown", DENIED.permission),
        ("fail", ""),
    ]


def test_what_could_not_be_listed_then_is_unknown(store: Store) -> None:
    look(store, box("a"), on=1)
    look(store, *refused(), on=2)
    look(store, box("a"), on=3)
    assert [judged(store, number)["a"][0] for number in (1, 2, 3)] == ["pass", "unknown", "pass"]


def test_a_listing_that_was_refused_then_answers_no_question(store: Store) -> None:
    def alone(thing: Resource, inventory: Inventory) -> Verdict:
        return failed("so") if list(inventory.all("test.lid")) else passed()

    both = [("test.box", "north"), ("test.lid", "north")]
    look(store, box("a"), *refused("test.lid"), on=1, scopes=both[:1])
    look(store, box("a"), listed("test.lid"), on=2, scopes=both)
    assert [judged(store, number, alone)["a"][0] for number in (1, 2)] == ["unknown", "pass"]


class TestObservations:
    """Only the latest is kept: what it was at an earlier look, nobody can say."""

    def life(self, store: Store) -> None:
        look(store, box("a", item={"Opened": "monday"}, usage={"Times": 1}), on=1)
        look(store, box("a", item={"Opened": "tuesday"}, usage={"Times": 2}), on=2)

    @pytest.mark.parametrize(
        "read",
        [
            lambda thing: thing["item"].get("Opened") == "monday",
            lambda thing: not thing["item"]["Opened"],
            lambda thing: thing["usage"],
            lambda thing: thing["usage"]["Times"] > 1,
            lambda thing: (thing["usage"] or {}).get("Times"),
            lambda thing: values_at(thing, "usage.Times"),
        ],
    )
    def test_what_reads_them_is_unknown(self, store: Store, read: Callable[[Resource], Any]) -> None:
        def asked(thing: Resource) -> Verdict:
            return failed("so") if read(thing) else passed()

        self.life(store)
        assert judged(store, 1, asked)["a"][0] == "unknown"
        assert judged(store, 2, asked)["a"][0] != "unknown"

    def test_what_goes_on_into_them_is_unknown(self, store: Store) -> None:
        """Whoever enters dicts only, and takes anything else for nothing, is not told that there is nothing."""
        self.life(store)
        assert judged(store, 1, lambda thing: passed(str(values_at(thing, "item.Opened.At"))))["a"][0] == "unknown"

    def test_what_reads_others_is_not(self, store: Store) -> None:
        self.life(store)
        assert judged(store, 1) == {"a": ("pass", "")}


@pytest.mark.parametrize(
    ("path", "blank"),
    [
        ("item.Used", {"item": {"Keys": [{"Id": 1}], "Used": NOT_KEPT}}),
        ("item.Keys.Used", {"item": {"Keys": [{"Id": 1, "Used": NOT_KEPT}]}}),
        ("item.Keys.*", {"item": {"Keys": [NOT_KEPT]}}),
        ("item.Other.Used", {"item": {"Keys": [{"Id": 1}]}}),
        ("usage", {"item": {"Keys": [{"Id": 1}]}, "usage": NOT_KEPT}),
    ],
)
def test_what_is_not_kept_stands_wherever_it_may_have_been(path: str, blank: dict[str, Any]) -> None:
    assert repr(serial.blanked({"item": {"Keys": [{"Id": 1}]}}, [path])) == repr(blank)


@pytest.mark.parametrize(
    "ask_it",
    [bool, len, iter, hash, float, dict, lambda it: it == 1, lambda it: it.get("x"), lambda it: "x" in it, lambda it: it["x"]],
)
def test_what_is_not_kept_answers_nothing(ask_it: Callable[[Any], Any]) -> None:
    with pytest.raises(UnreadError):
        ask_it(NOT_KEPT)
    assert resource("test.box", "a", item=NOT_KEPT).id == "a"
