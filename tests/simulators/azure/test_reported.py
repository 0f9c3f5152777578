"""What is reported of a tenant that answers badly: verdicts that hold, or ``unknown`` with the reason, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config, Settings
from scanner.evaluation.registry import installed
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.scan import scan
from simulators.azure import Fault, SimulatedAzure

SERVICES = ("entra", "storage", "rbac")
DEEP, BLOBS = "arm:microsoft.storage/*", "arm:microsoft.storage/storageaccounts/blobservices/read"
ACCOUNT = "azure.storage.account"

Verdicts = dict[tuple[str, str, str], dict[str, Any]]


def look(store: Store, azure: SimulatedAzure) -> None:
    flags = {"endpoint_url": azure.endpoint, "ca_file": azure.ca_file, "credentials": "environment", "attempts": 2}
    (target,) = Config(Settings()).targets("azure", {**flags, "reads_per_second": 0.0}, services=SERVICES)
    scan(lambda: store, target, installed("azure"), lambda _event, _collector: None)


def findings(store: Store) -> Verdicts:
    rows = queries.sql(store, "SELECT * FROM findings")
    return {(row["check_id"], row["account_id"], row["resource_id"]): row for row in rows}


def reasons(store: Store) -> set[tuple[str, str, str]]:
    query = "SELECT DISTINCT reason, code, permission FROM blind_spots WHERE reason <> 'unsupported'"
    return {(row["reason"], row["code"], row["permission"]) for row in queries.sql(store, query)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "demarc.db")) as opened:
        yield opened


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """What an undisturbed scan of the same tenant reports."""
    with pytest.MonkeyPatch.context() as patch, SimulatedAzure.start() as azure:
        for name, value in azure.environment.items():
            patch.setenv(name, value)
        with Store.open(str(tmp_path_factory.mktemp("truth") / "demarc.db")) as undisturbed:
            look(undisturbed, azure)
            return findings(undisturbed)


def unknown(told: Verdicts, truth: Verdicts) -> Verdicts:
    """Return what is unknown now and wasn't in truth. Fails where a verdict is another one."""
    found = {key: row for key, row in told.items() if row["status"] == "unknown" and truth[key]["status"] != "unknown"}
    assert {key: row["status"] for key, row in told.items() if key not in found} == {
        key: truth[key]["status"] for key in told if key not in found
    }
    return found


ANSWERS = {
    "throttled": ("throttled", "SubscriptionRequestsThrottled"),
    "throttled_silently": ("throttled", "TooManyRequests"),
    "denied": ("denied", "AuthorizationFailed"),
    "unavailable": ("unavailable", "ServiceUnavailable"),
    "timeout": ("unavailable", "GatewayTimeout"),
    "cut": ("unavailable", "IncompleteReadError"),
    "dropped": ("unavailable", "ServiceResponseError"),
    "garbled": ("error", "DecodeError"),
    "hollow": ("error", "DecodeError"),
    "version_retired": ("error", "NoRegisteredProviderFound"),
    "disabled": ("error", "ReadOnlyDisabledSubscription"),
    "gone": ("error", "ResourceNotFound"),  # of the setting; that of the resource itself is tested below
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_what_cannot_be_read_is_unknown_and_says_why(azure: SimulatedAzure, store: Store, truth: Verdicts, kind: Any) -> None:
    azure.fault(Fault(DEEP, kind))
    look(store, azure)
    told = findings(store)
    assert told.keys() == truth.keys()
    blind = unknown(told, truth)
    assert {row["resource_type"] for row in blind.values()} == {ACCOUNT}
    assert {row["permission"] for row in blind.values()} >= {"Microsoft.Storage/storageAccounts/blobServices/read"}
    assert {found[:2] for found in reasons(store)} == {ANSWERS[kind]}


@pytest.mark.parametrize("kind", ["denied", "throttled", "unavailable", "cut", "version_retired", "result_truncated"])
def test_a_table_that_fails_resolves_nothing(azure: SimulatedAzure, store: Store, kind: Any) -> None:
    look(store, azure)
    before = findings(store)
    azure.fault(Fault("resourcegraph:resources", kind))
    look(store, azure)
    after = findings(store)
    assert after.keys() >= before.keys()
    for key, row in before.items():
        assert after[key]["status"] in (row["status"], "unknown"), key
        assert (after[key]["opened_at"], after[key]["resolved_at"]) == (row["opened_at"], row["resolved_at"]), key
    assert any(found[1] for found in reasons(store))


def test_a_subscription_that_is_not_shown_any_more_is_not_empty(azure: SimulatedAzure, store: Store) -> None:
    look(store, azure)
    before = findings(store)
    azure.grant("sandbox", actions=())
    look(store, azure)
    sandbox = next(each.id for each in azure.estate.subscriptions.values() if each.key == "sandbox")
    after = {key: row for key, row in findings(store).items() if key[1] == sandbox}
    assert after.keys() >= {key for key in before if key[1] == sandbox}
    assert after
    assert {key: row["resolved_at"] for key, row in after.items()} == {key: before[key]["resolved_at"] for key in after}
    assert all(row["status"] in (before[key]["status"], "unknown") for key, row in after.items())
    shown = "SELECT count(*) AS many FROM current_resources WHERE account_id = '{}' AND resource_type = '{}'"
    assert [row["many"] for row in queries.sql(store, shown.format(sandbox, ACCOUNT))] == [1]


def test_grants_above_a_subscription_that_is_not_shown_any_more_are_not_gone(azure: SimulatedAzure, store: Store) -> None:
    look(store, azure)
    azure.grant("sandbox", actions=())
    look(store, azure)
    assert [key for key, row in findings(store).items() if row["status"] == "closed"] == []


@pytest.mark.parametrize("kind", ["parent_gone", "group_gone"])
def test_what_was_deleted_between_list_and_look_is_gone_alone(
    azure: SimulatedAzure, store: Store, truth: Verdicts, kind: Any
) -> None:
    azure.fault(Fault(DEEP, kind, path="/storageaccounts/stprod/"))
    look(store, azure)
    told = findings(store)
    missing = truth.keys() - told.keys()
    assert missing
    assert {key[2].rpartition("/")[2] for key in missing} == {"stprod"}
    assert not unknown(told, truth)
    assert reasons(store) == set()


def test_what_was_deleted_resolves_what_failed_of_it_and_no_more(azure: SimulatedAzure, store: Store) -> None:
    look(store, azure)
    before = findings(store)
    id = next(item.id for item in azure.estate.find("Microsoft.Storage/storageAccounts", "sandbox"))
    azure.estate.remove(id)
    azure.refresh()
    look(store, azure)
    closed = {key for key, row in findings(store).items() if row["status"] == "closed"}
    assert closed == {key for key in before if key[2].startswith(id.lower())}


def test_a_missing_permission_of_microsoft_graph_is_named(azure: SimulatedAzure, store: Store, truth: Verdicts) -> None:
    azure.graph.permissions = set(azure.graph.permissions) - {"AuditLog.Read.All"}
    look(store, azure)
    told = findings(store)
    blind = unknown({key: row for key, row in told.items() if key in truth}, truth)
    assert {row["permission"] for row in blind.values()} == {"AuditLog.Read.All"}
    assert {row["status"] for key, row in told.items() if key not in truth} <= {"unknown"}
    assert reasons(store) == {("denied", "Authorization_RequestDenied", "AuditLog.Read.All")}


def test_a_licence_that_we_may_not_see_is_not_taken_for_none(azure: SimulatedAzure, store: Store) -> None:
    azure.fault(Fault("graph:/v1.0/reports/*", "unlicensed"))
    look(store, azure)
    assert reasons(store) == {("denied", "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Directory.Read.All")}


def free(azure: SimulatedAzure) -> None:
    azure.graph.licence = "free"


def unregistered(azure: SimulatedAzure) -> None:
    azure.fault(Fault("arm:microsoft.insights/*", "unregistered"))


@pytest.mark.parametrize("way", [free, unregistered])
def test_what_the_tenant_does_not_have_is_knowledge_and_no_blind_spot(
    azure: SimulatedAzure, store: Store, way: Callable[[SimulatedAzure], None]
) -> None:
    way(azure)
    look(store, azure)
    assert reasons(store) == set()
    assert not azure.writes


def test_logs_cannot_flow_where_nobody_registered_them(azure: SimulatedAzure, store: Store) -> None:
    unregistered(azure)
    look(store, azure)
    logged = {row["status"] for key, row in findings(store).items() if key[0].endswith(("blobs_logged", "files_logged"))}
    assert logged
    assert "pass" not in logged
