"""What reports ask: findings in an order of their own, how many there are, the newest look at each account, sums by check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from scanner.inventory import history
from scanner.inventory.moments import spans
from scanner.inventory.queries import FILTERS, WORST_FIRST, Filters, Row, narrowed, rows_of
from scanner.model import Severity

ORDERS = {
    "worst first": f"{WORST_FIRST}, check_id, account_id, region, resource_id",
    "by account": f"account_id, region, {WORST_FIRST}, check_id, resource_id",
}
ACCEPTED = "CASE WHEN status = 'fail' AND accepted_until IS NOT NULL THEN 1 ELSE 0 END"
COLUMNS = {**{name: name for name in (*FILTERS, "provider", "control", "service_model")}, "accepted": ACCEPTED}


def findings(connection: Connection, filters: Filters, order: str) -> Iterator[Row]:
    """Yield findings in one of :data:`ORDERS`."""
    where, values = narrowed(filters)
    yield from rows_of(connection, f"SELECT * FROM findings WHERE {where} ORDER BY {ORDERS[order]}", **values)  # noqa: S608 -- names of ours only


def counts(connection: Connection, by: Sequence[str], filters: Filters) -> Iterator[Row]:
    """Yield how many findings there are by some of :data:`COLUMNS`. Raises :class:`KeyError` for any other."""
    where, values = narrowed(filters)
    named = ", ".join(f"{COLUMNS[name]} AS {name}" for name in by)
    places = ", ".join(str(number) for number in range(1, len(by) + 1))
    query = f"SELECT {named}, count(*) AS findings FROM findings WHERE {where} GROUP BY {places} ORDER BY {places}"  # noqa: S608 -- names of ours only
    yield from rows_of(connection, query, **values)


def looks(connection: Connection, filters: Filters) -> Iterator[Row]:
    """Yield the newest look at each account, however it ended."""
    where, values = narrowed({"account_id": filters.get("account_id", ())})
    query = f"""
SELECT s.pk AS snapshot_id, a.provider, a.account_id, a.name AS account_name, s.status, s.started_at, s.ended_at, s.added,
       s.changed, s.removed, s.unchanged, s.gaps
FROM snapshot s JOIN account a ON a.pk = s.account_pk
WHERE s.pk IN (SELECT max(n.pk) FROM snapshot n GROUP BY n.account_pk) AND {where} ORDER BY a.provider, a.account_id"""  # noqa: S608 -- names of ours only
    yield from rows_of(connection, query, **values)


def sums(connection: Connection, by: Sequence[str], filters: Filters) -> Iterator[Row]:
    """Yield the sums of the latest scores by some of their columns: the triple, and how many evaluations there were."""
    held = ("account_id", "region", "service", "area", "severity", "check_id", "owner")
    where, values = narrowed({name: filters[name] for name in held if name in filters})
    columns = ", ".join(COLUMNS[name] for name in by)
    query = f"""
SELECT {columns}, sum(expected) AS expected, sum(known) AS known, sum(earned) AS earned, sum(passed) AS passed,
       sum(failed) AS failed, sum(unknown) AS unknown, sum(accepted) AS accepted
FROM scores WHERE latest = 1 AND {where} GROUP BY {columns} ORDER BY {columns}"""  # noqa: S608 -- names of ours only
    yield from rows_of(connection, query, **values)


def cells(connection: Connection, filters: Filters) -> Iterator[Row]:
    """Yield the cells of the split, by account and service."""
    where, values = narrowed({name: filters[name] for name in ("account_id", "service", "area", "owner") if name in filters})
    query = f"SELECT * FROM responsibility_ledger WHERE {where} ORDER BY provider, account_id, service, area"  # noqa: S608 -- names of ours only
    yield from rows_of(connection, query, **values)


def blind(connection: Connection, filters: Filters) -> Iterator[Row]:
    """Yield blind spots, those that hide most first."""
    where, values = narrowed({name: filters[name] for name in ("account_id", "region", "service") if name in filters})
    order = "findings_affected DESC, operation, account_id, region, area"
    yield from rows_of(connection, f"SELECT * FROM blind_spots WHERE {where} ORDER BY {order}", **values)  # noqa: S608 -- names of ours only


def changes(connection: Connection, filters: Filters, now: datetime, most: int) -> Iterator[Row]:
    """Yield what became of each account since the look before its latest one, where there was one.

    ``turns`` counts findings by what happened to them; ``worst`` are so many of those that fail now and did not then.
    """
    for span in spans(connection, "previous", "latest", now, filters.get("account_id", ())):
        if span.before.at is None:
            continue
        turns: Counter[str] = Counter({"opened": 0, "reopened": 0, "resolved": 0})
        worst: list[Row] = []
        for row in history.findings(connection, span):
            turns[row["event"]] += 1
            if row["event"] != "resolved":
                worst = sorted([*worst, row], key=_severity)[:most]
        yield {
            "provider": span.after.provider,
            "account_id": span.after.account_id,
            "since": span.before.at,
            "totals": history.totals(connection, span),
            "turns": turns,
            "worst": worst,
        }


def _severity(row: Row) -> int:
    """Return the place of a row's severity, worst first."""
    return -Severity(row["severity"]).rank
