"""Near real time: what is changed in a cloud is looked at within seconds, as its own announcements say.

Each queue is read by a thread. What is written down is then the same as with schedules: runs, which any daemon or worker takes
up. A queue that can't be read is an alert, and the schedules go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import cast

import structlog
from pydantic import ValidationError, field_validator

from scanner import provider as providers
from scanner.config import Config, ConfigError, Length, Name, Table, Target, complaint, read
from scanner.daemon.change import Announcer, Change, Message, Source
from scanner.daemon.events import incident
from scanner.daemon.metrics import Metrics
from scanner.errors import UserError
from scanner.inventory import announced, incidents, outbox, schema
from scanner.inventory.announced import Queue, Stale
from scanner.inventory.errors import InventoryError
from scanner.inventory.outbox import Interest
from scanner.inventory.slots import quick
from scanner.inventory.store import Store

TRIES = 5  # after which a message that can't be used is taken out of a queue: one that sets such aside does so before
PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds between attempts to read a queue that can't be read
LAST = 2.0  # seconds for a thread to end

log = structlog.get_logger()


class Queued(Table):
    """A queue: its provider's address of it, and the account of demarc.toml with whose credentials it is read."""

    name: Name
    provider: str
    url: str
    account: str = ""


class Listening(Table):
    """What ``--changes`` names. ``window``: changes that come within it are one scan. ``aged``: when an event is over."""

    window: Length = timedelta(seconds=10)
    aged: Length = timedelta(days=30)
    queues: tuple[Queued, ...]

    @field_validator("queues")
    @classmethod
    def named_apart(cls, value: tuple[Queued, ...]) -> tuple[Queued, ...]:
        """Demand queues, and names that differ: the inventory knows them by these."""
        names = [each.name for each in value]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two are called {twice!r}")
        if not names:
            raise ValueError("there is no [[queues]]")
        return value


@dataclass(frozen=True, slots=True)
class Ear:
    """A queue, and all that is needed to read it."""

    queue: Queue
    url: str
    announcer: Announcer
    target: Target

    def open(self) -> Source:
        return self.announcer.listen(self.target.options, self.url)


def load(file: Path) -> Listening:
    """Read what to listen to. Raises :class:`ConfigError`."""
    try:
        return Listening.model_validate(read(file))
    except ValidationError as error:
        raise ConfigError(f"{file}: {complaint(error)}") from error


def ears(listening: Listening, config: Config) -> tuple[Ear, ...]:
    """Return the queues with the accounts that read them. Raises :class:`UserError` for what can't be used."""
    return tuple(_ear(each, config) for each in listening.queues)


def _ear(given: Queued, config: Config) -> Ear:
    if given.provider not in providers.names():
        raise ConfigError(f"queues: {given.name}: provider is one of {', '.join(providers.names())}")
    found = config.targets(given.provider, {}, account=given.account)
    if len(found) != 1:
        raise ConfigError(f"queues: {given.name}: account says which of the {given.provider} [[accounts]] reads it")
    return Ear(Queue(given.name, given.provider, found[0].name), given.url, announcer(given.provider), found[0])


def announcer(name: str) -> Announcer:
    """Return how a provider announces changes. Raises :class:`ConfigError` where it does not."""
    package = type(providers.load(name)).__module__.rpartition(".")[0]
    try:
        return cast("Announcer", import_module(f"{package}.changes"))
    except ModuleNotFoundError as error:
        raise ConfigError(f"{name} announces no changes that could be listened to") from error


class Listener:
    """Reads one queue in a thread until it is told to stop."""

    def __init__(self, ear: Ear, keeper: Keeper) -> None:
        self._ear = ear
        self._keeper = keeper
        self._stopped = Event()
        self._source: Source | None = None
        self._failures = 0
        self._thread = Thread(target=self.run, name=f"queue-{ear.queue.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop. What was received and not written down comes again."""
        self._stopped.set()
        if self._source:
            with suppress(UserError, OSError):
                self._source.close()

    def join(self) -> None:
        self._thread.join(LAST)

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._turn()
            except UserError as error:
                self._failed(error)

    def _turn(self) -> None:
        if not self._keeper.ready():
            self._stopped.wait(PAUSES[0])
            return
        if self._source is None:
            self._source = self._ear.open()
        messages = self._source.receive()
        if self._stopped.is_set():
            return  # what was received comes again
        if self._failures:
            log.info("the queue can be read again", queue=self._ear.queue.name)
        self._failures = 0
        self._keeper.heard(self._ear.queue)
        if messages and (receipts := self._kept(messages)):
            self._source.done(receipts)

    def _kept(self, messages: Sequence[Message]) -> list[str]:
        if not self._keeper.ready():  # since they were asked for
            return []
        try:
            return self._keeper.keep(self._ear.queue, messages)
        except InventoryError as error:
            log.warning("changes can't be written down: they come again", queue=self._ear.queue.name, error=str(error))
            self._stopped.wait(PAUSES[0])
            return []

    def _failed(self, error: UserError) -> None:
        if self._stopped.is_set():
            return
        if not self._failures:
            log.warning("the queue can't be read", queue=self._ear.queue.name, error=str(error))
        if self._source is not None:
            with suppress(UserError, OSError):
                self._source.close()
        self._source = None  # new credentials, and a new connection
        self._keeper.deaf(self._ear.queue, str(error))
        self._stopped.wait(PAUSES[min(self._failures, len(PAUSES) - 1)])
        self._failures += 1


class Keeper:
    """Writes down what queues tell, so that it may be taken out of them."""

    def __init__(
        self,
        store: Store,
        listening: Listening,
        *,
        interests: Sequence[Interest],
        metrics: Metrics,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._listening = listening
        self._interests = interests
        self._metrics = metrics
        self._clock = clock
        self._wake = wake
        self._said: dict[str, datetime] = {}
        self._accounts: dict[str, str] = {}

    def ready(self) -> bool:
        """Tell whether messages could be written down: the inventory answers, and no newer version has changed it.

        Else they are left to others: a queue counts how often it hands one out, and sets it aside in the end.
        """
        try:
            with self._store.reading() as connection:
                return schema.revision(connection) in schema.revisions()
        except InventoryError:
            return False

    def keep(self, queue: Queue, messages: Sequence[Message]) -> list[str]:
        """Return the receipts of what is done with. Raises InventoryError; then nothing is, and it comes again."""
        odd = {each.receipt for each in messages if each.problem}
        all_told = [(each, change) for each in messages if each.receipt not in odd for change in self._placed(queue, each)]
        told = [(each, change) for each, change in all_told if change.account]
        early = {each.receipt for each, change in all_told if not change.account}
        early |= self._attacks(queue, [(each, change) for each, change in told if change.attack])
        self._stale(queue, [change for _, change in told])
        tried = {each.receipt for each in messages if not 0 < each.attempt < TRIES}
        kept = {each.receipt for each in messages if each.receipt in odd | early and each.receipt not in tried}
        for each in messages:
            if each.problem:
                log.warning("a message can't be read", queue=queue.name, attempt=each.attempt, why=each.problem)
        counts = {
            "unread": len(odd),
            "given_up": len(odd & tried),
            "nothing": sum(not each.changes for each in messages) - len(odd),
        }
        self._count(queue, counts)
        return [each.receipt for each in messages if each.receipt not in kept]

    def _placed(self, queue: Queue, message: Message) -> Iterable[Change]:
        """Yield changes with the accounts that they are in, as far as these are known."""
        for change in message.changes:
            if change.account or not change.stands_for:
                yield change
                continue
            if not (id := self._accounts.get(change.stands_for, "")):
                with self._store.reading() as connection:
                    id = announced.account_of(connection, queue.provider, change.stands_for)
                if id:
                    self._accounts[change.stands_for] = id
            yield replace(change, account=id)

    def _stale(self, queue: Queue, changes: Sequence[Change]) -> None:
        found = list(dict.fromkeys(stale for change in changes for stale in parts(queue.provider, change)))
        if not found:
            return
        with quick(self._store) as connection:
            new = announced.note(connection, found, self._clock(), self._listening.window)
        self._count(queue, {"stale": new, "again": len(found) - new})

    def _attacks(self, queue: Queue, told: Iterable[tuple[Message, Change]]) -> set[str]:
        """Write attacks as findings, with the messages to channels. Return the receipts of those of accounts not known yet."""
        made = [(each.receipt, one) for each, change in told if (one := incident(queue.provider, change)) is not None]
        if not made:
            return set()
        early, count = set(), 0
        with self._store.changing() as connection:
            # What the last look brought is told first: the event is written into that look, and would be told with it again.
            outbox.tell(connection, self._interests, self._clock())
            for receipt, one in made:
                if not incidents.known(connection, one.provider, one.event.account):
                    early.add(receipt)
                elif incidents.write(connection, one, self._interests, self._clock()):
                    count += 1
                    log.warning("attack", account=one.event.account, check=one.said.check, note=one.said.reason)
        self._count(queue, {"attack": count})
        if count:
            self._wake()
        return early

    def _count(self, queue: Queue, counts: Mapping[str, int]) -> None:
        for outcome, count in counts.items():
            if count:
                self._metrics.changes.labels(queue.name, outcome).inc(count)

    def heard(self, queue: Queue) -> None:
        """Note, once a minute, that a queue can be read."""
        self._metrics.hears.labels(queue.name).set(1)
        now, before = self._clock(), self._said.get(queue.name)
        if before is None or abs(now - before) >= timedelta(minutes=1):
            announced.heard(self._store, queue, now)
            self._said[queue.name] = now

    def deaf(self, queue: Queue, why: str) -> None:
        """Note why a queue can't be read, as far as the inventory can be written."""
        self._metrics.hears.labels(queue.name).set(0)
        self._said.pop(queue.name, None)
        with suppress(UserError):
            announced.heard(self._store, queue, self._clock(), why)


def parts(provider: str, change: Change) -> Iterable[Stale]:
    """Yield what a change makes stale: a part for each service that may be concerned."""
    for service in change.services:
        place = (service, change.region, change.type, change.id, change.at)
        yield Stale(provider, change.account, change.event, change.what, *place)


class Listeners:
    """The threads of a daemon that read queues; and what of it that the daemon asks."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._running: list[Listener] = []
        self.listening = Listening.model_construct(queues=())
        self.ears: tuple[Ear, ...] = ()

    def read(self, config: Config) -> None:
        """Read anew what to listen to. Raises :class:`UserError`; then what was in force stays so."""
        if self._file:
            listening = load(self._file)
            self.ears = ears(listening, config)
            self.listening = listening

    def start(self, make: Callable[[Listening], Keeper]) -> None:
        """Listen to what is in force, and to nothing else."""
        self.stop()
        keeper = make(self.listening)
        self._running = [Listener(each, keeper) for each in self.ears]
        for each in self._running:
            each.start()
        if self._running:
            log.info("listens to changes", queues=[each.queue.name for each in self.ears])

    def stop(self) -> None:
        for each in self._running:
            each.stop()
        for each in self._running:
            each.join()
        self._running = []
