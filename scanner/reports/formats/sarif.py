"""SARIF 2.1.0. What is unknown is an open question (kind ``open``), never a pass; what is accepted is suppressed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from scanner.evaluation.check import Check
from scanner.reports import safe
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import (
    NAME,
    acceptance,
    accepted,
    because,
    cut,
    dumps,
    fix,
    stamp,
    streamed,
    title,
)

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "informational": "note"}
SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0", "informational": "0.0"}  # as code scanning ranks
KINDS = {"pass": "pass", "fail": "fail", "unknown": "open", "closed": "notApplicable"}
NOTICES = 100  # blind spots that are told of
LONGEST = 512  # characters of a resource's id in an address


def write(report: Report) -> Iterator[str]:
    run = {
        "tool": {"driver": _driver(report)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "demarc/"},
    }
    head = dumps({"$schema": SCHEMA, "version": "2.1.0"})
    yield head[:-1] + ',"runs":['
    yield from streamed(run, "results", (result(report, row) for row in report.findings))
    yield "]}\n"


def _driver(report: Report) -> dict[str, Any]:
    used = {row["check_id"] for row in report.count(("check_id",))}
    rules = [_rule(report, report.checks[each]) for each in sorted(used & set(report.checks))]
    return {"name": NAME, "semanticVersion": report.version, "rules": rules}


def _rule(report: Report, check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "name": check.id.replace(".", "_"),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.risk},
        "help": {"text": f"{check.risk} Fix: {check.fix}"},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {
            "tags": ["security", check.area, check.control],
            "security-severity": SCORES[check.severity],
            "frameworks": report.frameworks.get(check.id, {}),
        },
    }


def _invocation(report: Report) -> dict[str, Any]:
    """Return how the looks went: what nobody could read is told of, so that silence is not taken for health."""
    ended = bool(report.looks) and all(row["status"] in ("complete", "partial") for row in report.looks)
    notices = [
        {
            "level": "warning",
            "descriptor": {"id": str(row["reason"])},
            "message": {"text": safe.terminal(f"{row['account_id']} {row['region']}: {row['operation']} could not be read")},
        }
        for row in islice(report.blind, NOTICES)
    ]
    return {"executionSuccessful": ended, "endTimeUtc": stamp(report.made_at), "toolExecutionNotifications": notices}


def result(report: Report, row: Row) -> dict[str, Any]:
    kind = KINDS[row["status"]]
    found: dict[str, Any] = {
        "ruleId": row["check_id"],
        "kind": kind,
        "level": LEVELS[row["severity"]] if kind == "fail" else "none",
        "message": {"text": _message(report, row)},
        "locations": [_location(row)],
        "fingerprints": {"demarc/v1": row["finding_id"]},
        "partialFingerprints": {"primaryLocationLineHash": row["finding_id"]},
        "properties": _properties(row),
    }
    if accepted(row):
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": acceptance(row)}]
    return found


def _message(report: Report, row: Row) -> str:
    said = f"{title(report, row)}: {because(row)}"
    shown = fix(report, row)
    # SARIF 2.1.0 (3.11.6) lets a viewer make links of [text](place), and knows no escape outside of one: a space breaks it.
    return (f"{said}. Fix: {shown}" if shown else said).replace("](", "] (")


def _location(row: Row) -> dict[str, Any]:
    """Return where it is: an address for viewers of code, which need one, and the resource itself."""
    parts = ("cloud", row["provider"], row["account_id"], row["region"], row["resource_type"], cut(row["resource_id"], LONGEST))
    address = "/".join(quote(part.encode("utf-8", "replace"), safe="") for part in parts)
    place = f"{row['provider']}/{row['account_id']}/{row['region']}/{row['resource_id']}"
    shown = row["resource_name"] or row["resource_id"]
    return {
        "physicalLocation": {"artifactLocation": {"uri": address}, "region": {"startLine": 1}},
        "logicalLocations": [{"name": shown, "fullyQualifiedName": place, "kind": "resource"}],
    }


def _properties(row: Row) -> dict[str, Any]:
    names = ("severity", "status", "owner", "area", "control", "service", "service_model", "provider", "account_id", "region")
    more = ("resource_type", "resource_id", "opened_at", "last_seen_at", "operation", "permission", "last_known_status")
    return {name: row[name] for name in (*names, *more) if row[name] not in (None, "")}
