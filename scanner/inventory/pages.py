"""What the dashboard asks: sums of the latest looks, and lists that go on where the page before ended.

Lists are read bucket by bucket, a check in an account or a type in an account: the sums say which buckets hold something, and
an index leads into each. So a page costs the same whatever the inventory holds. ``Sight`` narrows everything to some accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, true, tuple_

from scanner.inventory import serial
from scanner.inventory.tables import (
    acceptance,
    account,
    event,
    finding,
    gap,
    ledger,
    listing,
    resource,
    score,
    snapshot,
    version,
)

Row = dict[str, Any]
Sight = frozenset[int] | None
"""Numbers of the accounts that may be seen; ``None``: all of them."""
WHOLE = ("complete", "partial")
LOOKED_AT = 2000  # candidates that one page looks at where no index can tell which fit
CHUNK = 500
PART = 10_000  # numbers in one query; SQLite takes 32,766 of them, PostgreSQL 65,535


class Score(NamedTuple):
    """The verdicts of one check in one account, of the latest look that has scores."""

    account_pk: int
    service: str
    area: str
    check_id: str
    severity: str
    owner: str
    passed: int
    failed: int
    unknown: int
    accepted: int
    expected: float
    known: float
    earned: float


class Square(NamedTuple):
    """One cell of the split of one account, without its texts."""

    account_pk: int
    service: str
    service_model: str
    area: str
    owner: str
    state: str
    checks: int
    passed: int
    failed: int
    unknown: int
    expected: float
    known: float
    earned: float


class Total(NamedTuple):
    """What one look at one account came to."""

    snapshot: int
    account_pk: int
    passed: int
    failed: int
    unknown: int
    expected: float
    known: float
    earned: float


class Held(NamedTuple):
    """How many resources of a type there are in an account."""

    account_pk: int
    service: str
    resource_type: str
    number: int


def edition(connection: Connection, now: datetime) -> tuple[Any, ...]:
    """Return what differs whenever the sums may: how many looks there are and acceptances that stand, and the last of each."""
    looks = connection.execute(select(func.max(snapshot.c.pk), func.count(snapshot.c.ended_at))).one()
    standing = connection.execute(select(func.max(acceptance.c.pk), func.count()).where(_stands(now))).one()
    return (*looks, *standing)


def _stands(now: datetime) -> ColumnElement[bool]:
    return and_(acceptance.c.until > now, acceptance.c.withdrawn_at.is_(None))


def _latest() -> Select[Any]:
    """Return the numbers of the latest look at each account that came to something."""
    return select(func.max(snapshot.c.pk)).where(snapshot.c.status.in_(WHOLE)).group_by(snapshot.c.account_pk)


def accounts(connection: Connection) -> list[Row]:
    """Return the accounts, each with its latest whole look and, where it came to nothing, the last attempt."""
    columns = [account.c[name] for name in ("pk", "provider", "account_id", "name", "parent")]
    rows = [
        dict(row) for row in connection.execute(select(*columns).order_by(account.c.provider, account.c.account_id)).mappings()
    ]
    looks = {row["account_pk"]: row for row in _looks(connection, _latest())}
    tried = {
        row["account_pk"]: row for row in _looks(connection, select(func.max(snapshot.c.pk)).group_by(snapshot.c.account_pk))
    }
    for row in rows:
        row["look"], row["tried"] = looks.get(row["pk"]), tried.get(row["pk"])
    return rows


LOOK = ("pk", "account_pk", "status", "started_at", "ended_at", "added", "changed", "removed", "unchanged", "gaps", "note")


def _looks(connection: Connection, which: Select[Any]) -> Iterator[Row]:
    columns = [snapshot.c[name] for name in LOOK]
    query = select(*columns).where(snapshot.c.pk.in_(which))
    return (dict(row) for row in connection.execute(query).mappings())


def looks(connection: Connection, owner: int, most: int) -> list[Row]:
    """Return the looks at one account, newest first."""
    columns = [snapshot.c[name] for name in LOOK]
    query = select(*columns).where(snapshot.c.account_pk == owner).order_by(snapshot.c.pk.desc()).limit(most)
    return [dict(row) for row in connection.execute(query).mappings()]


SCORED_BY = ("account_pk", "service", "area", "check_id", "severity", "owner")


def scores(connection: Connection, now: datetime) -> list[Score]:
    """Return the sums of the latest looks, by account, cell and check; failures that are accepted *now* as accepted."""
    key = [score.c[name] for name in SCORED_BY]
    sums = [func.sum(score.c[name]) for name in ("passed", "failed", "unknown", "accepted", "expected", "known", "earned")]
    query = select(*key, *sums).where(score.c.snapshot_pk.in_(_latest())).group_by(*key)
    covered = _covered(connection, now)
    return [_told(Score(*row), covered) for row in connection.execute(query)]


def _told(each: Score, covered: Mapping[tuple[Any, ...], int]) -> Score:
    """Return a sum with what is accepted by now: since the look, something may have been accepted, and something be over."""
    failing = each.failed + each.accepted
    accepted = min(covered.get(each[: len(SCORED_BY)], 0), failing)
    return each if accepted == each.accepted else each._replace(failed=failing - accepted, accepted=accepted)


def _covered(connection: Connection, now: datetime) -> Mapping[tuple[Any, ...], int]:
    """Return how many failures are accepted now."""
    standing = select(acceptance.c.pk).where(_stands(now))
    if connection.scalar(standing.limit(1)) is None:
        return {}
    key = [finding.c[name] for name in SCORED_BY]
    query = select(*key, func.count()).where(finding.c.status == "fail", finding.c.acceptance_pk.in_(standing)).group_by(*key)
    return {tuple(row[:-1]): row[-1] for row in connection.execute(query)}


def squares(connection: Connection) -> list[Square]:
    """Return the cells of the split of all accounts."""
    columns = [ledger.c[name] for name in Square._fields]
    return [Square(*row) for row in connection.execute(select(*columns).where(ledger.c.snapshot_pk.in_(_latest())))]


def cell(connection: Connection, service: str, area: str, sight: Sight) -> list[Row]:
    """Return one cell of the split in each account that has it, with its texts."""
    here = and_(ledger.c.service == service, ledger.c.area == area, ledger.c.snapshot_pk.in_(_latest()), seen(ledger, sight))
    query = select(ledger).where(here).order_by(ledger.c.account_pk)
    return [dict(row) for row in connection.execute(query).mappings()]


def totals(connection: Connection, looks: Iterable[int]) -> list[Total]:
    """Return what some looks came to."""
    sums = [func.sum(ledger.c[name]) for name in Total._fields[2:]]
    query = select(ledger.c.snapshot_pk, ledger.c.account_pk, *sums).group_by(ledger.c.snapshot_pk, ledger.c.account_pk)
    parts = (connection.execute(query.where(ledger.c.snapshot_pk.in_(part))) for part in _parts(list(looks)))
    return [Total(*row) for rows in parts for row in rows]


def _parts(looks: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield looks as many at a time as both databases take in one query: years of them are more."""
    return (looks[start : start + PART] for start in range(0, len(looks), PART))


def days(connection: Connection, back: timedelta) -> list[tuple[int, int, datetime]]:
    """Return the whole looks that are at most so much older than the newest, oldest first: number, account, and when."""
    columns = (snapshot.c.pk, snapshot.c.account_pk, snapshot.c.started_at)
    whole = snapshot.c.status.in_(WHOLE)
    newest = connection.scalar(select(func.max(snapshot.c.started_at)).where(whole))
    if newest is None:
        return []
    query = select(*columns).where(whole, snapshot.c.started_at >= newest - back).order_by(snapshot.c.pk)
    return [(row.pk, row.account_pk, row.started_at) for row in connection.execute(query)]


def held(connection: Connection) -> list[Held]:
    """Return how many resources there are, by account, service and type.

    All are counted, and those that are gone taken off: both by index alone. To look at each would take as long as to read them.
    """
    key = (resource.c.account_pk, resource.c.resource_type)
    gone = select(*key, func.count()).where(resource.c.closed_at.is_not(None)).group_by(*key)
    left = {(owner, type): number for owner, type, number in connection.execute(gone)}
    every = select(*key, func.count().label("number")).group_by(*key).subquery()
    one = resource.alias("one")
    same = and_(one.c.account_pk == every.c.account_pk, one.c.resource_type == every.c.resource_type)
    service = select(one.c.service).where(same).limit(1).scalar_subquery()
    rows = connection.execute(select(every, service))
    found = [Held(owner, service or "", type, number - left.get((owner, type), 0)) for owner, type, number, service in rows]
    return [each for each in found if each.number]


def seen(table: Any, sight: Sight) -> ColumnElement[bool]:
    """Return the condition that a row is of an account that may be seen."""
    return true() if sight is None else and_(table.c.account_pk.in_(sorted(sight)))


# Findings, page by page.

FINDING = (
    finding.c.pk,
    finding.c.finding_id,
    finding.c.check_id,
    finding.c.control,
    finding.c.area,
    finding.c.owner,
    finding.c.service,
    finding.c.severity,
    finding.c.status,
    finding.c.reason,
    finding.c.opened_at,
    finding.c.account_pk,
    finding.c.known.label("last_known_status"),
    account.c.provider,
    account.c.account_id,
    account.c.name.label("account_name"),
    resource.c.pk.label("resource_pk"),
    resource.c.region,
    resource.c.resource_type,
    resource.c.resource_id,
    resource.c.name.label("resource_name"),
    acceptance.c.until.label("accepted_until"),
    acceptance.c.owner.label("accepted_by"),
)


class Bucket(NamedTuple):
    """One check in one account: what a page of findings goes through, in this order. ``rank``: of the severity."""

    rank: int
    check_id: str
    account_pk: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list stands: a bucket, and the last row of it that was looked at; nothing where it is to be begun."""

    bucket: tuple[Any, ...]
    last: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list. ``next`` is where it goes on; ``cut``: it was left before it was full, for it takes long."""

    rows: list[Row]
    next: Place | None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many rows a page has, where it begins, and which rows are wanted of those that the buckets hold."""

    most: int
    after: Place | None = None
    fits: Callable[[Row], bool] | None = None


def findings(
    connection: Connection, buckets: Sequence[Bucket], status: str, now: datetime, wanted: Wanted, *, tags: bool = False
) -> Page:
    """Return the next findings of *buckets* with a status: fail, accepted, unknown or pass. Rows hold *tags* if asked for."""

    def read(bucket: Bucket, last: tuple[Any, ...], limit: int) -> list[Row]:
        here = and_(finding.c.check_id == bucket.check_id, finding.c.account_pk == bucket.account_pk, _with(status, now))
        query = (
            _finding(now, tags=tags).where(here, finding.c.pk > (last[0] if last else 0)).order_by(finding.c.pk).limit(limit)
        )
        return [dict(row) for row in connection.execute(query).mappings()]

    return _paged(buckets, read, lambda row: (row["pk"],), wanted)


def _paged(
    buckets: Sequence[Any],
    read: Callable[[Any, tuple[Any, ...], int], list[Row]],
    mark: Callable[[Row], tuple[Any, ...]],
    wanted: Wanted,
) -> Page:
    """Go through the buckets, which are in order, until a page is full, or too much was looked at.

    The bucket where the page before ended may be there no more.
    """
    after, fits = wanted.after, wanted.fits
    rest = [each for each in buckets if after is None or tuple(each) >= after.bucket]
    last = after.last if after and rest and tuple(rest[0]) == after.bucket else ()
    rows: list[Row] = []
    looked = 0
    for bucket in rest:
        while True:
            if fits and looked >= LOOKED_AT:
                return Page(rows, Place(tuple(bucket), last), cut=True)
            limit = CHUNK if fits else wanted.most - len(rows) + 1
            found = read(bucket, last, limit)
            looked += len(found) + 1
            for row in found:
                if len(rows) == wanted.most:
                    return Page(rows, Place(tuple(bucket), last))
                last = mark(row)
                if fits is None or fits(row):
                    rows.append(row)
            if len(found) < limit:
                break
        last = ()
    return Page(rows, None)


def _with(status: str, now: datetime) -> ColumnElement[bool]:
    covered = _stands(now)
    if status == "fail":
        return and_(finding.c.status == "fail", covered.is_not(True))
    if status == "accepted":
        return and_(finding.c.status == "fail", covered)
    return finding.c.status == status


def _finding(now: datetime, *, tags: bool = False) -> Select[Any]:
    covering = and_(acceptance.c.pk == finding.c.acceptance_pk, _stands(now))
    joined = (
        select(*FINDING, *([version.c.facts["tags"].label("tags")] if tags else []))
        .join(resource, resource.c.pk == finding.c.resource_pk)
        .join(account, account.c.pk == finding.c.account_pk)
        .join(acceptance, covering, isouter=True)
    )
    if not tags:
        return joined
    return joined.join(version, and_(version.c.resource_pk == resource.c.pk, version.c.valid_to.is_(None)), isouter=True)


def one(connection: Connection, name: str, now: datetime, sight: Sight) -> Row | None:
    """Return a finding by its whole name, with its evidence; ``None`` where there is none to be seen."""
    more = ("evidence", "operation", "permission", "resolved_at", "reopened", "known_at", "service_model")
    query = _finding(now).add_columns(*(finding.c[each] for each in more), acceptance.c.reason.label("accepted_because"))
    row = connection.execute(query.where(finding.c.finding_id == name, seen(finding, sight))).mappings().first()
    return dict(row) if row else None


def turns(connection: Connection, pk: int) -> list[Row]:
    """Return the turns in the life of one finding, oldest first."""
    query = select(event.c.at, event.c.event, event.c.cause, event.c.snapshot_pk.label("snapshot_id"))
    return [dict(row) for row in connection.execute(query.where(event.c.finding_pk == pk).order_by(event.c.pk)).mappings()]


def on_resource(connection: Connection, pk: int, now: datetime) -> list[Row]:
    """Return the findings on one resource."""
    query = _finding(now).where(finding.c.resource_pk == pk, finding.c.status.is_not(None)).order_by(finding.c.check_id)
    return [dict(row) for row in connection.execute(query).mappings()]


# Resources, page by page.

RESOURCE = (
    resource.c.pk,
    resource.c.account_pk,
    resource.c.resource_type,
    resource.c.resource_id,
    resource.c.name,
    resource.c.region,
    resource.c.listed_in,
    resource.c.service,
    resource.c.first_seen_at,
    resource.c.last_changed_at,
    resource.c.closed_at,
    account.c.provider,
    account.c.account_id,
    account.c.name.label("account_name"),
)


def resources(connection: Connection, buckets: Sequence[tuple[int, str]], wanted: Wanted) -> Page:
    """Return the next resources of *buckets*, account and type, that are still there."""

    def read(bucket: tuple[int, str], last: tuple[Any, ...], limit: int) -> list[Row]:
        here = and_(resource.c.account_pk == bucket[0], resource.c.resource_type == bucket[1], resource.c.closed_at.is_(None))
        query = select(*RESOURCE).join(account, account.c.pk == resource.c.account_pk).where(here)
        if last:
            query = query.where(tuple_(resource.c.listed_in, resource.c.pk) > tuple_(*last))
        rows = connection.execute(query.order_by(resource.c.listed_in, resource.c.pk).limit(limit))
        return [dict(row) for row in rows.mappings()]

    return _paged(buckets, read, lambda row: (row["listed_in"], row["pk"]), wanted)


def thing(connection: Connection, pk: int, sight: Sight) -> Row | None:
    """Return one resource with its facts as they were last known; ``None`` where there is none to be seen."""
    query = (
        select(*RESOURCE, resource.c.volatile, version.c.facts)
        .join(account, account.c.pk == resource.c.account_pk)
        .join(version, version.c.resource_pk == resource.c.pk)
        .where(resource.c.pk == pk, seen(resource, sight))
        .order_by(version.c.pk.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return {**row, "facts": serial.whole(row["facts"], row["volatile"] or {})} if row else None


# What nobody could read.


def hidden(connection: Connection) -> list[Row]:
    """Return the calls whose answers are missing, by account, and how many findings wait for each.

    What permission a call takes is read from one of them: to read it from all would take a row each instead of an index.
    """
    here = and_(finding.c.status == "unknown", finding.c.operation != "")
    key = (finding.c.account_pk, finding.c.operation)
    counts = select(*key, func.count().label("findings")).where(here).group_by(*key).subquery()
    one = finding.alias("one")
    same = and_(one.c.account_pk == counts.c.account_pk, one.c.operation == counts.c.operation, one.c.status == "unknown")
    permission = select(one.c.permission).where(same).limit(1).scalar_subquery()
    return [dict(row) for row in connection.execute(select(counts, permission.label("permission"))).mappings()]


def hiding(connection: Connection, sight: Sight, checks: Sequence[str]) -> list[Row]:
    """Return the calls that the unknown findings of some checks wait for, most first."""
    here = and_(finding.c.status == "unknown", finding.c.operation != "", seen(finding, sight), finding.c.check_id.in_(checks))
    waiting = func.count().label("findings")
    names = (finding.c.operation, finding.c.permission)
    query = select(*names, waiting, func.count(finding.c.account_pk.distinct()).label("accounts")).where(here)
    return [dict(row) for row in connection.execute(query.group_by(*names).order_by(waiting.desc(), *names)).mappings()]


def gaps(connection: Connection, sight: Sight, service: str = "") -> list[Row]:
    """Return what could not be read, by call and reason: listings that failed, and how many resources lack a fact."""
    here = and_(gap.c.valid_to.is_(None), seen(gap, sight), *([gap.c.service == service] if service else []))
    names = ("operation", "permission", "reason", "code", "resource_type", "service")
    columns = [gap.c[name] for name in names]
    listings = func.sum(case((gap.c.resource_pk.is_(None), 1), else_=0)).label("listings")
    query = (
        select(
            *columns,
            listings,
            func.count(gap.c.resource_pk).label("resources"),
            func.count(gap.c.account_pk.distinct()).label("accounts"),
            func.count(gap.c.region.distinct()).label("regions"),
            func.min(snapshot.c.started_at).label("since"),
        )
        .join(snapshot, snapshot.c.pk == gap.c.since)
        .where(here)
        .group_by(*columns)
        .order_by(listings.desc(), func.count().desc(), gap.c.operation)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


# What changed.


def counted(connection: Connection, looks: Sequence[int]) -> tuple[int, int, int]:
    """Return how many resources some looks found added, changed and removed."""
    sums = [func.coalesce(func.sum(snapshot.c[name]), 0) for name in ("added", "changed", "removed")]
    parts = [connection.execute(select(*sums).where(snapshot.c.pk.in_(part))).one() for part in _parts(looks)]
    added, altered, removed = (sum(part[place] for part in parts) for place in range(len(sums)))
    return added, altered, removed


def events(connection: Connection, looks: Sequence[int], sight: Sight, most: int, before: int | None = None) -> list[Row]:
    """Return the turns of findings that some looks brought, newest first; those *before* a number."""
    query = (
        select(
            event.c.pk,
            event.c.at,
            event.c.event,
            event.c.cause,
            event.c.snapshot_pk.label("snapshot_id"),
            finding.c.finding_id,
            finding.c.check_id,
            finding.c.severity,
            account.c.provider,
            account.c.account_id,
            account.c.name.label("account_name"),
            resource.c.pk.label("resource_pk"),
            resource.c.resource_id,
            resource.c.name.label("resource_name"),
        )
        .join(finding, finding.c.pk == event.c.finding_pk)
        .join(account, account.c.pk == finding.c.account_pk)
        .join(resource, resource.c.pk == finding.c.resource_pk)
        .where(seen(finding, sight), *([event.c.pk < before] if before else []))
        .order_by(event.c.pk.desc())
        .limit(most)
    )
    parts = (connection.execute(query.where(event.c.snapshot_pk.in_(part))).mappings() for part in _parts(looks))
    rows = [dict(row) for part in parts for row in part]
    return sorted(rows, key=lambda row: -row["pk"])[:most]


def changed(connection: Connection, looks: Sequence[int], most: int) -> list[Row]:
    """Return resources that appeared, changed or went in some looks, newest first."""
    before = version.alias("before")
    names = [each for each in RESOURCE if each.name not in ("pk", "region", "name")]
    began = (
        select(
            version.c.pk,
            version.c.valid_from.label("snapshot_id"),
            case((before.c.pk.is_(None), "added"), else_="changed").label("change"),
            resource.c.pk.label("resource_pk"),
            version.c.name,
            version.c.region,
            snapshot.c.started_at.label("at"),
            *names,
        )
        .join(resource, resource.c.pk == version.c.resource_pk)
        .join(account, account.c.pk == resource.c.account_pk)
        .join(snapshot, snapshot.c.pk == version.c.valid_from)
        .join(
            before, and_(before.c.resource_pk == version.c.resource_pk, before.c.valid_to == version.c.valid_from), isouter=True
        )
        .where(version.c.valid_from.in_(looks))
        .order_by(version.c.valid_from.desc(), version.c.pk.desc())
        .limit(most)
    )
    following = version.alias("following")
    went = (
        select(
            version.c.pk,
            version.c.valid_to.label("snapshot_id"),
            resource.c.pk.label("resource_pk"),
            version.c.name,
            version.c.region,
            snapshot.c.started_at.label("at"),
            *names,
        )
        .join(resource, resource.c.pk == version.c.resource_pk)
        .join(account, account.c.pk == resource.c.account_pk)
        .join(snapshot, snapshot.c.pk == version.c.valid_to)
        .join(
            following,
            and_(following.c.resource_pk == version.c.resource_pk, following.c.valid_from == version.c.valid_to),
            isouter=True,
        )
        .where(version.c.valid_to.in_(looks), following.c.pk.is_(None))
        .order_by(version.c.valid_to.desc(), version.c.pk.desc())
        .limit(most)
    )
    rows = [dict(row) for row in connection.execute(began).mappings()]
    rows += [{**row, "change": "removed"} for row in connection.execute(went).mappings()]
    return sorted(rows, key=lambda row: (row["snapshot_id"], row["pk"]), reverse=True)[:most]


def regions(connection: Connection) -> list[tuple[int, str]]:
    """Return every account with each region of which something was listed there."""
    query = select(listing.c.account_pk, listing.c.region).where(listing.c.valid_to.is_(None)).distinct()
    return [(row.account_pk, row.region) for row in connection.execute(query)]
