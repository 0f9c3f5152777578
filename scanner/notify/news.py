"""What a message of the outbox says, in plain words. What strangers named stays on its line, and is data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.model import Severity
from scanner.reports.safe import terminal

LONGEST = 300  # characters of a line
ALERTS = {
    "overdue": "was not looked at for longer than its schedule allows",
    "incomplete": "was not completely scanned for longer than its schedule allows",
    "failing": "can't be scanned",
    "deaf": "announces changes that can't be read",
}
OVER = {
    "overdue": "is looked at again as its schedule promises",
    "incomplete": "is completely scanned again",
    "failing": "can be scanned again",
    "deaf": "announces changes that can be read again",
}


@dataclass(frozen=True, slots=True)
class News:
    """One message: a title and lines, all plain text; ``severity`` is that of the worst of it."""

    title: str
    lines: tuple[str, ...]
    severity: str


def news(body: Mapping[str, Any]) -> News:
    """Return the words for the body of a message."""
    made = {"snapshot": _snapshot, "alert": _alert, "test": _test}[body["kind"]](body)
    return News(_line(made.title), tuple(_line(each) for each in made.lines), made.severity)


def _line(text: str) -> str:
    shown = terminal(text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _where(body: Mapping[str, Any]) -> str:
    place = " ".join(part for part in (body["provider"], body["account_id"]) if part)
    return f"{body['account']} ({place})" if body["account"] else place


def _snapshot(body: Mapping[str, Any]) -> News:
    counts = {each.value: body["counts"][each.value] for each in reversed(Severity) if each.value in body["counts"]}
    lost = body["coverage"]
    parts = []
    if counts:
        total = sum(counts.values())
        listed = ", ".join(f"{count} {severity}" for severity, count in counts.items())
        parts.append(f"{total} new failing finding{'' if total == 1 else 's'} ({listed})")
    if lost:
        parts.append(f"coverage fell from {lost['before']:.1%} to {lost['after']:.1%}")
    lines = [*_findings(body), *_gaps(lost or {"gaps": []}), f"Snapshot {body['snapshot_id']}, {body['at']}"]
    return News(f"{_where(body)}: {'; '.join(parts)}", tuple(lines), next(iter(counts), "medium"))


def _findings(body: Mapping[str, Any]) -> Iterator[str]:
    for each in body["findings"]:
        again = " (again)" if each["event"] == "reopened" else ""
        what = each["name"] or each["resource_id"]
        where = f"{what} in {each['region']}"
        yield f"{each['severity']}: {each['check_id']}{again}: {where}: {each['reason']} [{each['finding_id']}]"
    more = sum(body["counts"].values()) - len(body["findings"])
    if more > 0:
        yield f"and {more} more: demarc findings --account {body['account_id']}"


def _gaps(lost: Mapping[str, Any]) -> Iterator[str]:
    for each in lost["gaps"]:
        needs = f", needs {each['permission']}" if each["permission"] else ""
        yield f"not read: {each['operation']} in {each['region']}: {each['reason']}{needs} ({each['times']} times)"


def _alert(body: Mapping[str, Any]) -> News:
    said = (OVER if body["over"] else ALERTS)[body["alert"]]
    since = f"All was last well at {body['since']}" if body["since"] else "It never was well"
    lines = [f"Noticed at {body['at']}"] if body["over"] else [since, *([body["note"]] if body["note"] else [])]
    return News(f"{_where(body)} {said}", tuple(lines), "informational" if body["over"] else "high")


def _test(body: Mapping[str, Any]) -> News:
    return News("Demarc reaches this channel", (f"Sent by `demarc notify test` at {body['at']}",), "informational")
