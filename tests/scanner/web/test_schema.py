"""The JSON against its own description: whatever is sent, every answer is one that the description promises."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from scanner.inventory import queries, slots
from scanner.inventory.store import Store
from scanner.web import api, writes
from scanner.web.access import Access
from tests.scanner.web.estate import NOW
from tests.scanner.web.serving import SECRET, Served, served, token

load_all_checks()
PROMISED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
REFUSED = [*PROMISED, CHECKS.get_one("negative_data_rejection")]
# Always the same, so that no run is lucky, and few: together they take seconds.
UNHURRIED = settings(max_examples=6, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
VIEWER = "b" * 40
UNTIL = (NOW + timedelta(days=30)).date().isoformat()
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
OPERATIONS = sorted(
    (method, route.path_format)
    for router in (api.router, writes.api)
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
)
WRITES = [(method, path) for method, path in OPERATIONS if method != "GET"]
# Texts in the path are all that these take, and nearly every text may be a name: the few that may not are below.
NAMED = {"/me", "/accounts", "/overlays", "/findings/{finding_id}", "/accounts/{provider}/{account_id}", "/overlays/{name}"}
REFUSING = [(method, path) for method, path in OPERATIONS if path.removeprefix("/api/v1") not in NAMED]
BODIES: Mapping[str, Mapping[str, str]] = {
    "/api/v1/acceptances": {
        "check": "aws.s3.bucket.versioned",
        "account": "111111111111",
        "resource": "*",
        "reason": "it moves",
        "until": UNTIL,
    },
    "/api/v1/attestations": {
        "service": "aws.ec2",
        "area": "endpoint",
        "account": "*",
        "statement": "managed",
        "until": UNTIL,
    },
    "/api/v1/scans": {"provider": "aws", "account_id": "111111111111"},
}


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that asks for tokens, over an inventory of its own that a daemon works on."""

    store: Store
    site: Served

    @cached_property
    def description(self) -> Any:
        return schemathesis.openapi.from_asgi("/api/v1/openapi.json", self.site.app)

    def asked(self, path: str) -> Any:
        return self.site.send("GET", f"/api/v1{path}", headers=bearer(SECRET)).json()

    def changes(self) -> int:
        return len(list(queries.sql(self.store, "SELECT pk FROM audit")))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def dashboard(estate_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    copy = shutil.copy(estate_file, tmp_path_factory.mktemp("own") / "own.db")
    with Store.open(str(copy), create=False) as store:
        slots.present(store, "daemon", "0", NOW, NOW)
        claim = slots.claim(store, slots.Slot("nightly", "aws", "payments", NOW), "daemon", NOW)
        assert claim is not None
        looked = {"provider": "aws", "id": "111111111111", "snapshot": 1, "status": "complete"}
        slots.end(store, claim, slots.DONE, NOW, accounts=[looked])
        access = Access((token("ann", SECRET, role="operator"), token("bob", VIEWER)))
        yield Dashboard(store, served(store, access, hosts=()))


def every(
    operation: Any, mode: GenerationMode, secret: str, checks: Sequence[Any], seen: Callable[[int], None] = lambda _: None
) -> None:
    """Send what the description allows, or forbids, as the owner of a token."""

    @given(case=operation.as_strategy(mode, headers=bearer(secret)))
    @UNHURRIED
    def holds(case: Any) -> None:
        answer = case.call()
        seen(answer.status_code)
        case.validate_response(answer, checks=list(checks))

    holds()


def test_everything_that_is_served_is_described(dashboard: Dashboard) -> None:
    paths = dashboard.site.get("/api/v1/openapi.json").json()["paths"]
    assert sorted((method.upper(), path) for path, methods in paths.items() for method in methods) == OPERATIONS


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_the_description_allows_is_answered_as_it_says(dashboard: Dashboard, method: str, path: str) -> None:
    every(dashboard.description[path][method], GenerationMode.POSITIVE, SECRET, PROMISED)


@pytest.mark.parametrize(("method", "path"), REFUSING)
def test_what_the_description_forbids_is_refused_as_it_says(dashboard: Dashboard, method: str, path: str) -> None:
    every(dashboard.description[path][method], GenerationMode.NEGATIVE, SECRET, REFUSED)


@pytest.mark.parametrize("name", ["%00", "n" * 301])
@pytest.mark.parametrize("path", sorted({path for _, path in OPERATIONS if "{" in path}))
def test_what_is_no_name_is_refused(dashboard: Dashboard, path: str, name: str) -> None:
    operation = next(iter(dashboard.description[path].values()))
    asked = "/".join(name if part.startswith("{") else part for part in path.split("/"))
    answer = dashboard.site.send(operation.method.upper(), asked, headers=bearer(SECRET))
    assert answer.status_code == 422
    operation.validate_response(answer)


def known(dashboard: Dashboard) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield addresses under which there is something: the path, what fills it, and the query."""
    findings, things = dashboard.asked("/findings?limit=1"), dashboard.asked("/resources?limit=1")
    yield "/split", {}, {}
    yield "/split/{service}/{area}", {"service": "aws.s3", "area": "access"}, {"account": ["111111111111"]}
    for status in ("fail", "unknown", "accepted", "pass"):
        yield "/findings", {}, {"status": status, "limit": 500}
        for found in dashboard.asked(f"/findings?limit=2&status={status}")["findings"]:
            yield "/findings/{finding_id}", {"finding_id": found["finding_id"]}, {}
    yield "/findings", {}, {"after": findings["next"]}
    yield "/resources", {}, {"after": things["next"]}
    for number in {row["pk"] for row in dashboard.asked("/resources?limit=500")["resources"][::20]}:
        yield "/resources/{number}", {"number": number}, {"limit": 1}
    for row in dashboard.asked("/accounts"):
        yield "/accounts/{provider}/{account_id}", {"provider": row["provider"], "account_id": row["account_id"]}, {}
    for row in dashboard.asked("/frameworks"):
        yield "/frameworks/{name}", {"name": row["id"]}, {}
    for path in ("/me", "/accounts", "/blind", "/exposure", "/frameworks", "/overlays", "/audit"):
        yield path, {}, {}
    yield "/changes", {}, {"days": 30}
    yield "/trends", {}, {"days": 365}


def test_what_is_there_looks_as_described(dashboard: Dashboard) -> None:
    shown = set()
    for path, filled, query in known(dashboard):
        case = dashboard.description[f"/api/v1{path}"]["GET"].Case(path_parameters=filled, query=query)
        answer = case.call(headers=bearer(SECRET))
        assert answer.status_code == 200, (path, filled, query)
        case.validate_response(answer, checks=PROMISED)
        shown.add(("GET", f"/api/v1{path}"))
    assert shown == set(OPERATIONS) - set(WRITES)


def test_what_is_changed_is_answered_as_described(dashboard: Dashboard) -> None:
    for path, body in BODIES.items():
        case = dashboard.description[path]["POST"].Case(body=dict(body), media_type="application/json")
        answer = case.call(headers=bearer(SECRET))
        assert answer.status_code in (201, 202), answer.text
        case.validate_response(answer, checks=PROMISED)
        if answer.status_code == 201:
            named = {"name": answer.json()["name"]}
            case = dashboard.description["/api/v1/overlays/{name}"]["DELETE"].Case(path_parameters=named)
            assert case.call_and_validate(headers=bearer(SECRET), checks=PROMISED).status_code == 204


@pytest.mark.parametrize(
    ("path", "kept"), [("acceptances", ("check", "until")), ("attestations", ("service", "area", "until"))]
)
def test_whatever_else_is_said_is_kept(dashboard: Dashboard, path: str, kept: Sequence[str]) -> None:
    """What is random alone names no check and no cell: with these, the rest of it is looked at, and written."""
    operation, seen = dashboard.description[f"/api/v1/{path}"]["POST"], set[int]()
    sure = {name: BODIES[f"/api/v1/{path}"][name] for name in kept}

    @given(case=operation.as_strategy(headers=bearer(SECRET)))
    @UNHURRIED
    def holds(case: Any) -> None:
        case.body = {**case.body, **sure}
        seen.add(case.call_and_validate(checks=PROMISED).status_code)

    holds()
    assert 201 in seen


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_viewer_changes_nothing_whatever_is_sent(dashboard: Dashboard, method: str, path: str) -> None:
    before, seen = dashboard.changes(), set[int]()
    operation = dashboard.description[path][method]
    for mode in GenerationMode if (method, path) in REFUSING else (GenerationMode.POSITIVE,):
        every(operation, mode, VIEWER, PROMISED, seen.add)
    if body := BODIES.get(path):
        seen.add(operation.Case(body=dict(body), media_type="application/json").call(headers=bearer(VIEWER)).status_code)
    assert 403 in seen
    assert seen <= {400, 403, 422}
    assert dashboard.changes() == before


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_who_brings_no_token_is_told_nothing(dashboard: Dashboard, method: str, path: str) -> None:
    operation = dashboard.description[path][method]
    filled = {each.name: "1" for each in operation.path_parameters}
    more = {"body": dict(BODIES[path]), "media_type": "application/json"} if path in BODIES else {}
    case = operation.Case(path_parameters=filled, **more)
    answer = case.call()
    assert answer.status_code == 401
    assert set(answer.json()) == {"detail"}
    case.validate_response(answer, checks=PROMISED)
    assert operation.definition.raw["security"] == [{"HTTPBearer": []}]


@pytest.mark.parametrize("path", sorted({path for _, path in OPERATIONS}))
def test_a_method_that_is_not_described_is_not_served(dashboard: Dashboard, path: str) -> None:
    taken = {method for method, each in OPERATIONS if each == path}
    for method in METHODS - taken:
        answer = dashboard.site.send(method, path.replace("{", "").replace("}", ""), headers=bearer(SECRET))
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == taken
