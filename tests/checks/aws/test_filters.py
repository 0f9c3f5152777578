"""Filter patterns of CloudWatch Logs, against events. The examples follow AWS's guide to filter patterns."""

from typing import Any

import pytest

from checks.aws.filters import PatternError, compiled, matches

EVENT: dict[str, Any] = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "latency": 42,
    "ok": True,
    "said": 'a "quoted" word',
    "user": {"email": "John.Stiles@example.com"},
}

HOLD = [
    '{ $.eventType = "UpdateTrail" }',
    "{$.eventType=UpdateTrail}",
    '{ $.eventType = "Update*" }',
    "{ $.eventType = *Trail }",
    '{ $.eventType = "*date*" }',
    "{ $.sourceIPAddress != 123.123.* }",
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[*] = "another value" }',
    "{ $.objectList[1].id = 2 }",
    "{ $.SomeObject IS NULL }",
    "{ $.SomeOtherObject NOT EXISTS }",
    "{ $.ok IS TRUE }",
    "{ $.['cluster.name'] = \"c\" }",
    '{ $.said = "a \\"quoted\\" word" }',
    "{ $.latency < 50 && $.latency >= 42 }",
    "{ $.latency = 42 }",
    '{ $.user.email = "John*" || $.arrayKey[0] = "no" && $.latency = 1 }',
    '{ ($.eventType = "x") || (($.latency > 1) && ($.latency != 43)) }',
    "{ $.eventType = %^Update[A-Z]% }",
    "",
    "UpdateTrail",
    '"another value" 111.111',
    "?missing ?UpdateTrail",
    "UpdateTrail -missing",
    "%Upd.*ail%",
]
DO_NOT_HOLD = [
    '{ $.eventType = "updatetrail" }',
    '{ $.eventType != "UpdateTrail" }',
    '{ $.missing = "x" }',
    '{ $.missing != "x" }',
    '{ $.latency = "42" }',
    "{ $.SomeObject NOT EXISTS }",
    "{ $.eventType IS TRUE }",
    "{ $.eventType > 1 }",
    '{ ($.user.email = "John*" || $.arrayKey[0] = "no") && $.latency = 1 }',
    '{ $.user.email.domain = "*" }',
    "{ $.arrayKey[7] = * }",
    "missing",
    "UpdateTrail -latency",
    "?missing ?absent",
    "[ip, user, ...]",
]
MALFORMED = [
    "{ }",
    "{ $.eventType }",
    "{ $.eventType = }",
    "{ ($.eventType = a }",
    "{ $.eventType = a) }",
    "{ eventType = a }",
    "{ $.eventType = a && }",
    "{ $.eventType ~ a }",
    "{ $.latency > many }",
    "{ $.ok IS MAYBE }",
    "{ $.a = %[% }",
]


@pytest.mark.parametrize("pattern", HOLD)
def test_holds(pattern: str) -> None:
    assert compiled(pattern)(EVENT)


@pytest.mark.parametrize("pattern", DO_NOT_HOLD)
def test_does_not_hold(pattern: str) -> None:
    assert not compiled(pattern)(EVENT)


@pytest.mark.parametrize("pattern", MALFORMED)
def test_what_is_no_pattern_matches_nothing(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)
    assert not matches(pattern, EVENT)
