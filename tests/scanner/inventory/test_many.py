"""Many rows at once take a way of their own into the database (COPY, on PostgreSQL): what comes out is what went in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event

from scanner.inventory import filling
from scanner.inventory.store import Store
from scanner.inventory.tables import resource
from scanner.model import Resource
from tests.cases import DENIED
from tests.scanner.inventory.build import NORTH, SHUT, SOUTH, ask, box, boxes, look

NUMBER = filling.FEW + 150
ODD = ("plain", "tab\there", "line\nbreak", "back\\slash", "\\N", "quote'\"", "ümlaut €", "a,b;c", "", "{}")


def state(number: int) -> str:
    return "open" if number % 3 == 0 else "shut"


def item(number: int) -> dict[str, object]:
    return {"Is": state(number), "Says": ODD[number % len(ODD)], ODD[number % len(ODD)]: [number, None, 0.5, True]}


def whole(says: Callable[[int], dict[str, object]] = item) -> list[Resource]:
    return [box(f"b{number}-{ODD[number % len(ODD)]}", item=says(number)) for number in range(NUMBER)]


def test_many_resources_come_out_as_they_went_in(store: Store) -> None:
    assert look(store, *whole()).applied.added == NUMBER
    assert boxes(store) == {f"b{number}-{ODD[number % len(ODD)]}": {"item": item(number)} for number in range(NUMBER)}


def test_listings_that_come_mixed_lie_apart(store: Store) -> None:
    mixed = [
        box(f"b{number}", (NORTH, SOUTH)[number % 2], policy=DENIED if number % 5 == 0 else None) for number in range(NUMBER)
    ]
    look(store, *mixed, checks=[SHUT])
    placed = ask(store, "SELECT region, resource_id, unread IS NULL AS read FROM current_resources ORDER BY resource_pk")
    assert [(region, id, bool(read)) for region, id, read in placed] == [
        (each.region, each.id, "policy" not in each.facts or each.facts["policy"] != DENIED)
        for each in sorted(mixed, key=lambda each: each.region)
    ]
    assert ask(store, "SELECT count(*) FROM findings") == [(NUMBER,)]


def test_many_unchanged_resources_are_not_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    look(store, *whole(), checks=[SHUT])
    before = ask(store, "SELECT * FROM findings ORDER BY finding_id")
    written: list[str] = []
    filled: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: written.append(given[2]))
    monkeypatch.setattr(filling, "stream", lambda _connection, table, *_: filled.append(table.name))
    applied = look(store, *whole(), on=2, checks=[SHUT]).applied
    assert (applied.added, applied.changed, applied.unchanged) == (0, 0, NUMBER)
    tables = [statement.split()[2] for statement in written if statement.startswith("INSERT")]
    assert not {"resource", "resource_version", "finding", "finding_event"} & {*tables, *filled}
    assert ask(store, "SELECT count(*) FROM resource_version") == [(NUMBER,)]
    again = ask(store, "SELECT * FROM findings ORDER BY finding_id")
    assert [row[0] for row in again] == [row[0] for row in before]


def test_many_findings_have_a_life_from_the_start(store: Store) -> None:
    look(store, *whole(), checks=[SHUT])
    bad = sum(state(number) == "open" for number in range(NUMBER))
    assert ask(store, "SELECT status, count(*) FROM findings GROUP BY status ORDER BY status") == [
        ("fail", bad),
        ("pass", NUMBER - bad),
    ]
    assert ask(store, "SELECT event, count(*) FROM finding_history GROUP BY event") == [("opened", bad)]
    look(store, *whole(lambda number: {**item(number), "Is": "shut"}), on=2, checks=[SHUT])
    assert ask(store, "SELECT status, count(*) FROM findings GROUP BY status") == [("pass", NUMBER)]
    turns = "SELECT event, count(*) FROM finding_history GROUP BY event ORDER BY event"
    assert ask(store, turns) == [("opened", bad), ("resolved", bad)]


def test_numbers_are_never_given_twice(store: Store) -> None:
    look(store, *whole())
    look(store, *whole(), box("one"), box("more"), on=2)
    with store.writing() as writing:
        connection = writing._connection
        taken = set(connection.execute(resource.select()).scalars())
        numbers = filling.reserve(connection, resource, 5)
    assert len(taken) == NUMBER + 2
    assert len(set(numbers)) == 5
    assert min(numbers) > max(taken)


def test_statistics_are_taken_after_many_changes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "MANY", NUMBER)
    sent = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: sent.append(given[2].split()[0]))
    look(store, *whole())
    assert ("ANALYZE" in sent) is (store.engine.dialect.name == "postgresql")
    sent.clear()
    look(store, *whole(), on=2)
    assert "ANALYZE" not in sent
