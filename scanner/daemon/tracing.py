"""Traces of scans by OpenTelemetry: one for the scan, in it one for each listing and one for each account that was written.

Nothing of it is imported unless the environment asks for it, by the variables that OpenTelemetry itself has for that.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time_ns
from typing import TYPE_CHECKING, Any

from scanner import __version__
from scanner.errors import UserError
from scanner.inventory.slots import DONE
from scanner.model import Event, Gap, Listed, Resource, Sketches

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from scanner.daemon.job import Job, Outcome
    from scanner.provider import Collector

ASKS = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
FLUSH = 3000  # milliseconds for what is left to be sent at the end


def asked(environment: Mapping[str, str]) -> bool:
    """Tell whether somebody wants traces."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(environment.get(name) for name in ASKS)


class Silent:
    """Traces nothing."""

    def begin(self, job: Job) -> str:  # noqa: ARG002 -- as the one that traces
        """Begin the trace of a scan and return its id, empty where there is none."""
        return ""

    def event(self, event: Event, collector: Collector) -> None:
        """Take note of what a collector says."""

    def end(self, outcome: Outcome) -> None:
        """End the trace, and send it."""


def tracing(environment: Mapping[str, str]) -> Silent:
    """Return what traces a scan, if somebody wants that. Raises :class:`UserError` where it can't be had."""
    if not asked(environment):
        return Silent()
    try:
        return Traced(_exporter(environment.get("OTEL_TRACES_EXPORTER") or "otlp"))
    except ModuleNotFoundError as error:
        raise UserError(f"traces need {error.name}: pip install 'demarc-scanner[otel]'") from error


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter  # noqa: PLC0415

        return ConsoleSpanExporter()
    if name != "otlp":
        raise UserError(f"OTEL_TRACES_EXPORTER={name}: there are otlp, console and none")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter()


@dataclass(slots=True)
class Part:
    """A listing that goes on in one account: when it began, how many calls were sent by then, and what it brought."""

    began: int
    calls: int
    resources: int = 0
    gaps: int = 0


class Traced(Silent):
    """Traces one scan. Listings overlap: the calls of one are those that the scan sent while it went on."""

    def __init__(self, exporter: SpanExporter, clock: Callable[[], int] = time_ns) -> None:
        from opentelemetry.sdk.resources import Resource as About  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.trace import set_span_in_context  # noqa: PLC0415

        # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes first; "unknown_service" is what they leave unsaid.
        about = {"service.version": __version__}
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "demarc"}
        self._provider = TracerProvider(resource=About.create({**about, **named}), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("demarc", __version__)
        self._within = set_span_in_context
        self._clock = clock
        self._span: Any = None
        self._context: Any = None
        self._parts: dict[tuple[str, str], dict[str, Part]] = defaultdict(dict)

    def begin(self, job: Job) -> str:
        slot = job.claim.slot
        told = {"demarc.scan": job.name, "demarc.schedule": slot.schedule, "demarc.account": slot.target or slot.provider}
        self._span = self._tracer.start_span(
            "scan", attributes={**told, "cloud.provider": slot.provider}, start_time=self._clock()
        )
        self._context = self._within(self._span)
        return f"{self._span.get_span_context().trace_id:032x}"

    def event(self, event: Event, collector: Collector) -> None:
        """Follow listings: one begins with the first that is said of it, and ends when it is said to have ended."""
        calls = sum(collector.calls.values())
        if isinstance(event, Resource):
            self._part(event.type, event.listed_in or event.region, event.account, calls).resources += 1
        elif isinstance(event, Sketches):
            for (account, type, region), count in Counter(row[:3] for row in event.rows).items():
                self._part(type, region, account, calls).resources += count
        elif isinstance(event, Gap):
            self._part(event.type, event.region, event.account, calls).gaps += 1
        else:
            self._listed(event, calls)

    def _part(self, type: str, region: str, account: str, calls: int) -> Part:
        parts = self._parts[type, region]
        return parts.setdefault(account, Part(self._clock(), calls))

    def _listed(self, event: Listed, calls: int) -> None:
        """End the listing of one account, or of all of them together."""
        parts = self._parts[event.type, event.region]
        ended = [parts.pop(each) for each in list(parts) if event.account in ("", each)] or [Part(self._clock(), calls)]
        told: dict[str, str | bool | int] = {
            "demarc.type": event.type,
            "cloud.region": event.region,
            "demarc.complete": event.complete,
            "demarc.resources": sum(each.resources for each in ended),
            "demarc.gaps": sum(each.gaps for each in ended),
            "demarc.calls": calls - min(each.calls for each in ended),
        }
        began = min(each.began for each in ended)
        self._tracer.start_span(f"list {event.type}", self._context, attributes=told, start_time=began).end(self._clock())

    def end(self, outcome: Outcome) -> None:
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

        if self._span is None:
            return
        for each in outcome.accounts:
            told = {"cloud.account.id": each["id"], "demarc.snapshot": each["snapshot"], "demarc.status": each["status"]}
            self._tracer.start_span("account", self._context, attributes=told, start_time=self._span.start_time).end(
                self._clock()
            )
        totals = {"demarc.state": outcome.state, "demarc.resources": outcome.resources, "demarc.calls": outcome.calls}
        self._span.set_attributes({**totals, **{f"demarc.gaps.{reason}": count for reason, count in outcome.gaps.items()}})
        if outcome.state != DONE:
            self._span.set_status(Status(StatusCode.ERROR, outcome.note))
        self._span.end(self._clock())
        self._provider.force_flush(FLUSH)
