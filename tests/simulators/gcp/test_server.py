"""The simulated Asset Inventory, asked as Google's own clients ask it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from simulators.gcp import Fault, SimulatedGcp
from simulators.gcp import __main__ as command
from simulators.gcp.estate import CAREFUL, SHOP
from simulators.gcp.faults import REFUSALS

ORGANIZATION = "organizations/111111111111"


@pytest.fixture
def gcp() -> Iterator[SimulatedGcp]:
    with SimulatedGcp.start() as simulated:
        yield simulated


def ask(gcp: SimulatedGcp, parent: str = ORGANIZATION, *, token: str = "simulated-x", **given: Any) -> requests.Response:
    asked: dict[str, Any] = {"contentType": "RESOURCE", "pageSize": 1000} | given
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{gcp.endpoint}/v1/{parent}/assets", params=asked, headers=headers, timeout=5)


def names(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["name"] for each in response.json()["assets"]]


def refused(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["status"]


def test_pages_join_to_the_whole(gcp: SimulatedGcp) -> None:
    whole = names(ask(gcp))
    found, token, pages = [], "", 0
    while True:
        answer = ask(gcp, pageSize=100, **({"pageToken": token} if token else {}))
        found += names(answer)
        pages += 1
        token = answer.json().get("nextPageToken", "")
        if not token:
            break
    assert found == whole
    assert pages == -(-len(whole) // 100)


def test_a_page_says_when_it_was(gcp: SimulatedGcp) -> None:
    first = ask(gcp, pageSize=10).json()
    assert datetime.now(UTC) - datetime.fromisoformat(first["readTime"]) < timedelta(minutes=1)
    second = ask(gcp, pageSize=10, pageToken=first["nextPageToken"]).json()
    assert second["readTime"] == first["readTime"]


@pytest.mark.parametrize("content", ["RESOURCE", "IAM_POLICY", "ORG_POLICY", "ACCESS_POLICY", "OS_INVENTORY"])
def test_each_content_holds_its_sections_alone(gcp: SimulatedGcp, content: str) -> None:
    sections = {"resource", "iamPolicy", "orgPolicy", "accessPolicy", "accessLevel", "servicePerimeter", "osInventory"}
    found = ask(gcp, contentType=content).json()["assets"]
    kinds = {name for each in found for name in each} & sections
    assert found
    assert all(kinds & each.keys() for each in found)
    assert len(kinds) == (3 if content == "ACCESS_POLICY" else 1)


def test_what_lies_below_a_node_and_nothing_else(gcp: SimulatedGcp) -> None:
    below = ask(gcp, SHOP.key).json()["assets"]
    assert {each["ancestors"][0] for each in below} == {SHOP.key, CAREFUL.key}
    assert names(ask(gcp, "projects/shop-prod")) == names(ask(gcp, CAREFUL.key))


def test_types_are_expressions(gcp: SimulatedGcp) -> None:
    found = ask(gcp, assetTypes=["storage.googleapis.com/Bucket", "pubsub.googleapis.com.*"]).json()["assets"]
    assert {each["assetType"] for each in found} == {
        "storage.googleapis.com/Bucket",
        "pubsub.googleapis.com/Topic",
        "pubsub.googleapis.com/Subscription",
    }


@pytest.mark.parametrize(
    "given",
    [
        {"contentType": "NOTHING"},
        {"readTime": "2020-01-01T00:00:00Z"},
        {"readTime": "2999-01-01T00:00:00Z"},
        {"readTime": "yesterday"},
        {"pageToken": "nonsense"},
        {"parent": "projects/shop-prod", "assetTypes": "cloudresourcemanager.googleapis.com/Organization"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(gcp: SimulatedGcp, given: dict[str, Any]) -> None:
    assert refused(ask(gcp, **given)) == (400, "INVALID_ARGUMENT")


def test_a_page_token_is_good_for_its_own_listing_alone(gcp: SimulatedGcp) -> None:
    token = ask(gcp, pageSize=10).json()["nextPageToken"]
    assert refused(ask(gcp, contentType="IAM_POLICY", pageToken=token)) == (400, "INVALID_ARGUMENT")


def test_a_page_token_expires(gcp: SimulatedGcp, monkeypatch: pytest.MonkeyPatch) -> None:
    token = ask(gcp, pageSize=10).json()["nextPageToken"]
    monkeypatch.setattr("simulators.gcp.inventory.TOKENS_LIVE", timedelta(0))
    assert refused(ask(gcp, pageToken=token)) == (400, "INVALID_ARGUMENT")


def test_what_does_not_exist_is_refused_like_what_one_may_not_see(gcp: SimulatedGcp) -> None:
    assert refused(ask(gcp, "projects/nothing")) == (403, "PERMISSION_DENIED")


def test_nobody_is_let_in_without_a_token(gcp: SimulatedGcp) -> None:
    assert refused(ask(gcp, token="of somebody else")) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusals_say_what_google_says(gcp: SimulatedGcp, kind: Any) -> None:
    gcp.fault(Fault("RESOURCE", kind, times=1))
    status, code, message, reason = REFUSALS[kind]
    answer = ask(gcp)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"], error["message"]) == (status, status, code, message)
    assert [each["reason"] for each in error.get("details", [])] == ([reason] if reason else [])
    assert ask(gcp).status_code == 200


def test_faults_strike_where_they_should(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("IAM_POLICY", "denied", times=1, after=1, parent=SHOP.key))
    assert ask(gcp, SHOP.key, contentType="IAM_POLICY").status_code == 200
    assert ask(gcp, contentType="IAM_POLICY").status_code == 200
    assert ask(gcp, SHOP.key).status_code == 200
    assert ask(gcp, SHOP.key, contentType="IAM_POLICY").status_code == 403
    assert ask(gcp, SHOP.key, contentType="IAM_POLICY").status_code == 200


@pytest.mark.parametrize("kind", ["dropped", "cut"])
def test_connections_break(gcp: SimulatedGcp, kind: Any) -> None:
    gcp.fault(Fault("RESOURCE", kind))
    with pytest.raises(requests.RequestException):
        ask(gcp)


@pytest.mark.parametrize("kind", ["garbled", "empty", "portal"])
def test_bodies_break(gcp: SimulatedGcp, kind: Any) -> None:
    gcp.fault(Fault("RESOURCE", kind))
    with pytest.raises(requests.JSONDecodeError):
        ask(gcp).json()


def test_every_call_is_counted_once(gcp: SimulatedGcp) -> None:
    gcp.fault(Fault("RESOURCE", "denied", times=1))
    ask(gcp)
    ask(gcp)
    ask(gcp, contentType="IAM_POLICY")
    assert gcp.calls == {"cloudasset:ListAssets:RESOURCE": 2, "cloudasset:ListAssets:IAM_POLICY": 1}
    gcp.reset_calls()
    assert not gcp.calls


def test_nothing_is_written(gcp: SimulatedGcp) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = requests.request(method, f"{gcp.endpoint}/v1/{ORGANIZATION}/assets", timeout=5)
        assert answer.status_code == 404


def test_a_hundred_thousand_assets_are_made_as_they_are_asked_for() -> None:
    with SimulatedGcp.start(assets=100_000) as gcp:
        token, many = "", 0
        while True:
            answer = ask(gcp, **({"pageToken": token} if token else {})).json()
            many += len(answer["assets"])
            token = answer.get("nextPageToken", "")
            if not token or many > 5000:
                break
        assert many == 6000
        assert ask(gcp, CAREFUL.key).json()["assets"]


def test_the_command_says_where_it_listens(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("signal.pthread_sigmask", lambda *_: None)
    seen: dict[str, Any] = {}

    def served(_: object) -> None:
        seen.update(json.loads(capsys.readouterr().out))
        answer = requests.get(f"{seen['endpoint']}/v1/{ORGANIZATION}/assets", timeout=5)
        seen["status"] = answer.status_code

    monkeypatch.setattr("signal.sigwait", served)
    assert command.main(["--assets", "10"]) == 0
    assert seen["organization"] == "111111111111"
    assert seen["status"] == 401
    assert {"GOOGLE_APPLICATION_CREDENTIALS", "DEMARC_GCP_ENDPOINT_URL"} <= seen["environment"].keys()
