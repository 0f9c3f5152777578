"""Which regions are read: those that AWS says are enabled; a guess, and a gap that says so, where it does not say."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.aws.regions import known, regions
from collectors.aws.session import Budget
from scanner.model import Account, Gap, Reason
from scanner.provider import ConnectError
from tests.collectors.aws import local
from tests.collectors.aws.fake import ACCOUNT, FakeAws, Raw, Refusal

ENABLED = Raw(local.regions("us-east-1", "eu-west-1"))
DENIED = Refusal("UnauthorizedOperation", "You are not authorized", 403)


def looked(answer: Any, *wanted: str, **more: Any) -> tuple[list[str], list[Gap]]:
    return regions(FakeAws(DescribeRegions=answer).connection(**more), wanted)


def test_every_enabled_region_is_read() -> None:
    assert looked(ENABLED) == (["eu-west-1", "us-east-1"], [])


def test_only_wanted_regions_are_read_where_some_are_wanted() -> None:
    assert looked(ENABLED, "us-east-1") == (["us-east-1"], [])


def test_a_region_that_is_not_enabled_is_refused_with_those_that_are() -> None:
    with pytest.raises(ConnectError, match=f"not enabled in account {ACCOUNT}: af-south-1, x; enabled: eu-west-1, us-east-1"):
        looked(ENABLED, "eu-west-1", "x", "af-south-1")


def test_a_region_that_a_member_of_an_organization_has_not_enabled_is_left_out() -> None:
    found = regions(FakeAws(DescribeRegions=ENABLED).connection(), ["eu-west-1", "af-south-1"], strict=False)
    assert found == (["eu-west-1"], [])


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        (DENIED, Reason.DENIED, "UnauthorizedOperation"),
        (Refusal("RequestLimitExceeded", "", 503), Reason.THROTTLED, "RequestLimitExceeded"),
        (Raw(b"<DescribeRegionsResponse/>"), Reason.ERROR, "DecodeError"),
        (Raw(b"<html>Sign in</html>"), Reason.ERROR, "ResponseParserError"),
        (Raw(b"<DescribeRegionsResponse><regionInfo>"), Reason.ERROR, "ResponseParserError"),
    ],
)
def test_where_aws_does_not_say_the_sdks_list_is_taken_and_that_is_a_gap(answer: Any, reason: Reason, code: str) -> None:
    found, (gap,) = looked(answer)
    assert {"eu-west-1", "us-east-1", "af-south-1"} <= set(found)
    assert (gap.reason, gap.code, gap.permission) == (reason, code, "ec2:DescribeRegions")
    assert looked(answer, "eu-west-1")[0] == ["eu-west-1"], "what is wanted is tried, whatever may be enabled"


def test_a_spent_budget_is_a_gap_as_well() -> None:
    _, (gap,) = looked(ENABLED, budget=Budget(seconds=0.0, _started=-1.0))
    assert (gap.reason, gap.code) == (Reason.UNAVAILABLE, "SpentError")


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_the_sdks_list_is_that_of_the_accounts_partition(partition: str, region: str) -> None:
    found = known(FakeAws().connection(account=Account("aws", ACCOUNT, partition=partition)))
    assert region in found
    assert not {"eu-west-1", "us-east-1"} & set(found)
