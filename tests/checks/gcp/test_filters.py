"""Filters of Cloud Logging: what they match, and that their spelling doesn't matter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.gcp import filters

ENTRY: dict[str, Any] = {
    "protoPayload": {
        "methodName": "v1.compute.routes.insert",
        "serviceName": "compute.googleapis.com",
        "authenticationInfo": {"principalEmail": "ada@example.com"},
        "authorizationInfo": [{"permission": "compute.routes.create", "granted": True}, {"permission": "compute.networks.use"}],
        "serviceData": {"policyDelta": {"bindingDeltas": [{"action": "ADD", "role": "roles/owner"}]}},
        "numResponseItems": "12",
    },
    "resource": {"type": "gce_route", "labels": {"project_id": "sample", "my.label": "x"}},
    "labels": {"compute.googleapis.com/root": "abc"},
    "severity": "NOTICE",
    "timestamp": "2026-01-02T03:04:05Z",
    "logName": "projects/sample/logs/cloudaudit.googleapis.com%2Factivity",
    "operation": {"first": True},
}

KNOWN: list[tuple[str, bool]] = [
    ("", True),
    ('resource.type="gce_route"', True),
    ("resource.type=gce_route", True),
    ('RESOURCE.type="gce_route"', False),
    ('resource.type="GCE_ROUTE"', True),
    ('resource.type:"route"', True),
    ('resource.type="route"', False),
    ('resource.type!="gce_network"', True),
    ('resource.type!="gce_route"', False),
    ('missing.field!="x"', False),
    ('NOT missing.field="x"', True),
    ("protoPayload.methodName:compute.routes.insert", True),
    ('proto_payload.method_name:"routes"', True),
    ('protoPayload.methodName=~"routes\\.(insert|delete)$"', True),
    ('protoPayload.methodName=~"^routes"', False),
    ('protoPayload.methodName!~"^routes"', True),
    ('protoPayload.methodName=("v1.compute.routes.insert" OR "v1.compute.routes.delete")', True),
    ('protoPayload.methodName:("compute" AND "insert")', True),
    ('protoPayload.methodName:("compute" NOT "insert")', False),
    ('protoPayload.methodName:("compute" -"delete")', True),
    ('protoPayload.methodName:(("x" OR "compute") AND "routes")', True),
    ('protoPayload.authorizationInfo.permission="compute.networks.use"', True),
    ("protoPayload.authorizationInfo.granted=true", True),
    ("protoPayload.serviceData.policyDelta.bindingDeltas:*", True),
    ("protoPayload.serviceData.policyDelta.auditConfigDeltas:*", False),
    ('protoPayload.serviceData:"roles/owner"', True),
    ('resource.labels."my.label"="x"', True),
    ('labels."compute.googleapis.com/root":*', True),
    ("labels:compute.googleapis.com", True),
    ("severity>=NOTICE", True),
    ("severity>=WARNING", False),
    ('severity="notice"', True),
    ("severity!=ERROR", True),
    ("protoPayload.numResponseItems>9", True),
    ('timestamp>="2026-01-01T00:00:00Z"', True),
    ('timestamp<"2026-01-01"', False),
    ("operation.first=true", True),
    ('log_id("cloudaudit.googleapis.com/activity")', True),
    ('NOT LOG_ID("cloudaudit.googleapis.com/activity")', False),
    ('logName="projects/sample/logs/cloudaudit.googleapis.com%2Factivity"', True),
    ("gce_route", True),
    ('"routes.insert"', True),
    ("bindingDeltas", False),
    ('SEARCH("routes insert")', True),
    ('SEARCH(protoPayload.methodName, "networks")', False),
    # OR binds closer than AND, and AND may be left out.
    ("gce_route OR nothing AND nothing", False),
    ("nothing AND nothing OR gce_route", False),
    ("(nothing AND nothing) OR gce_route", True),
    ('"a" OR NOT "nothing" AND NOT "nothing" OR "d"', True),
    ("gce_route nothing", False),
    ("gce_route -nothing", True),
    ("gce_route and ada", False),
    ('gce_route\n-- resource.type="x"\nAND ada@example.com', True),
    ('"quoted" (gce_route)', False),
    # what isn't read matches nothing
    ("sample(insertId, 0.5)", False),
    ("resource.type=", False),
    ('resource.type=~"("', False),
    ("(gce_route", False),
    ("gce_route)", False),
    ("severity>=LOUD", False),
    ("(" * 500 + "gce_route" + ")" * 500, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), KNOWN, ids=[row[0][:60] for row in KNOWN])
def test_known_filter(text: str, expected: bool) -> None:
    assert filters.matches(text, ENTRY) is expected


@pytest.mark.parametrize("text", ["sample(insertId, 0.5)", "resource.type=", "(a", 'x=~"("', "severity>=LOUD", "(" * 500])
def test_what_is_not_read_says_so(text: str) -> None:
    assert not filters.readable(text)


WORDS = st.sampled_from(["gce_route", "nothing", 'resource.type="gce_route"', 'resource.type="x"', "severity>=ERROR"])


@given(WORDS, WORDS, WORDS)
def test_meaning_is_kept_by_brackets_and_order(one: str, two: str, three: str) -> None:
    said = [filters.matches(each, ENTRY) for each in (one, two, three)]
    assert filters.matches(f"{one} AND {two} OR {three}", ENTRY) is (said[0] and (said[1] or said[2]))
    assert filters.matches(f"({three} OR {two}) {one}", ENTRY) is (said[0] and (said[1] or said[2]))
    assert filters.matches(f"NOT {one} OR {two}", ENTRY) is (not said[0] or said[1])
    assert filters.matches(f"-({one} AND {two})", ENTRY) is not (said[0] and said[1])


@given(st.text(alphabet="()=~:!<>-\"' ANDORTabc.*,", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    assert filters.matches(text, ENTRY) in (True, False)
