"""OSCAL assessment results: an observation a finding, and a conclusion a control, which never satisfies while it is unknown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.reports import safe
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import HOME, NAME, acceptance, accepted, because, dumps, fix, name, stamp, streamed, title

VERSION = "1.2.1"
PLAN = str(name("scan"))
LONGEST = 1000  # characters of a title


def write(report: Report) -> Iterator[str]:
    ident = name("assessment", stamp(report.made_at), *(str(row["snapshot_id"]) for row in report.looks))
    head = {"uuid": str(ident), "metadata": metadata(report, "Assessment of cloud accounts"), "import-ap": {"href": f"#{PLAN}"}}
    yield '{"assessment-results":' + dumps({**head, "back-matter": _matter()})[:-1] + ',"results":['
    result = {
        "uuid": str(name(str(ident), "result")),
        "title": "What was found",
        "description": "Verdicts of checks on resources, as last seen",
        "start": stamp(min((row["started_at"] for row in report.looks), default=report.made_at)),
        "end": stamp(max((row["ended_at"] for row in report.looks if row["ended_at"]), default=report.made_at)),
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
        **_findings(report),
    }
    observed = (observation(report, row) for row in report.findings)
    first = next(observed, None)
    if first is None:  # a list may be left out, but not be empty
        yield dumps(result)
    else:
        yield from streamed(result, "observations", (each for part in ((first,), observed) for each in part))
    yield "]}}\n"


def _matter() -> dict[str, Any]:
    said = "There is no plan but the scan: every check on every resource"
    return {"resources": [{"uuid": PLAN, "title": "Scan", "description": said}]}


def metadata(report: Report, said: str) -> dict[str, Any]:
    made = {"last-modified": stamp(report.made_at), "version": report.version}
    return {"title": f"{NAME}: {said}", **made, "oscal-version": VERSION}


def prop(called: str, value: str) -> dict[str, str]:
    return {"name": called, "ns": HOME, "value": line(value)}


def line(text: str) -> str:
    """Return *text* as OSCAL takes it for a title or a value: one line, not empty, no space around it."""
    return safe.terminal(text)[:LONGEST].strip() or "-"


def observation(report: Report, row: Row) -> dict[str, Any]:
    names = ("status", "severity", "owner", "area", "control", "service", "service_model", "region", "operation", "permission")
    props = [prop(each.replace("_", "-"), row[each]) for each in names if row[each]]
    return {
        "uuid": str(name("finding", row["finding_id"])),
        "title": line(title(report, row)),
        "description": because(row),
        "props": [*props, prop("check", row["check_id"]), prop("finding", row["finding_id"])],
        "methods": ["TEST"],
        "types": ["finding" if row["status"] == "fail" else "control-objective"],
        "subjects": [_subject(row)],
        "collected": stamp(row["last_seen_at"]),
        **({"remarks": acceptance(row)} if accepted(row) else _remarks(report, row)),
    }


def _remarks(report: Report, row: Row) -> dict[str, str]:
    said = fix(report, row)
    return {"remarks": f"Fix: {said}"} if said else {}


def _subject(row: Row) -> dict[str, Any]:
    ident = name(row["provider"], row["account_id"], row["resource_type"], row["resource_id"])
    props = [prop("provider", row["provider"]), prop("account", row["account_id"]), prop("resource-type", row["resource_type"])]
    return {"subject-uuid": str(ident), "type": "resource", "title": line(row["resource_id"]), "props": props}


def _findings(report: Report) -> dict[str, Any]:
    """Return a conclusion for each control: satisfied where all is known and holds, and nothing else is."""
    counts: Mapping[str, Counter[str]] = defaultdict(Counter)
    for row in report.count(("control", "status", "accepted")):
        counts[row["control"]]["accepted" if row["accepted"] else row["status"]] += row["findings"]
    made = [_finding(control, counts[control]) for control in sorted(counts)]
    return {"findings": made} if made else {}


def _finding(control: str, counts: Counter[str]) -> dict[str, Any]:
    numbers = ", ".join(f"{counts[each]} {each}" for each in ("pass", "fail", "accepted", "unknown", "closed") if counts[each])
    status = _state(counts)
    target = {"type": "objective-id", "target-id": control, "status": {**status, "remarks": numbers}}
    return {"uuid": str(name("control", control)), "title": control, "description": numbers, "target": target}


def _state(counts: Counter[str]) -> dict[str, str]:
    if counts["fail"] or counts["accepted"]:
        return {"state": "not-satisfied", "reason": "fail"}
    if counts["unknown"] or not counts["pass"]:
        return {"state": "not-satisfied", "reason": "other"}
    return {"state": "satisfied", "reason": "pass"}
