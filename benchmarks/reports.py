"""How large a report of many findings grows, and what a finding costs: each format, in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from benchmarks.measure import Figure, report, run

FINDINGS = 2_000_000
MOST = 300  # megabytes
SLOWEST = 100  # microseconds a finding, of CPU
STATUSES = ("fail", "pass", "pass", "unknown")
CHECKS = 200
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FORMS = ("json", "jsonl", "csv", "ocsf", "sarif", "asff", "junit", "oscal", "prometheus", "markdown")


def rows(number: int, checks: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Yield findings as the view has them, check by check."""
    given = {
        "control": "encryption.at_rest",
        "area": "encryption",
        "owner": "customer",
        "service": "aws.s3",
        "service_model": "storage",
        "severity": "high",
        "provider": "aws",
        "region": "eu-west-1",
        "resource_type": "aws.s3.bucket",
        "reopened": 0,
        "snapshot_id": 1,
        "last_seen_at": NOW,
        **dict.fromkeys(("resolved_at", "last_known_at", "accepted_by", "accepted_because", "accepted_until")),
    }
    each = -(-number // len(checks))
    for count in range(number):
        status = STATUSES[count % len(STATUSES)]
        yield {
            **given,
            "finding_id": f"f-{count:016x}",
            "check_id": checks[count // each],
            "status": status,
            "reason": "the bucket has no rule for encryption",
            "account_id": f"{count % 100:012d}",
            "resource_id": f"arn:aws:s3:::bucket-{count}",
            "resource_name": f"bucket-{count}",
            "opened_at": NOW if status == "fail" else None,
            "last_known_status": status,
            "operation": "s3:GetBucketEncryption",
            "permission": "s3:GetEncryptionConfiguration",
            "evidence": {"encryption.Rules": None} if status == "fail" else None,
        }


def write(form: str, number: int) -> None:
    """Write one report to standard output."""
    from scanner.cli.reporting import known_checks, mapped  # noqa: PLC0415
    from scanner.reports.formats import FORMATS, Report  # noqa: PLC0415

    known = known_checks(("aws",))
    checks = sorted(known)[:CHECKS]

    def count(by: Sequence[str]) -> Iterable[Mapping[str, Any]]:
        columns = {"account_id": "000000000000", "accepted": 0, **next(rows(1, checks))}
        return [{**{name: columns[name] for name in by}, "check_id": check, "findings": number // CHECKS} for check in checks]

    made = Report(
        made_at=NOW,
        version="0",
        findings=rows(number, checks),
        count=count,
        checks=known,
        frameworks=dict(mapped(known.values())),
    )
    sys.stdout.writelines(FORMATS[form].write(made))


def main() -> int:
    figures = []
    for form in FORMS:
        usage = run((sys.executable, "-m", "benchmarks.reports", form, str(FINDINGS)))
        if usage.code:
            raise SystemExit(f"{form} ended with exit code {usage.code}")
        figures.append(Figure(f"{form}: largest size", usage.peak, "MB", most=MOST))
        figures.append(Figure(f"{form}: CPU", usage.cpu * 1e6 / FINDINGS, "µs a finding", most=SLOWEST))
    return report(f"Reports of {FINDINGS:,} findings", figures)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(sys.argv[1], int(sys.argv[2]))
    else:
        sys.exit(main())
