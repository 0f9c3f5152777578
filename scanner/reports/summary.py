"""What a scan ends with: the score with its range and coverage, the split, what changed, what to fix, what to grant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any

from rich.console import Console

from scanner.evaluation.check import Check
from scanner.evaluation.registry import installed
from scanner.evaluation.score import Sum, grade
from scanner.inventory import queries, reporting
from scanner.inventory.store import Store
from scanner.model import Severity
from scanner.reports.difference import sum_of
from scanner.reports.rows import Format, console, dumps, write
from scanner.reports.screen import FIXES, TURNS, Change, Fix, Picture, Standing, draw, headline
from scanner.reports.split import Square, squares, tally
from scanner.scan import Scanned

__all__ = ["headline", "report"]
Row = Mapping[str, Any]
EVERY = 10_000  # calls that hid something; there are fewer
NEXT = "next: demarc findings · demarc show FINDING · demarc split · demarc gaps · demarc comply · demarc report"


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
    draw(picture(store, scans, accounts), to)
    to.print("\n" + NEXT)


def picture(store: Store, scans: Sequence[Scanned], accounts: queries.Filters) -> Picture:
    """Return everything that is shown of the scans."""
    cells = list(queries.ledger(store, accounts))
    by_area: Mapping[str, list[Square]] = defaultdict(list)
    for squared in squares(cells).values():
        for area, each in squared.items():
            by_area[area].append(each)
    with store.reading() as connection:
        sums = list(reporting.sums(connection, ("check_id", "severity"), accounts))
        changes = [_change(row) for row in reporting.changes(connection, accounts, datetime.now(UTC), TURNS)]
    return Picture(
        list(_standings(store, scans)),
        list(queries.triples(store, "area", accounts)),
        by_area,
        changes,
        fixes(sums, _checks(scans)),
        queries.permissions_missing(store, accounts, EVERY),
        sum(row["unknown"] for row in sums),
        tally(cells),
    )


def _standings(store: Store, scans: Sequence[Scanned]) -> Iterator[Standing]:
    """Yield each account and, where there are several, all together."""
    names = [each.account.id for each in scans]
    sums = {row["slice"]: sum_of(row) for row in queries.triples(store, filters={"account_id": names})}
    for each in scans:
        yield _standing(store, _said(each), [each.account.id], sums)
    if len(scans) > 1:
        yield _standing(store, f"all {len(scans)} accounts", names, sums)


def _standing(store: Store, said: str, names: Sequence[str], sums: Mapping[str, Sum]) -> Standing:
    whole = sum((sums[name] for name in dict.fromkeys(names) if name in sums), Sum())
    failing = {Severity(name) for name in queries.failing(store, {"account_id": names}, accepted=True)}
    return Standing(said, whole, grade(whole, failing))


def _said(each: Scanned) -> str:
    change, calls = each.applied, sum(each.calls.values())
    name = f" ({each.account.name})" if each.account.name else ""
    seen = f"{each.resources} resources (+{change.added} ~{change.changed} -{change.removed})"
    return f"{each.account.provider} account {each.account.id}{name}: {each.status}, {seen}, {calls} calls, {each.gaps} gaps"


def _change(row: Row) -> Change:
    before, after = (sum_of(each) for each in row["totals"])
    return Change(f"{row['provider']} account {row['account_id']}", row["since"], before, after, row["turns"], row["worst"])


def _checks(scans: Iterable[Scanned]) -> Mapping[str, Check]:
    return {check.id: check for provider in {each.account.provider for each in scans} for check in installed(provider)}


def fixes(sums: Sequence[Row], checks: Mapping[str, Check]) -> list[Fix]:
    """Return the checks whose failures cost most of the score: what is known and not earned, less what is accepted."""
    expected = sum(row["expected"] for row in sums)
    found = []
    for row in sums:
        if row["failed"] and row["known"] > row["earned"]:
            lost = (row["known"] - row["earned"]) * row["failed"] / (row["failed"] + row["accepted"])
            check = checks.get(row["check_id"])
            words = (check.title, check.fix) if check else ("", "")
            found.append(Fix(row["check_id"], row["severity"], row["failed"], 100 * lost / expected, *words))
    return sorted(found, key=lambda each: (-each.points, each.check_id))[:FIXES]
