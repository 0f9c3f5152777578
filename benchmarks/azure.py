"""What a scan of Azure costs: calls of its passes on a first and on a second look, CPU of a row, size of the process.

The bulk pass are rows of Resource Graph. Beside them stands what is asked once of the tenant and once of each subscription,
whatever is in it; what remains is the deep pass, which asks about single resources. The floor of a row is the way of its
bytes through TLS and the SDK's pipeline into Python's values.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import DEMARC, Figure, Usage, cpu, report, run, serving
from collectors.azure.client import Client, Query
from collectors.azure.collect import AzureCollector
from collectors.azure.enter import connect
from collectors.azure.options import AzureOptions
from collectors.azure.provider import specs
from collectors.azure.session import Session
from collectors.azure.spec import ASKED, RESOURCES, SUBSCRIPTION, TENANT, Spec, asked
from collectors.budget import Budget
from scanner.model import Present, Resource
from scanner.provider import Memory, Selection, nothing
from scanner.scan import seldom_collecting

ROWS = 20_000
DEEP = 1_000  # resources of the fleet whose settings are asked for one by one
ROUNDS = 5
LARGE = 100_000
TOLD_BY_ROWS = "disk,vm,vnet"
SHARE = 0.77  # of the fleet that these are
MICROSECONDS = 1e6

A_ROW = 25  # microseconds
RESOURCES_A_CALL = 30
DEEP_AGAIN = 0.05
MEMORY = 400  # megabytes


def entered(simulator: Mapping[str, Any], of: Sequence[Spec], memory: Memory = nothing) -> AzureCollector:
    return connect(options(simulator), of, Selection(), lambda: b"benchmark", memory)


def options(simulator: Mapping[str, Any]) -> AzureOptions:
    os.environ.update(simulator["environment"])
    place = {"endpoint_url": simulator["endpoint"], "ca_file": simulator["ca_file"]}
    return AzureOptions(**place, credentials="environment", reads_per_second=0)


def bulk(of: Iterable[Spec]) -> list[Spec]:
    """Return what rows alone tell of *of*."""
    return [replace(spec, facts={}) for spec in of if spec.natives]


def shallow(of: Iterable[Spec]) -> list[Spec]:
    """Return *of* without what is asked of single resources."""
    return [
        spec if spec.type == TENANT else replace(spec, facts={n: read for n, read in spec.facts.items() if not asked(read)})
        for spec in of
        if not spec.listing or spec.parent in (SUBSCRIPTION, TENANT)
    ]


def read(collector: AzureCollector) -> list[Resource]:
    with seldom_collecting():
        return [event for event in collector.collect() if isinstance(event, Resource)]


def remembering(resources: Iterable[Resource]) -> Memory:
    """Return what an inventory that holds *resources* remembers of when each thing was asked."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in resources:
        if isinstance(fact := each.facts.get(ASKED), Present):
            found.setdefault((each.account, each.type), {})[each.id] = fact.value
    return lambda *asked: found.get(asked[:2], {}) if asked[2] == ASKED else {}


def calls(simulator: Mapping[str, Any]) -> Iterator[Figure]:
    """Scan twice, nothing changed, and once without what is asked of single resources."""
    apart = entered(simulator, shallow(specs()))
    read(apart)
    first = entered(simulator, specs())
    resources = read(first)
    second = entered(simulator, specs(), remembering(resources))
    read(second)
    once = sum(apart.calls.values())
    queries = sum(sent for name, sent in apart.calls.items() if name.startswith("resourcegraph:"))
    deep, again = (sum(each.calls.values()) - once for each in (first, second))
    yield Figure(f"bulk pass, {len(resources):,} resources of all types", queries, "calls")
    yield Figure("asked once of the tenant and once of each subscription", once - queries, "calls")
    yield Figure("deep pass, first look", deep, "calls")
    yield Figure("deep pass, second look, nothing changed", again, "calls")
    yield Figure("  against the first", again / deep, "times", most=DEEP_AGAIN)
    yield Figure("first look in all", sum(first.calls.values()) / len(resources) * 1000, "calls a thousand resources")
    yield Figure("second look in all", sum(second.calls.values()) / len(resources) * 1000, "calls a thousand resources")


def rows(simulator: Mapping[str, Any]) -> Iterator[Figure]:
    """Read so many rows to the end, by the collector and by the bare client in turn."""
    collector = entered(simulator, bulk(specs()))
    many = len(read(collector))
    sent = sum(number for name, number in collector.calls.items() if name.startswith("resourcegraph:"))
    subscriptions = [each.id for each in collector.accounts if each.id != simulator["tenant"]]

    def whole() -> None:
        read_and_drop(entered(simulator, bulk(specs())))

    def bare() -> None:
        session = Session(options(simulator), Budget())
        with seldom_collecting():
            for _ in Client(session).rows(Query(RESOURCES), subscriptions):
                pass
        session.release()

    ours, floor = (min(taken) for taken in zip(*((cpu(whole), cpu(bare)) for _ in range(ROUNDS)), strict=True))
    yield Figure(f"bulk pass, {many:,} resources", many / sent, "resources a call", least=RESOURCES_A_CALL)
    yield Figure("CPU of a row, from the wire to the event", ours / many * MICROSECONDS, "microseconds", most=A_ROW)
    yield Figure("  of that, TLS, the pipeline and JSON", floor / many * MICROSECONDS, "microseconds")
    yield Figure("  against these", ours / floor, "times")


def read_and_drop(collector: AzureCollector) -> None:
    with seldom_collecting():
        for _ in collector.collect():
            pass


def scanned(database: Path, simulator: Mapping[str, Any]) -> Usage:
    usage = run(
        (*DEMARC, "scan", "azure", "--quiet", "--db", str(database), "--services", TOLD_BY_ROWS), simulator["environment"]
    )
    if usage.code:
        raise SystemExit(f"the scan ended with exit code {usage.code}")
    return usage


def sizes() -> Iterator[Figure]:
    with TemporaryDirectory() as folder, serving("simulators.azure", "--resources", str(round(LARGE / SHARE))) as simulator:
        database = Path(folder) / "demarc.db"
        for name in ("first", "second"):
            usage = scanned(database, simulator)
            yield Figure(f"largest size, {name} scan of {LARGE:,} resources", usage.peak, "MB", most=MEMORY)
            yield Figure("  CPU, stored and judged", usage.cpu / LARGE * 1000, "s a thousand resources")


def main() -> int:
    with serving("simulators.azure", "--resources", str(DEEP)) as simulator:
        figures = list(calls(simulator))
    with serving("simulators.azure", "--resources", str(ROWS)) as simulator:
        figures += rows(simulator)
    figures += sizes()
    return report("Azure", figures)


if __name__ == "__main__":
    sys.exit(main())
