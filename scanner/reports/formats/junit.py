"""JUnit XML: a suite a check, a case a resource. What is unknown is an error, for a skipped case looks like no trouble."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby

from scanner.reports import safe
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import NAME, acceptance, accepted, because, fix, title

LOOKS = "looks"  # the suite of what could not even be looked at
ENDED = ("complete", "partial", "pruned")
Counts = Mapping[tuple[str, str], Counter[str]]
# What XML 1.0 can't hold, even escaped: the rest of its range is left to the escapes below.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<>\"'"}


def write(report: Report) -> Iterator[str]:
    counts = _counts(report)
    blind = list(_looks(report))
    whole: Counter[str] = sum(counts.values(), Counter(errors=len(blind)))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="{NAME}" {_numbers(whole)}>\n'
    if blind:
        yield f'<testsuite name="{LOOKS}" {_numbers(Counter(errors=len(blind)))}>\n'
        yield from blind
        yield "</testsuite>\n"
    for (severity, check_id), rows in groupby(report.findings, key=lambda row: (row["severity"], row["check_id"])):
        at = report.made_at.strftime("%Y-%m-%dT%H:%M:%S")
        suite = f'name="{quoted(check_id)}" {_numbers(counts[severity, check_id])} timestamp="{at}" hostname="{NAME}"'
        yield f"<testsuite {suite}>\n"
        yield from (_case(report, row) for row in rows)
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _looks(report: Report) -> Iterator[str]:
    """Yield a case for each look that came to nothing: no failure is no health where nobody looked."""
    if not report.looks:
        yield _error(LOOKS, "any account", "no account that is asked for was ever looked at: run a scan")
    for row in report.looks:
        if row["status"] not in ENDED:
            yield _error(f"{row['provider']}.{LOOKS}", row["account_id"], f"the newest look at the account: {row['status']}")


def _error(place: str, name: str, why: str) -> str:
    head = f'<testcase classname="{quoted(place)}" name="{quoted(name)}" time="0"'
    return f'{head}><error type="unknown" message="{quoted(why)}"/></testcase>\n'


def _counts(report: Report) -> Counts:
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in report.count(("severity", "check_id", "status", "accepted")):
        word = {"fail": "failures", "unknown": "errors", "closed": "skipped"}.get(row["status"], "passed")
        found[row["severity"], row["check_id"]]["skipped" if row["accepted"] else word] += row["findings"]
    return found


def _numbers(counts: Counter[str]) -> str:
    words = ("failures", "errors", "skipped")
    return " ".join([f'tests="{counts.total()}"', *(f'{word}="{counts[word]}"' for word in words), 'time="0"'])


def _case(report: Report, row: Row) -> str:
    place = f"{row['provider']}.{row['account_id']}.{row['region']}.{row['check_id']}"
    head = f'<testcase classname="{quoted(place)}" name="{quoted(row["resource_id"])}" time="0"'
    said = _said(report, row)
    return f"{head}>{said}</testcase>\n" if said else f"{head}/>\n"


def _said(report: Report, row: Row) -> str:
    why = quoted(because(row))
    if accepted(row):
        return f'<skipped message="{quoted(acceptance(row))}"/>'
    if row["status"] == "fail":
        told = f"{title(report, row)}. {because(row)}. Fix: {fix(report, row)}. Owner: {row['owner']}"
        return f'<failure type="{quoted(row["severity"])}" message="{why}">{quoted(told)}</failure>'
    if row["status"] == "unknown":
        return f'<error type="unknown" message="{why}"/>'
    return f'<skipped message="{why}"/>' if row["status"] == "closed" else ""


def quoted(text: str) -> str:
    """Return *text* as XML shows it, in an element or in an attribute; what XML can't hold is replaced."""
    return ILLEGAL.sub("\ufffd", safe.terminal(text)).translate(ESCAPES)
