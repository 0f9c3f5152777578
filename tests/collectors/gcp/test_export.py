"""An export in place of the API: the same resources, without a call; and honest about what was not exported."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from collectors.gcp.assets import ENUMS, camel
from collectors.gcp.provider import specs
from scanner.model import Present, Reason, Unread
from scanner.provider import ConnectError
from simulators.gcp import SimulatedGcp
from simulators.gcp.estate import CAREFUL, ORGANIZATION
from simulators.gcp.inventory import EVERY, SECTIONS
from tests.collectors.gcp.scans import Scan, scanned, told

DESCRIBED = {spec.type for spec in specs()}
INTEGERS = {name: {text: number for number, text in enumerate(texts)} for name, texts in ENUMS.items()}
BODY = {"resource", "data", "items"}


def snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def written(value: Any, name: str = "") -> Any:
    """Return a section as an export to a bucket writes it: snake case, enums in policies as numbers."""
    if isinstance(value, list):
        return [written(each, name) for each in value]
    if not isinstance(value, dict):
        return INTEGERS.get(name, {}).get(value, value) if isinstance(value, str) else value
    if name == "items":
        return {key: written(each) for key, each in value.items()}
    return {snake(key): written(each, key) for key, each in value.items()}


def line(asset: dict[str, Any], content: str, *, camels: bool) -> str:
    shown = {name: value for name, value in asset.items() if name not in EVERY or name in SECTIONS[content]}
    if not camels:
        body = shown.pop("resource", None)
        shown = {snake(name): written(value, name) for name, value in shown.items()}
        shown |= {"resource": body} if body else {}
    return json.dumps(shown)


def export(gcp: SimulatedGcp, folder: Path, contents: list[str], *, camels: bool = False, packed: bool = False) -> Path:
    """Write one file a content, as `gcloud asset export` does."""
    for content in contents:
        lines = [
            line(each, content, camels=camels)
            for each in gcp.estate.assets
            if any(section in each for section in SECTIONS[content])
        ]
        text = "".join(f"{each}\n" for each in lines).encode()
        (folder / f"{content.lower()}.json{'.gz' if packed else ''}").write_bytes(gzip.compress(text) if packed else text)
    return folder


ALL = list(SECTIONS)


def same(scan: Scan, live: Scan) -> None:
    assert told(scan) == told(live)
    assert [each for each in scan.listed if not each.complete] == []
    assert scan.gaps == []


@pytest.mark.parametrize("camels", [False, True], ids=["snake", "camel"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_an_export_says_the_same_as_the_api(gcp: SimulatedGcp, tmp_path: Path, *, camels: bool, packed: bool) -> None:
    live = scanned(gcp)
    gcp.reset_calls()
    scan = scanned(gcp, from_=str(export(gcp, tmp_path, ALL, camels=camels, packed=packed)))
    same(scan, live)
    assert scan.collector.account == live.collector.account
    assert scan.collector.accounts == live.collector.accounts
    assert (dict(gcp.calls), dict(scan.collector.calls)) == ({}, {})


def test_one_file_is_enough(gcp: SimulatedGcp, tmp_path: Path) -> None:
    live = scanned(gcp)
    export(gcp, tmp_path, ALL)
    whole = tmp_path / "whole.jsonl"
    whole.write_bytes(b"".join(each.read_bytes() for each in sorted(tmp_path.glob("*.json"))))
    same(scanned(gcp, from_=str(whole)), live)


def test_what_gcloud_prints_is_an_array(gcp: SimulatedGcp, tmp_path: Path) -> None:
    live = scanned(gcp)
    assets = [json.loads(row) for content in ALL for row in _lines(gcp, content)]
    file = tmp_path / "listed.json"
    file.write_text(json.dumps(assets, indent=2), "utf-8")
    same(scanned(gcp, from_=str(file)), live)


def _lines(gcp: SimulatedGcp, content: str) -> list[str]:
    found = [each for each in gcp.estate.assets if any(section in each for section in SECTIONS[content])]
    return [line(each, content, camels=True) for each in found]


@pytest.mark.parametrize(
    ("missing", "facts"),
    [
        ("IAM_POLICY", {"iam_policy", "lineage"}),
        ("ORG_POLICY", {"org_policy", "lineage"}),
        ("ACCESS_POLICY", {"access_policy"}),
        ("OS_INVENTORY", {"os_inventory"}),
    ],
)
def test_a_content_that_was_not_exported_is_unread(gcp: SimulatedGcp, tmp_path: Path, missing: str, facts: set[str]) -> None:
    scan = scanned(gcp, from_=str(export(gcp, tmp_path, [each for each in ALL if each != missing])))
    assert {(name, code) for _, name, code in scan.unread()} == {(name, "NOT_EXPORTED") for name in facts}
    fact = scan.one("gcp.project.project", "shop-prod").facts["lineage"]
    assert not isinstance(fact, Unread) or fact.reason is Reason.UNAVAILABLE


def test_a_file_that_is_cut_is_read_as_far_as_it_goes(gcp: SimulatedGcp, tmp_path: Path) -> None:
    known = told(scanned(gcp))
    export(gcp, tmp_path, ALL, packed=True)
    file = tmp_path / "resource.json.gz"
    file.write_bytes(file.read_bytes()[:-2000])
    scan = scanned(gcp, from_=str(tmp_path))
    assert 50 < len(scan.resources) < len(known)
    assert not any(each.complete for each in scan.listed)
    assert {(each.reason, each.code) for each in scan.gaps} == {(Reason.ERROR, "DecodeError")}
    for each in scan.resources:
        for name, fact in each.facts.items():
            assert isinstance(fact, Unread) or fact == known[each.id][4][name]


def test_policies_that_are_cut_are_known_as_far_as_they_go(gcp: SimulatedGcp, tmp_path: Path) -> None:
    known = told(scanned(gcp))
    export(gcp, tmp_path, ALL, packed=True)
    file = tmp_path / "iam_policy.json.gz"
    file.write_bytes(file.read_bytes()[:-300])
    scan = scanned(gcp, from_=str(tmp_path))
    policies = {each.id: each.facts["iam_policy"] for each in scan.resources if "iam_policy" in each.facts}
    assert any(isinstance(each, Present) for each in policies.values())
    for id, policy in policies.items():
        assert isinstance(policy, Unread) or policy == known[id][4]["iam_policy"]
    assert ("gcp.pubsub.topic", "iam_policy", "DecodeError") in scan.unread()


def test_a_line_that_is_no_asset_leaves_its_type_open(gcp: SimulatedGcp, tmp_path: Path) -> None:
    export(gcp, tmp_path, ALL)
    with (tmp_path / "resource.json").open("a") as file:
        file.write('{"asset_type":"storage.googleapis.com/Bucket","resource":{}}\n')
    scan = scanned(gcp, from_=str(tmp_path))
    assert [each.type for each in scan.listed if not each.complete and each.type in DESCRIBED] == ["gcp.storage.bucket"]


def test_an_export_of_one_project(gcp: SimulatedGcp, tmp_path: Path) -> None:
    rows = [
        line(each, content, camels=False)
        for content in ALL
        for each in gcp.estate.assets
        if CAREFUL.key in each["ancestors"] and any(section in each for section in SECTIONS[content])
    ]
    file = tmp_path / "project.json"
    file.write_text("\n".join(rows), "utf-8")
    scan = scanned(gcp, from_=str(file))
    assert scan.collector.account.id == "shop-prod"
    lineage = scan.one("gcp.project.project").facts["lineage"]
    assert isinstance(lineage, Unread)
    assert ORGANIZATION.key not in {each.id for each in scan.collector.accounts}


@pytest.mark.parametrize("content", ["", "[]", "{}\n", "nonsense\n"], ids=repr)
def test_a_file_that_holds_no_assets(tmp_path: Path, gcp: SimulatedGcp, content: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ConnectError, match=r"x\.json: ") as raised:
        scanned(gcp, from_=str(file))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_what_cannot_be_read(tmp_path: Path, gcp: SimulatedGcp, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConnectError, match=f"{name} (cannot be read|holds no files)"):
        scanned(gcp, from_=str(tmp_path / name))


def test_the_time_of_an_export_is_that_of_its_oldest_file(gcp: SimulatedGcp, tmp_path: Path) -> None:
    import os  # noqa: PLC0415

    export(gcp, tmp_path, ALL)
    os.utime(tmp_path / "iam_policy.json", (1_700_000_000, 1_700_000_000))
    assert scanned(gcp, from_=str(tmp_path)).collector.read_time == "2023-11-14T22:13:20Z"


def test_the_helper_of_these_tests_writes_what_it_says() -> None:
    assert written({"auditConfigs": [{"auditLogConfigs": [{"logType": "DATA_READ"}]}]}) == {
        "audit_configs": [{"audit_log_configs": [{"log_type": 3}]}]
    }
    assert camel("audit_log_configs") == "auditLogConfigs"
