"""CloudTrail's events as changes: what they make stale, which are attacks, and what is none of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.session
import pytest

from collectors.aws.changes import OPERATIONS, listen, permissions, read, sources, table
from collectors.aws.options import AwsOptions
from collectors.aws.provider import specs
from scanner.daemon.change import Change, Message, Source, SourceError
from scanner.daemon.events import check_id, incident
from scanner.responsibility.split import controls, resolve
from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws

pytestmark = pytest.mark.own_aws

AT = "2026-03-02T02:00:00Z"
WORLD = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
}
OWN = {**WORLD, "Statement": [{**WORLD["Statement"][0], "Principal": {"AWS": "arn:aws:iam::111111111111:root"}}]}  # type: ignore[dict-item]
PERMISSIONS = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}


def record(source: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventTime": AT,
        "eventID": "e-1",
        "awsRegion": "eu-west-1",
        "readOnly": False,
        "recipientAccountId": "111111111111",
        "sourceIPAddress": "192.0.2.7",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111111111111:user/eve"},
        "requestParameters": {},
        **more,
    }


def event(detail: dict[str, Any], kind: str = "AWS API Call via CloudTrail") -> str:
    return json.dumps({"id": "m-1", "account": "111111111111", "detail-type": kind, "detail": detail})


def told(source: str, name: str, **more: Any) -> Change:
    (found,) = read(event(record(source, name, **more)))
    return found


def asked(**parameters: Any) -> dict[str, Any]:
    return {"requestParameters": parameters}


ROOT = {"userIdentity": {"type": "Root", "arn": "arn:aws:iam::111111111111:root"}}
# Of each attack: an event that is one, and those that look like it and are none.
ATTACKS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "trail_stopped": ({}, []),
    "trail_deleted": ({}, []),
    "trail_changed": ({}, []),
    "event_data_store_stopped": ({}, []),
    "detector_deleted": ({}, []),
    "detector_off": (asked(enable=False), [asked(enable=True), asked(findingPublishingFrequency="SIX_HOURS")]),
    "members_unwatched": ({}, []),
    "recorder_stopped": ({}, []),
    "posture_off": ({}, []),
    "classification_off": ({}, []),
    "root_signed_in": (
        {**ROOT, "responseElements": {"ConsoleLogin": "Success"}},
        [{**ROOT, "responseElements": {"ConsoleLogin": "Failure"}}, {"responseElements": {"ConsoleLogin": "Success"}}],
    ),
    "root_key_made": (ROOT, [asked(userName="eve")]),
    "second_factor_removed": ({}, []),
    "administrator_made": (
        asked(policyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        [asked(policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")],
    ),
    "flow_logs_deleted": ({}, []),
    "network_opened": (
        asked(
            ipPermissions={
                "items": [{**PERMISSIONS, "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}, {"cidrIp": "0.0.0.0/0"}]}}]
            }
        ),
        [asked(ipPermissions={"items": [{**PERMISSIONS, "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}]}}]})],
    ),
    "snapshot_published": (
        asked(createVolumePermission={"add": {"items": [{"group": "all"}]}}),
        [
            asked(createVolumePermission={"add": {"items": [{"userId": "222222222222"}]}}),
            asked(createVolumePermission={"remove": {"items": [{"group": "all"}]}}),
        ],
    ),
    "image_published": (
        asked(launchPermission={"add": {"items": [{"group": "all"}]}}),
        [asked(launchPermission={"remove": {"items": [{"group": "all"}]}})],
    ),
    "encryption_default_off": ({}, []),
    "database_snapshot_published": (
        asked(valuesToAdd=["all"]),
        [asked(valuesToAdd=["222222222222"]), asked(valuesToRemove=["all"])],
    ),
    "bucket_opened": (
        asked(bucketName="b", bucketPolicy=WORLD),
        [asked(bucketName="b", bucketPolicy=OWN), asked(bucketName="b")],
    ),
    "bucket_published": (asked(**{"x-amz-acl": ["public-read"]}), [asked(**{"x-amz-acl": ["private"]})]),
    "bucket_block_removed": ({}, []),
    "bucket_block_opened": (
        asked(PublicAccessBlockConfiguration={"RestrictPublicBuckets": False, "BlockPublicAcls": True}),
        [asked(PublicAccessBlockConfiguration={"RestrictPublicBuckets": True, "BlockPublicAcls": True})],
    ),
    "key_deletion_scheduled": ({}, []),
    "key_disabled": ({}, []),
    "key_opened": (asked(keyId="k", policy=json.dumps(WORLD)), [asked(keyId="k", policy=json.dumps(OWN)), asked(policy="{")]),
    "secret_opened": (asked(resourcePolicy=json.dumps(WORLD)), [asked(resourcePolicy=json.dumps(OWN))]),
    "function_opened": (asked(principal="*"), [asked(principal="events.amazonaws.com")]),
    "organization_left": ({}, []),
}
EVERY = [(row, name) for row in table()["attacks"] for name in row["events"]]


def test_every_attack_has_its_example() -> None:
    assert set(ATTACKS) == {row["name"] for row in table()["attacks"]}


@pytest.mark.parametrize(("row", "name"), EVERY, ids=[name for _, name in EVERY])
def test_an_attack_is_a_finding_of_the_customers(row: Any, name: str) -> None:
    is_one, others = ATTACKS[row["name"]]
    found = incident("aws", told(row["source"], name, **is_one))
    assert found is not None
    assert found.said.check == f"aws.event.{row['name']}"
    assert found.said.control in controls()
    assert resolve(row["service"], found.said.area).owner == found.said.owner != "provider"
    for each in others:
        assert [incident("aws", change) for change in read(event(record(row["source"], name, **each)))] in ([], [None])


def test_what_was_refused_or_only_read_is_nothing() -> None:
    for more in ({"errorCode": "AccessDenied"}, {"readOnly": True}):
        assert read(event(record("cloudtrail", "StopLogging", **more))) == ()


def test_what_is_of_no_service_of_ours_is_nothing() -> None:
    assert read(event(record("quicksight", "CreateDashboard"))) == ()
    assert read(event(record("signin", "ConsoleLogin"), "AWS Console Sign In via CloudTrail")) == ()


def test_a_finding_tells_who_did_what_when_and_from_where_and_no_more() -> None:
    found = incident("aws", told("cloudtrail", "StopLogging", **asked(name="main", password="hunter2")))
    assert found is not None
    assert found.said.reason == (
        "arn:aws:iam::111111111111:user/eve stopped a trail (main) at 2026-03-02 02:00:00 UTC, from 192.0.2.7"
    )
    assert set(found.said.evidence) == {
        f"event.{each}" for each in ("what", "at", "who", "from", "resource_type", "resource_id")
    }
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("source", "name", "services"),
    [
        ("s3", "PutBucketPolicy", {"aws.s3"}),
        ("ec2", "AuthorizeSecurityGroupIngress", {"aws.vpc"}),
        ("ec2", "ModifySnapshotAttribute", {"aws.ebs"}),
        ("ec2", "RunInstances", {"aws.ec2", "aws.vpc", "aws.ebs"}),
        ("ec2", "SomethingNew", {spec.service for spec in specs() if spec.api == "ec2"}),
        ("monitoring", "PutMetricAlarm", {"aws.logs"}),
    ],
)
def test_what_is_stale_is_as_narrow_as_the_event_tells(source: str, name: str, services: set[str]) -> None:
    assert set(told(source, name).services) == services


def test_the_resource_is_told_where_the_request_names_it() -> None:
    found = told("s3", "PutBucketPolicy", **asked(bucketName="b"))
    assert (found.type, found.id, found.region, found.account) == ("aws.s3.bucket", "b", "eu-west-1", "111111111111")
    assert found.at == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert told("s3", "PutBucketPolicy", requestParameters=None).id == ""


def test_every_source_is_the_name_that_signs_the_calls_of_what_is_read() -> None:
    session = botocore.session.get_session()
    signing = {api: session.get_service_model(api).signing_name for api in {spec.api for spec in specs()}}
    assert {api: table()["signed"].get(api, api) for api in signing} == signing


def test_every_type_and_service_of_the_table_is_read() -> None:
    rows = table()
    types = {type for each in rows["resources"].values() for _, type, _ in each}
    assert types <= {spec.type for spec in specs()}
    for source, narrower in rows["narrower"].items():
        assert {service for _, services in narrower for service in services} <= set(sources()[source])
        assert all(re.compile(pattern) for pattern, _ in narrower)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "null",
        '"text"',
        "{}",
        "[" * 100_000,
        '{"detail": []}',
        '{"detail-type": "AWS API Call via CloudTrail", "detail": {"eventName": 7}}',
        event({**record("s3", "PutBucketPolicy"), "eventTime": "yesterday"}),
        event({**record("s3", "PutBucketPolicy"), "eventTime": "2026-03-02T02:00:00"}),
        event(record("s3", "PutBucketPolicy"), "Scheduled Event"),
    ],
)
def test_what_is_no_event_is_told_as_that(body: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read(body)


@pytest.mark.parametrize("odd", [None, 7, "x", [], [[]], {"items": None}, {"items": [None, 3]}])
def test_odd_parameters_are_none_of_an_attack(odd: Any) -> None:
    assert told("ec2", "AuthorizeSecurityGroupIngress", **asked(ipPermissions=odd)).attack is None
    assert told("ec2", "AuthorizeSecurityGroupIngress", requestParameters=odd, userIdentity=odd).attack is None


def test_the_grant_is_for_this_queue_alone() -> None:
    ((policy,),) = permissions("https://sqs.eu-central-1.amazonaws.com/111111111111/demarc").values()
    assert policy["Statement"] == [  # type: ignore[index]
        {
            "Effect": "Allow",
            "Action": ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
            "Resource": "arn:aws:sqs:eu-central-1:111111111111:demarc",
        }
    ]


# Over the wire.


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedAws]:
    with SimulatedAws.start() as simulated:
        for name, value in simulated.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("collectors.aws.changes.WAIT", 0)
        yield simulated


@pytest.fixture
def url(aws: SimulatedAws) -> str:
    return str(boto3.client("sqs").create_queue(QueueName="demarc", Attributes={"VisibilityTimeout": "0"})["QueueUrl"])


@pytest.fixture
def queue(url: str) -> Iterator[Source]:
    source = listen(AwsOptions(attempts=1, read_timeout=2), url)
    yield source
    source.close()


def send(url: str, *bodies: str) -> None:
    for each in bodies:
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=each)


def test_messages_are_read_and_taken_out(queue: Source, url: str) -> None:
    send(url, event(record("s3", "PutBucketPolicy")), "poison")
    found: dict[str, Message] = {}
    while len(found) < 2:
        found |= {each.problem: each for each in queue.receive()}
    assert [change.what for change in found[""].changes] == ["s3:PutBucketPolicy"]
    poison = found["Expecting value: line 1 column 1 (char 0)"]
    assert poison.attempt >= 1
    queue.done([found[""].receipt])
    assert [each.problem != "" for each in queue.receive()] == [True]  # it comes again
    assert next(each.attempt for each in queue.receive()) > poison.attempt


@pytest.mark.parametrize("kind", ["denied", "throttled", "error", "dropped", "cut", "malformed", "expired"])
def test_a_queue_that_cannot_be_read_says_so(aws: SimulatedAws, queue: Source, url: str, kind: Any) -> None:
    send(url, event(record("s3", "PutBucketPolicy")))
    aws.fault(Fault("sqs:ReceiveMessage", kind))
    with pytest.raises(SourceError, match="demarc: "):
        queue.receive()


def test_a_message_that_cannot_be_taken_out_comes_again(aws: SimulatedAws, queue: Source, url: str) -> None:
    send(url, event(record("s3", "PutBucketPolicy")))
    aws.fault(Fault("sqs:DeleteMessageBatch", "denied"))
    (first,) = queue.receive()
    with pytest.raises(SourceError):
        queue.done([first.receipt])
    assert queue.receive()[0].changes == first.changes


def test_nothing_else_is_ever_sent(aws: SimulatedAws, queue: Source, url: str) -> None:
    send(url, "x")
    queue.done([each.receipt for each in queue.receive()])
    sent = {name for name in aws.calls if name.startswith("sqs:")} - {"sqs:CreateQueue", "sqs:SendMessage"}
    assert sent == {f"sqs:{each}" for each in OPERATIONS}
    with pytest.raises(SourceError, match="nothing that a listener sends"):
        queue._client.list_queues()  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["", "demarc", "https://example.org/x", "arn:aws:sqs:eu-west-1:111111111111:demarc"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(SourceError, match="is no queue of SQS"):
        listen(AwsOptions(), address)


def test_the_check_of_an_event_has_a_name_of_its_own() -> None:
    change = told("cloudtrail", "StopLogging")
    assert change.attack
    assert check_id("aws", change.attack) == "aws.event.trail_stopped"
