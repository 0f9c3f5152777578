"""Checks on AWS Config."""

from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

LEAST_DAYS = 365
SERVICE_LINKED = ":role/aws-service-role/config.amazonaws.com/"


def _scope(recorder: Resource) -> str:
    """Return what keeps a recorder from recording everything; empty when nothing does."""
    group = recorder["item"].get("recordingGroup") or {}
    strategy = (group.get("recordingStrategy") or {}).get("useOnly")
    if group.get("allSupported") or strategy == "ALL_SUPPORTED_RESOURCE_TYPES":
        return ""
    if strategy == "EXCLUSION_BY_RESOURCE_TYPES":
        left_out = (group.get("exclusionByResourceTypes") or {}).get("resourceTypes") or []
        return f"leaves out {len(left_out)} types" if left_out else ""
    return f"records {len(group.get('resourceTypes') or [])} types only"


def _records(recorder: Resource) -> bool:
    return bool((recorder["status"] or {}).get("recording"))


def _mistake(recorder: Resource) -> str:
    """Return why *recorder* does not record everything; empty when it does."""
    status = recorder["status"] or {}
    if not status.get("recording"):
        return "is stopped"
    if status.get("lastStatus") == "Failure":
        return f"fails with {status.get('lastErrorCode', 'no code')}"
    return _scope(recorder)


@check(
    "aws.account.region.configuration_recorded",
    on="aws.account.region",
    service="aws.config",
    control="governance.configuration_recording",
    severity=Severity.MEDIUM,
    title="Config records all changes in the region",
    risk="Nobody can tell what was changed, when, and how it stood before.",
    fix="aws configservice put-configuration-recorder with allSupported, then aws configservice"
    " start-configuration-recorder, both with --region {region}",
    cis=("v5:3.3", "v6:4.3", "v7:4.3"),
)
def configuration_recorded(region: Resource, inventory: Inventory) -> Verdict:
    recorders = list(inventory.all("aws.config.recorder", region=region.region))
    if not recorders:
        return failed("no configuration recorder")
    mistakes = {each.name: _mistake(each) for each in recorders}
    whole = [name for name, mistake in mistakes.items() if not mistake]
    if not whole:
        return failed("; ".join(f"{name} {mistake}" for name, mistake in mistakes.items()))
    if not list(inventory.all("aws.config.delivery_channel", region=region.region)):
        return failed(f"{whole[0]} has no delivery channel")
    return passed(f"{whole[0]} records everything")


@check(
    "aws.account.account.global_types_recorded",
    on="aws.account.account",
    service="aws.config",
    control="governance.configuration_recording",
    severity=Severity.MEDIUM,
    title="Config records users, roles and policies in one region",
    risk="Changes of IAM, which belongs to no region, are recorded nowhere.",
    fix="Include global resource types in the recorder of one region: aws configservice put-configuration-recorder",
    cis=("v5:3.3", "v6:4.3", "v7:4.3"),
)
def global_types_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    for each in inventory.all("aws.config.recorder"):
        group = each["item"].get("recordingGroup") or {}
        named = any(str(name).startswith("AWS::IAM::") for name in group.get("resourceTypes") or [])
        if _records(each) and (group.get("includeGlobalResourceTypes") or named):
            return passed(f"recorded in {each.region}")
    return failed("no recorder includes the types of no region")


@check(
    "aws.config.recorder.recording",
    on="aws.config.recorder",
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="Recorder is at work",
    risk="A recorder that was stopped looks like one in every list, but records nothing.",
    fix="aws configservice start-configuration-recorder --configuration-recorder-name {name} --region {region}",
)
def recording(recorder: Resource) -> Verdict:
    if recorder["status"] is None:
        return unknown("AWS told no status of the recorder")
    return passed("the recorder records") if _records(recorder) else failed("the recorder is stopped")


@check(
    "aws.config.recorder.history_kept",
    on="aws.config.recorder",
    control="data.retention",
    severity=Severity.LOW,
    title="Configuration history is kept for a year",
    risk="How a resource stood before a break-in is gone when the break-in is noticed.",
    fix="aws configservice put-retention-configuration --retention-period-in-days 365 --region {region}",
)
def history_kept(recorder: Resource) -> Verdict:
    kept = recorder["retention"]
    if not kept:
        return passed("kept for AWS's default of seven years")
    days = min(each["RetentionPeriodInDays"] for each in kept)
    return (passed if days >= LEAST_DAYS else failed)(f"kept for {days} days")


@check(
    "aws.config.recorder.role_of_service",
    on="aws.config.recorder",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Recorder works with the role that AWS keeps for it",
    risk="A role of one's own is widened for other work, or misses what new types need.",
    fix="aws configservice put-configuration-recorder with the role AWSServiceRoleForConfig",
)
def role_of_service(recorder: Resource) -> Verdict:
    role = recorder["item"].get("roleARN", "")
    return (passed if SERVICE_LINKED in role else failed)(f"works with {role or 'no role'}")


@check(
    "aws.config.delivery_channel.delivers",
    on="aws.config.delivery_channel",
    control="resilience.failure_handling",
    severity=Severity.MEDIUM,
    title="Configuration history arrives in its bucket",
    risk="Changes are recorded, but their files are lost.",
    fix="Repair the bucket's policy or key: aws configservice describe-delivery-channel-status --region {region}",
)
def delivers(channel: Resource) -> Verdict:
    if channel["status"] is None:
        return unknown("AWS told no status of the channel")
    parts = {name: channel["status"].get(f"config{name}DeliveryInfo") or {} for name in ("Snapshot", "History")}
    if broken := {name: part for name, part in parts.items() if part.get("lastStatus") == "Failure"}:
        told = [f"{name.lower()} fails with {part.get('lastErrorCode', 'no code')}" for name, part in broken.items()]
        return failed(", ".join(told))
    return passed("the last delivery had no error")


@check(
    "aws.config.delivery_channel.encrypted_with_key",
    on="aws.config.delivery_channel",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Configuration history is encrypted with a key of KMS",
    risk="Who may read the account's whole layout cannot be limited, or ended, by a key.",
    fix="aws configservice put-delivery-channel with s3KmsKeyArn",
)
def encrypted_with_key(channel: Resource) -> Verdict:
    key = channel["item"].get("s3KmsKeyArn")
    return passed(f"delivered with {key}") if key else failed("the channel names no key")


@check(
    "aws.config.delivery_channel.bucket_in_account",
    on="aws.config.delivery_channel",
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Configuration history goes to a bucket that still exists",
    risk="Whoever makes a bucket of that name receives the account's whole layout.",
    fix="aws configservice put-delivery-channel with a bucket of your own, or of your log archive account",
)
def bucket_in_account(channel: Resource, inventory: Inventory) -> Verdict:
    name = channel["item"]["s3BucketName"]
    if any(inventory.where("aws.s3.bucket", "item.Name", name)):
        return passed(f"{name} is a bucket of this account")
    if channel["status"] is None:
        return unknown(f"{name} is a bucket of another account, or of nobody")
    history = channel["status"].get("configHistoryDeliveryInfo") or {}
    if history.get("lastErrorCode") == "NoSuchBucket":
        return failed(f"the bucket {name} does not exist")
    return skipped(f"{name} belongs to another account; it is judged there")
