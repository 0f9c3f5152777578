"""Sends what waits in the outbox, the oldest first, again and again until it is delivered or too old."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from scanner.inventory import outbox
from scanner.inventory.outbox import Message
from scanner.inventory.store import Store
from scanner.notify.channels import Channel
from scanner.notify.posting import Answer

FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)  # between two attempts
SENDING = timedelta(minutes=2)  # for which a message is its sender's
TOO_OLD = timedelta(days=7)
TRIES = 5  # after which a message that the receiver calls unfit makes room for the next
POSTPONED, LATE = "postponed", "late"


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one attempt: delivered, postponed, refused, expired, or late."""

    channel: str
    key: str
    attempt: int
    outcome: str
    said: str


class Delivery:
    """Sends for one daemon.

    A channel gets its messages in order, one at a time, whichever daemon sends. A message is marked as taken before it is
    sent and as delivered after it: who dies between the two sends it again, and the receiver knows it by its key. Where only
    the inventory is gone between the two, the delivery is remembered, and noted when it is back.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], steady: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._steady = steady
        self._unsaid: dict[int, str] = {}

    def send(self, channels: Mapping[str, Channel]) -> Iterator[Sent]:
        """Send every message that may be sent now, and yield what came of each."""
        while messages := outbox.oldest(self._store, channels, self._clock()):
            moved = False
            for each in messages:
                begun = self._steady()
                taken = outbox.take(self._store, each, self._clock() + SENDING)
                if taken is not None:
                    moved = True
                    late = self._steady() - begun > SENDING.total_seconds() / 2
                    yield _late(taken) if late else self._send(channels[each.channel], taken)
            if not moved:
                return

    def _send(self, channel: Channel, message: Message) -> Sent:
        if message.pk in self._unsaid:
            return self._delivered(message)
        answer = channel.send(message.key, message.body, self._clock())
        if answer.delivered:
            self._unsaid[message.pk] = answer.said
            return self._delivered(message)
        if answer.unfit and message.attempt >= TRIES:
            return self._ended(message, outbox.REFUSED, answer.said)
        if self._clock() - message.made_at > TOO_OLD:
            return self._ended(message, outbox.EXPIRED, answer.said)
        outbox.postponed(self._store, message, answer.said, self._clock() + pause(message.attempt, answer))
        return Sent(message.channel, message.key, message.attempt, POSTPONED, answer.said)

    def _delivered(self, message: Message) -> Sent:
        sent = self._ended(message, outbox.DELIVERED, self._unsaid[message.pk])
        del self._unsaid[message.pk]
        return sent

    def _ended(self, message: Message, state: str, said: str) -> Sent:
        outbox.ended(self._store, message, state, said, self._clock())
        return Sent(message.channel, message.key, message.attempt, state, said)


def _late(message: Message) -> Sent:
    """Leave a message to others that took too long to be taken: its sender was stopped meanwhile."""
    return Sent(message.channel, message.key, message.attempt, LATE, "taken too slowly to be sent")


def pause(attempt: int, answer: Answer) -> timedelta:
    """Return how long to wait after an attempt: twice as long each time, or as long as the receiver asks, up to an hour."""
    doubled = FIRST * (1 << min(attempt - 1, 16))
    asked = timedelta(seconds=min(answer.wait, LONGEST.total_seconds()))
    return min(max(doubled, asked), LONGEST)
