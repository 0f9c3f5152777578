"""The JSON: it says what its description promises, whatever it is asked."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from scanner.inventory.store import Store
from scanner.responsibility.split import controls
from scanner.web import looks
from scanner.web.figures import Desk, Latest
from tests.scanner.web.estate import NOW
from tests.scanner.web.serving import Served, served


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


def test_the_past_of_a_resource_is_told_part_by_part(own: Store) -> None:
    site = served(own)
    number = site.get("/api/v1/resources?q=web").json()["resources"][0]["pk"]
    every = site.get(f"/api/v1/resources/{number}").json()
    assert (every["versions_next"], every["turns_next"]) == (None, None)
    for name, part in (("versions", "before"), ("turns", "turns_before")):
        page = site.get(f"/api/v1/resources/{number}?limit=1").json()
        told = page[name]
        while page[f"{name}_next"]:
            page = site.get(f"/api/v1/resources/{number}?limit=1&{part}={page[f'{name}_next']}").json()
            assert len(page[name]) == 1
            told = page[name] + told
        assert told == every[name]
        assert len(told) > 1
    shown = site.get(f"/resources/{number}?limit=1").text
    older = unescape(re.findall(r'rel="next" href="([^"]+)">Older<', shown)[0])
    assert "The newest" in site.get(f"/resources/{number}{older[older.index('?') :]}").text


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
