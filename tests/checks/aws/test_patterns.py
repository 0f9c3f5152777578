"""Event patterns of EventBridge, against events."""

from typing import Any

import pytest

from checks.aws.patterns import matches

EVENT: dict[str, Any] = {
    "source": "aws.iam",
    "detail-type": "AWS API Call via CloudTrail",
    "detail": {
        "eventName": "PutUserPolicy",
        "sourceIPAddress": "192.0.2.7",
        "count": 3,
        "ids": ["a", "b"],
        "none": None,
        "findings": [{"label": "LOW", "at": "x"}, {"label": "HIGH", "at": "y"}],
    },
}


def detail(**fields: Any) -> dict[str, Any]:
    return {"detail": fields}


HOLD = [
    {},
    {"source": ["aws.s3", "aws.iam"]},
    detail(eventName=["PutUserPolicy"], count=[3]),
    detail(eventName=[{"prefix": "Put"}]),
    detail(eventName=[{"suffix": "Policy"}]),
    detail(eventName=[{"wildcard": "Put*Policy"}]),
    detail(eventName=[{"equals-ignore-case": "putuserpolicy"}]),
    detail(eventName=[{"prefix": {"equals-ignore-case": "put"}}]),
    detail(eventName=[{"anything-but": ["Other"]}]),
    detail(eventName=[{"anything-but": {"prefix": ["Get", "List"]}}]),
    detail(ids=["b"]),
    detail(missing=[{"exists": False}]),
    detail(eventName=[{"exists": True}]),
    detail(none=[None]),
    detail(count=[{"numeric": [">", 1, "<=", 3]}]),
    detail(sourceIPAddress=[{"cidr": "192.0.2.0/24"}]),
    detail(findings={"label": ["HIGH"]}),
    detail(missing={"label": [{"exists": False}]}),
    {"$or": [{"source": ["aws.s3"]}, detail(count=[3])]},
]
DO_NOT_HOLD = [
    {"source": ["aws.s3"]},
    {"source": ["AWS.IAM"]},
    detail(eventName=["PutUserPolicy"], count=[4]),
    detail(missing=["x"]),
    detail(missing=[{"anything-but": "x"}]),
    detail(eventName=[{"anything-but": "PutUserPolicy"}]),
    detail(eventName=[{"anything-but": {"prefix": "Put"}}]),
    detail(eventName=[{"exists": False}]),
    detail(eventName={"inner": ["x"]}),
    detail(findings={"label": ["CRITICAL"]}),
    detail(findings={"label": ["HIGH"], "at": ["x"]}),
    detail(count=[{"numeric": ["<", 3]}]),
    detail(count=[{"prefix": "3"}]),
    detail(sourceIPAddress=[{"cidr": "198.51.100.0/24"}]),
    detail(eventName=[{"cidr": "198.51.100.0/24"}]),
    detail(eventName=[{"some-new-operator": "x"}]),
    detail(eventName=[{"anything-but": {"some-new-operator": "x"}}]),
    {"$or": [{"source": ["aws.s3"]}, detail(count=[4])]},
]


@pytest.mark.parametrize("pattern", HOLD)
def test_holds(pattern: dict[str, Any]) -> None:
    assert matches(pattern, EVENT)


@pytest.mark.parametrize("pattern", DO_NOT_HOLD)
def test_does_not_hold(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, EVENT)
