"""Markdown for a pull request or a mail: scores, what fails most, what could not be seen. Short, whatever is found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from scanner.evaluation.score import Sum
from scanner.model import Severity
from scanner.reports.difference import escaped, short
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import accepted, because
from scanner.reports.rows import percent

MOST = 20  # rows of a table
NEVER = "No account was ever looked at.\n"
Cells = Sequence[str]


def write(report: Report) -> Iterator[str]:
    yield "# Cloud posture\n\n"
    yield from _scores(report)
    yield from _failing(report)
    yield from _worst(report)
    yield from _blind(report)
    yield f"\n{_cells(report.cells)}\n\nDemarc {report.version}, {report.made_at:%Y-%m-%d %H:%M} UTC\n"


def table(head: Cells, rows: Iterable[Cells]) -> Iterator[str]:
    """Yield a table; its cells are strangers' text and are shown as they are."""
    for line in (head, ["---"] * len(head)):
        yield f"| {' | '.join(line)} |\n"
    for row in rows:
        yield f"| {' | '.join(escaped(short(each)) for each in row)} |\n"


def _scores(report: Report) -> Iterator[str]:
    head = ("account", "score", "range", "coverage", "pass", "fail", "accepted", "unknown", "look")
    looks = {(row["provider"], row["account_id"]): str(row["status"]) for row in report.looks}
    yield from table(head, (_account(row, looks) for row in islice(report.scores, MOST)))
    yield from _more(len(report.scores), "accounts")


def _account(row: Row, looks: Mapping[tuple[str, str], str]) -> Cells:
    whole = Sum(row["expected"], row["known"], row["earned"])
    counts = [str(row[name]) for name in ("passed", "failed", "accepted", "unknown")]
    place = f"{row['provider']} {row['account_id']}"
    floor, ceiling = percent(whole.floor), percent(whole.ceiling)
    look = looks.get((row["provider"], row["account_id"]), "-")
    return (place, floor, f"{floor} to {ceiling}", percent(whole.coverage), *counts, look)


def _failing(report: Report) -> Iterator[str]:
    """Yield the checks that fail, worst first; those with the most failures first among equals."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in report.count(("severity", "check_id", "status", "accepted")):
        if row["status"] == "fail":
            found[row["severity"], row["check_id"]]["accepted" if row["accepted"] else "fail"] += row["findings"]
    ranked = sorted(found, key=lambda key: (-Severity(key[0]).rank, -found[key].total(), key[1]))
    yield "\n## What fails\n\n"
    if not ranked:
        yield "Nothing that was asked for fails.\n" if report.looks else NEVER
        return
    rows = [(*key, _titled(report, key[1]), str(found[key]["fail"]), str(found[key]["accepted"])) for key in ranked[:MOST]]
    yield from table(("severity", "check", "should be", "failed", "accepted"), rows)
    yield from _more(len(ranked), "checks")


def _titled(report: Report, check_id: str) -> str:
    return report.checks[check_id].title if check_id in report.checks else ""


def _worst(report: Report) -> Iterator[str]:
    failing = (row for row in report.findings if row["status"] == "fail" and not accepted(row))
    first = list(islice(failing, MOST))
    if not first:
        return
    yield "\n## The worst findings\n\n"
    head = ("severity", "resource", "in", "because", "finding")
    yield from table(head, (_finding(row) for row in first))


def _finding(row: Row) -> Cells:
    place = f"{row['account_id']} {row['region']}"
    return (row["severity"], row["resource_id"], place, because(row), row["finding_id"])


def _blind(report: Report) -> Iterator[str]:
    yield "\n## What could not be seen\n\n"
    if not report.blind:
        yield "Nothing that was asked for went unread.\n" if report.looks else NEVER
        return
    yield from table(("findings", "account", "reason", "call", "permission"), (_spot(row) for row in report.blind[:MOST]))
    yield from _more(len(report.blind), "blind spots")


def _spot(row: Row) -> Cells:
    call = row["operation"] or row["resource_type"]
    return (str(row["findings_affected"]), row["account_id"], row["reason"], call, row["permission"])


def _more(number: int, what: str) -> Iterator[str]:
    if number > MOST:
        yield f"\n{number - MOST} more {what}.\n"


def _cells(rows: Sequence[Row]) -> str:
    states = Counter(str(row["state"]) for row in rows if row["owner"] != "provider")
    said = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return f"{states.total()} cells of the split are the customer's: {said or 'none'}."
