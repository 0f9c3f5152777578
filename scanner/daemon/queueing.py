"""The daemon's side of the queue: what is due waits in the inventory, and a message to the workers says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from scanner.errors import UserError
from scanner.inventory import queued
from scanner.inventory.queued import Limit, Message, Wanted
from scanner.inventory.store import Store

MOST = 2000  # messages a pulse: the daemon has other things to do as well
PART = 100  # messages after which it is noted that they were sent

log = structlog.get_logger()


class BrokerError(UserError):
    """The broker can't be used, or does not answer. The message is one line for the user."""


class Broker(Protocol):
    """What carries messages to workers."""

    def send(self, message: Message) -> None:
        """Return when the broker has the message. Raises :class:`BrokerError`."""

    def depth(self) -> int:
        """Return how many messages no worker has taken yet. Raises :class:`BrokerError`."""


@dataclass(slots=True)
class Queue:
    """Puts runs into the queue of *who*'s inventory, and sends their messages."""

    store: Store
    who: str
    broker: Broker
    trouble: str = ""
    _short: int = field(default=0, init=False)

    def put(self, wanted: Iterable[Wanted], limits: Sequence[Limit], now: datetime) -> None:
        """Let runs wait for workers: what somebody asked for, what was never scanned, then what takes longest.

        So no long scan is the last that begins.
        """
        ready = list(wanted)
        if not ready:
            return
        took = queued.durations(self.store)
        ready.sort(key=lambda each: (each.asked is None, each.place in took, -took.get(each.place, timedelta())))
        if count := queued.put(self.store, ready, limits, self.who, now):
            log.info("scans wait for workers", count=count)

    def send(self, now: datetime, lease: timedelta) -> None:
        """Send what is not sent yet, and again what got lost. A broker that does not answer puts it off."""
        try:
            self._send(now, lease)
            self._look(now, lease)
        except BrokerError as error:
            if self.trouble != str(error):
                log.warning("the broker does not answer", error=str(error))
            self.trouble = str(error)
            return
        if self.trouble:
            log.info("the broker answers again")
        self.trouble = ""

    def _send(self, now: datetime, lease: timedelta) -> None:
        for part in queued.parts(queued.unsent(self.store, self.who, now, lease, MOST), PART):
            done: list[Message] = []
            try:
                for message in part:
                    self.broker.send(message)
                    done.append(message)
            finally:
                queued.sent(self.store, done, now)

    def _look(self, now: datetime, lease: timedelta) -> None:
        """Find out, twice in a row, whether the broker has fewer messages than runs wait for: it lost some.

        Nobody can tell which, and one that comes twice does no harm: those of all that wait for longer are sent again.
        """
        before = now - lease
        if not queued.missing(self.store, before):
            self._short = 0
            return
        depth = self.broker.depth()  # first: what is begun meanwhile is then missing in neither
        self._short = self._short + 1 if depth < queued.missing(self.store, before) else 0
        if self._short > 1:
            self._short = 0
            count = queued.resend(self.store, self.who, before, now)
            log.warning("the broker lost messages: they are sent again", waiting=count, in_the_broker=depth)
