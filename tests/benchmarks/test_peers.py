"""The comparison with other tools: one account for all of them, and what is held against what."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import ClientError

from benchmarks.measure import Usage
from benchmarks.peers.__main__ import Cost, ratios
from benchmarks.peers.account import EMPTY, REGIONS, Repeating, answered, open_regions
from benchmarks.peers.tools import AROUND, TOOLS


class Disk(NamedTuple):
    free: int


@pytest.fixture
def aws() -> Iterator[Repeating]:
    with Repeating.start() as simulated:
        open_regions(simulated.place(simulated.account, REGIONS[0]))
        yield simulated


def client(aws: Repeating, service: str) -> Any:
    make: Any = boto3.client
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example"}
    return make(service, region_name=REGIONS[0], endpoint_url=aws.endpoint, **keys)


def test_every_tool_is_told_the_same_once_it_was_asked(aws: Repeating) -> None:
    queues = client(aws, "sqs")
    first = queues.list_queues().get("QueueUrls", [])
    aws.place(aws.account, REGIONS[0]).client("sqs").create_queue(QueueName="late")
    assert queues.list_queues().get("QueueUrls", []) == first
    assert aws.calls["sqs:ListQueues"] == 2, "what is repeated is counted all the same"


def test_three_regions_are_open_and_none_is_closed(aws: Repeating) -> None:
    machines = client(aws, "ec2")
    assert {each["RegionName"] for each in machines.describe_regions()["Regions"]} == {*REGIONS}
    closed = [{"Name": "opt-in-status", "Values": ["not-opted-in"]}]
    assert machines.describe_regions(AllRegions=True, Filters=closed)["Regions"] == []
    assert EMPTY in REGIONS


def test_a_denied_call_is_refused_until_the_next_order_and_each_order_counts_anew(aws: Repeating) -> None:
    buckets = client(aws, "s3")
    assert answered(aws, {"denied": "s3:List*"}) == {}
    with pytest.raises(ClientError, match="AccessDenied"):
        buckets.list_buckets()
    assert answered(aws, "calls") == {"calls": {"s3:ListBuckets": 1}, "unanswered": {}}
    answered(aws, {})
    assert buckets.list_buckets()["Buckets"] == []
    assert answered(aws, "calls")["calls"] == {"s3:ListBuckets": 1}


@pytest.mark.parametrize(
    ("scale", "calls", "held"),
    [(1, 60, [True, True, True, True]), (1, 61, [False, True, True, True]), (5, 51, [False, True, True, True])],
)
def test_ours_are_held_against_prowlers(scale: int, calls: int, held: list[bool]) -> None:
    ours = Cost(calls, 0, prompt=Usage(0, cpu=10, wall=9, peak=100), late=Usage(0, cpu=9, wall=10, peak=101))
    theirs = Cost(100, 0, prompt=Usage(3, cpu=50, wall=90, peak=600), late=Usage(3, cpu=50, wall=60, peak=600))
    assert [each.held for each in ratios(scale, ours, theirs)] == held


def test_peers_run_from_environments_of_their_own(tmp_path: Path) -> None:
    command = TOOLS["prowler"].command(tmp_path, TOOLS["prowler"].scan(("eu-west-1", "us-east-1"), tmp_path / "out"))
    assert command[0] == str(tmp_path / "prowler" / "bin" / "prowler")
    assert command[command.index("--region") + 1 :][:2] == ("eu-west-1", "us-east-1")
    assert TOOLS["demarc"].command(tmp_path, ("--version",))[0] == sys.executable


def test_nothing_is_installed_where_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(free=10**9))
    with pytest.raises(SystemExit, match=r"prowler==.* needs about 3 GB"):
        TOOLS["prowler"].install(tmp_path)
    TOOLS["demarc"].install(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_peer_finds_the_simulator_by_the_names_that_its_sdk_makes() -> None:
    code = "import json, socket; print(json.dumps(socket.getaddrinfo('123456789012.127.0.0.1', 80)[0][4][0]))"
    told = subprocess.run([sys.executable, "-c", code], env=dict(AROUND), capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == "127.0.0.1"
