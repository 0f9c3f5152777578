"""Every statement of docs/sql.md, run on both engines, answers what its heading asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import scanner.scan
from scanner.evaluation.check import Check, check
from scanner.evaluation.overlay import Acceptance, Attestation
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import (
    Account,
    Gap,
    Kind,
    Listed,
    Reason,
    Resource,
    Severity,
    SnapshotStatus,
    Unread,
    Verdict,
    failed,
    passed,
)
from scanner.scan import judge, settle
from tests.cases import resource
from tests.postgres import Postgres
from tests.scanner.inventory.conftest import started

PAGE = Path(__file__).parents[2] / "docs" / "sql.md"
PART = re.compile(r"^### (?P<question>[^\n]+)$|^```sql ?(?P<engine>\w*)\n(?P<statement>.*?)^```$", re.MULTILINE | re.DOTALL)
DENIED = Unread(Reason.DENIED, "AccessDenied", "s3:GetBucketPolicy", "s3:GetBucketPolicy")
BUCKET, GROUP, STRANGE = "aws.s3.bucket", "aws.ec2.security_group", "aws.unknown.thing"
KINDS = [
    Kind(BUCKET, "aws.s3", "Bucket", ("item", "policy"), "global"),
    Kind(GROUP, "aws.vpc", "Security group", ("item",), "regional"),
]
ONE, TWO = Account("aws", "1", "one"), Account("aws", "2", "two")
WEB = "arn:aws:s3:::web"


def statements() -> Iterator[tuple[str, str, str]]:
    """Yield question, engine (empty for both) and statement."""
    question = ""
    for part in PART.finditer(PAGE.read_text("utf-8")):
        question = part["question"] or question
        if part["statement"]:
            yield question, part["engine"], part["statement"]


def day(number: int) -> datetime:
    return datetime(2026, 1, number, 6, tzinfo=UTC)


def made(id: str, on: str, control: str, severity: Severity) -> Check:
    words: Any = {"title": "It is shut", "risk": "Things fall out.", "fix": "shut {id}"}

    def shut(thing: Resource) -> Verdict:
        said = thing["policy"] if on == BUCKET else thing["item"].get("IpPermissions")
        return failed("it is open") if said else passed("it is shut")

    return check(id, on=on, control=control, severity=severity, **words)(shut)


CHECKS = (
    made("aws.s3.bucket.shut", BUCKET, "data.public_exposure", Severity.HIGH),
    made("aws.ec2.security_group.shut", GROUP, "network.segmentation", Severity.CRITICAL),
)


def bucket(id: str, *, public: bool | None = False, team: str = "") -> Resource:
    policy = DENIED if public is None else {"Principal": "*"} if public else None
    tags = {"team": team} if team else {}
    return resource(BUCKET, f"arn:aws:s3:::{id}", "global", id, item={"Name": id}, policy=policy, tags=tags)


def group(id: str, *, world: bool = False) -> Resource:
    rule = {"FromPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return resource(
        GROUP, id, "eu-west-1", item={"GroupId": id, "VpcId": "vpc-1", "IpPermissions": [rule] if world else []}, tags={}
    )


def look(store: Store, account: Account, on: int, *said: Resource | Gap | Listed) -> None:
    kinds = {kind.type: kind for kind in KINDS}
    with store.spool(kinds) as spool:
        for each in said:
            spool.add(replace(each, account=account.id) if isinstance(each, Resource) else each)
        told = {(each.type, each.region) for each in said if isinstance(each, Listed)}
        for scope in {(BUCKET, "global"), (GROUP, "eu-west-1"), (STRANGE, "global")} - told:
            spool.add(Listed(*scope, complete=True))
        room = spool.of(account.id)
        status = SnapshotStatus.PARTIAL if room.gaps else SnapshotStatus.COMPLETE
        with store.writing() as writing:
            writing.begin(account, status, day(on), day(on))
            applied = writing.apply(room)
            judge(writing, CHECKS, KINDS, day(on))
            settle(writing, "aws", KINDS)
            writing.finish(applied)


def live(store: Store) -> None:
    """Let two accounts live for four days."""
    later = datetime.now(UTC) + timedelta(days=30)
    strange = resource(STRANGE, "thing", "global", item={})
    look(
        store,
        ONE,
        1,
        bucket("web", team="shop"),
        bucket("logs", public=True),
        bucket("old", public=True),
        group("sg-1"),
        strange,
    )
    look(store, TWO, 1, bucket("data", public=True, team="shop"))
    look(store, ONE, 2, bucket("web", public=True, team="shop"), bucket("logs"), group("sg-1"), strange)
    look(store, ONE, 3, bucket("web", team="shop"), bucket("logs", public=True), group("sg-1", world=True), strange)
    store.say(Acceptance(check="aws.s3.*", resource="*data", owner="ann", reason="moves", until=later), day(3))
    store.say(Attestation(service="aws.s3", area=dark(store), owner="ann", statement="reviewed", until=later), day(3))
    look(
        store, ONE, 4, bucket("web", public=True, team="shop"), bucket("logs", public=None), group("sg-1", world=True), strange
    )
    gap = Gap(
        GROUP, "eu-west-1", "aws.vpc", "ec2:DescribeSecurityGroups", Reason.DENIED, "Denied", "ec2:DescribeSecurityGroups"
    )
    look(store, TWO, 4, bucket("data", public=True, team="shop"), gap, Listed(GROUP, "eu-west-1", complete=False))


def dark(store: Store) -> str:
    found = ask(store, "SELECT area FROM responsibility_ledger WHERE service = 'aws.s3' AND state = 'dark' ORDER BY area")
    return str(found[0][0])


def ask(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in queries.sql(store, query)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    patch = pytest.MonkeyPatch()
    patch.setattr(scanner.scan, "installed", lambda _provider: CHECKS)
    if request.param == "sqlite":
        with Store.open(str(tmp_path_factory.mktemp("sql") / "demarc.db")) as opened:
            live(opened)
            yield opened
    else:
        server: Postgres
        with started() as server, Store.open(server.url(server.database())) as opened:
            live(opened)
            yield opened
    patch.undo()


def answer(store: Store, question: str) -> list[tuple[Any, ...]]:
    """Return what the statement under *question* says, for this engine."""
    engine = store.engine.dialect.name
    (statement,) = [text for asked, of, text in statements() if asked == question and of in ("", engine)]
    return [tuple(_plain(value) for value in row) for row in ask(store, statement)]


def _plain(value: Any) -> Any:
    """Return a value as both engines give it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date().isoformat()
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return value[:10]
    return round(float(value), 6) if not isinstance(value, str | dict | None) else value


QUESTIONS = sorted({question for question, _, _ in statements()})
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "Which failures are the oldest?": [
        ("2026-01-03", "aws.ec2.security_group.shut", "sg-1"),
        ("2026-01-03", "aws.s3.bucket.shut", "arn:aws:s3:::logs"),
        ("2026-01-04", "aws.s3.bucket.shut", WEB),
    ],
    "What began to fail since a day?": [
        ("2026-01-03", "critical", "aws.ec2.security_group.shut", "sg-1"),
        ("2026-01-03", "high", "aws.s3.bucket.shut", "arn:aws:s3:::logs"),
        ("2026-01-04", "high", "aws.s3.bucket.shut", WEB),
    ],
    "What is open to the world?": [
        ("1", BUCKET, "arn:aws:s3:::logs", "aws.s3.bucket policy could not be read: denied (AccessDenied)"),
        ("1", BUCKET, WEB, "it is open"),
    ],
    "When did this bucket become public, and is it still?": [
        ("2026-01-02", "opened", "failed", "aws.s3.bucket.shut"),
        ("2026-01-03", "resolved", "passed", "aws.s3.bucket.shut"),
        ("2026-01-04", "reopened", "failed", "aws.s3.bucket.shut"),
    ],
    "What fails again and again?": [
        ("aws.s3.bucket.shut", "arn:aws:s3:::logs", 1.0),
        ("aws.s3.bucket.shut", WEB, 1.0),
    ],
    "Which checks fail on the largest part of what they look at?": [
        ("aws.ec2.security_group.shut", 1.0, 0.0, 1.0, 1.0),
        ("aws.s3.bucket.shut", 1.0, 0.0, 1.0, 1.0),
    ],
    "How many failures does each account have, by severity?": [("1", "critical", 1.0), ("1", "high", 2.0)],
    "What was mended, and how: changed, or removed?": [("passed", 2.0), ("gone", 1.0)],
    "Which permission would show the most?": [
        ("s3:GetBucketPolicy", 1.0, 1.0),
        ("ec2:DescribeSecurityGroups", 0.0, 1.0),
    ],
    "What failed when it was last known, and can't be read now?": [
        ("aws.s3.bucket.shut", "arn:aws:s3:::logs", "2026-01-03", "s3:GetBucketPolicy", "s3:GetBucketPolicy")
    ],
    "Which accounts have not been looked at for long?": [("1", "2026-01-04"), ("2", "2026-01-04")],
    "What is there that nobody knows how to read?": [(STRANGE, 1.0)],
    "How much is there of each type?": [(BUCKET, 3.0), (GROUP, 1.0), (STRANGE, 1.0)],
    "What does one team have?": [("2", BUCKET, "arn:aws:s3:::data"), ("1", BUCKET, WEB)],
    "What is in one VPC?": [("1", GROUP, "sg-1")],
    "What belongs to no team?": [("1", BUCKET, "arn:aws:s3:::logs"), ("1", GROUP, "sg-1"), ("1", STRANGE, "thing")],
    "What fails, by team?": [("(none)", 2.0), ("shop", 1.0)],
    "What changed on a day?": [
        ("2026-01-03", "changed", GROUP, "sg-1"),
        ("2026-01-03", "changed", BUCKET, "arn:aws:s3:::logs"),
        ("2026-01-03", "changed", BUCKET, WEB),
    ],
    "What is new, and what is gone?": [
        ("added", GROUP, 1.0),
        ("added", BUCKET, 4.0),
        ("added", STRANGE, 1.0),
        ("removed", BUCKET, 1.0),
    ],
}


def test_the_page_answers_enough() -> None:
    assert len(QUESTIONS) >= 25
    assert set(ANSWERS) <= set(QUESTIONS)
    engines = {question: sorted(engine for asked, engine, _ in statements() if asked == question) for question in QUESTIONS}
    assert {tuple(each) for each in engines.values()} == {("",), ("postgresql", "sqlite")}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered(store: Store, question: str) -> None:
    found = answer(store, question)
    assert found
    assert found == ANSWERS.get(question, found)


def test_what_needs_a_closer_look(store: Store) -> None:
    assert answer(store, "How long did it take to mend things, in days?") == [("high", 1.0, 1.0)]
    ((account, identity, port),) = answer(store, "Which security groups let the whole world in?")
    assert (account, identity, str(port).partition(".")[0]) == ("1", "sg-1", "22")
    ((until, by, because, check_id, id),) = answer(store, "What is accepted, by whom, and until when?")
    assert (by, because, check_id, id) == ("ann", "moves", "aws.s3.bucket.shut", "arn:aws:s3:::data")
    assert until > "2026-01-04"
    stated = answer(store, "Which statements stand for cells that no API shows?")
    assert {(service, note[-8:]) for service, _, note in stated} == {("aws.s3", "reviewed")}
    floors = answer(store, "How did the score of each account move?")
    looks = [("1", 1.0), ("1", 3.0), ("1", 4.0), ("1", 5.0), ("2", 2.0), ("2", 6.0)]
    assert [(account, look) for account, look, _, _ in floors] == looks
    assert all(0 <= floor <= 1 for *_, floor in floors)
    coverage = dict(answer(store, "How much of what is due could be judged, by account?"))
    assert set(coverage) == {"1", "2"}
    assert all(0 < share < 1 for share in coverage.values())
