"""Events that are findings at once: each is a resource of its own, which no scan lists, with one finding on it.

It is written between two looks, into what the last one left, and told to the channels in the same transaction. It stays
open until somebody accepts it, or until :func:`age` ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from scanner.evaluation.life import Cause
from scanner.inventory import outbox, serial
from scanner.inventory.judging import Judging
from scanner.inventory.moments import WHOLE
from scanner.inventory.outbox import Interest
from scanner.inventory.slots import enter
from scanner.inventory.store import Store
from scanner.inventory.tables import account, finding, listing, resource, snapshot, version
from scanner.model import Account, Finding, Resource

KIND = "event"  # the second part of the types and checks of events: aws.event, aws.event.trail_stopped


def known(connection: Connection, provider: str, account_id: str) -> bool:
    """Tell whether an account was looked at, so that something can be said of it."""
    return _place(connection, provider, account_id) is not None


def _place(connection: Connection, provider: str, account_id: str) -> Any:
    """Return the number and name of an account, and the number of its last look."""
    columns = (account.c.pk, account.c.name, func.max(snapshot.c.pk).label("look"))
    here = and_(account.c.provider == provider, account.c.account_id == account_id, snapshot.c.status.in_(WHOLE))
    query = select(*columns).join(snapshot, snapshot.c.account_pk == account.c.pk).where(here).group_by(*columns[:2])
    return connection.execute(query).first()


@dataclass(frozen=True, slots=True)
class Incident:
    """An event, as the resource that it is, the service under which that is filed, and what is said of it."""

    event: Resource
    service: str
    said: Finding

    @property
    def provider(self) -> str:
        return self.event.type.partition(".")[0]


def write(connection: Connection, given: Incident, interests: Iterable[Interest], at: datetime) -> bool:
    """Write an event of an account that was looked at, with its finding and the messages on it; tell whether it was new.

    The connection is one of ``Store.changing``.
    """
    place = _place(connection, given.provider, given.event.account)
    pk = _enter(connection, place, given, at) if place else None
    if pk is None:
        return False
    said = replace(given.said, resource_id=serial.clean(given.said.resource_id))
    known_as = Account(given.provider, given.event.account)
    Judging(connection, known_as, place.pk, place.look, at).judged([pk], (), [(pk, said)])
    name = str(connection.scalar(select(finding.c.finding_id).where(finding.c.resource_pk == pk)))
    for each in interests:
        if _wants(each, place, given):
            outbox.put(connection, each.channel, f"event:{name}", _body(place, given, name, at), at)
    return True


def _enter(connection: Connection, place: Any, given: Incident, at: datetime) -> int | None:
    """Insert the resource that an event is, and its one version; ``None`` where it is there already."""
    event = given.event
    key, facts = serial.key(event).hex(), {name: serial.loads(serial.dumps(event[name])) for name in event.facts}
    row = {
        **_named(event),
        "account_pk": place.pk,
        "key": key,
        "listed_in": event.listed_in,
        "service": given.service,
        "content_hash": key,
        "first_seen_at": at,
        "last_changed_at": at,
    }
    pk = enter(connection, resource, row)
    if pk is not None:
        look = dict.fromkeys(("valid_from", "snapshot_pk", "whole_pk"), place.look)
        where = {"account_pk": place.pk, "resource_type": event.type, "region": event.listed_in}
        enter(connection, listing, {**where, **look, "complete": True})  # there is one from the first event on
        then = {"resource_pk": pk, "valid_from": place.look, "name": row["name"], "region": row["region"], "facts": facts}
        connection.execute(insert(version).values(then))
    return pk


def _named(event: Resource) -> dict[str, Any]:
    texts = {"resource_id": event.id, "name": event.name, "region": event.region}
    return {"resource_type": event.type, **{name: serial.clean(text) for name, text in texts.items()}}


def _wants(interest: Interest, place: Any, given: Incident) -> bool:
    severe = given.said.severity.rank >= interest.least.rank
    return "opened" in interest.events and severe and interest.wants(given.event.account, place.name)


def _body(place: Any, given: Incident, name: str, at: datetime) -> Mapping[str, Any]:
    """Return the news of one finding, as those of a snapshot are told."""
    said = given.said
    told = {
        **_named(given.event),
        "event": "opened",
        "finding_id": name,
        "check_id": said.check,
        "severity": said.severity.value,
        "area": said.area,
        "owner": said.owner,
        "reason": serial.clean(said.reason),
    }
    return {
        "kind": "snapshot",
        "provider": given.provider,
        "account_id": given.event.account,
        "account": place.name,
        "snapshot_id": place.look,
        "at": at.isoformat(),
        "counts": {said.severity.value: 1},
        "findings": [told],
        "coverage": None,
    }


def age(store: Store, horizon: datetime, now: datetime) -> int:
    """End the events that happened before *horizon*, and return how many these are."""
    with store.reading() as connection:
        if not connection.execute(_old(horizon).limit(1)).first():
            return 0
    with store.changing() as connection:
        rows = connection.execute(_old(horizon)).all()
        for row in rows:
            place = _place(connection, row.provider, row.account_id)
            Judging(connection, Account(row.provider, row.account_id), place.pk, place.look, now).end([row.pk], Cause.GONE)
            connection.execute(update(resource).where(resource.c.pk == row.pk).values(closed_at=now))
            still = and_(version.c.resource_pk == row.pk, version.c.valid_to.is_(None))
            connection.execute(update(version).where(still).values(valid_to=place.look))
    return len(rows)


def _old(horizon: datetime) -> Any:
    of_event = resource.c.resource_type == account.c.provider + f".{KIND}"
    here = and_(of_event, resource.c.closed_at.is_(None), resource.c.first_seen_at < horizon)
    columns = (resource.c.pk, account.c.provider, account.c.account_id)
    return select(*columns).join(account, account.c.pk == resource.c.account_pk).where(here).order_by(resource.c.pk)
