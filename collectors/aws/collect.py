"""Reads one AWS account by its specs: concurrent, bounded, and never raising for what AWS answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from queue import Full, Queue
from threading import Event as Left

from collectors.aws.beyond import Beyond, covered
from collectors.aws.facts import GLOBAL
from collectors.aws.merged import Merged
from collectors.aws.session import Connection
from collectors.aws.spec import Spec
from collectors.aws.unit import Put, Unit, UnitReader
from collectors.redact import Redactor
from scanner.model import Account, Event, Gap
from scanner.provider import Probe

LISTERS = 16  # units read at once
READERS = 64  # resources read at once, all units together
AHEAD = 1024  # events that wait to be stored before reading pauses
PATIENCE = 0.5  # seconds after which a thread that waits to hand over looks whether anybody still takes


class NobodyTakesError(Exception):
    """Whoever took the events has left; there is no use in reading on."""


class Events:
    """What the units' threads hand to the one that stores. A thread that finds it full waits."""

    def __init__(self) -> None:
        self._waiting: Queue[Event | None] = Queue(AHEAD)
        self.left = Left()

    def put(self, event: Event | None) -> None:
        """Hand over *event*; ``None`` says that a unit ended. Raises :class:`NobodyTakesError`."""
        while not self.left.is_set():
            with suppress(Full):
                self._waiting.put(event, timeout=PATIENCE)
                return
        raise NobodyTakesError

    def until_ended(self, units: int) -> Iterator[Event]:
        while units:
            event = self._waiting.get()
            if event is None:
                units -= 1
            else:
                yield event


class AwsCollector:
    """One AWS account, ready to be read. ``noticed`` are gaps that were met on the way in.

    ``listers`` and ``readers`` are how many threads list, and read single resources. ``beyond`` asks as well for what no
    spec covers.
    """

    def __init__(
        self,
        connection: Connection,
        regions: Sequence[str],
        specs: Sequence[Spec],
        redactor: Redactor,
        noticed: Sequence[Gap] = (),
        *,
        listers: int = LISTERS,
        readers: int = READERS,
        beyond: bool = False,
    ) -> None:
        self.account: Account = connection.account
        self.accounts = (connection.account,)
        self.connection = connection
        self.regions = tuple(regions)
        self.redactor = redactor
        self._specs = tuple(specs)
        self._noticed = tuple(noticed)
        self._listers = listers
        self._readers = readers
        self.beyond = beyond
        self._merged = Merged(specs)

    @property
    def as_of(self) -> None:
        """Tell that AWS is seen as it is read."""

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

    def collect(self) -> Generator[Event, None, None]:
        """Yield resources and gaps as they are read. A type's ``Listed`` comes after all of its resources.

        Only once: whoever stops early, or :meth:`close`, stops the calls for good.
        """
        yield from self._noticed
        events = Events()
        units = list(self.units())
        with ThreadPoolExecutor(self._readers, "read") as readers, ThreadPoolExecutor(self._listers, "list") as listers:
            running = [listers.submit(self._run, self._reader(unit, events.put).run, events, readers) for unit in units]
            if self.beyond:
                running.append(listers.submit(self._run, self._catalogues(events.put).run, events, readers))
            try:
                yield from events.until_ended(len(running))
            finally:
                self.close()
                events.left.set()
                listers.shutdown(wait=False, cancel_futures=True)
        for unit in running:
            unit.result()  # what went wrong outside of any one type is a fault of ours, and loud

    def _run(self, read: Callable[[Executor], None], events: Events, readers: Executor) -> None:
        try:
            read(readers)
        finally:
            with suppress(NobodyTakesError):
                events.put(None)

    def doctor(self) -> Iterator[Probe]:
        """Try each listing once, and each further call on one resource, in the first region only."""
        for unit in self.units():
            if unit.region in (GLOBAL, *self.regions[:1]):
                yield from self._reader(unit, lambda _: None).probe()
        if self.beyond:
            yield from self._catalogues(lambda _: None).probe()

    def _catalogues(self, put: Put) -> Beyond:
        return Beyond(self.connection, self.regions, self.redactor, covered(self._specs), put)

    def _reader(self, unit: Unit, put: Put) -> UnitReader:
        return UnitReader(self.connection, self.redactor, unit, put, self._merged)


def generations(specs: Sequence[Spec]) -> tuple[Spec, ...]:
    """Return *specs* with what they hang on before them. Raises ValueError where that is missing, or hangs on itself."""
    ordered: list[Spec] = []
    waiting = list(specs)
    while waiting:
        placed = {"", *(spec.type for spec in ordered)}
        ready = [spec for spec in waiting if {spec.parent, spec.needs} <= placed]
        if not ready:
            raise ValueError(f"parents of another unit, or in a circle: {', '.join(spec.type for spec in waiting)}")
        ordered += ready
        waiting = [spec for spec in waiting if spec not in ready]
    return tuple(ordered)
