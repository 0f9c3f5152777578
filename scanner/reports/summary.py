"""What a scan ends with: the score with its range and coverage, what fails, what could not be seen, what to try next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from rich.console import Console

from scanner.evaluation.score import Grade, Sum, grade
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.model import Severity
from scanner.reports.rows import Column, Format, console, dumps, percent, table, write
from scanner.reports.split import tally
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
    Column("accounts", "accounts", right=True),
    Column("regions", "regions", right=True),
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


def report(store: Store, scans: Sequence[Scanned], format: Format, out: IO[str]) -> None:
    """Print what the scans came to."""
    accounts = {"account_id": [each.account.id for each in scans]}
    if format is Format.TABLE:
        people(store, scans, accounts, console(out))
    elif format is Format.JSON:
        out.writelines(document(store, scans, accounts))
    else:
        write(queries.findings(store, accounts), (), format, out)


def document(store: Store, scans: Sequence[Scanned], accounts: queries.Filters) -> Iterator[str]:
    """Yield one JSON object, findings streamed: snapshots, scores by account and check, blind spots, findings."""
    head = {
        "snapshots": [_snapshot(each) for each in scans],
        "scores": list(queries.triples(store, filters=accounts)),
        "blind_spots": list(queries.gaps(store, accounts)),
    }
    yield dumps(head)[:-1] + ',"findings":['
    for number, row in enumerate(queries.findings(store, accounts)):
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


def people(store: Store, scans: Sequence[Scanned], accounts: queries.Filters, to: Console) -> None:
    sums = {row["slice"]: row for row in queries.triples(store, filters=accounts)}
    for each in scans:
        _account(store, each, sums.get(each.account.id), to)
    _areas(store, accounts, to)
    to.print()
    table(queries.heaviest(store, accounts, TOP), FAILING, to, "What fails, heaviest first")
    _blind(store, accounts, to)
    to.print("\n" + tally(queries.ledger(store, accounts)))
    to.print("\nnext: demarc findings · demarc show FINDING · demarc split · demarc gaps · demarc sql 'select …'")


def _account(store: Store, each: Scanned, row: Mapping[str, Any] | None, to: Console) -> None:
    change, calls = each.applied, sum(each.calls.values())
    name = f" ({each.account.name})" if each.account.name else ""
    seen = f"{each.resources} resources (+{change.added} ~{change.changed} -{change.removed})"
    to.print(f"{each.account.provider} account {each.account.id}{name}: {each.status}, {seen}, {calls} calls, {each.gaps} gaps")
    whole = Sum(row["expected"], row["known"], row["earned"]) if row else Sum()
    failing = {Severity(name) for name in queries.failing(store, {"account_id": [each.account.id]}, accepted=True)}
    to.print("  " + headline(whole, grade(whole, failing)))


def headline(whole: Sum, given: Grade) -> str:
    """Return the score as it is always printed: floor, range, coverage, grade and what caps it."""
    if whole.floor is None or whole.ceiling is None or whole.coverage is None:
        return "score: not assessed"
    least, most = percent(whole.floor), percent(whole.ceiling)
    score = f"score {least} ({least} to {most}), coverage {percent(whole.coverage)}"
    return f"{score}, grade {given.letter or 'none'}" + "".join(f"; {cap}" for cap in given.caps)


def _areas(store: Store, accounts: queries.Filters, to: Console) -> None:
    rows = []
    for row in queries.triples(store, "area", accounts):
        whole = Sum(row["expected"], row["known"], row["earned"])
        rows.append({**row, "area": row["slice"], "score": percent(whole.floor), "coverage": percent(whole.coverage)})
    to.print()
    table(rows, AREAS, to, "Score by area")


def _blind(store: Store, accounts: queries.Filters, to: Console) -> None:
    rows = queries.permissions_missing(store, accounts, TOP)
    to.print()
    if rows:
        table(rows, BLIND, to, "What could not be seen, and what would show it")
    else:
        to.print("Nothing that was asked for went unread.")
