"""Looks at accounts: how fresh they are, what could not be read, what changed since, and how the score moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from scanner.evaluation.score import grade
from scanner.inventory import pages, slots
from scanner.inventory.pages import Total
from scanner.model import Severity
from scanner.web import catalogue
from scanner.web.figures import Desk
from scanner.web.split import Missing, Standing, level, missing, standing, whole_of

LOOKS = 30
STALE = timedelta(hours=36)  # a nightly look that failed once is noticed
POINTS = 31  # points of a trend at most: a month, and where it began
SHOWN = 200  # rows of a list that has no pages
PERIODS = (1, 7, 30, 90, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at an account."""

    snapshot_id: int
    status: str
    started_at: datetime
    ended_at: datetime | None
    added: int
    changed: int
    removed: int
    unchanged: int
    gaps: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account: how it stands, and how old what is known of it is. ``tried``: a later look, which came to nothing."""

    pk: int
    provider: str
    account_id: str
    account_name: str
    parent: str
    resources: int
    standing: Standing
    grade: str
    caps: list[str]
    open_by_severity: dict[str, int]
    look: Look | None
    tried: Look | None
    stale: bool


def look_of(row: Mapping[str, Any] | None) -> Look | None:
    if row is None:
        return None
    given = {each.name: row[each.name] for each in fields(Look) if each.name != "snapshot_id"}
    return Look(snapshot_id=row["pk"], **given)


def accounts(desk: Desk) -> list[AccountRow]:
    """Return the accounts, worst first within a provider."""
    by_account: dict[int, list[Any]] = defaultdict(list)
    for each in desk.scores:
        by_account[each.account_pk].append(each)
    resources: dict[int, int] = defaultdict(int)
    for held in desk.figures.held:
        resources[held.account_pk] += held.number
    rows = [_account(desk, row, by_account[row["pk"]], resources[row["pk"]]) for row in desk.accounts]
    return sorted(
        rows, key=lambda row: (row.provider, row.standing.floor if row.standing.floor is not None else 2, row.account_id)
    )


def _account(desk: Desk, row: Mapping[str, Any], scores: Sequence[Any], resources: int) -> AccountRow:
    failing = {Severity(each.severity) for each in scores if each.failed or each.accepted}
    given = grade(whole_of(scores), failing)
    failed: dict[str, int] = dict.fromkeys(catalogue.SEVERITIES, 0)
    for each in scores:
        failed[each.severity] += each.failed
    look, tried = look_of(row["look"]), look_of(row["tried"])
    return AccountRow(
        pk=row["pk"],
        provider=row["provider"],
        account_id=row["account_id"],
        account_name=row["name"] or row["account_id"],
        parent=row["parent"],
        resources=resources,
        standing=standing(scores),
        grade=given.letter,
        caps=list(given.caps),
        open_by_severity=failed,
        look=look,
        tried=tried if tried and (look is None or tried.snapshot_id != look.snapshot_id) else None,
        stale=look is None or desk.now - look.started_at > STALE,
    )


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """One area of the split in an account."""

    area: str
    standing: Standing
    level: int | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account with all that is known of it."""

    account: AccountRow
    areas: list[AreaStanding]
    missing: list[Missing]
    looks: list[Look]


def account(desk: Desk, provider: str, account_id: str) -> AccountPage | None:
    """Return one account; ``None`` where there is none to be seen."""
    pk = next((row["pk"] for row in desk.accounts if (row["provider"], row["account_id"]) == (provider, account_id)), None)
    if pk is None:
        return None
    alone = Desk(desk.store, desk.figures, desk.now, frozenset([pk]))
    by_area: dict[str, list[Any]] = defaultdict(list)
    for each in alone.scores:
        by_area[each.area].append(each)
    stands = {area: standing(some) for area, some in by_area.items()}
    with desk.store.reading() as connection:
        looked = pages.looks(connection, pk, LOOKS)
    (row,) = accounts(alone)
    areas = [AreaStanding(area, each, level(each.floor)) for area, each in sorted(stands.items())]
    return AccountPage(row, areas, blind(alone).missing, [each for each in map(look_of, looked) if each])


ALIVE = timedelta(minutes=2)  # how long ago a daemon that lives said so at most
RUNS = 200


def target(desk: Desk, provider: str, account_id: str) -> str | None:
    """Return what the daemons call an account that they scan; ``None`` where none does, or no daemon lives."""
    if not any((row["provider"], row["account_id"]) == (provider, account_id) for row in desk.accounts):
        return None
    living = (row for row in slots.daemons(desk.store) if row["role"] == "daemon")
    if not any(desk.now - row["seen_at"] < ALIVE for row in living):
        return None
    for row in slots.latest(desk.store, RUNS):
        if row["provider"] == provider and any(each.get("id") == account_id for each in row["accounts"] or ()):
            return str(row["target"])
    return None


# What nobody could read.


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """What one call did not give: listings that failed, and resources that lack a fact."""

    operation: str
    permission: str
    reason: str
    code: str
    resource_type: str
    service: str
    listings: int
    resources: int
    accounts: int
    regions: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class BlindPage:
    """What could not be read: by the call that findings wait for, and all of it."""

    standing: Standing
    missing: list[Missing]
    gaps: list[GapRow]


def blind(desk: Desk) -> BlindPage:
    with desk.store.reading() as connection:
        gaps = pages.gaps(connection, desk.sight)
    reasons = {row["operation"]: row for row in reversed(gaps)}
    found = [missing(row, reasons.get(row["operation"])) for row in waiting(desk)]
    return BlindPage(standing(desk.scores), found, [GapRow(**row) for row in gaps])


def waiting(desk: Desk) -> list[dict[str, Any]]:
    """Return the calls that unknown findings wait for, over the accounts that are seen; those that hide most first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in desk.figures.hidden:
        if desk.sees(row["account_pk"]):
            key = (row["operation"], row["permission"])
            each = found.setdefault(key, {"operation": key[0], "permission": key[1], "findings": 0, "accounts": 0})
            each["findings"] += row["findings"]
            each["accounts"] += 1
    return sorted(found.values(), key=lambda row: (-row["findings"], row["operation"]))


# What changed.


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A finding that opened, was resolved or reopened."""

    pk: int
    at: datetime
    event: str
    cause: str
    snapshot_id: int
    finding_id: str
    check_id: str
    severity: str
    provider: str
    account_id: str
    account_name: str
    resource_pk: int
    resource_id: str
    resource_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A resource that was added, changed or removed."""

    at: datetime
    change: str
    snapshot_id: int
    provider: str
    account_id: str
    account_name: str
    region: str
    resource_pk: int
    resource_type: str
    resource_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One account between the look before a period and the latest one."""

    provider: str
    account_id: str
    account_name: str
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed since a time. The lists hold the newest; ``events_next`` is where the events go on."""

    since: datetime
    accounts: list[Moved]
    events: list[EventRow]
    events_next: int | None
    resources: list[ChangeRow]
    added: int
    changed: int
    removed: int


def changes(desk: Desk, days: int, before: int | None = None) -> ChangesPage:
    """Return what changed in the last *days*; events *before* a number. What a first look at an account found is no change."""
    since = desk.now - timedelta(days=days)
    looks = [each for each in desk.figures.looks if desk.sees(each[1])]
    with desk.store.reading() as connection:
        first = _first(looks)
        within = [look for look, owner, at in looks if at >= since and look != first.get(owner)]
        counts = pages.counted(connection, within)
        resources = pages.changed(connection, within[-SHOWN:], SHOWN) if within else []
        events = pages.events(connection, within, desk.sight, SHOWN + 1, before) if within else []
    shown = events[:SHOWN]
    return ChangesPage(
        since,
        _moved(desk, looks, since),
        [_as(EventRow, row) for row in shown],
        shown[-1]["pk"] if len(events) > SHOWN else None,
        [_as(ChangeRow, row) for row in resources],
        *counts,
    )


def _first(looks: Iterable[tuple[int, int, datetime]]) -> Mapping[int, int]:
    """Return the first look at each account."""
    found: dict[int, int] = {}
    for look, owner, _ in looks:
        found.setdefault(owner, look)
    return found


Kind = TypeVar("Kind", EventRow, ChangeRow)


def _as(kind: type[Kind], row: Mapping[str, Any]) -> Kind:
    return kind(**{each.name: row[each.name] for each in fields(kind)})


def _moved(desk: Desk, looks: Sequence[tuple[int, int, datetime]], since: datetime) -> list[Moved]:
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for look, owner, at in looks:
        after[owner] = look
        if at < since:
            before[owner] = look
    totals = {each.snapshot: standing([each]) for each in desk.figures.totals([*before.values(), *after.values()])}
    return [
        Moved(
            row["provider"],
            row["account_id"],
            row["name"] or row["account_id"],
            totals.get(before.get(row["pk"], 0)),
            totals.get(after.get(row["pk"], 0)),
        )
        for row in desk.accounts
    ]


# Trends.


@dataclass(frozen=True, slots=True)
class Point:
    """How all accounts stood at the end of a day, each by its latest look until then."""

    day: date
    standing: Standing
    accounts: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How the score moved."""

    days: int
    points: list[Point]


def trend(desk: Desk, days: int) -> Trend:
    """Return at most :data:`POINTS` points over the last *days*; the last is today's."""
    looks = [each for each in desk.figures.looks if desk.sees(each[1])]
    step = max(1, -(-days // (POINTS - 1)))
    today = desk.now.date()
    wanted = [today - timedelta(days=back) for back in reversed(range(0, days + 1, step))]
    standings = [(day, _until(looks, day)) for day in wanted]
    totals = {each.snapshot: each for each in desk.figures.totals({look for _, some in standings for look in some})}
    points = []
    for day, some in standings:
        known: list[Total] = [totals[look] for look in some if look in totals]
        if known:
            points.append(Point(day, standing(known), len(known)))
    return Trend(days, points)


def _until(looks: Iterable[tuple[int, int, datetime]], day: date) -> set[int]:
    return set({owner: look for look, owner, at in looks if at.date() <= day}.values())
