"""Any sequence of snapshots, against a model that keeps everything in dictionaries.

Resources come, change and go; facts are denied and regained; listings fail, or are not tried at all. After each look the
inventory holds what the model holds: now, and as of every look before.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select

from scanner.inventory import history, queries
from scanner.inventory.moments import Look, Span
from scanner.inventory.store import Store
from scanner.inventory.tables import account
from scanner.model import Listed, Resource
from tests.cases import DENIED, fact
from tests.scanner.inventory.build import NORTH, ONE, SOUTH, ask, box, lid, look, refused

MAKERS = {"test.box": box, "test.lid": lid}
SCOPES = [("test.box", NORTH), ("test.box", SOUTH), ("test.lid", NORTH)]
IDS = ["a", "b"]
Scope = tuple[str, str]
Place = tuple[str, str, str]  # type, region, id
WHY = [DENIED.reason.value, DENIED.code, DENIED.operation, DENIED.permission]

FACTS = ["item", "policy"]
ALL = [(*scope, id) for scope in SCOPES for id in IDS]
PLACES = st.sampled_from(ALL)
CONTENTS = st.fixed_dictionaries(
    {"item": st.sampled_from([{"Size": 1}, {"Size": 2}, {"Size": True}, {}])},
    optional={"policy": st.sampled_from([None, {"Open": True}, {"Open": False}])},
)
CHANGES = st.dictionaries(PLACES, CONTENTS | st.none(), max_size=4)
TRIED = st.fixed_dictionaries({scope: st.sampled_from(["whole"] * 4 + ["broken", "refused", "left out"]) for scope in SCOPES})
# Most looks may read everything; some are refused one fact of everything, some a few here and there.
DENIALS: st.SearchStrategy[set[tuple[Place, str]]] = st.one_of(
    st.just(set()),
    st.sampled_from([{(place, name) for place in ALL} for name in FACTS]),
    st.sets(st.tuples(PLACES, st.sampled_from(FACTS)), max_size=4),
)


Blind = tuple[set[tuple[Place, str]], set[Scope], set[Scope]]
"""What could not be read as of a look: facts of resources, listings; and the listings that were read to their end last."""


@dataclass
class Known:
    """What the inventory should hold of one resource."""

    facts: dict[str, Any]
    opened: Any = None
    unread: set[str] = field(default_factory=set)
    there: bool = True


@dataclass
class Model:
    """The naive inventory: what is known, and a copy of it for every look."""

    now: dict[Place, Known] = field(default_factory=dict)
    gaps: set[Scope] = field(default_factory=set)
    listed: set[Scope] = field(default_factory=set)
    past: dict[int, dict[Place, dict[str, Any]]] = field(default_factory=dict)
    blind: dict[int, Blind] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def see(self, place: Place, given: Mapping[str, Any], opened: Any, denied: set[str]) -> None:
        """Take in a resource that a listing returned. ``denied`` are facts that were not read this time."""
        old = self.now.get(place)
        kept = {name: old.facts[name] for name in denied if old and old.there and name in old.facts}
        facts = {name: value for name, value in given.items() if name not in denied} | kept
        last = old.opened if old and old.there and "item" in denied else None
        self.now[place] = Known(facts, last if "item" in denied else opened, denied)
        if old is None or not old.there:
            self.counts["added"] += 1
        else:
            self.counts["unchanged" if exactly(old.facts) == exactly(facts) else "changed"] += 1

    def close(self, scope: Scope, returned: set[Place]) -> None:
        """End what a complete listing no longer has, and the gap of the listing."""
        self.gaps.discard(scope)
        for place, known in self.now.items():
            if place[:2] == scope and known.there and place not in returned:
                known.there, known.unread = False, set()
                self.counts["removed"] += 1

    def current(self) -> dict[Place, dict[str, Any]]:
        """Return the facts of what is there, as one who asks gets them."""
        found = {}
        for place, known in self.now.items():
            if known.there:
                found[place] = deepcopy(known.facts)
                if known.opened is not None:
                    found[place]["item"]["Opened"] = known.opened
        return found

    def steady(self) -> dict[Place, dict[str, Any]]:
        return {place: deepcopy(known.facts) for place, known in self.now.items() if known.there}

    def unread(self) -> Blind:
        facts = {(place, name) for place, known in self.now.items() for name in known.unread}
        return facts, set(self.gaps), set(self.listed)

    def changes(self, before: int, after: int) -> dict[Place, str]:
        """Return what differs between two looks."""
        was, now = self.past.get(before, {}), self.past[after]
        found = dict.fromkeys(now.keys() - was.keys(), "added") | dict.fromkeys(was.keys() - now.keys(), "removed")
        same = {place for place in was.keys() & now.keys() if exactly(was[place]) == exactly(now[place])}
        return found | dict.fromkeys((was.keys() & now.keys()) - same, "changed")

    def versions(self) -> int:
        """Return how many versions there should be: one for each time that something was otherwise than at the look before."""
        looks = [{}, *(self.past[snapshot] for snapshot in sorted(self.past))]
        pairs = pairwise(looks)
        return sum(
            place not in before or exactly(before[place]) != exactly(facts)
            for before, after in pairs
            for place, facts in after.items()
        )


def exactly(value: Any) -> Any:
    """Return what is equal for the same JSON only: ``1`` is not ``true``."""
    if isinstance(value, dict):
        return {name: exactly(inner) for name, inner in value.items()}
    return type(value), value


class History(RuleBasedStateMachine):
    """One account of its own in an inventory of many. A look returns what it may see of the cloud."""

    store: Store
    numbers = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.account = replace(ONE, id=f"history-{next(self.numbers)}")
        self.cloud: dict[Place, dict[str, Any]] = {}
        self.model = Model()

    @rule(
        changes=CHANGES,
        tried=TRIED,
        opened=st.sampled_from([None, "monday", "tuesday"]),
        denied=DENIALS,
        missed=st.sets(PLACES, max_size=4),
    )
    def look(
        self,
        changes: dict[Place, Any],
        tried: dict[Scope, str],
        opened: str | None,
        denied: set[tuple[Place, str]],
        missed: set[Place],
    ) -> None:
        """Change the cloud, and look: each listing goes as it is *tried*; a broken one does not return what is *missed*."""
        self.cloud = {place: facts for place, facts in (self.cloud | changes).items() if facts is not None}
        self.model.counts = dict.fromkeys(("added", "changed", "removed", "unchanged"), 0)
        said: list[Any] = []
        for scope, how in tried.items():
            there = {place for place in self.cloud if place[:2] == scope}
            returned = {"whole": there, "broken": there - missed}.get(how, set())
            for place in sorted(returned):
                hidden = {name for at, name in denied if at == place and name in self.cloud[place]}
                seen = opened if place[0] == "test.box" else None
                said.append(self.resource(place, seen, hidden))
                self.model.see(place, self.cloud[place], seen, hidden)
            if how == "whole":
                said.append(Listed(*scope, complete=True))
                self.model.close(scope, returned)
                self.model.listed.add(scope)
            elif how != "left out":
                said += refused(*scope)
                self.model.gaps.add(scope)
                self.model.listed.discard(scope)
        looked = look(self.store, *said, account=self.account, scopes=())
        self.model.past[looked.snapshot_id] = self.model.steady()
        self.model.blind[looked.snapshot_id] = self.model.unread()
        assert {name: getattr(looked.applied, name) for name in self.model.counts} == self.model.counts
        self.compare()

    def resource(self, place: Place, opened: str | None, hidden: set[str]) -> Resource:
        type, region, id = place
        facts = deepcopy(self.cloud[place])
        if opened:
            facts["item"]["Opened"] = opened
        return MAKERS[type](id, region, **{name: DENIED if name in hidden else fact(value) for name, value in facts.items()})

    def compare(self) -> None:
        """Compare the inventory with the model: what is there, what is unread, and what was there at every look."""
        rows = list(queries.resources(self.store, {"account_id": [self.account.id]}))
        places = [(row["resource_type"], row["region"], row["resource_id"]) for row in rows]
        assert exactly(dict(zip(places, (row["facts"] for row in rows), strict=True))) == exactly(self.model.current())
        unread = {place: set(row["unread"]) for place, row in zip(places, rows, strict=True) if row["unread"]}
        assert unread == {place: known.unread for place, known in self.model.now.items() if known.unread}
        assert all(why == WHY for row in rows for why in (row["unread"] or {}).values())
        assert self.gaps() == self.model.gaps
        versions = self.versions()
        for snapshot, then in self.model.past.items():
            found = {place: facts for place, first, last, facts in versions if first <= snapshot < (last or snapshot + 1)}
            assert exactly(found) == exactly(then), snapshot
        assert len(versions) == self.model.versions()
        assert {snapshot: self.blind(snapshot) for snapshot in self.model.blind} == self.model.blind
        *_, before, last = [0, 0, *sorted(self.model.past)]
        for earlier in {0, before}:
            assert self.changes(earlier, last) == self.model.changes(earlier, last)

    def changes(self, before: int, after: int) -> dict[Place, str]:
        """Return what the inventory says has changed between two looks."""
        with self.store.reading() as connection:
            query = select(account.c.pk).where(account.c.account_id == self.account.id)
            owner = connection.scalars(query).one()
            span = Span(*(Look(owner, "test", self.account.id, snapshot, None) for snapshot in (before, after)))
            rows = list(history.resources(connection, span))
        return {(row["resource_type"], row["region"], row["resource_id"]): row["change"] for row in rows}

    def gaps(self) -> set[Scope]:
        query = "SELECT g.resource_type, g.region FROM gap g JOIN account a ON a.pk = g.account_pk"
        where = f" WHERE g.resource_pk IS NULL AND g.valid_to IS NULL AND a.account_id = '{self.account.id}'"
        return {(type, region) for type, region in ask(self.store, query + where)}

    def blind(self, snapshot: int) -> Blind:
        """Return what the inventory says could not be read as of a look."""
        then = f"x.valid_from <= {snapshot} AND coalesce(x.valid_to, {snapshot + 1}) > {snapshot}"
        ours = f"JOIN account a ON a.pk = x.account_pk WHERE a.account_id = '{self.account.id}' AND {then}"
        own = f"FROM gap x JOIN resource r ON r.pk = x.resource_pk {ours}"
        facts = ask(self.store, f"SELECT r.resource_type, r.listed_in, r.resource_id, x.fact {own}")
        gaps = ask(self.store, f"SELECT x.resource_type, x.region FROM gap x {ours} AND x.resource_pk IS NULL")
        whole = ask(self.store, f"SELECT x.resource_type, x.region FROM listing x {ours} AND x.complete")
        assert len(facts) == len(set(facts))
        return {((*place,), fact) for *place, fact in facts}, set(gaps), set(whole)

    def versions(self) -> list[tuple[Place, int, int | None, Any]]:
        query = f"""
            SELECT r.resource_type, r.listed_in, r.resource_id, v.valid_from, v.valid_to, v.facts FROM resource_version v
            JOIN resource r ON r.pk = v.resource_pk JOIN account a ON a.pk = r.account_pk
            WHERE a.account_id = '{self.account.id}'"""
        return [((*place,), first, last, queries.document(facts)) for *place, first, last, facts in ask(self.store, query)]


def test_the_inventory_is_what_the_model_is(store: Store) -> None:
    class OfThisStore(History):
        pass

    OfThisStore.store = store
    run_state_machine_as_test(OfThisStore, settings=settings(max_examples=10, stateful_step_count=10))
