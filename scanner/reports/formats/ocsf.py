"""OCSF 1.6: a Compliance Finding (class 2003) with the cloud profile, one event a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.reports import safe
from scanner.reports.formats import Report, Row
from scanner.reports.formats.common import NAME, acceptance, accepted, because, dumps, fix, millis, title

VERSION = "1.6.0"
CLASS, CATEGORY = 2003, 2
CREATE, CLOSE = 1, 3
SEVERITIES = {"informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
VERDICTS = {"pass": (1, "Pass"), "fail": (3, "Fail"), "unknown": (0, "Unknown"), "closed": (99, "closed")}
STATUSES = {"pass": (99, "holds"), "fail": (1, "New"), "unknown": (0, "Unknown"), "closed": (5, "Archived")}
SUPPRESSED, RESOLVED = (3, "Suppressed"), (4, "Resolved")
PROVIDERS = {"aws": ("AWS", 10, "AWS Account"), "azure": ("Azure", 13, "Azure Subscription"), "gcp": ("GCP", 11, "GCP Project")}


def write(report: Report) -> Iterator[str]:
    return (dumps(event(report, row)) + "\n" for row in report.findings)


def event(report: Report, row: Row) -> dict[str, Any]:
    """Return one finding as an event. What nobody could read has the status Unknown, here and in its compliance."""
    activity = CLOSE if row["status"] == "closed" else CREATE
    status_id, status = _status(row)
    return {
        "activity_id": activity,
        "activity_name": "Close" if activity == CLOSE else "Create",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": f"Compliance Finding: {'Close' if activity == CLOSE else 'Create'}",
        "time": millis(row["last_seen_at"]),
        "severity_id": SEVERITIES[row["severity"]],
        "severity": row["severity"].capitalize(),
        "status_id": status_id,
        "status": status,
        "status_code": row["status"],
        "status_detail": acceptance(row) if accepted(row) else because(row),
        "message": f"{title(report, row)}: {because(row)}",
        "cloud": _cloud(row),
        "compliance": _compliance(report, row),
        "finding_info": _info(report, row),
        "metadata": _metadata(report),
        **_remediation(report, row),
        "resources": [_resource(row)],
        "unmapped": _own(row),
    }


def _status(row: Row) -> tuple[int, str]:
    if accepted(row):
        return SUPPRESSED
    return RESOLVED if row["status"] == "pass" and row["resolved_at"] else STATUSES[row["status"]]


def _cloud(row: Row) -> dict[str, Any]:
    name, type_id, type_name = PROVIDERS.get(row["provider"], (row["provider"], 99, row["provider"]))
    account = {"uid": row["account_id"], "type_id": type_id, "type": type_name}
    return {"provider": name, "account": account, "region": row["region"]}


def _compliance(report: Report, row: Row) -> dict[str, Any]:
    named = report.frameworks.get(row["check_id"], {})
    status_id, status = VERDICTS[row["status"]]
    return {
        "control": row["control"],
        "category": row["area"],
        "standards": list(named),
        "requirements": [f"{framework} {id}" for framework, ids in named.items() for id in ids],
        "status_id": status_id,
        "status": status,
        "status_details": [because(row)],
    }


def _info(report: Report, row: Row) -> dict[str, Any]:
    check = report.checks.get(row["check_id"])
    info: dict[str, Any] = {
        "uid": row["finding_id"],
        "title": title(report, row),
        "types": [row["area"]],
        "analytic": {"type_id": 1, "type": "Rule", "uid": row["check_id"], "name": title(report, row)},
        "last_seen_time": millis(row["last_seen_at"]),
    }
    if check:
        info["desc"] = check.risk
    if row["opened_at"]:
        info["created_time"] = info["first_seen_time"] = millis(row["opened_at"])
    return info


def _metadata(report: Report) -> Mapping[str, Any]:
    product = {"name": NAME, "vendor_name": NAME, "version": report.version}
    return {"version": VERSION, "product": product, "profiles": ["cloud"], "logged_time": millis(report.made_at)}


def _remediation(report: Report, row: Row) -> dict[str, Any]:
    said = fix(report, row)
    return {"remediation": {"desc": said}} if said else {}


def _resource(row: Row) -> dict[str, Any]:
    shown = safe.terminal(row["resource_name"] or "") or safe.terminal(row["resource_id"])
    return {"uid": row["resource_id"], "name": shown, "type": row["resource_type"], "region": row["region"]}


def _own(row: Row) -> dict[str, Any]:
    """Return what the split says, and what is missing, for which OCSF has no place."""
    names = ("owner", "service", "service_model", "reopened", "operation", "permission", "last_known_status", "last_known_at")
    return {name: row[name] for name in names if row[name] not in (None, "")} | {"evidence": row["evidence"] or {}}
