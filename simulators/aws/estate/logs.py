"""What is written down, and who is told: log groups, alarms, trails."""

from __future__ import annotations

from simulators.aws.estate.organization import MANAGEMENT
from simulators.aws.estate.place import HOSTILE, Place, ago, document

FILTERS = {
    "root-use": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    "refused": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    "no-mfa": '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
    "policies": "{ ($.eventName = DeleteGroupPolicy) || ($.eventName = PutUserPolicy) || ($.eventName = AttachRolePolicy) }",
}
HOME = "us-east-1"  # of the organization's trail
# What members see of the trail that the management account keeps for all.
ORGANIZATION_TRAIL = {
    "Name": "organization",
    "S3BucketName": "organization-trail",
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": HOME,
    "TrailARN": f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/organization",
    "LogFileValidationEnabled": True,
    "HasCustomEventSelectors": False,
    "IsOrganizationTrail": True,
}


def logs(place: Place, scale: int) -> None:
    """Make log groups: one kept for a year under a key, one that nobody ever looks after; who may write; who is told."""
    watch = place.client("logs")
    watch.create_log_group(logGroupName="trail", kmsKeyId=place.made["key"], tags={"owner": "platform"})
    watch.put_retention_policy(logGroupName="trail", retentionInDays=400)
    for number in range(scale):
        watch.create_log_group(logGroupName=f"/aws/lambda/orders-{number}", tags={"note": HOSTILE["mirrored"]})
    writing = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": "*",
        **({"Condition": {"StringEquals": {"aws:SourceAccount": place.account}}} if place.careful else {}),
    }
    watch.put_resource_policy(policyName="deliveries", policyDocument=document(writing))
    wanted = FILTERS if place.careful else {"root-use": FILTERS["root-use"]}
    for name, pattern in wanted.items():
        metric = {"metricName": name, "metricNamespace": "security", "metricValue": "1"}
        watch.put_metric_filter(logGroupName="trail", filterName=name, filterPattern=pattern, metricTransformations=[metric])
        _alarm(place, name)
    composite = {
        "AlarmName": "any",
        "AlarmArn": place.arn("cloudwatch", "alarm:any"),
        "AlarmRule": 'ALARM("root-use")',
        "ActionsEnabled": True,
        "AlarmActions": [place.made["topic"]],
        "StateValue": "OK",
    }
    place.add("cloudwatch:DescribeAlarms", CompositeAlarms=[composite])


def deliveries(place: Place, _scale: int) -> None:
    """Tell of the events of a bus that are delivered to the log group; moto doesn't know that buses have logs."""
    bus = place.arn("events", "event-bus/orders-0")
    source = {"name": "orders", "arn": place.arn("logs", "delivery-source:orders"), "resourceArns": [bus]}
    place.tell("logs:DescribeDeliverySources", {"deliverySources": [{**source, "service": "events", "logType": "ERROR_LOGS"}]})
    delivery = {
        "id": "delivery0001",
        "arn": place.arn("logs", "delivery:delivery0001"),
        "deliverySourceName": "orders",
        "deliveryDestinationArn": place.arn("logs", "delivery-destination:trail"),
        "deliveryDestinationType": "CWL",
    }
    place.tell("logs:DescribeDeliveries", {"deliveries": [delivery]})


def _alarm(place: Place, name: str) -> None:
    place.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription=HOSTILE["sql"],
        MetricName=name,
        Namespace="security",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[place.made["topic"]] if place.careful else [],
    )


def trails(place: Place, _scale: int) -> None:
    """Make a trail: of all regions, signed and under a key, or of one region and stopped. The organization's reaches all."""
    cloudtrail, bucket = place.client("cloudtrail"), place.made["log_bucket"]
    if place.account == MANAGEMENT and place.region == HOME:
        shared = {"IsMultiRegionTrail": True, "IsOrganizationTrail": True, "EnableLogFileValidation": True}
        arn = cloudtrail.create_trail(Name="organization", S3BucketName=bucket, **shared)["TrailARN"]
        cloudtrail.start_logging(Name=arn)
    elif not place.careful:
        cloudtrail.create_trail(Name="old", S3BucketName=bucket, IsMultiRegionTrail=False)
    elif place.region == "eu-west-1":
        arn = cloudtrail.create_trail(
            Name="everything",
            S3BucketName=bucket,
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=True,
            EnableLogFileValidation=True,
            KmsKeyId=place.made["key"],
            CloudWatchLogsLogGroupArn=place.arn("logs", "log-group:trail:*"),
            CloudWatchLogsRoleArn=f"arn:aws:iam::{place.account}:role/trail",
            TagsList=[{"Key": "owner", "Value": "platform"}],
        )["TrailARN"]
        cloudtrail.start_logging(Name=arn)
        _event_data_store(place)
    if place.account != MANAGEMENT:
        own = cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]
        place.tell("cloudtrail:DescribeTrails", {"trailList": [*own, ORGANIZATION_TRAIL]}, includeShadowTrails=True)


def _event_data_store(place: Place) -> None:
    store = {
        "EventDataStoreArn": place.arn("cloudtrail", "eventdatastore/00000000-0000-0000-0000-000000000001"),
        "Name": "years",
        "Status": "ENABLED",
        "MultiRegionEnabled": True,
        "OrganizationEnabled": False,
        "RetentionPeriod": 2557,
        "TerminationProtectionEnabled": True,
        "CreatedTimestamp": ago(300),
        "KmsKeyId": place.made["key"],
    }
    place.tell("cloudtrail:ListEventDataStores", {"EventDataStores": [store]})
    place.tell("cloudtrail:GetEventDataStore", store)
    tags = {"ResourceId": store["EventDataStoreArn"], "TagsList": [{"Key": "owner", "Value": "platform"}]}
    place.tell("cloudtrail:ListTags", {"ResourceTagList": [tags]}, ResourceIdList=[store["EventDataStoreArn"]])
