"""A role for people who query: it reads all but the key of secrets, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from scanner.inventory import queries, roles
from scanner.inventory.errors import InventoryError
from scanner.inventory.roles import grant_readonly
from scanner.inventory.store import Store
from scanner.inventory.views import VIEWS
from tests.scanner.inventory.build import SHUT, ask, box, look

ROLE = 'ana"lyst; DROP ROLE x %s'
POSTGRES = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
def reader(url: str, store: Store) -> Iterator[Store]:
    """The inventory as the role sees it."""
    look(store, box("a", item={"Is": "open"}), on=1, checks=[SHUT])
    store.secret_key()
    with store.changing() as connection:
        grant_readonly(connection, ROLE, create=True, password="it's %secret")
    address = make_url(url).set(username=ROLE).render_as_string(hide_password=False)
    with Store.open(address, create=False) as opened:
        yield opened
    with store.changing() as connection:
        name = roles._name(connection, ROLE)
        connection.exec_driver_sql(f"DROP OWNED BY {name}")
        connection.exec_driver_sql(f"DROP ROLE {name}")


@POSTGRES
class TestReader:
    def test_reads_every_view(self, reader: Store) -> None:
        assert {view: len(ask(reader, f"SELECT * FROM {view}")) > 0 for view in ("findings", "open_findings", "changes")} == {
            "findings": True,
            "open_findings": True,
            "changes": True,
        }
        for view in VIEWS:
            ask(reader, f"SELECT * FROM {view}")

    def test_does_not_read_the_key_of_secrets(self, reader: Store) -> None:
        with pytest.raises(InventoryError, match="permission denied for table meta"):
            list(queries.sql(reader, "SELECT * FROM meta"))

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM finding",
            "UPDATE account SET name = 'x'",
            "CREATE TABLE x (y int)",
            "DROP VIEW findings",
            "TRUNCATE gap",
        ],
    )
    def test_writes_nothing(self, reader: Store, statement: str) -> None:
        with (
            reader.engine.connect() as connection,
            pytest.raises(Exception, match=r"read-only|permission denied|must be owner"),
        ):
            connection.exec_driver_sql(statement)

    def test_still_reads_after_the_views_are_made_anew(self, reader: Store, store: Store, url: str) -> None:
        with store.changing() as connection:
            connection.exec_driver_sql("UPDATE about SET value = 'old'")
        Store.open(url).close()
        assert len(ask(reader, "SELECT * FROM open_findings")) == 1

    def test_may_be_granted_again(self, reader: Store, store: Store) -> None:
        with store.changing() as connection:
            grant_readonly(connection, ROLE)
        assert ask(reader, "SELECT count(*) FROM account") == [(1,)]


@POSTGRES
def test_a_role_that_is_not_there_is_made_only_on_demand(store: Store) -> None:
    with pytest.raises(InventoryError, match="there is no role 'nobody-there': pass --create"), store.changing() as connection:
        grant_readonly(connection, "nobody-there")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_has_no_roles(store: Store) -> None:
    with pytest.raises(InventoryError, match="a SQLite file has no roles"), store.changing() as connection:
        grant_readonly(connection, "reader", create=True)
