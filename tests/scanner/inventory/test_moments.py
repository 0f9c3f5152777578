"""Which look a user means, and the words that mean none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scanner.inventory.errors import InventoryError
from scanner.inventory.moments import looks, moment, newest
from scanner.inventory.store import Store
from scanner.model import SnapshotStatus
from tests.scanner.inventory.build import ONE, TWO, box, day, look

NOW = datetime(2026, 1, 10, 9, 30, tzinfo=UTC)


def end(day: int) -> datetime:
    return datetime(2026, 1, day, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("today", end(10)),
        ("yesterday", end(9)),
        ("2026-01-05", end(5)),
        ("2026-01-05T12:00", datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ("2026-01-05 12:00:00+02:00", datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(hours=2)))),
        ("12h", NOW - timedelta(hours=12)),
        ("7d", NOW - timedelta(days=7)),
        ("4w", NOW - timedelta(weeks=4)),
    ],
)
def test_moment(said: str, until: datetime) -> None:
    assert moment(said, NOW) == until


@pytest.mark.parametrize(
    "said", ["", "soon", "12", "7 days", "-3d", "2026-13-01", "99999999999w", "9" * 5000 + "d", "tomorrow"]
)
def test_words_that_name_no_look_are_told_in_one_line(said: str) -> None:
    with pytest.raises(InventoryError, match="names no look") as told:
        moment(said, NOW)
    assert "\n" not in str(told.value)


@pytest.fixture
def known(store: Store) -> Store:
    """Looks 1, 2 and 5 at one account, 4 at another; look 3 came to nothing."""
    look(store, box(), on=1)
    look(store, box(), on=2)
    store.record(ONE, SnapshotStatus.INTERRUPTED, day(3), day(3))
    look(store, box(), on=4, account=TWO)
    look(store, box(), on=5)
    return store


def found(store: Store, said: str, *accounts: str) -> dict[str, int]:
    with store.reading() as connection:
        return {each.account_id: each.snapshot for each in looks(connection, said, NOW, accounts).values()}


def test_looks(known: Store) -> None:
    assert found(known, "latest") == {"1": 5, "2": 4}
    assert found(known, "previous") == {"1": 2}
    assert found(known, "2") == {"1": 2}
    assert found(known, "2026-01-03") == {"1": 2}
    assert found(known, "2026-01-02T11:59") == {}
    assert found(known, "latest", "2") == {"2": 4}


@pytest.mark.parametrize("said", ["3", "99", "0", "²", "9" * 5000])
def test_looks_that_are_none_are_told_in_one_line(known: Store, said: str) -> None:
    with pytest.raises(InventoryError, match=r"no whole snapshot|names no look") as told:
        found(known, said)
    assert "\n" not in str(told.value)


def test_an_account_that_was_never_read_whole_stands_before_its_first_look(store: Store) -> None:
    look(store, box(), on=1)
    store.record(TWO, SnapshotStatus.FAILED, day(2), day(2), note="no entry")
    with store.reading() as connection:
        found = {each.account_id: each.at for each in newest(connection, NOW)}
        assert found[ONE.id] is not None
        assert found[TWO.id] is None
        assert [each.account_id for each in newest(connection, NOW, (TWO.id,))] == [TWO.id]
