"""An inventory is copied whole, from any engine to any, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.inventory import moving, queries, serial
from scanner.inventory.errors import InventoryError
from scanner.inventory.moving import copy
from scanner.inventory.store import Store
from scanner.inventory.tables import metadata
from scanner.inventory.views import VIEWS
from tests.cases import DENIED
from tests.scanner.inventory.build import SHUT, ask, box, look, refused

HOSTILE = "'; DROP TABLE finding; -- \\ \t\n\u2400 \u202e é 🗝"


@pytest.fixture
def source(url: str, tmp_path: Path) -> Iterator[Store]:
    """An inventory in which something happened, on each engine."""
    with Store.open(url) as store:
        store.secret_key()
        look(store, box("a", item={"Is": "open", "Text": HOSTILE}), box("b", policy=DENIED), on=1, checks=[SHUT])
        look(store, *[box(f"many{number}", item={"Opened": "x"}) for number in range(300)], on=2, checks=[SHUT])
        look(store, *refused(), on=3, checks=[SHUT])
        yield store


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        address, drop = str(tmp_path / "copy.db"), None
    else:
        server = request.getfixturevalue("postgres")
        name = server.database()
        address, drop = server.url(name), lambda: server.drop(name)
    with Store.open(address) as store:
        yield store
    if drop:
        drop()


def test_a_copy_answers_like_the_original(source: Store, target: Store) -> None:
    with source.reading() as before, target.changing() as after:
        copied = copy(before, after)
    assert copied["resource"] == 302
    assert target.secret_key() == source.secret_key()
    for view in VIEWS:
        assert answers(source, view) == answers(target, view), view
    for table in metadata.tables:
        count = f"SELECT count(*) FROM {table}"
        assert ask(source, count) == ask(target, count), table


def answers(store: Store, view: str) -> list[str]:
    """Return the rows of a view as both engines give them."""
    with store.reading() as connection:
        return sorted(serial.text(row) for row in queries.every(connection, view))


def test_a_copy_goes_on_where_the_original_was(source: Store, target: Store) -> None:
    with source.reading() as before, target.changing() as after:
        copy(before, after)
    looked = look(target, box("a", item={"Is": "open", "Text": HOSTILE}), on=4, checks=[SHUT])
    assert (looked.snapshot_id, looked.applied.added, looked.applied.removed) == (4, 1, 300)


def test_what_has_accounts_is_not_copied_over(source: Store, target: Store) -> None:
    look(target, box("x"), on=1)
    with pytest.raises(InventoryError, match="has accounts already"), source.reading() as before, target.changing() as after:
        copy(before, after)
    assert ask(target, "SELECT resource_id FROM current_resources") == [("x",)]


def test_a_copy_that_breaks_off_leaves_nothing(source: Store, target: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_verify", lambda table, expected, connection: connection.exec_driver_sql("SELECT broken"))
    with pytest.raises(Exception, match="broken"), source.reading() as before, target.changing() as after:
        copy(before, after)
    assert ask(target, "SELECT count(*) FROM account") == [(0,)]
