"""Checks on AWS CloudTrail."""

from checks.aws import keys
from checks.aws.trails import BOTH, is_logging, management_events, trails
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

LEAST_DAYS = 365


@check(
    "aws.account.account.audit_trail",
    on="aws.account.account",
    control="logging.audit_trail",
    severity=Severity.HIGH,
    title="A trail records the account in every region",
    risk="Whoever takes over the account leaves no trace that lasts longer than 90 days.",
    fix="aws cloudtrail create-trail --name audit --s3-bucket-name BUCKET --is-multi-region-trail, then"
    " aws cloudtrail start-logging --name audit",
    cis=("v5:3.1", "v6:4.1", "v7:4.1"),
)
def audit_trail(_account: Resource, inventory: Inventory) -> Verdict:
    everywhere = [each for each in trails(inventory) if each["item"].get("IsMultiRegionTrail")]
    if not everywhere:
        return failed("no trail covers all regions")
    active = [each for each in everywhere if is_logging(each)]
    for each in active:
        if each["selectors"] and management_events(each["selectors"]) == BOTH:
            return passed(f"{each.name} records all regions")
    if hidden := [each.name for each in everywhere if each["status"] is None or each["selectors"] is None]:
        return unknown(f"only the management account can tell what {', '.join(hidden)} records")
    if not active:
        return failed(f"not logging: {', '.join(each.name for each in everywhere)}")
    return failed(f"not all management events are recorded by {', '.join(each.name for each in active)}")


@check(
    "aws.cloudtrail.trail.logging",
    on="aws.cloudtrail.trail",
    control="logging.audit_trail",
    severity=Severity.HIGH,
    title="Trail is logging",
    risk="A trail that was stopped looks like one in every list, but records nothing.",
    fix="aws cloudtrail start-logging --name {id}",
)
def logging(trail: Resource) -> Verdict:
    return passed("the trail is logging") if is_logging(trail) else failed("the trail was stopped")


@check(
    "aws.cloudtrail.trail.delivers",
    on="aws.cloudtrail.trail",
    control="logging.audit_trail",
    severity=Severity.HIGH,
    title="Trail delivers what it records",
    risk="Records are lost while the trail says that it is logging.",
    fix="Repair the policy of the bucket, key or log group that the error names: aws cloudtrail get-trail-status --name {id}",
)
def delivers(trail: Resource) -> Verdict:
    status = trail["status"]
    errors = {field: status[field] for field in status if field.endswith("DeliveryError") and status[field]}
    if errors:
        return failed(", ".join(f"{field} is {error}" for field, error in errors.items()))
    return passed("the last delivery had no error")


@check(
    "aws.cloudtrail.trail.validated",
    on="aws.cloudtrail.trail",
    control="logging.integrity",
    severity=Severity.MEDIUM,
    title="Trail signs its log files",
    risk="Whoever may write to the bucket rewrites history, and nobody can tell.",
    fix="aws cloudtrail update-trail --name {id} --enable-log-file-validation",
    cis=("v5:3.2", "v6:4.2", "v7:4.2"),
)
def validated(trail: Resource) -> Verdict:
    if trail["item"].get("LogFileValidationEnabled"):
        return passed("log file validation is on")
    return failed("log file validation is off")


@check(
    "aws.cloudtrail.trail.customer_key",
    on="aws.cloudtrail.trail",
    control="encryption.customer_keys",
    severity=Severity.MEDIUM,
    title="Trail is encrypted with a key of KMS",
    risk="Everybody who may read the bucket reads who did what in the account.",
    fix="aws cloudtrail update-trail --name {id} --kms-key-id KEY",
    cis=("v5:3.5", "v6:4.5", "v7:4.5"),
)
def customer_key(trail: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(trail, trail["item"].get("KmsKeyId"), inventory)


@check(
    "aws.cloudtrail.trail.to_log_group",
    on="aws.cloudtrail.trail",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Trail delivers to a log group",
    risk="No alarm can watch what only lies in a bucket.",
    fix="aws cloudtrail update-trail --name {id} --cloud-watch-logs-log-group-arn GROUP --cloud-watch-logs-role-arn ROLE",
)
def to_log_group(trail: Resource) -> Verdict:
    group = trail["item"].get("CloudWatchLogsLogGroupArn")
    return passed(f"delivers to {group}") if group else failed("delivers to no log group")


def _bucket(trail: Resource, inventory: Inventory) -> Resource | Verdict:
    """Return the bucket of *trail*, or the verdict when it belongs to another account."""
    name = trail["item"]["S3BucketName"]
    found = next(iter(inventory.where("aws.s3.bucket", "item.Name", name)), None)
    return found or skipped(f"{name} is no bucket of this account; it is judged where it belongs")


@check(
    "aws.cloudtrail.trail.bucket_access_logged",
    on="aws.cloudtrail.trail",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="The trail's bucket logs who reads it",
    risk="Nobody can tell who read or took away the records.",
    fix="aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status file://logging.json",
    cis=("v5:3.4", "v6:4.4", "v7:4.4"),
)
def bucket_access_logged(trail: Resource, inventory: Inventory) -> Verdict:
    bucket = _bucket(trail, inventory)
    if isinstance(bucket, Verdict):
        return bucket
    target = (bucket["logging"] or {}).get("TargetBucket")
    return passed(f"{bucket.name} logs to {target}") if target else failed(f"{bucket.name} logs no access")


@check(
    "aws.cloudtrail.trail.bucket_keeps_versions",
    on="aws.cloudtrail.trail",
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="The trail's bucket keeps deleted records",
    risk="Whoever may write to the bucket deletes the records of what was done.",
    fix="aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled",
)
def bucket_keeps_versions(trail: Resource, inventory: Inventory) -> Verdict:
    bucket = _bucket(trail, inventory)
    if isinstance(bucket, Verdict):
        return bucket
    if (bucket["versioning"] or {}).get("Status") == "Enabled":
        return passed(f"{bucket.name} keeps earlier versions")
    return failed(f"{bucket.name} keeps no earlier versions")


@check(
    "aws.cloudtrail.trail.records_kept",
    on="aws.cloudtrail.trail",
    control="data.retention",
    severity=Severity.LOW,
    title="The trail's records are kept for a year",
    risk="A break-in is often noticed after months; the records of its beginning are gone by then.",
    fix="aws s3api put-bucket-lifecycle-configuration --bucket BUCKET with an expiration of 365 days or more",
)
def records_kept(trail: Resource, inventory: Inventory) -> Verdict:
    bucket = _bucket(trail, inventory)
    if isinstance(bucket, Verdict):
        return bucket
    rules = [each for each in bucket["lifecycle"] or [] if each["Status"] == "Enabled"]
    days = [each["Expiration"]["Days"] for each in rules if "Days" in each.get("Expiration", {})]
    if short := [each for each in days if each < LEAST_DAYS]:
        return failed(f"{bucket.name} deletes objects after {min(short)} days")
    return passed(f"{bucket.name} deletes nothing younger than a year")
