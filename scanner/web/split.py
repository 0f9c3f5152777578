"""The split: services in use by areas, each cell as who holds it and how well; and one cell with all that is known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from scanner.evaluation.score import Sum, grade
from scanner.inventory import pages
from scanner.inventory.pages import Score, Square
from scanner.model import Severity
from scanner.reports.split import Square as Together
from scanner.responsibility.split import areas
from scanner.web import catalogue
from scanner.web.figures import Desk

Place = tuple[str, str]
JUDGED = ("assessed", "partly blind")
LEVELS = (0.25, 0.5, 0.75, 0.9, 1.0)
RED = 0.5
WORST = ("critical", "high")
FIRST = 10
SIGNS = {"blind": "?", "dark": "", "attested": "✓", "not visible": "x", "elsewhere": "→", "not due": "-", "provider": ""}


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands. ``floor``, ``ceiling`` and ``coverage`` are shares, ``None`` where nothing was due."""

    floor: float | None
    ceiling: float | None
    coverage: float | None
    passed: int
    failed: int
    unknown: int
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class SplitCell:
    """One area of one service, all accounts together. ``level``: 0 (worst) to 5 (all holds); ``None``: there is no score."""

    service: str
    area: str
    owner: str
    state: str
    floor: float | None
    coverage: float | None
    failed: int
    unknown: int
    worst: str
    level: int | None
    sign: str

    @property
    def kind(self) -> str:
        """Which of four it is at a glance: theirs, ours and scored, blind, dark; or quiet."""
        names = {"provider": "theirs", "blind": "blind", "dark": "dark", "not visible": "dark"}
        return names.get(self.state, "scored" if self.level is not None else "quiet")

    @property
    def red(self) -> bool:
        return self.worst == "critical" or (self.floor is not None and self.floor < RED)


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One service in use."""

    service: str
    name: str
    provider: str
    service_model: str
    accounts: int
    standing: Standing
    lost: float
    cells: list[SplitCell | None]


@dataclass(frozen=True, slots=True)
class AreaColumn:
    """One area of the split, over all services."""

    area: str
    name: str
    definition: str
    standing: Standing
    level: int | None


@dataclass(frozen=True, slots=True)
class Headline:
    """The whole in a few figures; cells are those of services in use, accounts together."""

    standing: Standing
    grade: str
    caps: list[str]
    theirs: int
    ours: int
    red: int
    blind: int
    partly_blind: int
    dark: int
    open_by_severity: dict[str, int]


@dataclass(frozen=True, slots=True)
class Split:
    """The picture of the split."""

    headline: Headline
    areas: list[AreaColumn]
    rows: list[SplitRow]


def level(floor: float | None) -> int | None:
    return None if floor is None else sum(floor >= bound for bound in LEVELS)


def standing(rows: Iterable[Any]) -> Standing:
    """Return how several sums stand together."""
    whole, counts = Sum(), [0, 0, 0, 0]
    for row in rows:
        whole += Sum(row.expected, row.known, row.earned)
        counts = [
            counts[0] + row.passed,
            counts[1] + row.failed,
            counts[2] + row.unknown,
            counts[3] + getattr(row, "accepted", 0),
        ]
    return Standing(whole.floor, whole.ceiling, whole.coverage, *counts)


def whole_of(rows: Iterable[Any]) -> Sum:
    whole = Sum()
    for row in rows:
        whole += Sum(row.expected, row.known, row.earned)
    return whole


def split(desk: Desk, *, by_name: bool = False) -> Split:
    """Return the picture, services that lose most first, or by name."""
    return desk.figures.kept(("split", desk.sight, by_name), lambda: _split(desk, by_name=by_name))


def _split(desk: Desk, *, by_name: bool) -> Split:
    by_service: dict[str, dict[str, list[Square]]] = defaultdict(lambda: defaultdict(list))
    by_area: dict[str, list[Square]] = defaultdict(list)
    for square in desk.squares:
        by_service[square.service][square.area].append(square)
        by_area[square.area].append(square)
    worst, open_ = _worst(desk.scores), _open(desk.scores)
    rows = [_row(service, cells, worst, open_) for service, cells in by_service.items()]
    order: Any = (lambda row: row.name.lower()) if by_name else (lambda row: (-row.lost, row.name.lower()))
    rows.sort(key=lambda row: (row.provider, order(row)))
    return Split(headline(desk, rows), [_column(area, by_area[area]) for area in areas()], rows)


def _row(
    service: str, cells: Mapping[str, Sequence[Square]], worst: Mapping[Place, str], open_: Mapping[Place, int]
) -> SplitRow:
    every = [square for some in cells.values() for square in some]
    whole = whole_of(every)
    return SplitRow(
        service,
        catalogue.service_name(service),
        catalogue.provider_of(service),
        every[0].service_model,
        len({square.account_pk for square in every}),
        standing(every),
        whole.expected - whole.earned,
        [
            _cell(cells[area], worst.get((service, area), ""), open_.get((service, area), 0)) if cells.get(area) else None
            for area in areas()
        ],
    )


def _cell(some: Sequence[Square], worst: str, failed: int) -> SplitCell:
    together = Together()
    for square in some:
        together.add(square._asdict())
    state, whole = together.state, together.sum
    judged = state in JUDGED
    floor = whole.floor if judged else None
    sign = SIGNS.get(state, "") if not judged else SIGNS["not due"] if floor is None else str(int(floor * 100 + 1e-9))
    return SplitCell(
        some[0].service,
        some[0].area,
        together.owner,
        state,
        floor,
        whole.coverage if judged or state == "blind" else None,
        failed,
        sum(square.unknown for square in some),
        worst,
        level(floor),
        sign,
    )


def _column(area: str, some: Sequence[Square]) -> AreaColumn:
    stands = standing(some)
    return AreaColumn(area, catalogue.area_name(area), str(areas()[area]["definition"]), stands, level(stands.floor))


def _worst(scores: Iterable[Score]) -> Mapping[Place, str]:
    """Return the worst severity at which something fails in each cell, where that is critical or high."""
    found: dict[Place, str] = {}
    for each in scores:
        place = (each.service, each.area)
        if each.failed and each.severity in WORST and found.get(place) != WORST[0]:
            found[place] = each.severity
    return found


def _open(scores: Iterable[Score]) -> Mapping[Place, int]:
    """Return how much fails in each cell without being accepted: what the list of findings shows of it."""
    found: dict[Place, int] = defaultdict(int)
    for each in scores:
        found[each.service, each.area] += each.failed
    return found


def headline(desk: Desk, rows: Sequence[SplitRow]) -> Headline:
    cells = [cell for row in rows for cell in row.cells if cell]
    states = [cell.state for cell in cells]
    scores = desk.scores
    whole = whole_of(scores)
    failing = {Severity(each.severity) for each in scores if each.failed or each.accepted}
    given = grade(whole, failing)
    failed: dict[str, int] = dict.fromkeys(catalogue.SEVERITIES, 0)
    for each in scores:
        failed[each.severity] += each.failed
    return Headline(
        standing(scores),
        given.letter,
        list(given.caps),
        states.count("provider"),
        len(states) - states.count("provider"),
        sum(cell.red for cell in cells),
        states.count("blind"),
        states.count("partly blind"),
        states.count("dark") + states.count("not visible"),
        failed,
    )


# One cell.


@dataclass(frozen=True, slots=True)
class CellAccount:
    """The cell in one account."""

    provider: str
    account_id: str
    account_name: str
    owner: str
    state: str
    standing: Standing
    level: int | None


@dataclass(frozen=True, slots=True)
class CellCheck:
    """One check that stands on the cell, and what its verdicts come to."""

    check_id: str
    title: str
    severity: str
    control: str
    standing: Standing
    level: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A call whose answer is missing: what would have to be granted, and what waits for it."""

    operation: str
    permission: str
    findings: int
    resources: int
    accounts: int
    reason: str
    code: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class CellPage:
    """Everything that is known of one cell."""

    service: str
    service_name: str
    service_model: str
    area: str
    area_name: str
    definition: str
    owner: str
    state: str
    provider_duty: str
    customer_duty: str
    source: str
    note: str
    blind_spot: str
    standing: Standing
    level: int | None
    accounts: list[CellAccount]
    checks: list[CellCheck]
    missing: list[Missing]
    findings: list[dict[str, Any]] = field(default_factory=list)
    attestable: bool = False


def cell(desk: Desk, service: str, area: str) -> CellPage | None:
    """Return one cell; ``None`` where no account that may be seen has it."""
    with desk.store.reading() as connection:
        # An account that came after the figures were read is shown with those that count it.
        rows = [row for row in pages.cell(connection, service, area, desk.sight) if row["account_pk"] in desk.figures.accounts]
        if not rows:
            return None
        scores = [each for each in desk.scores if (each.service, each.area) == (service, area)]
        checks = _checks(service, area, scores)
        missing = _missing(desk, connection, service, [each.check_id for each in checks])
        failing = [each for each in scores if each.failed]
        failing.sort(key=lambda each: (catalogue.rank(each.severity), each.check_id, each.account_pk))
        buckets = [pages.Bucket(catalogue.rank(each.severity), each.check_id, each.account_pk) for each in failing]
        found = pages.findings(connection, buckets, "fail", desk.now, pages.Wanted(FIRST)).rows
    counts = standing(scores)
    together = _cell([_square(row) for row in rows], "", counts.failed)
    nearest = next(row for row in rows if row["owner"] == together.owner)
    stands = replace(standing([_square(row) for row in rows]), failed=counts.failed, accepted=counts.accepted)
    return CellPage(
        service,
        catalogue.service_name(service),
        nearest["service_model"],
        area,
        catalogue.area_name(area),
        str(areas()[area]["definition"]) if area in areas() else "",
        together.owner,
        together.state,
        nearest["provider_duty"],
        nearest["customer_duty"],
        nearest["source"],
        nearest["note"],
        str(areas()[area].get("blind_spot", "")) if area in areas() else "",
        stands,
        level(stands.floor),
        [_in_account(desk, row, [each for each in scores if each.account_pk == row["account_pk"]]) for row in rows],
        checks,
        missing,
        found,
        attestable=together.owner != "provider" and not checks,
    )


def _square(row: Mapping[str, Any]) -> Square:
    return Square(*(row[name] for name in Square._fields))


def _in_account(desk: Desk, row: Mapping[str, Any], scores: Sequence[Score]) -> CellAccount:
    account = desk.figures.accounts[row["account_pk"]]
    counts = standing(scores)
    stands = replace(standing([_square(row)]), failed=counts.failed, accepted=counts.accepted)
    return CellAccount(
        account["provider"],
        account["account_id"],
        catalogue.account_name(account),
        row["owner"],
        row["state"],
        stands,
        level(stands.floor) if row["state"] in JUDGED else None,
    )


def _checks(service: str, area: str, scores: Sequence[Score]) -> list[CellCheck]:
    by_check: dict[str, list[Score]] = defaultdict(list)
    for each in scores:
        by_check[each.check_id].append(each)
    installed = {each.id: each for each in catalogue.standing().get((service, area), ())}
    found = []
    for check_id in {*by_check, *installed}:
        some = by_check.get(check_id, [])
        check = catalogue.checks().get(check_id)
        severity = some[0].severity if some else str(installed[check_id].severity)
        stands = standing(some)
        control = check.control if check else ""
        found.append(CellCheck(check_id, catalogue.title(check_id), severity, control, stands, level(stands.floor)))
    return sorted(found, key=lambda each: (-each.standing.failed, catalogue.rank(each.severity), each.check_id))


def _missing(desk: Desk, connection: Any, service: str, checks: Sequence[str]) -> list[Missing]:
    """Return the calls that the cell's unknown findings wait for, with why each failed; the latter from the gaps."""
    waiting = pages.hiding(connection, desk.sight, checks) if checks else []
    reasons = {row["operation"]: row for row in pages.gaps(connection, desk.sight, service)} if waiting else {}
    return [missing(row, reasons.get(row["operation"])) for row in waiting]


def missing(row: Mapping[str, Any], why: Mapping[str, Any] | None) -> Missing:
    said = why or {"resources": 0, "reason": "", "code": "", "since": None}
    return Missing(
        row["operation"],
        row["permission"],
        row["findings"],
        said["resources"],
        row["accounts"],
        said["reason"],
        said["code"],
        said["since"],
    )
