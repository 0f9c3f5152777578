"""The simulated Azure Resource Manager and Microsoft Graph, asked by a plain client."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from simulators.azure import Fault, SimulatedAzure
from simulators.azure import __main__ as command
from simulators.azure.faults import GRAPH, REFUSALS, RESOURCE_GRAPH
from tests.simulators.azure.asking import ACCOUNT, GROUP, PROD, STORAGE_API, Asking, refused

BLOBS = f"{ACCOUNT}/blobServices/default"
READ_BLOBS = "arm:microsoft.storage/storageaccounts/blobservices/read"
SQL = f"{GROUP}/providers/Microsoft.Sql/servers/sql-prod"
LOGS = "/providers/Microsoft.Insights/diagnosticSettings"


def names(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["value"]]


# Azure Resource Manager.


def test_a_resource_is_found_whatever_the_casing(ask: Asking) -> None:
    found = ask.arm(ACCOUNT).json()
    assert (found["id"], found["type"]) == (ACCOUNT, "Microsoft.Storage/storageAccounts")
    assert ask.arm(ACCOUNT.upper()).json() == found


def test_settings_lie_below_resources(ask: Asking) -> None:
    assert ask.arm(BLOBS).json()["properties"]["isVersioningEnabled"] is True
    assert ask.arm(f"{ACCOUNT}{LOGS}", "2021-05-01-preview").json()["value"][0]["properties"]["logs"]
    assert ask.arm(f"{SQL}/firewallRules", "2023-08-01").json() == {"value": []}


def test_careless_people_set_other_things(ask: Asking) -> None:
    careless = ACCOUNT.replace(PROD, "/subscriptions/30000000-0000-4000-8000-000000000003").replace("prod", "sandbox")
    assert ask.arm(careless).json()["properties"]["minimumTlsVersion"] == "TLS1_0"
    assert "isVersioningEnabled" not in ask.arm(f"{careless}/blobServices/default").json()["properties"]


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        (ACCOUNT.replace("2000", "9999"), "SubscriptionNotFound", "could not be found"),
        (f"{PROD}/resourceGroups/none/providers/Microsoft.Storage/storageAccounts/x", "ResourceGroupNotFound", "'none'"),
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts/x", "ResourceNotFound", "'Microsoft.Storage/storageAccounts/x'"),
        (
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/x/blobServices/default",
            "ParentResourceNotFound",
            "'storageAccounts/blobServices'",
        ),
        (f"{ACCOUNT}/managementPolicies/default", "ResourceNotFound", "stprod/managementPolicies/default'"),
    ],
)
def test_what_is_not_there_is_told_apart(ask: Asking, path: str, code: str, said: str) -> None:
    answer = ask.arm(path)
    assert refused(answer) == (404, code)
    assert said in answer.json()["error"]["message"]


def test_logs_of_what_is_gone_are_those_of_a_missing_resource(ask: Asking) -> None:
    gone = ask.arm(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/x{LOGS}", "2021-05-01-preview")
    assert refused(gone) == (404, "ResourceNotFound")
    assert "'Microsoft.Storage/storageAccounts/x'" in gone.json()["error"]["message"]


@pytest.mark.parametrize(
    ("api", "code"),
    [
        ("", "MissingApiVersionParameter"),
        ("tomorrow", "InvalidApiVersionParameter"),
        ("2024-01-02", "NoRegisteredProviderFound"),
    ],
)
def test_versions_are_checked(ask: Asking, api: str, code: str) -> None:
    assert refused(ask.send("GET", ACCOUNT, params={"api-version": api} if api else {})) == (400, code)


def test_lists_come_in_pages(azure: SimulatedAzure, ask: Asking) -> None:
    listed = f"{PROD}/providers/Microsoft.Security/pricings"
    whole = names(ask.arm(listed, "2024-01-01"))
    azure.arm.page = 5
    found, answer = [], ask.arm(listed, "2024-01-01")
    while True:
        found += names(answer)
        link = answer.json().get("nextLink")
        if not link:
            break
        answer = ask.send("GET", link.removeprefix(azure.endpoint))
    assert found == whole
    assert azure.calls["arm:microsoft.security/pricings/read"] == 1 + -(-len(whole) // 5)


def test_what_we_may_do_decides_what_we_see(azure: SimulatedAzure, ask: Asking) -> None:
    azure.grant("prod", not_actions=["Microsoft.Storage/storageAccounts/blobServices/read"])
    assert refused(ask.arm(BLOBS)) == (403, "AuthorizationFailed")
    assert ask.arm(ACCOUNT).status_code == 200
    permissions = ask.arm(f"{PROD}/providers/Microsoft.Authorization/permissions", "2022-04-01").json()["value"]
    assert permissions[0]["notActions"] == ["Microsoft.Storage/storageAccounts/blobServices/read"]
    azure.grant("prod", actions=())
    assert "prod" not in [each["displayName"] for each in ask.arm("/subscriptions", "2022-12-01").json()["value"]]
    assert refused(ask.arm(ACCOUNT)) == (403, "AuthorizationFailed")


def test_the_estate_may_change(azure: SimulatedAzure, ask: Asking) -> None:
    azure.estate.remove(ACCOUNT)
    azure.refresh()
    assert refused(ask.arm(ACCOUNT)) == (404, "ResourceNotFound")
    assert refused(ask.arm(BLOBS)) == (404, "ParentResourceNotFound")
    assert not ask.rows("resources\n| where type =~ 'microsoft.storage/storageaccounts'", subscriptions=[PROD.split("/")[2]])
    azure.estate.put({"id": ACCOUNT, "name": "stprod", "type": "Microsoft.Storage/storageAccounts", "properties": {}})
    azure.refresh()
    assert ask.arm(ACCOUNT).json()["properties"] == {}


# Microsoft Graph.


def test_objects_lists_and_documents(ask: Asking) -> None:
    users = ask.graph("users").json()["value"]
    assert ask.graph(f"users/{users[0]['id']}").json()["displayName"] == users[0]["displayName"]
    assert ask.graph("policies/authorizationPolicy").json()["allowInvitesFrom"] == "everyone"
    assert refused(ask.graph("users/00000000-0000-0000-0000-000000000000")) == (404, "Request_ResourceNotFound")


def test_lists_of_the_directory_come_in_pages(azure: SimulatedAzure, ask: Asking) -> None:
    whole = [each["id"] for each in ask.graph("users").json()["value"]]
    first = ask.graph("users", top="3").json()
    azure.graph.page = 3
    found, answer = [], first
    while True:
        found += [each["id"] for each in answer["value"]]
        if "@odata.nextLink" not in answer:
            break
        answer = ask.send("GET", answer["@odata.nextLink"].removeprefix(azure.endpoint)).json()
    assert found == whole


def test_rows_are_filtered_and_narrowed(ask: Asking) -> None:
    guests = ask.graph("users", filter="userType eq 'Guest'", select="id,userType").json()["value"]
    assert {each["userType"] for each in guests} == {"Guest"}
    assert all(set(each) == {"id", "userType"} for each in guests)


def test_sign_ins_are_told_when_they_are_asked_for(ask: Asking) -> None:
    assert not any("signInActivity" in each for each in ask.graph("users").json()["value"])
    assert any("signInActivity" in each for each in ask.graph("users", select="id,signInActivity").json()["value"])


def test_permissions_are_asked_for_by_path(azure: SimulatedAzure, ask: Asking) -> None:
    azure.graph.permissions = {"User.Read.All"}
    assert ask.graph("users").status_code == 200
    assert refused(ask.graph("identity/conditionalAccess/policies")) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("licence", "path", "refusal"),
    [
        ("free", "identity/conditionalAccess/policies", (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")),
        ("free", "users?$select=id,signInActivity", (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")),
        ("P1", "roleManagement/directory/roleEligibilityScheduleInstances", (400, "AadPremiumLicenseRequired")),
    ],
)
def test_some_things_take_a_licence(
    azure: SimulatedAzure, ask: Asking, licence: str, path: str, refusal: tuple[int, str]
) -> None:
    assert ask.send("GET", f"/v1.0/{path}").status_code == 200
    azure.graph.licence = licence
    assert refused(ask.send("GET", f"/v1.0/{path}")) == refusal
    assert ask.graph("users").status_code == 200


def test_the_organization_shows_what_it_has_paid_for(azure: SimulatedAzure, ask: Asking) -> None:
    def plans() -> list[str]:
        return [plan["servicePlanId"] for plan in ask.graph("organization").json()["value"][0]["assignedPlans"]]

    paid = plans()
    azure.graph.licence = "P1"
    assert plans() != paid
    azure.graph.licence = "free"
    assert plans() == []


# Faults.


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusals_say_what_azure_says(azure: SimulatedAzure, ask: Asking, kind: Any) -> None:
    azure.fault(Fault(READ_BLOBS, kind, times=1))
    assert refused(ask.arm(BLOBS)) == REFUSALS[kind][:2]
    assert ask.arm(BLOBS).status_code == 200


@pytest.mark.parametrize("kind", GRAPH)
def test_microsoft_graph_has_codes_of_its_own(azure: SimulatedAzure, ask: Asking, kind: Any) -> None:
    azure.fault(Fault("graph:/v1.0/users", kind, times=1))
    assert refused(ask.graph("users")) == GRAPH[kind][:2]


@pytest.mark.parametrize("kind", RESOURCE_GRAPH)
def test_resource_graph_has_codes_of_its_own(azure: SimulatedAzure, ask: Asking, kind: Any) -> None:
    azure.fault(Fault("resourcegraph:*", kind, times=1))
    assert refused(ask.query("resources")) == RESOURCE_GRAPH[kind][:2]


def test_who_is_throttled_is_told_how_long_or_is_not(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault(READ_BLOBS, "throttled", times=1))
    azure.fault(Fault(READ_BLOBS, "throttled_silently", after=1, times=1))
    told, silent = ask.arm(BLOBS), ask.arm(BLOBS)
    assert (told.status_code, told.headers["Retry-After"]) == (429, "1")
    assert (silent.status_code, silent.headers.get("Retry-After")) == (429, None)
    assert silent.headers["x-ms-ratelimit-remaining-subscription-reads"] == "0"


def test_faults_strike_where_they_should(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault("arm:*/read", "error", subscription="30000000-0000-4000-8000-000000000003"))
    azure.fault(Fault("arm:*", "bad_gateway", path="/SQL-PROD/"))
    assert ask.arm(BLOBS).status_code == 200
    assert ask.arm(f"{SQL}/firewallRules", "2023-08-01").status_code == 502
    assert ask.arm("/subscriptions/30000000-0000-4000-8000-000000000003", "2022-12-01").status_code == 500
    azure.clear()
    assert ask.arm(f"{SQL}/firewallRules", "2023-08-01").status_code == 200


def test_a_fault_strikes_as_often_and_as_late_as_asked(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault(READ_BLOBS, "unavailable", times=2, after=1))
    assert [ask.arm(BLOBS).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    assert azure.calls[READ_BLOBS] == 5


def test_bursts_are_throttled(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault(READ_BLOBS, "throttled", rate=3.0))
    statuses = [ask.arm(BLOBS).status_code for _ in range(20)]
    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses


@pytest.mark.parametrize("kind", ["dropped", "cut"])
def test_connections_break(azure: SimulatedAzure, ask: Asking, kind: Any) -> None:
    azure.fault(Fault(READ_BLOBS, kind))
    with pytest.raises(requests.RequestException):
        ask.arm(BLOBS)


@pytest.mark.parametrize("kind", ["truncated", "garbled", "empty", "portal"])
def test_bodies_break(azure: SimulatedAzure, ask: Asking, kind: Any) -> None:
    azure.fault(Fault(READ_BLOBS, kind))
    with pytest.raises(requests.JSONDecodeError):
        ask.arm(BLOBS).json()


def test_pages_may_lead_astray(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault("arm:*", "foreign_page", times=1))
    azure.fault(Fault("graph:*", "same_page", times=1))
    assert ask.arm(f"{SQL}/firewallRules", "2023-08-01").json()["nextLink"].startswith("https://elsewhere.example/")
    assert "@odata.nextLink" in ask.graph("users").json()


# What is refused on principle.


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", ACCOUNT),
        ("PATCH", ACCOUNT),
        ("DELETE", ACCOUNT),
        ("POST", f"{ACCOUNT}/listKeys"),
        ("POST", f"{GROUP}/providers/Microsoft.Web/sites/app-prod/config/appsettings/list"),
        ("POST", f"{PROD}/providers/Microsoft.Storage/register"),
        ("POST", "/v1.0/users"),
        ("DELETE", "/v1.0/users/a0000000-0000-4000-8000-000000000001"),
        ("PUT", "/providers/Microsoft.ResourceGraph/resources"),
    ],
)
def test_nothing_is_written_and_no_secret_is_told(azure: SimulatedAzure, ask: Asking, method: str, path: str) -> None:
    answer = ask.send(method, path, params={"api-version": STORAGE_API})
    assert refused(answer) == (405, "MethodNotAllowed")
    assert azure.writes == {f"{method} {path}": 1}
    azure.reset_calls()
    assert not azure.writes


def test_every_call_is_counted_by_what_it_takes(azure: SimulatedAzure, ask: Asking) -> None:
    ask.arm(ACCOUNT)
    ask.arm(BLOBS)
    ask.arm(f"{ACCOUNT}{LOGS}", "2021-05-01-preview")
    ask.arm("/subscriptions", "2022-12-01")
    ask.query("resources")
    ask.graph("users/a0000000-0000-4000-8000-000000000001")
    assert azure.calls == {
        "arm:microsoft.storage/storageaccounts/read": 1,
        READ_BLOBS: 1,
        "arm:microsoft.insights/diagnosticsettings/read": 1,
        "arm:microsoft.resources/subscriptions/read": 1,
        "resourcegraph:resources": 1,
        "graph:/v1.0/users/{id}": 1,
    }


def test_nobody_else_trusts_its_certificate(azure: SimulatedAzure) -> None:
    session = requests.Session()
    session.trust_env = False
    with session, pytest.raises(requests.exceptions.SSLError):
        session.get(f"{azure.endpoint}/subscriptions", timeout=5)


# By the hundred thousand.


def test_a_hundred_thousand_resources_are_made_as_they_are_asked_for() -> None:
    with SimulatedAzure.start(resources=100_000) as azure, Asking(azure) as ask:
        first = ask.query("resources", options={"$top": 1000}).json()
        assert first["totalRecords"] > 100_000
        vaults = "resources\n| where type =~ 'microsoft.keyvault/vaults'"
        page = ask.query(vaults, options={"$top": 1000}, subscriptions=["f0000009-0000-4000-8000-00000000000f"]).json()
        ids = [row["id"] for row in page["data"]]
        assert (page["totalRecords"], len(set(ids))) == (500, 500)
        assert ask.arm(f"{ids[-1]}/keys", "2024-11-01").json()["value"]
        assert refused(ask.arm(f"{ids[-1]}/keys/nothing", "2024-11-01")) == (404, "KeyNotFound")


def test_the_command_says_where_it_listens(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("signal.pthread_sigmask", lambda how, mask: set())
    monkeypatch.setattr("signal.sigwait", lambda signals: 0)
    assert command.main(["--resources", "10", "--subscriptions", "1", "--latency", "0.001"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["endpoint"].startswith("https://localhost:")
    assert told["environment"]["AZURE_TENANT_ID"] == told["tenant"]
