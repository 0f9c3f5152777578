"""What a scan ends with: the score with its range and coverage, what fails, what could not be seen, what to try next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from rich.console import Console

from scanner.evaluation.score import Grade, Sum, grade
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Severity
from scanner.reports.rows import Column, Format, console, dumps, table, write
from scanner.scan import Scanned

TOP = 10
FAILING = [
    Column("severity", "severity"),
    Column("failed", "failed", right=True),
    Column("area", "area"),
    Column("check", "check_id"),
]
BLIND = [
    Column("findings", "findings_affected", right=True),
    Column("reason", "reason"),
    Column("where", "region"),
    Column("call", "operation"),
    Column("permission", "permission"),
]
AREAS = [
    Column("area", "area"),
    Column("score", "score", right=True),
    Column("coverage", "coverage", right=True),
    Column("pass", "passed", right=True),
    Column("fail", "failed", right=True),
    Column("unknown", "unknown", right=True),
]


def report(store: Store, scans: Sequence[Scanned], format: Format, output: Path | None) -> None:
    """Print what the scans came to, to *output* or the screen."""
    if output is None:
        _write(store, scans, format, sys.stdout)
        return
    with output.open("w", encoding="utf-8", newline="") as out:
        _write(store, scans, format, out)


def _write(store: Store, scans: Sequence[Scanned], format: Format, out: IO[str]) -> None:
    accounts = {"account_id": [each.account.id for each in scans]}
    if format is Format.TABLE:
        people(store, scans, console(out))
    elif format is Format.JSON:
        out.writelines(document(store, scans))
    else:
        write(queries.findings(store, accounts), (), format, out)


def document(store: Store, scans: Sequence[Scanned]) -> Any:
    """Yield one JSON object, findings streamed: snapshots, scores, blind spots, findings."""
    accounts = {each.account.id for each in scans}
    slices = [row for row in queries.triples(store) if row["slice"] in accounts]
    blind = [row for row in queries.gaps(store) if row["account_id"] in accounts]
    head = {"snapshots": [_snapshot(each) for each in scans], "scores": slices, "blind_spots": blind}
    yield dumps(head)[:-1] + ',"findings":['
    for number, row in enumerate(queries.findings(store, {"account_id": sorted(accounts)})):
        yield ("," if number else "") + "\n" + dumps(row)
    yield "\n]}\n"


def _snapshot(each: Scanned) -> dict[str, Any]:
    return {
        "account_id": each.account.id,
        "snapshot_id": each.snapshot_id,
        "status": each.status,
        "resources": each.resources,
        "gaps": each.gaps,
        "calls": sum(each.calls.values()),
    }


def people(store: Store, scans: Sequence[Scanned], to: Console) -> None:
    sums = {row["slice"]: row for row in queries.triples(store)}
    for each in scans:
        change = each.applied
        name = f" ({each.account.name})" if each.account.name else ""
        to.print(
            f"{each.account.provider} account {each.account.id}{name}: {each.status}, {each.resources} resources",
            end="",
        )
        to.print(f" (+{change.added} ~{change.changed} -{change.removed}), {sum(each.calls.values())} calls, {each.gaps} gaps")
        row = sums.get(each.account.id)
        whole = Sum(row["expected"], row["known"], row["earned"]) if row else Sum()
        to.print("  " + headline(whole, grade(whole, failing(store, each.account.id))))
    _areas(store, to)
    _failing(store, to)
    _blind(store, to)
    cells(store, to)
    to.print("\nnext: demarc findings · demarc show FINDING · demarc split · demarc gaps · demarc sql 'select …'")


def headline(whole: Sum, given: Grade) -> str:
    """Return the score as it is always printed: floor, range, coverage, grade and what caps it."""
    if whole.floor is None or whole.ceiling is None or whole.coverage is None:
        return "score: not assessed"
    score = f"score {whole.floor:.0%} ({whole.floor:.0%} to {whole.ceiling:.0%}), coverage {whole.coverage:.0%}"
    return f"{score}, grade {given.letter or 'none'}" + "".join(f"; {cap}" for cap in given.caps)


def failing(store: Store, account: str) -> set[Severity]:
    query = "SELECT DISTINCT severity, account_id FROM scores WHERE latest = 1 AND failed > 0"
    return {Severity(row["severity"]) for row in queries.sql(store, query) if row["account_id"] == account}


def _areas(store: Store, to: Console) -> None:
    rows = []
    for row in queries.triples(store, "area"):
        whole = Sum(row["expected"], row["known"], row["earned"])
        rows.append({**row, "area": row["slice"], "score": percent(whole.floor), "coverage": percent(whole.coverage)})
    to.print()
    table(rows, AREAS, to, "Score by area")


def percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _failing(store: Store, to: Console) -> None:
    rows = sorted(
        (row for row in queries.triples(store, "check_id") if row["failed"]),
        key=lambda row: -(row["expected"] - row["earned"]),
    )
    checks = {row["check_id"]: row for row in queries.sql(store, "SELECT DISTINCT check_id, severity, area FROM scores")}
    to.print()
    table(({**row, **checks[row["slice"]]} for row in rows[:TOP]), FAILING, to, "What fails, heaviest first")


def _blind(store: Store, to: Console) -> None:
    rows = list(islice(queries.gaps(store), TOP))
    to.print()
    if rows:
        table(rows, BLIND, to, "What could not be seen")
    else:
        to.print("Nothing that was asked for went unread.")


def cells(store: Store, to: Console) -> None:
    query = "SELECT state, count(*) AS cells FROM responsibility_ledger WHERE owner <> 'provider' GROUP BY state ORDER BY state"
    states = {row["state"]: row["cells"] for row in queries.sql(store, query)}
    said = ", ".join(f"{number} {state}" for state, number in states.items())
    to.print(f"\n{sum(states.values())} cells of the split are ours: {said or 'none'}")
