"""What a daemon does beside scanning: news and alerts into the outbox, messages out of it, and forgetting what is old."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

from scanner.daemon.metrics import Metrics
from scanner.daemon.plan import Plan, Schedule
from scanner.daemon.times import Rule
from scanner.evaluation import lifecycle
from scanner.inventory import alerts, announced, incidents, outbox, slots
from scanner.inventory.alerts import Known, Past, Turned, Wrong
from scanner.inventory.announced import Queue
from scanner.inventory.errors import InventoryError
from scanner.inventory.pruning import prune as drop
from scanner.inventory.slots import DONE, FAILED, LOST, Claim, Slot
from scanner.inventory.store import Store
from scanner.notify.delivery import POSTPONED, Delivery

PRUNE = "prune"
NIGHTLY = Rule(CronTrigger.from_crontab("30 3 * * *", timezone=UTC))
LATE = timedelta(hours=6)  # after which the night's pruning waits for the next
BOOKS = timedelta(days=90)  # for which runs and messages are kept where nothing else is said
DEAF = timedelta(minutes=10)  # for which a queue can't be read before that is an alert
Clock = Callable[[], datetime]

log = structlog.get_logger()


def send(delivery: Delivery, plan: Plan, metrics: Metrics, ending: Callable[[], bool] = lambda: False) -> None:
    """Send what waits in the outbox, until the daemon is *ending*."""
    for sent in delivery.send(plan.channels):
        metrics.sent.labels(sent.channel, sent.outcome).inc()
        say = log.warning if sent.outcome != outbox.DELIVERED else log.info
        what = "message put off" if sent.outcome == POSTPONED else "message"
        say(what, channel=sent.channel, key=sent.key, attempt=sent.attempt, outcome=sent.outcome, answer=sent.said)
        if ending():
            return


def tell(store: Store, plan: Plan, clock: Clock) -> None:
    """Write the news of new snapshots to the outbox. A channel that is new is told of what comes from now on."""
    if outbox.behind(store, plan.interests):
        with slots.quick(store) as connection:
            outbox.tell(connection, plan.interests, clock())


def watch(store: Store, plan: Plan, clock: Clock, queues: Sequence[Queue] = ()) -> list[Turned]:
    """Open and close alerts, with the messages on them in the same transaction. *queues* are those that are listened to."""
    with slots.quick(store) as connection:
        now = clock()
        past = alerts.pasts(connection, plan.targets)
        ours = {target for schedule in plan.schedules for target in schedule.targets}
        ours |= {(each.provider, each.target) for each in queues}
        silent = announced.deaf(connection, [each.name for each in queues], now - DEAF)
        deaf = (Wrong("deaf", each.provider, each.target, f"queue {each.name}", since, why) for each, since, why in silent)
        turned = alerts.settle(connection, [*wrong(plan.schedules, past, now), *deaf], ours, now)
        outbox.warn(connection, plan.interests, turned, now)
    for each in turned:
        named = {"alert": each.wrong.kind, "account": each.wrong.target or each.wrong.provider, "id": each.wrong.account_id}
        log.warning("alert is over" if each.over else "alert", **named, since=each.wrong.since, note=each.wrong.note)
    return turned


def wrong(schedules: tuple[Schedule, ...], pasts: Mapping[tuple[str, str], Past], now: datetime) -> Iterator[Wrong]:
    """Yield what is wrong with the accounts of *schedules*, as of *now*."""
    for schedule in schedules:
        for target in schedule.targets:
            past = pasts.get(target)
            if past is not None:
                yield from _overdue(schedule, target, past, now)
                if past.state in {FAILED, LOST} and past.final:
                    yield Wrong("failing", *target, "", past.good, past.note)


def _overdue(schedule: Schedule, target: tuple[str, str], past: Past, now: datetime) -> Iterator[Wrong]:
    note = past.note if past.state != DONE else ""
    for known in past.accounts or (Known("", None, None),):
        if now > deadline(schedule, known.looked or past.first):
            yield Wrong("overdue", *target, known.account_id, known.looked, note)
        elif known.looked and now > deadline(schedule, known.complete or past.first):
            yield Wrong("incomplete", *target, known.account_id, known.complete, note)


def deadline(schedule: Schedule, since: datetime) -> datetime:
    """Return when an account that was looked at then is overdue: two slots later, with the time that a scan may take."""
    first = schedule.rule.after(since)
    second = schedule.rule.after(first) if first else None
    return datetime.max.replace(tzinfo=UTC) if second is None else second + schedule.given.jitter + schedule.budget


def prune(store: Store, plan: Plan, who: str, clock: Clock, aside: set[str]) -> None:
    """Drop, once a night and by one daemon, what the retention no longer asks for. *aside* tells that it runs."""
    now = clock()
    at = NIGHTLY.last(now)
    if at is None or now - at > LATE or ("", "") in slots.begun(store, PRUNE, at):
        return
    aside.add(PRUNE)
    try:
        claim = slots.claim(store, Slot(PRUNE, "", "", at), who, now)
        if claim is not None:
            _prune(store, plan, claim, clock)
    finally:
        aside.discard(PRUNE)


def _prune(store: Store, plan: Plan, claim: Claim, clock: Clock) -> None:
    try:
        state, note = DONE, _pruned(store, plan.daemon.retention, clock())
    except InventoryError as error:
        state, note = FAILED, str(error)
    slots.end(store, claim, state, clock(), note=note)
    log.info("pruned", state=state, note=note)
    if old := lifecycle.warning(clock()):
        log.warning("old knowledge", note=old)


def _pruned(store: Store, retention: timedelta | None, now: datetime) -> str:
    books = now - (retention or BOOKS)
    with slots.quick(store) as connection:
        slots.forget(connection, books)
        outbox.forget(connection, books)
        announced.forget(connection, now)
    if retention is None:
        return "the inventory keeps everything"
    with store.changing() as connection:
        gone = drop(connection, now - retention)
    return ", ".join(f"{count} {name}" for name, count in gone.items() if count) or "nothing to drop"


def settle(store: Store, aged: timedelta, metrics: Metrics, clock: Clock) -> None:
    """Leave to the schedules what nobody could look at, and end events that happened long ago."""
    now = clock()
    if left := announced.leave(store, now):
        log.warning("changes are left to the schedule", count=left)
    metrics.stale.set(announced.waiting(store))
    if over := incidents.age(store, now - aged, now):
        log.info("events are over", count=over)
