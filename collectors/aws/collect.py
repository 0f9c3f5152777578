"""Reads one AWS account by its specs: concurrent, bounded, and never raising for what AWS answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

from collectors.aws.session import Connection
from collectors.aws.spec import Spec
from collectors.aws.unit import GLOBAL, Put, Unit, UnitReader
from collectors.redact import Redactor
from scanner.model import Account, Event, Gap
from scanner.provider import Probe

LISTERS = 16  # units read at once
READERS = 64  # resources read at once, all units together
AHEAD = 1024  # events that wait to be stored before reading pauses


class AwsCollector:
    """One AWS account, ready to be read. ``noticed`` are gaps that were met on the way in."""

    def __init__(
        self,
        connection: Connection,
        regions: Sequence[str],
        specs: Sequence[Spec],
        redactor: Redactor,
        noticed: Sequence[Gap] = (),
    ) -> None:
        self.account: Account = connection.account
        self.connection = connection
        self.regions = tuple(regions)
        self.redactor = redactor
        self._specs = tuple(specs)
        self._noticed = tuple(noticed)

    @property
    def calls(self) -> Mapping[str, int]:
        return self.connection.clients.budget.spent()

    def close(self) -> None:
        self.connection.clients.budget.stopped.set()

    def units(self) -> Iterator[Unit]:
        """Yield what is to be read; global services first, since most hangs on them."""
        groups: dict[tuple[str, str], list[Spec]] = defaultdict(list)
        for spec in self._specs:
            groups[spec.api, spec.scope].append(spec)
        for (api, scope), specs in sorted(groups.items(), key=lambda each: (each[0][1] != GLOBAL, each[0])):
            for region in (GLOBAL,) if scope == GLOBAL else self.regions:
                yield Unit(api, region, generations(specs))

    def collect(self) -> Iterator[Event]:
        """Yield resources and gaps as they are read. A type's ``Listed`` comes after all of its resources."""
        yield from self._noticed
        events: Queue[Event | None] = Queue(AHEAD)
        units = list(self.units())
        running = len(units)
        with ThreadPoolExecutor(READERS, "read") as readers, ThreadPoolExecutor(LISTERS, "list") as listers:
            for unit in units:
                listers.submit(self._run, unit, events, readers)
            try:
                while running:
                    event = events.get()
                    if event is None:
                        running -= 1
                    else:
                        yield event
            finally:
                self.close()
                while running:  # threads that wait for room in the queue must come to their end
                    running -= events.get() is None

    def _run(self, unit: Unit, events: Queue[Event | None], readers: ThreadPoolExecutor) -> None:
        try:
            self._reader(unit, events.put).run(readers)
        finally:
            events.put(None)

    def doctor(self) -> Iterator[Probe]:
        """Try each listing once, and each further call on one resource, in the first region only."""
        for unit in self.units():
            if unit.region in (GLOBAL, *self.regions[:1]):
                yield from self._reader(unit, lambda _: None).probe()

    def _reader(self, unit: Unit, put: Put) -> UnitReader:
        return UnitReader(self.connection, self.redactor, unit, put)


def generations(specs: Sequence[Spec]) -> tuple[Spec, ...]:
    """Return *specs* with parents before their children."""
    ordered: list[Spec] = []
    types = {spec.type for spec in specs}

    def add(spec: Spec) -> None:
        if spec not in ordered:
            ordered.extend([spec])

    waiting = list(specs)
    while waiting:
        ready = [spec for spec in waiting if spec.parent not in types or spec.parent in {each.type for each in ordered}]
        if not ready:
            raise ValueError(f"parents in a circle: {', '.join(spec.type for spec in waiting)}")
        for spec in ready:
            add(spec)
            waiting.remove(spec)
    return tuple(ordered)
