"""AWS as the engine sees it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from collectors.aws import PROVIDER
from collectors.aws.beyond import permissions as of_catalogues
from collectors.aws.options import AwsOptions, listed
from collectors.aws.permissions import ENTERING, actions
from collectors.aws.provider import specs, wanted
from collectors.aws.reach import CARRIED
from collectors.aws.spec import Spec
from scanner.provider import Selection, shown
from tests.collectors.aws import local
from tests.collectors.aws.fake import named


def test_everything_is_wanted_unless_something_is() -> None:
    assert wanted(Selection()) == list(specs())
    assert {spec.service for spec in wanted(Selection(services=frozenset({"sqs", "aws.sns"})))} == {"aws.sqs", "aws.sns"}


def test_the_parents_of_what_is_wanted_are_wanted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def described(type: str, service: str, parent: str = "") -> Spec:
        return Spec(type=type, service=service, api="ecr", title=type, id="{x}", parent=parent)

    known = (
        described("aws.a.top", "aws.a"),
        described("aws.b.mid", "aws.b", "aws.a.top"),
        described("aws.c.leaf", "aws.c", "aws.b.mid"),
    )
    monkeypatch.setattr("collectors.aws.provider.specs", lambda: known)
    assert [spec.type for spec in wanted(Selection(services=frozenset({"c"})))] == ["aws.a.top", "aws.b.mid", "aws.c.leaf"]


def test_a_kind_names_the_facts_that_its_resources_have() -> None:
    kinds = {kind.type: kind for kind in PROVIDER.kinds()}
    assert kinds.keys() == {spec.type for spec in specs()} | {CARRIED}
    for spec in specs():
        facts = kinds[spec.type].facts
        assert len(facts) == len(set(facts))
        assert set(facts) == {*spec.facts, *(["item"] if spec.listing else []), *(["tags"] if spec.tags else [])}


def test_the_grant_covers_every_call_of_a_scan_and_the_way_in() -> None:
    policies = PROVIDER.permissions(Selection())["json"]
    granted = {action for policy in policies for action in json.loads(shown(policy))["Statement"][0]["Action"]}
    called = {action for spec in specs() for call in spec.calls for action in actions(spec, call)}
    assert granted == called | set(ENTERING) | set(of_catalogues())


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_grant_is_the_same_in_every_partition(partition: str) -> None:
    """It names no ARNs of one partition."""
    assert f"arn:{partition}:" not in str(PROVIDER.permissions(Selection()))


def test_the_way_in_calls_what_the_grant_covers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def answer(operation: str) -> tuple[int, bytes]:
        seen.append(operation)
        known = {"GetCallerIdentity": local.identity(), "DescribeRegions": local.regions("eu-west-1")}
        return 200, known.get(operation, local.listing(**named()))

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    with local.serving(answer) as address:
        options = AwsOptions(attempts=1, endpoint_url=address)
        collector = PROVIDER.connect(options, Selection(regions=frozenset({"eu-west-1"})), secret_key=lambda: b"key")
    assert seen == ["GetCallerIdentity", "DescribeRegions"]
    assert dict(collector.calls) == {"sts:GetCallerIdentity": 1, "ec2:DescribeRegions": 1}
    assert [f"ec2:{name}" for name in seen[1:]] == list(ENTERING), "who is asked who it is needs no permission"


WITHOUT_SDK = """
import sys
sys.modules |= {"boto3": None, "botocore": None}
from collectors.aws import PROVIDER
from scanner.provider import ConnectError, Selection
for use in (PROVIDER.kinds, lambda: PROVIDER.connect(PROVIDER.options(), Selection(), secret_key=bytes)):
    try:
        use()
    except ConnectError as error:
        print(error)
"""


def test_without_the_sdk_one_line_says_what_to_install() -> None:
    """In a process of its own: what is imported once stays."""
    said = subprocess.run([sys.executable, "-c", WITHOUT_SDK], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == 2
    assert all(re.fullmatch(r"aws needs boto(3|core)\S*: pip install 'demarc-scanner\[aws\]'", line) for line in said), said


def test_an_account_with_an_entry_of_its_own_is_left_out_of_its_organization() -> None:
    whole = AwsOptions(organization=True, role_arn="arn:aws:iam::1:role/r", exclude_accounts="sandbox-*")
    own, ambient = AwsOptions(role_arn="arn:aws:iam::2:role/r"), AwsOptions(profile="three")
    again, *rest = PROVIDER.apart([whole, own, ambient])
    assert listed(again.exclude_accounts) == ["sandbox-*", "2"]
    assert rest == [own, ambient]


@pytest.mark.parametrize(
    "given",
    [{"attempts": 0}, {"connect_timeout": 0}, {"read_timeout": -1}, {"max_calls": -1}, {"max_seconds": -0.5}],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        AwsOptions(**given)
