"""The simulated Resource Graph: tables, pages, scopes, and what is no query."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.azure import Fault, SimulatedAzure
from simulators.azure.query import QUOTA_HEADERS
from tests.simulators.azure.asking import PROD, ROWS, Asking, refused

STORAGE = f"resources\n| where type in~ ('Microsoft.Storage/storageAccounts')\n{ROWS}"
EVERYTHING = f"resources\n{ROWS}"
ID = PROD.rpartition("/")[2]
SANDBOX = "30000000-0000-4000-8000-000000000003"


def test_rows_are_as_the_table_shows_them(ask: Asking) -> None:
    (row,) = ask.rows(STORAGE, subscriptions=[ID])
    assert row["id"] == f"{PROD}/resourceGroups/rg-prod/providers/Microsoft.Storage/storageAccounts/stprod"
    assert (row["type"], row["location"], row["resourceGroup"]) == (
        "microsoft.storage/storageaccounts",
        "westeurope",
        "rg-prod",
    )
    assert row["properties"]["minimumTlsVersion"] == "TLS1_2"
    assert set(row) == {each.strip() for each in ROWS.split("\n")[0].removeprefix("| project ").split(",")}


def test_columns_that_a_row_lacks_are_empty(ask: Asking) -> None:
    rows = ask.rows("resources\n| where type =~ 'microsoft.network/routetables'", subscriptions=[ID])
    assert (rows[0]["kind"], rows[0]["sku"]) == ("", None)


def test_pages_join_to_the_whole(ask: Asking) -> None:
    whole = [row["id"] for row in ask.rows(EVERYTHING)]
    found: list[str] = []
    token = ""
    while True:
        answer = ask.query(EVERYTHING, options={"$top": 50} | ({"$skipToken": token} if token else {})).json()
        assert answer["totalRecords"] == len(whole)
        assert answer["count"] == len(answer["data"])
        found += [row["id"] for row in answer["data"]]
        token = answer.get("$skipToken", "")
        if not token:
            break
    assert found == whole
    assert [each.lower() for each in whole] == sorted(each.lower() for each in whole)


def test_a_token_is_good_for_its_own_query_alone(ask: Asking) -> None:
    token = ask.query(EVERYTHING, options={"$top": 1}).json()["$skipToken"]
    assert refused(ask.query(STORAGE, options={"$skipToken": token})) == (400, "BadRequest")
    assert refused(ask.query(EVERYTHING, options={"$skipToken": "made up"})) == (400, "BadRequest")


def test_subscriptions_and_groups_bound_what_is_found(ask: Asking) -> None:
    def places(**scope: Any) -> set[str]:
        return {row["subscriptionId"] for row in ask.rows(EVERYTHING, **scope)}

    assert places(subscriptions=[SANDBOX]) == {SANDBOX}
    assert places(managementGroups=["playground"]) == {SANDBOX}
    assert len(places(managementGroups=["corp"])) == 2
    assert len(places()) == 4


def test_a_subscription_says_what_is_above_it(ask: Asking) -> None:
    rows = ask.rows("resourcecontainers\n| where type =~ 'microsoft.resources/subscriptions'")
    chains = {row["name"]: [each["name"] for each in row["properties"]["managementGroupAncestorsChain"]] for row in rows}
    assert chains["prod"] == ["corp", ask.azure.tenant]
    assert chains["legacy"] == [ask.azure.tenant]


def test_what_holds_from_above_is_shown_when_it_is_asked_for(ask: Asking) -> None:
    query = "authorizationresources\n| where type =~ 'microsoft.authorization/roleassignments'"

    def scopes(**options: str) -> set[str]:
        return {row["properties"]["scope"].lower() for row in ask.rows(query, subscriptions=[ID], options=options)}

    below = scopes()
    assert all(scope.startswith(PROD) for scope in below)
    above = scopes(authorizationScopeFilter="AtScopeAboveAndBelow") - below
    assert above == {
        "/",
        "/providers/microsoft.management/managementgroups/corp",
        f"/providers/microsoft.management/managementgroups/{ask.azure.tenant}",
    }


@pytest.mark.parametrize(
    "query",
    [
        "resources\n| summarize count()",
        "resources\n| where name == 'x'",
        "resources\n| where type in~ ('x'",
        "resources\n| where type in~ (x)",
        "resources\n| project nonsense",
        "resources\n| take 5",
        "resources\n|",
    ],
)
def test_what_is_no_query_of_ours_is_refused(ask: Asking, query: str) -> None:
    answer = ask.query(query)
    assert refused(answer) == (400, "BadRequest")
    assert [each["code"] for each in answer.json()["error"]["details"]] == ["InvalidQuery", "ParserFailure"]


def test_a_table_that_there_is_not_is_refused(ask: Asking) -> None:
    answer = ask.query("nothing\n| order by id asc")
    assert refused(answer) == (400, "BadRequest")
    assert [each["code"] for each in answer.json()["error"]["details"]] == ["DisallowedLogicalTableName"]


@pytest.mark.parametrize(
    "options",
    [{"$top": 0}, {"$top": 1001}, {"resultFormat": "table"}, {"authorizationScopeFilter": "Everywhere"}],
    ids=str,
)
def test_options_are_checked(ask: Asking, options: dict[str, Any]) -> None:
    assert refused(ask.query(EVERYTHING, options=options)) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("api", "refusal"),
    [
        ("", (400, "MissingApiVersionParameter")),
        ("now", (400, "InvalidApiVersionParameter")),
        ("2019-01-01", (400, "NoRegisteredProviderFound")),
    ],
)
def test_versions_are_checked(ask: Asking, api: str, refusal: tuple[int, str]) -> None:
    assert refused(ask.query(EVERYTHING, api=api)) == refusal
    assert ask.query(EVERYTHING, api="2021-03-01").status_code == 200


def test_what_we_may_not_read_is_left_out_without_a_word(azure: SimulatedAzure, ask: Asking) -> None:
    azure.grant("prod", not_actions=["Microsoft.Storage/*"])
    assert ask.rows(STORAGE, subscriptions=[ID]) == []
    assert ask.rows("resources\n| where type =~ 'microsoft.keyvault/vaults'", subscriptions=[ID])
    azure.grant("prod", actions=())
    assert ask.rows(EVERYTHING, subscriptions=[ID]) == []
    assert ID not in {row["subscriptionId"] for row in ask.rows("resourcecontainers")}


def test_the_quota_is_counted_down_and_kept_when_asked_to(azure: SimulatedAzure, ask: Asking) -> None:
    left = [int(ask.query(STORAGE).headers[QUOTA_HEADERS[0]]) for _ in range(3)]
    assert left == [14, 13, 12]
    azure.quota = True
    statuses = [ask.query(STORAGE).status_code for _ in range(13)]
    assert statuses == [200] * 12 + [429]
    answer = ask.query(STORAGE)
    assert refused(answer) == (429, "RateLimiting")
    assert answer.headers[QUOTA_HEADERS[1]].startswith("00:00:0")


def test_an_answer_may_be_cut_off_without_a_token(azure: SimulatedAzure, ask: Asking) -> None:
    azure.fault(Fault("resourcegraph:resources", "result_truncated", times=1))
    answer = ask.query(EVERYTHING, options={"$top": 10}).json()
    assert (answer["resultTruncated"], "$skipToken" in answer) == ("true", False)
    assert ask.query(EVERYTHING, options={"$top": 10}).json()["$skipToken"]
