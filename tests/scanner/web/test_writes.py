"""The few things that can be changed here, by whom, and what is kept of it."""

from __future__ import annotations

import json
import math
import re
from datetime import timedelta
from typing import Any

import pytest

from scanner.inventory import queries, slots
from scanner.inventory.store import Store
from scanner.web.access import Access
from tests.scanner.web.estate import HOSTILE, NOW
from tests.scanner.web.serving import SECRET, Served, served, token

UNTIL = (NOW + timedelta(days=30)).date().isoformat()
GOOD = {"check": "aws.s3.bucket.versioned", "account": "111111111111", "reason": "moves", "until": UNTIL, "owner": "ann"}
BOB, EVE = "b" * 40, "e" * 40


def one(store: Store, resource: str, area: str = "resilience") -> str:
    (row,) = [
        row
        for row in queries.sql(store, f"SELECT finding_id, resource_id FROM open_findings WHERE area = '{area}'")
        if row["resource_id"] == f"arn:aws:s3:::{resource}"
    ]
    return str(row["finding_id"])


def accepted(store: Store) -> list[str]:
    rows = queries.sql(store, "SELECT resource_id FROM findings WHERE accepted_until IS NOT NULL ORDER BY resource_id")
    return [row["resource_id"] for row in rows]


def log(store: Store) -> list[dict[str, Any]]:
    return list(queries.sql(store, "SELECT actor, role, address, action, subject FROM audit ORDER BY pk"))


def sent(site: Served, body: dict[str, Any], secret: str, path: str = "/acceptances") -> int:
    given = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    return site.send("POST", f"/api/v1{path}", headers=given, content=json.dumps(body)).status_code


@pytest.fixture
def closed(own: Store) -> Served:
    tokens = (
        token("ann", SECRET, role="operator"),
        token("bob", BOB),
        token("eve", EVE, "222222222222", role="operator"),
    )
    return served(own, Access(tokens))


def test_a_finding_is_accepted_from_its_page_and_only_that_one(own: Store) -> None:
    site, name = served(own), one(own, "new")
    answer = site.form(f"/findings/{name}", f"/findings/{name}/accept", reason="soon gone", until=UNTIL, owner="ann")
    assert answer.status_code == 303
    assert "Accepted" in site.get(answer.headers["location"]).text
    assert accepted(own) == ["arn:aws:s3:::new"]
    assert name not in site.get("/findings?area=resilience").text
    assert name in site.get("/findings?status=accepted").text
    (entry,) = log(own)
    assert (entry["actor"], entry["action"], entry["address"]) == ("local", "accept", "10.0.0.9")


def test_sums_say_what_lists_show_as_soon_as_something_is_accepted(own: Store) -> None:
    site, name = served(own), one(own, "new")

    def told(status: str) -> tuple[int, int]:
        page = site.get(f"/api/v1/findings?check=aws.s3.bucket.versioned&limit=500&status={status}").json()
        assert sum(page["by_severity"].values()) == page["total"]
        return page["total"], len(page["findings"])

    (every, shown), (accepted, none) = told("fail"), told("accepted")
    assert (every, accepted) == (shown, none) == (shown, 0)
    for act in ((f"/findings/{name}", f"/findings/{name}/accept"), ("/overlays", "/overlays/a1/withdraw")):
        more = {"reason": "x", "until": UNTIL, "owner": "ann"} if act[0] != "/overlays" else {}
        assert site.form(*act, **more).status_code == 303
        site.app.state.site.latest.settle()
        accepted = 1 if more else 0
        assert (told("fail"), told("accepted")) == ((every - accepted,) * 2, (accepted,) * 2)
        cell = site.get("/api/v1/split/aws.s3/resilience").json()
        assert (cell["standing"]["failed"], cell["standing"]["accepted"]) == (every - accepted, accepted)
        assert sum(row["standing"]["failed"] for row in cell["accounts"]) == every - accepted
        assert f"All {every - accepted} failures" in site.get("/split/aws.s3/resilience").text


def test_an_acceptance_that_is_over_is_open_again_in_the_sums(own: Store) -> None:
    moment = [NOW]
    site, name = served(own, clock=lambda: moment[0]), one(own, "new")
    before = site.get("/api/v1/findings").json()["total"]
    site.form(f"/findings/{name}", f"/findings/{name}/accept", reason="x", until=UNTIL, owner="ann")
    for after, open_ in ((timedelta(), before - 1), (timedelta(days=40), before)):
        moment[0] = NOW + after
        site.app.state.site.latest.settle()
        assert site.get("/api/v1/findings").json()["total"] == open_


def test_a_name_that_looks_like_a_glob_is_accepted_as_it_is(own: Store) -> None:
    site, name = served(own), one(own, HOSTILE["template"])
    site.form(f"/findings/{name}", f"/findings/{name}/accept", reason="x", until=UNTIL, owner="ann")
    assert accepted(own) == [f"arn:aws:s3:::{HOSTILE['template']}"]


def test_all_of_a_check_in_an_account_are_accepted_at_once(own: Store) -> None:
    site, name = served(own), one(own, "new")
    site.form(f"/findings/{name}", f"/findings/{name}/accept", reason="x", until=UNTIL, owner="ann", reach="account")
    assert "Nothing is open" in site.get("/findings?check=aws.s3.bucket.versioned").text


def test_what_was_said_is_withdrawn(own: Store) -> None:
    site, name = served(own), one(own, "new")
    site.form(f"/findings/{name}", f"/findings/{name}/accept", reason="x", until=UNTIL, owner="ann")
    answer = site.form("/overlays", "/overlays/a1/withdraw")
    assert answer.headers["location"] == "/overlays?notice=withdrawn"
    assert accepted(own) == []
    assert [entry["action"] for entry in log(own)] == ["accept", "withdraw"]
    assert site.form(f"/findings/{name}", "/overlays/a1/withdraw").status_code == 404
    assert len(log(own)) == 2


def test_a_cell_that_checks_look_at_is_not_attested(own: Store) -> None:
    site = served(own)
    body = {"service": "aws.s3", "area": "resilience", "account": "*", "statement": "x", "until": UNTIL}
    page = site.get("/split/aws.s3/resilience").text
    assert "Attest it" not in page
    assert site.form("/findings/" + one(own, "new"), "/split/aws.s3/resilience/attest", **body).status_code == 422
    assert log(own) == []


def test_an_attestation_is_kept_by_the_json(closed: Served, own: Store) -> None:
    body = {"service": "aws.ec2", "area": "endpoint", "account": "*", "statement": "managed", "until": UNTIL}
    assert sent(closed, body, SECRET, "/attestations") == 201
    (row,) = closed.send("GET", "/api/v1/overlays", headers={"Authorization": f"Bearer {SECRET}"}).json()
    assert (row["name"], row["owner"], row["what"]) == ("s1", "ann", "aws.ec2 endpoint")
    assert log(own)[0]["subject"]


def test_only_operators_change_things(closed: Served, own: Store) -> None:
    assert sent(closed, GOOD, BOB) == 403
    assert sent(closed, GOOD, "unknown" * 8) == 401
    assert closed.send("POST", "/api/v1/acceptances", json=GOOD).status_code == 401
    assert sent(closed, GOOD, SECRET) == 201
    assert log(own)[0]["actor"] == "ann"


@pytest.mark.parametrize("account", ["111111111111", "*", "2*", "[!x]*"])
def test_an_operator_of_one_account_reaches_no_other(closed: Served, own: Store, account: str) -> None:
    assert sent(closed, {**GOOD, "account": account}, EVE) == 403
    assert sent(closed, {**GOOD, "account": "222222222222"}, EVE) == 201
    assert sent(closed, GOOD, SECRET) == 201
    withdrawn = closed.send("DELETE", "/api/v1/overlays/a2", headers={"Authorization": f"Bearer {EVE}"})
    assert withdrawn.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"until": "2020-01-01"},
        {"until": "soon"},
        {"until": "9999-12-31T23:00:00-23:00"},
        {"reason": "\ud800"},
        {"\ud800": "x"},
        {"reason": math.nan},
        {"check": "aws.s4.*"},
        {"tag": "team"},
        {"reason": ""},
        {"reason": " "},
        {"strange": "x"},
    ],
)
def test_what_can_not_be_meant_is_refused(closed: Served, own: Store, change: dict[str, Any]) -> None:
    assert sent(closed, {**GOOD, **change}, SECRET) == 422
    assert log(own) == []


def test_a_session_needs_its_secret(own: Store) -> None:
    site, name = served(own), one(own, "new")
    given = {"reason": "x", "until": UNTIL, "owner": "ann"}
    site.get("/")
    assert site.post(f"/findings/{name}/accept", **given).status_code == 403
    assert site.post(f"/findings/{name}/accept", csrf="x" * 32, **given).status_code == 403
    assert site.send("POST", "/api/v1/acceptances", json=GOOD).status_code == 403
    secret = site.get("/api/v1/me").json()["csrf"]
    assert site.send("POST", "/api/v1/acceptances", json=GOOD, headers={"X-CSRF-Token": secret}).status_code == 201


def test_a_header_without_a_token_spares_no_session_its_secret(own: Store) -> None:
    site = served(own)
    site.get("/")
    for empty in ("Bearer", "Bearer ", "bearer  "):
        assert site.send("POST", "/api/v1/acceptances", json=GOOD, headers={"Authorization": empty}).status_code == 401
    assert log(own) == []


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_another_site_changes_nothing(own: Store, headers: dict[str, str]) -> None:
    site = served(own)
    secret = site.get("/api/v1/me").json()["csrf"]
    answer = site.send("POST", "/api/v1/acceptances", json=GOOD, headers={"X-CSRF-Token": secret, **headers})
    assert answer.status_code == 403
    assert log(own) == []


def test_a_scan_is_asked_for_where_a_daemon_lives(own: Store) -> None:
    site, page = served(own), "/accounts/aws/111111111111"
    assert "Scan now" not in site.get(page).text
    slots.present(own, "daemon", "0", NOW, NOW)
    slot = slots.Slot("nightly", "aws", "payments-account", NOW)
    claim = slots.claim(own, slot, "daemon", NOW)
    assert claim is not None
    slots.end(
        own, claim, slots.DONE, NOW, accounts=[{"provider": "aws", "id": "111111111111", "snapshot": 1, "status": "complete"}]
    )
    assert "Scan now" in site.get(page).text
    assert site.form(page, f"{page}/scan").status_code == 303
    assert [(slot.provider, slot.target) for _, slot in slots.board(own).waiting] == [("aws", "payments-account")]
    assert log(own)[0]["action"] == "scan"
    secret = site.get("/api/v1/me").json()["csrf"]
    body = {"provider": "aws", "account_id": "111111111111"}
    for asked, status in ((body, 202), ({**body, "account_id": "222222222222"}, 404)):
        assert site.send("POST", "/api/v1/scans", json=asked, headers={"X-CSRF-Token": secret}).status_code == status
    assert len(slots.board(own).waiting) == 1


def test_a_name_that_no_database_takes_is_refused(own: Store) -> None:
    site = served(own)
    assert site.form("/findings/" + one(own, "new"), "/findings/%00/accept", reason="x", until=UNTIL).status_code == 422


def test_the_log_shows_what_was_done(own: Store) -> None:
    site, name = served(own), one(own, "new")
    site.form(f"/findings/{name}", f"/findings/{name}/accept", reason="<script>", until=UNTIL, owner="ann")
    text = site.get("/audit").text
    assert "accept" in text
    assert re.search(r"&lt;script&gt;", text)
