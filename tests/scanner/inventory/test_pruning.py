"""Dropping old looks: whatever is asked of the kept ones, and of what is open, reads as before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.inventory import history, upkeep
from scanner.inventory.moments import spans
from scanner.inventory.pruning import prune
from scanner.inventory.store import Store
from tests.cases import DENIED
from tests.scanner.inventory.build import ONE, SHUT, TWO, ask, box, boxes, day, listed, look, refused

LIVES = st.lists(
    st.one_of(
        st.just("refused"),
        st.dictionaries(
            st.sampled_from(["a", "b", "c"]), st.sampled_from([{}, {"Is": "open"}, {"Size": 2}, "denied"]), max_size=3
        ),
    ),
    min_size=1,
    max_size=7,
)


def live(store: Store, life: list[Any]) -> None:
    """Look once a day."""
    for number, said in enumerate(life, 1):
        if said == "refused":
            look(store, *refused(), on=number, checks=[SHUT])
            continue
        seen = [box(id, policy=DENIED) if item == "denied" else box(id, item=item) for id, item in said.items()]
        look(store, *seen, listed(), on=number, checks=[SHUT])


def told(store: Store, since: int) -> dict[str, Any]:
    """Return all that can be asked of the looks since one, and of what is open now."""
    then = "x.valid_from <= s.pk AND (x.valid_to IS NULL OR x.valid_to > s.pk)"
    looks = f"JOIN snapshot s ON s.account_pk = {{}}.account_pk AND s.pk >= {since}"
    queries = {
        "resources": f"""SELECT s.pk, r.resource_id, x.name, x.facts FROM resource_version x
            JOIN resource r ON r.pk = x.resource_pk {looks.format("r")} WHERE {then} ORDER BY 1, 2""",
        "gaps": f"""SELECT s.pk, x.resource_pk, x.fact, x.code, x.since FROM gap x {looks.format("x")}
            WHERE {then} ORDER BY 1, 2, 3, 4""",
        "listings": f"SELECT s.pk, x.region, x.complete FROM listing x {looks.format('x')} WHERE {then} ORDER BY 1, 2",
        "changes": f"SELECT * FROM changes WHERE snapshot_id > {since} ORDER BY snapshot_id, resource_id",
        "findings": """SELECT finding_id, status, opened_at, resolved_at, reopened FROM findings
            WHERE status <> 'closed' ORDER BY 1""",
        "current": "SELECT resource_id, facts, first_seen_at, last_seen_at FROM current_resources ORDER BY 1",
        "blind": "SELECT resource_type, code, since FROM blind_spots ORDER BY 1, 2, 3",
    }
    found: dict[str, Any] = {name: ask(store, query) for name, query in queries.items()}
    with store.reading() as connection:
        (latest,) = [span for span in spans(connection, str(since), "latest", day(99)) if span.before.snapshot]
        found["difference"] = [list(part(connection, latest)) for part in (history.resources, history.findings)]
    return found


def drop(store: Store, horizon: Any) -> Any:
    with store.changing() as connection:
        return prune(connection, horizon)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(life=LIVES, kept=st.integers(1, 7))
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_kept_reads_as_before(
    tmp_path_factory: pytest.TempPathFactory, engine: str, life: list[Any], kept: int
) -> None:
    oldest = min(kept, len(life))
    with Store.open(str(tmp_path_factory.mktemp("pruned") / "demarc.db")) as store:
        live(store, life)
        before = told(store, oldest)
        drop(store, day(oldest) - timedelta(hours=1))
        assert told(store, oldest) == before
        with store.reading() as connection:
            assert list(upkeep.problems(connection)) == []


class TestPruning:
    LIFE = ({"a": {}, "b": {"Is": "open"}}, {"a": {"Size": 2}}, "refused", {"a": {"Size": 3}}, {"a": {"Size": 3}})

    def test_drops_what_only_older_looks_need(self, store: Store) -> None:
        live(store, list(self.LIFE))
        gone = drop(store, day(4) - timedelta(hours=1))
        assert gone["resource"] == 1, "b is long gone, with its finding"
        assert gone["finding"] == 1
        assert gone["resource_version"] == 2, "the first of a, and that of b"
        assert boxes(store) == {"a": {"item": {"Size": 3}}}

    def test_reads_as_before_on_each_engine(self, store: Store) -> None:
        live(store, list(self.LIFE))
        before = told(store, 4)
        drop(store, day(4) - timedelta(hours=1))
        assert told(store, 4) == before

    def test_keeps_the_time_of_what_is_still_there(self, store: Store) -> None:
        live(store, [{"a": {}}] * 4)
        drop(store, day(3))
        assert ask(store, "SELECT pk, status FROM snapshot ORDER BY pk") == [(1, "pruned"), (3, "complete"), (4, "complete")]
        assert ask(store, "SELECT count(*) FROM changes") == [(0,)], "what happened then is not told any more"
        with store.reading() as connection:
            (version,) = history.versions(connection, 1)
        assert (version["change"], version["from_at"]) == ("known", day(1))

    def test_keeps_the_last_whole_look_of_each_account(self, store: Store) -> None:
        look(store, box("a"), on=1, account=ONE)
        look(store, box("a"), on=8, account=TWO)
        drop(store, day(90))
        assert ask(store, "SELECT account_id, resource_id FROM current_resources ORDER BY 1") == [("1", "a"), ("2", "a")]
        assert ask(store, "SELECT status FROM snapshot") == [("complete",)] * 2

    def test_goes_on_afterwards(self, store: Store) -> None:
        live(store, list(self.LIFE))
        drop(store, day(5))
        look(store, box("b", item={"Is": "open"}), on=9, checks=[SHUT])
        assert set(boxes(store)) == {"b"}
        assert ask(store, "SELECT status FROM open_findings") == [("fail",)]
