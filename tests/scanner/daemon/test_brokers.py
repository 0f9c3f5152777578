"""Brokers that are no RabbitMQ: what they say in words of their own. kombu's in memory speaks as its Redis and SQS do."""

from __future__ import annotations

import pytest

from scanner.daemon.broker import TAKEN, URGENT, USUAL, Celeried, application
from scanner.inventory.queued import Message

MEMORY = "memory://"


def test_a_queue_that_nobody_made_yet_holds_nothing() -> None:
    assert Celeried(application(MEMORY)).depth() == 0


@pytest.mark.parametrize(("urgent", "name"), [(True, URGENT), (False, USUAL)])
def test_a_message_waits_in_the_queue_of_its_haste(urgent: bool, name: str) -> None:
    app = application(MEMORY)
    broker = Celeried(app)
    broker.send(Message(1, 1, urgent))
    assert broker.depth() == 1
    with app.connection_for_write() as connection:
        waiting = connection.SimpleQueue(name)
        assert waiting.get(block=False).payload[0] == [1, 1]
        waiting.clear()
        waiting.close()


def test_what_a_worker_took_stays_its_own_for_longer_than_any_scan() -> None:
    assert application(MEMORY).conf.broker_transport_options == {"visibility_timeout": TAKEN}
    assert TAKEN < 12 * 3600, "SQS allows no more"
