"""Celery as we use it: one kind of task, which is one run, in two queues; RabbitMQ, or what else Celery speaks to, by URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from celery import Celery  # type: ignore[import-untyped]
from celery.exceptions import Reject  # type: ignore[import-untyped]
from celery.worker.consumer import Consumer  # type: ignore[import-untyped]
from kombu.entity import Queue
from kombu.exceptions import KombuError, OperationalError

from scanner.daemon.queueing import BrokerError
from scanner.inventory.queued import Message

TASK = "demarc.scan"
USUAL, URGENT = "demarc", "demarc-now"
SECONDS = 5.0  # for which the broker may take its time to answer
HEARTBEAT = 20  # seconds
TAKEN = 11 * 3600  # seconds after which Redis and SQS give a message to another worker as well; SQS allows up to 12 hours
RABBITMQ = ("amqp", "amqps", "pyamqp")
QUORUM = {"x-queue-type": "quorum"}
NOT_FOUND = "404"  # RabbitMQ says a number, the others a text


class Plain(Consumer):  # type: ignore[misc]  # Celery has no types
    """A worker's consumer without delayed delivery, for which Celery would make 28 queues: no message of ours is delayed."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        default_steps = tuple(step for step in Consumer.Blueprint.default_steps if not step.endswith(":DelayedDelivery"))


def application(url: str) -> Celery:
    """Return Celery, set up for our tasks. Raises :class:`BrokerError` for an address of a kind that nothing here speaks."""
    rabbitmq = urlsplit(url).scheme in RABBITMQ
    app = Celery("demarc", set_as_current=False)
    app.conf.update(
        broker_url=url,
        broker_connection_timeout=SECONDS,
        broker_connection_max_retries=None,
        broker_connection_retry_on_startup=True,
        broker_heartbeat=HEARTBEAT,
        broker_transport_options={"confirm_publish": True} if rabbitmq else {"visibility_timeout": TAKEN},
        task_queues=[_queue(name, QUORUM if rabbitmq else None) for name in (URGENT, USUAL)],
        task_default_queue=USUAL,
        task_create_missing_queues=False,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_consumer=f"{Plain.__module__}:{Plain.__qualname__}",
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
    )
    try:
        app.connection_for_write().transport  # noqa: B018 -- imports what speaks to that kind of broker
    except (ImportError, KeyError, AttributeError) as error:
        named = getattr(error, "name", None) or urlsplit(url).scheme
        raise BrokerError(f"broker: nothing here speaks to it: {named} is missing") from error
    return app


def _queue(name: str, arguments: Mapping[str, str] | None) -> Any:
    made: Any = Queue  # it has no types
    return made(name, routing_key=name, queue_arguments=arguments)


class Celeried:
    """A broker, through Celery: one connection, made anew after each failure."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._connection: Any = None
        self._producer: Any = None
        made = app.connection_for_write()
        self._failures: tuple[type[Exception], ...] = (
            OSError,
            KombuError,
            OperationalError,
            *made.connection_errors,
            *made.channel_errors,
        )

    def send(self, message: Message) -> None:
        """Return when the broker has the message. Raises :class:`BrokerError`."""
        place = URGENT if message.urgent else USUAL
        told = {"queue": place, "routing_key": place, "retry": False, "confirm_timeout": SECONDS}
        try:
            if self._producer is None:
                self._producer = self._app.amqp.Producer(self._connected(), auto_declare=False)
            self._app.send_task(TASK, (message.pk, message.attempt), producer=self._producer, **told)
        except self._failures as error:
            self.close()
            raise BrokerError(f"the broker took no message: {said(error)}") from error

    def depth(self) -> int:
        """Return how many messages no worker has taken yet. Raises :class:`BrokerError`."""
        try:
            return sum(_waiting(self._connected(), name) for name in (URGENT, USUAL))
        except self._failures as error:
            self.close()
            raise BrokerError(f"the broker does not answer: {said(error)}") from error

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = self._app.connection_for_write()
            self._connection.ensure_connection(max_retries=1, timeout=SECONDS)
        return self._connection

    def close(self) -> None:
        """Drop the connection: the next message opens another."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with suppress(*self._failures):
                connection.release()


def _waiting(connection: Any, name: str) -> int:
    """Return how many messages a queue has; none where there is no such queue."""
    with connection.channel() as channel:
        try:
            return int(channel.queue_declare(name, passive=True).message_count)
        except connection.channel_errors as error:
            if str(getattr(error, "reply_code", "")) == NOT_FOUND:
                return 0
            raise


def said(error: Exception) -> str:
    """Return what an error says, in one line and without an address: that may have a password."""
    return " ".join((getattr(error, "strerror", None) or str(error) or type(error).__name__).split())[:200]


def serve(app: Celery, perform: Callable[[int, int], bool], parallel: int) -> Any:
    """Return what takes messages, up to *parallel* at a time; its ``start`` returns when it was told to end.

    *perform* gets a run and an attempt, and tells whether the message is done with; else another worker gets it.
    """

    def scan(pk: int, attempt: int, *_further: object, **_named: object) -> None:
        """Ignore what a newer version says beside the run: the inventory knows all of it."""
        if not perform(pk, attempt):
            raise Reject("the worker ends", requeue=True)

    app.task(scan, name=TASK)
    options = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
    return app.WorkController(app=app, pool_cls="threads", concurrency=parallel, **options)
