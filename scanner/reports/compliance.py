"""How an estate stands against a framework: each requirement by what its checks said, and what nobody could see.

A requirement passes only where everything that was due is known and holds. What is unknown, accepted, attested or not due
is called that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scanner.evaluation.check import Check
from scanner.evaluation.score import Sum
from scanner.reports.difference import escaped
from scanner.reports.rows import percent
from scanner.responsibility.frameworks import Framework, Requirement

Row = Mapping[str, Any]


class Standing(StrEnum):
    """How a requirement stands, worst first."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    PASS = "pass"
    ATTESTED = "attested"
    NOT_DUE = "not due"
    NO_CHECK = "no check"
    NOT_AUTOMATABLE = "not automatable"


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement of a framework. ``attested`` counts cells of its areas for which somebody stands."""

    id: str
    subject: str
    standing: Standing
    passed: int = 0
    failed: int = 0
    accepted: int = 0
    unknown: int = 0
    attested: int = 0
    sum: Sum = field(default_factory=Sum)
    checks: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    why: str = ""

    def as_row(self) -> dict[str, Any]:
        """Return it as JSON data. ``coverage`` is null where nothing was due."""
        counts = {name: getattr(self, name) for name in ("passed", "failed", "accepted", "unknown", "attested")}
        ratios = {"score_floor": self.sum.floor, "coverage": self.sum.coverage}
        head = {"id": self.id, "subject": self.subject, "status": self.standing.value}
        return {**head, **counts, **ratios, "checks": self.checks, "controls": self.controls, "why": self.why}


def judged(framework: Framework, checks: Iterable[Check], sums: Iterable[Row], cells: Iterable[Row]) -> Iterator[Judged]:
    """Yield the requirements of *framework*. *sums*: those of the latest scores by check; *cells*: of the split."""
    by_requirement: Mapping[str, list[Check]] = defaultdict(list)
    for check in checks:
        for id in framework.of(check.id, check.control, check.cis):
            by_requirement[id].append(check)
    by_check = {row["check_id"]: row for row in sums}
    attested = Counter(row["area"] for row in cells if row["state"] == "attested")
    for requirement in framework.requirements.values():
        yield _judged(requirement, by_requirement[requirement.id], by_check, attested)


def _judged(requirement: Requirement, checks: Sequence[Check], by_check: Mapping[str, Row], attested: Counter[str]) -> Judged:
    rows = [by_check[check.id] for check in checks if check.id in by_check]
    counts = {name: sum(row[name] for row in rows) for name in ("passed", "failed", "accepted", "unknown")}
    areas = {*requirement.areas, *(control.partition(".")[0] for control in requirement.controls)}
    said = sum(attested[area] for area in areas)
    return Judged(
        requirement.id,
        requirement.subject or next((check.title for check in checks), ""),
        _standing(requirement, counts, said, tested=bool(checks)),
        **counts,
        attested=said,
        sum=sum((Sum(row["expected"], row["known"], row["earned"]) for row in rows), Sum()),
        checks=tuple(check.id for check in checks),
        controls=requirement.controls,
        why=requirement.why,
    )


def _standing(requirement: Requirement, counts: Mapping[str, int], attested: int, *, tested: bool) -> Standing:
    for name, standing in (("failed", Standing.FAIL), ("unknown", Standing.UNKNOWN), ("accepted", Standing.ACCEPTED)):
        if counts[name]:
            return standing
    if counts["passed"]:
        return Standing.PASS
    if attested:
        return Standing.ATTESTED
    if not requirement.automatable:
        return Standing.NOT_AUTOMATABLE
    return Standing.NOT_DUE if tested else Standing.NO_CHECK


def document(framework: Framework, requirements: Sequence[Judged]) -> dict[str, Any]:
    """Return how the estate stands against a framework, as JSON data."""
    names = ("id", "title", "edition", "publisher", "granularity", "source", "provider")
    counts = Counter(each.standing.value for each in requirements)
    rows = [each.as_row() for each in requirements]
    return {**{name: getattr(framework, name) for name in names}, "statuses": counts, "requirements": rows}


def headline(framework: Framework, requirements: Sequence[Judged]) -> str:
    """Return one line: how many requirements stand how, and how much of what is due could be seen."""
    counts = Counter(each.standing for each in requirements)
    said = ", ".join(f"{counts[each]} {each}" for each in Standing if counts[each])
    return f"{framework.title} {framework.edition}: {len(requirements)} requirements ({framework.granularity}): {said}"


def markdown(framework: Framework, requirements: Sequence[Judged]) -> Iterator[str]:
    yield f"# {escaped(f'{framework.title} {framework.edition}')}\n\n{escaped(headline(framework, requirements))}\n\n"
    head = ("requirement", "subject", "status", "pass", "fail", "accepted", "unknown", "attested", "coverage", "why")
    yield f"| {' | '.join(head)} |\n| {' | '.join(['---'] * len(head))} |\n"
    for each in requirements:
        yield f"| {' | '.join(escaped(cell) for cell in cells(each))} |\n"


def cells(each: Judged) -> Sequence[str]:
    """Return a requirement as the cells of a table."""
    counts = [
        str(number) if number else "" for number in (each.passed, each.failed, each.accepted, each.unknown, each.attested)
    ]
    coverage = percent(each.sum.coverage) if each.sum.expected else ""
    return (each.id, each.subject, each.standing.value, *counts, coverage, each.why)
