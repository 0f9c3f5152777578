"""The JSON: it says what its description promises, whatever it is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from scanner.inventory.store import Store
from scanner.responsibility.split import controls
from scanner.web import api, looks
from scanner.web.figures import Desk, Latest
from tests.scanner.web.estate import NOW
from tests.scanner.web.serving import Served, served

load_all_checks()


@pytest.fixture(scope="module")
def described(shared: Store) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", served(shared, hosts=()).app)


def asked() -> list[str]:
    """Return the paths of the JSON that are read."""
    return sorted({route.path_format for route in api.router.routes if isinstance(route, APIRoute)})


@pytest.mark.parametrize("path", asked())
def test_whatever_is_asked_the_answer_is_as_described(described: schemathesis.BaseSchema, path: str) -> None:
    names = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
    operation, checks = described[path]["GET"], [CHECKS.get_one(name) for name in names]

    @given(case=operation.as_strategy())
    @settings(max_examples=12, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(case: Any) -> None:
        case.call_and_validate(checks=checks)

    holds()


def test_every_page_has_its_json(site: Served) -> None:
    paths = site.get("/api/v1/openapi.json").json()["paths"]
    shown = ("split", "split/{service}/{area}", "findings", "findings/{finding_id}", "resources", "resources/{number}")
    more = (
        "exposure",
        "accounts",
        "accounts/{provider}/{account_id}",
        "blind",
        "changes",
        "trends",
        "frameworks",
        "overlays",
        "audit",
    )
    assert {f"/api/v1/{name}" for name in (*shown, *more)} <= set(paths)


def test_lists_go_on_to_their_end(site: Served) -> None:
    page = site.get("/api/v1/findings?limit=7").json()
    seen = [row["finding_id"] for row in page["findings"]]
    while page["next"]:
        page = site.get(f"/api/v1/findings?limit=7&after={page['next']}").json()
        assert page["findings"]
        seen += [row["finding_id"] for row in page["findings"]]
    assert len(seen) == len(set(seen)) == page["total"]
    severities = [row["severity"] for row in site.get("/api/v1/findings?limit=500").json()["findings"]]
    assert severities == sorted(severities, key=["critical", "high", "medium", "low", "informational"].index)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=LOGS-0", {f"logs-0{number}" for number in range(10)}),
        ("tag=team", {"web", *(f"logs-{number:02}" for number in range(60))}),
        ("tag=team=sh*", {"web"}),
        ("area=resilience&account=222222222222", set()),
        ("status=unknown", {"shut"}),
        ("region=us-east-1", set()),
        ("days=8&q=new", set()),
        ("days=7&q=web", {"web"}),
        ("control=resilience.versioning&q=web", {"web"}),
        ("severity=critical", set()),
        ("check=aws.s3.bucket.acl*", {"new"}),
    ],
)
def test_filters_narrow(site: Served, query: str, names: set[str]) -> None:
    found = site.get(f"/api/v1/findings?limit=500&{query}").json()["findings"]
    assert {row["resource_name"] for row in found} == names


def test_exposure_asks_by_controls_that_there_are(site: Served) -> None:
    page = site.get("/api/v1/exposure").json()
    assert {row["control"] for row in page["controls"]} <= set(controls())
    assert [row["standing"]["passed"] for row in page["controls"]] == [0] * len(page["controls"])
    assert page["findings"]["findings"] == []


@pytest.mark.parametrize("days", [1, 29, 30, 31, 90, 365, 730])
def test_a_trend_ends_today_and_has_no_more_points_than_it_says(shared: Store, days: int) -> None:
    points = looks.trend(Desk(shared, Latest(shared, lambda: NOW).figures(), NOW), days).points
    assert points[-1].day == NOW.date()
    assert len(points) <= looks.POINTS
    late = looks.trend(Desk(shared, Latest(shared, lambda: NOW).figures(), NOW + timedelta(days=days)), days)
    assert len(late.points) <= looks.POINTS


def test_a_framework_leads_to_the_findings_that_answer_it(site: Served) -> None:
    rows = site.get("/api/v1/frameworks").json()
    page = site.get(f"/api/v1/frameworks/{rows[0]['id']}").json()
    failing = next(row for row in page["requirements"] if row["failed"])
    query = f"framework={rows[0]['id']}&requirement={failing['id']}&limit=500"
    assert site.get(f"/api/v1/findings?{query}").json()["total"] == failing["failed"]
    assert site.get("/api/v1/findings?framework=none").json()["findings"] == []
