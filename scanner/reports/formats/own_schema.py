"""The JSON Schema of what ``json`` and ``jsonl`` write."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from scanner.reports.formats import Report

FILE = "report-1.schema.json"


def text() -> str:
    return files("scanner.reports.formats").joinpath(FILE).read_text("utf-8")


def write(report: Report) -> Iterator[str]:  # noqa: ARG001 -- the schema is the same, whatever is reported
    yield text()
