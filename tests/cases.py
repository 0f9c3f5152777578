"""The vocabulary of check tests: that of custom checks, as parameters of a test with a name.

    case(s3.versioned, PASS, versioning={"Status": "Enabled"})
    case(vpc.flow_logs, FAIL, item={"VpcId": "vpc-1"}, inventory=[])
    case(vpc.flow_logs, UNKNOWN, item={"VpcId": "vpc-1"}, inventory=[unlisted("aws.ec2.flow_log")])

Keyword arguments are facts. ``inventory`` holds the other resources a relational check may find; types that it does not
name count as listed and empty. ``now`` defaults to :data:`NOW`.
``tags`` are a fact as well: a plain mapping of names to values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from scanner.evaluation.check import Check
from scanner.evaluation.custom.cases import (
    ABSENT,
    ACCOUNT,
    DENIED,
    FAIL,
    NOW,
    PASS,
    REGION,
    SKIP,
    UNKNOWN,
    Case,
    FakeInventory,
    Unlisted,
    fact,
    resource,
    unlisted,
)
from scanner.evaluation.custom.cases import case as made
from scanner.model import Outcome, Resource

__all__ = [
    "ABSENT",
    "ACCOUNT",
    "DENIED",
    "FAIL",
    "NOW",
    "PASS",
    "REGION",
    "SKIP",
    "UNKNOWN",
    "Case",
    "FakeInventory",
    "Unlisted",
    "case",
    "fact",
    "resource",
    "unlisted",
]


def case(
    check: Check,
    outcome: Outcome,
    /,
    *,
    inventory: Iterable[Resource | Unlisted] = (),
    now: datetime = NOW,
    id: str = "under-test",
    region: str = REGION,
    tags: Mapping[str, str] | None = None,
    **facts: Any,
) -> Any:
    given = facts if tags is None else {"tags": dict(tags), **facts}
    shown = ", ".join(f"{name}={value}" for name, value in facts.items())
    found = made(check, outcome, inventory=inventory, now=now, id=id, region=region, **given)
    return pytest.param(found, id=f"{check.id}: {outcome} when {shown}"[:120])
