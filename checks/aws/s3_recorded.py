"""Whether a trail records who reads and who writes the objects of all buckets."""

from __future__ import annotations

from checks.aws.recorded import use_recorded
from checks.aws.trails import READS, WRITES
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict

OBJECT = "AWS::S3::Object"


@check(
    "aws.account.account.object_writes_recorded",
    on="aws.account.account",
    service="aws.s3",
    control="logging.data_events",
    severity=Severity.MEDIUM,
    title="A trail records who writes objects in S3",
    risk="After objects were replaced or deleted nobody can tell which, and by whom.",
    fix="aws cloudtrail put-event-selectors with write data events of AWS::S3::Object on all buckets",
    cis=("v5:3.8", "v6:4.8", "v7:4.8"),
)
def object_writes_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return use_recorded(inventory, "aws.s3.bucket", OBJECT, "s3", frozenset({WRITES}))


@check(
    "aws.account.account.object_reads_recorded",
    on="aws.account.account",
    service="aws.s3",
    control="logging.data_events",
    severity=Severity.MEDIUM,
    title="A trail records who reads objects in S3",
    risk="After a leak nobody can tell which objects were read, and by whom.",
    fix="aws cloudtrail put-event-selectors with read data events of AWS::S3::Object on all buckets",
    cis=("v5:3.9", "v6:4.9", "v7:4.9"),
)
def object_reads_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return use_recorded(inventory, "aws.s3.bucket", OBJECT, "s3", frozenset({READS}))
