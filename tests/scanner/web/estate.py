"""Two accounts of AWS with buckets, over a week: hostile names, failures, what nobody could read, what was mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from checks.aws import s3
from scanner.inventory.store import Store
from scanner.model import Account, Kind, Listed, Present, Reason, Resource, SnapshotStatus, Unread
from scanner.scan import judge, settle
from tests.cases import resource

BUCKET = "aws.s3.bucket"
KIND = Kind(BUCKET, "aws.s3", "Bucket", ("item", "policy", "versioning", "ownership", "tags"), "global")
CHECKS = (s3.versioned, s3.acl_disabled, s3.known_accounts)
DENIED = Unread(Reason.DENIED, "AccessDenied", "s3:GetBucketPolicy", "s3:GetBucketPolicy")
ONE, TWO = Account("aws", "111111111111", "payments"), Account("aws", "222222222222", "<b>sandbox</b>")
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)> ' autofocus onfocus=alert(1)",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "ansi": "\x1b[31mred\x1b[0m\x07",
    "turned": "evil\u202egnp.exe",
    "template": "{{ 7*7 }}{% raw %}${7*7}",
    "end": "</script></style></title>--><!--",
    "long": "n" * 4096,
}
MANY = 60  # buckets that fail, so that a list has a second page


def day(number: int) -> datetime:
    return datetime(2026, 11, number, 2, tzinfo=UTC)


NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def bucket(
    name: str, *, kept: bool = False, owned: bool = False, hidden: bool = False, tags: Mapping[str, str] | None = None
) -> Resource:
    return resource(
        BUCKET,
        f"arn:aws:s3:::{name}",
        "eu-west-1",
        name,
        item={"Name": name},
        policy=DENIED if hidden else Present({"Statement": []}),
        versioning={"Status": "Enabled" if kept else name},
        ownership=[{"ObjectOwnership": "BucketOwnerEnforced"}] if owned else None,
        public_access_block=None,
        acl=None,
        tags=dict(tags or {}),
    )


def look(store: Store, account: Account, at: datetime, *said: Resource, region: str = "eu-west-1") -> None:
    with store.spool({BUCKET: KIND}) as spool:
        for each in said:
            spool.add(replace(each, account=account.id))
        spool.add(Listed(BUCKET, region, complete=True))
        room = spool.of(account.id)
        with store.writing() as writing:
            writing.begin(account, SnapshotStatus.PARTIAL if room.gaps else SnapshotStatus.COMPLETE, at, at)
            applied = writing.apply(room)
            judge(writing, CHECKS, [KIND], at)
            settle(writing, "aws", [KIND])
            writing.finish(applied)


def hostile() -> list[Resource]:
    return [bucket(text, owned=True, tags={name: text}) for name, text in HOSTILE.items()]


def live(store: Store) -> None:
    """Let both accounts live for a week."""
    many: list[Any] = [bucket(f"logs-{number:02}", owned=True, tags={"team": "platform"}) for number in range(MANY)]
    look(store, ONE, day(19), bucket("web"), bucket("old", owned=True), *many, *hostile())
    look(store, TWO, day(20), bucket("data", kept=True, owned=True), bucket("shut", hidden=True, kept=True, owned=True))
    look(store, ONE, day(26), bucket("web", owned=True, tags={"team": "shop"}), bucket("new"), *many, *hostile())
