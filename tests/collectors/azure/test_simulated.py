"""Whole scans of the simulated Azure: every described type, over the wire, undisturbed and with faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from collectors.azure.deep import operation
from collectors.azure.options import AzureOptions
from collectors.azure.provider import Azure, specs
from collectors.azure.spec import SUBSCRIPTION, Get
from scanner.model import Gap, Kept, Reason, Resource, Unread
from scanner.provider import Selection, nothing
from simulators.azure import Fault, SimulatedAzure
from tests.collectors.azure.scans import KEY, Scan

ACCOUNT = "azure.storage.account"


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatedAzure]:
    with SimulatedAzure.start() as azure:
        yield azure


@pytest.fixture
def azure(running: SimulatedAzure, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedAzure]:
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("collectors.azure.session.BACKOFF", 0.0)
    monkeypatch.setattr("collectors.azure.session.LONGEST_WAIT", 0.01)
    running.reset_calls()
    yield running
    assert not running.writes
    running.clear()


@pytest.fixture(scope="module")
def truth(running: SimulatedAzure) -> Scan:
    """What an undisturbed scan tells."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        return scanned(running)


def scanned(azure: SimulatedAzure, *, memory: Any = nothing, **given: Any) -> Scan:
    usual: dict[str, Any] = {"credentials": "environment", "attempts": 3, "reads_per_second": 0}
    options = AzureOptions(**{"endpoint_url": azure.endpoint, "ca_file": str(azure.ca_file)} | usual | given)
    collector: Any = Azure().connect(options, Selection(), secret_key=lambda: KEY, memory=memory)
    scan = Scan(collector)
    for event in collector.collect():
        place: list[Any] = (
            scan.resources if isinstance(event, Resource) else scan.gaps if isinstance(event, Gap) else scan.listed
        )
        place.append(event)
    return scan


def told(scan: Scan) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (each.account, each.type, each.id): {name: fact for name, fact in each.facts.items() if name != "asked"}
        for each in scan.resources
    }


def honest(scan: Scan, truth: Scan) -> None:
    """Fail when *scan* tells anything that *truth* does not, or takes for complete what it did not see."""
    known = told(truth)
    for key, facts in told(scan).items():
        for name, fact in facts.items():
            assert isinstance(fact, Unread) or fact == known[key][name], (key, name)
    open_ = {(each.account, each.type) for each in scan.listed if not each.complete}
    seen = told(scan)
    for account, type, id in known.keys() - seen.keys():
        assert (account, type) in open_ or type.startswith("azure.unknown"), id


def test_an_undisturbed_scan_sees_all_and_counts_its_calls(azure: SimulatedAzure) -> None:
    scan = scanned(azure)
    assert scan.gaps == []
    assert all(each.complete for each in scan.listed)
    sent = sum(many for name, many in azure.calls.items() if not name.startswith("token:"))
    assert sum(scan.collector.calls.values()) == sent
    assert len(scan.all(ACCOUNT)) == 2


def test_a_second_scan_asks_only_for_what_is_listed_or_was_not_read(azure: SimulatedAzure) -> None:
    first = scanned(azure)
    azure.reset_calls()
    again = scanned(azure, memory=first.memory)
    deep = {operation(read).lower() for spec in specs() for read in spec.facts.values() if isinstance(read, Get) and read.days}
    deep -= {operation(spec.listing).lower() for spec in specs() if spec.listing and spec.parent == SUBSCRIPTION}
    assert told(again).keys() == told(first).keys()
    unread = sum(isinstance(fact, Unread) for facts in told(first).values() for fact in facts.values())
    assert sum(many for name, many in azure.calls.items() if name in deep) == unread
    assert sum(isinstance(fact, Kept) for facts in told(again).values() for fact in facts.values()) > 50


@pytest.mark.parametrize("kind", ["throttled", "throttled_silently", "bad_gateway", "error", "unavailable", "cut", "garbled"])
@pytest.mark.parametrize("call", ["resourcegraph:resources", "arm:*", "graph:/v1.0/users"])
def test_what_passes_leaves_no_trace(azure: SimulatedAzure, truth: Scan, kind: Any, call: str) -> None:
    azure.fault(Fault(call, kind, times=1))
    scan = scanned(azure)
    assert told(scan) == told(truth)
    assert scan.gaps == []


@pytest.mark.parametrize(
    "kind", ["denied", "throttled", "unavailable", "garbled", "version_retired", "result_truncated", "same_page"]
)
@pytest.mark.parametrize("call", ["resourcegraph:resources", "resourcegraph:authorizationresources"])
def test_a_table_that_fails_closes_nothing_and_tells_nothing_false(
    azure: SimulatedAzure, truth: Scan, kind: Any, call: str
) -> None:
    azure.fault(Fault(call, kind))
    honest(scanned(azure, attempts=2), truth)


@pytest.mark.parametrize("kind", ["denied", "throttled", "unavailable", "cut", "version_retired", "portal", "empty", "hollow"])
def test_reads_of_resources_that_fail_are_unread(azure: SimulatedAzure, truth: Scan, kind: Any) -> None:
    azure.fault(Fault("arm:microsoft.insights/*", kind))
    scan = scanned(azure, attempts=2)
    honest(scan, truth)
    assert {
        each.reason for each in (fact for facts in told(scan).values() for fact in facts.values()) if isinstance(each, Unread)
    }


def test_a_subscription_without_reader_is_a_gap_and_not_empty(azure: SimulatedAzure, truth: Scan) -> None:
    azure.grant("sandbox", not_actions=("Microsoft.Storage/*",))
    scan = scanned(azure)
    honest(scan, truth)
    (gap,) = [each for each in scan.gaps if each.type == ACCOUNT]
    assert gap.reason is Reason.DENIED


def test_a_provider_that_is_not_registered_is_not_registered(azure: SimulatedAzure) -> None:
    azure.fault(Fault("arm:microsoft.insights/*", "unregistered"))
    assert scanned(azure).gaps == []
