"""A daemon, a simulated AWS with a queue, and what happens between the two: real processes, over the wire."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from scanner.inventory.store import Store
from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws
from tests.collectors.aws.test_changes import asked, event, record
from tests.scanner.daemon.test_faults import ROOT, Daemon, eventually
from tests.scanner.inventory.build import ask
from tests.scanner.notify.receiver import Receiver, receiving

pytestmark = pytest.mark.own_aws

TEXT = """
database = "{database}"
[daemon]
poll = "1s"
listen = "127.0.0.1:0"
[[accounts]]
provider = "aws"
name = "one"
regions = ["eu-west-1"]
services = ["s3", "sqs", "cloudtrail", "account"]
[[schedules]]
name = "yearly"
cron = "0 0 1 1 *"
misfire_grace = "52w"
[[notifications]]
name = "security"
kind = "webhook"
url = "{hook}"
"""
CHANGES = '[[queues]]\nname = "main"\nprovider = "aws"\naccount = "one"\nurl = "{url}"\n'


class Estate:
    """An AWS with a queue and a bucket, and the daemons that look at it."""

    def __init__(self, folder: Path, aws: SimulatedAws, hook: str) -> None:
        self.folder = folder
        self.aws = aws
        self.sqs = boto3.client("sqs")
        self.s3 = boto3.client("s3")
        self.url = self.sqs.create_queue(QueueName="demarc", Attributes={"VisibilityTimeout": "3"})["QueueUrl"]
        self.bucket("before")
        self.daemons: list[Daemon] = []
        self.account = aws.account
        (folder / "demarc.toml").write_text(TEXT.format(database=folder / "demarc.db", hook=hook))
        (folder / "changes.toml").write_text('window = "1s"\n' + CHANGES.format(url=self.url))

    def bucket(self, name: str) -> None:
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def announce(self, *events: dict[str, Any]) -> None:
        for each in events:
            self.say(event({**each, "recipientAccountId": self.account}))

    def say(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def daemon(self) -> Daemon:
        files = ["--config", str(self.folder / "demarc.toml"), "--changes", str(self.folder / "changes.toml")]
        command = [sys.executable, "-c", "from scanner.cli import main; main()", "daemon", *files]
        log = self.folder / f"log{len(self.daemons)}"
        with log.open("wb") as out:
            process = subprocess.Popen(command, stderr=out, stdout=out, cwd=ROOT, env={**os.environ, **self.aws.environment})
        self.daemons.append(Daemon(process, log))
        return self.daemons[-1]

    def scanned(self) -> Daemon:
        """Start a daemon, and wait until the first scan is done."""
        daemon = self.daemon()
        daemon.said("scan ended", schedule="yearly", state="done")
        return daemon

    @property
    def store(self) -> Store:
        return Store.found(str(self.folder / "demarc.db"))

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.store as store:
            return ask(store, query)

    def buckets(self) -> set[str]:
        return {name for (name,) in self.ask("SELECT name FROM current_resources WHERE resource_type = 'aws.s3.bucket'")}

    def left(self) -> int:
        """Return how many messages are in the queue, seen or unseen."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]  # type: ignore[arg-type]
        return sum(int(each) for each in found.values())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> Iterator[Estate]:
    with SimulatedAws.start() as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        made = Estate(tmp_path, aws, receiver.url)
        yield made
        for each in made.daemons:
            each.process.kill()
            each.process.wait()


def test_what_is_changed_is_looked_at_and_nothing_else(estate: Estate) -> None:
    daemon = estate.scanned()
    assert estate.buckets() == {"before"}
    estate.aws.calls.clear()
    estate.bucket("after")
    estate.announce(record("s3", "CreateBucket", **asked(bucketName="after")))
    daemon.said("scan ended", schedule="(changes)", state="done")
    assert estate.buckets() == {"before", "after"}
    services = {name.partition(":")[0] for name in estate.aws.calls}
    assert services <= {"s3", "s3control", "sts", "ec2", "sqs", "resourcegroupstaggingapi"}
    assert estate.aws.calls["sqs:ListQueues"] == 0
    eventually(lambda: estate.left() == 0)
    assert estate.ask("SELECT state, what FROM change") == [("done", "s3:CreateBucket")]
    assert 'demarc_changes_total{outcome="stale",queue="main"} 1.0' in daemon.asked("/metrics")[1]


def test_an_attack_is_a_finding_and_a_message_before_anything_is_scanned(estate: Estate, receiver: Receiver) -> None:
    daemon = estate.scanned()
    estate.aws.fault(Fault("cloudtrail:*", "latency", seconds=5))
    attack = record("cloudtrail", "StopLogging", **asked(name="main"))
    estate.announce(attack, attack)
    said = eventually(lambda: [each for each in receiver.bodies if "aws.event.trail_stopped" in str(each)])
    assert "eve stopped a trail (main)" in str(said)
    estate.aws.clear()
    daemon.said("scan ended", schedule="(changes)", state="done")
    found = estate.ask("SELECT status, severity FROM open_findings WHERE check_id = 'aws.event.trail_stopped'")
    assert found == [("fail", "critical")]
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.ended() == 0
    assert len([each for each in receiver.bodies if "aws.event.trail_stopped" in str(each)]) == 1


def test_killed_before_it_took_a_message_out_it_reads_it_again_and_tells_once(estate: Estate, receiver: Receiver) -> None:
    daemon = estate.scanned()
    estate.aws.fault(Fault("sqs:DeleteMessageBatch", "error"))
    estate.announce(record("cloudtrail", "StopLogging", **asked(name="main")))
    daemon.said("attack")
    daemon.said("the queue can't be read")
    daemon.process.kill()
    daemon.ended()
    estate.aws.clear()
    estate.daemon()
    eventually(lambda: estate.left() == 0)
    assert estate.ask("SELECT count(*) FROM change WHERE service = 'aws.cloudtrail'") == [(1,)]
    eventually(lambda: [each for each in receiver.bodies if "aws.event.trail_stopped" in str(each)])
    assert estate.ask("SELECT count(*) FROM outbox WHERE key LIKE 'event:%'") == [(1,)]


def test_poison_stops_nobody_and_a_queue_that_cannot_be_read_does_not_stop_the_schedule(estate: Estate) -> None:
    estate.aws.fault(Fault("sqs:ReceiveMessage", "denied"))
    daemon = estate.scanned()
    assert "AccessDenied" in daemon.said("the queue can't be read")["error"]
    assert 'demarc_queue_up{queue="main"} 0.0' in daemon.asked("/metrics")[1]
    estate.aws.clear()
    for body in ("poison", "[]", "{}"):
        estate.say(body)
    estate.bucket("after")
    estate.announce(record("s3", "CreateBucket", **asked(bucketName="after")))
    daemon.said("scan ended", schedule="(changes)", state="done")
    assert estate.buckets() == {"before", "after"}
    eventually(lambda: estate.left() == 0)  # the poison, too, in the end
    assert 'demarc_changes_total{outcome="given_up",queue="main"} 3.0' in daemon.asked("/metrics")[1]


def test_what_it_listens_to_is_read_anew_or_stays_in_force(estate: Estate) -> None:
    daemon = estate.scanned()
    file = estate.folder / "changes.toml"
    good = file.read_text()
    file.write_text(good + "colour = 1")
    daemon.process.send_signal(signal.SIGHUP)
    assert "colour" in daemon.said("the configuration can't be used: the one before stays in force")["error"]
    file.write_text(good.replace('"main"', '"renamed"'))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.said("listens to changes", queues=["renamed"])
    estate.bucket("after")
    estate.announce(record("s3", "CreateBucket", **asked(bucketName="after")))
    daemon.said("scan ended", schedule="(changes)", state="done")
    assert estate.buckets() == {"before", "after"}
