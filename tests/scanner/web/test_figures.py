"""Sums that pages rest on: fresh after a scan, the same on both engines, and never read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from scanner.inventory import pages
from scanner.inventory.pages import Bucket, Place, Wanted
from scanner.inventory.store import Store
from scanner.web.figures import Latest
from tests.scanner.inventory.conftest import started
from tests.scanner.web import estate
from tests.scanner.web.estate import NOW, bucket, day
from tests.scanner.web.serving import Served, served

PATHS = (
    "/split",
    "/split/aws.s3/access",
    "/split/aws.s3/resilience",
    "/findings?limit=500",
    "/findings?status=unknown",
    "/findings?status=pass&tag=team&limit=500",
    "/resources?limit=500",
    "/resources/1",
    "/accounts",
    "/accounts/aws/222222222222",
    "/blind",
    "/exposure",
    "/changes?days=30",
    "/trends?days=30",
    "/frameworks",
    "/overlays",
    "/audit",
)


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[Served]:
    with started() as server, Store.open(server.url(server.database())) as store:
        estate.live(store)
        yield served(store)


@pytest.mark.parametrize("path", PATHS)
def test_both_engines_say_the_same(site: Served, on_postgres: Served, path: str) -> None:
    said = [each.get(f"/api/v1{path}") for each in (site, on_postgres)]
    assert [each.status_code for each in said] == [200, 200]
    assert said[0].json() == said[1].json()


def test_a_scan_shows_as_soon_as_its_figures_are_read(own: Store) -> None:
    latest = Latest(own)
    before = latest.figures()
    assert sum(each.failed for each in before.scores if each.account_pk == 2) == 0
    estate.look(own, estate.TWO, day(26), bucket("data"))
    assert latest.figures() is before
    latest.settle()
    assert sum(each.failed for each in latest.figures().scores if each.account_pk == 2) == 2


@pytest.mark.parametrize("path", PATHS)
def test_an_account_that_figures_lack_until_they_are_read_breaks_no_page(
    own: Store, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    site = served(own)
    site.get("/api/v1/split")
    monkeypatch.setattr(Latest, "_read", lambda *_: None)
    estate.look(own, replace(estate.TWO, id="555555555555"), day(26), bucket("data"))
    assert site.get(f"/api/v1{path}").status_code == 200


def test_a_page_of_findings_is_led_to_by_an_index(shared: Store) -> None:
    with shared.reading() as connection:
        asked: list[str] = []
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(asked.append)
        found = pages.findings(connection, [Bucket(2, "aws.s3.bucket.versioned", 1)], "fail", NOW, Wanted(5))
        driver.set_trace_callback(None)
        plans = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert len(found.rows) == 5
    assert "SEARCH finding USING INDEX ix_finding_page (check_id=? AND account_pk=? AND status=? AND pk>?)" in plans
    assert not any("SCAN" in each or "TEMP B-TREE" in each for each in plans)


def test_a_long_search_stops_and_goes_on(shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOOKED_AT", 20)
    monkeypatch.setattr(pages, "CHUNK", 7)
    seen: list[str] = []
    place, parts = None, 0
    with shared.reading() as connection:
        while True:
            wanted = Wanted(50, place, lambda row: row["resource_name"].startswith("logs-5"))
            page = pages.findings(connection, [Bucket(2, "aws.s3.bucket.versioned", 1)], "fail", NOW, wanted)
            seen += [row["resource_name"] for row in page.rows]
            parts += page.cut
            place = page.next
            if place is None:
                break
    assert seen == [f"logs-5{number}" for number in range(10)]
    assert parts > 1


def test_a_list_goes_on_where_its_check_is_there_no_more(shared: Store) -> None:
    buckets = [Bucket(2, "aws.s3.bucket.versioned", 1), Bucket(3, "aws.s3.bucket.acl_disabled", 1)]
    with shared.reading() as connection:
        gone = Place((2, "aws.s3.bucket.zipped", 1), (10**6,))
        page = pages.findings(connection, buckets, "fail", NOW, Wanted(50, gone))
    assert [row["check_id"] for row in page.rows] == ["aws.s3.bucket.acl_disabled"]


@pytest.mark.parametrize("path", ["/changes?days=30", "/changes?days=30&before=2", "/trends?days=30"])
def test_years_of_looks_are_asked_for_in_parts(shared: Store, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    whole = served(shared).get(f"/api/v1{path}").json()
    monkeypatch.setattr(pages, "PART", 1)
    assert served(shared).get(f"/api/v1{path}").json() == whole


def test_events_of_several_parts_are_in_order(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    estate.look(own, estate.TWO, day(27), bucket("data"))
    with own.reading() as connection:
        whole = pages.events(connection, [1, 2, 3, 4], None, 5)
        monkeypatch.setattr(pages, "PART", 1)
        assert pages.events(connection, [1, 2, 3, 4], None, 5) == whole
        assert pages.counted(connection, [1, 2, 3, 4]) == tuple(
            map(sum, zip(*(pages.counted(connection, [n]) for n in (1, 2, 3, 4)), strict=True))
        )
    assert len(whole) == 5


def test_what_is_gone_is_not_counted(own: Store) -> None:
    with own.reading() as connection:
        before = {(each.account_pk, each.service, each.resource_type): each.number for each in pages.held(connection)}
    assert before == {(1, "aws.s3", "aws.s3.bucket"): 2 + estate.MANY + len(estate.HOSTILE), (2, "aws.s3", "aws.s3.bucket"): 2}
    estate.look(own, estate.TWO, day(27))
    with own.reading() as connection:
        assert [each.account_pk for each in pages.held(connection)] == [1]
