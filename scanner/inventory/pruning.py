"""Dropping what no question about the kept time needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from scanner.inventory.history import PRUNED
from scanner.inventory.moments import WHOLE
from scanner.inventory.tables import account, event, finding, gap, ledger, listing, resource, score, snapshot, version

REFERENCES = (
    version.c.valid_from,
    version.c.valid_to,
    gap.c.since,
    gap.c.valid_from,
    gap.c.valid_to,
    listing.c.valid_from,
    listing.c.valid_to,
    listing.c.snapshot_pk,
    listing.c.whole_pk,
    finding.c.snapshot_pk,
    event.c.snapshot_pk,
)


def prune(connection: Connection, horizon: datetime) -> Mapping[str, int]:
    """Drop what only looks before *horizon* need, and return how many rows went from each table.

    Any look since then, and each account's last whole one, reads as it did before: what was there, what was unread, what
    differed. Findings keep their lives. Of a look that is dropped, its time stays where something since refers to it, under
    the status ``pruned``.
    """
    gone: dict[str, int] = {}
    for owner in connection.scalars(select(account.c.pk)).all():
        oldest = _oldest_kept(connection, owner, horizon)
        for name, count in _prune(connection, owner, oldest).items():
            gone[name] = gone.get(name, 0) + count
    return gone


def _oldest_kept(connection: Connection, owner: int, horizon: datetime) -> int:
    """Return the first look since *horizon*, or the last whole one if that is earlier; 0 to keep everything."""
    since = and_(snapshot.c.account_pk == owner, snapshot.c.started_at >= horizon)
    whole = and_(snapshot.c.account_pk == owner, snapshot.c.status.in_(WHOLE))
    first = connection.scalar(select(func.min(snapshot.c.pk)).where(since))
    last = connection.scalar(select(func.max(snapshot.c.pk)).where(whole))
    return int(min((each for each in (first, last) if each is not None), default=0))


def _prune(connection: Connection, owner: int, oldest: int) -> Mapping[str, int]:
    ours = select(resource.c.pk).where(resource.c.account_pk == owner)
    forgotten = and_(
        resource.c.account_pk == owner,
        resource.c.closed_at.is_not(None),
        ~exists().where(version.c.resource_pk == resource.c.pk),
    )
    of_forgotten = select(resource.c.pk).where(forgotten)
    looks = select(snapshot.c.pk).where(snapshot.c.account_pk == owner, snapshot.c.pk < oldest)
    steps = {
        "resource_version": delete(version).where(version.c.resource_pk.in_(ours), version.c.valid_to < oldest),
        "listing": delete(listing).where(listing.c.account_pk == owner, listing.c.valid_to < oldest),
        "gap": delete(gap).where(gap.c.account_pk == owner, or_(gap.c.valid_to < oldest, gap.c.resource_pk.in_(of_forgotten))),
        "finding_event": delete(event).where(
            event.c.finding_pk.in_(select(finding.c.pk).where(finding.c.resource_pk.in_(of_forgotten)))
        ),
        "finding": delete(finding).where(finding.c.resource_pk.in_(of_forgotten)),
        "resource": delete(resource).where(forgotten),
        "score": delete(score).where(score.c.snapshot_pk.in_(looks)),
        "ledger": delete(ledger).where(ledger.c.snapshot_pk.in_(looks)),
    }
    gone = {name: connection.execute(step).rowcount for name, step in steps.items()}
    gone["snapshot"] = _forget(connection, owner, oldest)
    return gone


def _forget(connection: Connection, owner: int, oldest: int) -> int:
    """Drop looks that nothing refers to any more; the others keep their time."""
    before = and_(snapshot.c.account_pk == owner, snapshot.c.pk < oldest)
    those = select(snapshot.c.pk).where(before)
    needed = {pk for column in REFERENCES for pk in connection.scalars(select(column).where(column.in_(those)).distinct())}
    held = set(connection.scalars(those))
    dropped = [{"which": pk} for pk in held - needed]
    kept = [{"which": pk} for pk in held & needed]
    which = snapshot.c.pk == bindparam("which")
    if kept:
        connection.execute(update(snapshot).where(which).values(status=PRUNED), kept)
    if dropped:
        connection.execute(delete(snapshot).where(which), dropped)
    return len(dropped)
