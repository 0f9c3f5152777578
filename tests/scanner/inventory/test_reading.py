"""Many rows are read in parts, past SQLAlchemy; what goes wrong is told as ever."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from scanner.inventory import reading
from scanner.inventory.errors import InventoryError
from scanner.inventory.reading import streamed
from scanner.inventory.store import Store
from tests.scanner.inventory.build import box, look
from tests.scanner.inventory.test_faults import limited


def test_rows_come_in_order_and_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PART", 2)
    look(store, *(box(f"b{number}") for number in range(5)))
    with store.reading() as connection:
        parts = list(streamed(connection, "SELECT pk, resource_id FROM resource ORDER BY pk"))
        assert [[tuple(row) for row in part] for part in parts] == [[(1, "b0"), (2, "b1")], [(3, "b2"), (4, "b3")], [(5, "b4")]]
        assert list(streamed(connection, "SELECT pk FROM resource WHERE pk > 5")) == []


def test_what_the_engine_refuses_is_told_as_of_sqlalchemy(store: Store) -> None:
    with store.reading() as connection, pytest.raises(DBAPIError, match="nowhere"):
        list(streamed(connection, "SELECT nothing FROM nowhere"))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_takes_too_long_is_told_in_one_line(url: str) -> None:
    with (
        Store.open(limited(url, "statement_timeout=200")) as store,
        pytest.raises(InventoryError, match="statement_timeout ended what took too long"),
        store.reading() as connection,
    ):
        list(streamed(connection, "SELECT pg_sleep(5)"))
