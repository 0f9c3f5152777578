"""Calls are a budget: what a scan may ask of AWS, and how it may grow."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from benchmarks import calls
from benchmarks.calls import FEW, MANY, Cost, costs, operations, overdrawn
from collectors.aws.provider import specs

BUDGET = {"s3:ListBuckets": Cost(1, 0), "s3:GetBucketAcl": Cost(6, 1), "logs:DescribeLogGroups": Cost(1, 0.02)}


@pytest.fixture
def environment() -> Iterator[None]:
    """Give back the environment that leads to a simulated account."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("environment")
def test_a_scan_stays_within_the_recorded_budget() -> None:
    """One thing of each kind more than at the recorded size: what is fixed and what grows are both in it."""
    assert list(overdrawn(calls.scanned(FEW + 1), FEW + 1, calls.budget())) == []


def test_what_is_fixed_and_what_grows_is_told_by_two_scans() -> None:
    found = costs({"s3:ListBuckets": 1, "s3:GetBucketAcl": 6}, {"s3:ListBuckets": 1, "s3:GetBucketAcl": 6 + MANY - FEW})
    assert found == {"s3:ListBuckets": Cost(1, 0), "s3:GetBucketAcl": Cost(6, 1)}


@pytest.mark.parametrize(
    ("sent", "size", "over"),
    [
        ({"s3:ListBuckets": 1, "s3:GetBucketAcl": 6}, FEW, False),
        ({"s3:ListBuckets": 2}, FEW, True),
        ({"s3:GetBucketAcl": 7}, FEW + 1, False),
        ({"s3:GetBucketAcl": 8}, FEW + 1, True),
        ({"logs:DescribeLogGroups": 2}, FEW + 1, False),
        ({"s3:GetBucketPolicy": 1}, FEW, True),
    ],
)
def test_each_operation_has_a_budget_of_its_own(sent: dict[str, int], size: int, over: bool) -> None:
    assert bool(list(overdrawn(sent, size, BUDGET))) is over


def test_only_operations_that_types_ask_for_are_in_the_budget() -> None:
    """But for those of entering an account and of AWS's own catalogues, which no type asks for, or asks for as well."""
    entering = {"sts:getcalleridentity", "sts:assumerole", "ec2:describeregions"}
    catalogues = {"resource-explorer-2:listindexes", "resource-groups-tagging-api:getresources"}
    known = entering | catalogues | operations(specs()).keys()
    assert {name for name in calls.budget() if name.lower() not in known} == set()
