"""Frameworks, and what people said: how each requirement stands, and what is accepted and attested."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scanner.evaluation.registry import told
from scanner.inventory import audit, overlays
from scanner.reports.compliance import Judged, judged
from scanner.responsibility.frameworks import Framework, shipped
from scanner.web.figures import Desk

SUMS = ("passed", "failed", "accepted", "unknown", "expected", "known", "earned")
ENTRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementRow:
    """One requirement: how it stands, and which checks say so."""

    id: str
    subject: str
    status: str
    passed: int
    failed: int
    accepted: int
    unknown: int
    attested: int
    score_floor: float | None
    coverage: float | None
    checks: list[str]
    controls: list[str]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkRow:
    """One framework, and how many of its requirements stand how."""

    id: str
    title: str
    edition: str
    publisher: str
    provider: str
    granularity: str
    source: str
    statuses: dict[str, int]
    coverage: float | None


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    """One framework, requirement by requirement."""

    framework: FrameworkRow
    requirements: list[RequirementRow]


def _judged(desk: Desk, framework: Framework) -> list[Judged]:
    return desk.figures.kept(("framework", framework.id, desk.sight), lambda: _judge(desk, framework))


def _judge(desk: Desk, framework: Framework) -> list[Judged]:
    by_check: dict[str, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    for each in desk.scores:
        row = by_check[each.check_id]
        for name in SUMS:
            row[name] += getattr(each, name)
    sums = [{"check_id": check, **row} for check, row in by_check.items()]
    cells = [{"area": each.area, "state": each.state} for each in desk.squares]
    return list(judged(framework, told(), sums, cells))


def _row(framework: Framework, requirements: list[Judged]) -> FrameworkRow:
    expected = sum(each.sum.expected for each in requirements)
    return FrameworkRow(
        id=framework.id,
        title=framework.title,
        edition=framework.edition,
        publisher=framework.publisher,
        provider=framework.provider,
        granularity=framework.granularity,
        source=framework.source,
        statuses=dict(Counter(each.standing.value for each in requirements)),
        coverage=sum(each.sum.known for each in requirements) / expected if expected else None,
    )


def frameworks(desk: Desk) -> list[FrameworkRow]:
    """Return the frameworks that come with the scanner, by title."""
    found = [_row(each, _judged(desk, each)) for each in shipped().values()]
    return sorted(found, key=lambda row: (row.title, row.edition))


def framework(desk: Desk, name: str) -> FrameworkPage | None:
    """Return one framework; ``None`` where there is none."""
    found = shipped().get(name)
    if found is None:
        return None
    requirements = _judged(desk, found)
    rows = [each.as_row() for each in requirements]
    shaped = [RequirementRow(**{**row, "checks": list(row["checks"]), "controls": list(row["controls"])}) for row in rows]
    return FrameworkPage(_row(found, requirements), shaped)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayRow:
    """What somebody accepts or attests. ``stands``: it is neither withdrawn nor over."""

    name: str
    kind: str
    what: str
    account_id: str
    resource_id: str
    tag: str
    owner: str
    why: str
    evidence: str
    source: str
    said_at: datetime
    until: datetime
    stands: bool


def said(desk: Desk) -> list[OverlayRow]:
    """Return what is accepted and attested, what stands first. What is said of accounts that are not seen is left out."""
    own = {row["account_id"] for row in desk.accounts}
    with desk.store.reading() as connection:
        rows = [row for row in overlays.every(connection) if desk.sight is None or row["account_id"] in own]
    found = [_said(row, desk.now) for row in rows]
    return sorted(found, key=lambda row: (not row.stands, row.until, row.name))


def _said(row: dict[str, Any], now: datetime) -> OverlayRow:
    return OverlayRow(
        name=row["name"],
        kind=row["kind"],
        what=row.get("check_id") or f"{row['service']} {row['area']}",
        account_id=row["account_id"],
        resource_id=row.get("resource_id", ""),
        tag=row.get("tag", ""),
        owner=row["owner"],
        why=row.get("reason") or row.get("statement", ""),
        evidence=row.get("evidence", ""),
        source=row["source"],
        said_at=row["said_at"],
        until=row["until"],
        stands=row["until"] > now and row["withdrawn_at"] is None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """What was changed through the dashboard, and by whom."""

    pk: int
    at: datetime
    actor: str
    role: str
    address: str
    action: str
    subject: dict[str, Any]


def log(desk: Desk, before: int | None = None) -> list[AuditRow]:
    """Return what was changed through the dashboard, newest first."""
    with desk.store.reading() as connection:
        return [AuditRow(**row) for row in audit.entries(connection, ENTRIES, before)]


def names() -> list[tuple[str, str]]:
    """Return the frameworks that there are: id, and title with edition."""
    return sorted(((each.id, f"{each.title} {each.edition}") for each in shipped().values()), key=lambda each: each[1])
