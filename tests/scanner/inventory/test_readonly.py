"""What people type themselves: whatever it is, it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from scanner.inventory import queries
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from tests.postgres import Postgres
from tests.scanner.inventory.build import SHUT, ask, box, look
from tests.scanner.inventory.test_snapshots import everything

# ``{folder}`` is one that anybody may write to.
WRITES = [
    "INSERT INTO account (provider, account_id) VALUES ('x', 'y')",
    "INSERT INTO account (provider, account_id) VALUES ('x', 'y') RETURNING pk",
    "UPDATE finding SET status = 'pass'",
    "UPDATE finding SET status = 'pass' RETURNING pk",
    "DELETE FROM finding_event",
    "WITH gone AS (DELETE FROM finding_event RETURNING pk) SELECT * FROM gone",
    "WITH one AS (SELECT 1) DELETE FROM finding_event",
    "REPLACE INTO account (provider, account_id) VALUES ('x', 'y')",
    "TRUNCATE finding_event",
    "DROP TABLE finding_event",
    "DROP VIEW open_findings",
    "ALTER TABLE account ADD COLUMN x TEXT",
    "CREATE TABLE x (a INTEGER)",
    "CREATE TEMP TABLE x (a INTEGER)",
    "CREATE TABLE x AS SELECT 1 AS a",
    "CREATE VIEW x AS SELECT 1 AS a",
    "CREATE INDEX x ON account (name)",
    "CREATE TRIGGER x AFTER INSERT ON account BEGIN DELETE FROM account; END",
    "SELECT 1 AS a INTO x",
    "SELECT * FROM account FOR UPDATE",
    "SELECT 1; DELETE FROM finding_event",
    "SELECT 1; COMMIT; DELETE FROM finding_event",
    "COMMIT; DELETE FROM finding_event; BEGIN",
    "ROLLBACK; BEGIN; DELETE FROM finding_event; COMMIT",
    "END; DELETE FROM finding_event",
    "SET TRANSACTION READ WRITE",
    "SET TRANSACTION READ WRITE; DELETE FROM finding_event; COMMIT",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; COMMIT; DELETE FROM finding_event",
    "START TRANSACTION READ WRITE",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT x",
    "PRAGMA query_only = 0",
    "PRAGMA query_only = 0; DELETE FROM finding_event",
    "PRAGMA user_version = 7",
    "PRAGMA writable_schema = 1",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA foreign_keys = 0",
    "ATTACH DATABASE '{folder}/attached.db' AS x",
    "VACUUM",
    "VACUUM INTO '{folder}/vacuumed.db'",
    "REINDEX",
    "ANALYZE",
    "COPY account TO STDOUT",
    "COPY account FROM STDIN",
    "COPY account TO '{folder}/copied'",
    "COPY account TO PROGRAM 'cat > {folder}/copied'",
    "COPY account FROM PROGRAM 'touch {folder}/copied'",
    "DO $$ BEGIN DELETE FROM finding_event; END $$",
    "DO $$ BEGIN COMMIT; DELETE FROM finding_event; END $$",
    "CALL x()",
    "PREPARE x AS DELETE FROM finding_event",
    "EXPLAIN ANALYZE DELETE FROM finding_event",
    "DECLARE x CURSOR FOR SELECT 1",
    "LOCK TABLE account",
    "LISTEN x",
    "NOTIFY x",
    "GRANT ALL ON account TO public",
    "CREATE ROLE x SUPERUSER",
    "ALTER SYSTEM SET fsync = on",
    "CREATE EXTENSION dblink",
    "SELECT nextval('account_pk_seq')",
    "SELECT setval('account_pk_seq', 7)",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT load_extension('{folder}/x')",
    "SELECT writefile('{folder}/written', 'x')",
    "SELECT edit('x', 'touch {folder}/edited')",
]
# Allowed on one engine, as SELECTs that call what it offers: what they try comes to nothing.
IN_VAIN = [
    "SELECT set_config('default_transaction_read_only', 'off', false)",
    "SELECT lo_create(4711)",
    "SELECT lo_from_bytea(4711, 'x')",
    "SELECT query_to_xml('DELETE FROM finding_event', true, true, '')",
    "SELECT query_to_xml('SELECT set_config(''transaction_read_only'', ''off'', false)', true, true, '')",
    "SELECT pg_advisory_xact_lock(1)",
]


@pytest.fixture
def known(store: Store) -> Store:
    look(store, box("b1", item={"Is": "open"}), box("b2"), on=1, checks=[SHUT])
    return store


def objects(store: Store) -> Any:
    """Return what there is beside rows of ours."""
    if store.engine.dialect.name == "sqlite":
        return ask(store, "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"), [Path(store.where).stat().st_ino]
    return (
        ask(store, "SELECT relname, relkind::text, relacl::text FROM pg_class ORDER BY 1, 2"),
        ask(store, "SELECT oid FROM pg_largeobject_metadata"),
        ask(store, "SELECT last_value FROM account_pk_seq"),
        ask(store, "SELECT count(*) FROM pg_roles"),
    )


@pytest.fixture
def unchanged(known: Store, open_folder: Path) -> Iterator[Store]:
    """An inventory that is found, in the end, as it was."""
    before = everything(known), objects(known)
    yield known
    assert (everything(known), objects(known)) == before
    assert list(open_folder.iterdir()) == []


def test_whatever_writes_is_refused_in_one_line(unchanged: Store, open_folder: Path) -> None:
    for query in WRITES:
        with pytest.raises(InventoryError) as told:
            list(queries.sql(unchanged, query.format(folder=open_folder)))
        assert "\n" not in str(told.value), query


def test_whatever_tries_to_by_a_function_comes_to_nothing(unchanged: Store) -> None:
    for query in IN_VAIN:
        with suppress(InventoryError):
            list(queries.sql(unchanged, query))


def test_what_is_refused_stands_in_nobodys_way(known: Store) -> None:
    for query in ("PRAGMA query_only = 0", "SET TRANSACTION READ WRITE", "BEGIN"):
        with pytest.raises(InventoryError):
            list(queries.sql(known, query))
    look(known, box("b3"), on=2)
    assert ask(known, "SELECT count(*) FROM current_resources") == [(1,)]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_who_may_only_read_asks_as_well(known: Store, postgres: Postgres) -> None:
    """The read-only role that people get: all of the views, and no more."""
    name = known.engine.url.database
    with known.engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS reader"))
        connection.execute(text("CREATE ROLE reader LOGIN"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
    with Store.open(postgres.url(str(name), "reader"), create=False) as reader:
        assert ask(reader, "SELECT count(*) FROM findings") == [(2,)]
        with pytest.raises(InventoryError):
            list(queries.sql(reader, "DELETE FROM finding"))
    with known.engine.begin() as connection:
        connection.execute(text("DROP OWNED BY reader"))


SELECTS: list[tuple[str, list[dict[str, Any]]]] = [
    ("SELECT 1 AS a, 'x' AS b", [{"a": 1, "b": "x"}]),
    ("  select 1 as a ; ", [{"a": 1}]),
    ("SELECT 1 AS a -- why", [{"a": 1}]),
    ("SELECT 1 AS a /* ; */ ;", [{"a": 1}]),
    ("WITH x AS (SELECT 1 AS a) SELECT * FROM x", [{"a": 1}]),
    ("SELECT ';' AS a", [{"a": ";"}]),
    ("SELECT 'a%b %s %(x)s :x ?' AS a", [{"a": "a%b %s %(x)s :x ?"}]),
    ("SELECT resource_id AS a FROM current_resources WHERE resource_id LIKE '%2'", [{"a": "b2"}]),
    ("SELECT 1 AS a, 2 AS a, 3 AS a, 4 AS a_2", [{"a": 1, "a_2": 2, "a_3": 3, "a_2_2": 4}]),
    ("SELECT 1 AS a FROM account WHERE 1 = 0", []),
    ("VALUES (1)", [{"column1": 1}]),
    ("SELECT 1 AS a UNION ALL SELECT 2", [{"a": 1}, {"a": 2}]),
]
NONE = ["", "  ;", "-- nothing", "SELEC 1", "SELECT * FROM nowhere", "SELECT 1 AS a; SELECT 2"]


class TestSelect:
    def test_is_answered(self, known: Store) -> None:
        assert [(query, list(queries.sql(known, query))) for query, _ in SELECTS] == SELECTS

    def test_that_is_none_is_told_in_one_line(self, known: Store) -> None:
        for query in NONE:
            with pytest.raises(InventoryError) as told:
                list(queries.sql(known, query))
            assert str(told.value), query
            assert "\n" not in str(told.value), query

    def test_that_fails_half_way_is_told_in_one_line(self, known: Store) -> None:
        query = {
            "sqlite": "SELECT abs(-9223372036854775807 - pk) FROM resource ORDER BY pk",
            "postgresql": "SELECT 1 / (pk - 2) FROM resource ORDER BY pk",
        }[known.engine.dialect.name]
        with pytest.raises(InventoryError, match=r"overflow|zero"):
            list(queries.sql(known, query))

    def test_is_streamed(self, known: Store) -> None:
        endless = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000000) SELECT n FROM n"
        rows = queries.sql(known, endless)
        assert [next(rows)["n"] for _ in range(3)] == [1, 2, 3]
        rows.close()  # type: ignore[attr-defined]
