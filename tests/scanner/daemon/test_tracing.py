"""Traces of scans: spans as the SDK hands them over, and nothing of OpenTelemetry where nobody asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from scanner.config import Config, Settings
from scanner.daemon.job import Job, Outcome
from scanner.daemon.tracing import Silent, Traced, asked, tracing
from scanner.errors import UserError
from scanner.inventory.slots import DONE, FAILED, Claim, Slot
from scanner.model import Gap, Listed, Reason, Resource, Sketches
from tests.scanner.daemon.test_faults import ROOT, eventually
from tests.scanner.daemon.test_faults import TEXT as CONFIGURATION
from tests.scanner.inventory.build import box

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
JOB = Job.of(Config(Settings()), Claim(7, 2, Slot("nightly", "aws", "one", NOW)), 0)
WROTE = {"provider": "aws", "id": "1", "snapshot": 3, "status": "partial"}


class Collector:
    """As far as traces ask it."""

    def __init__(self) -> None:
        self.calls = {"s3:ListBuckets": 1}


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def traced(spans: InMemorySpanExporter, *events: Any, outcome: Outcome) -> tuple[str, list[ReadableSpan]]:
    traces, collector = Traced(spans), Collector()
    id = traces.begin(JOB)
    for each in events:
        traces.event(each, collector)  # type: ignore[arg-type]
        collector.calls["s3:GetBucketAcl"] = collector.calls.get("s3:GetBucketAcl", 0) + 2
    traces.end(outcome)
    return id, list(spans.get_finished_spans())


def test_a_scan_is_a_trace_with_its_listings_and_accounts(spans: InMemorySpanExporter) -> None:
    one = Resource("test.box", "b1", "1", "north")
    gap = Gap("test.lid", "north", "aws.s3", "List", Reason.DENIED)
    lists = (Listed("test.box", "north", complete=True), Listed("test.lid", "north", complete=False))
    outcome = Outcome(DONE, accounts=(WROTE,), resources=1, calls=9, gaps={"denied": 1})
    id, found = traced(spans, one, gap, *lists, outcome=outcome)
    told = {each.name: dict(each.attributes or {}) for each in found}
    assert told["list test.box"] == {
        "demarc.type": "test.box",
        "cloud.region": "north",
        "demarc.complete": True,
        "demarc.resources": 1,
        "demarc.gaps": 0,
        "demarc.calls": 4,
    }
    assert (told["list test.lid"]["demarc.gaps"], told["list test.lid"]["demarc.complete"]) == (1, False)
    assert told["account"] == {"cloud.account.id": "1", "demarc.snapshot": 3, "demarc.status": "partial"}
    assert told["scan"]["demarc.scan"] == JOB.name == "7.2"  # as in the logs
    assert (told["scan"]["demarc.calls"], told["scan"]["demarc.gaps.denied"], told["scan"]["demarc.state"]) == (9, 1, "done")
    (scan,) = [each for each in found if each.name == "scan"]
    assert {each.parent.span_id for each in found if each.parent} == {scan.context.span_id}
    assert {f"{each.context.trace_id:032x}" for each in found} == {id}
    assert all(scan.start_time <= each.start_time <= each.end_time <= scan.end_time for each in found)  # type: ignore[operator]
    assert scan.resource.attributes["service.name"] == "demarc"


def test_listings_of_several_accounts_are_told_apart_where_the_collector_does(spans: InMemorySpanExporter) -> None:
    sketches = Sketches([("1", "test.box", "north", b"", None), ("2", "test.box", "north", b"", None)], lambda _: box("b1"))
    each = [Listed("test.box", "north", True, account) for account in ("1", "2")]
    of_all = [sketches, Listed("test.box", "north", True)]
    _, found = traced(spans, sketches, *each, *of_all, outcome=Outcome(DONE))
    assert [dict(span.attributes or {}).get("demarc.resources") for span in found] == [1, 1, 2, 0]


def test_a_scan_that_came_to_nothing_is_an_error(spans: InMemorySpanExporter) -> None:
    _, (scan,) = traced(spans, outcome=Outcome(FAILED, "aws: expired"))
    assert (scan.status.status_code, scan.status.description) == (StatusCode.ERROR, "aws: expired")


def test_the_name_may_be_another(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "posture")
    _, (scan,) = traced(spans, outcome=Outcome(DONE))
    assert scan.resource.attributes["service.name"] == "posture"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
    ],
)
def test_it_is_asked_for_by_the_variables_of_opentelemetry(environment: dict[str, str], wanted: bool) -> None:
    assert asked(environment) is wanted
    assert (type(tracing(environment)) is Traced) is wanted


def test_nobody_traces_without_being_asked() -> None:
    silent = Silent()
    assert silent.begin(JOB) == ""
    silent.end(Outcome(DONE))


def test_an_exporter_that_there_is_not_is_told() -> None:
    with pytest.raises(UserError, match="there are otlp, console and none"):
        tracing({"OTEL_TRACES_EXPORTER": "zipkin"})


def test_what_is_not_asked_for_is_not_imported() -> None:
    code = "import sys, scanner.daemon.child; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_a_daemons_scans_are_traced_and_logs_name_the_trace(tmp_path: Path) -> None:
    (tmp_path / "demarc.toml").write_text(CONFIGURATION.format(url=tmp_path / "demarc.db", folder=tmp_path, more=""))
    command = [sys.executable, "-m", "tests.scanner.daemon.program", "daemon", "--config", str(tmp_path / "demarc.toml")]
    environment = {**os.environ, "OTEL_TRACES_EXPORTER": "console"}
    with (tmp_path / "log").open("wb") as out:
        process = subprocess.Popen(command, stderr=out, stdout=out, cwd=ROOT, env=environment)
    try:
        eventually(lambda: '"scan ended"' in (tmp_path / "log").read_text())
    finally:
        process.kill()
        process.wait()
    text = (tmp_path / "log").read_text()
    name = json.dumps("list stub.box")
    assert f'"name": {name}' in text
    assert '"demarc.scan": "1.1"' in text
