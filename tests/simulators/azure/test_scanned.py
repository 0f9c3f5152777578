"""The simulated tenant, read by the collector itself: what holds on the wire, whatever goes wrong there."""

from __future__ import annotations

from typing import Any

from collectors.azure.options import AzureOptions
from collectors.azure.provider import Azure
from scanner.model import Event, Gap, Resource
from scanner.provider import Selection
from simulators.azure import Fault, SimulatedAzure


def scanned(azure: SimulatedAzure, *services: str) -> list[Event]:
    given: dict[str, Any] = {"credentials": "environment", "reads_per_second": 0.0, "attempts": 2}
    options = AzureOptions(endpoint_url=azure.endpoint, ca_file=azure.ca_file, **given)
    selection = Selection(services=frozenset(services))
    return list(Azure().connect(options, selection, secret_key=lambda: b"a key of the tests").collect())


def gaps(events: list[Event]) -> set[str]:
    return {event.type for event in events if isinstance(event, Gap)}


def found(events: list[Event]) -> set[str]:
    return {event.id for event in events if isinstance(event, Resource)}


def test_the_whole_tenant_is_read_and_nothing_is_written(azure: SimulatedAzure) -> None:
    events = scanned(azure)
    assert gaps(events) == set()
    shown = {key for key, item in azure.estate.items.items() if item.table == "resources"}
    assert len(shown & found(events)) > 0.9 * len(shown)
    assert "azure.unknown.contoso_example_widgets" in {event.type for event in events if isinstance(event, Resource)}
    assert not azure.writes


def test_a_provider_that_is_not_registered_is_not_registered_by_us(azure: SimulatedAzure) -> None:
    azure.fault(Fault("arm:microsoft.storage/*", "unregistered"))
    events = scanned(azure, "azure.storage")
    assert any("storageaccounts" in id for id in found(events))
    assert not azure.writes


def test_pages_of_every_size_make_the_same_tenant(azure: SimulatedAzure) -> None:
    whole = found(scanned(azure, "azure.entra", "azure.defender"))
    azure.arm.page = azure.graph.page = 2
    assert found(scanned(azure, "azure.entra", "azure.defender")) == whole


def test_a_link_to_elsewhere_is_not_followed(azure: SimulatedAzure) -> None:
    azure.fault(Fault("graph:/v1.0/users", "foreign_page"))
    assert "azure.entra.user" in gaps(scanned(azure, "azure.entra"))


def test_a_table_that_is_cut_off_is_a_gap(azure: SimulatedAzure) -> None:
    azure.fault(Fault("resourcegraph:resources", "result_truncated"))
    assert "azure.storage.account" in gaps(scanned(azure, "azure.storage"))


def test_tokens_that_expire_meanwhile_are_renewed(azure: SimulatedAzure) -> None:
    azure.fault(Fault("arm:microsoft.storage/*", "expired", times=1))
    assert gaps(scanned(azure, "azure.storage")) == set()
    assert azure.calls["token:client_credentials"] > 1
