"""The schema is the sum of its migrations, and explains itself."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from scanner.inventory import schema, upkeep
from scanner.inventory.errors import InventoryError
from scanner.inventory.schema import migrations
from scanner.inventory.store import Store
from scanner.inventory.tables import metadata
from scanner.inventory.views import VIEWS
from scanner.model import Account
from tests.cases import DENIED
from tests.scanner.inventory.build import SHUT, ask, box, look, refused

OWN = {"alembic_version"}


def other_default(*given: Any) -> bool:
    """Tell whether a default differs from its definition; each engine writes an empty text in its own way."""
    inspected, _, rendered = given[3:]
    return plain(inspected) != plain(rendered)


def plain(default: str | None) -> str:
    return re.sub(r"::[\w ]+|[()']", "", default or "")


GIN = "ix_resource_version_tags"
# Alembic can't compare an index over an expression on SQLite, and says so; a test of its own looks whether it is there.
pytestmark = pytest.mark.filterwarnings(f"ignore:autogenerate skipping metadata-specified expression-based index '{GIN}'")


def context(connection: Connection) -> MigrationContext:
    options = {"compare_type": True, "compare_server_default": other_default, "target_metadata": metadata}
    return MigrationContext.configure(connection, opts=options)


class TestMigrations:
    def test_make_what_the_tables_say(self, store: Store) -> None:
        with store.engine.connect() as connection:
            differences = compare_metadata(context(connection), metadata)
        assert differences == []

    def test_index_tags_where_the_engine_can(self, store: Store, engine: str) -> None:
        """What the comparison leaves out on SQLite is really not there."""
        names = "SELECT name FROM sqlite_master" if engine == "sqlite" else "SELECT indexname FROM pg_indexes"
        assert ((GIN,) in ask(store, names)) == (engine == "postgresql")

    def test_form_one_line_with_one_head(self) -> None:
        script = ScriptDirectory.from_config(migrations())
        assert len(script.get_heads()) == 1
        revisions = [each.revision for each in script.walk_revisions()]
        assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]

    def test_lead_up_one_by_one_from_nothing(self, empty_url: str) -> None:
        with Store.open(empty_url) as store, store.engine.begin() as connection:
            emptied(connection)
            config = migrations(store.engine)
            config.attributes["connection"] = connection
            for revision in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
                command.upgrade(config, revision.revision)
                assert context(connection).get_current_revision() == revision.revision
            assert compare_metadata(context(connection), metadata) == []

    def test_are_run_once(self, store: Store) -> None:
        look(store, box())
        with Store.open(address(store.engine)) as again:
            assert ask(again, "SELECT count(*) FROM current_resources") == [(1,)]

    def test_that_fail_leave_nothing_behind(self, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scanner.inventory.views.VIEWS", {**VIEWS, "broken": "SELECT nothing FROM nowhere"})
        monkeypatch.setattr("scanner.inventory.views.COMMENTS", dict.fromkeys([*VIEWS, "broken"], "x"))
        with pytest.raises(Exception, match=r"(?i)nowhere|nothing|broken"):
            Store.open(empty_url)
        monkeypatch.undo()
        with Store.open(empty_url) as store:
            look(store, box())


def emptied(connection: Connection) -> None:
    for view in ("open_findings", *VIEWS):
        connection.execute(text(f"DROP VIEW IF EXISTS {view}"))
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


class TestNewerSchema:
    """An inventory that a newer version made is refused, and left alone."""

    @pytest.fixture(autouse=True)
    def from_the_future(self, store: Store) -> None:
        with store.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    @pytest.mark.parametrize("create", [True, False])
    def test_is_refused_in_one_line(self, url: str, create: bool) -> None:
        with pytest.raises(InventoryError, match=r"was made by a newer demarc \(schema 9999\): upgrade demarc") as told:
            Store.open(url, create=create)
        assert "\n" not in str(told.value)

    def test_is_left_alone(self, url: str, store: Store) -> None:
        with pytest.raises(InventoryError):
            Store.open(url)
        assert ask(store, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_an_inventory_without_a_schema_is_only_made_by_who_may_write(empty_url: str) -> None:
    with pytest.raises(InventoryError, match="run a scan"):
        Store.open(empty_url, create=False)


class TestExplanations:
    """People query the database itself: every table and column of it says what it is."""

    def test_stand_in_the_definition(self) -> None:
        columns: list[Any] = [column for table in metadata.tables.values() for column in table.columns]
        assert [str(each) for each in [*metadata.tables.values(), *columns] if not each.comment] == []

    @pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
    def test_stand_in_the_database(self, store: Store) -> None:
        described = inspect(store.engine)
        for name in set(described.get_table_names()) - OWN:
            table = metadata.tables[name]
            assert described.get_table_comment(name)["text"] == table.comment
            assert {each["name"]: each["comment"] for each in described.get_columns(name)} == {
                each.name: each.comment for each in table.columns
            }

    @pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
    def test_of_views_stand_in_the_database(self, store: Store) -> None:
        said = dict(
            ask(
                store,
                "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
                " WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace",
            )
        )
        assert set(said) == set(VIEWS)
        assert all(said.values())


class TestSecretKey:
    def test_is_made_once_and_kept(self, url: str, store: Store) -> None:
        key = store.secret_key()
        with Store.open(url) as again:
            assert again.secret_key() == key
        assert len(key) == 32

    def test_is_each_inventorys_own(self, store: Store, empty_url: str) -> None:
        with Store.open(empty_url) as other:
            assert other.secret_key() != store.secret_key()


def test_an_account_is_entered_once_and_brought_up_to_date(store: Store) -> None:
    look(store, on=1, account=Account("test", "1", "One", "main"))
    look(store, on=2, account=Account("test", "1", "Uno", "", "org-1"))
    held = ask(store, "SELECT provider, account_id, name, partition, parent FROM account")
    assert held == [("test", "1", "Uno", "main", "org-1")]


class TestUpAndDown:
    def test_what_both_versions_keep_survives(self, store: Store) -> None:
        """Down to the first version and up again: what is there, what is open, what is unread now."""
        look(store, box("a", item={"Is": "open"}), box("b", policy=DENIED), *refused(region="south"), on=1, checks=[SHUT])
        look(store, box("a", item={"Is": "open"}), box("b", policy=DENIED), on=2, checks=[SHUT])
        before = told(store)
        for revision in ("0001", schema.revisions()[-1]):
            with store.changing(tables=True) as connection:
                schema.migrate(connection, revision)
                assert schema.revision(connection) == revision
        with Store.open(address(store.engine)) as again:
            assert told(again) == before
            with again.engine.connect() as connection:
                assert compare_metadata(context(connection), metadata) == []
            with again.reading() as connection:
                assert list(upkeep.problems(connection)) == []
            look(again, box("a"), on=3, checks=[SHUT])
            assert told(again)["open"] == []

    def test_of_several_programs_at_once_one_does_it(self, empty_url: str) -> None:
        with ThreadPoolExecutor(4) as pool:
            opened = [pool.submit(Store.open, empty_url) for _ in range(4)]
            stores = [each.result() for each in opened]
        look(stores[0], box(), on=1)
        assert [ask(store, "SELECT count(*) FROM current_resources") for store in stores] == [[(1,)]] * 4
        for store in stores:
            store.close()

    def test_views_of_another_version_are_made_anew(self, store: Store, url: str) -> None:
        with store.changing() as connection:
            connection.exec_driver_sql("DROP VIEW changes")
            connection.exec_driver_sql("UPDATE about SET value = 'another'")
        with pytest.raises(InventoryError, match="has an older schema"):
            Store.open(url, create=False)
        Store.open(url).close()
        with Store.open(url, create=False) as again:
            assert ask(again, "SELECT count(*) FROM changes") == [(0,)]


def told(store: Store) -> dict[str, Any]:
    queries = {
        "current": "SELECT resource_id, facts, last_seen_at FROM current_resources ORDER BY 1",
        "open": "SELECT finding_id, status, opened_at FROM open_findings ORDER BY 1",
        "blind": "SELECT resource_type, region, code, since FROM blind_spots ORDER BY 1, 2, 3",
    }
    return {name: ask(store, query) for name, query in queries.items()}
