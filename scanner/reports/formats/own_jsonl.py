"""JSON Lines of our own: a finding a line, each of which says everything that there is to say of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import orjson

from scanner.reports.formats import Report
from scanner.reports.formats.common import dumps, fix

VERSION = 1  # of the schema; it rises when a field changes its meaning or goes


def write(report: Report) -> Iterator[str]:
    return (line + "\n" for line in lines(report))


def lines(report: Report) -> Iterator[str]:
    """Yield each finding as JSON on one line."""

    @cache
    def told(check_id: str) -> dict[str, orjson.Fragment]:
        check = report.checks.get(check_id)
        given = {
            "title": check.title if check else None,
            "risk": check.risk if check else None,
            "cis": check.cis if check else (),
            "frameworks": report.frameworks.get(check_id, {}),
        }
        return {key: orjson.Fragment(orjson.dumps(value)) for key, value in given.items()}

    for row in report.findings:
        yield dumps({"version": VERSION, **row, **told(row["check_id"]), "fix": fix(report, row) or None})
