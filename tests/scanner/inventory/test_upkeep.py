"""Whether an inventory is sound: what must never hold is found, and nothing else is complained of."""

from __future__ import annotations

import pytest

from scanner.inventory import upkeep
from scanner.inventory.store import Store
from tests.cases import DENIED
from tests.scanner.inventory.build import SHUT, box, listed, look, refused


@pytest.fixture
def lived(store: Store) -> Store:
    """An inventory in which everything has happened once."""
    look(store, box("a", item={"Is": "open"}), box("b", policy=DENIED), on=1, checks=[SHUT])
    look(store, box("a"), *refused(), on=2, checks=[SHUT])
    look(store, box("a", item={"Size": 2}), box("b", policy={"x": 1}), on=3, checks=[SHUT])
    look(store, listed(), on=4, checks=[SHUT])
    look(store, box("a", policy=DENIED), on=5, checks=[SHUT])
    return store


def problems(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(upkeep.problems(connection))


def test_a_life_leaves_nothing_to_complain_of(lived: Store) -> None:
    assert problems(lived) == []


@pytest.mark.parametrize(
    ("spoilt", "problem"),
    [
        ("UPDATE resource SET closed_at = NULL WHERE resource_id = 'b'", "has not just one current version: 1"),
        ("UPDATE resource SET closed_at = first_seen_at WHERE resource_id = 'a'", "gone has a current version: 1"),
        ("UPDATE resource_version SET valid_to = valid_from WHERE valid_to = 3", "ends before it begins"),
        ("UPDATE resource_version SET valid_to = 3 WHERE valid_to = 2", "versions of a resource hold at one time"),
        ("UPDATE listing SET valid_to = 4 WHERE valid_to = 2", "two states of one listing hold at one time: 1"),
        ("UPDATE finding SET status = 'pass' WHERE status IS NULL", "a verdict on a resource that is gone"),
        (
            "UPDATE gap SET valid_to = NULL WHERE valid_to = 3 AND resource_pk IS NOT NULL",
            "a gap is of a resource that is gone: 1",
        ),
        ("UPDATE about SET value = 'old'", "the views are those of another version"),
        ("UPDATE alembic_version SET version_num = '0001'", "the schema is 0001"),
    ],
)
def test_what_must_never_hold_is_found(lived: Store, spoilt: str, problem: str) -> None:
    with lived.changing() as connection:
        assert connection.exec_driver_sql(spoilt).rowcount
    assert [said for said in problems(lived) if problem in said], problems(lived)


def test_vacuum_keeps_everything(lived: Store) -> None:
    with lived.reading() as connection:
        before = upkeep.sizes(connection)
    with lived.alone() as connection:
        upkeep.vacuum(connection)
    with lived.reading() as connection:
        assert upkeep.sizes(connection) == before
    assert problems(lived) == []
