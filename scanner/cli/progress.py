"""What a scan says while it runs: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Self

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from scanner.model import Event, Gap, Listed, Resource, Sketches
from scanner.provider import Collector
from scanner.reports.safe import terminal

EVERY = 5.0  # seconds between plain lines


class Progress:
    """Counts what comes in. ``watch`` is called for each event of the scan."""

    def __init__(self, name: str, *, quiet: bool, verbose: bool) -> None:
        self._console = Console(stderr=True, markup=False, highlight=False, quiet=quiet)
        self._live = sys.stderr.isatty() and not quiet
        self._verbose = verbose
        self._name = name
        self._resources = self._gaps = 0
        self._said = monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._bar = Bar(*columns, console=self._console, transient=True, disable=not self._live)
        self._task = self._bar.add_task(name)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def watch(self, event: Event, collector: Collector) -> None:
        if isinstance(event, Resource):
            self._resources += 1
        elif isinstance(event, Sketches):
            self._resources += len(event)
        elif isinstance(event, Gap):
            self._gaps += 1
            if self._verbose:
                self._console.print(terminal(f"gap: {event.type} in {event.region}: {event.operation} {event.code}"))
        elif isinstance(event, Listed):
            self._say(event, collector)

    def _say(self, event: Listed, collector: Collector) -> None:
        line = f"{self._name}: {event.type} {event.region} · {self._resources} resources"
        line += f" · {sum(collector.calls.values())} calls · {self._gaps} gaps"
        if self._live:
            self._bar.update(self._task, description=terminal(line))
        elif monotonic() - self._said > EVERY:
            self._said = monotonic()
            self._console.print(terminal(line), soft_wrap=True)
