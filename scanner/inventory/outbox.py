"""Messages to channels: written in one transaction with the note how far they were written, kept until they are delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update

from scanner.inventory import serial
from scanner.inventory.alerts import Turned
from scanner.inventory.moments import WHOLE
from scanner.inventory.slots import WAITING, enter, quick
from scanner.inventory.store import Store
from scanner.inventory.tables import account, channel, event, finding, gap, outbox, resource, score, snapshot
from scanner.model import Severity

TURNS = ("opened", "reopened")
MOST = 20  # findings, or gaps, that one message names; it counts the others
OLD = timedelta(days=7)  # looks older than that are no news to a channel
DELIVERED, REFUSED, EXPIRED = "delivered", "refused", "expired"
ANSWER = 200  # characters
FINDING = (
    event.c.event,
    finding.c.finding_id,
    finding.c.check_id,
    finding.c.severity,
    finding.c.area,
    finding.c.owner,
    finding.c.reason,
    resource.c.resource_type,
    resource.c.resource_id,
    resource.c.name,
    resource.c.region,
)


@dataclass(frozen=True, slots=True)
class Interest:
    """What one channel wants to hear of. ``accounts`` are ids or names, ``*`` stands for anything; none means all."""

    channel: str
    least: Severity = Severity.HIGH
    events: frozenset[str] = frozenset()
    accounts: tuple[str, ...] = ()
    drop: float = 0.01

    def wants(self, *names: str) -> bool:
        return not self.accounts or any(fnmatchcase(name, each) for each in self.accounts for name in names if name)


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose turn it is, under the attempt that it was taken for."""

    pk: int
    channel: str
    key: str
    attempt: int
    made_at: datetime
    body: Mapping[str, Any]


def behind(store: Store, interests: Sequence[Interest]) -> bool:
    """Tell whether there are channels that are new, or that don't know of the last snapshot."""
    with store.reading() as connection:
        last = int(connection.scalar(select(func.max(snapshot.c.pk))) or 0)
        told = {row.name: row.told for row in connection.execute(select(channel.c.name, channel.c.told))}
    return any(told.get(each.channel, -1) < last for each in interests)


def tell(connection: Connection, interests: Sequence[Interest], now: datetime) -> int:
    """Write, for each channel, one message on each snapshot since the last one that it was told of, where there are news.

    A channel that is new is told of what comes from now on. Returns how many messages were written.
    """
    last = int(connection.scalar(select(func.max(snapshot.c.pk))) or 0)
    return sum(_tell(connection, each, last, now) for each in interests)


def _tell(connection: Connection, interest: Interest, last: int, now: datetime) -> int:
    told = connection.scalar(select(channel.c.told).where(channel.c.name == interest.channel))
    if told is None:
        enter(connection, channel, {"name": interest.channel, "told": last, "added_at": now})
        return 0
    if told >= last:
        return 0
    written = 0
    for look in _looks(connection, int(told), now - OLD):
        if interest.wants(look.account_id, look.name) and (body := _news(connection, interest, look)):
            written += put(connection, interest.channel, f"snapshot:{look.pk}", body, now)
    mine = and_(channel.c.name == interest.channel, channel.c.told < last)
    connection.execute(update(channel).where(mine).values(told=last))
    return written


def _looks(connection: Connection, after: int, since: datetime) -> Sequence[Any]:
    columns = (snapshot.c.pk, snapshot.c.started_at, account.c.pk.label("owner"), account.c.provider, account.c.account_id)
    here = and_(snapshot.c.pk > after, snapshot.c.status.in_(WHOLE), snapshot.c.started_at >= since)
    query = select(*columns, account.c.name).join(account, account.c.pk == snapshot.c.account_pk).where(here)
    return connection.execute(query.order_by(snapshot.c.pk)).all()


def _news(connection: Connection, interest: Interest, look: Any) -> dict[str, Any]:
    """Return what a look brought that the channel wants to hear of; empty where there is nothing."""
    counts = _counts(connection, interest, look.pk)
    lost = _lost(connection, look, interest.drop) if "coverage" in interest.events else None
    if not counts and not lost:
        return {}
    return {
        "kind": "snapshot",
        "provider": look.provider,
        "account_id": look.account_id,
        "account": look.name,
        "snapshot_id": look.pk,
        "at": look.started_at.isoformat(),
        "counts": counts,
        "findings": _findings(connection, interest, look.pk) if counts else [],
        "coverage": lost,
    }


def _turned(interest: Interest, look: int) -> Any:
    heard = [each for each in TURNS if each in interest.events]
    severe = [each.value for each in Severity if each.rank >= interest.least.rank]
    return and_(
        event.c.snapshot_pk == look,
        event.c.event.in_(heard),
        finding.c.severity.in_(severe),
        finding.c.acceptance_pk.is_(None),
    )


def _counts(connection: Connection, interest: Interest, look: int) -> dict[str, int]:
    query = (
        select(finding.c.severity, func.count())
        .select_from(event)
        .join(finding, finding.c.pk == event.c.finding_pk)
        .where(_turned(interest, look))
        .group_by(finding.c.severity)
    )
    found: dict[str, int] = {str(severity): int(count) for severity, count in connection.execute(query)}
    return {each.value: found[each.value] for each in reversed(Severity) if each.value in found}


def _findings(connection: Connection, interest: Interest, look: int) -> list[dict[str, Any]]:
    """Return the worst findings that turned."""
    query = (
        select(*FINDING)
        .select_from(event)
        .join(finding, finding.c.pk == event.c.finding_pk)
        .join(resource, resource.c.pk == finding.c.resource_pk)
        .where(_turned(interest, look))
    )
    found: list[dict[str, Any]] = []
    for severity in reversed(Severity):
        ordered = query.where(finding.c.severity == severity.value).order_by(event.c.pk).limit(MOST - len(found))
        found += [dict(row) for row in connection.execute(ordered).mappings()]
        if len(found) == MOST:
            break
    return found


def _lost(connection: Connection, look: Any, drop: float) -> dict[str, Any] | None:
    """Return what a look could not see that the one before it saw; ``None`` where coverage fell by less than *drop*."""
    before = connection.scalar(
        select(func.max(snapshot.c.pk)).where(
            snapshot.c.account_pk == look.owner, snapshot.c.pk < look.pk, snapshot.c.status.in_(WHOLE)
        )
    )
    was, now = (_coverage(connection, pk) for pk in (before, look.pk))
    if was is None or now is None or was - now < drop:
        return None
    columns = (gap.c.service, gap.c.region, gap.c.operation, gap.c.reason, gap.c.permission)
    query = select(*columns, func.count().label("times")).where(gap.c.since == look.pk).group_by(*columns)
    rows = connection.execute(query.order_by(func.count().desc(), *columns).limit(MOST)).mappings()
    return {"before": was, "after": now, "gaps": [dict(row) for row in rows]}


def _coverage(connection: Connection, pk: int | None) -> float | None:
    query = select(func.sum(score.c.known), func.sum(score.c.expected)).where(score.c.snapshot_pk == pk)
    known, expected = connection.execute(query).one()
    return known / expected if expected else None


def warn(connection: Connection, interests: Iterable[Interest], turned: Sequence[Turned], now: datetime) -> int:
    """Write a message on each alert that turned, for each channel that wants to hear of it."""
    return sum(
        put(connection, interest.channel, f"alert:{each.pk}:{'over' if each.over else 'open'}", _alert(each), now)
        for interest in interests
        for each in turned
        if _heard(interest, each)
    )


def _heard(interest: Interest, each: Turned) -> bool:
    wanted = each.wrong.kind in interest.events and (not each.over or "resolved" in interest.events)
    return wanted and interest.wants(each.wrong.account_id, each.wrong.target, each.wrong.provider)


def _alert(each: Turned) -> dict[str, Any]:
    return {
        "kind": "alert",
        "alert": each.wrong.kind,
        "over": each.over,
        "provider": each.wrong.provider,
        "account_id": each.wrong.account_id,
        "account": each.wrong.target,
        "since": each.wrong.since.isoformat() if each.wrong.since else None,
        "at": each.at.isoformat(),
        "note": each.wrong.note,
    }


def put(connection: Connection, channel_name: str, key: str, body: Mapping[str, Any], now: datetime) -> int:
    """Write a message unless the channel has one on the same; return how many were written."""
    row = {"channel": channel_name, "key": key, "body": body, "state": WAITING, "made_at": now, "next_at": now}
    return int(enter(connection, outbox, row) is not None)


def oldest(store: Store, names: Iterable[str], now: datetime) -> list[Message]:
    """Return the oldest message of each channel, where it may be sent now: the later ones wait for it."""
    with store.reading() as connection:
        first = (select(func.min(outbox.c.pk)).where(outbox.c.state == WAITING, outbox.c.channel.in_(list(names)))).group_by(
            outbox.c.channel
        )
        query = select(outbox).where(outbox.c.pk.in_(first), outbox.c.next_at <= now).order_by(outbox.c.pk)
        return [_message(row) for row in connection.execute(query)]


def _message(row: Any) -> Message:
    return Message(row.pk, row.channel, row.key, row.attempts, row.made_at, row.body)


def take(store: Store, message: Message, until: datetime) -> Message | None:
    """Take a message to send it; nobody else may before *until*. ``None`` when another was quicker."""
    same = and_(outbox.c.pk == message.pk, outbox.c.attempts == message.attempt, outbox.c.state == WAITING)
    with quick(store) as connection:
        done = update(outbox).where(same).values(attempts=outbox.c.attempts + 1, next_at=until)
        if connection.execute(done).rowcount != 1:
            return None
    return Message(message.pk, message.channel, message.key, message.attempt + 1, message.made_at, message.body)


def ended(store: Store, message: Message, state: str, answer: str, now: datetime) -> None:
    """Note that a message was delivered, or is given up."""
    _note(store, message, state=state, answer=answer, ended_at=now)


def postponed(store: Store, message: Message, answer: str, until: datetime) -> None:
    """Note that a message could not be delivered, and when it may be tried again."""
    _note(store, message, answer=answer, next_at=until)


def _note(store: Store, message: Message, *, answer: str, **values: Any) -> None:
    """Write down what came of an attempt, unless the message was delivered or another attempt is under way."""
    same = and_(outbox.c.pk == message.pk, outbox.c.state == WAITING)
    if "ended_at" not in values or values["state"] != DELIVERED:
        same = and_(same, outbox.c.attempts == message.attempt)
    with quick(store) as connection:
        connection.execute(update(outbox).where(same).values(answer=serial.clean(answer)[:ANSWER], **values))


def queued(store: Store) -> Iterator[tuple[str, str, int]]:
    """Yield how many messages each channel has in each state."""
    with store.reading() as connection:
        query = select(outbox.c.channel, outbox.c.state, func.count()).group_by(outbox.c.channel, outbox.c.state)
        for name, state, count in connection.execute(query.order_by(outbox.c.channel, outbox.c.state)):
            yield str(name), str(state), int(count)


def forget(connection: Connection, horizon: datetime) -> int:
    """Drop messages that ended before *horizon*."""
    old = and_(outbox.c.state != WAITING, outbox.c.ended_at < horizon)
    return connection.execute(delete(outbox).where(old)).rowcount
