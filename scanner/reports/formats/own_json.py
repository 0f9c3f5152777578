"""JSON of our own: one document with looks, scores, the split, blind spots, checks and findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.evaluation.check import Check
from scanner.evaluation.score import Sum
from scanner.reports.finding import in_terraform
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import dumps
from scanner.reports.formats.own_jsonl import VERSION, lines


def write(report: Report) -> Iterator[str]:
    head = {
        "version": VERSION,
        "demarc": report.version,
        "made_at": report.made_at,
        "looks": report.looks,
        "scores": [_score(row) for row in report.scores],
        "cells": report.cells,
        "blind_spots": report.blind,
        "checks": [_check(each) for each in report.checks.values()],
    }
    yield dumps(head)[:-1] + ',"findings":['
    for number, line in enumerate(lines(report)):
        yield (",\n" if number else "\n") + line
    yield "\n]}\n"


def _score(row: Row) -> dict[str, Any]:
    whole = Sum(row["expected"], row["known"], row["earned"])
    return {**row, "floor": whole.floor, "ceiling": whole.ceiling, "coverage": whole.coverage}


def _check(each: Check) -> dict[str, Any]:
    return {
        "id": each.id,
        "resource_type": each.on,
        "control": each.control,
        "area": each.area,
        "severity": each.severity,
        "title": each.title,
        "risk": each.risk,
        "fix": each.fix,
        "terraform": in_terraform(each)[0] or None,
        "cis": each.cis,
    }
