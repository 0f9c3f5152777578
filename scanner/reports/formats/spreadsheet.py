"""CSV: a finding a row, of which no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from scanner.reports import safe
from scanner.reports.formats import Report
from scanner.reports.formats.common import fix, title
from scanner.reports.rows import plain

COLUMNS = (
    *("status", "severity", "check_id", "title", "control", "area", "owner", "service", "service_model", "provider"),
    *("account_id", "region", "resource_type", "resource_id", "resource_name", "reason", "operation", "permission"),
    *("opened_at", "resolved_at", "reopened", "last_known_status", "last_known_at", "last_seen_at", "snapshot_id"),
    *("accepted_by", "accepted_because", "accepted_until", "fix", "cis", "frameworks", "evidence", "finding_id"),
)


def write(report: Report) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in report.findings:
        check = report.checks.get(row["check_id"])
        more = {"title": title(report, row), "fix": fix(report, row), "cis": " ".join(check.cis) if check else ""}
        named = report.frameworks.get(row["check_id"], {})
        more["frameworks"] = "; ".join(f"{framework} {' '.join(ids)}" for framework, ids in named.items())
        given = {**row, **more}
        yield _line([_cell(given[column]) for column in COLUMNS])


def _line(cells: Any) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() and value[:1].isalnum() else safe.cell(value)
    if isinstance(value, (bool, int, float)):
        return repr(value)
    return safe.cell(value.isoformat() if isinstance(value, datetime) else plain(value))
