"""What Google's own client library makes of the simulated inventory is what our collector makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import (
    InternalServerError,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    ServiceUnavailable,
    Unauthenticated,
)
from google.cloud import asset_v1
from google.cloud.asset_v1.services.asset_service.transports import AssetServiceGrpcTransport
from google.protobuf.json_format import MessageToDict

from collectors.gcp.assets import _canonical
from collectors.gcp.errors import ApiError, passing
from simulators.gcp import Fault, SimulatedGcp
from simulators.gcp.faults import QUOTA
from simulators.gcp.rpc import served

ORGANIZATION = "organizations/111111111111"


@pytest.fixture
def gcp() -> Iterator[SimulatedGcp]:
    with SimulatedGcp.start() as simulated:
        yield simulated


@pytest.fixture
def library(gcp: SimulatedGcp) -> Iterator[Any]:
    with served(gcp) as address, grpc.insecure_channel(address) as channel:
        yield asset_v1.AssetServiceClient(transport=AssetServiceGrpcTransport(channel=channel))


def listed(library: Any, content: str = "RESOURCE", **given: Any) -> list[Any]:
    asked = {"parent": ORGANIZATION, "content_type": getattr(asset_v1.ContentType, content), "page_size": 100} | given
    return list(library.list_assets(request=asked))


ASKED = {"parent": ORGANIZATION, "content_type": asset_v1.ContentType.RESOURCE, "page_size": 100}


def pages(library: Any, **given: Any) -> list[Any]:
    """List without the library's own repetitions."""
    return list(library.list_assets(request=ASKED | given, retry=None).pages)


def test_the_library_lists_the_same_assets(gcp: SimulatedGcp, library: Any) -> None:
    found = {each.name: each for each in listed(library)}
    told = {each["name"]: each for each in gcp.estate.assets if "resource" in each}
    assert found.keys() == told.keys()
    for name, asset in found.items():
        assert list(asset.ancestors) == told[name]["ancestors"]
        assert asset.asset_type == told[name]["assetType"]
        body = MessageToDict(asset_v1.Asset.pb(asset).resource.data)
        assert _canonical(body) == told[name]["resource"]["data"], name
    assert gcp.calls["cloudasset:ListAssets:RESOURCE"] == -(-len(told) // 100)


def test_the_library_reads_policies(gcp: SimulatedGcp, library: Any) -> None:
    found = {each.name: each for each in listed(library, "IAM_POLICY")}
    told = {each["name"]: each["iamPolicy"] for each in gcp.estate.assets if "iamPolicy" in each}
    for name, policy in told.items():
        bindings = [(each.role, list(each.members)) for each in found[name].iam_policy.bindings]
        assert bindings == [(each["role"], each["members"]) for each in policy["bindings"]]
    constraints = [each.constraint for asset in listed(library, "ORG_POLICY") for each in asset.org_policy]
    assert "constraints/compute.requireOsLogin" in constraints
    assert [each.service_perimeter.title for each in listed(library, "ACCESS_POLICY") if each.service_perimeter.name] == [
        "shop"
    ]
    assert {each.os_inventory.os_info.short_name for each in listed(library, "OS_INVENTORY")} == {"debian"}


REFUSED = [
    ("denied", PermissionDenied),
    ("disabled", PermissionDenied),
    ("throttled", ResourceExhausted),
    ("error", InternalServerError),
    ("unavailable", ServiceUnavailable),
    ("unauthenticated", Unauthenticated),
    ("gone", NotFound),
    ("stale_token", InvalidArgument),
]


@pytest.mark.parametrize(("kind", "raised"), REFUSED)
def test_the_library_is_refused_as_we_are(gcp: SimulatedGcp, library: Any, kind: Any, raised: type[Exception]) -> None:
    gcp.fault(Fault("RESOURCE", kind))
    with pytest.raises(raised):
        pages(library)


@pytest.mark.parametrize(("kind", "raised"), REFUSED)
def test_a_listing_breaks_off_between_pages_as_ours_does(
    gcp: SimulatedGcp, library: Any, kind: Any, raised: type[Exception]
) -> None:
    gcp.fault(Fault("RESOURCE", kind, after=1))
    found = iter(library.list_assets(request=ASKED, retry=None).pages)
    assert len(next(found).assets) == 100
    with pytest.raises(raised):
        next(found)


def test_a_content_that_is_refused_leaves_the_others(gcp: SimulatedGcp, library: Any) -> None:
    gcp.fault(Fault("IAM_POLICY", "denied"))
    with pytest.raises(PermissionDenied):
        listed(library, "IAM_POLICY")
    assert listed(library, "ORG_POLICY")


def test_a_message_that_is_too_large_is_told_like_a_quota_and_told_apart_by_us(gcp: SimulatedGcp, library: Any) -> None:
    """A channel takes 4 MB unless it is told otherwise; to wait and ask again for the same would never end."""
    bucket = next(each for each in gcp.estate.assets if each["assetType"] == "storage.googleapis.com/Bucket")
    bucket["resource"]["data"]["labels"] = {"note": "x" * 5_000_000}
    gcp.refresh()
    with pytest.raises(ResourceExhausted) as caught:
        pages(library, page_size=1000)
    known = ApiError("RESOURCE_EXHAUSTED", str(caught.value.message))
    assert known.too_large
    assert not passing(known)
    assert passing(ApiError("RESOURCE_EXHAUSTED", QUOTA))


def test_a_time_is_understood(gcp: SimulatedGcp, library: Any) -> None:
    with pytest.raises(InvalidArgument, match="35 days"):
        listed(library, read_time="2020-01-01T00:00:00Z")
