"""Conditions: what holds, what doesn't, and what nobody can say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.gcp.conditions import Within, grantable, holds

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BUCKET: dict[str, Any] = {
    "request.time": NOW,
    "resource.name": Within("projects/_/buckets/b"),
    "resource.service": "storage.googleapis.com",
}
GRANTS = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])"

KNOWN: list[tuple[str, bool | None]] = [
    ("", True),
    ("true", True),
    ("1 < 2", True),
    # times
    ('request.time < timestamp("2027-01-01T00:00:00Z")', True),
    ('request.time < timestamp("2026-01-01T00:00:00Z")', False),
    ("request.time > timestamp('2026-01-01T00:00:00.000Z') && request.time < timestamp('2026-07-01T00:00:00Z')", True),
    ('request.time < timestamp("2026-05-01T00:00:00Z") + duration("1440h")', True),
    ('timestamp("2026-05-01T00:00:00+02:00") <= request.time', True),
    ('request.time.getHours("Europe/Zurich") >= 9 && request.time.getHours("Europe/Zurich") <= 17', None),
    ('request.time.getFullYear() == 2025 && request.time < timestamp("2026-01-01T00:00:00Z")', False),
    ('request.time < timestamp("tomorrow")', None),
    # resources
    ('resource.service == "storage.googleapis.com"', True),
    ("resource.service != 'storage.googleapis.com'", False),
    ("resource.service in ['a', 'storage.googleapis.com']", True),
    ("resource.service in []", False),
    ('resource.name.startsWith("projects/_/buckets/b")', True),
    ('resource.name.startsWith("projects/_/buckets/b/objects/public/")', None),
    ('resource.name.startsWith("projects/_/buckets/c")', False),
    ('!resource.name.startsWith("projects/_/buckets/c")', True),
    ('resource.name == "projects/_/buckets/b"', None),
    ('resource.name == "projects/_/buckets/other"', False),
    ('resource.name != "projects/_/buckets/other"', True),
    ('resource.name.endsWith(".html")', None),
    ('resource.type == "storage.googleapis.com/Object"', None),
    ("resource.type != 'x' || resource.name.startsWith('projects/_/buckets/b')", True),
    ('(resource.type == "x") ? true : true', True),
    ('resource.name.extract("buckets/{name}/") == "b"', None),
    # what a scan doesn't know
    ("resource.matchTag('1/env', 'prod')", None),
    ('"accessPolicies/1/accessLevels/x" in request.auth.access_levels', None),
    ("inIpRange(origin.ip, '10.0.0.0/8')", None),
    ('destination.port == 22 || request.time < timestamp("2027-01-01T00:00:00Z")', True),
    ('destination.port == 22 && request.time < timestamp("2026-01-01T00:00:00Z")', False),
    (f"{GRANTS}.hasOnly(['roles/viewer'])", None),
    ("request.path['a']", None),
    # what isn't read
    ("resource.name.startsWith(", None),
    ("has(resource.x) &&", None),
    ("resource.service = 'x'", None),
    ("(" * 500, None),
    ("!" * 5000 + "true", None),
    ("'a' == 1", False),
]


@pytest.mark.parametrize(("expression", "expected"), KNOWN, ids=[row[0][:60] for row in KNOWN])
def test_known_condition(expression: str, expected: bool | None) -> None:
    assert holds(expression, BUCKET) is expected


def test_without_a_time_nothing_expires() -> None:
    assert holds('request.time < timestamp("2020-01-01T00:00:00Z")', {}) is None


@pytest.mark.parametrize(
    ("expression", "roles"),
    [
        (f"{GRANTS}.hasOnly(['roles/viewer', \"roles/browser\"])", {"roles/viewer", "roles/browser"}),
        (f"{GRANTS}.hasOnly([])", set()),
        (f"{GRANTS}.hasOnly(['roles/viewer']) || true", None),
        ("true", None),
    ],
)
def test_which_roles_may_be_granted(expression: str, roles: set[str] | None) -> None:
    assert grantable(expression) == roles


@given(st.text(alphabet="()&|!<>=. 'abresouc.namtd\"[],?:0", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    assert holds(text, BUCKET) in (True, False, None)


@given(st.booleans(), st.booleans())
def test_both_and_either(one: bool, two: bool) -> None:
    said = [str(each).lower() for each in (one, two)]
    assert holds(" && ".join(said), {}) is (one and two)
    assert holds(" || ".join(said), {}) is (one or two)
    assert holds(f"unknown && {said[0]}", {}) is (None if one else False)
    assert holds(f"unknown || {said[0]}", {}) is (True if one else None)
