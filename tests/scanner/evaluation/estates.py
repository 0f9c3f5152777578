"""Estates for tests of the score: each row is one check on one service, and its verdicts, counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from scanner.evaluation.score import Sum, total, triple


@dataclass(frozen=True)
class Row:
    """One check of one service and area."""

    check: str
    area: str
    service: str
    severity: str
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    accepted: int = 0

    @property
    def sum(self) -> Sum:
        return triple(self.severity, self.passed, self.failed, self.unknown, self.accepted)

    def blinded(self) -> Row:
        """Return the row as it is when nothing of it can be read any more."""
        return replace(self, passed=0, failed=0, unknown=self.passed + self.failed + self.unknown)


def whole(rows: Iterable[Row]) -> Sum:
    return total(row.sum for row in rows)


def slices(rows: Sequence[Row], by: str) -> Iterator[tuple[str, Sum]]:
    for name in dict.fromkeys(getattr(row, by) for row in rows):
        yield name, whole(row for row in rows if getattr(row, by) == name)


SEVERITIES = ("critical", "high", "medium", "low", "informational")
CHECKS = st.builds(
    Row,
    check=st.just("a check"),
    area=st.sampled_from(["identity", "data", "network"]),
    service=st.sampled_from(["aws.iam", "aws.s3", "aws.vpc", "aws.ec2"]),
    severity=st.sampled_from(SEVERITIES),
    passed=st.integers(0, 2000),
    failed=st.integers(0, 2000),
    unknown=st.integers(0, 2000),
    accepted=st.integers(0, 50),
)
ESTATES = st.lists(CHECKS, min_size=1, max_size=8)

# The worked example: one AWS account, whose database host is the provider's to patch.
EXAMPLE = (
    Row("root MFA", "identity", "aws.iam", "critical", 0, 1),
    Row("access key age", "identity", "aws.iam", "high", 9, 3),
    Row("bucket public block", "data", "aws.s3", "high", 18, 2),
    Row("bucket refuses plain HTTP", "encryption", "aws.s3", "medium", 10, 10),
    Row("database encrypted", "encryption", "aws.rds", "high", 0, 0, 4),
    Row("minor upgrade on", "runtime", "aws.rds", "medium", 0, 0, 4),
    Row("database host patched", "guest_os", "aws.rds", "high", 0, 0, 4),
    Row("admin port open", "network", "aws.vpc", "high", 45, 5),
    Row("multi-region trail", "logging", "aws.account", "high", 1),
    Row("patch state", "guest_os", "aws.ec2", "high", 12, 3, 15),
    Row("metadata v2 only", "guest_os", "aws.ec2", "medium", 24, 6),
    Row("retired runtime", "runtime", "aws.lambda", "medium", 9, 1),
    Row("EBS default encryption", "encryption", "aws.account", "medium", 2, 0, 1),
    Row("detector on", "detection", "aws.guardduty", "high", 2, 1),
)
REVOKED = {"root MFA", "access key age", "admin port open", "patch state", "metadata v2 only"}
