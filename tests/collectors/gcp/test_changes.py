"""Feeds of Asset Inventory as changes: what they make stale, which are attacks; and the subscription over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from collectors.gcp.changes import kinds, listen, permissions, read, table
from collectors.gcp.options import GcpOptions
from scanner.daemon.change import Change, Source, SourceError
from scanner.daemon.events import incident
from simulators.gcp.pubsub import NAME, SimulatedPubSub
from simulators.gcp.server import SimulatedGcp

AT = "2026-03-02T02:00:00.123456Z"
OPEN: dict[str, Any] = {
    "direction": "INGRESS",
    "disabled": False,
    "sourceRanges": ["0.0.0.0/0"],
    "allowed": [{"IPProtocol": "tcp"}],
}
EVERYONE = {"bindings": [{"role": "roles/storage.objectViewer", "members": ["user:a@example.org", "allUsers"]}]}
ONE = {"bindings": [{"role": "roles/storage.objectViewer", "members": ["user:a@example.org"]}]}
AUDIT = {"auditConfigs": [{"service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}]}]}


def asset(
    type: str, name: str = "//compute.googleapis.com/projects/shop-prod/global/firewalls/f", **more: Any
) -> dict[str, Any]:
    return {"name": name, "assetType": type, "ancestors": ["projects/1", "organizations/2"], "updateTime": AT, **more}


def data(type: str, before: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a message on an asset with this data, which had that *before*."""
    said = {"window": {"startTime": AT}, "asset": asset(type, resource={"data": more})}
    return (
        said if before is None else {**said, "priorAssetState": "PRESENT", "priorAsset": asset(type, resource={"data": before})}
    )


def policy(type: str, now: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    said = {"window": {"startTime": AT}, "asset": asset(type, iamPolicy=now)}
    return said if before is None else {**said, "priorAssetState": "PRESENT", "priorAsset": asset(type, iamPolicy=before)}


def gone(type: str) -> dict[str, Any]:
    return {"window": {"startTime": AT}, "deleted": True, "asset": asset(type), "priorAsset": asset(type)}


SINK, BUCKET = "logging.googleapis.com/LogSink", "storage.googleapis.com/Bucket"
LOGS, FIREWALL = "logging.googleapis.com/LogBucket", "compute.googleapis.com/Firewall"
SUBNET, VERSION = "compute.googleapis.com/Subnetwork", "cloudkms.googleapis.com/CryptoKeyVersion"
KEY, PROJECT = "iam.googleapis.com/ServiceAccountKey", "cloudresourcemanager.googleapis.com/Project"
DATASET = "bigquery.googleapis.com/Dataset"
ATTACKS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "sink_deleted": (gone(SINK), [data(SINK), gone(BUCKET)]),
    "sink_disabled": (data(SINK, {"disabled": False}, disabled=True), [data(SINK, {"disabled": True}, disabled=True)]),
    "log_bucket_deleted": (data(LOGS, lifecycleState="DELETE_REQUESTED"), [data(LOGS, lifecycleState="ACTIVE")]),
    "audit_logging_changed": (
        policy(PROJECT, ONE, AUDIT | ONE),
        [policy(PROJECT, AUDIT), policy(PROJECT, AUDIT | ONE, AUDIT), policy(PROJECT, AUDIT, ONE), data(PROJECT, {})],
    ),
    "firewall_opened": (
        data(FIREWALL, {**OPEN, "sourceRanges": ["10.0.0.0/8"]}, **OPEN),
        [
            data(FIREWALL, OPEN, **OPEN, description="another"),
            data(FIREWALL, **{**OPEN, "disabled": True}),
            data(FIREWALL, **{**OPEN, "allowed": []}),
            data(FIREWALL, **{**OPEN, "direction": "EGRESS"}),
        ],
    ),
    "flow_logs_off": (
        data(SUBNET, {"logConfig": {"enable": True}}, logConfig={"enable": False}),
        [data(SUBNET, {"logConfig": {"enable": False}}, logConfig={"enable": False})],
    ),
    "bucket_opened": (policy(BUCKET, EVERYONE, ONE), [policy(BUCKET, EVERYONE, EVERYONE), policy(BUCKET, ONE, EVERYONE)]),
    "dataset_opened": (policy(DATASET, EVERYONE), [policy(DATASET, ONE)]),
    "key_destruction_scheduled": (data(VERSION, state="DESTROY_SCHEDULED"), [data(VERSION, state="ENABLED")]),
    "service_account_key_made": (
        data(KEY, keyType="USER_MANAGED"),
        [data(KEY, {"keyType": "USER_MANAGED"}, keyType="USER_MANAGED"), data(KEY, keyType="SYSTEM_MANAGED")],
    ),
}


def told(said: Any) -> Change:
    (found,) = read(json.dumps(said).encode())
    return found


def test_every_attack_has_its_example() -> None:
    assert set(ATTACKS) == {row["name"] for row in table()["attacks"]}
    assert {type for row in table()["attacks"] for type in row["assets"]} <= set(kinds())


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_a_finding_of_the_customers(name: str) -> None:
    is_one, others = ATTACKS[name]
    found = incident("gcp", told(is_one))
    assert found is not None
    assert (found.said.check, found.event.type) == (f"gcp.event.{name}", "gcp.event")
    assert [told(each).attack for each in others] == [None] * len(others)


def test_an_asset_is_stale_by_its_type_in_its_project() -> None:
    found = told(data(FIREWALL))
    assert (found.services, found.type, found.account, found.region) == (("gcp.vpc",), "gcp.vpc.firewall", "shop-prod", "")
    assert found.event != told({**data(FIREWALL), "window": {"startTime": "2026-03-02T02:00:01Z"}}).event


def test_a_project_of_which_only_the_number_is_told_is_one_that_the_inventory_knows() -> None:
    said = data(BUCKET)
    said["asset"]["name"] = "//storage.googleapis.com/b"
    found = told(said)
    assert (found.account, found.stands_for) == ("", "//cloudresourcemanager.googleapis.com/projects/1")
    said["asset"]["ancestors"] = ["organizations/2"]
    assert told(said).account == "organizations/2"


def test_the_first_message_of_a_feed_and_what_is_not_read_are_nothing() -> None:
    assert read(b'{"message": "You have successfully configured the feed"}') == ()
    assert read(json.dumps(data("example.googleapis.com/Thing")).encode()) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"asset": 7}',
        b'{"asset": {"name": 7}}',
        json.dumps({**data(SINK), "window": {"startTime": "soon"}}).encode(),
        json.dumps({"asset": {**asset(BUCKET, "//storage.googleapis.com/b"), "ancestors": [7]}}).encode(),
    ],
)
def test_what_is_no_asset_is_told_as_that(body: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read(body)


# Over the wire.


@pytest.fixture
def pubsub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedPubSub]:
    with SimulatedGcp.start() as gcp, SimulatedPubSub.start() as simulated:
        for name, value in gcp.environment.items():
            monkeypatch.setenv(name, value)
        yield simulated


@pytest.fixture
def source(pubsub: SimulatedPubSub) -> Iterator[Source]:
    made = listen(GcpOptions(endpoint_url=pubsub.endpoint), NAME)
    yield made
    made.close()


def test_messages_come_until_they_are_acknowledged(pubsub: SimulatedPubSub, source: Source) -> None:
    pubsub.publish(json.dumps(gone(SINK)).encode())
    pubsub.publish(b"poison")
    good, poison = source.receive()
    assert good.changes[0].attack
    assert poison.problem
    assert (good.attempt, poison.attempt) == (0, 0)
    source.done([good.receipt])
    pubsub.counts = True
    (again,) = source.receive()
    assert (again.problem, again.attempt) == (poison.problem, 2)
    source.done([again.receipt])
    assert source.receive() == []


@pytest.mark.parametrize("fault", ["denied", "unavailable", "dropped", "cut", "malformed"])
def test_a_subscription_that_cannot_be_read_says_so(pubsub: SimulatedPubSub, source: Source, fault: str) -> None:
    pubsub.publish(b"{}")
    pubsub.fault = fault
    with pytest.raises(SourceError, match="demarc-changes: "):
        source.receive()
    pubsub.fault = ""
    assert len(source.receive()) == 1


def test_one_who_waits_for_nothing_goes_on(pubsub: SimulatedPubSub, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    import requests  # noqa: PLC0415

    def slow(*_: object, **__: object) -> None:
        raise requests.ReadTimeout

    monkeypatch.setattr(source._session, "post", slow)  # type: ignore[attr-defined]
    assert source.receive() == []


def test_nothing_else_is_ever_sent(pubsub: SimulatedPubSub, source: Source) -> None:
    pubsub.publish(b"{}")
    source.done([each.receipt for each in source.receive()])
    assert set(pubsub.calls) == {"pull", "acknowledge"}
    session: Any = source._session  # type: ignore[attr-defined]
    for verb, address in (("POST", f"{pubsub.endpoint}/v1/{NAME}:seek"), ("DELETE", f"{pubsub.endpoint}/v1/{NAME}")):
        with pytest.raises(SourceError, match="nothing that a listener sends"):
            session.request(verb, address)


@pytest.mark.parametrize("address", ["", "demarc", "projects/p/topics/t", "projects/p/subscriptions/../x"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(SourceError, match="is no subscription"):
        listen(GcpOptions(), address)


def test_the_grant_is_for_this_subscription_alone() -> None:
    ((grant,),) = permissions(NAME).values()
    assert grant["roles"] == [{"on": NAME, "role": "roles/pubsub.subscriber", "permissions": ["pubsub.subscriptions.consume"]}]  # type: ignore[index]
