"""The simulated organization: in the shapes that Google describes, and with something bad beside everything good."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from collectors.gcp.provider import specs
from simulators.gcp.estate import CAREFUL, CARELESS, NODES, Estate, Node, organization
from simulators.gcp.fleet import MIX, Fleet
from simulators.gcp.inventory import Query
from tests.collectors.gcp.discovery import strange

ESTATE = organization(Estate())
SPECS = {asset: spec for spec in specs() for asset in spec.assets}
BODIES = [pytest.param(each, id=each["name"].removeprefix("//")) for each in ESTATE.assets if "resource" in each]


@pytest.mark.parametrize("asset", BODIES)
def test_every_body_has_the_shape_that_google_describes(asset: dict[str, Any]) -> None:
    spec = SPECS.get(asset["assetType"])
    if spec and spec.schema:
        assert strange(spec.schema.split()[0], asset["resource"]["data"]) == []


def test_sections_have_the_shapes_that_google_describes() -> None:
    schemas = {
        "iamPolicy": "cloudasset.v1.Policy",
        "accessPolicy": "cloudasset.v1.GoogleIdentityAccesscontextmanagerV1AccessPolicy",
        "accessLevel": "cloudasset.v1.GoogleIdentityAccesscontextmanagerV1AccessLevel",
        "servicePerimeter": "cloudasset.v1.GoogleIdentityAccesscontextmanagerV1ServicePerimeter",
        "osInventory": "cloudasset.v1.Inventory",
    }
    seen = Counter[str]()
    for asset in ESTATE.assets:
        assert strange("cloudasset.v1.Asset", asset) == [], asset["name"]
        for section in schemas.keys() & asset.keys():
            seen[section] += 1
            assert strange(schemas[section], asset[section]) == [], asset["name"]
    assert set(seen) == set(schemas)


def test_names_are_unique_but_for_access_policies() -> None:
    twice = {name for name, times in Counter(each["name"] for each in ESTATE.assets).items() if times > 1}
    assert twice == {"//cloudresourcemanager.googleapis.com/organizations/111111111111"}


def test_good_stands_beside_bad() -> None:
    def told(node: Node) -> dict[str, str]:
        found = {}
        for each in ESTATE.assets:
            if each["ancestors"][0] == node.key and "resource" in each:
                text = json.dumps([each["resource"]["data"], each.get("iamPolicy")], sort_keys=True)
                text = re.sub(r'"id": "\d+"', "", text.replace(node.id, "").replace(node.number, ""))
                found[each["assetType"]] = text
        return found

    good, bad = told(CAREFUL), told(CARELESS)
    both = good.keys() & bad.keys()
    assert len([each for each in both if good[each] != bad[each]]) > 60


def test_most_described_types_are_there() -> None:
    there = {each["assetType"] for each in ESTATE.assets}
    assert len([spec for spec in specs() if set(spec.assets) & there]) > 95
    assert len({spec.service for spec in specs() if set(spec.assets) & there}) == len({spec.service for spec in specs()})


def test_every_ancestor_is_a_node() -> None:
    keys = {node.key for node in NODES}
    assert {key for each in ESTATE.assets for key in each["ancestors"]} == keys


@pytest.mark.parametrize("number", [0, 1, 99, 123_456, 999_999])
def test_the_fleet_is_made_of_whole_assets_with_names_of_their_own(number: int) -> None:
    fleet = Fleet(ESTATE, 1_000_000)
    everything = Query("organizations/111111111111", "RESOURCE")
    (made,) = fleet.assets(everything, number, number + 1)
    asset = json.loads(made)
    assert f"{number:07}" in asset["name"]
    spec = SPECS[asset["assetType"]]
    assert strange(spec.schema.split()[0], asset["resource"]["data"]) == []


def test_the_fleet_is_mixed_as_it_says() -> None:
    fleet = Fleet(ESTATE, 100)
    everything = Query("organizations/111111111111", "RESOURCE")
    made = [json.loads(each) for each in fleet.assets(everything, 0, 100)]
    assert Counter(each["assetType"] for each in made) == MIX
    assert len({each["name"] for each in made}) == 100
    policies = [json.loads(each) for each in fleet.assets(Query("x", "IAM_POLICY"), 0, 10)]
    assert {each["name"] for each in policies} <= {each["name"] for each in made}
    assert fleet.count(Query("organizations/1", "ORG_POLICY")) == 0
