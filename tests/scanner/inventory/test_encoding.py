"""A database in which not every name can be written is refused, in one line, before anything is made in it."""

from __future__ import annotations

import pytest

from scanner.cli.app import run
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from tests.postgres import Postgres


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_can_not_hold_every_name_is_refused(
    postgres: Postgres, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"narrow_{encoding.lower()}"
    postgres.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(InventoryError) as opened:
            Store.open(postgres.url(name))
        assert run(["db", "upgrade", "--db", postgres.url(name)]) == 1
        with Store.found(postgres.url(name)) as store, pytest.raises(InventoryError) as read, store.reading():
            pytest.fail("it was read")
    finally:
        postgres.drop(name)
    assert str(opened.value) == str(read.value)
    assert str(opened.value).startswith(f"the database {name} has the encoding {encoding}, and an inventory needs UTF8")
    assert capsys.readouterr().err == f"demarc: {opened.value}\n"
    assert "\n" not in str(opened.value)
