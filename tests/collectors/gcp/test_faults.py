"""Everything that goes wrong on the wire: nothing false is told, nothing known is lost, and no call is repeated for ever."""

from __future__ import annotations

import random
import time

import pytest

from collectors.gcp.provider import specs
from scanner.model import Listed, Present, Reason, Unread
from scanner.provider import ConnectError
from simulators.gcp import Fault, SimulatedGcp
from simulators.gcp.estate import CAREFUL, ORGANIZATION, PRODUCTION, SHOP
from simulators.gcp.faults import Kind
from tests.collectors.gcp.scans import Scan, digests, entered, scanned, told, watched

CONTENTS = {
    "IAM_POLICY": {"iam_policy", "lineage"},
    "ORG_POLICY": {"org_policy", "lineage"},
    "ACCESS_POLICY": {"access_policy"},
    "OS_INVENTORY": {"os_inventory"},
}
PERMISSIONS = {
    "IAM_POLICY": "cloudasset.assets.listIamPolicy",
    "ORG_POLICY": "cloudasset.assets.listOrgPolicy",
    "ACCESS_POLICY": "cloudasset.assets.listAccessPolicy",
    "OS_INVENTORY": "cloudasset.assets.listOSInventories",
}
PASSES: list[Kind] = ["throttled", "error", "unavailable", "dropped", "cut", "garbled", "empty", "portal", "hollow"]
LASTS: dict[Kind, tuple[Reason, str]] = {
    "denied": (Reason.DENIED, "PERMISSION_DENIED"),
    "throttled": (Reason.THROTTLED, "RESOURCE_EXHAUSTED"),
    "disabled": (Reason.DISABLED, "SERVICE_DISABLED"),
    "unauthenticated": (Reason.DENIED, "UNAUTHENTICATED"),
    "error": (Reason.UNAVAILABLE, "INTERNAL"),
    "unavailable": (Reason.UNAVAILABLE, "UNAVAILABLE"),
    "gone": (Reason.ERROR, "NOT_FOUND"),
    "dropped": (Reason.UNAVAILABLE, "ConnectionError"),
    "cut": (Reason.UNAVAILABLE, "ChunkedEncodingError"),
    "garbled": (Reason.ERROR, "DecodeError"),
    "empty": (Reason.ERROR, "DecodeError"),
    "portal": (Reason.ERROR, "DecodeError"),
    "hollow": (Reason.ERROR, "DecodeError"),
}


def honest(scan: Scan, truth: Scan) -> None:
    """Fail when *scan* tells anything that the *truth* does not, or keeps quiet about what it could not read."""
    known = told(truth)
    for resource in scan.resources:
        for name, fact in resource.facts.items():
            assert isinstance(fact, Unread) or fact == known[resource.id][4][name], (resource.id, name)
    if scan.whole:
        assert {each.id for each in scan.resources} == set(known)


# A content that is refused.


@pytest.mark.parametrize("content", CONTENTS)
def test_a_refused_content_is_unread_wherever_it_would_tell_something(gcp: SimulatedGcp, content: str) -> None:
    truth = scanned(gcp)
    gcp.fault(Fault(content, "denied"))
    scan = scanned(gcp)
    honest(scan, truth)
    described = {spec.type for spec in specs()}
    assert all(each.complete for each in scan.listed if each.type in described)
    assert scan.whole == (content != "IAM_POLICY")  # which alone tells of some types that nobody described
    assert {name for _, name, _ in scan.unread()} == CONTENTS[content]
    expected = Unread(Reason.DENIED, "PERMISSION_DENIED", f"cloudasset:ListAssets:{content}", PERMISSIONS[content])
    fact = next(iter(CONTENTS[content] - {"lineage"}))
    holders = [spec.type for spec in specs() if fact in spec.facts]
    found = [each for each in scan.resources if each.type in holders]
    assert found
    assert {each.facts[fact] for each in found} == {expected}
    assert all(isinstance(each.facts["item"], Present) for each in found)


@pytest.mark.parametrize("kind", LASTS)
def test_each_way_to_fail_has_its_reason(gcp: SimulatedGcp, kind: Kind) -> None:
    truth = scanned(gcp)
    gcp.fault(Fault("IAM_POLICY", kind))
    scan = scanned(gcp, attempts=2)
    honest(scan, truth)
    policy = scan.all("gcp.storage.bucket", "shop-prod")[0].facts["iam_policy"]
    assert isinstance(policy, Unread)
    assert (policy.reason, policy.code) == LASTS[kind]


# What passes.


@pytest.mark.parametrize("kind", PASSES)
@pytest.mark.parametrize("content", ["RESOURCE", "IAM_POLICY"])
def test_what_passes_is_tried_again_and_leaves_no_trace(gcp: SimulatedGcp, kind: Kind, content: str) -> None:
    truth = scanned(gcp, page_size=60)
    gcp.reset_calls()
    gcp.fault(Fault(content, kind, times=2, after=1))
    scan = scanned(gcp, page_size=60)
    assert told(scan) == told(truth)
    assert (scan.gaps, scan.whole) == ([], True)
    assert dict(scan.collector.calls) == {name: many for name, many in gcp.calls.items() if name.startswith("cloudasset")}


def test_a_token_that_expires_meanwhile_is_renewed(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("RESOURCE", "unauthenticated", times=1, after=2))
    scan = scanned(gcp, page_size=60)
    assert (scan.gaps, scan.whole) == ([], True)
    assert gcp.calls["token:token"] == 2


def test_what_does_not_pass_is_asked_once(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("IAM_POLICY", "denied"))
    scanned(gcp)
    assert gcp.calls["cloudasset:ListAssets:IAM_POLICY"] == 1


def test_a_quota_is_waited_for_as_long_as_it_says_and_not_for_ever(gcp: SimulatedGcp, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("collectors.gcp.client.BACKOFF", 1.0)
    gcp.fault(Fault("IAM_POLICY", "throttled"))
    collector = entered(gcp)
    monkeypatch.setattr(collector._budget.stopped, "wait", waited.append)
    scan = watched(collector)
    assert gcp.calls["cloudasset:ListAssets:IAM_POLICY"] == 8
    assert waited == [0, 2, 4, 8, 16, 32, 60]
    assert sum(waited) > 60  # a quota's minute fits in
    assert ("gcp.storage.bucket", "iam_policy", "RESOURCE_EXHAUSTED") in scan.unread()


def test_an_answer_too_large_is_asked_for_in_smaller_pages(gcp: SimulatedGcp) -> None:
    truth = scanned(gcp)
    gcp.fault(Fault("RESOURCE", "too_large", above=100))
    scan = scanned(gcp)
    assert told(scan) == told(truth)
    assert (scan.gaps, scan.whole) == ([], True)
    assert [int(each["pageSize"][0]) for each in gcp.asked if each["contentType"] == ["RESOURCE"]][-9:] == [
        *(1000, 500, 250, 125),  # and then what is small enough, to the end
        *(62, 62, 62, 62, 62),
    ]


def test_an_answer_that_is_always_too_large_ends_as_a_gap(gcp: SimulatedGcp) -> None:
    collector = entered(gcp)
    gcp.reset_calls()
    gcp.fault(Fault("RESOURCE", "too_large"))
    scan = watched(collector)
    assert gcp.calls["cloudasset:ListAssets:RESOURCE"] == 10  # 1000, 500, 250 ... 1
    assert {(each.reason, each.code) for each in scan.gaps} == {(Reason.ERROR, "RESOURCE_EXHAUSTED")}
    assert not any(each.complete for each in scan.listed)


# A listing that breaks off.


@pytest.mark.parametrize("kind", LASTS)
def test_a_listing_that_breaks_off_is_a_gap_of_every_type_and_closes_nothing(gcp: SimulatedGcp, kind: Kind) -> None:
    truth = scanned(gcp)
    collector = entered(gcp, page_size=60, attempts=2)
    gcp.fault(Fault("RESOURCE", kind, after=2))
    scan = watched(collector)
    honest(scan, truth)
    assert 100 <= len(scan.resources) <= 120
    assert {each.type for each in scan.gaps} == {spec.type for spec in specs()}
    assert {(each.reason, each.code) for each in scan.gaps} == {LASTS[kind]}
    assert {(each.operation, each.permission) for each in scan.gaps} == {
        ("cloudasset:ListAssets:RESOURCE", "cloudasset.assets.listResource")
    }
    assert not any(each.complete for each in scan.listed)
    assert {spec.type for spec in specs()} <= {each.type for each in scan.listed}


def test_policies_that_break_off_are_known_as_far_as_they_came(gcp: SimulatedGcp) -> None:
    truth = scanned(gcp)
    collector = entered(gcp, page_size=10, attempts=1)
    gcp.fault(Fault("IAM_POLICY", "unavailable", after=2))
    scan = watched(collector)
    honest(scan, truth)
    facts = [each.facts["iam_policy"] for each in scan.resources if "iam_policy" in each.facts]
    assert len([each for each in facts if isinstance(each, Present)]) == 20
    assert {each.code for each in facts if isinstance(each, Unread)} == {"UNAVAILABLE"}


def test_a_page_token_that_is_not_taken_any_more_starts_the_listing_again(gcp: SimulatedGcp) -> None:
    truth = scanned(gcp)
    gcp.fault(Fault("RESOURCE", "stale_token", times=1, after=3))
    scan = scanned(gcp, page_size=60)
    assert told(scan) == told(truth)
    assert (scan.gaps, scan.whole) == ([], True)


def test_a_page_token_that_is_never_taken_ends_as_a_gap(gcp: SimulatedGcp) -> None:
    collector = entered(gcp, page_size=60)
    gcp.reset_calls()
    gcp.fault(Fault("RESOURCE", "stale_token", after=1))
    scan = watched(collector)
    assert {each.code for each in scan.gaps} == {"INVALID_ARGUMENT"}
    assert gcp.calls["cloudasset:ListAssets:RESOURCE"] <= 4


def test_a_listing_that_goes_in_circles_ends(gcp: SimulatedGcp, monkeypatch: pytest.MonkeyPatch) -> None:
    collector = entered(gcp, page_size=60)
    gcp.reset_calls()
    real = gcp.inventory.listed

    def circling(query: object) -> bytes:
        body = real(query)  # type: ignore[arg-type]
        return body.replace(b'"nextPageToken":"', b'"nextPageToken":"same","was":"') if b"nextPageToken" in body else body

    def answered(query: object) -> bytes:
        if getattr(query, "token", "") == "same":
            object.__setattr__(query, "token", "")
        return circling(query)

    monkeypatch.setattr(gcp.inventory, "listed", answered)
    scan = watched(collector)
    assert {each.code for each in scan.gaps} == {"DecodeError"}
    assert gcp.calls["cloudasset:ListAssets:RESOURCE"] < 5


def test_policies_that_are_refused_are_unread_on_types_that_nobody_described_too(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("IAM_POLICY", "denied"))
    bare = scanned(gcp).one("gcp.unknown.pubsublite_topic", "shop-prod")
    assert isinstance(bare.facts["iam_policy"], Unread)
    assert digests(gcp)[bare.id] == b""


# Single assets.


def test_a_truncated_asset_is_unread_not_passed(gcp: SimulatedGcp) -> None:
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    bucket["assetExceptions"] = [{"exceptionType": "TRUNCATION", "details": "the asset is too large"}]
    scan = scanned(gcp)
    found = next(each for each in scan.resources if each.id == bucket["name"])
    assert found.facts["item"] == Unread(
        Reason.ERROR, "TRUNCATION", "cloudasset:ListAssets:RESOURCE", "cloudasset.assets.listResource"
    )
    assert isinstance(found.facts["tags"], Unread)
    assert isinstance(found.facts["iam_policy"], Unread)
    assert digests(gcp)[bucket["name"]] == b""
    assert scan.whole


def test_an_asset_without_a_body_is_unread(gcp: SimulatedGcp) -> None:
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    del bucket["resource"]["data"]
    found = next(each for each in scanned(gcp).resources if each.id == bucket["name"])
    assert isinstance(found.facts["item"], Unread)


def test_an_asset_that_is_none_leaves_the_listing_of_its_type_open(gcp: SimulatedGcp) -> None:
    truth = scanned(gcp)
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    bucket["ancestors"] = {"not": "a list"} | dict.fromkeys(bucket["ancestors"], "")
    gcp.refresh()
    scan = scanned(gcp)
    assert set(told(truth)) - set(told(scan)) == {bucket["name"]}
    assert {each.type for each in scan.gaps} == {"gcp.storage.bucket"}
    described = {spec.type for spec in specs()}
    assert [each.type for each in scan.listed if not each.complete and each.type in described] == ["gcp.storage.bucket"]


def test_an_asset_that_is_none_of_a_type_that_nobody_described_leaves_the_others_alone(gcp: SimulatedGcp) -> None:
    pod = next(each for each in gcp.estate.assets if each["assetType"] == "k8s.io/Pod")
    pod["ancestors"] = {"not": "a list"} | dict.fromkeys(pod["ancestors"], "")
    scan = scanned(gcp)
    described = {spec.type for spec in specs()}
    assert all(each.complete for each in scan.listed if each.type in described)
    assert Listed("gcp.unknown.k8s_io_pod", "global", complete=False) in scan.listed


def test_a_policy_that_is_none_is_unread_where_it_stands(gcp: SimulatedGcp) -> None:
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    bucket["iamPolicy"] = {"bindings": "everybody"}
    found = next(each for each in scanned(gcp).resources if each.id == bucket["name"])
    assert isinstance(found.facts["iam_policy"], Unread)
    assert isinstance(found.facts["item"], Present)


# What holds from above.


@pytest.mark.parametrize("content", ["RESOURCE", "IAM_POLICY", "ORG_POLICY"])
def test_a_folder_that_one_may_not_see_leaves_the_lineage_unread_as_a_whole(gcp: SimulatedGcp, content: str) -> None:
    gcp.fault(Fault(content, "denied", parent=PRODUCTION.key))
    scan = scanned(gcp, folder=SHOP.number)
    project = scan.one("gcp.project.project")
    lineage = project.facts["lineage"]
    assert isinstance(lineage, Unread)
    assert (lineage.reason, lineage.operation) == (Reason.DENIED, f"cloudasset:ListAssets:{content}")
    below = ("gcp.organization.folder", "gcp.project.project")
    assert scan.unread() == {(type, "lineage", "PERMISSION_DENIED") for type in below}


def test_a_project_alone_knows_nothing_of_what_it_may_not_see(gcp: SimulatedGcp) -> None:
    for node in (SHOP, PRODUCTION, ORGANIZATION):
        gcp.fault(Fault("", "denied", parent=node.key))
    scan = scanned(gcp, project=CAREFUL.id)
    project = scan.one("gcp.project.project")
    assert {name for _, name, _ in scan.unread()} == {"lineage", "access_policy"}
    assert isinstance(project.facts["iam_policy"], Present)
    assert scan.whole


# Anything at once.


@pytest.mark.parametrize("seed", range(16))
def test_whatever_goes_wrong_nothing_false_is_told(gcp: SimulatedGcp, seed: int) -> None:
    chance = random.Random(seed)
    truth = scanned(gcp)
    collector = entered(gcp, page_size=40, attempts=3)
    for _ in range(3):
        kind = chance.choice([*LASTS, "stale_token", "too_large"])
        content = chance.choice(["RESOURCE", *CONTENTS])
        times = chance.choice([1, 2, 5, None])
        gcp.fault(Fault(content, kind, times=times, after=chance.randrange(6), above=chance.choice([0, 10])))
    scan = watched(collector)
    honest(scan, truth)
    if not scan.gaps:
        assert {each.id for each in scan.resources} >= {each.id for each in truth.resources if "item" in each.facts}
    described = {spec.type for spec in specs()}
    assert bool(scan.gaps) == any(not each.complete for each in scan.listed if each.type in described)


# Limits.


def test_a_budget_of_calls_ends_the_scan_with_gaps(gcp: SimulatedGcp) -> None:
    truth = scanned(gcp)
    scan = scanned(gcp, max_calls=6, page_size=120)
    honest(scan, truth)
    assert sum(scan.collector.calls.values()) == 6
    assert {each.reason for each in scan.gaps} == {Reason.UNAVAILABLE}


def test_a_scan_that_is_stopped_waits_for_nobody(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("RESOURCE", "latency", seconds=0.3, after=1))
    collector = entered(gcp, page_size=10)
    events = collector.collect()
    next(events)
    begun = time.monotonic()
    collector.close()
    list(events)
    assert time.monotonic() - begun < 2
    assert gcp.calls["cloudasset:ListAssets:RESOURCE"] < 12


# The way in.


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("denied", "organizations/111111111111 cannot be read .*roles/cloudasset.viewer"),
        ("disabled", "gcloud services enable cloudasset.googleapis.com --project=PROJECT"),
        ("no_quota", "serviceUsageConsumer"),
        ("unauthenticated", "Google refused the credentials"),
        ("gone", "cannot be read as asked"),
        ("portal", "what answers is not Google Cloud"),
        ("dropped", "cannot be reached"),
        ("throttled", "cannot be entered .RESOURCE_EXHAUSTED"),
    ],
)
def test_what_cannot_be_entered_says_why_in_one_line(gcp: SimulatedGcp, kind: Kind, said: str) -> None:
    gcp.fault(Fault("RESOURCE", kind))
    with pytest.raises(ConnectError, match=said) as raised:
        entered(gcp, attempts=2)
    assert "\n" not in str(raised.value)
