"""The simulated tenant: something of every type that is described, and something bad beside everything good."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from collectors.azure.provider import specs
from collectors.azure.spec import TENANT, Get, Graph, Rows, Spec
from simulators.azure.arm import known_versions
from simulators.azure.estate import RESOURCES, Estate, Item, merged, tenant
from simulators.azure.fleet import MIX, Fleet

ESTATE = tenant(Estate())
UNFILLED = re.compile(r"\{(s|short|sub|group|rg|subscription|tenant|id|name|(ago|ahead|seconds):[^}]*)\}")
NATIVES = {item.native for item in ESTATE.items.values()}
SHOWN = [spec for spec in specs() if spec.natives and spec.table != "resourcecontainers"]


def test_every_described_type_of_a_table_is_there() -> None:
    assert [spec.type for spec in SHOWN if not set(spec.natives) & NATIVES] == []


def test_every_type_stands_in_its_table() -> None:
    tables = {item.native: item.table for item in ESTATE.items.values()}
    there = [(native, spec.table) for spec in SHOWN for native in spec.natives if native in tables]
    assert [(native, table) for native, table in there if tables[native] != table] == []


def test_rows_that_become_facts_are_there() -> None:
    wanted = {(fact.arm, fact.table) for spec in specs() for fact in spec.facts.values() if isinstance(fact, Rows)}
    assert wanted - {(item.native, item.table) for item in ESTATE.items.values()} == set()


def settled(spec: Spec, read: Get) -> bool:
    """Tell whether the estate says what a read answers below some resource of a type."""
    path = read.path.lower()
    if "{" in path or not path:
        return True
    every = [key for key, item in ESTATE.items.items() if item.native in spec.natives]
    return any(f"{key}{path}" in ESTATE.settings or f"{key}{path}" in ESTATE.items for key in every)


def test_what_is_asked_of_a_resource_is_settled() -> None:
    asked = [(spec, name, read) for spec in SHOWN for name, read in spec.facts.items() if isinstance(read, Get)]
    assert [f"{spec.type} {name}: {read.path}" for spec, name, read in asked if not settled(spec, read)] == []


def test_the_directory_answers_what_is_asked_of_it() -> None:
    held = {path.lower() for path in ESTATE.directory}
    reads = [read for spec in specs() for read in (spec.listing, *spec.facts.values()) if isinstance(read, Graph)]
    paths = {read.path.partition("?")[0].lower().split("/", 2)[2] for read in reads if "{" not in read.path}
    assert paths - held == set()


def test_versions_that_are_asked_for_exist() -> None:
    for spec in specs():
        for read in (spec.listing, *spec.facts.values()):
            if isinstance(read, Get):
                kind = read.path.rpartition("/providers/")[2].lower().strip("/") if "/providers/" in read.path else ""
                for native in [kind] if kind else [f"{each}{read.path.lower()}" for each in spec.natives]:
                    known = known_versions(native)
                    assert not known or (read.api or spec.api) in known, (spec.type, read.path)


def test_ids_are_whole_and_in_their_own_casing() -> None:
    for key, item in ESTATE.items.items():
        assert key == item.id.lower()
        assert not UNFILLED.search(json.dumps(item.document)), item.id
        assert item.id.endswith(f"/{item.document['name']}")


def test_good_stands_beside_bad() -> None:
    def told(place: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in ESTATE.find_all(place):
            text = json.dumps(item.document, sort_keys=True)
            found[item.native] = found.get(item.native, "") + text.replace(place, "").replace(ids[place], "")
        return found

    ids = {each.key: each.id for each in ESTATE.subscriptions.values()}
    good, bad = told("prod"), told("sandbox")
    same = {native for native in good.keys() & bad.keys() if good[native] == bad[native]}
    assert len(good.keys() & bad.keys()) > 80
    assert len(same) < 10, same


def test_more_subscriptions_are_in_turn_good_and_bad() -> None:
    more = tenant(Estate(), 2)
    first, second = (next(more.find("Microsoft.Storage/storageAccounts", f"team-00{number}")) for number in (0, 1))
    assert [each.document["properties"]["minimumTlsVersion"] for each in (first, second)] == ["TLS1_2", "TLS1_0"]


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ({"a": 1}, {"a": 1, "b": {"c": 2}}),
        ({"b": {"c": None, "d": 3}}, {"b": {"d": 3}}),
        ({"b": None}, {}),
        ({"b": [1]}, {"b": [1]}),
    ],
    ids=str,
)
def test_careless_forms_are_patches(patch: dict[str, object], result: dict[str, object]) -> None:
    assert merged({"b": {"c": 2}}, patch) == result


def test_the_tenant_is_described_once() -> None:
    assert [spec.type for spec in specs() if spec.type == TENANT] == [TENANT]
    assert len(ESTATE.directory["organization"]) == 1


def test_the_fleet_is_mixed_as_it_says() -> None:
    estate = tenant(Estate())
    fleet = Fleet(estate, 12_000)
    blocks = fleet.blocks(None, None)
    rows = [json.loads(each) for each in fleet.rows(blocks, 0, 20_000)]
    assert len({row["id"] for row in rows}) == 12_000
    assert Counter(row["type"] for row in rows) == {native: many * 120 for native, many in MIX.items()}
    assert [row["id"].lower() for row in rows] == sorted(row["id"].lower() for row in rows)
    assert {row["subscriptionId"] for row in rows} <= set(estate.subscriptions)
    assert all(row["id"].split("/")[2] == row["subscriptionId"] for row in rows)


def test_any_page_of_the_fleet_can_be_made_at_any_time() -> None:
    fleet = Fleet(tenant(Estate()), 12_000)
    blocks = fleet.blocks(None, None)
    whole = fleet.rows(blocks, 0, 12_000)
    assert fleet.rows(blocks, 9_990, 25) == whole[9_990:10_015]
    assert fleet.rows(blocks, 11_999, 1000) == whole[-1:]


def test_an_item_is_of_a_table_or_of_none() -> None:
    tables = {item.table for item in ESTATE.items.values()}
    assert tables >= {RESOURCES, ""}
    assert Item("", {"id": "/x", "type": "A/B"}).native == "a/b"
