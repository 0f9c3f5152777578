"""How all accounts stand, in figures: for metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select

from scanner.evaluation.score import Sum
from scanner.inventory.announced import NARROW
from scanner.inventory.moments import WHOLE
from scanner.inventory.store import Store
from scanner.inventory.tables import account, alert, daemon, finding, gap, outbox, score, snapshot

ALIVE = timedelta(minutes=2)  # since a daemon was seen
ALL = "all"  # stands for an account as a whole among its areas


@dataclass(frozen=True, slots=True)
class Figure:
    """One value, its name, and what it is of."""

    name: str
    labels: tuple[str, ...]
    value: float


Names = Mapping[int, tuple[str, str]]


def figures(store: Store, now: datetime) -> Iterator[Figure]:
    """Yield every figure, all of one state of the inventory."""
    with store.reading() as connection:
        names: Names = {row.pk: (row.provider, row.account_id) for row in connection.execute(select(account))}
        yield from _scores(connection, names)
        yield from _findings(connection, names)
        yield from _gaps(connection, names)
        yield from _ages(connection, names, now)
        for kind, count in connection.execute(
            select(alert.c.kind, func.count()).where(alert.c.resolved_at.is_(None)).group_by(alert.c.kind)
        ):
            yield Figure("alerts", (kind,), count)
        columns = (outbox.c.channel, outbox.c.state)
        for name, state, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
            yield Figure("outbox", (name, state), count)
        living = select(daemon.c.version, func.count()).where(daemon.c.seen_at >= now - ALIVE).group_by(daemon.c.version)
        for version, count in connection.execute(living):
            yield Figure("daemons", (version,), count)


def _scores(connection: Connection, names: Names) -> Iterator[Figure]:
    last = select(func.max(snapshot.c.pk)).where(snapshot.c.status.in_(WHOLE)).group_by(snapshot.c.account_pk)
    sums = (func.sum(score.c.expected), func.sum(score.c.known), func.sum(score.c.earned))
    query = select(score.c.account_pk, score.c.area, *sums).where(score.c.snapshot_pk.in_(last))
    totals: dict[int, Sum] = {}
    for owner, area, *triple in connection.execute(query.group_by(score.c.account_pk, score.c.area)):
        totals[owner] = totals.get(owner, Sum()) + Sum(*triple)
        yield from _ratios((*names[owner], area), Sum(*triple))
    for owner, total in totals.items():
        yield from _ratios((*names[owner], ALL), total)


def _ratios(labels: tuple[str, ...], of: Sum) -> Iterator[Figure]:
    if of.floor is not None and of.coverage is not None:
        yield Figure("score_ratio", labels, of.floor)
        yield Figure("coverage_ratio", labels, of.coverage)


def _findings(connection: Connection, names: Names) -> Iterator[Figure]:
    columns = (finding.c.account_pk, finding.c.severity)
    here = (finding.c.opened_at.is_not(None), finding.c.resolved_at.is_(None), finding.c.acceptance_pk.is_(None))
    for owner, severity, count in connection.execute(select(*columns, func.count()).where(*here).group_by(*columns)):
        yield Figure("findings_open", (*names[owner], severity), count)


def _gaps(connection: Connection, names: Names) -> Iterator[Figure]:
    columns = (gap.c.account_pk, gap.c.reason)
    query = select(*columns, func.count()).where(gap.c.valid_to.is_(None)).group_by(*columns)
    for owner, reason, count in connection.execute(query):
        yield Figure("gaps", (*names[owner], reason), count)


def _ages(connection: Connection, names: Names, now: datetime) -> Iterator[Figure]:
    complete = func.max(case((snapshot.c.status == "complete", snapshot.c.started_at)))
    given = (snapshot.c.status.in_(WHOLE), snapshot.c.note != NARROW)
    query = select(snapshot.c.account_pk, func.max(snapshot.c.started_at), complete).where(*given)
    for owner, looked, whole in connection.execute(query.group_by(snapshot.c.account_pk)):
        yield Figure("data_age_seconds", names[owner], (now - looked).total_seconds())
        if whole is not None:
            yield Figure("complete_age_seconds", names[owner], (now - whole).total_seconds())
