"""Findings that never were, for reports: rows as the view ``findings`` has them, and a report of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scanner.evaluation.check import Check
from scanner.model import Severity, passed
from scanner.reports.formats import FORMATS, Report

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
Row = Mapping[str, Any]
CHECK = Check(
    "aws.s3.bucket.encrypted",
    "aws.s3.bucket",
    "encryption.at_rest",
    Severity.HIGH,
    "Bucket is encrypted",
    "Who gets at the disks reads what is stored.",
    "aws s3api put-bucket-encryption --bucket {name}",
    lambda resource: passed(),
    cis=("v7:3.1.1",),
)
FRAMEWORKS = {CHECK.id: {"nist-800-53-r5": ("SC-28",), "pci-dss-4.0": ("3.5.1", "3.6.1")}}


def row(status: str = "fail", **given: Any) -> dict[str, Any]:
    """Return one finding with everything that the view has."""
    fails = status == "fail"
    return {
        "finding_id": f"f-{given.get('resource_id', 'one')}"[:20],
        "check_id": CHECK.id,
        "control": CHECK.control,
        "area": "encryption",
        "owner": "customer",
        "service": "aws.s3",
        "service_model": "storage",
        "severity": "high",
        "status": status,
        "reason": {"fail": "it has no encryption", "unknown": "it could not be read: denied (AccessDenied)"}.get(status, ""),
        "provider": "aws",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "aws.s3.bucket",
        "resource_id": "arn:aws:s3:::one",
        "resource_name": "one",
        "opened_at": NOW - timedelta(days=3) if fails else None,
        "resolved_at": None,
        "reopened": 0,
        "last_known_status": None if status == "closed" else status,
        "last_known_at": None,
        "last_seen_at": NOW - timedelta(hours=1),
        "snapshot_id": 7,
        "operation": "s3:GetBucketEncryption" if status == "unknown" else "",
        "permission": "s3:GetEncryptionConfiguration" if status == "unknown" else "",
        "evidence": {"encryption.Rules": None} if fails else None,
        "accepted_by": None,
        "accepted_because": None,
        "accepted_until": None,
        **given,
    }


def accepted(**given: Any) -> dict[str, Any]:
    """Return a failure that somebody accepts just now."""
    said = {"accepted_by": "Ada", "accepted_because": "test data", "accepted_until": NOW + timedelta(days=30)}
    return row("fail", **{**said, **given})


def counting(rows: Sequence[Row]) -> Callable[[Sequence[str]], Iterable[Row]]:
    """Return what counts *rows* as the inventory does."""

    def count(by: Sequence[str]) -> Iterable[Row]:
        marked = [{**each, "accepted": int(each["status"] == "fail" and each["accepted_until"] is not None)} for each in rows]
        found = Counter(tuple(each[name] for name in by) for each in marked)
        return [{**dict(zip(by, key, strict=True)), "findings": number} for key, number in sorted(found.items())]

    return count


def report(*rows: Row, **given: Any) -> Report:
    """Return a report of *rows* in one account."""
    account = {"provider": "aws", "account_id": "111111111111"}
    look = {
        **account,
        "snapshot_id": 7,
        "account_name": "one",
        "status": "partial",
        "started_at": NOW - timedelta(hours=1),
        "ended_at": NOW - timedelta(minutes=50),
        **dict.fromkeys(("added", "changed", "removed", "unchanged", "gaps"), 1),
    }
    score = {**account, "expected": 10.0, "known": 8.0, "earned": 5.0, "passed": 5, "failed": 3, "unknown": 2, "accepted": 0}
    spot = {
        **account,
        "region": "eu-west-1",
        "service": "aws.s3",
        "area": "encryption",
        "reason": "denied",
        "code": "AccessDenied",
        "permission": "s3:GetEncryptionConfiguration",
        "operation": "s3:GetBucketEncryption",
        "resource_type": "aws.s3.bucket",
        "findings_affected": 2,
        "resources": 2,
        "since": NOW,
    }
    filled = {
        "made_at": NOW,
        "version": "1.2.3",
        "findings": iter(rows),
        "count": counting(rows),
        "checks": {CHECK.id: CHECK},
        "frameworks": FRAMEWORKS,
        "looks": [look],
        "scores": [score],
        "cells": [cell(), cell("physical", "provider", "provider")],
        "blind": [spot],
    }
    return Report(**{**filled, **given})


def cell(area: str = "encryption", owner: str = "customer", state: str = "partly blind", **given: Any) -> dict[str, Any]:
    """Return one cell of the split as the view has it."""
    return {
        "provider": "aws",
        "account_id": "111111111111",
        "service": "aws.s3",
        "service_model": "storage",
        "area": area,
        "owner": owner,
        "state": state,
        "score_floor": 0.5,
        "coverage": 0.8,
        "checks": 1,
        "passed": 5,
        "failed": 3,
        "unknown": 2,
        "provider_duty": "Runs the disks",
        "customer_duty": "" if owner == "provider" else "Turns encryption on",
        "source": "A page (https://example.com)",
        "note": "",
        "expected": 10.0,
        "known": 8.0,
        "earned": 5.0,
        "snapshot_id": 7,
        **given,
    }


def written(form: str, *rows: Row, **given: Any) -> str:
    """Return what a format writes of *rows*."""
    return "".join(FORMATS[form].write(report(*rows, **given)))
