"""What changed between two looks, and what is known of one resource: as text, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.evaluation.score import Sum
from scanner.inventory.compare import MISSING, Field
from scanner.inventory.moments import Span
from scanner.reports.rows import percent, plain
from scanner.reports.safe import terminal

Row = Mapping[str, Any]
LONGEST = 80  # characters of one value in text
MOVERS = 10  # checks named for a score that moved


@dataclass(frozen=True, slots=True)
class Difference:
    """One account between two looks."""

    span: Span
    resources: Sequence[Row] = ()
    findings: Sequence[Row] = ()
    areas: Sequence[Row] = ()
    checks: Sequence[Row] = ()
    totals: tuple[Row, Row] = field(default=({}, {}))
    coverage: Sequence[Row] = ()


def sum_of(row: Row) -> Sum:
    return Sum(row.get("expected", 0), row.get("known", 0), row.get("earned", 0))


def lines(difference: Difference, *, markdown: bool = False) -> Iterator[str]:
    """Yield the difference as text that is safe for a terminal, or as Markdown."""
    head, item, code = ("## ", "- ", "`") if markdown else ("", "  ", "")

    def safe(text: str) -> str:
        return escaped(text) if markdown else terminal(text)

    yield f"{head}{_title(difference.span)}"
    before, after = (sum_of(each) for each in difference.totals)
    yield f"{item}score {percent(before.floor)} → {percent(after.floor)}, coverage {moved(before.coverage, after.coverage)}"
    for row in movers(difference.checks):
        yield f"{item}{item}{code}{row['check_id']}{code}: {why(row)}"
    for row in difference.coverage:
        yield f"{item}coverage {row['change']}: {safe(seen(row))}"
    for row in difference.findings:
        said = f"{row['event']} ({row['cause']})  {row['severity']}  {code}{row['check_id']}{code}  {safe(row['resource_id'])}"
        yield f"{item}{said}"
    for row in difference.resources:
        yield f"{item}{row['change']}  {row['resource_type']}  {safe(row['resource_id'])}"
        yield from (f"{item}{item}{safe(change(each))}" for each in row["fields"])
    if not (difference.resources or difference.findings or difference.areas or difference.coverage):
        yield f"{item}nothing changed"


def _title(span: Span) -> str:
    looks = [
        f"snapshot {look.snapshot} of {plain(look.at)}" if look.snapshot else "nothing" for look in (span.before, span.after)
    ]
    return f"{span.after.provider} account {span.after.account_id}: {looks[0]} → {looks[1]}"


def moved(before: float | None, after: float | None) -> str:
    return f"{percent(before)} → {percent(after)}"


def movers(checks: Iterable[Row]) -> list[Row]:
    """Return the checks that moved the score most: by what they earn, and by what is known of them."""

    def weight(row: Row) -> float:
        before, after = sum_of(row["before"]), sum_of(row["after"])
        missing = (before.expected - before.earned, after.expected - after.earned)
        return abs(missing[1] - missing[0]) + abs((after.expected - after.known) - (before.expected - before.known))

    return sorted((row for row in checks if weight(row) > 0), key=weight, reverse=True)[:MOVERS]


def why(row: Row) -> str:
    """Return in which way a check's verdicts moved."""
    names = ("passed", "failed", "unknown")
    shown = [
        f"{name} {row['before'][name]} → {row['after'][name]}" for name in names if row["before"][name] != row["after"][name]
    ]
    return ", ".join(shown) or "other weights"


def seen(row: Row) -> str:
    """Return what can be seen, or not, that was otherwise before."""
    if row["what"] == "cell":
        return f"{row['area']} of {row['service']}, {row['before']} → {row['after']}"
    if row["what"] == "fact":
        return f"{row['fact']} of {row['resources']} {row['resource_type']}{because(row)}"
    regions = row["regions"]
    where = regions[0] if len(regions) == 1 else f"{len(regions)} regions"
    return f"listing of {row['resource_type']} in {where}{because(row)}"


def because(row: Row) -> str:
    """Return why something is unread, or was, and what would show it; nothing where nobody knows."""
    if not row.get("reason"):
        return ""
    needs = row["permission"] or row["operation"]
    return f" ({row['reason']}{f', needs {needs}' if row['change'] == 'lost' and needs else ''})"


def change(given: Field) -> str:
    before, after = (short(each) for each in (given.before, given.after))
    if given.before is MISSING:
        return f"{given.path} + {after}"
    return f"{given.path} - {before}" if given.after is MISSING else f"{given.path}: {before} → {after}"


def short(value: Any) -> str:
    text = "null" if value is None else plain(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def escaped(text: str) -> str:
    """Return strangers' text so that Markdown shows it as it is."""
    safe = terminal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{each}" if each in "\\`*_{}[]()#|!~" else each for each in safe)


def document(difference: Difference) -> dict[str, Any]:
    """Return the difference as JSON data."""
    span = difference.span
    before, after = difference.totals
    return {
        "provider": span.after.provider,
        "account_id": span.after.account_id,
        "before": {"snapshot_id": span.before.snapshot, "at": span.before.at, "score": _score(before)},
        "after": {"snapshot_id": span.after.snapshot, "at": span.after.at, "score": _score(after)},
        "resources": [{**row, "fields": [as_json(each) for each in row["fields"]]} for row in difference.resources],
        "findings": difference.findings,
        "areas": difference.areas,
        "checks": difference.checks,
        "coverage": difference.coverage,
    }


def _score(row: Row) -> dict[str, Any]:
    whole = sum_of(row)
    return {**row, "floor": whole.floor, "coverage": whole.coverage}


def as_json(given: Field) -> dict[str, Any]:
    """Return a field as JSON data; a side that lacks it is left out."""
    sides = {"before": given.before, "after": given.after}
    return {"path": given.path, **{name: value for name, value in sides.items() if value is not MISSING}}


def biography(
    row: Row, versions: Iterable[Row], turns: Iterable[Row], unread: Iterable[Row], looks: Iterable[Row]
) -> Iterator[str]:
    """Yield what is known of one resource's life, as text that is safe for a terminal."""
    gone = f", gone since {plain(row['closed_at'])}" if row["closed_at"] else ""
    yield terminal(f"{row['resource_type']}  {row['resource_id']}")
    yield f"  {row['provider']} account {row['account_id']}, first seen {plain(row['first_seen_at'])}{gone}"
    told = [(each["from_at"], _version(each)) for each in versions]
    told += [(each["at"], [_turn(each)]) for each in turns]
    for at, said in sorted(told, key=lambda each: each[0]):
        yield f"  {plain(at)}  {said[0]}"
        yield from (f"                    {line}" for line in said[1:])
    for each in unread:
        until = (
            f"from {plain(each['since'])} until {plain(each['until'])}" if each["until"] else f"since {plain(each['since'])}"
        )
        what = f"{each['fact']} could not be read {until}"
        yield terminal(f"  {what}: {each['reason']}, needs {each['permission'] or each['operation']}")
    yield "  looks"
    yield from (terminal(f"    {_looked(each)}") for each in looks)


def _looked(each: Row) -> str:
    """Return how a run of looks fared, in one line."""
    why = f": {each['reason']}" if each.get("reason") else ""
    needs = each.get("permission") or each.get("operation")
    said = f"{each['seen']}{why}{f', needs {needs}' if needs else ''}"
    if each["looks"] == 1:
        return f"{plain(each['from_at'])}  {said} (snapshot {each['from_snapshot']})"
    until = (
        f"{plain(each['to_at'])}  {said} ({each['looks']} looks, snapshots {each['from_snapshot']} to {each['to_snapshot']})"
    )
    return f"{plain(each['from_at'])} to {until}"


def _version(each: Row) -> list[str]:
    head = f"{each['change']} (snapshot {each['from_snapshot']})"
    return [head, *(terminal(change(given)) for given in each["fields"])]


def _turn(each: Row) -> str:
    return f"finding {each['event']}: {each['check_id']} ({each['severity']}, {each['cause']}, snapshot {each['snapshot_pk']})"
