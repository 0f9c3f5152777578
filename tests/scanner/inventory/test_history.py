"""The past: between two looks, and in the life of one resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from scanner.inventory import history
from scanner.inventory.compare import Field
from scanner.inventory.errors import InventoryError
from scanner.inventory.moments import Span, moment, spans
from scanner.inventory.rows import ScoreRow
from scanner.inventory.store import Store
from scanner.inventory.writing import Writing
from tests.cases import DENIED as UNREAD
from tests.scanner.inventory.build import NORTH, ONE, SHUT, TWO, box, day, look, refused

OPEN, CLOSED = {"Is": "open"}, {"Is": "shut"}


def span(store: Store, a: str = "previous", b: str = "latest", now: int = 30, accounts: Sequence[str] = ()) -> Span:
    with store.reading() as connection:
        (found,) = spans(connection, a, b, day(now), accounts)
    return found


def between(store: Store, a: str = "previous", b: str = "latest") -> list[tuple[str, str, list[Field]]]:
    asked = span(store, a, b)
    with store.reading() as connection:
        return [(row["change"], row["resource_id"], row["fields"]) for row in history.resources(connection, asked)]


def test_what_was_added_changed_and_removed(store: Store) -> None:
    look(store, box("b1", item=CLOSED), box("b2"), on=1)
    look(store, box("b1", item=OPEN), box("b3"), on=2)
    assert between(store) == [
        ("changed", "b1", [Field("item.Is", "shut", "open")]),
        ("removed", "b2", []),
        ("added", "b3", []),
    ]


def test_a_change_that_was_taken_back_is_none(store: Store) -> None:
    look(store, box("b1", item=CLOSED), on=1)
    look(store, box("b1", item=OPEN), box("b2"), on=2)
    look(store, box("b1", item=CLOSED), on=3)
    assert between(store, "1", "3") == []
    assert [change for change, _, _ in between(store, "2", "3")] == ["changed", "removed"]


def test_what_could_not_be_read_did_not_change(store: Store) -> None:
    look(store, box("b1", policy={"open": True}), box("b2"), on=1)
    look(store, box("b1", policy=UNREAD), box("b2"), on=2)
    look(store, refused(), on=3)
    assert between(store, "1", "3") == []


def test_everything_is_new_in_the_first_look(store: Store) -> None:
    look(store, box("b1"), on=1)
    with store.reading() as connection:
        first = spans(connection, "previous", "latest", day(30))[0]
        assert first.before.snapshot == 0
        assert [row["change"] for row in history.resources(connection, first)] == ["added"]


def test_other_accounts_do_not_mix_in(store: Store) -> None:
    look(store, box("b1", item=CLOSED), on=1)
    look(store, box("b1", item=CLOSED), on=2, account=TWO)
    look(store, box("b1", item=OPEN), on=3)
    look(store, box("b9"), on=4, account=TWO)
    with store.reading() as connection:
        found = {each.after.account_id: each for each in spans(connection, "previous", "latest", day(30))}
        changes = {
            name: [(row["change"], row["resource_id"]) for row in history.resources(connection, each)]
            for name, each in found.items()
        }
    assert changes == {"1": [("changed", "b1")], "2": [("removed", "b1"), ("added", "b9")]}


def test_turns_of_findings_between_two_looks(store: Store) -> None:
    for number, state in enumerate((OPEN, CLOSED, OPEN), 1):
        look(store, box("b1", item=state), on=number, checks=[SHUT])
    with store.reading() as connection:
        told = [
            [(row["event"], row["cause"], row["check_id"]) for row in history.findings(connection, span(store, *pair))]
            for pair in (("1", "2"), ("2", "3"), ("1", "3"))
        ]
    resolved, reopened = ("resolved", "passed", SHUT.id), ("reopened", "failed", SHUT.id)
    assert told == [[resolved], [reopened], [resolved, reopened]]


def scored(passed: int, unknown: int) -> Any:
    def write(begun: Writing) -> None:
        due = passed + unknown
        row = ("", NORTH, "aws.s3", "data", SHUT.id, "high", "customer", passed, 0, unknown, 0, 5.0, 5.0 * passed / due, 0.0)
        begun.scores([ScoreRow(*row)])

    return write


def test_scores_that_moved(store: Store) -> None:
    look(store, box("b1"), on=1, then=scored(2, 0))
    look(store, box("b1"), on=2, then=scored(1, 1))
    look(store, box("b1"), on=3, then=scored(1, 1))
    with store.reading() as connection:
        (row,) = history.scores(connection, span(store, "1", "2"), "area")
        assert (row["area"], row["before"]["known"], row["after"]["known"]) == ("data", 5.0, 2.5)
        assert list(history.scores(connection, span(store, "2", "3"), "check_id")) == []
        before, after = history.totals(connection, span(store, "1", "2"))
    assert (before["passed"], after["passed"], after["unknown"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("a", "b", "snapshots"),
    [
        ("previous", "latest", (2, 3)),
        ("1", "3", (1, 3)),
        ("2026-01-02", "latest", (1, 3)),
        ("2026-01-03", "2026-01-04", (2, 3)),
        ("2026-01-03T11:00", "latest", (1, 3)),
        ("2025-12-31", "latest", (0, 3)),
        ("yesterday", "today", (2, 3)),
        ("1d", "latest", (2, 3)),
        ("48h", "latest", (1, 3)),
        ("1w", "latest", (0, 3)),
    ],
)
def test_looks_are_named_by_number_date_or_words(store: Store, a: str, b: str, snapshots: tuple[int, int]) -> None:
    for number in (1, 2, 3):
        look(store, box("b1"), on=number)
    asked = span(store, a, b, now=3)
    assert (asked.before.snapshot, asked.after.snapshot) == snapshots


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("tomorrow", "latest", "'tomorrow' names no look"),
        ("9", "latest", "no whole snapshot 9"),
        ("3", "1", "3 is later than 1"),
        ("1", "2", "different accounts"),
    ],
)
def test_looks_that_are_none(store: Store, a: str, b: str, said: str) -> None:
    look(store, box("b1"), on=1)
    look(store, box("b1"), on=2, account=TWO)
    look(store, box("b1"), on=3)
    with store.reading() as connection, pytest.raises(InventoryError, match=said):
        spans(connection, a, b, day(30))


def test_a_date_counts_to_its_end() -> None:
    assert moment("2026-01-05", day(9)) > day(4)
    assert moment("2026-01-05", day(9)) < day(5)


def test_the_life_of_one_resource(store: Store) -> None:
    look(store, box("b1", item=CLOSED), on=1, checks=[SHUT])
    look(store, box("b1", item=OPEN), on=2, checks=[SHUT])
    look(store, on=3, checks=[SHUT])
    look(store, box("b1", item=OPEN, policy=UNREAD), on=4, checks=[SHUT])
    with store.reading() as connection:
        row = history.find(connection, "b1")
        told = list(history.versions(connection, row["pk"]))
        turns = [(each["event"], each["cause"]) for each in history.turns(connection, row["pk"])]
        unread = history.unread(connection, row["pk"])
    assert [(each["change"], each["from_at"], each["to_at"]) for each in told] == [
        ("appeared", day(1), day(2)),
        ("changed", day(2), day(3)),
        ("appeared", day(4), None),
    ]
    assert told[1]["fields"] == [Field("item.Is", "shut", "open")]
    assert turns == [("opened", "failed"), ("resolved", "gone"), ("reopened", "failed")]
    assert [(each["fact"], each["since"]) for each in unread] == [("policy", day(4))]


def test_a_long_life_is_told_part_by_part(store: Store) -> None:
    for number in range(1, 8):
        look(store, box("b1", item=CLOSED if number % 2 else OPEN), on=number, checks=[SHUT])
    with store.reading() as connection:
        pk = history.find(connection, "b1")["pk"]
        for part, whole in ((history.newest, list(history.versions(connection, pk))), (history.last_turns, None)):
            every: list[Any] = whole or history.turns(connection, pk)
            told: list[Any] = []
            rows, before = part(connection, pk, 3)
            while before is not None:
                assert len(rows) == 3
                told = rows + told
                rows, before = part(connection, pk, 3, before)
            assert rows + told == every
            assert part(connection, pk, len(every)) == (every, None)
        assert history.newest(connection, pk, 3, 1) == ([], None)


def test_a_resource_is_found_by_id_name_or_end_of_its_id(store: Store) -> None:
    look(store, box("arn:x:box/b1"), box("arn:x:box/b2"), on=1)
    with store.reading() as connection:
        assert history.find(connection, "arn:x:box/b1")["resource_id"] == "arn:x:box/b1"
        assert history.find(connection, "/b2")["resource_id"] == "arn:x:box/b2"
        for said, match in (("box/b", "no resource"), ("%", "no resource"), ("' OR 1=1 --", "no resource")):
            with pytest.raises(InventoryError, match=match):
                history.find(connection, said)


def test_a_name_of_two_resources_asks_for_the_whole_id(store: Store) -> None:
    look(store, box("b1"), on=1)
    look(store, box("b1"), on=2, account=TWO)
    with store.reading() as connection, pytest.raises(InventoryError, match="several resources"):
        history.find(connection, "b1")
    assert ONE != TWO
