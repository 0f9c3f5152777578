"""What Prometheus is told: counts of this daemon, and, asked of the inventory at each scrape, how all accounts stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from scanner import __version__
from scanner.daemon.job import Outcome
from scanner.evaluation import lifecycle
from scanner.inventory import standing
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import Board, Slot
from scanner.inventory.standing import Figure
from scanner.inventory.store import Store

FRESH = 30.0  # seconds for which figures of the inventory are told again
SECONDS = (5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800)


class Metrics:
    """The counters of one daemon."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, that nobody asks for
        self.registry = CollectorRegistry(auto_describe=True)
        of: dict[str, Any] = {"registry": self.registry}
        scan = ("provider", "account")
        self.scans = Counter("demarc_scans", "Scans that ended, by how", (*scan, "state"), **of)
        self.seconds = Histogram("demarc_scan_seconds", "How long scans took", ("provider",), buckets=SECONDS, **of)
        self.calls = Counter("demarc_calls", "Calls sent to providers", scan, **of)
        self.gaps = Counter(
            "demarc_scan_gaps", "What scans could not read; throttled: the provider asked to wait", (*scan, "reason"), **of
        )
        self.resources = Counter("demarc_resources_read", "Resources that scans returned", scan, **of)
        self.running = Gauge("demarc_scans_running", "Scans that run now, of all daemons", **of)
        self.waiting = Gauge("demarc_queue_depth", "Scans that are due or asked for and that no daemon has begun", **of)
        self.paused = Gauge("demarc_paused", "Pauses that hold", **of)
        self.missed = Counter("demarc_slots_missed", "Turns that no daemon could begin in time", **of)
        self.lost = Counter("demarc_scans_lost", "Scans of other daemons that fell silent", **of)
        self.sent = Counter(
            "demarc_notifications", "Attempts to deliver a message, by what came of them", ("channel", "outcome"), **of
        )
        self.database = Gauge("demarc_database_up", "Whether the inventory answered at the last pulse", **of)
        self.loaded = Gauge("demarc_configuration_loaded", "Whether the last configuration that was read is in force", **of)
        self.jumps = Counter("demarc_clock_jumps", "Times at which the clock jumped", **of)
        self.changes = Counter("demarc_changes", "What queues told of changes, by what came of it", ("queue", "outcome"), **of)
        self.hears = Gauge("demarc_queue_up", "Whether a queue of changes could be read at the last attempt", ("queue",), **of)
        self.stale = Gauge("demarc_changes_waiting", "Changes that were not looked at so far", **of)
        built = Gauge("demarc_build", "The version", ("version",), **of)
        built.labels(__version__).set(1)
        self.loaded.set(1)
        old = Gauge("demarc_support_lists_old", "Lists of supported versions that are too old to rely on", **of)
        old.set_function(lambda: len(lifecycle.old(datetime.now(UTC))))

    def ended(self, slot: Slot, outcome: Outcome, seconds: float) -> None:
        """Count a scan that ended."""
        account = (slot.provider, slot.target or slot.provider)
        self.scans.labels(*account, outcome.state).inc()
        self.seconds.labels(slot.provider).observe(seconds)
        self.calls.labels(*account).inc(outcome.calls)
        self.resources.labels(*account).inc(outcome.resources)
        for reason, count in outcome.gaps.items():
            self.gaps.labels(*account, reason).inc(count)

    def board(self, board: Board) -> None:
        """Tell what runs and waits."""
        self.running.set(len(board.running))
        self.paused.set(len(board.paused))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class Standing(Collector):
    """How the accounts of an inventory stand; nothing, where it does not answer."""

    def __init__(self, store: Store, clock: Callable[[], datetime], steady: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._steady = steady
        self._held: tuple[float, list[Figure]] | None = None

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # asking the inventory is for scrapes

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = self._figures()
        except InventoryError:
            return
        families: dict[str, GaugeMetricFamily] = {}
        for each in found:
            about, labels = MEANT[each.name]
            family = families.setdefault(each.name, GaugeMetricFamily(f"demarc_{each.name}", about, labels=labels))
            family.add_metric(each.labels, each.value)
        yield from families.values()

    def _figures(self) -> list[Figure]:
        """Return the figures; those of a moment ago to who asks again and again."""
        if self._held is None or self._steady() - self._held[0] > FRESH:
            self._held = self._steady(), list(standing.figures(self._store, self._clock()))
        return self._held[1]


AREA = ("provider", "account_id", "area")
MEANT = {
    "score_ratio": ("Weight that is shown to hold, of all that was due, at the last look", AREA),
    "coverage_ratio": ("Weight that could be judged, of all that was due, at the last look", AREA),
    "findings_open": ("Findings that fail and that nobody accepts", ("provider", "account_id", "severity")),
    "gaps": ("Things that could not be read at the last look", ("provider", "account_id", "reason")),
    "data_age_seconds": ("Time since the last look began", ("provider", "account_id")),
    "complete_age_seconds": ("Time since the last look began that read everything", ("provider", "account_id")),
    "alerts": ("Alerts that are open", ("kind",)),
    "outbox": ("Messages to channels", ("channel", "state")),
    "daemons": ("Daemons that said that they live, by version", ("version",)),
}
