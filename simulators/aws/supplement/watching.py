"""AWS Config, CloudTrail, GuardDuty, KMS, tags of everything."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from simulators.aws.shapes import Params
from simulators.aws.supplement.registry import Asked, Result, amends, answers


@amends("config:DescribeConfigurationRecorders")
def describe_configuration_recorders(asked: Asked, result: Params) -> Result:
    """Add the ARN, which AWS has been telling since recorders can be linked to services."""
    for recorder in result["ConfigurationRecorders"]:
        recorder["arn"] = asked.arn("config", f"configuration-recorder/{recorder['name']}/0123456789abcdef")
        recorder.setdefault("recordingScope", "PAID")
    return result


@answers("config:DescribeDeliveryChannelStatus")
def describe_delivery_channel_status(asked: Asked) -> Result:
    """Say that every channel delivers."""
    now = datetime.now(UTC)
    well = {"lastStatus": "SUCCESS", "lastAttemptTime": now, "lastSuccessfulTime": now}
    stream = {"lastStatus": "NOT_APPLICABLE", "lastStatusChangeTime": now}
    channels = asked.client("config").describe_delivery_channels()["DeliveryChannels"]
    parts = {"configSnapshotDeliveryInfo": well, "configHistoryDeliveryInfo": well, "configStreamDeliveryInfo": stream}
    return {"DeliveryChannelsStatus": [{"name": each["name"], **parts} for each in channels]}


@amends("config:DescribeConfigurationRecorderStatus")
def describe_configuration_recorder_status(_asked: Asked, result: Params) -> Result:
    """Let a recorder that was started have succeeded, where moto leaves it pending for ever."""
    for status in result["ConfigurationRecordersStatus"]:
        if status.get("lastStatus") == "PENDING":
            status["lastStatus"] = "SUCCESS"
    return result


# Source: CloudTrail User Guide, "Logging management events": what a trail records unless it is told otherwise.
RECORDED = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}


@amends("cloudtrail:GetEventSelectors")
def get_event_selectors(_asked: Asked, result: Params) -> Result:
    if not result.get("EventSelectors") and not result.get("AdvancedEventSelectors"):
        result["EventSelectors"] = [RECORDED]
    return result


# Source: GuardDuty API reference, DetectorFeatureConfigurationResult; the first three cannot be turned off.
ALWAYS = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")
PLANS = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")


@amends("guardduty:GetDetector")
def get_detector(_asked: Asked, result: Params) -> Result:
    """Tell of every feature, whether it is on, where moto tells only of those that were named."""
    made = result["CreatedAt"]
    known = {each["Name"]: each for each in result.get("Features", ())}
    on = dict.fromkeys(ALWAYS, "ENABLED") | dict.fromkeys((*PLANS, "RUNTIME_MONITORING"), "DISABLED")
    features = [{"Name": name, "Status": status, "UpdatedAt": made} | known.get(name, {}) for name, status in on.items()]
    sources = {name: {"Status": "ENABLED"} for name in ("CloudTrail", "DNSLogs", "FlowLogs")}
    return result | {"Features": features, "DataSources": result.get("DataSources", {}) | sources}


@amends("kms:DescribeKey")
def describe_key(_asked: Asked, result: Params) -> Result:
    """Say what a key is for, where whoever made it did not."""
    result["KeyMetadata"]["KeyUsage"] = result["KeyMetadata"].get("KeyUsage") or "ENCRYPT_DECRYPT"
    return result


@answers("resourcegroupstaggingapi:GetResources")
def get_resources(asked: Asked) -> Result:
    """Return tagged resources of the kinds asked for: moto knows log groups and rules under other kinds, or under none."""
    pages = asked.client("resourcegroupstaggingapi").pages("get_resources")
    rows = [row for page in pages for row in page["ResourceTagMappingList"]]
    known = asked.beside(
        {"ResourceTagMappingList": [*(row for row in rows if _here(asked, row["ResourceARN"])), *_images(asked)]}
    )
    wanted = set(asked.params.get("ResourceTypeFilters") or ())
    return {
        "ResourceTagMappingList": [
            row for row in known["ResourceTagMappingList"] if not wanted or wanted & _kinds(row["ResourceARN"])
        ]
    }


def _here(asked: Asked, arn: str) -> bool:
    """Tell whether a resource lives in the region that is asked: moto shows all buckets everywhere."""
    service, name = arn.split(":")[2], arn.split(":", 5)[5]
    buckets = asked.backend("s3").buckets if service == "s3" else {}
    return name not in buckets or bool(buckets[name].region_name == asked.request.region)


def _images(asked: Asked) -> list[Params]:
    """Return the repositories of images that have tags, which moto leaves out."""
    ecr = asked.client("ecr")
    arns = [row["repositoryArn"] for page in ecr.pages("describe_repositories") for row in page["repositories"]]
    rows = [{"ResourceARN": arn, "Tags": ecr.list_tags_for_resource(resourceArn=arn)["tags"]} for arn in arns]
    return [row for row in rows if row["Tags"]]


def _kinds(arn: str) -> set[str]:
    """Return what an ARN names, as the tagging API calls it: ``logs`` and ``logs:log-group``."""
    service, rest = arn.split(":")[2], arn.split(":", 5)[5]
    kind = "bucket" if service == "s3" else re.split("[:/]", rest, maxsplit=1)[0]
    return {service, f"{service}:{kind}"}
