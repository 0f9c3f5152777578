"""What Datasette shows: every view and column explained, everything else out of the way."""

from __future__ import annotations

import pytest

from scanner.inventory.datasette import described
from scanner.inventory.store import Store
from scanner.inventory.tables import metadata
from scanner.inventory.views import VIEWS, held


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_view_and_column_is_explained_and_tables_are_hidden(store: Store) -> None:
    with store.reading() as connection:
        said = described(connection, "demarc")
        columns = held(connection)
    tables = said["databases"]["demarc"]["tables"]
    for view in VIEWS:
        assert tables[view]["description"]
        assert set(tables[view]["columns"]) == set(columns[view])
        assert all(tables[view]["columns"].values())
        assert "hidden" not in tables[view]
    assert all(tables[name]["hidden"] for name in metadata.tables)
    assert [name for name, table in tables.items() if table.get("allow") is False] == ["meta"]
