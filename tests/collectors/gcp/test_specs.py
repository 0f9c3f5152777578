"""Every spec against Google's own description of the type, and against the list of types that Asset Inventory knows."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import collectors.gcp
from collectors.gcp.provider import Gcp, specs
from collectors.gcp.spec import Spec
from collectors.spec import find
from scanner.responsibility.split import services
from tests.collectors.gcp.discovery import holds

ALL = [pytest.param(spec, id=spec.type) for spec in find(collectors.gcp, Spec)]
TYPES = dict(
    line.split(maxsplit=1)
    for line in Path(__file__).with_name("asset_types.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)
# No discovery document was to be had.
UNDOCUMENTED = {"gcp.memorystore.valkey_instance", "gcp.scc.security_center_service"}


def paths(spec: Spec) -> list[str]:
    return [*spec.tags.split(), *spec.volatile, *spec.secret, *spec.metadata]


@pytest.mark.parametrize("spec", ALL)
def test_every_path_is_a_field_that_google_describes(spec: Spec) -> None:
    assert bool(spec.schema) == (spec.type not in UNDOCUMENTED)
    for path in paths(spec):
        fact, _, field = path.partition(".")
        assert fact == "item"
        assert not spec.schema or any(holds(schema, field) for schema in spec.schema.split()), path


@pytest.mark.parametrize("spec", ALL)
def test_names_follow_the_house(spec: Spec) -> None:
    assert re.fullmatch(r"gcp\.[a-z]+\.[a-z0-9_]+", spec.type)
    assert spec.type.startswith(f"{spec.service}.")
    assert spec.service in services()
    assert spec.title


@pytest.mark.parametrize("spec", ALL)
def test_asset_inventory_knows_the_types(spec: Spec) -> None:
    assert set(spec.assets) <= set(TYPES)
    assert [each for each in spec.assets if TYPES[each] == "seen"] in ([], ["memorystore.googleapis.com/Instance"])


def test_types_and_assets_are_described_once() -> None:
    assert [name for name, times in Counter(spec.type for spec in specs()).items() if times > 1] == []
    assert [name for name, times in Counter(each for spec in specs() for each in spec.assets).items() if times > 1] == []


def test_every_google_service_of_the_split_has_a_type() -> None:
    ours = {name for name in services() if name.startswith("gcp.")}
    assert ours == {spec.service for spec in specs()}


def test_a_path_that_does_not_exist_is_noticed() -> None:
    assert not holds("storage.v1.Bucket", "lifecycle.rule.nothing")
    assert holds("storage.v1.Bucket", "lifecycle.rule.action.type")


def test_kinds_tell_the_facts_and_what_of_them_is_volatile() -> None:
    kinds = {kind.type: kind for kind in Gcp().kinds()}
    assert len(kinds) == len(specs()) > 150
    project, bucket, network = (kinds[f"gcp.{each}"] for each in ("project.project", "storage.bucket", "vpc.network"))
    assert project.facts == ("item", "asset", "iam_policy", "org_policy", "access_policy", "lineage", "tags")
    assert (bucket.facts, network.facts) == (("item", "asset", "iam_policy", "tags"), ("item", "asset"))
    assert {"asset.updateTime", "iam_policy.etag", "org_policy.etag"} <= set(project.volatile)
    assert "iam_policy.etag" not in network.volatile
    assert {kind.scope for kind in kinds.values()} == {"global"}


def test_nodes_are_read_whatever_services_are_chosen() -> None:
    from collectors.gcp.provider import wanted  # noqa: PLC0415
    from scanner.provider import Selection  # noqa: PLC0415

    chosen = {spec.type for spec in wanted(Selection(services=frozenset({"storage"})))}
    assert chosen == {
        "gcp.storage.bucket",
        "gcp.project.project",
        "gcp.organization.folder",
        "gcp.organization.organization",
    }
