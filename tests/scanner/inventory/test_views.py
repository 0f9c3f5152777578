"""The views are a public interface: their columns are promised."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from scanner.inventory.columns import MEANINGS
from scanner.inventory.queries import document
from scanner.inventory.rows import LedgerRow, ScoreRow
from scanner.inventory.store import Store
from scanner.inventory.views import VIEWS, create, drop
from scanner.inventory.writing import Writing
from tests.cases import DENIED
from tests.postgres import Postgres
from tests.scanner.inventory.build import NORTH, SHUT, ask, box, day, look, refused

# What queries may rely on. Views may get more columns; none of these ever goes.
PROMISED = {
    "findings": """finding_id check_id control area owner service service_model severity status reason provider account_id
        region resource_type resource_id opened_at resolved_at last_seen_at snapshot_id""",
    "open_findings": """finding_id check_id control area owner service service_model severity status reason provider account_id
        region resource_type resource_id opened_at resolved_at last_seen_at snapshot_id""",
    "current_resources": """provider account_id region resource_type resource_id name service tags facts first_seen_at
        last_changed_at last_seen_at""",
    "blind_spots": """provider account_id region service area reason code permission operation resource_type
        findings_affected""",
    "responsibility_ledger": """provider account_id service service_model area owner state score_floor coverage failed unknown
        provider_duty customer_duty source""",
    "scores": "provider account_id region service area check_id severity passed failed unknown expected known earned latest",
    "finding_history": "finding_id check_id event cause at snapshot_id",
    "changes": """snapshot_id at change provider account_id region resource_type resource_id name facts_before
        facts_after""",
}


def columns(store: Store, view: str) -> list[str]:
    return [column["name"] for column in inspect(store.engine).get_columns(view)]


def test_there_are_the_promised_ones(store: Store) -> None:
    assert set(inspect(store.engine).get_view_names()) == set(VIEWS) == set(PROMISED)


@pytest.mark.parametrize("view", sorted(PROMISED))
def test_columns_are_the_promised_ones(store: Store, view: str) -> None:
    assert set(PROMISED[view].split()) - set(columns(store, view)) == set()
    assert ask(store, f"SELECT * FROM {view}") == []


def test_columns_are_the_same_on_both_engines(template_file: Path, postgres: Postgres, template: str) -> None:
    with Store.open(str(template_file)) as one, Store.open(postgres.url(template)) as other:
        assert {view: columns(one, view) for view in VIEWS} == {view: columns(other, view) for view in VIEWS}


def test_columns_are_explained(store: Store) -> None:
    assert {column for view in VIEWS for column in columns(store, view)} == set(MEANINGS)


def test_can_be_dropped_and_made_again(store: Store) -> None:
    with store.engine.begin() as connection:
        for statement in (*drop(), *create(connection.dialect.name)):
            connection.exec_driver_sql(statement)
    assert set(inspect(store.engine).get_view_names()) == set(VIEWS)


def settle(begun: Writing) -> None:
    begun.scores(
        [
            ScoreRow("", NORTH, "aws.s3", "data", "test.box.shut", "high", "customer", 1, 1, 0, 0, 6.0, 6.0, 3.0),
            ScoreRow("", NORTH, "aws.s3", "data", "test.box.tight", "high", "customer", 0, 0, 1, 0, 2.0, 0.0, 0.0),
        ]
    )
    duties = {"provider_duty": "Locks", "customer_duty": "Keys", "source": "the book"}
    begun.ledger(
        [
            LedgerRow("aws.s3", "abstracted", "data", "customer", "partly blind", 2, 1, 1, 1, 8.0, 6.0, 3.0, **duties),
            LedgerRow("aws.s3", "abstracted", "host", "provider", "provider"),
        ]
    )


class TestRows:
    def test_of_open_findings_are_those_that_failed_and_did_not_pass_since(self, store: Store) -> None:
        first = [box(id, item={"Is": "open"}) for id in ("stays", "passes", "goes", "hides")]
        look(store, *first, box("good"), on=1, checks=[SHUT])
        look(store, first[0], box("passes"), box("hides", item=DENIED), box("good"), on=2, checks=[SHUT])
        assert ask(store, "SELECT resource_id, status FROM open_findings ORDER BY 1") == [
            ("hides", "unknown"),
            ("stays", "fail"),
        ]

    def test_of_resources_have_their_tags_beside_their_facts(self, store: Store) -> None:
        look(store, box("b1", tags={"team": "a"}), box("b2"), box("b3", tags=None), box("b4", tags={}), on=1)
        found = ask(store, "SELECT resource_id, tags FROM current_resources ORDER BY 1")
        assert [(id, document(tags)) for id, tags in found] == [("b1", {"team": "a"}), ("b2", None), ("b3", None), ("b4", {})]

    def test_of_the_ledger_are_shares_and_null_where_nothing_was_due(self, store: Store) -> None:
        look(store, box(), on=1, then=settle)
        query = "SELECT area, state, score_floor, coverage, provider_duty, customer_duty, source FROM responsibility_ledger"
        assert ask(store, query + " ORDER BY area") == [
            ("data", "partly blind", 0.375, 0.75, "Locks", "Keys", "the book"),
            ("host", "provider", None, None, "", "", ""),
        ]

    def test_of_scores_sum_over_any_slice(self, store: Store) -> None:
        look(store, box(), on=1, then=settle)
        look(store, box(), on=2, then=settle)
        query = "SELECT sum(expected), sum(known), sum(earned) FROM scores WHERE latest = 1 AND area = 'data'"
        assert ask(store, query) == [(8.0, 6.0, 3.0)]
        assert ask(store, "SELECT count(*) FROM scores") == [(4,)]

    def test_of_everything_are_those_of_an_account_that_was_ever_looked_at(self, store: Store) -> None:
        look(store, refused(), on=1)
        assert ask(store, "SELECT count(*) FROM current_resources") == [(0,)]
        assert ask(store, "SELECT count(*) FROM blind_spots") == [(1,)]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_times_are_times_on_postgresql(store: Store) -> None:
    look(store, box(), on=1)
    assert ask(store, "SELECT first_seen_at FROM current_resources") == [(day(1),)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_times_are_text_that_sorts_on_sqlite(store: Store) -> None:
    look(store, box(), on=1)
    assert ask(store, "SELECT first_seen_at FROM current_resources") == [("2026-01-02T12:00:00.000000+00:00",)]
