"""Findings: filtered and page by page, and one with all that is known of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import orjson

from scanner.errors import UserError
from scanner.evaluation.check import Check
from scanner.inventory import pages
from scanner.inventory.pages import Bucket, Place, Score, Wanted
from scanner.reports.finding import filled, in_terraform
from scanner.responsibility.frameworks import shipped
from scanner.responsibility.split import UnknownServiceError, resolve
from scanner.web import catalogue
from scanner.web.figures import Desk

COUNTED = {"fail": "failed", "unknown": "unknown", "accepted": "accepted", "pass": "passed"}
NO_PLACE = "that is no place to go on from"


class CursorError(UserError):
    """What is given as the place to go on from is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which findings are asked for. Globs are allowed in ``check``, ``resource`` and ``tag`` (name=value)."""

    status: str = "fail"
    account: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    framework: str = ""
    requirement: str = ""
    tag: str = ""
    q: str = ""
    days: int = 0

    @property
    def looks_at_rows(self) -> bool:
        """Whether some of it can only be told from each row."""
        return bool(self.region or self.tag or self.q or self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding as lists show it."""

    finding_id: str
    check_id: str
    title: str
    control: str
    area: str
    owner: str
    service: str
    severity: str
    status: str
    reason: str
    opened_at: datetime | None
    last_known_status: str | None
    provider: str
    account_id: str
    account_name: str
    region: str
    resource_type: str
    resource_id: str
    resource_name: str
    resource_pk: int
    accepted_until: datetime | None
    accepted_by: str | None


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """A part of a list. ``total`` is ``None`` where only reading them all would tell; ``cut``: there may be more than shown."""

    findings: list[FindingRow]
    next: str | None
    total: int | None
    cut: bool
    by_severity: dict[str, int]


def shaped(row: Mapping[str, Any]) -> FindingRow:
    known = {each.name: row[each.name] for each in fields(FindingRow) if each.name != "title"}
    return FindingRow(title=catalogue.title(row["check_id"]), **known)


def findings(desk: Desk, asked: Asked, after: str = "", most: int = 50) -> FindingsPage:
    """Return findings, worst first. Raises :class:`CursorError`."""
    wanted = [each for each in desk.narrowed(asked.account).scores if _wanted(each, asked)]
    counted = COUNTED[asked.status]
    by_severity: dict[str, int] = dict.fromkeys(catalogue.SEVERITIES, 0)
    for each in wanted:
        by_severity[each.severity] += getattr(each, counted)
    chosen = [each for each in wanted if _holds(each, asked.status) and (not asked.severity or each.severity in asked.severity)]
    buckets = sorted({Bucket(catalogue.rank(each.severity), each.check_id, each.account_pk) for each in chosen})
    fits = _fits(asked, desk.now) if asked.looks_at_rows else None
    with desk.store.reading() as connection:
        want = Wanted(most, place(after, SHAPE) if after else None, fits)
        page = pages.findings(connection, buckets, asked.status, desk.now, want, tags=bool(asked.tag))
    # What could not even be listed is unknown without being a finding.
    total = None if asked.looks_at_rows or asked.status == "unknown" else sum(getattr(each, counted) for each in chosen)
    return FindingsPage([shaped(row) for row in page.rows], cursor(page.next), total, page.cut, by_severity)


def _holds(each: Score, status: str) -> bool:
    """Tell whether a bucket may hold findings of a status; an acceptance may have ended since the last look."""
    return bool(each.failed or each.accepted) if status in ("fail", "accepted") else bool(getattr(each, COUNTED[status]))


def _wanted(each: Score, asked: Asked) -> bool:
    check = catalogue.checks().get(each.check_id)
    return (
        (not asked.area or each.area in asked.area)
        and (not asked.service or each.service in asked.service)
        and (not asked.check or any(fnmatchcase(each.check_id, pattern) for pattern in asked.check))
        and (not asked.control or (check is not None and check.control in asked.control))
        and (not asked.framework or (check is not None and _answers(check, asked.framework, asked.requirement)))
    )


@lru_cache(maxsize=20_000)
def _answers(check: Check, framework: str, requirement: str) -> bool:
    """Tell whether a check answers a requirement of a framework, or any of them."""
    found = shipped().get(framework)
    answered = found.of(check.id, check.control, check.cis) if found else ()
    return requirement in answered if requirement else bool(answered)


def _fits(asked: Asked, now: datetime) -> Callable[[Mapping[str, Any]], bool]:
    pattern = asked.q.lower()
    since = now - timedelta(days=asked.days)

    def fits(row: Mapping[str, Any]) -> bool:
        return (
            (not asked.region or row["region"] in asked.region)
            and (not asked.days or (row["opened_at"] is not None and row["opened_at"] <= since))
            and (not pattern or named(row, pattern))
            and (not asked.tag or tagged(row.get("tags"), asked.tag))
        )

    return fits


def named(row: Mapping[str, Any], pattern: str) -> bool:
    """Tell whether a resource's id or name holds some letters."""
    name = row.get("resource_name", row.get("name")) or ""
    return pattern in row["resource_id"].lower() or pattern in name.lower()


def tagged(tags: object, pattern: str) -> bool:
    """Tell whether one of some tags fits ``name=value``, or has that name."""
    if not isinstance(tags, Mapping):
        return False
    whole = pattern if "=" in pattern else f"{pattern}=*"
    return any(fnmatchcase(f"{name}={value}", whole) for name, value in tags.items())


def cursor(found: Place | None) -> str | None:
    """Return a place as text that goes into an address."""
    return base64.urlsafe_b64encode(orjson.dumps([found.bucket, found.last])).decode().rstrip("=") if found else None


Shape = tuple[tuple[type, ...], tuple[type, ...]]
SHAPE: Shape = ((int, str, int), (int,))  # of a place in a list of findings: the bucket, and the last row
LARGEST = 2**63  # beyond it, no database takes a number


def place(given: str, shape: Shape) -> Place:
    """Return the place that a cursor stands for. Raises :class:`CursorError` for what no list of ours ever told."""
    try:
        bucket, last = orjson.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        found = Place(tuple(bucket), tuple(last))
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorError(NO_PLACE) from error
    if not _shaped(found.bucket, shape[0]) or not (found.last == () or _shaped(found.last, shape[1])):
        raise CursorError(NO_PLACE)
    return found


def _shaped(values: tuple[Any, ...], kinds: tuple[type, ...]) -> bool:
    return tuple(map(type, values)) == kinds and all(
        "\0" not in each if isinstance(each, str) else 0 <= each < LARGEST for each in values
    )


# One finding.


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn in the life of a finding."""

    at: datetime
    event: str
    cause: str
    snapshot_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """One finding with all that is known of it."""

    finding: FindingRow
    evidence: dict[str, Any] | None
    operation: str
    permission: str
    resolved_at: datetime | None
    reopened: int
    last_known_at: datetime | None
    accepted_because: str | None
    risk: str
    fix: str
    command: bool
    terraform: str
    terraform_none: str
    cis: list[str]
    service_model: str
    provider_duty: str
    customer_duty: str
    source: str
    history: list[Turn]
    also: int


def finding(desk: Desk, name: str) -> FindingPage | None:
    """Return a finding by its whole name; ``None`` where there is none to be seen."""
    with desk.store.reading() as connection:
        row = pages.one(connection, name, desk.now, desk.sight)
        if row is None:
            return None
        turns = pages.turns(connection, row["pk"])
    check = catalogue.checks().get(row["check_id"])
    try:
        cell = resolve(row["service"], row["area"])
        duties = (cell.provider_duty, cell.customer_duty, cell.source)
    except UnknownServiceError:
        duties = ("", "", "")
    names = {"id": row["resource_id"], "name": row["resource_name"], "region": row["region"], "account": row["account_id"]}
    hcl, none = in_terraform(check, names)
    return FindingPage(
        finding=shaped(row),
        evidence=row["evidence"],
        operation=row["operation"],
        permission=row["permission"],
        resolved_at=row["resolved_at"],
        reopened=row["reopened"],
        last_known_at=row["known_at"],
        accepted_because=row["accepted_because"],
        risk=check.risk if check else "",
        fix=filled(check.fix, names) if check else "",
        command=bool(check and check.fix.startswith(COMMANDS)),
        terraform=hcl,
        terraform_none=none,
        cis=list(check.cis) if check else [],
        service_model=row["service_model"],
        provider_duty=duties[0],
        customer_duty=duties[1],
        source=duties[2],
        history=[Turn(**each) for each in turns],
        also=_also(desk.scores, row["check_id"]),
    )


COMMANDS = ("aws ", "az ", "gcloud ", "gsutil ", "bq ", "kubectl ")


def _also(scores: Iterable[Score], check_id: str) -> int:
    """Return how many findings of the check fail."""
    return sum(each.failed for each in scores if each.check_id == check_id)
