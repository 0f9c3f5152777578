"""Tags and facts are found by an index, on both engines: the plans say so."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import text

from scanner.inventory import indexing, queries, schema
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store
from tests.docs.test_sql import statements
from tests.scanner.inventory.build import ask, box, look

MANY = 1500
TEAM, VPC = "What does one team have?", "What is in one VPC?"


@pytest.fixture
def full(store: Store) -> Store:
    """An inventory of so many resources that an engine would rather not read them all."""
    notes = (Random(each).randbytes(500).hex() for each in range(MANY))  # nothing that could be compressed away
    made = (
        box(f"b{each}", item={"VpcId": f"vpc-{each}", "Note": note}, tags={"team": f"team-{each}"})
        for each, note in enumerate(notes)
    )
    look(store, *made, on=1)
    with store.alone() as connection:
        connection.exec_driver_sql("ANALYZE")
    return store


def asked(question: str, store: Store) -> str:
    engine = store.engine.dialect.name
    (statement,) = [said for title, of, said in statements() if title == question and of in ("", engine)]
    return statement


def plan(store: Store, query: str) -> str:
    explain = "EXPLAIN QUERY PLAN " if store.engine.dialect.name == "sqlite" else "EXPLAIN "
    with store.reading() as connection:
        return "\n".join(str(row[-1]) for row in connection.execute(text(explain + query.replace(":", r"\:"))))


@pytest.mark.parametrize(("path", "question"), [("tags.team", TEAM), ("item.VpcId", VPC)])
def test_a_documented_question_uses_the_index_that_was_asked_for(full: Store, path: str, question: str) -> None:
    query = asked(question, full)
    assert "own_" not in plan(full, query)
    before = ask(full, query)
    with full.changing() as connection:
        indexing.add(connection, path)
    with full.alone() as connection:
        connection.exec_driver_sql("ANALYZE")
    assert "own_" in plan(full, query)
    assert ask(full, query) == before


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_finds_any_tag_without_being_asked_to(full: Store) -> None:
    query = 'SELECT resource_id FROM current_resources WHERE tags @> \'{"team": "team-7"}\''
    assert "ix_resource_version_tags" in plan(full, query)
    assert ask(full, query) == [("b7",)]


class TestIndexes:
    def test_are_listed_and_dropped(self, store: Store) -> None:
        with store.changing() as connection:
            indexing.add(connection, "tags.team")
            indexing.add(connection, "item.Placement.HostId")
            assert indexing.paths(connection) == ["item.Placement.HostId", "tags.team"]
            indexing.drop(connection, "tags.team")
            assert indexing.paths(connection) == ["item.Placement.HostId"]

    @pytest.mark.parametrize(
        ("path", "written"),
        [
            ("tags.team", "tags ->> 'team'"),
            ("tags.aws:cloudformation:stack-name", "tags ->> 'aws:cloudformation:stack-name'"),
            ("tags.app.kubernetes.io/name", "tags ->> 'app.kubernetes.io/name'"),
            ("item.ImageId", "facts -> 'item' ->> 'ImageId'"),
            ("item.Placement.HostId", "facts -> 'item' -> 'Placement' ->> 'HostId'"),
        ],
    )
    def test_are_over_what_a_query_writes(self, store: Store, path: str, written: str) -> None:
        assert indexing.expression(path) == written
        with store.changing() as connection:
            indexing.add(connection, path)
        look(store, box("a", item={"ImageId": "i", "Placement": {"HostId": "h"}}, tags={"team": "web"}), on=1)
        assert ask(store, f"SELECT count(*) FROM current_resources WHERE {written} = 'no'") == [(0,)]

    @pytest.mark.parametrize(
        "path", ["", "tags", "item", "tags.", "item..x", ".x", "tags.it's", "item.x') --", "item.$x", "item.[0]", "tags.a\0"]
    )
    def test_are_of_paths_only(self, store: Store, path: str) -> None:
        with store.changing() as connection, pytest.raises(InventoryError, match="is no path"):
            indexing.add(connection, path)

    @pytest.mark.parametrize(("do", "said"), [(indexing.add, "is indexed already"), (indexing.drop, "is not indexed")])
    def test_are_made_and_dropped_once(self, store: Store, do: Callable[..., None], said: str) -> None:
        with store.changing() as connection:
            (indexing.add if do is indexing.add else lambda *_: None)(connection, "tags.team")
            with pytest.raises(InventoryError, match=said):
                do(connection, "tags.team")

    def test_survive_a_migration(self, store: Store) -> None:
        with store.changing(tables=True) as connection:
            indexing.add(connection, "tags.team")
            schema.migrate(connection, "0002")
            schema.migrate(connection, schema.revisions()[-1])
            assert indexing.paths(connection) == ["tags.team"]
        names = "sqlite_master" if store.engine.dialect.name == "sqlite" else "pg_class"
        column = "name" if names == "sqlite_master" else "relname"
        assert ask(store, f"SELECT count(*) FROM {names} WHERE {column} LIKE 'own%'") == [(1,)]

    def test_take_values_of_any_size(self, store: Store) -> None:
        with store.changing() as connection:
            indexing.add(connection, "tags.team")
        long = Random(1).randbytes(20_000).hex()
        look(store, box("a", tags={"team": long}), on=1)
        assert ask(store, f"SELECT resource_id FROM current_resources WHERE tags ->> 'team' = '{long}'") == [("a",)]

    def test_do_not_hinder_what_is_stored(self, store: Store) -> None:
        """Facts that are absent, of another shape, or without the field are indexed as nothing."""
        with store.changing() as connection:
            for path in ("tags.team", "item.ImageId"):
                indexing.add(connection, path)
        odd = {"a": None, "b": ["x"], "c": "text", "d": 1, "e": True}
        look(store, *(box(id, item=value, tags=value) for id, value in odd.items()), box("f"), on=1)
        assert ask(store, "SELECT count(*) FROM current_resources WHERE tags ->> 'team' IS NULL") == [(6,)]
        assert {row["resource_id"]: row["tags"] for row in queries.resources(store, {})} == {**odd, "f": None}
