"""The readers that checks of Azure share, against every spelling that Azure's services use."""

from __future__ import annotations

from typing import Any

import pytest

from checks.azure import read
from scanner.model import Resource, UnreadError
from tests.cases import DENIED, resource

VAULT = "/subscriptions/s/resourcegroups/g/providers/microsoft.keyvault/vaults/v"


def of(**properties: Any) -> Resource:
    return resource("azure.any.thing", item={"properties": properties})


@pytest.mark.parametrize("value", [True, "true", "True", "Enabled", "enabled", "On", "Yes", " on "])
def test_a_setting_is_on_in_every_spelling(value: object) -> None:
    assert read.is_on(value)


@pytest.mark.parametrize("value", [False, None, "", "false", "Disabled", "Off", [], {}, "unknown"])
def test_nothing_else_is_on(value: object) -> None:
    assert not read.is_on(value)


def test_names_compare_without_case_and_nothing_is_like_nothing() -> None:
    assert read.same("AzureServices", "azureservices")
    assert read.same(f"{VAULT}/", VAULT.upper())
    assert not read.same(None, None)
    assert not read.same("", "")
    assert not read.same("a", "b")


def test_properties_are_found_by_path() -> None:
    given = of(encryption={"keySource": "Microsoft.Storage", "services": None})
    assert read.prop(given, "encryption.keySource") == "Microsoft.Storage"
    assert read.prop(given, "encryption.services.blob") is None
    assert read.prop(given, "encryption.keySource.deeper") is None


@pytest.mark.parametrize("given", [{}, {"properties": None}, {"properties": "text"}, {"properties": []}])
def test_a_row_without_properties_is_unread(given: dict[str, Any]) -> None:
    hollow = resource("azure.any.thing", item=given)
    with pytest.raises(UnreadError):
        read.properties(hollow)
    with pytest.raises(UnreadError):
        read.private_endpoints(hollow)


@pytest.mark.parametrize(
    ("id", "above"),
    [
        (f"{VAULT}/keys/k", VAULT),
        (f"{VAULT}/keys/k/versions/1", f"{VAULT}/keys/k"),
        (VAULT, "/subscriptions/s/resourcegroups/g"),
        ("/subscriptions/s/resourcegroups/g", "/subscriptions/s"),
        (f"{VAULT}/providers/microsoft.authorization/locks/l", VAULT),
    ],
)
def test_a_parent_is_what_an_id_lies_in(id: str, above: str) -> None:
    assert read.parent(id) == above


@pytest.mark.parametrize(
    ("value", "version"),
    [
        ("TLS1_2", (1, 2)),
        ("Tls12", (1, 2)),
        ("1.2", (1, 2)),
        ("TLS1_0", (1, 0)),
        ("TLSv1.3", (1, 3)),
        ("Tls", None),
        (None, None),
    ],
)
def test_versions_of_tls_are_numbers(value: object, version: tuple[int, int] | None) -> None:
    assert read.tls(value) == version


def test_public_access_is_on_where_nothing_is_said() -> None:
    assert not read.closed(of())
    assert not read.closed(of(publicNetworkAccess=None))
    assert not read.closed(of(publicNetworkAccess="Enabled"))
    assert read.closed(of(publicNetworkAccess="disabled"))
    assert read.closed(of(publicNetworkAccess="SecuredByPerimeter"))


def test_only_approved_private_endpoints_count() -> None:
    def connection(status: object) -> dict[str, Any]:
        return {"properties": {"privateLinkServiceConnectionState": {"status": status}}}

    flat = {"privateLinkServiceConnectionState": {"status": "Approved"}}
    given = of(privateEndpointConnections=[connection("approved"), connection("Pending"), connection(None), flat, "odd"])
    assert read.private_endpoints(given) == 2


def settings(*logs: dict[str, Any], target: str = "workspaceId") -> Resource:
    said = {"name": "audit", "properties": {"logs": list(logs), **({target: "/x"} if target else {})}}
    return resource("azure.any.thing", diagnostics=[said])


def test_logs_are_handed_on_by_category_or_by_group() -> None:
    on = {"category": "AuditEvent", "enabled": True}
    assert read.not_handed_on(settings(on), ["auditevent"]) == []
    assert read.not_handed_on(settings(on, target="storageAccountId"), ["AuditEvent"]) == []
    assert read.not_handed_on(settings({"categoryGroup": "allLogs", "enabled": True}), ["AuditEvent", "Other"]) == []
    assert read.not_handed_on(settings(on), ["AuditEvent", "Other"]) == ["Other"]


def test_logs_that_are_off_or_lead_nowhere_are_not_handed_on() -> None:
    off = {"category": "AuditEvent", "enabled": False}
    on = {"category": "AuditEvent", "enabled": True}
    assert read.not_handed_on(settings(off), ["AuditEvent"]) == ["AuditEvent"]
    assert read.not_handed_on(settings(on, target=""), ["AuditEvent"]) == ["AuditEvent"]
    assert read.not_handed_on(resource("azure.any.thing", diagnostics=None), ["AuditEvent"]) == ["AuditEvent"]


def test_what_was_not_read_is_not_answered() -> None:
    with pytest.raises(UnreadError):
        read.not_handed_on(resource("azure.any.thing", diagnostics=DENIED), ["AuditEvent"])


def test_long_lists_are_cut() -> None:
    assert read.in_words(["b", "a", "a"]) == "a, b"
    assert read.in_words("edcba") == "a, b, c and 2 more"
