"""Prometheus' text format, for the textfile collector of its node exporter: numbers, and no names of resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from scanner.evaluation.score import Sum
from scanner.reports import safe
from scanner.reports.formats import Report

Labels = Mapping[str, str]
Sample = tuple[Labels, float | None]
WHERE = ("provider", "account_id")


def write(report: Report) -> Iterator[str]:
    """Yield the families. What was not assessed has no sample: a zero would say that it was."""
    yield from _family("demarc_info", "The version that wrote this", [({"version": report.version}, 1)])
    by = (*WHERE, "area", "severity", "status", "accepted")
    yield from _family("demarc_findings", "Findings; accepted failures have a status of their own", _findings(report.count(by)))
    sums = [(_labels(row, WHERE), Sum(row["expected"], row["known"], row["earned"])) for row in report.scores]
    for name, help, ratio in RATIOS:
        yield from _family(name, help, [(labels, getattr(whole, ratio)) for labels, whole in sums])
    cells = Counter((*(str(row[key]) for key in WHERE), str(row["owner"]), str(row["state"])) for row in report.cells)
    yield from _family("demarc_cells", "Cells of the split by owner and state", _counted(cells, (*WHERE, "owner", "state")))
    spots = Counter((*(str(row[key]) for key in WHERE), str(row["reason"])) for row in report.blind)
    yield from _family("demarc_blind_spots", "Calls whose answer is missing", _counted(spots, (*WHERE, "reason")))
    times = [(_labels(row, (*WHERE, "status")), _seconds(row["ended_at"])) for row in report.looks]
    yield from _family("demarc_last_look_timestamp_seconds", "When the account was last looked at, in Unix time", times)


RATIOS = (
    ("demarc_score_floor_ratio", "Score: the share that is shown to hold", "floor"),
    ("demarc_score_ceiling_ratio", "Score, if everything unseen held", "ceiling"),
    ("demarc_coverage_ratio", "The share that could be seen", "coverage"),
)


def _findings(rows: Iterable[Mapping[str, Any]]) -> Iterator[Sample]:
    for row in rows:
        labels = _labels(row, (*WHERE, "area", "severity", "status"))
        yield {**labels, **({"status": "accepted"} if row["accepted"] else {})}, row["findings"]


def _counted(counts: Counter[tuple[str, ...]], names: tuple[str, ...]) -> Iterator[Sample]:
    return ((dict(zip(names, key, strict=True)), number) for key, number in sorted(counts.items()))


def _labels(row: Mapping[str, Any], names: Iterable[str]) -> Labels:
    return {name: str(row[name]) for name in names}


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _family(name: str, help: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        if value is not None:
            shown = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
            yield f"{name}{{{shown}}} {value!r}\n"


def escaped(text: str) -> str:
    """Return a label's value as the format asks, on one line and harmless to whoever prints the file."""
    return safe.terminal(text).replace("\\", "\\\\").replace('"', '\\"')
