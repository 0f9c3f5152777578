"""The formats in which findings leave. One module a format: it turns a report into text, piece by piece, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from scanner.evaluation.check import Check

Row = Mapping[str, Any]
Count = Callable[[Sequence[str]], Iterable[Row]]
CURRENT = ("pass", "fail", "unknown")
WORST_FIRST = "worst first"
BY_ACCOUNT = "by account"


def _nothing(by: Sequence[str]) -> Iterable[Row]:  # noqa: ARG001 -- the signature of a count
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported. ``findings`` can be read once; everything else is small.

    ``count`` returns how many findings there are by some of their columns, as rows of these and ``findings``; a column
    ``accepted`` is 1 for what somebody accepts. ``frameworks`` names the requirements of a check by framework.
    """

    made_at: datetime
    version: str
    findings: Iterable[Row] = ()
    count: Count = _nothing
    checks: Mapping[str, Check] = field(default_factory=dict)
    frameworks: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    looks: Sequence[Row] = ()
    scores: Sequence[Row] = ()
    cells: Sequence[Row] = ()
    blind: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what it is, which findings it shows unless told otherwise, and the order in which it takes them."""

    title: str
    module: str
    statuses: Sequence[str] = CURRENT
    order: str = WORST_FIRST

    @property
    def write(self) -> Callable[[Report], Iterator[str]]:
        found: Callable[[Report], Iterator[str]] = import_module(f"{__name__}.{self.module}").write
        return found


FORMATS: Mapping[str, Format] = {
    "json": Format("everything, as one document of our own schema", "own_json"),
    "jsonl": Format("a finding a line, of our own schema", "own_jsonl"),
    "csv": Format("a finding a row, for spreadsheets", "spreadsheet"),
    "ocsf": Format("OCSF Compliance Finding events, one a line", "ocsf"),
    "sarif": Format("SARIF 2.1.0, for code scanning", "sarif", ("fail", "unknown")),
    "asff": Format("requests for AWS Security Hub, up to 100 findings a line", "asff", order=BY_ACCOUNT),
    "junit": Format("JUnit XML: a suite a check, a case a resource", "junit"),
    "oscal": Format("OSCAL assessment results", "oscal"),
    "oscal-crm": Format("the customer responsibility matrix, as an OSCAL component definition", "oscal_matrix"),
    "prometheus": Format("numbers for the textfile collector of Prometheus' node exporter", "prometheus"),
    "markdown": Format("a short summary for a pull request or a mail", "markdown", ("fail",)),
    "schema": Format("the JSON Schema of json and jsonl", "own_schema"),
}
