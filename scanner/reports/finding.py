"""One finding for people: what is wrong, whose it is, why it matters, how it is fixed, what was read, what happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from shlex import quote
from typing import Any

from scanner.evaluation.check import Check
from scanner.reports.rows import plain
from scanner.reports.safe import terminal
from scanner.responsibility.split import Cell

Row = Mapping[str, Any]
INDENT = 12
BLANK = re.compile(r"{(\w+)}")


def page(row: Row, history: Sequence[Row], check: Check | None, cell: Cell | None) -> Iterator[str]:
    """Yield lines that are safe for a terminal."""
    yield terminal(f"{row['finding_id']}  {row['severity']}  {row['status']}  {row['check_id']}")
    if check:
        yield f"  {check.title}"
    sections = (_where(row), _what(row), _whose(row, cell), _how(row, check))
    for name, value in (pair for section in sections for pair in section):
        if value not in (None, ""):
            yield f"  {name:{INDENT}}{terminal(plain(value))}"
    hcl, none = in_terraform(check, _names(row))
    yield from _listed("terraform", hcl.splitlines() or ([none] if none else []))
    yield from _listed("evidence", (f"{path} = {plain(value)}" for path, value in (row["evidence"] or {}).items()))
    turns = (f"{plain(turn['at'])} {turn['event']}: {turn['cause']} (snapshot {turn['snapshot_id']})" for turn in history)
    yield from _listed("history", turns)


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"  {'' if number else title:{INDENT}}{terminal(line)}"


def _where(row: Row) -> Sequence[tuple[str, Any]]:
    place = f"{row['provider']} account {row['account_id']}, {row['region']}"
    return ("resource", row["resource_id"]), ("name", row["resource_name"]), ("in", place)


def _what(row: Row) -> Sequence[tuple[str, Any]]:
    known = f"{row['last_known_status']}, until {plain(row['last_known_at'])}" if row["last_known_at"] else ""
    missing = f"{row['operation']} ({row['permission'] or 'no permission'})" if row["operation"] else ""
    return ("because", row["reason"]), ("unread", missing), ("last known", known)


def _whose(row: Row, cell: Cell | None) -> Sequence[tuple[str, Any]]:
    owner = f"{row['owner']}: {row['area']} of {row['service']} ({row['service_model']})"
    return ("owner", owner), ("your part", cell and cell.customer_duty), ("source", cell and cell.source)


def _how(row: Row, check: Check | None) -> Sequence[tuple[str, Any]]:
    if check is None:
        return (("check", "this version has it no more"),)
    fix = filled(check.fix, _names(row))
    return ("control", row["control"]), ("risk", check.risk), ("fix", fix), ("cis", ", ".join(check.cis))


def _names(row: Row) -> dict[str, str]:
    return {"id": row["resource_id"], "name": row["resource_name"], "region": row["region"], "account": row["account_id"]}


def in_terraform(check: Check | None, names: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return a check's fix as Terraform, and otherwise why there is none. Without names, the blanks stay."""
    if check is None:
        return "", ""
    from scanner.evaluation import terraform  # noqa: PLC0415 -- only who is shown a fix pays for it
    from scanner.reports import hcl  # noqa: PLC0415

    fix = terraform.of(check)
    return hcl.written(fix, names), fix.none


def filled(fix: str, names: Mapping[str, str]) -> str:
    """Return a fix with the names in it, quoted for a shell: they are strangers' text, and may look like a blank."""
    return BLANK.sub(lambda found: quote(names[found[1]]) if found[1] in names else found[0], fix)
