"""What a collector did not ask for again stands as it is known; and it may ask what the inventory remembers."""

from __future__ import annotations

from typing import Any

from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Gap, Kept, Listed, Reason, Resource, passed
from tests.cases import DENIED
from tests.scanner.inventory.build import NORTH, ONE, SOUTH, TWO, ask, box, boxes, look, made, refused

KEPT: Any = Kept()


def box_with(id: str = "b1", **facts: Any) -> Resource:
    return box(id).with_facts(**facts) if facts else box(id)


class TestFacts:
    def test_that_were_not_asked_for_again_stay_as_they_are(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        looked = look(store, box_with(policy=KEPT), on=2)
        assert boxes(store)["b1"]["policy"] == {"Open": True}
        assert looked.applied.unchanged == 1

    def test_stay_while_others_change(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        looked = look(store, box(item={"Size": 2}).with_facts(policy=KEPT), on=2)
        assert boxes(store)["b1"] == {"item": {"Size": 2}, "policy": {"Open": True}}
        assert looked.applied.changed == 1

    def test_are_no_gap(self, store: Store) -> None:
        look(store, box(policy={"Open": True}), on=1)
        look(store, box_with(policy=KEPT), on=2)
        assert list(queries.gaps(store)) == []

    def test_that_were_denied_before_stay_a_gap_until_they_are_read(self, store: Store) -> None:
        look(store, box(policy=DENIED), on=1)
        look(store, box_with(policy=KEPT), on=2)
        assert boxes(store)["b1"] == {"item": {}}

    def test_are_seen_by_checks(self, store: Store) -> None:
        seen = []

        def judge(thing: Resource) -> Any:
            seen.append(thing["policy"])
            return passed()

        checks = [made("test.box.seen", judge)]
        look(store, box(policy={"Open": True}), on=1, checks=checks)
        look(store, box_with(policy=KEPT), on=2, checks=checks)
        assert seen == [{"Open": True}] * 2


class TestMemory:
    """A fact that is volatile as a whole is handed back, by account and type."""

    def test_hands_back_the_latest_observation(self, store: Store) -> None:
        look(store, box("a", usage={"at": 1}), box("b"), on=1)
        look(store, box("a", usage={"at": 2}), box("b"), on=2)
        memory = store.remembered(ONE.provider)
        assert memory(ONE.id, "test.box", "usage") == {"a": {"at": 2}}
        assert memory(TWO.id, "test.box", "usage") == {}
        assert memory(ONE.id, "test.lid", "usage") == {}

    def test_forgets_what_is_gone(self, store: Store) -> None:
        look(store, box("a", usage={"at": 1}), on=1)
        look(store, on=2)
        assert store.remembered(ONE.provider)(ONE.id, "test.box", "usage") == {}

    def test_stays_where_it_was_not_observed_again(self, store: Store) -> None:
        look(store, box("a", usage={"at": 1}), on=1)
        look(store, box("a").with_facts(usage=KEPT), on=2)
        assert store.remembered(ONE.provider)(ONE.id, "test.box", "usage") == {"a": {"at": 1}}


class TestListingsOfOneAccount:
    """One scan of many accounts may fail to list something of one of them only."""

    def test_leave_the_others_alone(self, store: Store) -> None:
        both = [box("a", NORTH), box("b", NORTH)]
        for account in (ONE, TWO):
            look(store, *both, account=account, on=1)
        gap = Gap("test.box", NORTH, "aws.s3", "List", Reason.DENIED, account=TWO.id)
        said = (
            gap,
            Listed("test.box", NORTH, complete=False, account=TWO.id),
            Listed("test.box", NORTH, complete=True, account=ONE.id),
        )
        look(store, *said, account=ONE, on=2, scopes=())
        look(store, *said, account=TWO, on=2, scopes=())
        assert ask(store, "SELECT account_id, count(*) FROM current_resources GROUP BY account_id") == [(TWO.id, 2)]
        assert [row["account_id"] for row in queries.gaps(store)] == [TWO.id]

    def test_count_with_those_of_all(self, store: Store) -> None:
        look(store, box("a", SOUTH), account=ONE, on=1, scopes=())
        said = (
            Listed("test.box", SOUTH, complete=True),
            Listed("test.box", SOUTH, complete=False, account=ONE.id),
            refused()[0],
        )
        look(store, *said, account=ONE, on=2, scopes=())
        assert ask(store, "SELECT count(*) FROM current_resources") == [(1,)]
