"""Resources: what is there, page by page, and one of them with its facts and its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from scanner.inventory import history, pages
from scanner.inventory.pages import Wanted
from scanner.reports.difference import as_json
from scanner.web.figures import Desk
from scanner.web.found import FindingRow, cursor, named, place, shaped

SHAPE = ((int, str), (str, int))  # of a place in a list: account and type; region and number


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedThings:
    """Which resources are asked for."""

    account: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    q: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingRow:
    """One resource as lists show it."""

    pk: int
    provider: str
    account_id: str
    account_name: str
    region: str
    resource_type: str
    resource_id: str
    name: str
    service: str
    first_seen_at: datetime
    last_changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThingsPage:
    """A part of a list; ``total`` is ``None`` where only reading them all would tell."""

    resources: list[ThingRow]
    next: str | None
    total: int | None
    cut: bool
    types: dict[str, int]


def row_of(row: Mapping[str, Any]) -> ThingRow:
    return ThingRow(**{each.name: row[each.name] for each in fields(ThingRow)})


def resources(desk: Desk, asked: AskedThings, after: str = "", most: int = 50) -> ThingsPage:
    """Return resources by account and type. Raises :class:`scanner.web.found.CursorError`."""
    near = desk.narrowed(asked.account)
    held = [each for each in desk.figures.held if near.sees(each.account_pk)]
    held = [each for each in held if not asked.service or each.service in asked.service]
    types: dict[str, int] = {}
    for each in held:
        types[each.resource_type] = types.get(each.resource_type, 0) + each.number
    chosen = [each for each in held if not asked.type or each.resource_type in asked.type]
    buckets = sorted({(each.account_pk, each.resource_type) for each in chosen})
    pattern = asked.q.lower()

    def fits(row: Mapping[str, Any]) -> bool:
        return (
            (not asked.region or row["region"] in asked.region)
            and (not asked.service or row["service"] in asked.service)
            and (not pattern or named(row, pattern))
        )

    looks_at_rows = bool(asked.region or pattern or asked.service)
    with desk.store.reading() as connection:
        want = Wanted(most, place(after, SHAPE) if after else None, fits if looks_at_rows else None)
        page = pages.resources(connection, buckets, want)
    total = None if asked.region or pattern else sum(each.number for each in chosen)
    shown = dict(sorted(types.items(), key=lambda each: (-each[1], each[0])))
    return ThingsPage([row_of(row) for row in page.rows], cursor(page.next), total, page.cut, shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a resource was like, from one look to another; ``fields`` are what differs from before."""

    from_snapshot: int
    from_at: datetime | None
    to_snapshot: int | None
    to_at: datetime | None
    change: str
    fields: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A fact that could not be read; ``until`` is ``None`` while that is so."""

    fact: str
    reason: str
    operation: str
    permission: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingTurn:
    """A turn in the life of a finding on the resource."""

    at: datetime
    event: str
    cause: str
    check_id: str
    severity: str
    snapshot_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Which part of a resource's past is asked for: what is older than these, and how much of it."""

    before: int | None = None
    turns_before: int | None = None
    most: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingPage:
    """One resource with what is known of it. ``versions`` and ``turns`` are parts, oldest first.

    ``versions_next`` and ``turns_next`` are ``before`` and ``turns_before`` of the parts that are older.
    """

    resource: ThingRow
    tags: dict[str, Any]
    facts: dict[str, Any]
    findings: list[FindingRow]
    versions: list[Version]
    versions_next: int | None
    turns: list[ThingTurn]
    turns_next: int | None
    unread: list[Unread]


def resource(desk: Desk, pk: int, back: Back | None = None) -> ThingPage | None:
    """Return one resource by its number; ``None`` where there is none to be seen."""
    part = back or Back()
    with desk.store.reading() as connection:
        row = pages.thing(connection, pk, desk.sight)
        if row is None:
            return None
        past, versions_next = history.newest(connection, pk, part.most, part.before)
        told, turns_next = history.last_turns(connection, pk, part.most, part.turns_before)
        unread = [Unread(**each) for each in history.unread(connection, pk)]
        found = pages.on_resource(connection, pk, desk.now)
    tags = row["facts"].get("tags")
    order = ("fail", "unknown", "pass")
    judged = sorted(
        map(shaped, found), key=lambda each: (order.index(each.status) if each.status in order else 9, each.check_id)
    )
    return ThingPage(
        resource=row_of(row),
        tags=tags if isinstance(tags, dict) else {},
        facts=row["facts"],
        findings=judged,
        versions=[Version(**{**each, "fields": [as_json(field) for field in each["fields"]]}) for each in past],
        versions_next=versions_next,
        turns=[ThingTurn(snapshot_id=each.pop("snapshot_pk"), **each) for each in told],
        turns_next=turns_next,
        unread=unread,
    )
